"""The days off as an operator edits them: a CSV with `day`, `works`, `name_kk`, `name_ru`.

`works` is `yes` for a weekend day that the government moved work to. A day that is known already
is written over, so that next year's list, or a correction, is one file.
"""

import csv
from datetime import date
from pathlib import Path

from sqlmodel import Session

from app.core.refusal import Refusal
from app.places.classifier import BadRow, BadRows
from app.places.models import DayOff

COLUMNS = ("day", "works", "name_kk", "name_ru")


def import_days_off(session: Session, path: Path) -> int:
    """Takes the file whole or not at all; returns the number of its days. Raises BadRows."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        if lacking := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise BadRows([BadRow(1, Refusal("places.columns", columns=", ".join(lacking)))])
    days: dict[date, DayOff] = {}
    bad: list[BadRow] = []
    for number, row in enumerate(rows, start=2):
        try:
            day = date.fromisoformat(row["day"] or "")
        except ValueError:
            bad.append(BadRow(number, Refusal("form.day")))
            continue
        if row["works"] not in ("yes", "no"):
            bad.append(BadRow(number, Refusal("form.choice")))
            continue
        days[day] = DayOff(
            day=day,
            works=row["works"] == "yes",
            name_kk=row["name_kk"] or "",
            name_ru=row["name_ru"] or "",
        )
    if bad:
        raise BadRows(bad)
    for one in days.values():
        session.merge(one)
    session.flush()
    return len(days)
