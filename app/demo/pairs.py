"""The demo's second pair of eyes: who was named in advance, and how two officials agree."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import select

from app import second
from app.core.clock import at
from app.core.database import transaction
from app.people.consent import Actor, actor_of
from app.people.models import Office, Role
from app.people.office_models import Consent
from app.people.queries import Who
from app.people.seconds import name_second

if TYPE_CHECKING:
    from app.demo.town import DemoTown, Happening

RAION = {"surat": "bekzat", "oytal": "bekzat", "boranqul": "gulmira"}
CLERKS = {"dana": "surat", "marat": "oytal", "asel": "boranqul"}
ONE_CLERK = {"oytal": "zhanar", "boranqul": "kairat"}  # their akims name the second


class Pairs:
    """Whoever acts in an office, and the second who agrees."""

    def __init__(self, town: "DemoTown") -> None:
        self.town = town

    def who(self, login: str) -> Who:
        """An official in their office."""
        town = self.town
        office = town.session.exec(
            select(Office).where(Office.official_id == town.officials[login])
        ).one()
        return Who(
            sign_in_id="",
            name=town.names[login],
            official_id=office.official_id,
            office_id=office.id,
            role=Role(office.role),
            district_id=office.district_id,
            raion_kato=office.raion_kato,
        )

    def actor(self, login: str) -> Actor:
        """The same, as the record names them."""
        return actor_of(self.who(login))

    def clerk(self, slug: str) -> Actor:
        """The clerk of a district."""
        return self.actor(next(one for one, at_home in CLERKS.items() if at_home == slug))

    def agree(self, asked: Consent, login: str) -> None:
        """The second official agrees, and it is done. Inside a transaction."""
        second.agree(
            self.town.session,
            keyring=self.town.keyring,
            clock=self.town.clock,
            district_id=asked.district_id,
            consent_id=asked.id,
            who=self.who(login),
        )

    def story(self) -> "Iterator[Happening]":
        """Where an office has one clerk, the akim names the raion's official and stands in too."""
        for slug, akim in ONE_CLERK.items():
            for named in (RAION[slug], akim):
                yield at(date(2025, 1, 14), 10), self._names(slug, akim, named)

    def _names(self, slug: str, akim: str, named: str) -> Callable[[], None]:
        def happens() -> None:
            town = self.town
            with transaction(town.session):
                name_second(
                    town.session,
                    district_id=town.districts[slug],
                    official_id=town.officials[named],
                    by=self.actor(akim),
                    now=town.clock.now(),
                )

        return happens
