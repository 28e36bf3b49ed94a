"""A budget paper that a clerk has handed in and not yet confirmed, for the siege."""

from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, select

from app.budget.upload_models import BudgetUpload
from app.budget.uploads import LASTS
from app.core.ids import new_id
from app.people.models import Official

PAPER = (
    "Наименование;Сумма, тыс. тенге\n"
    "Доходы;3000\nНалоговые поступления;3000\nИндивидуальный подоходный налог;3000\n"
    "Затраты;3000\nОсвещение улиц в населенных пунктах;3000\n"
)


def lay_upload(session: Session, *, district_id: str, login: str, own: str, now: datetime) -> str:
    """Its id. `own` is what nobody of another district may read."""
    data = PAPER.encode()
    upload = BudgetUpload(
        id=new_id(),
        district_id=district_id,
        official_id=session.exec(select(Official.id).where(Official.login == login)).one(),
        year=2027,
        month=0,
        name=f"{own}.csv",
        sha256=sha256(data).hexdigest(),
        data=data,
        decided={},
        at=now,
        ends_at=now + LASTS,
    )
    session.add(upload)
    session.flush()
    return upload.id
