"""The town that tests live in: two districts of one raion, their people, their rounds.

Aigerim and Bolat live in Surat, Gulnar in Oytal. Dana is Surat's clerk and Erlan its akim; Marat is
Oytal's clerk. Saule sits in the raion's maslikhat, Raushan runs its office, Timur observes, and
Bekzat sits in the office of the raion's akim.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from app.budget.classification import ship
from app.core.clock import Clock, at
from app.core.database import transaction
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.text import fold
from app.people.models import Office, Official, Person, Role, RollEntry, SignIn
from app.people.queries import hash_token
from app.places.models import District, Place, Settlement
from app.proposals.models import Proposal, Status
from app.rounds.models import Round, Stage, StageStart

RESIDENTS = {
    "aigerim": ("surat", "Сейітова Айгерім Бақытқызы"),
    "bolat": ("surat", "Ермеков Болат Серікұлы"),
    "gulnar": ("oytal", "Ахметова Гүлнар Ерланқызы"),
}
OFFICIALS: dict[str, tuple[str, Role, str]] = {
    "dana": ("Дана Омарова", Role.CLERK, "surat"),
    "nurlan": ("Нұрлан Жақсыбеков", Role.CLERK, "surat"),
    "erlan": ("Ерлан Тасқынов", Role.AKIM, "surat"),
    "marat": ("Марат Ысқақов", Role.CLERK, "oytal"),
    "zhanar": ("Жанар Тілеуова", Role.AKIM, "oytal"),
    "saule": ("Сәуле Оразбаева", Role.MASLIKHAT, ""),
    "raushan": ("Раушан Қалиева", Role.MASLIKHAT_OFFICE, ""),
    "bekzat": ("Бекзат Ахметов", Role.RAION_OFFICE, ""),
    "timur": ("Тимур Ли", Role.OBSERVER, ""),
    "operator": ("Оператор", Role.OPERATOR, ""),
}
RAION = "315400000"
PLACES = (
    ("310000000", None, "oblast", "oblast", "Жамбыл облысы", "Жамбылская область"),
    (RAION, "310000000", "raion", "raion", "Мерке ауданы", "Меркенский район"),
    ("315446000", RAION, "unit", "rural_okrug", "Сұрат ауылдық округі", "Суратский сельский округ"),
    ("315443000", RAION, "unit", "rural_okrug", "Ойтал ауылдық округі", "Ойталский сельский округ"),
)
SETTLEMENTS = {
    "surat": (("315446100", "Сұрат", "Сурат"), ("315446200", "Аққайнар", "Аккайнар")),
    "oytal": (("315443100", "Ойтал", "Ойтал"),),
}
STARTS: Mapping[Stage, datetime] = {
    Stage.ANNOUNCED: at(date(2026, 1, 20)),
    Stage.PROPOSALS: at(date(2026, 2, 1)),
    Stage.REVIEW: at(date(2026, 3, 1)),
    Stage.VOTING: at(date(2026, 4, 6)),
    Stage.COUNTING: at(date(2026, 4, 27), 20),
    Stage.RESULTS: at(date(2026, 4, 30), 9),
    Stage.ASSEMBLY: at(date(2026, 5, 14)),
    Stage.DECISION: at(date(2026, 5, 29)),
    Stage.BUDGET: at(date(2026, 9, 1)),
    Stage.WORKS: at(date(2027, 1, 1)),
    Stage.EVALUATED: at(date(2027, 12, 15)),
}


class Town:
    """Makes and remembers rows. Journeys go by the road; rooms' tests start from here."""

    def __init__(self, session: Session, keyring: Keyring, clock: Clock) -> None:
        self.session = session
        self.keyring = keyring
        self.clock = clock
        self.ids: dict[str, str] = {}
        with transaction(session):
            self._places()
            for name, (district, full_name) in RESIDENTS.items():
                self.ids[name] = self.resident(full_name, district=district)
            for name, (full_name, role, district) in OFFICIALS.items():
                self.ids[name] = self._official(name, full_name, role, district)

    def _places(self) -> None:
        for kato, parent, level, kind, kk, ru in PLACES:
            self.session.add(
                Place(
                    kato=kato,
                    parent_kato=parent,
                    level=level,
                    kind=kind,
                    name_kk=kk,
                    name_ru=ru,
                    short_kk=kk.split()[0],
                    short_ru=ru.split()[0],
                )
            )
            self.session.flush()
        for slug, kato in (("surat", "315446000"), ("oytal", "315443000")):
            place = self.session.get_one(Place, kato)
            self.session.add(
                District(
                    id=f"d-{slug}",
                    slug=slug,
                    kato=kato,
                    raion_kato=RAION,
                    kind=place.kind,
                    name_kk=place.name_kk,
                    name_ru=place.name_ru,
                    short_kk=place.short_kk,
                    short_ru=place.short_ru,
                    raion_kk="Мерке ауданы",
                    raion_ru="Меркенский район",
                    oblast_kk="Жамбыл облысы",
                    oblast_ru="Жамбылская область",
                    address_kk="Абай көшесі, 1",
                    address_ru="ул. Абая, 1",
                    phone="+7 726 32 2-00-00",
                    opened_at=at(date(2026, 1, 1)),
                )
            )
            self.session.flush()
            for settlement_id, kk, ru in SETTLEMENTS[slug]:
                self.session.add(
                    Settlement(district_id=f"d-{slug}", id=settlement_id, name_kk=kk, name_ru=ru)
                )
        self.session.flush()

    def classification(self) -> None:
        """Ships the classification and the legal steps; only who needs budgets pays for it."""
        with transaction(self.session):
            ship(self.session)

    def resident(
        self, full_name: str, *, district: str = "surat", of_age_on: date = date(2000, 1, 1)
    ) -> str:
        """A person on a district's roll; their id. Inside a transaction."""
        person = Person(
            id=new_id(),
            iin_mac=new_id(),
            full_name=full_name,
            name_folded=fold(full_name),
            of_age_on=of_age_on,
        )
        self.session.add(person)
        self.session.flush()
        self.session.add(
            RollEntry(
                id=new_id(),
                district_id=f"d-{district}",
                person_id=person.id,
                settlement_id=SETTLEMENTS[district][0][0],
                added_on=date(2026, 1, 10),
            )
        )
        self.session.flush()
        return person.id

    def _official(self, login: str, full_name: str, role: Role, district: str) -> str:
        official = Official(id=new_id(), login=login, full_name=full_name, password_hash="!")
        self.session.add(official)
        self.session.flush()
        in_raion = role in (Role.MASLIKHAT, Role.MASLIKHAT_OFFICE, Role.RAION_OFFICE)
        office = Office(
            id=new_id(),
            official_id=official.id,
            role=role,
            district_id=f"d-{district}" if district else None,
            raion_kato=RAION if in_raion else None,
            constituency=["d-surat"] if role is Role.MASLIKHAT else [],
            since=date(2025, 1, 1),
        )
        self.session.add(office)
        self.session.flush()
        self.ids[f"{login}.office"] = office.id
        return official.id

    def sign_in(self, name: str) -> str:
        """Signs a person in on a phone of their own; the session's token."""
        token = secrets.token_urlsafe(32)
        now = self.clock.now()
        official = name in OFFICIALS
        with transaction(self.session):
            self.session.add(
                SignIn(
                    token_sha256=hash_token(token),
                    id=new_id(),
                    person_id=None if official else self.ids[name],
                    official_id=self.ids[name] if official else None,
                    office_id=self.ids.get(f"{name}.office"),
                    shared=False,
                    made_at=now,
                    seen_at=now,
                    ends_at=now + timedelta(days=900),
                )
            )
        return token

    def round(self, district: str = "surat", *, key: str = "2026", **over: Any) -> Round:
        """An announced round with the usual calendar, its key made."""
        starts = dict(over.pop("starts", STARTS))
        made = Round(
            id=new_id(),
            district_id=f"d-{district}",
            key=key,
            **{
                "budget_year": 2027,
                "envelope": 12_000_000,
                "envelope_basis_kk": "Әкімнің 2026 жылғы 10 қаңтардағы өтініші",
                "envelope_basis_ru": "Заявление акима от 10 января 2026 года",
                "of_age_on": date(2026, 4, 27),
                "roll_shown_on": date(2026, 3, 15),
                "roll_closes_on": date(2026, 4, 1),
                "draw_day": date(2026, 4, 28),
                **over,
            },
        )
        made.key_fingerprint = self.keyring.make_round_key(made.id)
        with transaction(self.session):
            self.session.add(made)
            self.session.flush()
            for stage, moment in starts.items():
                self.session.add(
                    StageStart(
                        district_id=made.district_id,
                        round_id=made.id,
                        stage=stage,
                        starts_at=moment,
                    )
                )
        return made

    def proposal(self, of: Round, title: str = "Көше шамдары", **over: Any) -> Proposal:
        """A proposal of a round as the database keeps it. Numbers are given in order."""
        count = len(self.session.exec(select(Proposal).where(Proposal.round_id == of.id)).all())
        district = of.district_id.removeprefix("d-")
        values: dict[str, Any] = {
            "status": Status.ON_BALLOT,
            "number": f"{of.key}-{count + 1:04d}",
            "title": title,
            "title_kk": title,
            "title_ru": title,
            "short_kk": "Қысқаша",
            "short_ru": "Кратко",
            "body": "Мектепке баратын жол қараңғы.",
            "settlement_id": SETTLEMENTS[district][0][0],
            "place": "Абай көшесі",
            "direction": 8,
            "price": 1_000_000 * (count + 1),
            "author": "Айгерім С.",
            "person_id": self.ids["aigerim" if district == "surat" else "gulnar"],
            "started_at": at(date(2026, 2, 10)),
            "submitted_at": at(date(2026, 2, 11)),
            "due": date(2026, 3, 5),
            **over,
        }
        if values["status"] in (Status.ON_BALLOT, Status.RECOMMENDED, Status.NOT_RECOMMENDED):
            values.setdefault("ballot_number", count + 1)
        with transaction(self.session):
            made = Proposal(
                id=new_id(),
                district_id=of.district_id,
                round_id=of.id,
                search=fold(f"{values['title']} {values['place']} {values['body']}"),
                **values,
            )
            self.session.add(made)
        return made
