"""What is kept of a round's list of voters, and of what people ask about their own vote."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime


class Voter(SQLModel, table=True):
    """Somebody on the closed list of a round: may vote in it. Says nothing of whether they did."""

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        ForeignKeyConstraint(
            ["district_id", "settlement_id"], ["settlement.district_id", "settlement.id"]
        ),
        {"sqlite_with_rowid": False},
    )
    district_id: str = Field(primary_key=True)
    round_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True, foreign_key="person.id")
    settlement_id: str
    pseudonym: str  # HMAC(round's key, person): a leaf of the published root


class RollClosing(SQLModel, table=True):
    """The closed list in public: size and root, and how it was corrected since."""

    __tablename__ = "roll_closing"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        CheckConstraint("size >= 0 AND first_size >= 0", name="size"),
    )
    round_id: str = Field(primary_key=True)
    district_id: str
    closed_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    first_size: int  # at the closing
    first_root: str
    size: int  # with the corrections that two officials made since
    root: str
    corrections: int = 0
    by_settlement: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class Told(SQLModel, table=True):
    """That a notice about a cast was given, under a key nobody can follow back to a person."""

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        {"sqlite_with_rowid": False},
    )
    district_id: str = Field(primary_key=True)
    round_id: str = Field(primary_key=True)
    told_key: str = Field(primary_key=True)  # HMAC(round's key, "told", person)
    of_mac: str  # of the envelope it was about: a changed vote is told of again


class Outcome(StrEnum):
    """How a dispute about a vote in somebody's name was settled."""

    REPLACED = "replaced"  # the person voted anew, on paper or with a new card: that one counts
    OWN = "own"  # it was their own vote after all
    FOREIGN = "foreign"  # somebody else's, and the vote was over: it is counted, and said in public


class Dispute(SQLModel, table=True):
    """Somebody says that a vote was cast in their name. A second official settles it."""

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        CheckConstraint("outcome IN ('', 'replaced', 'own', 'foreign')", name="outcome"),
        CheckConstraint("(settled_at IS NULL) = (outcome = '')", name="settled"),
        CheckConstraint("settled_at IS NOT NULL OR person_id IS NOT NULL", name="whose"),
        CheckConstraint("settled_by IS NULL OR settled_by <> opened_by", name="two"),
        Index(
            "uq_dispute_open",
            "round_id",
            "person_id",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )
    id: str = Field(primary_key=True)
    district_id: str
    round_id: str
    # empty once the person had their account erased: the settled dispute stays as a number
    person_id: str | None = Field(default=None, foreign_key="person.id")
    text: str
    opened_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    opened_by: str | None = Field(default=None, foreign_key="official.id")  # empty: the person
    outcome: str = ""
    why: str = ""
    settled_by: str | None = Field(default=None, foreign_key="official.id")
    settled_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class DeskQuestion(SQLModel, table=True):
    """The office asked whether a vote was cast in somebody's name. The answer is not kept.

    It says nothing of a ballot; the person sees on their own page who asked, and when.
    """

    __tablename__ = "desk_question"
    __table_args__ = (Index(None, "district_id", "at"), Index(None, "person_id"))
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    person_id: str = Field(foreign_key="person.id")
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
