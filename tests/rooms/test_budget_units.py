"""Budgets of published acts: every row by itself, never a guess, and the shares are the file's."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from app.budget.models import Budget, BudgetVersion
from app.budget.units_file import COLUMNS, read_units
from app.budget.units_import import (
    State,
    find_unit,
    import_unit,
    known_units,
    places_around,
    ship_real_units,
    units_of_file,
)
from app.core.clock import at
from app.core.database import transaction
from app.core.refusal import Refusal
from app.places.actions import open_district
from app.places.classifier import BadRows, import_classifier
from app.places.models import District, Settlement
from app.places.queries import districts
from tests.town import Town

SHARED = Path(__file__).parents[3] / "shared" / "data"
NOW = at(date(2026, 4, 18), 12)
# The figures of the act itself: thousands of tenge, own revenue 31 497 of 81 914 is 38.5 %.
AGYBET = {
    "kato": "613633000",
    "unit_ru": "сельский округ Агыбет",
    "unit_kk": "Ағыбет ауылдық округі",
    "raion_ru": "район Байдибек",
    "oblast_ru": "Туркестанская область",
    "year": "2025",
    "income_kzt_thousand": "81914",
    "tax": "28219",
    "non_tax": "212",
    "capital_sales": "3066",
    "transfers": "50417",
    "transfers_derived": "no",
    "costs": "82499",
    "own_revenue": "31497",
    "decision": "№ 26/155, 27.12.2024",
    "source_url": "https://adilet.zan.kz/rus/docs/G24UE26155M",
}
CLASSIFIER = """kato,level,name_ru,name_kk
550000000,oblast,Павлодарская область,Павлодар облысы
551600000,district,Аксу Г.А.,Ақсу Қ.Ә.
551653000,sub_district,с.о.им.Мамаита Омарова,Мамаит Омаров атын. а.о.
556000000,district,Павлодарский район,Павлодар ауданы
556035000,sub_district,Григорьевский с.о.,Григорьев а.о.
556035100,settlement,с.Григорьевка,Григорьевка а.
590000000,oblast,Северо-Казахстанская область,Солтүстік Қазақстан облысы
595800000,district,Аккайынский район,Аққайың ауданы
595839000,sub_district,Григорьевский с.о.,Григорьев а.о.
610000000,oblast,Туркестанская область,Түркістан облысы
613600000,district,район Байдибека,Бәйдібек ауданы
613633000,sub_district,Агыбетский с.о.,Ағыбет а.о.
613633100,settlement,с.Агыбет,Ағыбет а.
"""


def file_of(*rows: dict[str, str]) -> list[str]:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().splitlines(keepends=True)


def code_of_row(**over: str) -> str:
    good, bad = read_units(file_of({**AGYBET, **over}))
    if bad:
        assert not good
        return bad[0].why.code
    with pytest.raises(Refusal) as why:
        find_unit(good[0], units_of_file(CLASSIFIER.splitlines(keepends=True)))
    return why.value.code


def put(session: Session, **over: str) -> tuple[State, str]:
    rows, bad = read_units(file_of({**AGYBET, **over}))
    assert not bad
    units = units_of_file(CLASSIFIER.splitlines(keepends=True))
    with transaction(session):
        made = import_unit(session, row=rows[0], units=units, now=NOW)
    return made.state, made.slug


def test_a_row_that_is_wrong_is_refused_with_its_reason() -> None:
    # Taskala's nine districts: the parts come to 458 754, the act says 507 854.
    taskala = {
        "income_kzt_thousand": "507854",
        "tax": "158430",
        "non_tax": "671",
        "capital_sales": "11515",
        "transfers": "288138",
        "own_revenue": "170616",
    }
    _, bad = read_units(file_of({**AGYBET, **taskala}, AGYBET))
    assert [(one.row, one.why.code) for one in bad] == [(2, "budget.gap")]
    assert bad[0].why.facts["stated_tenge"] == 507_854_000
    assert bad[0].why.facts["found_tenge"] == 458_754_000
    assert code_of_row(own_revenue="31498") == "budget_units.own"
    assert code_of_row(tax="-28219") == "budget_units.sum"
    assert code_of_row(tax="NaN") == "budget_units.sum"
    assert code_of_row(tax="28219.0001") == "budget_units.sum"
    assert code_of_row(year="٢٠٢٥") == "budget_units.year"
    assert code_of_row(source_url="javascript:alert(1)") == "budget_units.address"
    assert code_of_row(decision="") == "budget_units.decision"
    assert code_of_row(kato="556035000") == "budget_units.other_name"
    assert code_of_row(kato="613639000") == "budget_units.not_found"
    with pytest.raises(BadRows):
        read_units(["kato,year\n", "613633000,2025\n"])


def test_a_unit_without_a_code_is_found_only_where_it_is_certain() -> None:
    units = units_of_file(CLASSIFIER.splitlines(keepends=True))

    def found(ru: str, kk: str, raion: str) -> str:
        names = {"kato": "", "unit_ru": ru, "unit_kk": kk, "raion_ru": raion}
        rows, _ = read_units(file_of({**AGYBET, **names, "oblast_ru": ""}))
        try:
            return find_unit(rows[0], units).kato
        except Refusal as why:
            return why.code

    grigorevka = ("Григорьевский сельский округ", "Григорьевка ауылдық округі")
    assert found(*grigorevka, "Павлодарский район") == "556035000"
    assert found(*grigorevka, "Аккайынский район") == "595839000"
    assert found(*grigorevka, "Бурлинский район") == "budget_units.not_found"
    omarov = "сельский округ им. Мамаита Омарова"
    assert found(omarov, "Мамайыт Омаров атындағы ауылдық округ", "г. Аксу") == "551653000"
    assert found("посёлок Агыбет", "", "район Байдибека") == "budget_units.not_found"
    twice = [*units, next(one for one in units if one.kato == "556035000")]
    rows, _ = read_units(file_of({**AGYBET, "kato": "", "unit_ru": grigorevka[0], "unit_kk": "",
                                  "raion_ru": "Павлодарский район", "oblast_ru": ""}))  # fmt: skip
    with pytest.raises(Refusal, match=r"budget_units\.several"):
        find_unit(rows[0], twice)


def test_a_unit_comes_once_and_begins_to_live_by_its_own_act(session: Session, town: Town) -> None:
    town.classification()
    with transaction(session):
        import_classifier(session, CLASSIFIER.splitlines(keepends=True))
    assert put(session) == (State.MADE, "agybet")
    assert put(session) == (State.KNOWN, "agybet")
    version = session.exec(select(BudgetVersion)).one()
    assert (version.origin, version.kind, version.act_number) == ("source", "approved", "№ 26/155")
    assert version.source_url == AGYBET["source_url"]
    # Other figures of the same act are its correction; another act refines it. Both say why.
    more = {"tax": "28220", "income_kzt_thousand": "81915", "own_revenue": "31498"}
    assert put(session, **more)[0] is State.ADDED
    assert put(session, **more, decision="№ 31/200, 20.06.2025")[0] is State.ADDED
    found = session.exec(select(BudgetVersion).order_by(BudgetVersion.number)).all()  # type: ignore[arg-type]
    assert [(one.number, one.kind, one.corrects) for one in found] == [
        (1, "approved", None),
        (2, "approved", 1),
        (3, "refined", None),
    ]
    assert all(one.words_kk and one.words_ru for one in found[1:])
    unit = session.exec(select(District).where(District.slug == "agybet")).one()
    assert unit.budget_only
    assert unit not in districts(session)
    assert not session.exec(select(Settlement).where(Settlement.district_id == unit.id)).all()
    # Surat lives here: what a file says of it is its own office's to publish.
    surat = {"kato": "315446000", "unit_ru": "Суратский сельский округ", "unit_kk": ""}
    rows, _ = read_units(file_of({**AGYBET, **surat}))
    with pytest.raises(Refusal, match=r"budget_units\.lives_here"), transaction(session):
        import_unit(session, row=rows[0], units=known_units(session), now=NOW)
    with transaction(session):
        lives = open_district(session, kato="613633000", now=NOW)
    assert (lives.id, lives.budget_only, lives.slug) == (unit.id, False, "agybet")
    assert session.exec(select(Settlement.name_kk).where(Settlement.district_id == unit.id)).one()
    with pytest.raises(Refusal, match=r"places\.already"), transaction(session):
        open_district(session, kato="613633000", now=NOW)


def test_the_shipped_figures_have_the_shares_that_the_acts_give(
    session: Session, town: Town
) -> None:
    town.classification()
    with transaction(session):
        made = ship_real_units(session, now=NOW)
    assert {one.state for one in made} == {State.MADE}
    with transaction(session):
        again = ship_real_units(session, now=NOW)
    assert {one.state for one in again} == {State.KNOWN}
    path = Path(__file__).parents[2] / "app" / "budget" / "real_units.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len(made) >= 12
    assert shares(session) == {
        (row["kato"], int(row["year"])): float(row["own_share_pct"]) for row in rows
    }
    assert all(row["source_url"].startswith(("https://", "http://")) for row in rows)


def test_own_shares_are_those_of_the_shared_file(session: Session, town: Town) -> None:
    source, classifier = SHARED / "kz" / "fourth_level_budgets.csv", SHARED / "kato" / "kato.csv"
    if not (source.exists() and classifier.exists()):
        pytest.skip("NOT TESTED AGAINST THE REAL FILE: ../shared/data is not there")
    town.classification()
    lines = classifier.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    units = units_of_file(lines)
    with source.open(encoding="utf-8", newline="") as file:
        wanted = {row["unit_ru"]: row for row in csv.DictReader(file)}
    with source.open(encoding="utf-8", newline="") as file:
        rows, bad = read_units(file)
    assert [one.why.code for one in bad] == ["budget.gap"]  # Taskala
    expected, refused = {}, []
    for row in rows:
        try:
            kato = find_unit(row, units).kato
        except Refusal as why:
            refused.append(why.code)
            continue
        with transaction(session):
            import_classifier(session, places_around(lines, [kato]))
            import_unit(session, row=row, units=units, now=NOW)
        expected[kato, row.year] = float(wanted[row.name_ru]["own_share_pct"])
    assert set(refused) == {"budget_units.not_found"}
    assert len(expected) >= 12
    assert shares(session) == expected


def shares(session: Session) -> dict[tuple[str, int], float]:
    """Own shares in per cent, as the database has the sums."""
    found = session.exec(
        select(District.kato, Budget).where(Budget.district_id == District.id)
    ).all()
    return {
        (kato, one.year): round(100 * one.own / one.receipts, 1)
        for kato, one in found
        if one.own is not None and one.receipts
    }
