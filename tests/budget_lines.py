"""Budgets of the tests that name a round's money."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.budget.actions import Act, publish
from app.budget.models import BudgetVersion, Kind
from app.budget.sums import Line
from app.core.database import transaction
from app.rounds.models import Round

RECEIPTS = Line("receipt", 90_000_000, "transfers", "raion_transfers")
OFFICE = Line("spending", 60_000_000, "1", "p001")


def approve(
    session: Session, of: Round, now: datetime, *, amount: int = 11_000_000, **over: Any
) -> BudgetVersion:
    """The approved budget of a round's year; its first line is the round's sum."""
    line = Line("spending", amount, "8", name_kk="Халық бюджеті", name_ru="Народный бюджет")
    given: dict[str, Any] = {
        "district_id": of.district_id,
        "year": of.budget_year,
        "kind": Kind.APPROVED,
        "act": Act("№ 12-3", now.date()),
        "lines": (line, RECEIPTS, OFFICE),
        "by_name": "Дана Омарова",
        "now": now,
        **over,
    }
    with transaction(session):
        return publish(session, **given)
