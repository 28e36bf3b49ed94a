"""One's own data: what is kept and why, to take away, and the end of an account."""

import json
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlmodel import select

from app.budget import kept as budget
from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.followup import kept as followup
from app.ledger.actions import record
from app.people import kept as people
from app.people.cards import tries_of_persons_card
from app.people.models import Means, SignIn
from app.people.queries import Who
from app.people.sign_in import count_try
from app.places.models import District
from app.proposals import kept as proposals
from app.voting import kept as voting
from app.web.carry import forget_cookie
from app.web.doors import Anyone, Resident, SignedIn
from app.web.forms import Filled, Form, blank, fill
from app.web.render import file, page, see_other
from app.web.visit import Visit

router = APIRouter()


class EraseForm(BaseModel):
    """The last word: the first group of the card's code, and that one is sure."""

    group: str = Field(default="", max_length=40)
    sure: str = ""


@router.get("/{lang}/about/privacy")
def privacy(visit: Anyone, erased: str = "") -> Response:
    """What is kept about people, why and how long; who sees it; what stays."""
    return page(
        visit,
        "about/privacy.html",
        erased=bool(erased),
        may_erase=visit.who is None or visit.who.is_resident,
        operator=visit.settings.operator,
    )


@router.get("/{lang}/me/data")
def show(visit: SignedIn) -> Response:
    """What is kept about whoever asks, with the ways to take it away and to end it."""
    who = _who(visit)
    return page(
        visit,
        "people/my_data.html",
        is_resident=who.is_resident,
        votes_url=f"{visit.root}/{_home(visit).slug}/my-votes" if who.is_resident else "",
    )


@router.get("/{lang}/me/data.json")
def take_away(visit: SignedIn) -> Response:
    """All of it as one file. No key, no keyed hash, and nothing of what was voted for."""
    who = _who(visit)
    kept = _of_person(visit, who) if who.is_resident else _of_official(visit, who)
    body = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True, default=_plain)
    return file(body + "\n", "application/json", name="asar-my-data.json", public=False)


@router.get("/{lang}/me/erase")
def ask_erase(visit: Resident) -> Response:
    """Says what goes and what stays, before anything is done."""
    return _erase_page(visit, _who(visit), blank())


@router.post("/{lang}/me/erase")
def erase(visit: Resident, posted: Form) -> Response:
    """Ends the account of whoever is signed in. It cannot be undone."""
    who = _who(visit)
    person_id, session = who.person_id or "", visit.session
    form = fill(EraseForm, posted)
    try:
        if form.value is None or not form.value.sure:
            raise Refusal("people.erase_sure", field="sure")
        _prove(visit, who, form.value.group)
        with transaction(session):
            insist(_why_not(visit, person_id))
            record(
                session,
                district_id=who.district_id or "",
                subject=who.district_id or "",
                kind="people.account_erased",
                at=visit.clock.now(),
                office="resident",
            )
            for room in (voting, followup, proposals, budget, people):
                room.erase_person(session, person_id=person_id)
    except Refusal as why:
        return _erase_page(visit, who, form.refused(why), status=422)
    visit.who = None
    response = see_other(visit, f"{visit.root}/about/privacy?erased=1")
    forget_cookie(visit, response)
    return response


def _prove(visit: Visit, who: Who, group: str) -> None:
    """Whoever holds the phone may be somebody else: the card is asked for again."""
    session, person_id = visit.session, who.person_id or ""
    if people.card_of(session, person_id=person_id) is None:
        how = session.exec(select(SignIn.how).where(SignIn.id == who.sign_in_id)).first()
        if how == Means.PHONE:
            raise Refusal("people.erase_needs_card")
        return
    # Counted before the group is looked at, in a transaction of its own.
    subject = tries_of_persons_card(session, keyring=visit.keyring, person_id=person_id)
    with transaction(session):
        slowed = count_try(session, subject=subject, now=visit.clock.now())
    insist(slowed.at("group") if slowed else None)
    if not people.card_proves(session, keyring=visit.keyring, person_id=person_id, typed=group):
        raise Refusal("people.erase_group", field="group")


def _why_not(visit: Visit, person_id: str) -> Refusal | None:
    return people.why_not_erase(visit.session, person_id=person_id) or voting.why_not_erase(
        visit.session, person_id=person_id
    )


def _erase_page(visit: Visit, who: Who, form: Filled[Any], *, status: int = 200) -> Response:
    person_id = who.person_id or ""
    typed = {name: text for name, text in form.typed.items() if name == "sure"}
    return page(
        visit,
        "people/erase.html",
        status=status,
        form=Filled(typed=typed, problems=form.problems),
        why=_why_not(visit, person_id),
        has_card=people.card_of(visit.session, person_id=person_id) is not None,
        drafts=sum(
            one["status"] == "draft"
            for one in proposals.kept_of_person(visit.session, person_id=person_id)
        ),
    )


def _of_person(visit: Visit, who: Who) -> dict[str, Any]:
    session, person_id = visit.session, who.person_id or ""
    return {
        "resident": people.kept_of_person(session, keyring=visit.keyring, person_id=person_id),
        "proposals": proposals.kept_of_person(session, person_id=person_id),
        "contributions": budget.kept_of_person(session, person_id=person_id),
        "letters_to_deputies": followup.kept_of_person(session, person_id=person_id),
        "voting": voting.kept_of_person(
            session,
            keyring=visit.keyring,
            district_id=who.district_id or "",
            person_id=person_id,
            now=visit.now,
        ),
        "made_at": visit.now,
    }


def _of_official(visit: Visit, who: Who) -> dict[str, Any]:
    kept = people.kept_of_official(visit.session, official_id=who.official_id or "")
    return {"official": kept, "made_at": visit.now}


def _who(visit: Visit) -> Who:
    assert visit.who is not None
    return visit.who


def _home(visit: Visit) -> District:
    return visit.session.get_one(District, _who(visit).district_id)


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(type(value).__name__)
