"""What the installation notes about itself."""

from sqlmodel import Field, SQLModel


class Mark(SQLModel, table=True):
    """A note: that this is a demo and on which day it lives, which keys it is for.

    Known keys: `demo`, `clock_shift` (seconds), `key:NAME` (a key's fingerprint), `told:ROUND` (the
    newest batch of notices that was given).
    """

    key: str = Field(primary_key=True)
    value: str
