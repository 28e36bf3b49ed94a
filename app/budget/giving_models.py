"""What is kept of voluntary contributions."""

from datetime import date, datetime
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


class GivenAs(StrEnum):
    """In what a contribution is given."""

    MONEY = "money"
    LABOUR = "labour"
    MACHINES = "machines"


class Move(StrEnum):
    """What became of a contribution."""

    RECEIVED = "received"
    SPENT = "spent"
    TAKEN_BACK = "taken_back"  # a pledge that will not come, with the reason
    RETURNED = "returned"  # what was received and given back


class Contribution(SQLModel, table=True):
    """What somebody pledged: to a project, or to the village in general.

    A name is kept only where its owner wants to be named; else only what was given.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["proposal.district_id", "proposal.id"]
        ),
        UniqueConstraint("district_id", "id"),
        Index(None, "district_id", "proposal_id"),
        one_of("given_as", GivenAs),
        CheckConstraint("worth > 0", name="worth"),
        CheckConstraint("named OR name = ''", name="name"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    number: int  # within the district
    proposal_id: str | None = None
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    named: bool = False  # whether the giver agreed to be named in public
    name: str = ""
    given_as: str
    worth: int = Field(sa_column=Column(BigInteger, nullable=False))  # tenge, as pledged
    what_kk: str = ""  # «2 күн экскаватор»
    what_ru: str = ""
    by_name: str = ""  # the official who wrote it down; none: the resident did
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


@append_only
class ContributionMove(SQLModel, table=True):
    """What came of a pledge, was spent, was taken back. A mistake is mended by its opposite."""

    __tablename__ = "contribution_move"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "contribution_id"], ["contribution.district_id", "contribution.id"]
        ),
        Index(None, "district_id", "contribution_id"),
        one_of("move", Move),
        CheckConstraint("amount <> 0", name="amount"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    contribution_id: str
    move: str
    moved_on: date
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))  # tenge
    document: str = ""
    words_kk: str = ""  # on what, or why
    words_ru: str = ""
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
