"""Sign-in cards: made for people on the roll, handed out against a document.

The code is told once, in the answer to the press that made it, and kept only as a keyed hash.
A new card ends the old one and every session that was opened with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.ledger.actions import record
from app.people.card_text import new_code, new_number
from app.people.models import Card, Person, RollEntry
from app.people.sign_in import end_all

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card as it goes to the printer, once."""

    number: str
    code: str
    name: str
    person_id: str
    settlement_id: str


def issue_card(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    person_id: str,
    by_name: str,
    now: datetime,
) -> IssuedCard:
    """A card for one person of this roll; the one they had stops working."""
    (issued,) = issue_cards(
        session,
        keyring=keyring,
        district_id=district_id,
        person_ids=[person_id],
        replace=True,
        by_name=by_name,
        now=now,
    )
    return issued


def issue_cards(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    person_ids: Sequence[str],
    replace: bool,
    by_name: str,
    now: datetime,
) -> list[IssuedCard]:
    """Cards for people of this roll, by their names. One act, one line in the record.

    Without `replace`, refuses where somebody has a card: a page sent twice ends no card.
    """
    wanted = list(dict.fromkeys(person_ids))
    if not wanted:
        raise Refusal("people.nobody_chosen")
    if len(wanted) > MOST_AT_ONCE:
        raise Refusal("people.too_many_cards", most=MOST_AT_ONCE)
    found = session.exec(
        select(Person, RollEntry)
        .join(RollEntry, col(RollEntry.person_id) == Person.id)
        .where(
            RollEntry.district_id == district_id,
            col(RollEntry.removed_on).is_(None),
            col(Person.id).in_(wanted),
        )
        .order_by(col(Person.full_name), col(Person.id))
    ).all()
    if len(found) != len(wanted):
        raise Refusal("people.not_on_this_roll")
    have = session.exec(
        select(Card).where(col(Card.person_id).in_(wanted), col(Card.replaced_at).is_(None))
    ).all()
    if have and not replace:
        raise Refusal("people.card_there", n=len(have))
    for card in have:
        end_all(session, now=now, person_id=card.person_id)
    session.execute(
        update(Card)
        .where(col(Card.person_id).in_(wanted), col(Card.replaced_at).is_(None))
        .values(replaced_at=now)
    )
    issued = []
    for person, entry in found:
        number, code = _free_number(session), new_code()
        session.add(
            Card(
                number=number,
                district_id=district_id,
                person_id=person.id,
                code_mac=keyring.mac("card", number, code),
                issued_at=now,
                issued_by=by_name,
            )
        )
        issued.append(IssuedCard(number, code, person.full_name, person.id, entry.settlement_id))
    try:
        session.flush()
    except IntegrityError:
        raise Refusal("people.card_raced") from None
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind="people.cards_issued",
        at=now,
        office="clerk",
        by_name=by_name,
        cards=len(issued),
        replaced=len(have),
    )
    return issued


def _free_number(session: Session) -> str:
    while True:
        number = new_number()
        if session.get(Card, number) is None:
            return number
