"""What is kept of works and oversight."""

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


class WorkStage(StrEnum):
    """The stages of works, in their order."""

    PROCUREMENT = "procurement"
    CONTRACT = "contract"
    WORKS = "works"
    ACCEPTANCE = "acceptance"


class Seen(StrEnum):
    """What a resident sees on the spot."""

    BUILT = "built"
    PARTLY = "partly"
    NOT_BUILT = "not_built"


class QuestionState(StrEnum):
    """How a deputy's question stands."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"


class Works(SQLModel, table=True):
    """An approved project as it is built."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["proposal.district_id", "proposal.id"]
        ),
        UniqueConstraint("district_id", "proposal_id"),
        CheckConstraint("planned >= 0", name="planned"),
        CheckConstraint("contract IS NULL OR contract >= 0", name="contract"),
    )
    proposal_id: str = Field(primary_key=True)
    district_id: str
    planned: int = Field(sa_column=Column(BigInteger, nullable=False))  # tenge, as approved
    promised_on: date  # the day it is to be ready, as decided
    expected_on: date | None = None  # the new day, when the promise slips
    late_why_kk: str = ""
    late_why_ru: str = ""
    ready_on: date | None = None  # accepted
    contractor: str = ""
    contract_number: str = ""
    contract: int | None = Field(default=None, sa_column=Column(BigInteger))
    opened_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class WorkStep(SQLModel, table=True):
    """One stage of works: promised and real dates."""

    __tablename__ = "work_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["works.district_id", "works.proposal_id"]
        ),
        one_of("stage", WorkStage),
    )
    district_id: str
    proposal_id: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    promised_on: date
    done_on: date | None = None
    note_kk: str = ""
    note_ru: str = ""


@append_only
class Payment(SQLModel, table=True):
    """Money paid for works. A mistake is mended by a payment with the opposite sign."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["works.district_id", "works.proposal_id"]
        ),
        Index(None, "district_id", "proposal_id"),
        CheckConstraint("amount <> 0", name="amount"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    proposal_id: str
    paid_on: date
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    document: str
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class Sighting(SQLModel, table=True):
    """A resident's word on whether it is built: one per person and project, by keyed hash."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["works.district_id", "works.proposal_id"]
        ),
        one_of("seen", Seen),
    )
    district_id: str
    proposal_id: str = Field(primary_key=True)
    person_mac: str = Field(primary_key=True)
    seen: str


class Question(SQLModel, table=True):
    """A deputy's question to an akim's office, with a target date. All of it is public."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["proposal.district_id", "proposal.id"]
        ),
        Index(None, "district_id", "state"),
        one_of("state", QuestionState),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    proposal_id: str | None = None
    number: int  # within the district
    asked_by: str  # the deputy's public name
    asked_office_id: str = Field(foreign_key="office.id")
    lang: str
    text: str
    asked_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    due: date
    state: str = QuestionState.OPEN
    answer: str = ""
    answer_lang: str = ""
    answered_by: str = ""
    answered_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    verdict_why: str = ""  # why the answer was not accepted
    closed_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class Plea(SQLModel, table=True):
    """A resident asks a deputy to look at something overdue. Seen by the raion's deputies."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["proposal.district_id", "proposal.id"]
        ),
        UniqueConstraint("proposal_id", "person_id"),
        Index(None, "district_id"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    proposal_id: str
    person_id: str = Field(foreign_key="person.id")
    lang: str
    text: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    question_id: str | None = Field(default=None, foreign_key="question.id")  # became this


class SpareMove(StrEnum):
    """How money comes to be spare, and is used."""

    SAVED = "saved"  # built for less than was planned
    RETURNED = "returned"  # came back: a fine, a refund, a project that was dropped
    USED = "used"


@append_only
class Spare(SQLModel, table=True):
    """Money of a round that was saved or came back, until it is used. Adds up per round."""

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["proposal.district_id", "proposal.id"]
        ),
        Index(None, "district_id", "round_id"),
        one_of("move", SpareMove),
        CheckConstraint("amount > 0", name="amount"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    round_id: str
    proposal_id: str | None = None  # where it came from, or what it was used for
    move: str
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))  # tenge
    moved_on: date
    words_kk: str
    words_ru: str
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
