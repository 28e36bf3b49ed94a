"""*I did not cast this vote*: said by the person or at the desk, settled by a second official."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from app.core.database import transaction
from app.core.refusal import Refusal
from app.rounds.models import Round, Stage
from app.rounds.queries import calendar_of, round_by_key
from app.voting import disputes
from app.voting.list_models import Outcome
from app.voting.mine import ask_at_desk, my_votes
from app.web.doors import Clerk, Resident, Second
from app.web.forms import Filled, Form, blank, fill
from app.web.my_vote import name_here
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
MOST = 1000  # letters


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What somebody does at once whose vote is not theirs."""

    open: bool
    closes: str
    ballot_url: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A dispute as an official sees it."""

    id: str
    name: str
    round_key: str
    when: str
    text: str
    state: str
    settled: bool
    settled_when: str
    why: str
    url: str  # to settle it; empty where this official may not
    refused: Refusal | None  # why not


class OpenForm(BaseModel):
    """What the person says."""

    text: str = Field(min_length=3, max_length=MOST)


class DeskForm(OpenForm):
    """The same, written down at the desk."""

    round: str = Field(max_length=40)
    document: str = ""


class SettleForm(BaseModel):
    """How it ended."""

    outcome: Outcome
    why: str = Field(min_length=3, max_length=MOST)


@router.get("/{lang}/{slug}/rounds/{key}/not-my-vote")
def ask_own(visit: Resident, key: str) -> Response:
    """What to do at once, and a form to say it."""
    return _own_page(visit, _round(visit, key), blank())


@router.post("/{lang}/{slug}/rounds/{key}/not-my-vote")
def say_own(visit: Resident, key: str, posted: Form) -> Response:
    """Opens a dispute about one's own vote."""
    assert visit.who is not None
    of = _round(visit, key)
    form = fill(OpenForm, posted)
    try:
        if form.value is None:
            return _own_page(visit, of, form, status=422)
        with transaction(visit.session) as session:
            disputes.open_dispute(
                session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                round_id=of.id,
                person_id=visit.who.person_id or "",
                text=form.value.text,
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _own_page(visit, of, form.refused(why), status=422)
    return see_other(visit, f"{visit.here}/my-votes?said=1")


@router.get("/{lang}/{slug}/desk/roll/people/{person_id}/dispute")
def ask_at_the_desk(visit: Clerk, person_id: str) -> Response:
    """The same form, for whoever stands at the desk."""
    return _desk_form(visit, person_id, blank())


@router.post("/{lang}/{slug}/desk/roll/people/{person_id}/dispute")
def say_at_the_desk(visit: Clerk, person_id: str, posted: Form) -> Response:
    """Writes a dispute down. Whether there is a vote at all is a question, and counts as one."""
    assert visit.who is not None
    name_here(visit, person_id)
    form = fill(DeskForm, posted)
    if form.value is None:
        return _desk_form(visit, person_id, form, status=422)
    of = round_by_key(visit.session, district_id=visit.district.id, key=form.value.round)
    try:
        if of is None:
            raise Refusal("form.choice", field="round")
        round_id = of.id
        with transaction(visit.session) as session:
            ask_at_desk(
                session,
                district_id=visit.district.id,
                person_id=person_id,
                document=bool(form.value.document),
                who=visit.who,
                now=visit.clock.now(),
            )
        with transaction(visit.session) as session:
            disputes.open_dispute(
                session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                round_id=round_id,
                person_id=person_id,
                text=form.value.text,
                now=visit.clock.now(),
                clerk=visit.who,
            )
    except Refusal as why:
        return _desk_form(visit, person_id, form.refused(why), status=422)
    return see_other(visit, f"{visit.here}/desk/disputes")


@router.get("/{lang}/{slug}/desk/disputes")
def show(visit: Second, dispute: str = "") -> Response:
    """The disputes of the district; one of them to settle."""
    return _list(visit, dispute[:40], blank())


@router.post("/{lang}/{slug}/desk/disputes")
def settle(visit: Second, posted: Form) -> Response:
    """Settles one. No ballot is touched."""
    assert visit.who is not None
    chosen = posted.text("dispute")[:40]
    form = fill(SettleForm, posted)
    if form.value is None:
        return _list(visit, chosen, form, status=422)
    try:
        with transaction(visit.session) as session:
            disputes.settle(
                session,
                district_id=visit.district.id,
                dispute_id=chosen,
                who=visit.who,
                outcome=form.value.outcome,
                why=form.value.why,
                now=visit.clock.now(),
            )
    except LookupError:
        raise HTTPException(404) from None
    except Refusal as why:
        return _list(visit, chosen, form.refused(why), status=422)
    return see_other(visit, f"{visit.here}/desk/disputes")


def _round(visit: Visit, key: str) -> Round:
    of = round_by_key(visit.session, district_id=visit.district.id, key=key)
    if of is None or of.imported_from:
        raise HTTPException(404)
    return of


def _at_once(visit: Visit, of: Round) -> AtOnce:
    calendar = calendar_of(visit.session, round_id=of.id)
    return AtOnce(
        open=calendar.stage(visit.now) is Stage.VOTING,
        closes=formats.moment(calendar.begins(Stage.COUNTING), visit.lang),
        ballot_url=f"{visit.here}/rounds/{of.key}/ballot",
        address=visit.in_lang(visit.district, "address"),
        phone=visit.district.phone,
    )


def _own_page(visit: Visit, of: Round, form: Filled[Any], *, status: int = 200) -> Response:
    calendar = calendar_of(visit.session, round_id=of.id)
    return page(
        visit,
        "voting/not_my_vote.html",
        status=status,
        form=form,
        key=of.key,
        at_once=_at_once(visit, of),
        until=formats.moment(disputes.until(of, calendar), visit.lang),
        action=f"{visit.here}/rounds/{of.key}/not-my-vote",
    )


def _desk_form(visit: Visit, person_id: str, form: Filled[Any], *, status: int = 200) -> Response:
    name = name_here(visit, person_id)
    found = my_votes(
        visit.session,
        keyring=visit.keyring,
        district_id=visit.district.id,
        person_id=person_id,
        now=visit.now,
    )
    rounds = [
        (one.of.key, one.of.key)
        for one in found
        if visit.now < disputes.until(one.of, one.calendar)
    ]
    return page(
        visit,
        "voting/desk_dispute.html",
        status=status,
        form=form,
        name=name,
        base=f"{visit.here}/desk/roll/people/{person_id}",
        rounds=rounds,
    )


def _list(visit: Visit, chosen: str, form: Filled[Any], *, status: int = 200) -> Response:
    assert visit.who is not None
    say = translations(visit.lang).gettext
    rows = (
        [_row(visit, one) for one in disputes.disputes_of(visit.session, district_id=visit.home.id)]
        if visit.home
        else []
    )
    found = next((row for row in rows if row.id == chosen), None)
    if chosen and found is None:
        raise HTTPException(404)
    return page(
        visit,
        "voting/disputes.html",
        status=status,
        form=form,
        rows=rows,
        chosen=found,
        outcomes=[
            (Outcome.REPLACED.value, say(N_("They voted again (with a new card, or on paper)"))),
            (Outcome.OWN.value, say(N_("It was their own vote after all"))),
            (
                Outcome.FOREIGN.value,
                say(N_("It was somebody else's, and voting was over: it stays counted")),
            ),
        ],
        by_raion=visit.who.raion_kato or "",
    )


def _row(visit: Visit, one: disputes.Disputed) -> DisputeRow:
    assert visit.who is not None
    dispute = one.dispute
    why = disputes.why_not_settle(visit.session, dispute=dispute, who=visit.who, now=visit.now)
    return DisputeRow(
        id=dispute.id,
        name=one.name,
        round_key=one.of.key,
        when=formats.moment_short(dispute.opened_at, visit.lang),
        text=dispute.text,
        state=phrases.label(f"dispute.{dispute.outcome}", visit.lang),
        settled=dispute.settled_at is not None,
        settled_when=formats.moment_short(dispute.settled_at, visit.lang)
        if dispute.settled_at
        else "",
        why=dispute.why,
        url="" if why else f"{visit.here}/desk/disputes?dispute={dispute.id}",
        refused=why if dispute.settled_at is None else None,
    )
