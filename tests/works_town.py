"""Last year's round in the town of the tests, with works; and a raion next door with its deputy."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.core.clock import at
from app.core.database import transaction
from app.core.ids import new_id
from app.followup.actions import open_works
from app.people.models import Office, Official, Role, SignIn
from app.people.queries import Who, hash_token, who_is
from app.places.models import District, Place, Settlement
from app.proposals.models import Proposal, Status
from app.rounds.models import Round
from tests.town import STARTS, Town

OTHER_RAION = "473600000"
LAST_YEAR = {stage: moment - timedelta(days=365) for stage, moment in STARTS.items()}
OPENED = at(date(2025, 12, 24), 12)


def last_round(town: Town, district: str = "surat", **over: Any) -> Round:
    """The round of 2025, whose works run since January 2026."""
    return town.round(
        district,
        key="2025",
        **{
            "budget_year": 2026,
            "starts": LAST_YEAR,
            "of_age_on": date(2025, 4, 27),
            "roll_closes_on": date(2025, 4, 1),
            "draw_day": date(2025, 4, 28),
            "counted_at": at(date(2025, 4, 28)),
            **over,
        },
    )


def works(
    town: Town,
    of: Round,
    title: str = "Жамбыл көшесін жарықтандыру",
    *,
    planned: int = 3_950_000,
    promised_on: date = date(2026, 3, 30),
    **over: Any,
) -> Proposal:
    """A proposal of that round with its works opened."""
    over.setdefault("due", date(2025, 3, 5))
    over.setdefault("answered_at", at(date(2025, 3, 3)))
    made = town.proposal(of, title, status=Status.RECOMMENDED, **over)
    with transaction(town.session):
        open_works(
            town.session,
            district_id=of.district_id,
            proposal_id=made.id,
            planned=planned,
            promised_on=promised_on,
            by_name="Раушан Қалиева",
            now=OPENED,
        )
    return made


def who(town: Town, name: str) -> Who:
    """Somebody of the town as a door finds them."""
    found = _whose(town, town.sign_in(name))
    assert found is not None
    return found


def next_door(town: Town) -> str:
    """Boranqul in another raion, its clerk Azamat and its deputy Askar; Askar's session token."""
    session = town.session
    with transaction(session):
        _boranqul(session)
        for name, role in (("askar", Role.MASLIKHAT), ("azamat", Role.CLERK)):
            official = Official(id=new_id(), login=name, full_name=name.title(), password_hash="!")
            session.add(official)
            session.flush()
            deputy = role is Role.MASLIKHAT
            office = Office(
                id=new_id(),
                official_id=official.id,
                role=role,
                raion_kato=OTHER_RAION if deputy else None,
                district_id=None if deputy else "d-boranqul",
                constituency=["d-boranqul"] if deputy else [],
                since=date(2025, 1, 1),
            )
            session.add(office)
            session.flush()
            town.ids[name], town.ids[f"{name}.office"] = official.id, office.id
    return token_of(town, "askar")


def token_of(town: Town, name: str) -> str:
    """Signs in an official who is not one of the town's own."""
    token, now = secrets.token_urlsafe(32), town.clock.now()
    with transaction(town.session):
        town.session.add(
            SignIn(
                token_sha256=hash_token(token),
                id=new_id(),
                official_id=town.ids[name],
                office_id=town.ids[f"{name}.office"],
                shared=False,
                made_at=now,
                seen_at=now,
                ends_at=now + timedelta(days=900),
            )
        )
    return token


def stranger(town: Town, token: str) -> Who:
    """The same for whoever carries this token."""
    found = _whose(town, token)
    assert found is not None
    return found


def _whose(town: Town, token: str) -> Who | None:
    now: datetime = town.clock.now()
    return who_is(town.session, token=token, now=now, idle=timedelta(minutes=3))


def _boranqul(session: Session) -> None:
    for kato, parent, level, kind, kk, ru in (
        ("470000000", None, "oblast", "oblast", "Маңғыстау облысы", "Мангистауская область"),
        (OTHER_RAION, "470000000", "raion", "raion", "Бейнеу ауданы", "Бейнеуский район"),
        ("473639000", OTHER_RAION, "unit", "village", "Боранқұл ауылы", "село Боранкул"),
    ):
        session.add(
            Place(
                kato=kato,
                parent_kato=parent,
                level=level,
                kind=kind,
                name_kk=kk,
                name_ru=ru,
                short_kk=kk.split()[0],
                short_ru=ru.split()[-1],
            )
        )
        session.flush()
    session.add(
        District(
            id="d-boranqul",
            slug="boranqul",
            kato="473639000",
            raion_kato=OTHER_RAION,
            kind="village",
            name_kk="Боранқұл ауылы",
            name_ru="село Боранкул",
            short_kk="Боранқұл",
            short_ru="Боранкул",
            raion_kk="Бейнеу ауданы",
            raion_ru="Бейнеуский район",
            oblast_kk="Маңғыстау облысы",
            oblast_ru="Мангистауская область",
            opened_at=at(date(2026, 1, 1)),
        )
    )
    session.flush()
    session.add(
        Settlement(district_id="d-boranqul", id="473639100", name_kk="Боранқұл", name_ru="Боранкул")
    )
    session.flush()
