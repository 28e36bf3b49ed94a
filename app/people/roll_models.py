"""What is kept about keeping the roll: lists that wait, corrections, claims, conflicts, locks.

All of it is the office's own and personal; the public sees numbers.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, one_of


class RollDraft(SQLModel, table=True):
    """A list that was read and waits to be confirmed. Its rows are sealed; it is soon deleted."""

    __tablename__ = "roll_draft"
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id", index=True)
    official_id: str = Field(foreign_key="official.id")
    source: str
    source_date: date
    legal_basis: str
    whole: bool  # names everybody: whoever is missing is taken off
    file_name: str = ""
    sha256: str  # of the file as it came
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class RollChange(SQLModel, table=True):
    """A correction by hand or by a list: what of a person's line was changed, and why."""

    __tablename__ = "roll_change"
    __table_args__ = (Index(None, "district_id", "person_id"),)
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    person_id: str = Field(foreign_key="person.id")
    import_id: str | None = Field(default=None, foreign_key="roll_import.id")
    before: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    why: str = ""
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class ClaimKind(StrEnum):
    """What somebody says of the list."""

    MISSING = "missing"  # I am registered here and do not stand on it
    WRONG = "wrong"  # what it says of me is not right
    STRANGER = "stranger"  # it names somebody who does not belong on it


class Verdict(StrEnum):
    """How a claim ended."""

    GRANTED = "granted"
    REFUSED = "refused"


class RollClaim(SQLModel, table=True):
    """A claim about the list, answered in writing within five working days."""

    __tablename__ = "roll_claim"
    __table_args__ = (
        UniqueConstraint("district_id", "number"),
        one_of("kind", ClaimKind),
        CheckConstraint("verdict IN ('', 'granted', 'refused')", name="verdict"),
        CheckConstraint("(answered_at IS NULL) = (verdict = '')", name="answered"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    number: int  # 1, 2, 3… within the district
    kind: str
    person_id: str | None = Field(default=None, foreign_key="person.id")  # who claims, if listed
    name: str  # who claims, as they give it
    # where an answer reaches them: often a phone number, so it is kept like one
    contact_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    lang: str
    text: str
    filed_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    filed_by: str = ""  # the clerk who wrote it down; empty where the resident did
    due: date
    verdict: str = ""
    answer: str = ""
    answered_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    answered_by: str = ""


class RollConflict(SQLModel, table=True):
    """Two districts name one person. Only the raion's official sees which, and settles it."""

    __tablename__ = "roll_conflict"
    __table_args__ = (
        Index(
            "uq_roll_conflict_open",
            "person_id",
            "district_id",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        CheckConstraint("verdict IN ('', 'moves', 'stays')", name="verdict"),
        CheckConstraint("(settled_at IS NULL) = (verdict = '')", name="settled"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id", index=True)  # names them anew
    stands_in: str = Field(foreign_key="district.id", index=True)  # on whose roll they stand
    person_id: str = Field(foreign_key="person.id")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # the line as it was given
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    verdict: str = ""  # moves: to the new roll; stays: where they stood
    why: str = ""
    settled_by: str = ""
    settled_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class RollLock(SQLModel, table=True):
    """The list of a round is closed: until the vote's end changes want a second official."""

    __tablename__ = "roll_lock"
    district_id: str = Field(primary_key=True, foreign_key="district.id")
    round_id: str = Field(primary_key=True)
    since: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    until: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
