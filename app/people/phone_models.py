"""What is kept about phones and the state's identity provider: no number in clear, no code."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, one_of


class PersonPhone(SQLModel, table=True):
    """A person's phone. Families share one: the others on it need a card too."""

    __tablename__ = "person_phone"
    person_id: str = Field(primary_key=True, foreign_key="person.id")
    phone_mac: str = Field(index=True)  # keyed hash of +77XXXXXXXXX
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # the number
    needs_card: bool  # somebody was on this number before
    added_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    added_by: str = ""  # the clerk who saw a document; empty: the person, signed in by card


class CodeFor(StrEnum):
    """What a code is good for."""

    SIGN_IN = "sign-in"
    SET_PHONE = "set-phone"


class PhoneCode(SQLModel, table=True):
    """A code that was asked for: bound to a browser, a number and a purpose. Kept a day."""

    __tablename__ = "phone_code"
    __table_args__ = (
        one_of("purpose", CodeFor),
        Index(None, "phone_mac", "made_at"),
        CheckConstraint("tries >= 0", name="tries"),
    )
    id: str = Field(primary_key=True)
    browser_sha256: str = Field(index=True)  # of the token in the asking browser's own cookie
    purpose: str
    phone_mac: str
    person_id: str | None = Field(default=None, foreign_key="person.id")  # sets their phone
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))  # the number to set
    code_mac: str
    tries: int = 0
    made_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    # The code was right; where the number has several people, who it is comes next.
    proved_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class StateIdentity(SQLModel, table=True):
    """An identity of the provider, as it names it, and the person it vouched for."""

    __tablename__ = "state_identity"
    issuer: str = Field(primary_key=True)
    subject_mac: str = Field(primary_key=True)  # keyed hash
    person_id: str = Field(foreign_key="person.id", index=True)
    made_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class StateStart(SQLModel, table=True):
    """Somebody was sent to the provider: what must come back, once, to the same browser."""

    __tablename__ = "state_start"
    state_sha256: str = Field(primary_key=True)
    browser_sha256: str
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # nonce, verifier, way on
    made_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
