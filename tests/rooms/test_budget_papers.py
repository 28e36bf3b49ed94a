"""Budget papers as offices have them: read where they can be, refused in words where not."""

import csv
import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.budget.classification import HERE, Classification
from app.budget.models import Article
from app.budget.paper_columns import Role
from app.budget.paper_heads import Here
from app.budget.paper_matching import Taken
from app.budget.paper_months import stated_with_before, with_before
from app.budget.paper_numbers import Comma, Marks, in_tenge, marks_of, read_number, unit_said
from app.budget.paper_templates import blank_paper, title_of
from app.budget.papers import Choices, Paper, read_paper
from app.budget.sums import Line, figures, gaps
from app.core.refusal import Refusal
from app.core.sheet_writer import as_told, csv_text, inert, xlsx_bytes
from app.core.sheets import read_grids

pytestmark = pytest.mark.filterwarnings("ignore:::openpyxl")
SURAT = Here("315446000", ("Сұрат ауылдық округі", "Сұрат", "Суратский сельский округ"))
AGYBET = Here("613633000", ("Ағыбет ауылдық округі", "сельский округ Агыбет"))


def entries(year: int) -> Classification:
    """The shipped classification of a year, without a database."""
    found = []
    with (HERE / "articles.csv").open(encoding="utf-8", newline="") as file:
        for place, row in enumerate(csv.DictReader(file), start=1):
            if int(row["since"]) <= year <= int(row["until"] or 9999):
                found.append(
                    Article(
                        id=str(place),
                        side=row["side"],
                        level=row["level"],
                        part=row["part"],
                        key=row["key"],
                        code=row["code"],
                        code_verified=row["code_verified"] == "yes",
                        name_kk=row["kk"],
                        name_ru=row["ru"],
                        name_en=row["en"],
                        own=row["own"] == "yes",
                        place=place * 10,
                    )
                )
    return Classification(year, tuple(found))


def book(*rows: Sequence[Any], change: Callable[[Any], None] = lambda book: None) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    change(made)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def read(data: bytes | str, year: int = 2026, **over: Any) -> Paper:
    raw = data.encode() if isinstance(data, str) else data
    return read_paper(raw, entries=entries(year), **over)


def code_of(data: bytes | str, **over: Any) -> str:
    with pytest.raises(Refusal) as refused:
        read(data, **over)
    return refused.value.code


def by_key(paper: Paper) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in paper.lines:
        found[line.key] = found.get(line.key, 0) + line.amount
    return found


# An annex of a maslikhat's decision: captions like stairs, four kinds of codes, merged cells, a
# numbering row, notes. The sums of the categories are those of Ağybet for 2025 (№ 26/155).
ANNEX: tuple[tuple[Any, ...], ...] = (
    ("Байдибек аудандық мәслихатының 2024 жылғы 27 желтоқсандағы № 26/155 шешіміне 1-қосымша",),
    ("Ағыбет ауылдық округінің 2025 жылға арналған бюджеті",),
    (None, None, None, None, None, "мың теңге"),
    ("Санаты", None, None, None, "Атауы", "Сомасы"),
    (None, "Сыныбы"),
    (None, None, "Кіші сыныбы"),
    (1, 2, 3, None, 4, 5),
    (None, None, None, None, "1. Кірістер", 81914),
    (1, None, None, None, "Салықтық түсімдер", 28219),
    (None, "01", None, None, "Табыс салығы", 14000),
    (None, None, 2, None, "Жеке табыс салығы", 14000),
    (None, "04", None, None, "Меншікке салынатын салықтар", 14219),
    (None, None, 1, None, "Мүлікке салынатын салықтар", 219),
    (None, None, 4, None, "Көлік құралдарына салынатын салық", 14000),
    (2, None, None, None, "Салықтық емес түсімдер", 212),
    (None, "01", None, None, "Мемлекеттік меншіктен түсетін кірістер", 212),
    (None, None, 5, None, "Мемлекет меншігіндегі мүлікті жалға беруден түсетін кірістер", 212),
    (3, None, None, None, "Негізгі капиталды сатудан түсетін түсімдер", 3066),
    (None, "03", None, None, "Жерді және материалдық емес активтерді сату", 3066),
    (None, None, 1, None, "Жерді сату", 3066),
    (4, None, None, None, "Трансферттердің түсімдері", 50417),
    (None, "02", None, None, "Мемлекеттік басқарудың жоғары тұрған органдарынан", 50417),
    (None, None, 3, None, "Аудандардың (облыстық маңызы бар қаланың) бюджетінен", 50417),
    ("Функционалдық топ", None, None, None, "Атауы", "Сомасы"),
    (None, "Кіші функция"),
    (None, None, "Бюджеттік бағдарламалардың әкімшісі"),
    (None, None, None, "Бағдарлама"),
    (None, None, None, None, "2. Шығындар", 82499),
    ("01", None, None, None, "Жалпы сипаттағы мемлекеттік қызметтер", 60000),
    (None, 1, None, None, "Мемлекеттік басқарудың жалпы функцияларын орындайтын органдар", 60000),
    (None, None, 124, None, "Ауылдық округ әкімінің аппараты", 60000),
    (None, None, None, 1, "Әкімнің қызметін қамтамасыз ету жөніндегі қызметтер", 60000),
    ("07", None, None, None, "Тұрғын үй-коммуналдық шаруашылық", 22499),
    (None, 3, None, None, "Елді-мекендерді көркейту", 22499),
    (None, None, 124, None, "Аппараты", 22499),
    (None, None, None, "008", "Елді мекендердегі көшелерді жарықтандыру", 12000),
    (None, None, None, "011", "Елді мекендерді абаттандыру мен көгалдандыру", 10499),
    (None, None, None, None, "3. Таза бюджеттік кредиттеу", 0),
    (None, None, None, None, "4. Қаржы активтерімен операциялар бойынша сальдо", 0),
    (None, None, None, None, "5. Бюджет тапшылығы (профициті)", -585),
    (None, None, None, None, "6. Бюджет тапшылығын қаржыландыру (профицитін пайдалану)", 585),
    ("Санаты", None, None, None, "Атауы", "Сомасы"),
    (8, None, None, None, "Бюджет қаражатының пайдаланылатын қалдықтары", 585),
    (None, "01", None, None, "Бюджет қаражаты қалдықтары", 585),
    (None, None, 1, None, "Бюджет қаражатының бос қалдықтары", 585),
    (None,),
    ("Ескерту: сомалар мың теңгемен көрсетілген.",),
)


def merged(made: Any) -> None:
    for cells in ("A1:F1", "A2:F2", "E4:E6", "F4:F6", "A47:F47"):
        made.active.merge_cells(cells)


def altered(number: int, *cells: Any) -> tuple[tuple[Any, ...], ...]:
    return (*ANNEX[: number - 1], cells, *ANNEX[number:])


def test_an_annex_of_a_decision_is_read_whole() -> None:
    paper = read(book(*ANNEX, change=merged), 2025, here=AGYBET)
    assert paper.fits
    assert paper.unit == 1000
    assert by_key(paper) == {
        "receipt:tax:pit_self": 14_000_000,
        "receipt:tax:property_individuals": 219_000,
        "receipt:tax": 14_000_000,  # two vehicle taxes in one row: its own words
        "receipt:non_tax:rent": 212_000,
        "receipt:capital:land_sale": 3_066_000,
        "receipt:transfers:raion_transfers": 50_417_000,
        "spending:1:p001": 60_000_000,
        "spending:8:p008": 12_000_000,
        "spending:9:p011": 10_499_000,
        "financing:balances": 585_000,
    }
    own = next(line for line in paper.lines if line.key == "receipt:tax")
    assert (own.name_kk, own.code) == ("Көлік құралдарына салынатын салық", "1044")
    found = figures(paper.lines, entries(2025).own_parts())
    # The register's own share: 31 497 of 81 914 thousand.
    assert (found.own, found.receipts) == (31_497_000, 81_914_000)
    assert round((found.own_share or 0) * 100, 1) == 38.5
    assert paper.stated["balance"] == -585_000


@pytest.mark.parametrize(
    ("number", "cells", "said"),
    [
        (8, (None, None, None, None, "1. Кірістер", 81915), "receipt"),
        (9, (1, None, None, None, "Салықтық түсімдер", 28218), "receipt:tax"),
        (28, (None, None, None, None, "2. Шығындар", 82498), "spending"),
        (41, (None, None, None, None, "6. Бюджет тапшылығын қаржыландыру", 584), "financing"),
        (10, (None, "01", None, None, "Табыс салығы", 14001), 10),
        (35, (None, None, 124, None, "Аппараты", 22498), 35),
        (44, (None, "01", None, None, "Бюджет қаражаты қалдықтары", 584), 43),
    ],
)
def test_totals_that_differ_are_shown_where_they_stand(
    number: int, cells: tuple[Any, ...], said: str | int
) -> None:
    paper = read(book(*altered(number, *cells)), 2025)
    assert not paper.fits
    if isinstance(said, str):
        assert said in [gap.key for gap in paper.gaps]
        assert paper.places[said] == number
    else:
        wrong = {row.number: row.why.code for row in paper.rows if row.why}
        assert wrong[said] == "budget_papers.subtotal"


def test_a_deficit_without_its_sign_is_a_deficit() -> None:
    unsigned = altered(40, None, None, None, None, "5. Бюджет тапшылығы (профициті)", 585)
    assert read(book(*unsigned), 2025).fits
    bracketed = altered(40, None, None, None, None, "V. Дефицит бюджета", "(585)")
    assert read(book(*bracketed), 2025).fits


RUSSIAN = """Суратский сельский округ;;;;
Бюджет на 2026-2028 годы, в тенге;;;;
№;КБК;Наименование;2026 год;2027 год;2028 год
1;;I. ДОХОДЫ;10 000 000;11 000 000;12 000 000
2;1;Налоговые поступления;2 000 000,00;2 100 000;2 200 000
3;101202;ИПН;1 500 000;1 600 000;1 700 000
4;104402;Налог на транспорт;500\u00a0000;500\u202f000;500 000
5;4;Поступления трансфертов;8 000 000;8 900 000;9 800 000
6;;II. ЗАТРАТЫ;10 000 000;11 000 000;12 000 000
7;124001;Услуги по обеспечению деятельности акима;9 000 000;10 000 000;11 000 000
8;124/008;Освещение улиц;1 000 000;1 000 000;1 000 000
;;Дефицит (профицит) бюджета;-;0;0
;;Директор _____________ Иванов;;;
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_three_years_in_tenge_from_csv(encoding: str) -> None:
    text = RUSSIAN if encoding.startswith("utf") else RUSSIAN.replace("\u202f", " ")
    paper = read(text.encode(encoding), here=SURAT)
    assert paper.fits
    assert paper.unit == 1
    first = paper.lines[0]
    assert first == Line(
        "receipt", 1_500_000, "tax", "pit_self", "101202", amount_1=1_600_000, amount_2=1_700_000
    )
    assert by_key(paper)["spending:8:p008"] == 1_000_000
    beside = RUSSIAN.replace("11 000 000;12 000 000\n2", "11 000 001;12 000 000\n2")
    assert [row.number for row in read(beside).rows if row.why] == [4]


EXECUTION = (
    ("Исполнение бюджета Суратского сельского округа на 1 апреля 2026 года",),
    ("тыс. тенге",),
    ("Наименование", "Уточненный план на год", "План на период", "Кассовое исполнение", "% исп."),
    ("Всего доходов", 100_000.5, 25_000, 24_183.4, 96.7),
    ("Налоговые поступления", 20_000, 5_000, 4_183.4, 83.7),
    ("Индивидуальный подоходный налог", 20_000, 5_000, 4_183.4, 83.7),
    ("в том числе",),
    ("по декларациям", 1, 1, 1, 1),
    ("Поступления трансфертов", 80_000.5, 20_000, 20_000, 100),
    ("Всего расходов", 100_000.5, 25_000, 20_000, 80),
    ("Функционирование аппарата акима", 60_000, 15_000, 12_000, 80),
    ("Освещение улиц в населённых пунктах", 40_000.5, 10_000, 8_000, 80),
)


def test_execution_takes_what_was_done_and_what_was_planned_for_the_time() -> None:
    paper = read(book(*EXECUTION), month=3, here=SURAT)
    assert paper.fits
    assert paper.notes == ()
    assert paper.lines[0].planned == 5_000_000
    assert by_key(paper) == {
        "receipt:tax:pit_self": 4_183_400,
        "receipt:transfers": 20_000_000,
        "spending:1": 12_000_000,
        "spending:8:p008": 8_000_000,
    }
    assert read(book(*EXECUTION), month=2).notes == (Refusal("budget_papers.other_month", month=3),)


def test_a_month_alone_is_added_to_the_months_before() -> None:
    before = (Line("receipt", 10, "tax", "pit_self", planned=20), Line("spending", 7, "8", "p008"))
    now = (Line("receipt", 5, "tax", "pit_self", planned=6), Line("receipt", 1, "non_tax", "fines"))
    lines = with_before(now, before)
    assert [(line.key, line.amount, line.planned) for line in lines] == [
        ("receipt:tax:pit_self", 15, 26),
        ("receipt:non_tax:fines", 1, None),
        ("spending:8:p008", 7, None),
    ]
    assert gaps(lines, stated_with_before({"receipt": 6, "receipt:tax": 5}, before)) == ()


def test_what_nobody_recognises_is_asked_for_and_can_be_answered() -> None:
    rows = (
        *(("Наименование", "Сумма"), ("Доходы", 100), ("Налоговые поступления", 60)),
        *(("Плата за землепользование по договору", 60), ("Продажа воздуха", 40)),
        *(("Расходы", 100), ("Освещение улиц в населенных пунктах", 50), ("Праздник", 50)),
    )
    paper = read(book(*rows))
    assert [row.number for row in paper.unknown] == [8]
    assert [why.code for why in paper.why] == ["budget_papers.unit"]
    assert {gap.key for gap in paper.gaps} == {"receipt:tax", "spending"}
    said = {5: "receipt:non_tax:other_non_tax", 8: "spending:10:p006"}
    assert read(book(*rows), choices=Choices(unit=1000, rows=said)).fits
    left_out = read(book(*rows), choices=Choices(unit=1, rows={**said, 8: "skip"}))
    assert [gap.key for gap in left_out.gaps] == ["spending"]
    # A key that the year does not have is nothing that a row can be.
    wrong = read(book(*rows), choices=Choices(rows={8: "spending:99", 5: "receipt:tax:nothing"}))
    assert [row.number for row in wrong.unknown] == [8]


def test_code_and_name_that_disagree_are_asked_about() -> None:
    rows = (
        *(("Программа", "Наименование", "Сумма, тыс. тенге"), (None, "Затраты", 5)),
        ("008", "Обеспечение санитарии населенных пунктов", 5),
    )
    paper = read(book(*rows))
    assert [row.why.code for row in paper.rows if row.why] == ["budget_papers.disagree"]
    settled = read(book(*rows), choices=Choices(rows={3: "spending:6:p009"}))
    assert settled.fits
    assert by_key(settled) == {"spending:6:p009": 5000}


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Андас батыр ауылдық округінің 2026 жылға арналған бюджеті", "budget_papers.other_unit"),
        ("Бюджет Андас-Батырского сельского округа на 2026 год", "budget_papers.other_unit"),
        ("Бюджет сельского округа Агыбет на 2026 год", "budget_papers.other_unit"),
        ("КАТО 315434000", "budget_papers.other_unit"),
        ("Сұрат ауылдық округінің 2025 жылға арналған бюджеті", "budget_papers.other_year"),
        ("Бюджет Суратского сельского округа на 2025 год", "budget_papers.other_year"),
        ("Сұрат ауылдық округінің 2025-2027 жылдарға арналған бюджеті", ""),
        ("Бюджет Суратского сельского округа Меркенского района на 2026 год", ""),
        ("КАТО 315446000, БСН 990140000385", ""),
        ("Меркі ауданы, 2026 жыл", ""),
    ],
)
def test_a_paper_of_somebody_else_is_refused(title: str, code: str) -> None:
    rows = ((title,), ("Атауы", "Сома, мың теңге"), ("Кірістер", 5), ("Салықтық түсімдер", 5))
    if code:
        assert code_of(book(*rows), here=SURAT) == code
    else:
        assert read(book(*rows), here=SURAT).fits


def test_hostile_files_end_in_words() -> None:
    head = ("Атауы", "Сома, мың теңге")
    formula = book(head, ("Кірістер", "=SUM(B3:B9)"), ("Салықтық түсімдер", 5))
    assert code_of(formula) == "sheets.formula"
    assert code_of(book([*range(10_000)])) == "sheets.wide"
    assert code_of("а;" * 10_000) == "sheets.wide"
    assert code_of(book(*[head] * 3_500)) == "sheets.many_rows"
    assert code_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600) == "sheets.old"
    assert code_of(b"%PDF-1.4") == "sheets.kind"
    assert code_of(b"0" * 5_000_001) == "sheets.big"
    assert code_of(b"   ") == "budget_papers.empty"
    assert code_of(book()) == "budget_papers.empty"
    assert code_of(book(("Қысқаша",), ("әңгіме",))) == "budget_papers.no_table"
    negative = read(book(head, ("Салықтық түсімдер", -5)))
    assert [row.why.code for row in negative.rows if row.why] == ["budget_papers.negative"]
    large = read(book(head, ("Салықтық түсімдер", "9" * 22)))
    assert [row.why.code for row in large.rows if row.why] == ["budget_papers.large"]
    words = read(book(head, ("Салықтық түсімдер", "көп 5")))
    assert [row.why.code for row in words.rows if row.why] == ["budget_papers.not_a_number"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.sampled_from(
                    [
                        "Атауы",
                        "Сома",
                        "Кірістер",
                        "Код",
                        "101202",
                        "1",
                        "Шығындар",
                        "-5",
                        "2026",
                        "",
                    ]
                ),
                st.text(max_size=12),
                st.integers(-(10**18), 10**18).map(str),
            ),
            max_size=6,
        ),
        max_size=12,
    )
)
def test_nothing_breaks_the_reader(rows: list[list[str]]) -> None:
    for month in (0, 3):
        for data in (csv_text(["Атауы", "Сома"], rows).encode(), xlsx_bytes(["a"], rows)):
            try:
                paper = read(data, month=month)
            except Refusal:
                continue
            assert all(isinstance(line.amount, int) for line in paper.lines)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("184163,4", "184163.4"),
        ("184 163,40", "184163.40"),
        ("184\u00a0163.4", "184163.4"),
        ("1 234 567", "1234567"),
        ("1.234.567,5", "1234567.5"),
        ("1,234,567.5", "1234567.5"),
        ("(1 200)", "-1200"),
        ("−5", "-5"),
        ("12'500", "12500"),
        ("500 тенге", "500"),
        ("-", None),
        ("х", None),
        ("", None),
    ],
)
def test_sums_as_they_are_written(typed: str, number: str | None) -> None:
    found = read_number(typed, marks_of([typed], typed=False))
    assert found == (None if number is None else Decimal(number))


def test_a_comma_that_may_be_either_is_asked_about() -> None:
    assert marks_of(["28,219"], typed=False).comma is Comma.UNCLEAR
    assert marks_of(["28,219", "3,066", "50,417"], typed=False).comma is Comma.THOUSANDS
    assert marks_of(["28,219", "184163,4"], typed=False).comma is Comma.DECIMAL
    assert marks_of(["28.219"], typed=True).point is Comma.DECIMAL  # a workbook's own number
    with pytest.raises(ValueError, match="unclear"):
        read_number("28,219", Marks(Comma.UNCLEAR, Comma.DECIMAL))
    paper = read("Атауы;Сома, мың теңге\nКірістер;28,219\nСалықтық түсімдер;28,219\n")
    assert "budget_papers.unclear_marks" in [why.code for why in paper.why]
    assert not paper.fits


def test_units_and_tiyn() -> None:
    said = {
        "мың теңге": 1000,
        "(тыс. тенге)": 1000,
        "тысяч тенге": 1000,
        "тыс.тг": 1000,
        "в тенге": 1,
        "теңгемен": 1,
        "млн. тенге": 1_000_000,
        "сома": None,
    }
    assert {words: unit_said(words) for words in said} == said
    assert in_tenge(Decimal("184163.4"), 1000) == (184_163_400, False)
    assert in_tenge(Decimal("10.005"), 1) == (10, True)
    rows = (("Атауы", "Атқарылуы, теңге"), ("Кірістер", "30.01"), ("Салықтық түсімдер", "30.01"))
    paper = read(book(*rows), month=3)
    assert paper.fits
    assert [note.code for note in paper.notes] == ["budget_papers.rounded"]


def test_the_sheet_of_the_right_year_is_taken_and_another_can_be() -> None:
    def second(made: Any) -> None:
        made.active.title = "2025"
        made.active["A1"] = "2025 жылға арналған бюджет"
        sheet = made.create_sheet("Бюджет 2026 жыл")
        for row in (("Атауы", "Сома, мың теңге"), ("Кірістер", 7), ("Салықтық түсімдер", 7)):
            sheet.append(row)

    rows = (("",), ("Атауы", "Сома, мың теңге"), ("Кірістер", 5), ("Салықтық түсімдер", 5))
    data = book(*rows, change=second)
    assert by_key(read(data)) == {"receipt:tax": 7000}
    assert code_of(data, choices=Choices(sheet=0)) == "budget_papers.other_year"


def test_a_column_can_be_taken_for_another() -> None:
    rows = (("Атауы", "Сома", "теңге"), ("Кірістер", 1, 5), ("Салықтық түсімдер", 1, 5))
    roles = {(0, 1): Role.NONE, (0, 2): Role.AMOUNT}
    assert by_key(read(book(*rows), choices=Choices(columns=roles))) == {"receipt:tax": 5}


@pytest.mark.parametrize("month", [0, 3])
def test_a_template_filled_in_reads_back(month: int) -> None:
    blank = blank_paper(entries(2026), month)
    rows: list[list[Any]] = []
    wanted = 0
    for row in blank.rows:
        cells: list[Any] = list(row)
        if row[0] not in ("1", "2", "3", "4") and row[1][:2] not in ("I.", "II", "V.", "VI"):
            wanted += 1
            cells[3:] = [wanted + 0.5] * len(cells[3:])
        rows.append(cells)
    financing = {"balances", "loans", "repaid"}
    for data in (
        xlsx_bytes(blank.heads, rows, above=[title_of("Сұрат ауылдық округі", 2026, month)]),
        csv_text(blank.heads, rows).encode(),
    ):
        paper = read(data, month=month, here=SURAT)
        assert [row.why for row in paper.rows if row.why or row.taken is Taken.UNKNOWN] == []
        plain = [line for line in paper.lines if line.part not in financing]
        assert len({line.key for line in plain}) == wanted - 3
        assert [line.amount for line in plain] == [n * 1000 + 500 for n in range(1, wanted - 2)]
        empty = read(xlsx_bytes(blank.heads, blank.rows), month=month)
        assert [why.code for why in empty.why] == ["budget_papers.no_lines"]


TEXT = st.text(
    alphabet=st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("=+-@;'\"\t\n "),
    max_size=20,
)


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_no_text_is_a_formula_and_what_was_written_is_read(text: str) -> None:
    escaped = inert(text)
    assert as_told(escaped) == text
    assert not escaped.lstrip(" '\"").startswith(("=", "+", "-", "@")) or escaped[
        : len(escaped) - len(escaped.lstrip(" '\""))
    ].endswith("'")


def test_tables_come_back_as_they_were_written() -> None:
    rows = [["=1+1;=2", 5, None], ["-5", -5, "012"], ["'=x", 12, "a, «b»"], ["@cmd", 0, "+7 701"]]
    heads = ["=name", "сома", "код"]
    wanted = [
        ("=name", "сома", "код"),
        *(tuple("" if one is None else str(one) for one in row) for row in rows),
    ]
    limits = {"most_bytes": 10**6, "most_rows": 99, "most_unpacked": 10**7}
    for data in (csv_text(heads, rows).encode(), xlsx_bytes(heads, rows)):
        (grid,) = read_grids(data, **limits)
        told = [tuple([*cells, "", ""][:3]) for _, cells in grid.rows]
        assert told == wanted
        assert grid.uncounted == frozenset()
    made = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(heads, rows)))
    assert [made.active["B2"].value, made.active["B3"].value] == [5, -5]
    assert {made.active[cell].data_type for cell in ("A2", "A3", "A5", "C5")} == {"s"}
    assert xlsx_bytes(heads, rows) == xlsx_bytes(heads, rows)
    assert made.properties.created.year == 1980


@pytest.mark.parametrize(
    "heads",
    [
        (
            ("Наименование", "План", None, "Исполнение", None),
            (None, "на год", "на период", "с начала года", "за месяц"),
        ),
        (
            ("Көрсеткіштер атауы", "Жоспар", None, "Атқарылуы", None),
            (None, "жылға", "есепті кезеңге", "жыл басынан", "ай ішінде"),
        ),
    ],
)
def test_captions_over_several_columns(heads: tuple[tuple[Any, ...], ...]) -> None:
    rows = (*heads, (1, 2, 3, 4, 5), ("Кірістер", 9, 8, 7, 6), ("Салықтық түсімдер", 9, 8, 7, 6))
    paper = read(book(*rows), month=3, choices=Choices(unit=1000))
    assert paper.fits
    assert [(line.amount, line.planned) for line in paper.lines] == [(7000, 8000)]
