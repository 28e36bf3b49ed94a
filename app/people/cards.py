"""Sign-in cards: made for people on the roll, handed out against a document.

What is secret is told once, in the answer to the press that made it, and kept only as keyed hashes.
A new card ends the old one and every session of its person. More than a handful of new cards for
old ones in a day wants a second official: with a card one votes.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.core.clock import at, day_of
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.core.text import in_order
from app.ledger.actions import record
from app.ledger.models import Entry
from app.people.card_text import GROUP, code_of, new_code, new_number, new_secret
from app.people.models import Card, Person, RollEntry
from app.people.sign_in import end_all, tries_of_card
from app.places.models import District, Settlement

MOST_AT_ONCE = 200
HANDFUL = 5  # new cards for old ones, in a district and a day, without a second official
ISSUED = "people.cards_issued"


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card as it goes to the printer, once."""

    number: str
    code: str  # two groups, to be typed
    secret: str  # in the square
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
    agreed: bool = False,
) -> list[IssuedCard]:
    """Cards for people of this roll, by settlement and name. One act, one line in the record.

    Without `replace`, refuses where somebody has a card: a page sent twice ends no card. Refuses
    what is more than a handful anew in a day, unless a second official `agreed`.
    """
    wanted = wanted_people(person_ids)
    _lock(session, district_id)
    found = on_roll(session, district_id, wanted)
    if len(found) != len(wanted):
        raise Refusal("people.not_on_this_roll")
    live = session.exec(
        select(Card)
        .where(col(Card.person_id).in_(wanted), col(Card.replaced_at).is_(None))
        .order_by(col(Card.number))
        .with_for_update()
    ).all()
    if live and not replace:
        raise Refusal("people.card_there", n=len(live))
    anew = len(_had_one(session, district_id, wanted))
    if not agreed:
        insist(why_not_anew(session, district_id=district_id, anew=anew, now=now))
    # The cards first, then the sessions: a sign-in with an old card has committed by then, or it
    # finds the card replaced.
    session.execute(
        update(Card)
        .where(col(Card.person_id).in_(wanted), col(Card.replaced_at).is_(None))
        .values(replaced_at=now)
    )
    for person_id in sorted(card.person_id for card in live):
        end_all(session, now=now, person_id=person_id)
    issued = [
        _make(session, keyring, district_id, person, entry, by_name, now) for person, entry in found
    ]
    try:
        session.flush()
    except IntegrityError:
        raise Refusal("people.card_raced") from None
    record(
        session,
        district_id=district_id,
        subject=district_id,
        kind=ISSUED,
        at=now,
        office="clerk",
        by_name=by_name,
        first=len(issued) - anew,
        anew=anew,
        agreed=True if agreed else None,
    )
    return issued


def why_not_anew(session: Session, *, district_id: str, anew: int, now: datetime) -> Refusal | None:
    """Why so many new cards for old ones want a second official today."""
    left = left_today(session, district_id=district_id, now=now)
    if anew > left:
        return Refusal("people.cards_want_second", most=HANDFUL, n=left)
    return None


def left_today(session: Session, *, district_id: str, now: datetime) -> int:
    """How many cards may still be issued anew today without a second official."""
    entries = session.exec(
        select(Entry).where(
            Entry.district_id == district_id,
            Entry.kind == ISSUED,
            Entry.at >= at(day_of(now)),
        )
    ).all()
    return max(
        0, HANDFUL - sum(int(e.facts.get("anew", 0)) for e in entries if "agreed" not in e.facts)
    )


def short_group_right(session: Session, *, keyring: Keyring, person_id: str, typed: str) -> bool:
    """Whether this is the first group of the code on the card that a person has now.

    A try at that card: count it before, under `tries_of_persons_card`. The same work is done for
    a person without a card, or with one of the first release, which has no groups.
    """
    card = _card_of(session, person_id)
    number = card.number if card is not None else ""
    mac = keyring.mac("card-group", number, code_of(typed))
    kept = (card.group_mac or "") if card is not None else ""
    return hmac.compare_digest(mac, kept or "0" * len(mac))


def tries_of_persons_card(session: Session, *, keyring: Keyring, person_id: str) -> str:
    """Under what tries at a person's card are counted; whoever has none is counted as well."""
    card = _card_of(session, person_id)
    return tries_of_card(keyring, card.number if card is not None else person_id)


def _card_of(session: Session, person_id: str) -> Card | None:
    return session.exec(
        select(Card).where(Card.person_id == person_id, col(Card.replaced_at).is_(None))
    ).first()


def wanted_people(person_ids: Sequence[str]) -> list[str]:
    """Everybody once; refuses nobody at all, and too many at once."""
    wanted = list(dict.fromkeys(person_ids))
    if not wanted:
        raise Refusal("people.nobody_chosen")
    if len(wanted) > MOST_AT_ONCE:
        raise Refusal("people.too_many_cards", most=MOST_AT_ONCE)
    return wanted


def _lock(session: Session, district_id: str) -> None:
    """One at a time in a district: two clerks at once do not both have the handful."""
    session.exec(
        select(District.id).where(District.id == district_id).with_for_update(key_share=True)
    ).one()


def on_roll(
    session: Session, district_id: str, wanted: Sequence[str]
) -> list[tuple[Person, RollEntry]]:
    """Who of them stands on this roll, by settlement and name."""
    found = session.exec(
        select(Person, RollEntry, Settlement.name_kk)
        .join(RollEntry, col(RollEntry.person_id) == Person.id)
        .join(
            Settlement,
            (col(Settlement.district_id) == RollEntry.district_id)
            & (col(Settlement.id) == RollEntry.settlement_id),
        )
        .where(
            RollEntry.district_id == district_id,
            col(RollEntry.removed_on).is_(None),
            col(Person.id).in_(wanted),
        )
    ).all()
    by_place = sorted(
        found, key=lambda one: (in_order(one[2]), in_order(one[0].full_name), one[0].id)
    )
    return [(person, entry) for person, entry, _ in by_place]


def _had_one(session: Session, district_id: str, wanted: Sequence[str]) -> set[str]:
    """Who of them has had a card here, or has one now: theirs would be issued anew."""
    return set(
        session.exec(
            select(Card.person_id).where(
                col(Card.person_id).in_(wanted),
                (col(Card.district_id) == district_id) | col(Card.replaced_at).is_(None),
            )
        ).all()
    )


def _make(
    session: Session,
    keyring: Keyring,
    district_id: str,
    person: Person,
    entry: RollEntry,
    by_name: str,
    now: datetime,
) -> IssuedCard:
    number, code, secret = _free_number(session), new_code(), new_secret()
    session.add(
        Card(
            number=number,
            district_id=district_id,
            person_id=person.id,
            code_mac=keyring.mac("card", number, code),
            group_mac=keyring.mac("card-group", number, code[:GROUP]),
            qr_mac=keyring.mac("card-qr", number, secret),
            issued_at=now,
            issued_by=by_name,
        )
    )
    return IssuedCard(number, code, secret, person.full_name, person.id, entry.settlement_id)


def _free_number(session: Session) -> str:
    while True:
        number = new_number()
        if session.get(Card, number) is None:
            return number
