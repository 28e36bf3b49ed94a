"""Printed codes, each good once: for whoever has no phone at work, and for the day it is lost.

Twelve characters of 32, 60 bits, kept by a keyed hash alone.
"""

import secrets
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from app.core.keys import Keyring
from app.people.card_text import ALPHABET, code_of
from app.people.office_models import OneTimeCode

ON_A_LIST = 10
FEW = 3  # so many left: it is time for a new list
LENGTH = 12


def new_codes(session: Session, *, keyring: Keyring, factor_id: str) -> list[str]:
    """Writes a list and returns it: it is told once and is not kept."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(ON_A_LIST)]
    for code in codes:
        session.add(OneTimeCode(factor_id=factor_id, code_mac=_mac(keyring, factor_id, code)))
    session.flush()
    return codes


def use_code(
    session: Session, *, keyring: Keyring, factor_id: str, typed: str, now: datetime
) -> bool:
    """Uses a code up. Of two who type the same one at the same moment, one is right."""
    mac = _mac(keyring, factor_id, code_of(typed)[: 2 * LENGTH])
    done = session.execute(
        update(OneTimeCode)
        .where(
            col(OneTimeCode.factor_id) == factor_id,
            col(OneTimeCode.code_mac) == mac,
            col(OneTimeCode.used_at).is_(None),
        )
        .values(used_at=now)
    )
    return int(done.rowcount) == 1  # type: ignore[attr-defined]


def codes_left(session: Session, *, factor_id: str) -> int:
    """How many of a list are still good."""
    return session.exec(
        select(func.count())
        .select_from(OneTimeCode)
        .where(OneTimeCode.factor_id == factor_id, col(OneTimeCode.used_at).is_(None))
    ).one()


def _mac(keyring: Keyring, factor_id: str, code: str) -> str:
    return keyring.mac("one-time-code", factor_id, code)
