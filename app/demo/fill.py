"""Fills a demo database: the story is played through the real actions, moment by moment."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, inspect
from sqlmodel import Session, select

from app.budget.classification import ship
from app.budget.units_import import ship_real_units
from app.core import migrate
from app.core.clock import at
from app.core.database import make_engine, open_session, transaction
from app.core.key_marks import note_keys
from app.core.keys import Keyring
from app.core.models import Mark
from app.core.settings import Settings
from app.demo import people
from app.demo.people import LEGAL_BASIS, OFFICIALS, SOURCE, UNITS, Unit
from app.demo.town import DemoTown
from app.people import factors, totp
from app.people.cards import issue_cards
from app.people.office_models import FactorKind
from app.people.officials import add_official, give_office
from app.people.phones import Shown, set_at_desk
from app.people.roll_lists import import_roll
from app.places.actions import open_district, ship_units
from app.places.models import District
from app.places.queries import settlements
from app.start import marks

DAY = date(2026, 4, 18)  # mid-voting
BEGINNING = date(2025, 1, 6)


class NotADemo(Exception):
    """The database holds something and bears no demo mark."""


class StoryClock:
    """The story's clock: set to each happening's moment."""

    def __init__(self) -> None:
        self.moment = at(BEGINNING, 9)

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> datetime:
        return self.now()


def fill_demo(settings: Settings, *, day: date | None = None) -> list[dict[str, Any]]:
    """Makes the demo of a day in a fresh database; returns the demo people's cards.

    Replaces only an empty database or one that bears the demo mark, else raises NotADemo.
    """
    _make_room(settings)
    migrate.upgrade(settings.database_url)
    keyring = Keyring(settings.keys_folder)
    keyring.make()
    engine = make_engine(settings.database_url)
    if engine.dialect.name == "sqlite":
        # Nothing here is acknowledged to anybody: a demo that breaks off is made anew.
        event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA synchronous=OFF"))
    today = at(day or DAY, 12)
    clock = StoryClock()
    dice = random.Random(2026)
    with open_session(engine) as session:
        with transaction(session):
            _mark(session, keyring, today)
            ship_units(session)
            ship(session)
            for unit in UNITS:
                _open(session, keyring, clock, unit, dice)
        with transaction(session):
            secrets = _officials(session, keyring, clock)
        town = DemoTown(engine, session, keyring, clock, dice)
        happenings = sorted(town.story(), key=lambda one: one[0])
        for moment, happens in happenings:
            if moment > today:
                break
            clock.moment = moment
            happens()
        clock.moment = today
        town.tick()
        with transaction(session):
            ship_real_units(session, now=clock.now())
        cards = [*_cards(session, keyring, clock, town), *people.official_entries(secrets)]
    engine.dispose()
    people.write_cards(cards, cards_path(settings))
    return cards


def cards_path(settings: Settings) -> Path:
    """Where `demo-cards.json` lies."""
    database = settings.sqlite_path
    return database.with_name("demo-cards.json") if database else Path("demo-cards.json")


def _make_room(settings: Settings) -> None:
    engine = make_engine(settings.database_url)
    try:
        tables = inspect(engine).get_table_names()
        if tables and "demo" not in marks(engine):
            raise NotADemo
        if engine.dialect.name != "sqlite":
            with engine.begin() as connection:
                if tables:
                    connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                    connection.exec_driver_sql("CREATE SCHEMA public")
    finally:
        engine.dispose()
    path = settings.sqlite_path
    if path is not None:
        for stale in (path, path.with_name(path.name + "-journal"), settings.message_file):
            stale.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)


def _mark(session: Session, keyring: Keyring, today: datetime) -> None:
    shift = (today - datetime.now(UTC)).total_seconds()
    session.add(Mark(key="demo", value="1"))
    session.add(Mark(key="clock_shift", value=str(shift)))
    note_keys(session, keyring)


def _open(
    session: Session, keyring: Keyring, clock: StoryClock, unit: Unit, dice: random.Random
) -> None:
    district = open_district(session, kato=unit.kato, slug=unit.slug, now=clock.now())
    district.address_kk = "Абай көшесі, 1"
    district.address_ru = "ул. Абая, 1"
    district.phone = "+7 700 000-00-00"
    session.add(district)
    places = [one.id for one in settlements(session, district_id=district.id)]
    import_roll(
        session,
        keyring=keyring,
        district_id=district.id,
        text=people.roll_text(unit, places, dice),
        source=SOURCE,
        source_date=BEGINNING,
        legal_basis=LEGAL_BASIS,
        by_name=people.clerk_of(unit.slug),
        now=clock.now(),
    )


def _officials(session: Session, keyring: Keyring, clock: StoryClock) -> dict[str, str]:
    """The officials, each with an app for codes; its secret by login."""
    ids = {one.slug: one.id for one in session.exec(select(District)).all()}
    secrets = {}
    for one in OFFICIALS:
        official = add_official(
            session,
            login=one.login,
            full_name=one.name,
            password=people.PASSWORD,
            now=clock.now(),
        )
        secrets[one.login] = _app(session, keyring, clock, official.id)
        give_office(
            session,
            official_id=official.id,
            role=one.role,
            district_id=ids.get(one.slug),
            raion_kato=one.raion or None,
            constituency=[ids[slug] for slug in one.constituency],
            by_order=one.by_order,
            since=BEGINNING,
        )
    return secrets


def _app(session: Session, keyring: Keyring, clock: StoryClock, official_id: str) -> str:
    """An official sets up an app for codes, as anyone would; its secret."""
    factor = factors.begin_totp(session, keyring=keyring, official_id=official_id, now=clock.now())
    secret = factors.secret_of(keyring, factor)
    factors.finish(
        session,
        keyring=keyring,
        official_id=official_id,
        kind=FactorKind.TOTP,
        typed=totp.code_at(secret, totp.step_at(clock.wall())),
        first=True,
        now=clock.now(),
        wall=clock.wall(),
    )
    return secret


def _cards(
    session: Session, keyring: Keyring, clock: StoryClock, town: DemoTown
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for unit in UNITS:
        with transaction(session):
            home = session.exec(select(District).where(District.slug == unit.slug)).one()
            some = town.residents[unit.slug][: people.CARDS[unit.slug]]
            issued = issue_cards(
                session,
                keyring=keyring,
                district_id=home.id,
                person_ids=some,
                replace=True,
                by_name=people.clerk_of(unit.slug),
                now=clock.now() - timedelta(hours=1),
            )
            # The first two of the first district share a phone, as families do.
            family = [] if found else some[:2]
            for person_id in family:
                set_at_desk(
                    session,
                    keyring=keyring,
                    district_id=home.id,
                    person_id=person_id,
                    number=people.FAMILY_PHONE,
                    shown=Shown.IDENTITY_CARD,
                    most=len(family),
                    by_name=people.clerk_of(unit.slug),
                    now=clock.now() - timedelta(hours=1),
                )
            found += [
                {
                    **people.card_entry(
                        one.name, "resident", unit.slug, card=one.number, code=one.code
                    ),
                    **({"phone": people.FAMILY_PHONE} if one.person_id in family else {}),
                }
                for one in issued
            ]
    return found
