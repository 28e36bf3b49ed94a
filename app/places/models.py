"""What is kept about places."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, one_of


class Level(StrEnum):
    """How high a place stands in the classifier."""

    OBLAST = "oblast"
    RAION = "raion"
    UNIT = "unit"
    SETTLEMENT = "settlement"


class Kind(StrEnum):
    """What a place is, read from the ending of its Kazakh name."""

    OBLAST = "oblast"
    RAION = "raion"
    CITY = "city"  # қ.: no fourth-level budget
    CITY_RAION = "city_raion"
    RURAL_OKRUG = "rural_okrug"  # а.о.
    VILLAGE = "village"  # а.ә.: a village with an akim of its own
    KENT = "kent"  # к.ә.
    TOWN = "town"  # қ.ә.
    AUL = "aul"  # а.: a village within a unit
    OTHER = "other"  # station, winter camp and the like


UNIT_KINDS = frozenset({Kind.RURAL_OKRUG, Kind.VILLAGE, Kind.KENT, Kind.TOWN})


class Place(SQLModel, table=True):
    """A row of the classifier, its name written out for display."""

    __table_args__ = (
        one_of("level", Level),
        one_of("kind", Kind),
        CheckConstraint("length(kato) = 9", name="kato"),
    )
    kato: str = Field(primary_key=True, max_length=9)
    parent_kato: str | None = Field(default=None, foreign_key="place.kato", index=True)
    level: str
    kind: str
    name_kk: str
    name_ru: str
    short_kk: str  # without its kind: «Сұрат»
    short_ru: str
    hidden: bool = False  # uninhabited points are not shown to residents


class District(SQLModel, table=True):
    """A unit that lives here, with its own roll, rounds and desk."""

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    kato: str = Field(foreign_key="place.kato", unique=True)
    raion_kato: str = Field(foreign_key="place.kato", index=True)
    kind: str
    name_kk: str
    name_ru: str
    short_kk: str
    short_ru: str
    raion_kk: str
    raion_ru: str
    oblast_kk: str
    oblast_ru: str
    address_kk: str = ""  # of the akim's office, for complaints and the roll
    address_ru: str = ""
    phone: str = ""
    # Only its published budget is shown here: no list of residents, no rounds, no desk.
    budget_only: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    opened_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class Settlement(SQLModel, table=True):
    """A settlement of a district. Its id is its KATO code."""

    district_id: str = Field(primary_key=True, foreign_key="district.id")
    id: str = Field(primary_key=True, max_length=9)
    name_kk: str
    name_ru: str
    people: int | None = None
    hidden: bool = False


class DistrictFact(SQLModel, table=True):
    """A figure about a district, with its source: people, voters, households, budget in tenge."""

    __tablename__ = "district_fact"
    __table_args__ = (
        UniqueConstraint("district_id", "key", "year"),
        CheckConstraint("amount >= 0", name="amount"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    key: str
    year: int
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    source: str
    source_date: date | None = None


class DayOff(SQLModel, table=True):
    """A holiday, or a weekend day on which offices work by the government's order."""

    __tablename__ = "day_off"
    day: date = Field(primary_key=True)
    works: bool = False
    name_kk: str = ""
    name_ru: str = ""
