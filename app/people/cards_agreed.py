"""Many cards anew at once: a second official agrees, and whoever asked prints them, once."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.people import consent
from app.people.cards import IssuedCard, issue_cards, on_roll, wanted_people
from app.people.consent import Act, Actor
from app.people.models import Card
from app.people.office_models import Consent, ConsentState

OPEN = (ConsentState.WAITING, ConsentState.AGREED)


def ask_anew(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    person_ids: Sequence[str],
    why: str,
    first: Actor,
    now: datetime,
) -> Consent:
    """Asks a second official for new cards for these people, who have one."""
    wanted = wanted_people(person_ids)
    if len(on_roll(session, district_id, wanted)) != len(wanted):
        raise Refusal("people.not_on_this_roll")
    return consent.ask(
        session,
        keyring=keyring,
        district_id=district_id,
        act=Act.REISSUE_CARDS,
        subject=district_id,
        first=first,
        why=why,
        now=now,
        facts={"cards": len(wanted)},
        private={"person_ids": sorted(wanted)},
    )


def issue_agreed(
    session: Session, *, keyring: Keyring, asked: Consent, first: Actor, now: datetime
) -> list[IssuedCard]:
    """The cards that a second official agreed to, once, by whoever asked for them.

    Whoever left the roll since, or got a new card by other means, is left out.
    """
    private = consent.private_of(keyring, asked)
    consent.use(session, asked=asked, first=first, now=now)
    wanted: list[str] = private.get("person_ids", [])
    newer = session.exec(
        select(Card.person_id).where(
            col(Card.person_id).in_(wanted),
            col(Card.replaced_at).is_(None),
            Card.issued_at > asked.asked_at,
        )
    ).all()
    still = on_roll(session, asked.district_id, [one for one in wanted if one not in set(newer)])
    if not still:
        raise Refusal("people.cards_nobody_left")
    return issue_cards(
        session,
        keyring=keyring,
        district_id=asked.district_id,
        person_ids=[person.id for person, _ in still],
        replace=True,
        by_name=first.name,
        now=now,
        agreed=True,
    )


def open_requests(session: Session, *, district_id: str, now: datetime) -> list[Consent]:
    """What was asked for in this district and is not printed yet, the newest first."""
    found = consent.requests(session, district_id=district_id, states=OPEN)
    return [one for one in found if one.act == Act.REISSUE_CARDS and one.ends_at > now]
