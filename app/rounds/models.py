"""What is kept about a round."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKeyConstraint, false
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, append_only, one_of


class Stage(StrEnum):
    """The stages of a round, in their order."""

    ANNOUNCED = "announced"
    PROPOSALS = "proposals"
    REVIEW = "review"
    VOTING = "voting"
    COUNTING = "counting"
    RESULTS = "results"
    ASSEMBLY = "assembly"
    DECISION = "decision"
    BUDGET = "budget"
    WORKS = "works"
    EVALUATED = "evaluated"


class EnvelopeKind(StrEnum):
    """How sure the money is."""

    INDICATIVE = "indicative"
    CONFIRMED = "confirmed"


class WhoProposes(StrEnum):
    """Who may propose."""

    ROLL = "roll"  # residents on the roll


class BallotMethod(StrEnum):
    """How one votes."""

    APPROVAL = "approval"
    KNAPSACK = "knapsack"  # what is chosen must fit the envelope


class CountingRule(StrEnum):
    """How the votes are counted."""

    MOST_VOTES = "most-votes"
    EQUAL_SHARES = "equal-shares"


class Utility(StrEnum):
    """What a project weighs for those who chose it, under Equal Shares."""

    COST = "cost"
    NUMBER = "number"


class Completion(StrEnum):
    """How Equal Shares comes to the end of the money."""

    NONE = "none"
    ADD1 = "add1"  # the shares grow step by step
    ADD1U = "add1u"  # and what is left is filled up by votes


class Ties(StrEnum):
    """Who decides between equal projects, once price and votes have not."""

    DRAW = "draw"
    COMMISSION = "commission"  # on the record; the count waits for its word


class Round(SQLModel, table=True):
    """One round of one district, and the settings its rules page is made of."""

    __table_args__ = (
        Unique("district_id", "key"),
        Unique("district_id", "id"),
        one_of("envelope_kind", EnvelopeKind),
        one_of("who_proposes", WhoProposes),
        one_of("method", BallotMethod),
        one_of("counting_rule", CountingRule),
        one_of("utility", Utility),
        one_of("completion", Completion),
        one_of("ties", Ties),
        CheckConstraint("guarantee_percent BETWEEN 0 AND 50", name="guarantee_percent"),
        CheckConstraint("envelope > 0", name="envelope"),
        CheckConstraint("most_choices >= 1", name="most_choices"),
        CheckConstraint("price_cap IS NULL OR price_cap > 0", name="price_cap"),
        CheckConstraint("threshold >= 0", name="threshold"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    key: str  # the year of the vote, then "2026-2"
    budget_year: int
    # rules
    envelope: int = Field(sa_column=Column(BigInteger, nullable=False))  # tenge, or minor units
    envelope_kind: str = EnvelopeKind.INDICATIVE
    envelope_basis_kk: str = ""
    envelope_basis_ru: str = ""
    method: str = BallotMethod.APPROVAL
    most_choices: int = 5
    nudge_choices: int = 3
    price_cap: int | None = Field(default=None, sa_column=Column(BigInteger))
    threshold: int = 0  # votes a project needs at least
    counting_rule: str = CountingRule.MOST_VOTES
    # of Equal Shares: what a project is weighed by, and how the money is brought to its end
    utility: str = Field(default=Utility.COST, sa_column_kwargs={"server_default": "cost"})
    completion: str = Field(default=Completion.ADD1U, sa_column_kwargs={"server_default": "add1u"})
    ties: str = Field(default=Ties.DRAW, sa_column_kwargs={"server_default": "draw"})
    # of most votes: so much of the envelope is kept for the projects of each settlement first
    guarantee_percent: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    # whether the result shows, as a comparison, what the other rule would have chosen
    compare_rules: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    who_proposes: str = WhoProposes.ROLL
    show_turnout: bool = False  # one figure for the district while the vote runs
    of_age_on: date  # whoever is 18 by this day may vote
    roll_shown_on: date | None = None  # from here on anyone may ask whether they stand on the list
    roll_closes_on: date  # at the end of this day the list of the round is closed
    draw_day: date  # the day whose official USD rate becomes part of the draw's seed
    # frozen when voting opens
    rules: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    rules_sha256: str | None = None
    frozen_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    key_fingerprint: str | None = None
    eligible: int | None = None  # people on the roll who may vote, when voting opened
    draw_value: str | None = None  # the public value, as anyone can look it up
    # when the budget is approved; `envelope` stays what was asked about
    confirmed_envelope: int | None = Field(default=None, sa_column=Column(BigInteger))
    # closing
    sealed_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    counted_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    # held once: a second official put off the publishing of the result, in public
    held_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    held_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    held_why_kk: str | None = None
    held_why_ru: str | None = None
    # called off, by two officials and with a reason; its ballots are never opened
    cancelled_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    cancelled_why_kk: str | None = None
    cancelled_why_ru: str | None = None
    # a round imported from elsewhere
    currency: str = "KZT"
    minor_digits: int = 0
    imported_from: str = ""


class StageStart(SQLModel, table=True):
    """When a stage begins. It ends when the next one begins."""

    __tablename__ = "stage_start"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        Unique("round_id", "starts_at"),
        one_of("stage", Stage),
    )
    district_id: str
    round_id: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    starts_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class BasisKind(StrEnum):
    """What a round's sum rests on."""

    STATEMENT = "statement"  # a dated statement of the akim
    PLANNED_LINE = "planned_line"  # a planned year's line of a published version
    APPROVED_LINE = "approved_line"  # a line of the approved budget


@append_only
class EnvelopeBasis(SQLModel, table=True):
    """What the sum of a round rests on, one after the other; the newest holds."""

    __tablename__ = "envelope_basis"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        ForeignKeyConstraint(
            ["district_id", "version_id"], ["budget_version.district_id", "budget_version.id"]
        ),
        Unique("round_id", "number"),
        one_of("kind", BasisKind),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(kind = 'statement') = (version_id IS NULL)", name="version"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    round_id: str
    number: int  # 1, 2, 3… within the round
    kind: str
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))  # tenge
    said_on: date  # of the statement or of the budget's act, else when it was published
    act_number: str = ""
    words_kk: str = ""
    words_ru: str = ""
    version_id: str | None = None
    line: int | None = None  # the line's place in that version
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
