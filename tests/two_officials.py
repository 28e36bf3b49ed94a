"""Tests of what two officials do: asking, agreeing, and doing both at the same moment."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app import second
from app.core.database import open_session, transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.people import consent
from app.people.consent import Actor
from app.people.models import Role
from app.people.office_models import Consent
from app.people.queries import Who
from app.rounds.asking import ask_cancel, ask_hold
from app.rounds.models import Round
from tests.conftest import SetClock
from tests.town import OFFICIALS, RAION, Town

WHY = {"why_kk": "Тасқын ауылды бөліп тастады", "why_ru": "Паводок отрезал село"}


def no(code: str) -> Any:
    """The refusal with this very code."""
    return pytest.raises(Refusal, match=f"^{re.escape(code)}$")


def who(town: Town, name: str) -> Who:
    """An official in their office, as a door finds them."""
    full_name, role, district = OFFICIALS[name]
    raion = role in (Role.MASLIKHAT, Role.MASLIKHAT_OFFICE, Role.RAION_OFFICE)
    return Who(
        sign_in_id="",
        name=full_name,
        official_id=town.ids[name],
        office_id=town.ids[f"{name}.office"],
        role=role,
        district_id=f"d-{district}" if district else None,
        raion_kato=RAION if raion else None,
    )


class Two:
    """Whoever asks and whoever agrees, about a round of Surat."""

    def __init__(self, town: Town, keyring: Keyring, clock: SetClock) -> None:
        self.town = town
        self.keyring = keyring
        self.clock = clock

    def actor(self, name: str) -> Actor:
        return consent.actor_of(who(self.town, name))

    def ask(
        self,
        session: Session,
        of: Round,
        do: Callable[..., Consent] = ask_cancel,
        name: str = "dana",
        **over: Any,
    ) -> str:
        """Asks, to call the round off where nothing else is said; the request's id."""
        with transaction(session):
            return do(
                session,
                keyring=self.keyring,
                district_id="d-surat",
                round_id=of.id,
                first=self.actor(name),
                now=self.clock.now(),
                **(WHY if do in (ask_cancel, ask_hold) else {}),
                **over,
            ).id

    def hold(self, session: Session, of: Round, until: datetime, name: str = "dana") -> str:
        """Asks to put the result off."""
        return self.ask(session, of, ask_hold, name, until=until)

    def agree(self, session: Session, asked: str, name: str) -> Consent:
        """Agrees, and it is done."""
        with transaction(session):
            return second.agree(
                session,
                keyring=self.keyring,
                clock=self.clock,
                district_id="d-surat",
                consent_id=asked,
                who=who(self.town, name),
            )


def kinds(session: Session, of: Round) -> list[str]:
    """What the record says of a round, in order."""
    found = select(Entry.kind).where(Entry.subject == of.id).order_by(col(Entry.number))
    return list(session.exec(found).all())


def fresh(session: Session, of: Round) -> Round:
    """The round as it is kept now."""
    session.rollback()
    return session.get_one(Round, of.id, populate_existing=True)


def together(engine: Engine, *acts: Callable[[Session], object]) -> list[str]:
    """Runs these at the same moment, each in a session of its own; what came of them."""
    barrier = Barrier(len(acts))

    def run(do: Callable[[Session], object]) -> str:
        with open_session(engine) as own:
            barrier.wait(timeout=20)
            try:
                do(own)
            except Refusal as why:
                return why.code
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))
