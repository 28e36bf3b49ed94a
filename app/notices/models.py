"""What is kept about notices: until it is sent, and how a person wants to be told."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, one_of


class Outbox(SQLModel, table=True):
    """A message on its way. Number and content are sealed; the row goes when it was sent."""

    __table_args__ = (
        Index(None, "next_at"),
        CheckConstraint("tries >= 0", name="tries"),
    )
    id: str = Field(primary_key=True)  # random; the gateway knows a repeat by it
    kind: str  # code, cast: how urgent, and against which budget
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    tries: int = 0
    next_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))  # useless afterwards


class Telling(StrEnum):
    """How a person wants to hear that a vote was cast in their name."""

    PAGE = "page"  # on their own page only
    SMS = "sms"


class NoticeChoice(SQLModel, table=True):
    """What a person chose; without a row, their own page."""

    __tablename__ = "notice_choice"
    __table_args__ = (one_of("channel", Telling),)
    person_id: str = Field(primary_key=True, foreign_key="person.id")
    channel: str
    shared_too: bool = False  # others use this phone too, and they said that it is all right
    lang: str = "kk"
