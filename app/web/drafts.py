"""Making a proposal in three short steps, each kept on the server: what, where, check and send."""

import re
from collections.abc import Sequence

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel

from app.core.database import transaction
from app.core.ids import new_id
from app.core.refusal import Refusal
from app.people.models import Role
from app.places.queries import settlements
from app.proposals import actions, photos, rules
from app.proposals.models import Proposal
from app.proposals.queries import WHOLE, as_written, draft_for, drafts_begun, stands_on_roll
from app.proposals.rules import What, Where
from app.rounds.models import Round
from app.rounds.queries import calendar_of, lock_round, round_of
from app.web.doors import Anyone, Resident, SignedIn
from app.web.draft_steps import Opening, check_step, what_step, what_view, where_step
from app.web.forms import Filled, Form, Posted, Tenge, blank, fill
from app.web.frame import Link
from app.web.proposal_page import clerk_of
from app.web.proposals import money, round_here
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()
STEPS = ("what", "where", "check")
ID = re.compile(r"[0-9a-f]{20}")


class WhatForm(BaseModel):
    """The first step as it is typed."""

    title: str = ""
    body: str = ""
    text_lang: str = ""
    direction: int | None = None

    def value(self) -> What:
        """As the room takes it."""
        return What(self.text_lang, self.title, self.body, self.direction)


class WhereForm(BaseModel):
    """The second step as it is typed."""

    settlement: str = ""
    place: str = ""
    estimate: Tenge | None = None
    contribution: str = ""

    def value(self) -> Where:
        """As the room takes it."""
        settlement = None if self.settlement == WHOLE else self.settlement
        return Where(settlement, self.place, self.estimate, self.contribution)


def draft_here(visit: Visit, draft_id: str, *, lock: bool = False) -> Proposal:
    """The draft of this address, for whoever may write on it; 404 for everybody else."""
    found = draft_for(
        visit.session, district_id=visit.district.id, proposal_id=draft_id, who=visit.who, lock=lock
    )
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/{lang}/{slug}/rounds/{key}/proposals/new")
def explain(visit: Anyone, key: str) -> Response:
    """What a proposal is, and its first step."""
    of = round_here(visit, key)
    if of.imported_from:
        raise HTTPException(404)
    form = blank(text_lang="ru" if visit.lang == "ru" else "kk")
    return _opening_page(visit, of, form, new_id())


@router.post("/{lang}/{slug}/rounds/{key}/proposals/new")
def begin(visit: Resident, key: str, posted: Form) -> Response:
    """Makes the draft. The page's own draft number makes a second press write on the same one."""
    of = round_here(visit, key)
    assert visit.who is not None
    assert visit.who.person_id is not None
    draft_id = posted.text("draft")
    if not ID.fullmatch(draft_id) or of.imported_from:
        raise HTTPException(404)
    form = _read_what(posted)
    if form.value is not None and not form.problems:
        try:
            with transaction(visit.session):
                lock_round(visit.session, round_id=of.id)
                draft = actions.start_draft(
                    visit.session,
                    district_id=visit.district.id,
                    round_id=of.id,
                    person_id=visit.who.person_id,
                    what=form.value.value(),
                    now=visit.clock.now(),
                    draft_id=draft_id,
                )
            return see_other(visit, f"{visit.here}/drafts/{draft.id}/where")
        except Refusal as why:
            if why.code == "proposals.no_such_draft":
                raise HTTPException(404) from None
            form = form.refused(why)
    return _opening_page(visit, of, form, draft_id, status=422)


def _opening_page(
    visit: Visit, of: Round, form: Filled[WhatForm], draft_id: str, *, status: int = 200
) -> Response:
    who, session = visit.who, visit.session
    say = translations(visit.lang).gettext
    action = f"{visit.here}/rounds/{of.key}/proposals/new"
    here = who is not None and who.person_id is not None and who.district_id == of.district_id
    why = rules.why_not_start(
        on_roll=who is None
        or who.person_id is None
        or stands_on_roll(session, district_id=of.district_id, person_id=who.person_id),
        drafts=drafts_begun(session, round_id=of.id, person_id=who.person_id)
        if who and who.person_id
        else 0,
        of=calendar_of(session, round_id=of.id),
        now=visit.now,
    )
    desk = who is not None and who.role == Role.CLERK and who.district_id == of.district_id
    opening = Opening(
        key=of.key,
        action=action,
        draft_id=draft_id,
        envelope=money(of, of.envelope),
        price_cap=money(of, of.price_cap) if of.price_cap else "",
        budget_year=of.budget_year,
        sign_in=Link(f"{visit.root}/sign-in?next={action}", say(N_("Sign in and write")))
        if who is None
        else None,
        desk=Link(f"{visit.here}/desk/file", say(N_("Write it down for a resident")))
        if desk
        else None,
        why=why,
    )
    # Whoever was refused after typing keeps the form with everything in it.
    step = what_view(visit, action) if here and (why is None or status != 200) else None
    return page(visit, "proposals/new.html", status=status, form=form, opening=opening, step=step)


def _read_what(posted: Posted) -> Filled[WhatForm]:
    form = fill(WhatForm, posted)
    return form.refused(*rules.wrong_in_what(form.value.value())) if form.value else form


@router.get("/{lang}/{slug}/drafts/{draft_id}/{step}")
def take_up(visit: SignedIn, draft_id: str, step: str) -> Response:
    """A step with what was kept of it."""
    draft = draft_here(visit, draft_id)
    if step not in STEPS:
        raise HTTPException(404)
    if draft.status not in rules.EDITABLE:
        return see_other(visit, f"{visit.here}/proposals/{draft.number}/receipt")
    what, where = as_written(draft)
    if step == "check" and not where.place:
        return see_other(visit, f"{visit.here}/drafts/{draft.id}/where")
    form: Filled[BaseModel] = Filled()
    if step == "what":
        form = blank(
            title=what.title, body=what.body, text_lang=what.lang, direction=what.direction
        )
    elif step == "where":
        settlement = where.settlement_id or (WHOLE if where.place else "")
        form = blank(
            settlement=settlement,
            place=where.place,
            estimate=where.estimate,
            contribution=where.contribution,
        )
    of = calendar_of(visit.session, round_id=draft.round_id)
    if why := rules.why_not_edit(status=draft.status, of=of, now=visit.now):
        form = form.refused(why)
    return _step_page(visit, draft, step, form)


def _step_page(
    visit: Visit, draft: Proposal, step: str, form: Filled[BaseModel], status: int = 200
) -> Response:
    views = {"what": what_step, "where": where_step, "check": check_step}
    view = views[step](visit, draft)
    return page(visit, f"proposals/{step}.html", status=status, form=form, step=view)


@router.post("/{lang}/{slug}/drafts/{draft_id}/discard")
def discard(visit: SignedIn, draft_id: str, posted: Form) -> Response:
    """Throws the draft away."""
    draft = draft_here(visit, draft_id)
    of = round_of(visit.session, district_id=draft.district_id, round_id=draft.round_id)
    assert of is not None
    url = f"{visit.here}/rounds/{of.key}/proposals"
    with transaction(visit.session):
        actions.discard(visit.session, draft=draft_here(visit, draft_id, lock=True))
    return see_other(visit, url)


@router.post("/{lang}/{slug}/drafts/{draft_id}/{step}")
def keep(visit: SignedIn, draft_id: str, step: str, posted: Form) -> Response:
    """Keeps a step and goes on; the last one hands the proposal in."""
    draft = draft_here(visit, draft_id)
    if step == "what":
        return _keep_what(visit, draft, posted)
    if step == "where":
        return _keep_where(visit, draft, posted)
    if step == "check":
        return _send(visit, draft)
    raise HTTPException(404)


def _keep_what(visit: Visit, draft: Proposal, posted: Posted) -> Response:
    form = _read_what(posted)
    draft_id, round_id = draft.id, draft.round_id
    if form.value is not None and not form.problems:
        try:
            with transaction(visit.session):
                lock_round(visit.session, round_id=round_id)
                draft = draft_here(visit, draft_id, lock=True)
                what = form.value.value()
                actions.save_what(visit.session, draft=draft, what=what, now=visit.clock.now())
            return see_other(visit, f"{visit.here}/drafts/{draft_id}/where")
        except Refusal as why:
            form = form.refused(why)
    return _step_page(visit, draft, "what", form, status=422)  # type: ignore[arg-type]


def _keep_where(visit: Visit, draft: Proposal, posted: Posted) -> Response:
    form = fill(WhereForm, posted)
    if form.value is not None:
        known = {one.id for one in settlements(visit.session, district_id=draft.district_id)}
        form = form.refused(*rules.wrong_in_where(form.value.value(), settlements=known))
    draft_id, round_id, drop = draft.id, draft.round_id, posted.all("drop")
    # Drawing a photo afresh takes a second: not while the database waits.
    try:
        pictures = _pictures(posted)
    except Refusal as why:
        form, pictures = form.refused(why.at("photos")), []
    try:
        with transaction(visit.session):
            lock_round(visit.session, round_id=round_id)
            draft, now = draft_here(visit, draft_id, lock=True), visit.clock.now()
            # Photos that came with a form to be corrected are kept, not asked for again.
            actions.save_photos(visit.session, draft=draft, pictures=pictures, drop=drop, now=now)
            if form.value is not None and not form.problems:
                where = form.value.value()
                actions.save_where(visit.session, draft=draft, where=where, now=now)
        if not form.problems:
            return see_other(visit, f"{visit.here}/drafts/{draft_id}/check")
    except Refusal as why:
        form = form.refused(why)
    return _step_page(visit, draft, "where", form, status=422)  # type: ignore[arg-type]


def _pictures(posted: Posted) -> Sequence[photos.Picture]:
    files = posted.files.get("photos", [])
    if len(files) > rules.MOST_PHOTOS:
        raise Refusal("photos.too_many", most=rules.MOST_PHOTOS)
    return [photos.remake(one.data) for one in files]


def _send(visit: Visit, draft: Proposal) -> Response:
    draft_id, round_id = draft.id, draft.round_id
    form: Filled[BaseModel] = Filled()
    try:
        with transaction(visit.session):
            lock_round(visit.session, round_id=round_id)
            draft = draft_here(visit, draft_id, lock=True)
            actions.submit(
                visit.session,
                draft=draft,
                now=visit.clock.now(),
                clerk=clerk_of(visit, draft),
            )
        return see_other(visit, f"{visit.here}/proposals/{draft.number}/receipt")
    except Refusal as why:
        form = form.refused(why.at(""))
    return _step_page(visit, draft, "check", form, status=422)
