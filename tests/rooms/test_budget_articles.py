"""An office's word on the classification holds from its year on, in its own district alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from app.budget.articles import Words, add_article, correct_article
from app.budget.classification import classification
from app.budget.models import Article
from app.budget.sums import Line
from app.core.clock import at
from app.core.database import transaction
from app.core.refusal import Refusal
from app.ledger.models import Entry
from tests.rooms.test_budget_publish import put
from tests.town import Town

NOW = at(date(2026, 4, 2))
FINES: dict[str, Any] = {"side": "receipt", "level": "article", "key": "fines"}
BY: dict[str, Any] = {"district_id": "d-surat", "by_name": "Дана", "now": NOW}


def code(session: Session, call: Callable[..., object], **given: Any) -> str:
    with pytest.raises(Refusal) as why, transaction(session):
        call(session, **BY, **given)
    return why.value.code


def found(session: Session, year: int, key: str, district_id: str = "d-surat") -> Article | None:
    return classification(session, district_id=district_id, year=year).find("receipt", key)


def test_a_correction_holds_from_its_year_and_here_alone(session: Session, town: Town) -> None:
    town.classification()
    with transaction(session):
        correct_article(
            session, **BY, **FINES, year=2026, words=Words("Айыппұлдар", "Штрафы", "204111", True)
        )
    now = found(session, 2027, "fines")
    assert now is not None
    assert (now.name_kk, now.code, now.code_verified, now.part) == (
        "Айыппұлдар",
        "204111",
        True,
        "non_tax",
    )
    for year, district_id in ((2025, "d-surat"), (2026, "d-oytal"), (2026, None)):
        other = found(session, year, "fines", district_id)  # type: ignore[arg-type]
        assert other is not None
        assert other.code == ""
    # Said again for the same year, the same entry is mended; the record has both.
    with transaction(session):
        correct_article(session, **BY, **FINES, year=2026, words=Words("Айыппұл", "Штраф"))
    entries = session.exec(select(Entry).where(Entry.subject == now.id)).all()
    first, second = sorted(entries, key=lambda one: one.number)
    assert first.before_sha256 is not None
    assert second.before_sha256 == first.after_sha256
    assert second.facts["article_was_kk"] == "Айыппұлдар"
    assert len(session.exec(select(Article).where(Article.district_id == "d-surat")).all()) == 1


def test_an_article_of_ones_own_can_be_planned_with_until_it_ends(
    session: Session, town: Town
) -> None:
    town.classification()
    market = Words("Базар алымы", "Рыночный сбор", until=2026)
    own: dict[str, Any] = {"side": "receipt", "part": "non_tax", "year": 2026}
    with transaction(session):
        key = add_article(session, **BY, **own, words=market).key
    assert code(session, add_article, **own, words=market) == "budget.article_named"
    line = (Line("receipt", 5, "non_tax", key),)
    put(session, line)
    for wrong in ({"district_id": "d-oytal"}, {"year": 2027}, {"year": 2025}):
        with pytest.raises(Refusal) as why:
            put(session, line, **wrong)
        assert why.value.code == "budget.unknown_article"


def test_what_makes_no_sense_is_refused(session: Session, town: Town) -> None:
    town.classification()
    words = Words("Атау", "Название")
    assert code(session, correct_article, **{**FINES, "key": "x"}, year=2026, words=words) == (
        "budget.article_unknown"
    )
    assert code(session, correct_article, **FINES, year=2040, words=words) == "budget.year"
    land = {**FINES, "key": "single_land_tax"}  # ends with 2025
    assert code(session, correct_article, **land, year=2026, words=words) == (
        "budget.article_unknown"
    )
    own: dict[str, Any] = {"side": "receipt", "part": "non_tax", "year": 2026}
    assert code(session, add_article, **{**own, "part": "8"}, words=words) == "budget.article_part"
    assert code(session, add_article, **own, words=Words("Атау", " ")) == "form.missing"
    early = Words("Атау", "Название", until=2025)
    assert code(session, add_article, **own, words=early) == "budget.article_until"
    same = found(session, 2026, "fines")
    assert same is not None
    told = Words(same.name_kk, same.name_ru, same.code, same.code_verified, same.law)
    assert code(session, correct_article, **FINES, year=2026, words=told) == "budget.article_same"
