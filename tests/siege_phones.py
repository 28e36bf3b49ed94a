"""Phones under siege: a family's number, and codes on their way to three browsers."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.core.ids import new_id
from app.core.keys import Keyring
from app.people.phone_models import CodeFor, PhoneCode
from app.people.phones import set_phone
from app.people.queries import hash_token

FAMILY, OWN = "+77012345678", "+77019999999"
CODE = "042317"


def code_cookie(who: str) -> str:
    """What every browser under siege carries, whether or not it asked for a code."""
    return f"code-of-{who}"


def lay_phones(
    session: Session, *, keyring: Keyring, author: str, resident: str, now: datetime
) -> None:
    """The author's phone, which a resident uses too. A visitor was sent a code, the resident has
    typed one and is asked who they are, and the author is setting another number."""
    for person_id in (author, resident):
        set_phone(session, keyring=keyring, person_id=person_id, number=FAMILY, most=5, now=now)
    made = now - timedelta(minutes=2)
    for who, purpose, number, proved in (
        ("visitor", CodeFor.SIGN_IN, FAMILY, False),
        ("resident", CodeFor.SIGN_IN, FAMILY, True),
        ("author", CodeFor.SET_PHONE, OWN, False),
    ):
        row_id = new_id()
        session.add(
            PhoneCode(
                id=row_id,
                browser_sha256=hash_token(code_cookie(who)),
                purpose=purpose,
                phone_mac=keyring.mac("phone", number),
                person_id=author if purpose is CodeFor.SET_PHONE else None,
                sealed=keyring.seal("phone-code", row_id, number),
                code_mac=keyring.mac("phone-code", row_id, CODE),
                made_at=made,
                ends_at=made + timedelta(minutes=10),
                proved_at=now if proved else None,
            )
        )
    session.flush()
