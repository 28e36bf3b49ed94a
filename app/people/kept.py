"""What is kept about a person or an official, for them to take away; and the end of an account.

The line on the roll stays by law, with its history; everything that served signing in goes.
"""

import hmac
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.people.card_text import code_of
from app.people.cards import short_group_right
from app.people.claims import contact_of
from app.people.models import Card, Office, Official, Person, RollEntry, SignIn
from app.people.office_models import Factor
from app.people.phone_models import PersonPhone, PhoneCode, StateIdentity
from app.people.roll_models import RollChange, RollClaim


def kept_of_person(session: Session, *, keyring: Keyring, person_id: str) -> dict[str, Any]:
    """Everything this room keeps about a person, keys and keyed hashes apart."""
    person = session.get_one(Person, person_id)
    phone = session.get(PersonPhone, person_id)
    return {
        "name": person.full_name,
        "of_age_on": person.of_age_on,
        "identification_number": "only a keyed hash of it is kept",
        "roll": [
            _only(row, "district_id", "settlement_id", "basis", "added_on")
            | _only(row, "removed_on", "removed_why")
            for row in session.exec(select(RollEntry).where(RollEntry.person_id == person_id))
        ],
        "roll_changes": [
            _only(row, "before", "after", "why", "by_name", "at")
            for row in session.exec(select(RollChange).where(RollChange.person_id == person_id))
        ],
        "claims": [
            _only(row, "number", "kind", "name", "text", "filed_at", "filed_by")
            | {"contact": contact_of(keyring, row)}
            | _only(row, "due", "verdict", "answer", "answered_at", "answered_by")
            for row in session.exec(select(RollClaim).where(RollClaim.person_id == person_id))
        ],
        "phone": None
        if phone is None
        else {
            "number": keyring.unseal("phone", person_id, phone.sealed),
            **_only(phone, "needs_card", "added_at", "added_by"),
        },
        "state_identity": [
            _only(row, "issuer", "made_at")
            for row in session.exec(
                select(StateIdentity).where(StateIdentity.person_id == person_id)
            )
        ],
        "cards": [
            _only(row, "number", "issued_at", "issued_by", "replaced_at")
            for row in session.exec(select(Card).where(Card.person_id == person_id))
        ],
        "sessions": _sessions(session, col(SignIn.person_id) == person_id),
    }


def kept_of_official(session: Session, *, official_id: str) -> dict[str, Any]:
    """Everything this room keeps about an official, secrets apart."""
    official = session.get_one(Official, official_id)
    return {
        "login": official.login,
        "name": official.full_name,
        "password": "only a slow hash of it is kept",
        "offices": [
            _only(row, "role", "district_id", "raion_kato", "by_order", "since", "until")
            for row in session.exec(select(Office).where(Office.official_id == official_id))
        ],
        "second_factors": [
            _only(row, "kind", "name", "added_at", "used_at", "ended_at")
            for row in session.exec(select(Factor).where(Factor.official_id == official_id))
        ],
        "sessions": _sessions(session, col(SignIn.official_id) == official_id),
    }


def why_not_erase(session: Session, *, person_id: str) -> Refusal | None:
    """A claim about the list waits for its answer: where would it be given?"""
    waiting = session.exec(
        select(RollClaim.number).where(
            RollClaim.person_id == person_id, col(RollClaim.answered_at).is_(None)
        )
    ).first()
    return None if waiting is None else Refusal("people.erase_claim", number=waiting)


def card_of(session: Session, *, person_id: str) -> Card | None:
    """The card that works now."""
    return session.exec(
        select(Card).where(Card.person_id == person_id, col(Card.replaced_at).is_(None))
    ).first()


def card_proves(session: Session, *, keyring: Keyring, person_id: str, typed: str) -> bool:
    """Whether this is the first group of the person's card; of an old card, its whole code.

    A try at the card: the caller has counted it.
    """
    card = card_of(session, person_id=person_id)
    if card is not None and card.group_mac is None:
        mac = keyring.mac("card", card.number, code_of(typed))
        return hmac.compare_digest(mac, card.code_mac)
    return short_group_right(session, keyring=keyring, person_id=person_id, typed=typed)


def erase_person(session: Session, *, person_id: str) -> None:
    """Ends an account: phone, state identity, cards and sessions go, claims lose their words."""
    phone = session.get(PersonPhone, person_id)
    if phone is not None and not _shared(session, phone):
        session.execute(delete(PhoneCode).where(col(PhoneCode.phone_mac) == phone.phone_mac))
    for table in (PhoneCode, PersonPhone, StateIdentity, SignIn, Card):
        session.execute(delete(table).where(col(table.person_id) == person_id))
    session.execute(
        update(RollClaim)
        .where(col(RollClaim.person_id) == person_id)
        .values(person_id=None, name="", contact_sealed=None, text="", answer="")
    )
    session.flush()


def _shared(session: Session, phone: PersonPhone) -> bool:
    others = select(PersonPhone.person_id).where(
        PersonPhone.phone_mac == phone.phone_mac, PersonPhone.person_id != phone.person_id
    )
    return session.exec(others).first() is not None


def _sessions(session: Session, whose: Any) -> list[dict[str, Any]]:
    return [
        _only(row, "how", "shared", "made_at", "seen_at", "ends_at", "ended_at")
        for row in session.exec(select(SignIn).where(whose).order_by(col(SignIn.made_at)))
    ]


def _only(row: object, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
