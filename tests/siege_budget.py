"""What the siege needs of a district's money: a draft with its kept file, an article of its own.

The draft adds up and states every total that its form asks for, so that the form can be sent back
as it stands.
"""

from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, delete

from app.budget.models import Article, BudgetDraft, BudgetFile
from app.budget.sums import Line, canonical
from app.core.ids import new_id

YEAR, MONTH = 2026, 3
LINES = (
    Line("receipt", 3_000_000, "tax", "pit_self", planned=2_000_000),
    Line("spending", 3_000_000, "8", "p008", planned=2_000_000),
)
STATED = {
    "receipt": 3_000_000,
    "receipt:tax": 3_000_000,
    "spending": 3_000_000,
    "spending:8": 3_000_000,
    "balance": 0,
}


def lay_budget(session: Session, *, district_id: str, own: str, now: datetime) -> tuple[str, str]:
    """The ids of the kept file and of the article. `own` is what nobody else may read."""
    data = f"{own};1\n".encode()
    file = BudgetFile(
        id=new_id(),
        district_id=district_id,
        name="наурыз.csv",
        size=len(data),
        sha256=sha256(data).hexdigest(),
        data=data,
        by_name="Дана О.",
        at=now,
    )
    article = Article(
        id=new_id(),
        district_id=district_id,
        side="receipt",
        level="article",
        part="non_tax",
        key=f"own-{new_id()[:10]}",
        name_kk=own,
        name_ru=own,
        since=2025,
        place=900,
    )
    session.add_all([file, article])
    session.flush()
    session.exec(
        delete(BudgetDraft).where(
            col(BudgetDraft.district_id) == district_id,
            col(BudgetDraft.year) == YEAR,
            col(BudgetDraft.month) == MONTH,
        )
    )
    session.add(
        BudgetDraft(
            id=new_id(),
            district_id=district_id,
            year=YEAR,
            month=MONTH,
            content={"lines": canonical(LINES), "stated": STATED},
            file_id=file.id,
            seal=new_id(),
            by_name="Дана О.",
            at=now,
        )
    )
    session.flush()
    return file.id, article.id
