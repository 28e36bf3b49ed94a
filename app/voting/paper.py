"""Sheets of paper: printing them, handing one to a person, taking an unused one back.

A sheet's number and a person never meet: what is written is that a right is on paper, not on which
sheet. What the desk learns about a person is "done" or "already issued", never how they voted.
"""

from sqlmodel import Session, select

from app.core.clock import Clock
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.rounds.calendar import Act, why_not_now
from app.rounds.models import Round
from app.rounds.queries import calendar_of, lock_round
from app.voting import box, envelopes, queries, rules
from app.voting.models import PaperBallot
from app.voting.numbers import new_number
from app.voting.readings import balance


def print_sheets(
    session: Session,
    *,
    clock: Clock,
    district_id: str,
    round_id: str,
    count: int,
    large: bool,
    office: str,
    by_name: str,
) -> list[str]:
    """Makes so many sheets; their numbers, in the order they were drawn."""
    of = _of(session, district_id, round_id)
    now = clock.now()
    insist(rules.why_not_print(count, of=calendar_of(session, round_id=round_id), now=now))
    if not queries.paper_of(session, of=of).numbers:
        raise Refusal("voting.no_projects")
    taken = set(
        session.exec(select(PaperBallot.number).where(PaperBallot.round_id == round_id)).all()
    )
    numbers: list[str] = []
    while len(numbers) < count:
        number = new_number()
        if number not in taken:
            taken.add(number)
            numbers.append(number)
    session.connection().execute(
        box.table_of(PaperBallot).insert(),
        [
            {
                "district_id": district_id,
                "round_id": round_id,
                "number": number,
                "large": large,
                "returned": False,
            }
            for number in sorted(numbers)
        ],
    )
    record(
        session,
        district_id=district_id,
        round_id=round_id,
        subject=round_id,
        kind="voting.ballots_printed",
        at=now,
        office=office,
        by_name=by_name,
        count=count,
        large=large,
    )
    return numbers


def issue(
    session: Session,
    *,
    keyring: Keyring,
    clock: Clock,
    district_id: str,
    round_id: str,
    person_id: str,
) -> None:
    """Turns a person's right into one on paper; what they voted online no longer counts.

    Whether they had voted is not told. Raises Refusal("voting.already_issued") the second time.
    """
    of = _of(session, district_id, round_id)
    now = clock.now()
    insist(envelopes.why_no_key(keyring, of))
    insist(
        rules.why_not_issue(
            of=calendar_of(session, round_id=round_id),
            now=now,
            no_right=queries.why_no_right(session, of=of, person_id=person_id),
        )
    )
    key = envelopes.ballot_key(keyring, round_id=round_id, person_id=person_id)
    if not box.mark_paper(session, district_id=district_id, round_id=round_id, ballot_key=key):
        raise Refusal("voting.already_issued", field="person")


def take_back(
    session: Session,
    *,
    keyring: Keyring,
    clock: Clock,
    district_id: str,
    round_id: str,
    person_id: str,
    number: str,
) -> None:
    """Frees a right whose sheet came back unused, while the vote runs.

    The sheet itself is demanded, and can never be entered again: otherwise the same right could be
    used on the sheet in the box and once more online.
    """
    of = _of(session, district_id, round_id)
    now = clock.now()
    insist(why_not_now(Act.ISSUE_PAPER, calendar_of(session, round_id=round_id), now))
    insist(envelopes.why_no_key(keyring, of))
    sheet = session.get(PaperBallot, (district_id, round_id, number))
    if sheet is None:
        raise Refusal("voting.unknown_sheet", field="number")
    if sheet.returned:
        raise Refusal("voting.sheet_returned", field="number")
    if queries.is_entered(session, of=of, number=number):
        raise Refusal("voting.sheet_entered", field="number")
    sheets = balance(session, of=of)
    if sheets.not_entered < 1:
        raise Refusal("voting.none_out", field="person")
    key = envelopes.ballot_key(keyring, round_id=round_id, person_id=person_id)
    if not box.take_out_paper(session, district_id=district_id, round_id=round_id, ballot_key=key):
        raise Refusal("voting.not_issued", field="person")
    sheet.returned = True
    session.add(sheet)


def _of(session: Session, district_id: str, round_id: str) -> Round:
    """The round, locked alone: sheets, rights and readings are weighed against each other."""
    of = lock_round(session, round_id=round_id, alone=True)
    if of.district_id != district_id:
        raise Refusal("voting.unknown_sheet")
    return of
