"""One visit: a request as the routes see it."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from app.core.clock import Clock
from app.core.keys import Keyring
from app.core.settings import Settings
from app.people.queries import Who
from app.places.models import District


@dataclass(slots=True)
class Visit:
    """Who came, where to, in which language, and when. `now` is the moment of arrival.

    Where the hour decides (a cast, a sealing), ask `clock.now()` after the lock is held.
    """

    request: Request
    session: Session
    settings: Settings
    keyring: Keyring
    clock: Clock
    now: datetime
    lang: str
    who: Who | None
    home: District | None  # the district of this address, where there is one

    @property
    def district(self) -> District:
        """The district of this address."""
        assert self.home is not None
        return self.home

    @property
    def by_name(self) -> str:
        """The public name of whoever acts; empty for a visitor."""
        return self.who.name if self.who else ""

    @property
    def root(self) -> str:
        """`/kk`."""
        return f"/{self.lang}"

    @property
    def here(self) -> str:
        """`/kk/surat`."""
        return f"/{self.lang}/{self.district.slug}"

    def in_lang(self, row: object, name: str) -> str:
        """`name_kk` or `name_ru` of a row: the reader's official language, Russian for English."""
        return str(getattr(row, f"{name}_{'kk' if self.lang == 'kk' else 'ru'}"))
