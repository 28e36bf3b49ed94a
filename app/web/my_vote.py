"""*Was a vote cast in my name?* For oneself, and at the desk for whoever stands there."""

from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel

from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.notices.models import NoticeChoice, Telling
from app.people.phone_models import PersonPhone
from app.people.phones import own_phone
from app.people.roll_changes import off_line
from app.people.roll_queries import roll_line
from app.rounds.models import Stage
from app.voting import disputes, told
from app.voting.mine import Answer, MyVote, asked_about, my_votes
from app.voting.mine import ask_at_desk as note_question
from app.web.doors import Clerk, Resident
from app.web.forms import Filled, Form, blank, fill
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
CLOSE = Stage.COUNTING  # begins when the vote ends
MARKS: dict[Answer, Literal["ok", "plain", "late"]] = {
    Answer.ONLINE: "ok",
    Answer.PAPER: "ok",
    Answer.UNUSED: "plain",
    Answer.DESTROYED: "plain",
    Answer.NO_KEY: "late",
}


@dataclass(frozen=True, slots=True)
class VoteRow:
    """One round, and whether a vote was cast in this person's name."""

    key: str
    url: str
    mark: str
    answer: str
    used: bool
    open: bool
    closes: str
    became_url: str  # what became of what one chose; empty before the count
    dispute_url: str  # empty: nothing to dispute, or too late
    until: str
    said: tuple[tuple[str, str, str], ...]  # disputes: when, how it stands, why


@dataclass(frozen=True, slots=True)
class PhoneHere:
    """The number a message would go to."""

    number: str
    shared: bool


class NoticeForm(BaseModel):
    """How somebody wants to be told."""

    channel: Telling
    shared_too: str = ""


class AskForm(BaseModel):
    """The person stands there, and their document was seen."""

    document: str = ""


@router.get("/{lang}/{slug}/my-votes")
def show(visit: Resident, said: str = "", kept: str = "") -> Response:
    """One's own rounds, and how one wants to be told."""
    assert visit.who is not None
    chosen = visit.session.get(NoticeChoice, visit.who.person_id)
    form = blank(
        channel=chosen.channel if chosen else Telling.PAGE.value,
        shared_too="1" if chosen and chosen.shared_too else "",
    )
    return _own_page(visit, form, said=bool(said), kept=bool(kept))


@router.post("/{lang}/{slug}/my-votes/notice")
def choose_notice(visit: Resident, posted: Form) -> Response:
    """Keeps how one wants to be told."""
    assert visit.who is not None
    person_id = visit.who.person_id or ""
    form = fill(NoticeForm, posted)
    if form.value is None:
        return _own_page(visit, form, status=422)
    shared_too = form.value.channel is Telling.SMS and bool(form.value.shared_too)
    try:
        with transaction(visit.session) as session:
            insist(
                told.why_not_choose(
                    session,
                    person_id=person_id,
                    channel=form.value.channel,
                    shared_too=shared_too,
                )
            )
            told.choose(
                session,
                person_id=person_id,
                channel=form.value.channel,
                shared_too=shared_too,
                lang=visit.lang,
            )
    except Refusal as why:
        return _own_page(visit, form.refused(why), status=422)
    return see_other(visit, f"{visit.here}/my-votes?kept=1")


@router.get("/{lang}/{slug}/desk/roll/people/{person_id}/vote")
def ask(visit: Clerk, person_id: str) -> Response:
    """Asks for the document first. Nothing is answered yet."""
    return _desk_page(visit, person_id, Filled())


@router.post("/{lang}/{slug}/desk/roll/people/{person_id}/vote")
def answer(visit: Clerk, person_id: str, posted: Form) -> Response:
    """Notes that the office asked, and answers once: the page is kept nowhere."""
    assert visit.who is not None
    name_here(visit, person_id)
    form = fill(AskForm, posted)
    try:
        # Counted before it is answered, in a transaction of its own.
        with transaction(visit.session) as session:
            note_question(
                session,
                district_id=visit.district.id,
                person_id=person_id,
                document=bool(form.value and form.value.document),
                who=visit.who,
                now=visit.clock.now(),
            )
    except Refusal as why:
        return _desk_page(visit, person_id, form.refused(why), status=422)
    return _desk_page(visit, person_id, Filled(), answered=True)


def vote_rows(visit: Visit, person_id: str, *, own: bool) -> list[VoteRow]:
    """Every round of the district with what can be said of this person's right in it."""
    said = disputes.own_disputes(visit.session, person_id=person_id) if own else []
    rows = []
    for one in my_votes(
        visit.session,
        keyring=visit.keyring,
        district_id=visit.district.id,
        person_id=person_id,
        now=visit.now,
    ):
        mine = [dispute for dispute in said if dispute.round_id == one.of.id]
        waits = any(dispute.settled_at is None for dispute in mine)
        rows.append(
            VoteRow(
                key=one.of.key,
                url=f"{visit.here}/rounds/{one.of.key}/",
                mark=MARKS[one.answer],
                answer=phrases.label(f"my_vote.{one.answer}", visit.lang),
                used=one.answer in (Answer.ONLINE, Answer.PAPER),
                open=one.open,
                closes=formats.moment(one.calendar.begins(CLOSE), visit.lang),
                became_url=f"{visit.here}/rounds/{one.of.key}/results/mine"
                if own and one.of.counted_at is not None
                else "",
                dispute_url="" if waits or not own else _dispute_url(visit, one),
                until=formats.moment(disputes.until(one.of, one.calendar), visit.lang),
                said=tuple(
                    (
                        formats.moment_short(dispute.opened_at, visit.lang),
                        phrases.label(f"dispute.{dispute.outcome}", visit.lang),
                        dispute.why,
                    )
                    for dispute in mine
                ),
            )
        )
    return rows


def _dispute_url(visit: Visit, one: MyVote) -> str:
    why = disputes.why_not_open(of=one.of, calendar=one.calendar, answer=one.answer, now=visit.now)
    return "" if why else f"{visit.here}/rounds/{one.of.key}/not-my-vote"


def _own_page(
    visit: Visit, form: Filled[Any], *, status: int = 200, said: bool = False, kept: bool = False
) -> Response:
    assert visit.who is not None
    person_id = visit.who.person_id or ""
    say = translations(visit.lang).gettext
    return page(
        visit,
        "voting/my_votes.html",
        status=status,
        form=form,
        said=said,
        kept=kept,
        rows=vote_rows(visit, person_id, own=True),
        phone=_phone(visit, person_id),
        channels=[
            (Telling.PAGE.value, say(N_("Only here, on this page"))),
            (Telling.SMS.value, say(N_("By a message to my phone"))),
        ],
        asked=[
            (formats.moment_short(one.at, visit.lang), one.by_name)
            for one in asked_about(visit.session, person_id=person_id)
        ],
        office=visit.in_lang(visit.district, "address"),
        office_phone=visit.district.phone,
        back=Link(f"{visit.root}/me", say(N_("My page"))),
    )


def _phone(visit: Visit, person_id: str) -> PhoneHere | None:
    found = own_phone(visit.session, keyring=visit.keyring, person_id=person_id)
    row = visit.session.get(PersonPhone, person_id)
    if found is None or row is None:
        return None
    return PhoneHere(found.number, told.is_shared(visit.session, phone=row))


def name_here(visit: Visit, person_id: str) -> str:
    """The name of somebody who stands on this roll, or once stood; 404 for anybody else."""
    home = visit.district.id
    line = roll_line(visit.session, district_id=home, person_id=person_id)
    if line is not None:
        return line.name
    was = off_line(visit.session, district_id=home, person_id=person_id)
    if was is None:
        raise HTTPException(404)
    return was.name


def _desk_page(
    visit: Visit, person_id: str, form: Filled[Any], *, status: int = 200, answered: bool = False
) -> Response:
    base = f"{visit.here}/desk/roll/people/{person_id}"
    return page(
        visit,
        "voting/desk_vote.html",
        status=status,
        form=form,
        name=name_here(visit, person_id),
        base=base,
        answered=answered,
        rows=vote_rows(visit, person_id, own=False) if answered else [],
    )
