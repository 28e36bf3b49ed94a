"""What is kept of the budget year's legal steps and of what was published."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, append_only, one_of


class Paper(StrEnum):
    """What article 40 of the Budget Code wants published."""

    DRAFT = "draft"
    DECISION = "decision"
    REFINEMENT = "refinement"
    CITIZENS = "citizens"  # the citizens' budget
    MONTH = "month"  # execution of a month
    YEAR = "year"  # execution of the year


class LegalStep(SQLModel, table=True):
    """A step the law wants of a budget year: data, by the years it is in force, correctable.

    Due `days` calendar days after the step `after` was done (or after the month was over, where
    `after` is `month_over`), else on `month`-`day` of (budget year + `year_offset`).
    """

    __tablename__ = "legal_step"
    __table_args__ = (
        UniqueConstraint("key", "since"),
        CheckConstraint("month IS NULL OR month BETWEEN 1 AND 12", name="month"),
        CheckConstraint("day IS NULL OR day BETWEEN 1 AND 31", name="day"),
        CheckConstraint(
            "(month IS NOT NULL AND day IS NOT NULL) OR (after <> '' AND days IS NOT NULL)",
            name="due",
        ),
    )
    id: str = Field(primary_key=True)
    key: str
    place: int = 0
    month: int | None = None
    day: int | None = None
    year_offset: int = -1  # the budget is made in the year before it
    after: str = ""
    days: int | None = None
    name_kk: str
    name_ru: str
    name_en: str
    law: str
    verified: bool = True
    outside: bool = False  # done by somebody else: shown, never late here
    done_by: str = ""  # the kind of version that does it
    unless: str = ""  # not needed where this step was done by the same day
    only_with: str = ""  # needed only where this step is
    paper: str = ""  # something article 40 wants published: a Paper
    since: int = 2018  # the first budget year
    until: int | None = None


class StepDone(SQLModel, table=True):
    """When a district did a legal step, with a word and a link."""

    __tablename__ = "step_done"
    __table_args__ = (UniqueConstraint("district_id", "year", "key"),)
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    year: int
    key: str
    done_on: date
    note_kk: str = ""
    note_ru: str = ""
    url: str = ""
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


@append_only
class Publication(SQLModel, table=True):
    """Something was published: here by publishing it, on the office's site or the open budgets
    portal by the office's word. The first of a paper and place counts; later ones are repeats."""

    __table_args__ = (
        one_of("paper", Paper),
        CheckConstraint("month BETWEEN 0 AND 13", name="month"),
        CheckConstraint("place IN ('here', 'site', 'portal')", name="place"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id", index=True)
    year: int
    paper: str
    month: int = 0
    place: str  # here, site, portal
    published_on: date
    url: str = ""
    number: int | None = None  # of the version, where it was published here
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
