"""The classifier: the shipped sample always, the whole of it where the shared data lies beside."""

import csv
import os
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from app.core.database import transaction
from app.core.refusal import Refusal
from app.places.actions import HERE
from app.places.classifier import BadRows, import_classifier, read_classifier
from app.places.models import Kind, Level, Place
from app.places.names import read_name, transliterate

SHARED = Path(os.environ.get("ASAR_SHARED", Path(__file__).parents[3] / "shared")) / "data/kato"
whole = pytest.mark.skipif(not SHARED.is_dir(), reason="the whole classifier is not here")
HEAD = "kato,kato_version,level,type_code,name_ru,name_kk"


WRITTEN_OUT = """
UNIT | Сұрат а.о. | Суратский с.о.
  = RURAL_OKRUG | Сұрат ауылдық округі | Суратский сельский округ
UNIT | Ақмырза \xa0а.о. | Акмырзинский с.о.
  = RURAL_OKRUG | Ақмырза ауылдық округі | Акмырзинский сельский округ
UNIT | Бурыл а.о . | Бурылский с.о.
  = RURAL_OKRUG | Бурыл ауылдық округі | Бурылский сельский округ
UNIT | Темір Масин ат.а.о. | с.о.им.Темира Масина
  = RURAL_OKRUG | Темір Масин атындағы ауылдық округ | сельский округ им. Темира Масина
UNIT | Барвинов а.ә | Барвиновская с.а.
  = VILLAGE | Барвинов ауылы | Барвиновская сельская администрация
UNIT | Тайтөбе а.ә. | с.а.Тайтобе
  = VILLAGE | Тайтөбе ауылы | село Тайтобе
UNIT | Нұра к.ә. | п.а.Нура
  = KENT | Нұра кенті | посёлок Нура
UNIT | Алтай қ.ә. | г.а.Алтай
  = TOWN | Алтай қаласы | город Алтай
UNIT | Семей қ. | г.Семей
  = CITY | Семей қаласы | город Семей
UNIT | Әлихан Бөкейхан а.ә. | Әлихан Бөкейхан р.а.
  = CITY_RAION | Әлихан Бөкейхан ауданы | район Әлихан Бөкейхан
RAION | Семей Қ.Ә. | Семей Г.А.
  = CITY | Семей қаласы | город Семей
SETTLEMENT | Шілікті а | с.Шиликти
  = AUL | Шілікті ауылы | село Шиликти
SETTLEMENT | Меркі ст. | ст.Мерке
  = OTHER | Меркі станциясы | станция Мерке
SETTLEMENT | Шаған к. | п.Чаган
  = KENT | Шаған кенті | посёлок Чаган
"""


def written_out():
    pairs = WRITTEN_OUT.strip().replace("\n  = ", " | ").splitlines()
    return [line.split(" | ") for line in pairs]


@pytest.mark.parametrize(("level", "kk", "ru", "kind", "name_kk", "name_ru"), written_out())
def test_names_are_written_out(level, kk, ru, kind, name_kk, name_ru):
    name = read_name(Level[level], kk, ru)
    assert (name.kind, name.name_kk, name.name_ru) == (Kind[kind], name_kk, name_ru)
    assert not name.hidden


@pytest.mark.parametrize(
    ("kk", "ru"), [("МТФ П.К.", "МТФ П.К."), ("Бұғыбай қыстауы", "зимовка Бугабай")]
)
def test_uninhabited_points_are_hidden(kk, ru):
    assert read_name(Level.SETTLEMENT, kk, ru).hidden


def test_addresses_are_those_of_the_contract():
    made = [transliterate(name) for name in ("Сұрат", "Ойтал", "Боранқұл", "Төле би", "Б.Момышұлы")]
    assert made == ["surat", "oytal", "boranqul", "tole-bi", "b-momyshuly"]


def test_a_village_is_named_after_its_settlement():
    lines = (HERE / "units.csv").read_text(encoding="utf-8").splitlines()
    boranqul = next(row for row in read_classifier(lines) if row["kato"] == "473639000")
    assert boranqul["name_ru"] == "село Боранкул"
    assert (boranqul["short_kk"], boranqul["short_ru"]) == ("Боранқұл", "Боранкул")


BAD = [
    (1, "kato,level,name_ru", "places.columns"),
    (3, f"{HEAD}\n310000000,x,oblast,0,А,А облысы\n31540000,x,district,2,Б,Б", "places.kato"),
    (3, f"{HEAD}\n310000000,x,oblast,0,А,А\n310000000,x,oblast,0,А,А", "places.twice"),
    (2, f"{HEAD}\n310000000,x,planet,0,А,А", "places.level"),
    (2, f"{HEAD}\n310000000,x,oblast,0,А,", "places.no_name"),
    (2, f"{HEAD}\n315446000,x,sub_district,2,А с.о.,А а.о.", "places.no_parent"),
]


@pytest.mark.parametrize(("row", "text", "code"), BAD)
def test_a_bad_row_is_named_and_nothing_is_written(session: Session, row, text, code):
    with pytest.raises(BadRows) as caught, transaction(session):
        import_classifier(session, [*text.splitlines()])
    assert [(bad.row, bad.why.code) for bad in caught.value.rows] == [(row, code)]
    assert isinstance(caught.value.rows[0].why, Refusal)
    assert session.exec(select(func.count()).select_from(Place)).one() == 0


def test_importing_again_changes_what_changed_and_adds_nothing(session: Session):
    lines = (HERE / "units.csv").read_text(encoding="utf-8").splitlines()
    with transaction(session):
        count = import_classifier(session, lines)
    with transaction(session):
        again = import_classifier(
            session, [line.replace("Маханда а.", "Мақанды а.") for line in lines]
        )
    assert count == again == session.exec(select(func.count()).select_from(Place)).one()
    renamed = session.get_one(Place, "315443300", populate_existing=True)
    assert renamed.name_kk == "Мақанды ауылы"


@whole
def test_the_whole_classifier_in_seconds(session: Session):
    begun = time.perf_counter()
    with transaction(session):
        count = import_classifier(session, SHARED / "kato.csv")
    assert count == 15_594
    assert time.perf_counter() - begun < 20
    units = session.exec(select(Place).where(Place.level == Level.UNIT)).all()
    kinds = Counter(unit.kind for unit in units)
    assert kinds == {
        Kind.RURAL_OKRUG: 2108,
        Kind.VILLAGE: 108,
        Kind.KENT: 71,
        Kind.TOWN: 32,
        Kind.CITY: 39,
        Kind.CITY_RAION: 21,
    }
    with (SHARED / "fourth_level_units.csv").open(encoding="utf-8") as file:
        expected = {row["kato"]: row for row in csv.DictReader(file)}
    for unit in units:
        row = expected[unit.kato]
        assert unit.kind == {"settlement": "kent"}.get(row["kind"], row["kind"])
        if unit.kind != Kind.CITY_RAION:
            assert unit.parent_kato == row["raion_kato"]
    visible = session.exec(select(Place).where(Place.hidden == False)).all()  # noqa: E712
    assert not [one for one in visible if one.name_kk.endswith((" қыстауы", "МТФ"))]
    assert not [one.name_kk for one in visible if one.name_kk.endswith((" а.о.", " а.ә.", " а."))]
