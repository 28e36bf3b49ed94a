"""The classification of a year: categories and sources, directions and programmes, as data.

`articles.csv` ships it: names and articles of law from the Budget Code; codes marked verified were
found published, the others are from memory. A district's own row with the same key holds there.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, or_, select

from app.budget.models import Article, Level, Side
from app.budget.step_models import LegalStep
from app.core.ids import new_id

HERE = Path(__file__).parent
# A district's own entries are told apart from the shipped ones by this.
OWN_KEY = "own-"


@dataclass(frozen=True, slots=True)
class Classification:
    """The entries in force in a year, in their order."""

    year: int
    entries: tuple[Article, ...]

    def parts(self, side: str) -> tuple[Article, ...]:
        """The categories of receipts, the directions of spending, the kinds of financing."""
        return tuple(one for one in self.entries if one.side == side and one.level == Level.PART)

    def articles(self, side: str, part: str) -> tuple[Article, ...]:
        """What lies below a part."""
        return tuple(
            one
            for one in self.entries
            if one.side == side and one.level == Level.ARTICLE and one.part == part
        )

    def find(self, side: str, key: str) -> Article | None:
        """The entry with this key; a part before an article of the same key."""
        found = [one for one in self.entries if one.side == side and one.key == key]
        return next((one for one in found if one.level == Level.PART), found[0] if found else None)

    def own_parts(self) -> frozenset[str]:
        """The categories that are the district's own revenue."""
        return frozenset(one.key for one in self.parts(Side.RECEIPT) if one.own)


def classification(session: Session, *, district_id: str | None, year: int) -> Classification:
    """The classification of a year as this district has it."""
    rows = session.exec(
        select(Article)
        .where(
            or_(col(Article.district_id).is_(None), Article.district_id == district_id),
            Article.since <= year,
            or_(col(Article.until).is_(None), col(Article.until) >= year),
        )
        .order_by(col(Article.place), col(Article.key))
    ).all()
    held: dict[tuple[str, str, str], Article] = {}
    for row in sorted(rows, key=lambda one: (one.district_id is not None, one.since)):
        held[row.side, row.level, row.key] = row
    return Classification(year, tuple(sorted(held.values(), key=lambda one: (one.place, one.key))))


def ship(session: Session) -> int:
    """Puts in what is not there yet of the classification and the legal steps; what was corrected
    stays. Returns how many rows came."""
    known = {
        (row.side, row.key, row.since)
        for row in session.exec(select(Article).where(col(Article.district_id).is_(None)))
    }
    new: list[Article | LegalStep] = []
    for place, row in enumerate(_rows("articles.csv"), start=1):
        if (row["side"], row["key"], int(row["since"])) not in known:
            new.append(
                Article(
                    id=new_id(),
                    side=row["side"],
                    level=row["level"],
                    part=row["part"],
                    key=row["key"],
                    code=row["code"],
                    code_verified=row["code_verified"] == "yes",
                    name_kk=row["kk"],
                    name_ru=row["ru"],
                    name_en=row["en"],
                    law=row["law"],
                    own=row["own"] == "yes",
                    since=int(row["since"]),
                    until=_number(row["until"]),
                    place=place * 10,
                )
            )
    steps = set(session.exec(select(col(LegalStep.key))).all())
    for place, row in enumerate(_rows("legal_steps.csv"), start=1):
        if row["key"] not in steps:
            new.append(
                LegalStep(
                    id=new_id(),
                    key=row["key"],
                    place=place * 10,
                    month=_number(row["month"]),
                    day=_number(row["day"]),
                    year_offset=int(row["year_offset"]),
                    after=row["after"],
                    days=_number(row["days"]),
                    name_kk=row["kk"],
                    name_ru=row["ru"],
                    name_en=row["en"],
                    law=row["law"],
                    verified=row["verified"] == "yes",
                    outside=row["outside"] == "yes",
                    done_by=row["done_by"],
                    unless=row["unless"],
                    only_with=row["only_with"],
                    paper=row["paper"],
                )
            )
    session.add_all(new)
    session.flush()
    return len(new)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _number(text: str) -> int | None:
    return int(text) if text else None
