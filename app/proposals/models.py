"""What is kept about proposals."""

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
)
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, one_of


class Status(StrEnum):
    """Where a proposal stands on its way up to the ballot; later steps are in other rooms."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"  # for correction
    FORWARDED = "forwarded"  # by competence
    REFUSED = "refused"  # not admitted
    ADMITTED = "admitted"
    ON_BALLOT = "on_ballot"
    RECOMMENDED = "recommended"
    NOT_RECOMMENDED = "not_recommended"
    WITHDRAWN = "withdrawn"


PUBLIC = frozenset(Status) - {Status.DRAFT}
VOTED = frozenset({Status.ON_BALLOT, Status.RECOMMENDED, Status.NOT_RECOMMENDED})


class Verdict(StrEnum):
    """What a review comes to."""

    ADMIT = "admit"
    RETURN = "return"
    FORWARD = "forward"
    REFUSE = "refuse"


class Proposal(SQLModel, table=True):
    """A proposal from its first draft on. The resident's own words keep their language."""

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "round_id"], ["round.district_id", "round.id"]),
        ForeignKeyConstraint(
            ["district_id", "settlement_id"], ["settlement.district_id", "settlement.id"]
        ),
        Unique("district_id", "id"),
        Unique("district_id", "number"),
        Unique("round_id", "ballot_number"),
        Index(None, "district_id", "round_id", "status"),
        one_of("status", Status),
        CheckConstraint("direction IS NULL OR direction BETWEEN 1 AND 19", name="direction"),
        CheckConstraint("estimate IS NULL OR estimate >= 0", name="estimate"),
        CheckConstraint("price IS NULL OR price > 0", name="price"),
        CheckConstraint("(status = 'draft') = (number IS NULL)", name="number"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    round_id: str
    status: str = Status.DRAFT
    number: str | None = None  # the receipt's: "2026-0031"
    # the resident's words
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    author: str = ""  # as the public reads it: "Айгерім С."
    filed_by: str = ""  # the clerk who filed it in the resident's name
    lang: str = "kk"
    title: str = ""
    body: str = ""
    settlement_id: str | None = None
    place: str = ""
    direction: int | None = None  # of the 19 in article 34 of the Budget Code
    estimate: int | None = Field(default=None, sa_column=Column(BigInteger))  # own, in tenge
    contribution: str = ""  # what the neighbours give: money, labour, machines
    search: str = ""  # folded title, place and body
    started_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    submitted_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    state_number: str = ""  # in the state register (e-Өтініш)
    # the answer's clock, in working days
    due: date | None = None
    extended_until: date | None = None
    extended_why_kk: str = ""
    extended_why_ru: str = ""
    waiting_since: date | None = None  # for the resident's correction
    # what its author has corrected and not sent yet; nobody else sees it
    correction: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True))
    )
    answered_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    # as admitted
    title_kk: str = ""
    title_ru: str = ""
    short_kk: str = ""
    short_ru: str = ""
    price: int | None = Field(default=None, sa_column=Column(BigInteger))
    # what neighbours give towards it by their pledges (tenge): the price is without it
    cofinanced: int = Field(
        default=0, sa_column=Column(BigInteger, nullable=False, server_default="0")
    )
    # projects of one group exclude each other: at most one of them is taken; "" is in none
    rival_group: str = Field(default="", sa_column_kwargs={"server_default": ""})
    ballot_number: int | None = None
    votes: int | None = None  # after the count


class Photo(SQLModel, table=True):
    """A photo of a proposal or of works, or a scan: made anew here, without what it carried."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["proposal.district_id", "proposal.id"]
        ),
        Index(None, "district_id", "proposal_id"),
        CheckConstraint("kind IN ('proposal', 'works', 'scan')", name="kind"),
    )
    id: str = Field(primary_key=True)
    district_id: str
    proposal_id: str | None = None
    kind: str = "proposal"
    media_type: str  # image/jpeg or application/pdf
    width: int = 0
    height: int = 0
    size: int  # bytes
    sha256: str
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class Review(SQLModel, table=True):
    """What the clerk prepared for a proposal; half-done work is kept. The akim issues it."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "proposal_id"], ["proposal.district_id", "proposal.id"]
        ),
        CheckConstraint(
            "verdict IS NULL OR verdict IN ('admit', 'return', 'forward', 'refuse')",
            name="verdict",
        ),
    )
    proposal_id: str = Field(primary_key=True)
    district_id: str
    verdict: str | None = None
    ready: bool = False
    prepared_by: str = ""
    prepared_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    # admit
    price: int | None = Field(default=None, sa_column=Column(BigInteger))  # of the budget alone
    cofinanced: int = Field(
        default=0, sa_column=Column(BigInteger, nullable=False, server_default="0")
    )
    title_kk: str = ""
    title_ru: str = ""
    short_kk: str = ""
    short_ru: str = ""
    # why: the explanation of the price, of the return, of the refusal
    reason_code: str = ""
    reason_kk: str = ""
    reason_ru: str = ""
    # "no money" must say how much was needed, how much there was, what it went to, and when again
    needed: int | None = Field(default=None, sa_column=Column(BigInteger))
    available: int | None = Field(default=None, sa_column=Column(BigInteger))
    went_to_kk: str = ""
    went_to_ru: str = ""
    again_on: date | None = None
    # forward
    forward_to_kk: str = ""
    forward_to_ru: str = ""
    note: str = ""  # the akim's word to the clerk, sending it back
