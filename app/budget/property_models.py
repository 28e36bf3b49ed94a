"""What is kept of communal property and enterprises."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, append_only, one_of


class PropertyKind(StrEnum):
    """What belongs to the community."""

    BUILDING = "building"
    LAND = "land"
    MACHINE = "machine"
    ENTERPRISE = "enterprise"
    OTHER = "other"


class Property(SQLModel, table=True):
    """A thing, a plot or an enterprise of the community. What was let go stays, with the day."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "settlement_id"], ["settlement.district_id", "settlement.id"]
        ),
        UniqueConstraint("district_id", "id"),
        UniqueConstraint("district_id", "number"),
        one_of("kind", PropertyKind),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    number: int  # within the district
    kind: str
    name_kk: str
    name_ru: str
    purpose_kk: str = ""
    purpose_ru: str = ""
    bin: str = ""  # of an enterprise
    settlement_id: str | None = None
    address: str = ""
    used_by_kk: str = ""  # let to whom: an organisation or a trade, never a private person's name
    used_by_ru: str = ""
    invented: bool = False
    gone_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    gone_why_kk: str = ""
    gone_why_ru: str = ""
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class PropertyService(SQLModel, table=True):
    """A service of an enterprise or a place, with its price in tenge."""

    __tablename__ = "property_service"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "property_id"], ["property.district_id", "property.id"]
        ),
        Index(None, "district_id", "property_id"),
        CheckConstraint("price IS NULL OR price >= 0", name="price"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    property_id: str
    place: int = 0
    name_kk: str
    name_ru: str
    price: int | None = Field(default=None, sa_column=Column(BigInteger))  # none: free
    unit_kk: str = ""  # «сағатына»
    unit_ru: str = ""


@append_only
class PropertyIncome(SQLModel, table=True):
    """What a thing brought in in a year, and what that built. The newest version holds."""

    __tablename__ = "property_income"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "property_id"], ["property.district_id", "property.id"]
        ),
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["proposal.district_id", "proposal.id"]
        ),
        UniqueConstraint("property_id", "year", "version"),
        CheckConstraint("rent >= 0 AND income >= 0 AND upkeep >= 0", name="amounts"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    property_id: str
    year: int
    version: int
    rent: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    income: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    upkeep: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # what it cost
    built_kk: str = ""
    built_ru: str = ""
    proposal_id: str | None = None  # what it built, where that was a project of a vote
    corrects_why_kk: str = ""
    corrects_why_ru: str = ""
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
