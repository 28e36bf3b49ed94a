"""What the record keeps."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, append_only


@append_only
class Entry(SQLModel, table=True):
    """One act: what happened to what, when, by which office, with which facts.

    `kind` is `room.verb`, worded by `words`. `office` is the office's code (`clerk`, `akim`, …) or
    `resident`, or `clock` for what time itself does. `number` orders the entries of a moment.
    """

    __table_args__ = (
        Index(None, "district_id", "subject", "number"),
        Index(None, "district_id", "round_id", "number"),
        Index(None, "district_id", "at"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    round_id: str | None = None
    subject: str  # the id of the proposal, round, question… it is about
    number: int  # 1, 2, 3… within the subject
    kind: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    office: str
    by_name: str = ""  # the official's public name; never a resident's
    # what it was about, as it stood before and after: the SHA-256 of its canonical JSON
    before_sha256: str | None = None
    after_sha256: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
