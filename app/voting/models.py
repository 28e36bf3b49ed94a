"""What is kept of a vote. No row here carries a time, an order or a person."""

from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    LargeBinary,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from app.core.database import one_of


class Channel(StrEnum):
    """By which way a right was used."""

    ONLINE = "online"
    PAPER = "paper"


class Ballot(SQLModel, table=True):
    """A used right: the sealed choices of an online ballot, or none for a paper one."""

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        one_of("channel", Channel),
        CheckConstraint("channel = 'online' OR envelope IS NULL", name="envelope"),
        {"sqlite_with_rowid": False},
    )
    district_id: str = Field(primary_key=True)
    round_id: str = Field(primary_key=True)
    ballot_key: str = Field(primary_key=True)  # HMAC(round's key, person)
    channel: str
    envelope: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    # emptied when the round is sealed; what was in it lies shuffled among the counted ballots


class CastKey(SQLModel, table=True):
    """Idempotency keys that were used: a retry, however late, never makes a second ballot."""

    __tablename__ = "cast_key"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        {"sqlite_with_rowid": False},
    )
    district_id: str = Field(primary_key=True)
    round_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)  # HMAC(round's key, ballot's key and the form's)


class CountedBallot(SQLModel, table=True):
    """A ballot as it is counted and published: choices, and a random id made at sealing."""

    __tablename__ = "counted_ballot"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        {"sqlite_with_rowid": False},
    )
    district_id: str = Field(primary_key=True)
    round_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    choices: list[int] = Field(sa_column=Column(JSON, nullable=False))  # numbers on the ballot
    times: int = 1  # equal ballots of an imported round may be kept as one


class PaperBallot(SQLModel, table=True):
    """A printed sheet. Its number is random; who was handed which sheet is written nowhere."""

    __tablename__ = "paper_ballot"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        {"sqlite_with_rowid": False},
    )
    district_id: str = Field(primary_key=True)
    round_id: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    large: bool = False
    returned: bool = False  # came back unused: its right is free again, and it is never counted


class PaperEntry(SQLModel, table=True):
    """What one person read from a sheet. Two people read each; where they differ, a third one."""

    __tablename__ = "paper_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "round_id", "number"],
            ["paper_ballot.district_id", "paper_ballot.round_id", "paper_ballot.number"],
        ),
        UniqueConstraint("district_id", "round_id", "number", "entered_by"),
        CheckConstraint("reading BETWEEN 1 AND 3", name="reading"),
        {"sqlite_with_rowid": False},
    )
    district_id: str = Field(primary_key=True)
    round_id: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    reading: int = Field(primary_key=True)  # 1, 2, and 3 where the first two differ
    choices: list[int] = Field(sa_column=Column(JSON, nullable=False))
    spoiled: bool = False
    entered_by: str = Field(foreign_key="official.id")


class Turnout(SQLModel, table=True):
    """The balance of a sealed round: rights used online and on paper, and every sheet's fate."""

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
    )
    district_id: str
    round_id: str = Field(primary_key=True)
    eligible: int
    online: int
    paper_issued: int
    paper_counted: int
    paper_spoiled: int
    paper_unsettled: int  # entered once, or twice with a difference that nobody settled
    paper_missing: int  # issued and never entered
    printed: int
