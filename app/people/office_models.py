"""What is kept about officials: second factors, invitations, and acts that want a second one."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, one_of
from app.people.models import Role


class FactorKind(StrEnum):
    """A second factor beside the password."""

    TOTP = "totp"  # codes of an authenticator app
    CODES = "codes"  # a printed list of codes, each good once
    KEY = "key"  # a passkey or a USB key


class Factor(SQLModel, table=True):
    """A second factor of an official."""

    __table_args__ = (
        one_of("kind", FactorKind),
        Index(
            "uq_factor_credential",
            "credential_id",
            unique=True,
            sqlite_where=text("credential_id IS NOT NULL"),
            postgresql_where=text("credential_id IS NOT NULL"),
        ),
    )
    id: str = Field(primary_key=True)
    official_id: str = Field(foreign_key="official.id", index=True)
    kind: str
    name: str = ""  # as its owner calls it
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))  # TOTP's secret
    last_step: int = 0  # TOTP: a code of this step or an earlier one is not taken again
    credential_id: str | None = None  # of a key, base64url
    public_key: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    sign_count: int = 0
    added_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    proved_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))  # in use
    used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class OneTimeCode(SQLModel, table=True):
    """A code of a printed list."""

    __tablename__ = "one_time_code"
    factor_id: str = Field(primary_key=True, foreign_key="factor.id")
    code_mac: str = Field(primary_key=True)
    used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class KeyChallenge(SQLModel, table=True):
    """What a passkey was asked to sign: good once, for one sign-in, for a few minutes."""

    __tablename__ = "key_challenge"
    sign_in_id: str = Field(primary_key=True)
    purpose: str = Field(primary_key=True)  # enroll, or answer
    challenge: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class Invitation(SQLModel, table=True):
    """A link by which somebody takes up an office. Good once, until it expires."""

    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("until IS NULL OR until >= since", name="term"),
    )
    id: str = Field(primary_key=True)
    token_sha256: str = Field(unique=True)
    full_name: str
    role: str
    district_id: str | None = Field(default=None, foreign_key="district.id", index=True)
    raion_kato: str | None = Field(default=None, foreign_key="place.kato", index=True)
    constituency: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    by_order: str = ""
    since: date
    until: date | None = None
    official_id: str | None = Field(default=None, foreign_key="official.id")  # has an account
    consent_id: str | None = Field(default=None, foreign_key="consent.id")
    invited_by: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
    taken_back_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class ConsentState(StrEnum):
    """How an act that wants a second official stands."""

    WAITING = "waiting"
    AGREED = "agreed"  # the first one may do it now (a link, sheets: what is shown only once)
    DONE = "done"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"


class Consent(SQLModel, table=True):
    """An act that one official asks for and another one of the district or the raion agrees to."""

    __table_args__ = (
        one_of("state", ConsentState),
        Index(None, "district_id", "state"),
        CheckConstraint("second_id IS NULL OR second_id <> first_id", name="two"),
        CheckConstraint("state NOT IN ('agreed', 'done') OR second_id IS NOT NULL", name="agreed"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    act: str  # an Act of `consent`
    subject: str  # the id of the round, the person… it is about
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))  # what is personal
    why: str
    first_id: str = Field(foreign_key="official.id")
    first_name: str
    first_office: str
    asked_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    state: str = ConsentState.WAITING
    second_id: str | None = Field(default=None, foreign_key="official.id")
    second_name: str = ""
    second_office: str = ""
    answer: str = ""
    settled_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class NamedSecond(SQLModel, table=True):
    """Who is the second where an office has one clerk: named in advance, in public."""

    __tablename__ = "named_second"
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id", index=True)
    official_id: str = Field(foreign_key="official.id")
    named_by: str
    named_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))
