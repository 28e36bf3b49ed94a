"""What a round's sum rests on: a dated statement of the akim, or a line of a published budget.

A round decides about money before its budget exists, so the sum is indicative at first. What it
rests on is kept one after the other and never changed; the newest holds. A line's amount is not
typed: it is read from the version. `line` none means all lines of the version that are marked as
this round's, together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.budget import queries as budgets
from app.budget.models import BudgetVersion, Kind, Side
from app.budget.sums import Line
from app.core.clock import day_of
from app.core.ids import new_id
from app.core.money import MOST
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.rounds.calendar import Act, Calendar, why_not_now
from app.rounds.models import BasisKind, EnvelopeBasis, EnvelopeKind, Round, Stage
from app.rounds.queries import calendar_of, lock_round

AHEAD = 2  # a budget names two planned years after its own
APPROVED = frozenset({Kind.APPROVED, Kind.REFINED})
COLUMNS = ("amount", "amount_1", "amount_2")  # of the version's own year, the next, the one after


@dataclass(frozen=True, slots=True)
class Citable:
    """A line of a published version that a round's sum can rest on. Tenge."""

    version: BudgetVersion
    line: int | None
    amount: int
    named: Line | None

    @property
    def code(self) -> str:
        """How a form names it: year, number of the version, place of the line (0: the round's)."""
        return f"{self.version.year}-{self.version.number}-{self.line or 0}"


@dataclass(frozen=True, slots=True)
class Resting:
    """A basis with the version it names, if it names one."""

    basis: EnvelopeBasis
    version: BudgetVersion | None


def amount_in(
    lines: Sequence[Line], *, line: int | None, year: int, budget_year: int, round_id: str
) -> int | None:
    """What a plan of `year` says of the round's year in this line, or in all lines of the round."""
    if not 0 <= budget_year - year <= AHEAD:
        return None
    column = COLUMNS[budget_year - year]
    if line is not None:
        found = lines[line - 1 : line] if line > 0 else ()
    else:
        found = tuple(one for one in lines if one.round_id == round_id)
    amounts = [getattr(one, column) for one in found if one.side == Side.SPENDING]
    total = sum(one for one in amounts if one is not None)
    return total or None


def why_not_rest(one: Round, of: Calendar) -> Refusal | None:
    """Why nothing more can be said of what a sum rests on: called off, or confirmed by now."""
    if of.cancelled_at is not None:
        return Refusal("rounds.cancelled", at=of.cancelled_at)
    if one.envelope_kind == EnvelopeKind.CONFIRMED:
        return Refusal("rounds.confirmed")
    return None


def why_not_amount(one: Round, of: Calendar, amount: int, now: datetime) -> Refusal | None:
    """Until voting opens a paper has to cover what is asked about; later it may name less."""
    if amount <= 0 or amount > MOST:
        return Refusal("rounds.envelope", field="amount")
    if now < of.begins(Stage.VOTING) and amount < one.envelope:
        return Refusal("envelope.less", field="amount", asked_tenge=one.envelope)
    return None


def why_not_statement(
    *, said_on: date, act_number: str, words_kk: str, words_ru: str, today: date
) -> Refusal | None:
    """What a statement lacks."""
    if not act_number.strip():
        return Refusal("form.missing", field="act_number")
    if said_on > today:
        return Refusal("envelope.ahead", field="said_on")
    if said_on < date(today.year - 1, 1, 1):
        return Refusal("envelope.old", field="said_on", first=date(today.year - 1, 1, 1))
    if not words_kk.strip():
        return Refusal("form.missing", field="words_kk")
    return Refusal("form.missing", field="words_ru") if not words_ru.strip() else None


def covers(one: Round, resting: Resting | None) -> bool:
    """Whether a paper names at least what the round asks about."""
    return resting is not None and resting.basis.amount >= one.envelope


def owed(one: Round, of: Calendar, resting: Resting | None, now: datetime) -> bool:
    """Whether the office still owes a paper that the sum rests on before the rules freeze."""
    open_still = one.frozen_at is None and now < of.begins(Stage.VOTING)
    own = not one.imported_from and of.cancelled_at is None
    return own and open_still and not covers(one, resting)


def state(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    amount: int,
    said_on: date,
    act_number: str,
    words_kk: str,
    words_ru: str,
    by_name: str,
    now: datetime,
) -> EnvelopeBasis:
    """The akim states what sum the round is about, in tenge, with a number and a date.

    Raises Refusal rounds.cancelled, rounds.confirmed, rounds.envelope, envelope.*, form.missing.
    """
    one = _locked(session, district_id, round_id)
    of = calendar_of(session, round_id=one.id)
    insist(why_not_rest(one, of))
    insist(why_not_amount(one, of, amount, now))
    insist(
        why_not_statement(
            said_on=said_on,
            act_number=act_number,
            words_kk=words_kk,
            words_ru=words_ru,
            today=day_of(now),
        )
    )
    last = resting_of(session, district_id=district_id, round_id=round_id)
    said = (amount, said_on, act_number.strip(), words_kk.strip(), words_ru.strip())
    if last is not None and last.basis.kind == BasisKind.STATEMENT:
        known = last.basis
        kept = (known.amount, known.said_on, known.act_number, known.words_kk, known.words_ru)
        if kept == said:
            return known  # pressed twice
    return keep(
        session,
        one,
        kind=BasisKind.STATEMENT,
        amount=amount,
        said_on=said_on,
        act_number=act_number.strip(),
        words=(words_kk.strip(), words_ru.strip()),
        office="akim",
        by_name=by_name,
        now=now,
    )


def cite(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    year: int,
    number: int,
    line: int | None,
    by_name: str,
    now: datetime,
) -> EnvelopeBasis:
    """Names the line of a published plan that a round's sum rests on; its amount is the line's.

    Only while the rules can be changed. Raises Refusal rounds.cancelled, rounds.closed,
    envelope.no_line, envelope.less.
    """
    one = _locked(session, district_id, round_id)
    of = calendar_of(session, round_id=one.id)
    insist(why_not_rest(one, of) or why_not_now(Act.EDIT_RULES, of, now))
    found = cited(session, one, year=year, number=number, line=line)
    insist(why_not_amount(one, of, found.amount, now))
    last = resting_of(session, district_id=district_id, round_id=round_id)
    if last is not None and (last.basis.version_id, last.basis.line) == (found.version.id, line):
        return last.basis  # pressed twice
    return keep(
        session,
        one,
        kind=BasisKind.PLANNED_LINE,
        amount=found.amount,
        said_on=found.version.act_date or day_of(found.version.at),
        act_number=found.version.act_number,
        cites=found,
        office="clerk",
        by_name=by_name,
        now=now,
    )


def cited(session: Session, one: Round, *, year: int, number: int, line: int | None) -> Citable:
    """The line of this round's district, with what it says of the round's year.

    Raises Refusal envelope.no_line where there is no such version or line, or it says nothing.
    """
    version = budgets.version(session, district_id=one.district_id, year=year, number=number)
    if version is not None:
        lines = budgets.lines(session, district_id=one.district_id, version_id=version.id)
        amount = amount_in(
            lines, line=line, year=year, budget_year=one.budget_year, round_id=one.id
        )
        if amount is not None:
            return Citable(version, line, amount, lines[line - 1] if line is not None else None)
    raise Refusal("envelope.no_line", field="line")


def approved_line(session: Session, one: Round, *, number: int, line: int | None) -> Citable:
    """The line of the approved budget that confirms a round's sum.

    Raises Refusal envelope.not_approved, envelope.newer where another version holds by now, and
    envelope.no_line.
    """
    newest = budgets.newest(session, district_id=one.district_id, year=one.budget_year)
    if newest is None or newest.kind not in APPROVED:
        raise Refusal("envelope.not_approved", field="line", year=str(one.budget_year))
    if newest.number != number:
        raise Refusal("envelope.newer", field="line", number=newest.number)
    return cited(session, one, year=one.budget_year, number=number, line=line)


def citable(
    session: Session, one: Round, *, approved: bool = False, most: int = 300
) -> tuple[Citable, ...]:
    """The lines that a round's sum can rest on, the round's own first in each version.

    Of the newest version of the year's plan and of the two years before; `approved`: of the one
    that the maslikhat approved alone.
    """
    found: list[Citable] = []
    for year in range(one.budget_year, one.budget_year - AHEAD - 1, -1):
        held = budgets.published(session, district_id=one.district_id, year=year)
        if held is None or (
            approved and (year != one.budget_year or held.version.kind not in APPROVED)
        ):
            continue
        places: list[int | None] = [None, *range(1, len(held.lines) + 1)]
        for place in places:
            amount = amount_in(
                held.lines,
                line=place,
                year=year,
                budget_year=one.budget_year,
                round_id=one.id,
            )
            if amount is not None:
                named = held.lines[place - 1] if place is not None else None
                found.append(Citable(held.version, place, amount, named))
    return tuple(found[:most])


def bases_of(session: Session, *, district_id: str, round_id: str) -> tuple[Resting, ...]:
    """Everything a round's sum rested on, the newest first."""
    rows = session.exec(
        select(EnvelopeBasis)
        .where(EnvelopeBasis.district_id == district_id, EnvelopeBasis.round_id == round_id)
        .order_by(col(EnvelopeBasis.number).desc())
    ).all()
    ids = [row.version_id for row in rows if row.version_id]
    versions = {
        one.id: one
        for one in session.exec(
            select(BudgetVersion).where(
                BudgetVersion.district_id == district_id, col(BudgetVersion.id).in_(ids)
            )
        )
    }
    return tuple(Resting(row, versions.get(row.version_id or "")) for row in rows)


def resting_of(session: Session, *, district_id: str, round_id: str) -> Resting | None:
    """What a round's sum rests on now."""
    found = bases_of(session, district_id=district_id, round_id=round_id)
    return found[0] if found else None


def in_rules(resting: Resting | None) -> dict[str, Any] | None:
    """The basis as the rules name it: plain JSON values; none where there is none."""
    if resting is None:
        return None
    basis, version = resting.basis, resting.version
    told: dict[str, Any] = {
        "kind": basis.kind,
        "amount": basis.amount,
        "date": basis.said_on.isoformat(),
    }
    told |= {
        name: value
        for name in ("act_number", "words_kk", "words_ru", "line")
        if (value := getattr(basis, name))
    }
    if version is not None:
        told["version"] = {
            "year": version.year,
            "number": version.number,
            "sha256": version.sha256,
        }
    return told


def keep(
    session: Session,
    one: Round,
    *,
    kind: BasisKind,
    amount: int,
    said_on: date,
    act_number: str,
    words: tuple[str, str] = ("", ""),
    cites: Citable | None = None,
    office: str,
    by_name: str,
    now: datetime,
) -> EnvelopeBasis:
    """Keeps a basis behind the last one, in public. The round's row is held by the caller."""
    last = resting_of(session, district_id=one.district_id, round_id=one.id)
    made = EnvelopeBasis(
        id=new_id(),
        district_id=one.district_id,
        round_id=one.id,
        number=last.basis.number + 1 if last else 1,
        kind=kind,
        amount=amount,
        said_on=said_on,
        act_number=act_number,
        words_kk=words[0],
        words_ru=words[1],
        version_id=cites.version.id if cites else None,
        line=cites.line if cites else None,
        by_name=by_name,
        at=now,
    )
    session.add(made)
    session.flush()
    if kind is BasisKind.APPROVED_LINE:
        return made  # what confirms a sum is told with its confirmation
    becomes = in_rules(Resting(made, cites.version if cites else None))
    record(
        session,
        district_id=one.district_id,
        round_id=one.id,
        subject=one.id,
        kind=f"rounds.basis_{kind}",
        at=now,
        office=office,
        by_name=by_name,
        before=in_rules(last),
        after=becomes,
        amount=amount,
        number=act_number or None,
        date=said_on,
        budget_year=str(cites.version.year) if cites else None,
        version=cites.version.number if cites else None,
        line=cites.line if cites else None,
        words_kk=words[0] or None,
        words_ru=words[1] or None,
    )
    return made


def told(facts: Mapping[str, Any]) -> tuple[int, int | None] | None:
    """The version and the line that a request to confirm names; none in requests of old."""
    if "version" not in facts:
        return None
    return int(facts["version"]), None if facts["line"] is None else int(facts["line"])


def _locked(session: Session, district_id: str, round_id: str) -> Round:
    one = lock_round(session, round_id=round_id, alone=True)
    if one.district_id != district_id:
        raise LookupError(round_id)
    return one
