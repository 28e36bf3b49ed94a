"""What is kept of a year's budget."""

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
    LargeBinary,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, append_only, one_of

PLAN = 0  # the "month" of the year's plan
ANNUAL = 13  # the "month" of the report on the whole year


class Side(StrEnum):
    """Where a line stands in a budget."""

    RECEIPT = "receipt"
    SPENDING = "spending"
    FINANCING = "financing"  # balances used, loans: what covers a deficit


class Kind(StrEnum):
    """What a published version is: the steps of a plan in their order, and execution."""

    DRAFT = "draft"
    AGREED = "agreed"  # with the assembly of the local community
    AT_RAION = "at_raion"
    APPROVED = "approved"  # by the raion's maslikhat
    REFINED = "refined"
    EXECUTED = "executed"


class Origin(StrEnum):
    """Where the figures come from."""

    OFFICE = "office"
    SOURCE = "source"  # taken from a published act, named beside them
    INVENTED = "invented"  # of a demonstration, and marked so wherever they stand


class Level(StrEnum):
    """How high an entry of the classification stands."""

    PART = "part"  # a category of receipts, a direction of spending
    ARTICLE = "article"  # a source of receipts, a programme


class Article(SQLModel, table=True):
    """A line of the classification, for the years it is in force: data, and correctable.

    `district_id` none: as shipped. A district's own row with the same key holds there instead.
    `code` is a KBK or a programme; it is words to print, never a key.
    """

    __tablename__ = "budget_article"
    __table_args__ = (
        UniqueConstraint("district_id", "side", "key", "since"),
        one_of("side", Side),
        one_of("level", Level),
        CheckConstraint("until IS NULL OR until >= since", name="until"),
    )
    id: str = Field(primary_key=True)
    district_id: str | None = Field(default=None, foreign_key="district.id", index=True)
    side: str
    level: str
    part: str  # "tax", "transfers"; a direction's number "8"; of a part: its own key
    key: str
    code: str = ""
    code_verified: bool = False
    name_kk: str
    name_ru: str
    name_en: str = ""
    law: str = ""
    own: bool = False  # of a part of receipts: the district's own revenue
    since: int = 2018  # the first year
    until: int | None = None  # the last year
    place: int = 0  # its order among its neighbours


class Budget(SQLModel, table=True):
    """A district's budget of one year, with the figures that hold now (tenge).

    They are written with each publication from the versions alone, so that pages which compare
    thousands of districts need not add up lines. None: not known from what was published.
    """

    __table_args__ = (
        UniqueConstraint("district_id", "year"),
        Index(None, "year", "own"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    year: int
    # the plan that holds
    plan_number: int | None = None
    plan_kind: str | None = None
    invented: bool = False
    receipts: int | None = Field(default=None, sa_column=Column(BigInteger))
    own: int | None = Field(default=None, sa_column=Column(BigInteger))
    transfers: int | None = Field(default=None, sa_column=Column(BigInteger))
    spending: int | None = Field(default=None, sa_column=Column(BigInteger))
    # execution, from 1 January to the end of this month (13: the annual report)
    actual_month: int | None = None
    actual_receipts: int | None = Field(default=None, sa_column=Column(BigInteger))
    actual_own: int | None = Field(default=None, sa_column=Column(BigInteger))
    actual_spending: int | None = Field(default=None, sa_column=Column(BigInteger))


@append_only
class BudgetFile(SQLModel, table=True):
    """A file as the office handed it in, kept with its hash."""

    __tablename__ = "budget_file"
    __table_args__ = (UniqueConstraint("district_id", "id"),)
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    name: str
    size: int  # bytes
    sha256: str
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


@append_only
class BudgetVersion(SQLModel, table=True):
    """A published paper: a step of the plan (month 0), or execution up to a month's end."""

    __tablename__ = "budget_version"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "year"], ["budget.district_id", "budget.year"]),
        ForeignKeyConstraint(
            ["district_id", "file_id"], ["budget_file.district_id", "budget_file.id"]
        ),
        UniqueConstraint("district_id", "year", "month", "number"),
        UniqueConstraint("district_id", "id"),
        one_of("kind", Kind),
        one_of("origin", Origin),
        CheckConstraint(f"month BETWEEN {PLAN} AND {ANNUAL}", name="month"),
        CheckConstraint("(kind = 'executed') = (month > 0)", name="executed"),
        CheckConstraint("number >= 1", name="number"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    year: int
    month: int = PLAN
    number: int  # 1, 2, 3… within the year's plan, or within the month
    kind: str
    # the minutes of the assembly, the maslikhat's decision
    act_number: str = ""
    act_date: date | None = None
    act_url: str = ""
    # why there is a new version, or what it changes
    words_kk: str = ""
    words_ru: str = ""
    corrects: int | None = None  # the number it takes the place of because of a mistake
    origin: str = Origin.OFFICE
    source: str = ""
    source_url: str = ""
    source_date: date | None = None
    file_id: str | None = None
    stated: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sha256: str  # of the canonical JSON of its lines
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


@append_only
class BudgetLine(SQLModel, table=True):
    """A line of a published version. Sums are whole tenge.

    Of a plan: `amount` is the year's, `amount_1` and `amount_2` the planned years'. Of execution:
    `amount` is what was received or spent since 1 January, `planned` what was planned for that
    time. `part` may be "" where only a total is known, `article` where a part is not divided.
    """

    __tablename__ = "budget_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "version_id"], ["budget_version.district_id", "budget_version.id"]
        ),
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["proposal.district_id", "proposal.id"]
        ),
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        Index(None, "district_id", "proposal_id"),
        Index(None, "district_id", "round_id"),
        one_of("side", Side),
        CheckConstraint("amount >= 0 OR side = 'financing'", name="amount"),
        CheckConstraint(
            "(amount_1 IS NULL OR amount_1 >= 0 OR side = 'financing')"
            " AND (amount_2 IS NULL OR amount_2 >= 0 OR side = 'financing')"
            " AND (planned IS NULL OR planned >= 0 OR side = 'financing')",
            name="amounts",
        ),
    )
    version_id: str = Field(primary_key=True)
    place: int = Field(primary_key=True)  # its order in the paper, from 1
    district_id: str
    side: str
    part: str = ""
    article: str = ""
    code: str = ""  # as the paper has it
    name_kk: str = ""  # where the line has words of its own
    name_ru: str = ""
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    amount_1: int | None = Field(default=None, sa_column=Column(BigInteger))
    amount_2: int | None = Field(default=None, sa_column=Column(BigInteger))
    planned: int | None = Field(default=None, sa_column=Column(BigInteger))
    proposal_id: str | None = None  # a project of the vote
    round_id: str | None = None  # this line is the envelope of that round


class BudgetDraft(SQLModel, table=True):
    """What the office works on and has not published: one per year's plan, one per month.

    `content` is what `budget.drafts` reads and writes: the lines, the stated totals, what was typed
    and does not fit yet. `seal` changes with each change, so that nobody overwrites another's work.
    """

    __tablename__ = "budget_draft"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "file_id"], ["budget_file.district_id", "budget_file.id"]
        ),
        UniqueConstraint("district_id", "year", "month"),
        CheckConstraint(f"month BETWEEN {PLAN} AND {ANNUAL}", name="month"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    year: int
    month: int = PLAN
    content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    file_id: str | None = None
    seal: str
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
