"""A budget paper between being read and being confirmed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, LargeBinary
from sqlmodel import Field, SQLModel

from app.budget.models import ANNUAL, PLAN
from app.core.database import UTCDateTime


class BudgetUpload(SQLModel, table=True):
    """A file that was read and waits to be confirmed; it is soon deleted.

    `decided` is what the clerk said of it: the sheet, the unit, columns and rows.
    """

    __tablename__ = "budget_upload"
    __table_args__ = (CheckConstraint(f"month BETWEEN {PLAN} AND {ANNUAL}", name="month"),)
    id: str = Field(primary_key=True)
    district_id: str = Field(foreign_key="district.id", index=True)
    official_id: str = Field(foreign_key="official.id")
    year: int
    month: int
    name: str
    sha256: str
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    decided: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
