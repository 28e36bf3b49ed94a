"""What is kept about people."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel

from app.core.database import UTCDateTime, one_of


class Role(StrEnum):
    """The offices that people hold."""

    CLERK = "clerk"  # a specialist of the akim's office: prepares
    AKIM = "akim"  # or a delegate named by order: decides
    MASLIKHAT = "maslikhat"  # a member of the raion's maslikhat: follows
    MASLIKHAT_OFFICE = "maslikhat-office"  # records the maslikhat's decisions
    RAION_OFFICE = "raion-office"  # of the raion's akim: clears up who stands on two lists
    OBSERVER = "observer"
    OPERATOR = "operator"


class Person(SQLModel, table=True):
    """A resident as the roll names them. Installation-wide."""

    id: str = Field(primary_key=True)
    iin_mac: str = Field(unique=True)  # keyed hash; the key lies outside the database
    full_name: str
    name_folded: str = ""  # for search
    of_age_on: date  # the day of turning 18


class OffRoll(StrEnum):
    """Why somebody was taken off a roll."""

    MOVED = "moved"
    DIED = "died"
    MISTAKE = "mistake"  # was never registered there, or stood twice
    LIST = "list"  # a newer list of the same source no longer names them
    RAION = "raion"  # the raion cleared up that they belong to another roll
    OTHER = "other"


BY_HAND = (OffRoll.MOVED, OffRoll.DIED, OffRoll.MISTAKE, OffRoll.OTHER)


class RollImport(SQLModel, table=True):
    """A list the clerk brought in: where it comes from, and what it did."""

    __tablename__ = "roll_import"
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id")
    source: str
    source_date: date
    legal_basis: str = Field(default="", sa_column_kwargs={"server_default": ""})
    sha256: str
    rows: int
    added: int
    changed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    gone: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    by_name: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class RollEntry(SQLModel, table=True):
    """A person on a district's roll. Whoever was taken off stays in the history."""

    __tablename__ = "roll_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "settlement_id"], ["settlement.district_id", "settlement.id"]
        ),
        # A person stands on one roll at a time, in the whole installation.
        Index(
            "uq_roll_entry_person",
            "person_id",
            unique=True,
            sqlite_where=text("removed_on IS NULL"),
            postgresql_where=text("removed_on IS NULL"),
        ),
        CheckConstraint(
            "removed_why IN ('', 'moved', 'died', 'mistake', 'list', 'raion', 'other')",
            name="removed_why",
        ),
        CheckConstraint("(removed_on IS NULL) = (removed_why = '')", name="removed"),
    )
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    settlement_id: str
    import_id: str | None = Field(default=None, foreign_key="roll_import.id")
    basis: str = ""  # added by hand: on which document
    added_on: date
    removed_on: date | None = None
    removed_why: str = ""  # an OffRoll
    removed_note: str = ""  # for the office only


class Card(SQLModel, table=True):
    """A sign-in card as the office hands it out: its number is public, its code a keyed hash."""

    __table_args__ = (
        Index(
            "uq_card_person",
            "person_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )
    number: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    code_mac: str  # of the typed code
    group_mac: str | None = None  # of its first printed group: what a shared phone asks for
    qr_mac: str | None = None  # of the long secret in the QR code
    issued_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    issued_by: str
    replaced_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class Official(SQLModel, table=True):
    """Somebody who holds offices and signs in with a name and a password."""

    id: str = Field(primary_key=True)
    login: str = Field(unique=True)
    full_name: str
    password_hash: str
    closed_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class Office(SQLModel, table=True):
    """An office an official holds: in a district, or in a raion for the maslikhat."""

    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("(role IN ('clerk', 'akim')) = (district_id IS NOT NULL)", name="district"),
        CheckConstraint(
            "(role IN ('maslikhat', 'maslikhat-office', 'raion-office'))"
            " = (raion_kato IS NOT NULL)",
            name="raion",
        ),
        CheckConstraint("until IS NULL OR until >= since", name="term"),
    )
    id: str = Field(primary_key=True)
    official_id: str = Field(foreign_key="official.id", index=True)
    role: str
    district_id: str | None = Field(default=None, foreign_key="district.id", index=True)
    raion_kato: str | None = Field(default=None, foreign_key="place.kato", index=True)
    constituency: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )  # a deputy's own districts, by id
    by_order: str = ""  # a delegate acts for the akim by this order: number and date
    since: date
    until: date | None = None  # the last day


class Means(StrEnum):
    """By what somebody signed in."""

    CARD = "card"
    PHONE = "phone"
    STATE = "state"  # the state's identity provider
    PASSWORD = "password"  # with a second factor


class SignIn(SQLModel, table=True):
    """A session: somebody is signed in on some device. Kept by the hash of its token."""

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (official_id IS NULL)", name="one"),
        UniqueConstraint("id"),
    )
    token_sha256: str = Field(primary_key=True)
    id: str  # names it on the page where one ends one's sessions
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    official_id: str | None = Field(default=None, foreign_key="official.id", index=True)
    office_id: str | None = Field(default=None, foreign_key="office.id")  # acts in this one
    how: str = Field(default="", sa_column_kwargs={"server_default": ""})  # a Means
    # A password was right and the second factor is still to come: nobody is signed in yet.
    needs_second: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    shared: bool = True  # a phone that is handed on: ends after three idle minutes
    made_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    seen_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime))


class Tries(SQLModel, table=True):
    """Failed tries at a secret, counted before the secret is checked."""

    subject: str = Field(primary_key=True)  # a keyed hash: a name may be a password by a slip
    count: int
    last_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class Tally(SQLModel, table=True):
    """How often something was done in a day of the installation: what a budget is held against."""

    name: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    count: int
