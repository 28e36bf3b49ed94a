"""Reading the paper ballots: every sheet by two people, a difference by a third.

The second does not see what the first read. Whoever settles a difference is neither of the two, so
no single person decides what a sheet says. Counts only: nothing here tells a count per project.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.core.clock import Clock
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.rounds.calendar import Act, why_not_now
from app.rounds.models import Round
from app.rounds.queries import calendar_of, lock_round
from app.voting import queries, rules
from app.voting.models import Channel, PaperBallot, PaperEntry


@dataclass(frozen=True, slots=True)
class Balance:
    """Where the sheets of a round are. `agreed` and `spoiled` say what settled sheets came to."""

    printed: int
    large: int  # of the printed ones, in large print
    returned: int  # came back unused
    issued: int  # rights that are on paper
    once: int  # read by one person
    differing: int  # read by two, differently
    agreed: int  # settled, and counted at the close
    spoiled: int  # settled as spoiled
    settled_by_third: int

    @property
    def entered(self) -> int:
        """Sheets that somebody read."""
        return self.once + self.differing + self.agreed + self.spoiled

    @property
    def not_entered(self) -> int:
        """Issued, and read by nobody."""
        return self.issued - self.entered

    @property
    def waiting(self) -> int:
        """Sheets that are not accounted for yet."""
        return self.not_entered + self.once + self.differing


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of entering a sheet: the how many-th reading, and whether it is settled now."""

    reading: int
    settled: bool


def balance(session: Session, *, of: Round) -> Balance:
    """The balance of the sheets, as it stands."""
    sheets = session.exec(
        select(PaperBallot).where(
            PaperBallot.district_id == of.district_id, PaperBallot.round_id == of.id
        )
    ).all()
    read = list(_readings(session, of).values())
    final = [one for one in map(_settled, read) if one is not None]
    return Balance(
        printed=len(sheets),
        large=sum(sheet.large for sheet in sheets),
        returned=sum(sheet.returned for sheet in sheets),
        issued=queries.rights_used(session, of=of, channel=Channel.PAPER),
        once=sum(len(one) == 1 for one in read),
        differing=sum(len(one) == 2 and _settled(one) is None for one in read),
        agreed=sum(not one.spoiled for one in final),
        spoiled=sum(one.spoiled for one in final),
        settled_by_third=sum(len(one) == 3 for one in read),
    )


def settled(session: Session, *, of: Round) -> list[tuple[int, ...]]:
    """What the settled, unspoiled sheets say. For the close, and for nothing before it."""
    final = [one for one in map(_settled, _readings(session, of).values()) if one is not None]
    return [tuple(one.choices) for one in final if not one.spoiled]


def differing(session: Session, *, of: Round) -> list[str]:
    """The numbers of the sheets that two people read differently."""
    return sorted(
        number
        for number, read in _readings(session, of).items()
        if len(read) == 2 and _settled(read) is None
    )


def enter(
    session: Session,
    *,
    clock: Clock,
    district_id: str,
    round_id: str,
    number: str,
    choices: Collection[int],
    spoiled: bool,
    official_id: str,
) -> Reading:
    """Enters what one person read from a sheet: its first or second reading."""
    of, read = _sheet(session, clock, district_id, round_id, number)
    said = _said(session, of, choices, spoiled)
    for one in read[:2]:
        if one.entered_by == official_id:
            if (one.choices, one.spoiled) != said:
                raise Refusal("voting.entered_by_you", field="number")
            # The same again: the answer to the first press was lost.
            return Reading(one.reading, _settled(read) is not None)
    if len(read) >= 2:
        raise Refusal("voting.entered_twice", field="number")
    if not read:
        # More sheets in the box than rights on paper: somebody put in what nobody was handed.
        sheets = balance(session, of=of)
        if sheets.entered >= sheets.issued:
            raise Refusal("voting.more_than_issued", field="number")
    return _write(session, of, number, read, said, official_id)


def settle(
    session: Session,
    *,
    clock: Clock,
    district_id: str,
    round_id: str,
    number: str,
    choices: Collection[int],
    spoiled: bool,
    official_id: str,
    office: str,
    by_name: str,
) -> Reading:
    """Settles a difference: what a third person read from the sheet holds."""
    of, read = _sheet(session, clock, district_id, round_id, number)
    said = _said(session, of, choices, spoiled)
    if any(one.entered_by == official_id for one in read[:2]):
        raise Refusal("voting.third_person", field="number")
    if len(read) == 3 and (read[2].entered_by, read[2].choices, read[2].spoiled) == (
        official_id,
        *said,
    ):
        return Reading(3, settled=True)
    if len(read) != 2 or _settled(read) is not None:
        raise Refusal("voting.nothing_to_settle", field="number")
    made = _write(session, of, number, read, said, official_id)
    record(
        session,
        district_id=of.district_id,
        round_id=of.id,
        subject=of.id,
        kind="voting.paper_settled",
        at=clock.now(),
        office=office,
        by_name=by_name,
        left=len(differing(session, of=of)),
    )
    return made


def _sheet(
    session: Session, clock: Clock, district_id: str, round_id: str, number: str
) -> tuple[Round, list[PaperEntry]]:
    """The round, locked alone, and the readings of a sheet that may be entered now."""
    of = lock_round(session, round_id=round_id, alone=True)
    now = clock.now()
    insist(why_not_now(Act.ENTER_PAPER, calendar_of(session, round_id=round_id), now))
    if queries.turnout(session, district_id=district_id, round_id=round_id) is not None:
        raise Refusal("voting.paper_closed")
    sheet = session.get(PaperBallot, (district_id, round_id, number))
    if of.district_id != district_id or sheet is None:
        raise Refusal("voting.unknown_sheet", field="number")
    if sheet.returned:
        raise Refusal("voting.sheet_returned", field="number")
    read = session.exec(
        select(PaperEntry)
        .where(PaperEntry.district_id == district_id, PaperEntry.round_id == round_id)
        .where(PaperEntry.number == number)
        .order_by(col(PaperEntry.reading))
    ).all()
    return of, list(read)


def _said(
    session: Session, of: Round, choices: Collection[int], spoiled: bool
) -> tuple[list[int], bool]:
    insist(rules.why_not_read(choices, spoiled=spoiled, on=queries.paper_of(session, of=of)))
    return ([] if spoiled else sorted(set(choices)), spoiled)


def _write(
    session: Session,
    of: Round,
    number: str,
    read: list[PaperEntry],
    said: tuple[list[int], bool],
    official_id: str,
) -> Reading:
    made = PaperEntry(
        district_id=of.district_id,
        round_id=of.id,
        number=number,
        reading=len(read) + 1,
        choices=said[0],
        spoiled=said[1],
        entered_by=official_id,
    )
    session.add(made)
    session.flush()
    return Reading(made.reading, _settled([*read, made]) is not None)


def _readings(session: Session, of: Round) -> dict[str, list[PaperEntry]]:
    found: dict[str, list[PaperEntry]] = {}
    for one in session.exec(
        select(PaperEntry)
        .where(PaperEntry.district_id == of.district_id, PaperEntry.round_id == of.id)
        .order_by(col(PaperEntry.number), col(PaperEntry.reading))
    ):
        found.setdefault(one.number, []).append(one)
    return found


def _settled(read: list[PaperEntry]) -> PaperEntry | None:
    """The reading that holds: two that agree, or the third; None while there is none."""
    if len(read) >= 3:
        return read[2]
    if len(read) == 2 and (read[0].choices, read[0].spoiled) == (read[1].choices, read[1].spoiled):
        return read[1]
    return None
