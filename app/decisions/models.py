"""What is kept of results and decisions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, append_only, one_of


class Body(StrEnum):
    """Who has a word on a project, in the order of the way."""

    ASSEMBLY = "assembly"
    AKIM = "akim"
    RAION = "raion"
    MASLIKHAT = "maslikhat"


class Said(StrEnum):
    """What a body said of a project."""

    AGREED = "agreed"
    PART = "part"
    DECLINED = "declined"


@append_only
class CountOutcome(SQLModel, table=True):
    """The count of a round with its own account, stored once."""

    __tablename__ = "count_outcome"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
    )
    round_id: str = Field(primary_key=True)
    district_id: str
    seed: str
    draw_value: str = ""  # the public value that the seed was made of
    outcome: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    outcome_sha256: str
    ballots_pb: str = Field(sa_column=Column(Text, nullable=False))  # the published file
    ballots_sha256: str
    ballots_size: int  # bytes
    # what the other rule would have chosen, with its account: a comparison, marked as such
    compared: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


@append_only
class TieDecision(SQLModel, table=True):
    """The commission's order of projects that votes and price leave equal, on the record."""

    __tablename__ = "tie_decision"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        UniqueConstraint("round_id", "number"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    round_id: str
    number: int  # 1, 2, 3… within the round
    ordered: list[str] = Field(sa_column=Column(JSON, nullable=False))  # ballot numbers as text
    act_number: str  # of the commission's minutes
    act_date: date
    words_kk: str
    words_ru: str
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class Assembly(SQLModel, table=True):
    """A meeting of the assembly of the local community, as its minutes must tell it."""

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        UniqueConstraint("district_id", "round_id", "number"),
        CheckConstraint("present BETWEEN 0 AND eligible", name="present"),
        CheckConstraint("eligible > 0", name="eligible"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    round_id: str
    number: str
    notice_on: date  # at least ten calendar days before
    held_on: date
    place: str
    eligible: int
    present: int
    names: str  # of those present, one a line
    chair: str
    secretary: str
    speeches_kk: str = ""
    speeches_ru: str = ""
    scan_id: str | None = Field(default=None, foreign_key="photo.id")
    recorded_by: str = ""
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


@append_only
class Word(SQLModel, table=True):
    """One version of what a body said of one project. The newest version holds."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["proposal.district_id", "proposal.id"]
        ),
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        UniqueConstraint("proposal_id", "body", "version"),
        Index(None, "district_id", "round_id", "body"),
        one_of("body", Body),
        one_of("said", Said),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount"),
        CheckConstraint("version >= 1", name="version"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    round_id: str
    proposal_id: str
    body: str
    version: int
    said: str
    departs: bool  # from the vote
    amount: int | None = Field(default=None, sa_column=Column(BigInteger))  # tenge
    starts_on: date | None = None  # planned
    ends_on: date | None = None
    reason_code: str = ""
    reason_kk: str = ""
    reason_ru: str = ""
    words_kk: str = ""
    words_ru: str = ""
    # the legal original, or the minutes
    act_type: str = ""
    act_number: str = ""
    act_date: date | None = None
    scan_id: str | None = Field(default=None, foreign_key="photo.id")
    assembly_id: str | None = Field(default=None, foreign_key="assembly.id")
    corrects_why_kk: str = ""  # why there is a new version
    corrects_why_ru: str = ""
    by_name: str
    by_order: str = ""
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
