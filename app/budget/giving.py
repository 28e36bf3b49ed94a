"""What people give of their own: pledged, confirmed, received, spent, taken back, returned.

The record never names who gave. Nothing is overwritten: a mistake is mended by its opposite.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from app.budget.giving_models import Contribution, ContributionMove, Move
from app.budget.giving_rules import (
    Pledge,
    Sums,
    sums_of,
    why_not_confirm,
    why_not_move,
    why_not_pledge,
)
from app.core.clock import day_of
from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.places.models import District

MOST_WAITING = 20  # pledges of one resident that the office has not looked at


@dataclass(frozen=True, slots=True)
class To:
    """The project a contribution goes to; without one it is for the village in general."""

    proposal_id: str | None = None
    number: str = ""
    round_id: str | None = None


IN_GENERAL = To()


def pledge(
    session: Session,
    *,
    district_id: str,
    pledge: Pledge,
    now: datetime,
    to: To = IN_GENERAL,
    person_id: str | None = None,
    by_name: str = "",
    contribution_id: str | None = None,
) -> Contribution:
    """Writes a pledge down: a resident's own, or one that an official (`by_name`) was told of.

    What the office wrote down itself is confirmed. `contribution_id` comes with the form: a form
    pressed twice pledges once. Raises Refusal giving.what, giving.name, giving.consent,
    giving.many_waiting, form.*.
    """
    insist(why_not_pledge(pledge))
    _lock_numbers(session, district_id)
    if contribution_id and (known := session.get(Contribution, contribution_id)):
        if (known.district_id, known.person_id) != (district_id, person_id):
            raise Refusal("form.wrong")
        return known
    if person_id is not None:
        waiting = session.exec(
            select(func.count())
            .select_from(Contribution)
            .where(
                Contribution.district_id == district_id,
                Contribution.person_id == person_id,
                col(Contribution.confirmed_at).is_(None),
            )
        ).one()
        if waiting >= MOST_WAITING:
            raise Refusal("giving.many_waiting", most=MOST_WAITING)
    last = session.exec(
        select(func.max(Contribution.number)).where(Contribution.district_id == district_id)
    ).one()
    made = Contribution(
        id=contribution_id or new_id(),
        district_id=district_id,
        number=(last or 0) + 1,
        proposal_id=to.proposal_id,
        person_id=person_id,
        named=pledge.named,
        name=pledge.name,
        given_as=pledge.given_as,
        worth=pledge.worth,
        what_kk=pledge.what_kk,
        what_ru=pledge.what_ru,
        by_name=by_name,
        confirmed_at=now if by_name else None,
        at=now,
    )
    session.add(made)
    session.flush()
    record(
        session,
        district_id=district_id,
        round_id=to.round_id,
        subject=made.id,
        kind="budget.pledged",
        at=now,
        office="clerk" if by_name else "resident",
        by_name=by_name,
        number=made.number,
        project=to.number or None,
        given_as=str(made.given_as),
        worth=made.worth,
    )
    return made


def confirm(
    session: Session,
    *,
    district_id: str,
    number: int,
    worth: int,
    by_name: str,
    now: datetime,
) -> Contribution:
    """The office has spoken with who promised: from now on the pledge counts and is public.

    Of labour and machines it may set the worth. Raises Refusal giving.no_such, giving.confirmed,
    giving.nothing_coming, giving.money_as_promised.
    """
    one, sums = locked(session, district_id=district_id, number=number)
    insist(
        why_not_confirm(
            confirmed=one.confirmed_at is not None, sums=sums, worth=worth, given_as=one.given_as
        )
    )
    if worth <= sums.taken_back or not (one.person_id or one.by_name):  # nobody stands behind it
        raise Refusal("giving.nothing_coming")
    before = {"worth": one.worth, "confirmed": False}
    one.worth, one.confirmed_at = worth, now
    session.add(one)
    record(
        session,
        district_id=district_id,
        subject=one.id,
        kind="budget.pledge_confirmed",
        at=now,
        office="clerk",
        by_name=by_name,
        before=before,
        after={"worth": worth, "confirmed": True},
        number=one.number,
        worth=worth,
    )
    return one


def move(
    session: Session,
    *,
    district_id: str,
    number: int,
    move: Move,
    amount: int,
    moved_on: date,
    now: datetime,
    by_name: str = "",
    document: str = "",
    words_kk: str = "",
    words_ru: str = "",
    move_id: str | None = None,
) -> ContributionMove:
    """Says what came of a contribution, in tenge; a negative amount takes a mistake back.

    Never more is spent or returned than was received, never more received or taken back than was
    promised. Without `by_name` the giver said so. Raises Refusal giving.*.
    """
    one, sums = locked(session, district_id=district_id, number=number)
    if move_id and (known := session.get(ContributionMove, move_id)):
        if known.contribution_id != one.id:
            raise Refusal("form.wrong")
        return known
    insist(
        why_not_move(
            move,
            amount=amount,
            moved_on=moved_on,
            words_kk=words_kk,
            words_ru=words_ru,
            sums=sums,
            confirmed=one.confirmed_at is not None,
            today=day_of(now),
        )
    )
    made = ContributionMove(
        id=move_id or new_id(),
        district_id=district_id,
        contribution_id=one.id,
        move=move,
        moved_on=moved_on,
        amount=amount,
        document=document,
        words_kk=words_kk,
        words_ru=words_ru,
        by_name=by_name,
        at=now,
    )
    session.add(made)
    session.flush()
    record(
        session,
        district_id=district_id,
        subject=one.id,
        kind=f"budget.contribution_{move}" if amount > 0 else "budget.contribution_mended",
        at=now,
        office="clerk" if by_name else "resident",
        by_name=by_name,
        number=one.number,
        move=str(move) if amount < 0 else None,
        amount=amount,
        date=moved_on,
        document=document or None,
        words_kk=words_kk or None,
        words_ru=words_ru or None,
    )
    return made


def name_giver(
    session: Session,
    *,
    district_id: str,
    number: int,
    named: bool,
    name: str,
    now: datetime,
    by_name: str = "",
) -> Contribution:
    """The giver wants to be named, or no more: then no name is kept. Raises Refusal giving.*."""
    one, _ = locked(session, district_id=district_id, number=number)
    if named and not name:
        raise Refusal("giving.name", field="name")
    if name and not named:
        raise Refusal("giving.consent", field="named")
    changed = (one.named, one.name) != (named, name)
    one.named, one.name = named, name
    session.add(one)
    session.flush()
    if changed:
        record(
            session,
            district_id=district_id,
            subject=one.id,
            kind="budget.giver_named" if named else "budget.giver_unnamed",
            at=now,
            office="clerk" if by_name else "resident",
            by_name=by_name,
            number=one.number,
        )
    return one


def locked(session: Session, *, district_id: str, number: int) -> tuple[Contribution, Sums]:
    """A contribution with its sums, held until the transaction ends.

    Raises Refusal giving.no_such, also for another district's.
    """
    one = session.exec(
        select(Contribution)
        .where(Contribution.district_id == district_id, Contribution.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if one is None:
        raise Refusal("giving.no_such")
    moves = session.exec(
        select(ContributionMove.move, ContributionMove.amount).where(
            ContributionMove.contribution_id == one.id
        )
    ).all()
    return one, sums_of(one.worth, moves)


def _lock_numbers(session: Session, district_id: str) -> None:
    """Two pledges at once do not get one number."""
    session.exec(select(District.id).where(District.id == district_id).with_for_update()).one()
