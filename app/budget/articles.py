"""A district's own word on the classification: a code or a name corrected, an article added.

What is shipped stays as it is for everybody else. A correction holds from its first year on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.budget.classification import OWN_KEY, classification
from app.budget.models import Article, Level, Side
from app.budget.rules import why_not_year
from app.core.clock import day_of
from app.core.ids import new_id
from app.core.refusal import Refusal, insist
from app.ledger.actions import record

MOST_OWN = 100  # articles of a district's own


@dataclass(frozen=True, slots=True)
class Words:
    """What an office says of an entry. The code is words to print, never a key."""

    name_kk: str
    name_ru: str
    code: str = ""
    code_verified: bool = False  # the office found the code in the order of the ministry
    law: str = ""
    until: int | None = None  # the last year


def why_not_words(words: Words, *, since: int) -> Refusal | None:
    """Both names are wanted, and an end that is not before the beginning."""
    if not words.name_kk.strip():
        return Refusal("form.missing", field="name_kk")
    if not words.name_ru.strip():
        return Refusal("form.missing", field="name_ru")
    if words.until is not None and words.until < since:
        return Refusal("budget.article_until", field="until", first=str(since))
    return None


def correct_article(
    session: Session,
    *,
    district_id: str,
    year: int,
    side: str,
    level: str,
    key: str,
    words: Words,
    by_name: str,
    now: datetime,
) -> Article:
    """Says an entry anew from `year` on, in this district alone.

    Raises Refusal budget.year, budget.article_unknown, budget.article_same, budget.article_until
    and form.missing.
    """
    insist(why_not_year(year, day_of(now)))
    entries = classification(session, district_id=district_id, year=year).entries
    held = next(
        (one for one in entries if (one.side, one.level, one.key) == (side, level, key)), None
    )
    if held is None:
        raise Refusal("budget.article_unknown")
    own = held.district_id == district_id
    # An own article keeps its beginning; of what is shipped only this year and later is said anew.
    since = held.since if own else year
    insist(why_not_words(words, since=since))
    before = _values(held)
    row = (
        held
        if own
        else Article(
            id=new_id(),
            district_id=district_id,
            side=held.side,
            level=held.level,
            part=held.part,
            key=held.key,
            name_kk="",
            name_ru="",
            name_en=held.name_en,
            own=held.own,
            since=since,
            place=held.place,
        )
    )
    _say(row, words, until=words.until if key.startswith(OWN_KEY) else held.until)
    if _values(row) == before:
        raise Refusal("budget.article_same")
    session.add(row)
    try:
        session.flush()
    except IntegrityError as why:  # a colleague has said it anew for the same year
        raise Refusal("budget.article_meanwhile") from why
    _record(session, "budget.article_corrected", row, before, by_name=by_name, now=now, year=year)
    return row


def add_article(
    session: Session,
    *,
    district_id: str,
    year: int,
    side: str,
    part: str,
    words: Words,
    by_name: str,
    now: datetime,
) -> Article:
    """Adds an article of the district's own below a part, from `year` on.

    Raises Refusal budget.year, budget.article_part, budget.article_many, budget.article_named and
    what `why_not_words` says.
    """
    insist(why_not_year(year, day_of(now)))
    entries = classification(session, district_id=district_id, year=year)
    if side not in set(Side) or part not in {one.key for one in entries.parts(side)}:
        raise Refusal("budget.article_part", field="part")
    insist(why_not_words(words, since=year))
    below = entries.articles(side, part)
    names = {one.name_kk.casefold() for one in below} | {one.name_ru.casefold() for one in below}
    if {words.name_kk.strip().casefold(), words.name_ru.strip().casefold()} & names:
        raise Refusal("budget.article_named", field="name_kk")
    own = session.exec(
        select(col(Article.id)).where(
            Article.district_id == district_id, col(Article.key).startswith(OWN_KEY)
        )
    ).all()
    if len(own) >= MOST_OWN:
        raise Refusal("budget.article_many", most=MOST_OWN)
    row = Article(
        id=new_id(),
        district_id=district_id,
        side=side,
        level=Level.ARTICLE,
        part=part,
        key=f"{OWN_KEY}{new_id()[:10]}",
        name_kk="",
        name_ru="",
        since=year,
        place=max((one.place for one in entries.entries), default=0) + 1,
    )
    _say(row, words, until=words.until)
    session.add(row)
    session.flush()
    _record(session, "budget.article_added", row, None, by_name=by_name, now=now, year=year)
    return row


def _say(row: Article, words: Words, *, until: int | None) -> None:
    row.name_kk, row.name_ru = words.name_kk.strip(), words.name_ru.strip()
    row.code, row.code_verified = words.code.strip(), words.code_verified
    row.law, row.until = words.law.strip(), until


def _values(row: Article) -> dict[str, Any]:
    """What an office can say of an entry, and since when: plain values for the record."""
    return {
        name: getattr(row, name)
        for name in ("name_kk", "name_ru", "code", "code_verified", "law", "until")
    }


def _record(
    session: Session,
    kind: str,
    row: Article,
    before: dict[str, Any] | None,
    *,
    by_name: str,
    now: datetime,
    year: int,
) -> None:
    assert row.district_id is not None
    after = _values(row)
    was = before or {}
    record(
        session,
        district_id=row.district_id,
        subject=row.id,
        kind=kind,
        at=now,
        office="clerk",
        by_name=by_name,
        before=before,
        after=after,
        since=str(year),
        article_kk=row.name_kk,
        article_ru=row.name_ru,
        article_was_kk=was["name_kk"] if was and was["name_kk"] != row.name_kk else None,
        article_was_ru=was["name_ru"] if was and was["name_ru"] != row.name_ru else None,
        code=row.code or None,
        code_was=was["code"] or None if was and was["code"] != row.code else None,
    )
