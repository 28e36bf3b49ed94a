"""Tables as offices have them: what can be read is read, and what cannot ends well."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.refusal import Refusal
from app.core.sheets import HEADER_WITHIN, Table, read_table
from app.core.workbook import cell_name

# openpyxl warns of what it leaves out; the product silences it at import, pytest asks anew.
pytestmark = pytest.mark.filterwarnings("ignore:::openpyxl")
CAPTIONS = {"name": ("Name", "Аты-жөні"), "iin": ("IIN", "ЖСН"), "born": ("Born", "Туған күні")}


def read(data: bytes, most_rows: int = 100) -> Table | None:
    return read_table(data, captions=CAPTIONS, needed=("name", "iin"), most_rows=most_rows)


def cells(data: bytes) -> list[tuple[int, str, str]]:
    table = read(data)
    assert table is not None
    return [(row.number, row.cells["name"], row.cells["iin"]) for row in table.rows]


def book(*rows: tuple[Any, ...], change: Callable[[Any], None] = lambda book: None) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    change(made)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def parts(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same archive with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    change(found)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return kept.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HEAD = ("Name", "IIN")
ASEL = ("Сейітова Әсел", "600615110003")
GOOD = book(HEAD, ASEL)


def code_of(data: bytes, most_rows: int = 100) -> str:
    with pytest.raises(Refusal) as refused:
        read(data, most_rows)
    return refused.value.code


def test_a_workbook_is_read() -> None:
    assert cells(GOOD) == [(2, *ASEL)]


def test_the_captions_may_stand_lower_in_any_order_among_others() -> None:
    title = ("Сұрат ауылдық округінің тұрғындары",)
    data = book(title, (), ("№", "ЖСН", "Мекенжай", "Аты-жөні"), (1, ASEL[1], "Абай 1", ASEL[0]))
    assert cells(data) == [(4, *ASEL)]
    table = read(data)
    assert table is not None
    assert table.others == ("№", "Мекенжай")
    assert "Абай 1" not in str(table.rows)
    text = "Тізім\n\n№;ЖСН;Мекенжай;Аты-жөні\n1;600615110003;Абай 1;Сейітова Әсел\n"
    assert cells(text.encode()) == [(4, *ASEL)]
    assert cells(text.encode("kz1048")) == [(4, *ASEL)]


def test_captions_too_far_down_are_not_found() -> None:
    ahead = [("жол",)] * HEADER_WITHIN
    assert read(book(*ahead, HEAD, ASEL)) is None
    assert cells(book(*ahead[1:], HEAD, ASEL)) == [(HEADER_WITHIN + 1, *ASEL)]


def test_a_row_that_numbers_the_columns_is_no_person() -> None:
    assert cells(book(HEAD, (1, 2), ASEL)) == [(3, *ASEL)]
    assert cells(book(HEAD, ASEL, (1, 2))) == [(2, *ASEL), (3, "1", "2")]


def test_numbers_and_days_become_text() -> None:
    def format_(made: Any) -> None:
        made.active["B4"].number_format = "000000000000"

    rows = [
        ("а", 600615110003, date(1984, 5, 31)),
        ("ә", 600615110003.0, datetime(1984, 5, 31)),  # noqa: DTZ001
        ("б", 615110003, datetime(1984, 5, 31, 12, 30)),  # noqa: DTZ001
        ("в", 615110003, 30833),
        ("г", True, None),
    ]
    table = read(book(("Name", "IIN", "Born"), *rows, change=format_))
    assert table is not None
    assert [(row.cells["iin"], row.cells["born"]) for row in table.rows] == [
        ("600615110003", "1984-05-31"),
        ("600615110003", "1984-05-31"),
        ("000615110003", "1984-05-31T12:30:00"),
        ("615110003", "30833"),
        ("True", ""),
    ]


def test_a_formula_counts_by_its_stored_value() -> None:
    def store(found: dict[str, bytes]) -> None:
        found[SHEET] = (
            found[SHEET]
            .replace(b"<f>A1</f><v />", b"<f>A1</f><v>600615110003</v>")
            .replace(b"<f>A1</f><v/>", b"<f>A1</f><v>600615110003</v>")
        )

    data = book(HEAD, (ASEL[0], "=A1"))
    assert cells(parts(data, store)) == [(2, *ASEL)]
    with pytest.raises(Refusal) as refused:
        read(data)
    assert refused.value == Refusal("sheets.formula", cell="B2")
    # In a column that nobody reads it is nobody's business.
    assert cells(book((*HEAD, "Жасы"), (*ASEL, "=1+1"))) == [(2, *ASEL)]


def test_another_sheet_may_hold_the_list_a_hidden_one_may_not() -> None:
    def second(made: Any) -> None:
        sheet = made.create_sheet("Тізім")
        sheet.append(HEAD)
        sheet.append(ASEL)

    def hidden(made: Any) -> None:
        second(made)
        made["Тізім"].sheet_state = "hidden"

    assert cells(book(("бос",), change=second)) == [(2, *ASEL)]
    assert read(book(("бос",), change=hidden)) is None


def add(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda found: found.update({name: content})


def swap(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(found: dict[str, bytes]) -> None:
        assert old in found[name]
        found[name] = found[name].replace(old, new)

    return change


ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04", "sheets.broken"),
        (b"PK\x05\x06" + bytes(18), "sheets.kind"),
        (GOOD[:-30], "sheets.broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheets.old"),
        (b"%PDF-1.7\n", "sheets.kind"),
        (b"\x89PNG\r\n\x1a\n", "sheets.kind"),
        (b"\n <!DOCTYPE html><table><tr><td>Name", "sheets.kind"),
        (bytes(range(256)), "sheets.encoding"),
        (parts(GOOD, add("xl/vbaProject.bin", b"x")), "sheets.macros"),
        (
            parts(GOOD, swap("[Content_Types].xml", b"sheet.main+xml", b"macroEnabled.main+xml")),
            "sheets.macros",
        ),
        (parts(GOOD, lambda found: found.pop("[Content_Types].xml")), "sheets.kind"),
        (parts(GOOD, lambda found: found.pop(SHEET)), ""),
        (parts(GOOD, add(SHEET, b"<worksheet")), "sheets.broken"),
        (parts(GOOD, swap(SHEET, b"<worksheet", ENTITY + b"<worksheet")), "sheets.broken"),
        (parts(GOOD, swap(SHEET, b"<worksheet", OUTSIDE + b"<worksheet")), "sheets.broken"),
        (parts(GOOD, add("xl/bomb.xml", b" " * 2_000_000)), "sheets.bomb"),
        (parts(GOOD, lambda found: found.update(dict.fromkeys(map(str, range(501)), b""))),
         "sheets.bomb"),
        (parts(GOOD, swap(SHEET, b'<row r="2"', b'<row r="900000000"')), "sheets.long"),
        (book(HEAD, *[ASEL] * 101), "sheets.long"),
        (f"Name;IIN\n{'а;б' * 1}\n".encode() * 101, "sheets.long"),
        (b"Name;IIN\n" + b'"a', "sheets.quote"),
        (b" " * 20_000_001, "sheets.big"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_ours_says_so(data: bytes, code: str) -> None:
    if code:
        assert code_of(data) == code
    else:
        assert read(data) is None


def test_a_size_that_lies_unpacks_to_no_more_than_it_says() -> None:
    """The archive says 100 bytes where a megabyte comes out."""
    bomb = parts(GOOD, add("xl/lies.xml", b"a" * 1_000_000))
    real = (1_000_000).to_bytes(4, "little")
    assert bomb.count(real) == 2
    lying = bomb.replace(real, (100).to_bytes(4, "little"))
    assert code_of(lying) == "sheets.broken"


def test_the_whole_is_limited_too() -> None:
    many = {f"xl/part{i}.xml": bytes(range(256)) * 3900 for i in range(99)}
    assert code_of(parts(GOOD, lambda found: found.update(many))) == "sheets.bomb"


def test_a_workbook_behind_a_password_of_its_archive() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        offset = archive.getinfo(SHEET).header_offset
    locked = bytearray(GOOD)
    locked[offset + 6] |= 1
    found = GOOD.rfind(SHEET.encode())  # in the directory
    locked[found - 46 + 8] |= 1
    assert code_of(bytes(locked)) == "sheets.locked"


def test_rows_right_of_the_last_column_are_not_looked_at() -> None:
    assert read(book(("",) * 64 + HEAD, ("",) * 64 + ASEL)) is None


@pytest.mark.parametrize(("row", "place", "name"), [(1, 0, "A1"), (17, 25, "Z17"), (2, 26, "AA2")])
def test_cells_have_names(row: int, place: int, name: str) -> None:
    assert cell_name(row, place) == name


OFTEN = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
RICH = book(
    ("Name", "IIN", "Born"), *[(f"Аты {i}", 600615110003 + i, date(1984, 5, 31)) for i in range(30)]
)


def survives(data: bytes) -> None:
    try:
        table = read(data)
    except Refusal:
        return
    assert table is None or all(
        isinstance(c, str) for row in table.rows for c in row.cells.values()
    )


@OFTEN
@given(st.binary(max_size=300))
def test_any_bytes_end_well(data: bytes) -> None:
    survives(data)
    survives(b"PK\x03\x04" + data)
    survives("Аты-жөні;ЖСН\n".encode() + data)


@OFTEN
@given(st.data())
def test_a_damaged_workbook_ends_well(data: st.DataObject) -> None:
    damaged = bytearray(RICH)
    for _ in range(data.draw(st.integers(0, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(damaged[: data.draw(st.integers(1, len(damaged)))]))
    survives(bytes(damaged))


@OFTEN
@given(st.data())
def test_damage_inside_of_a_part_ends_well(data: st.DataObject) -> None:
    """Archives whose checksums are right and whose XML is not."""
    with zipfile.ZipFile(io.BytesIO(RICH)) as archive:
        names = [name for name in archive.namelist() if re.match("xl/|\\[", name)]
    name = data.draw(st.sampled_from(names))

    def change(found: dict[str, bytes]) -> None:
        part = bytearray(found[name])
        for _ in range(data.draw(st.integers(1, 5))):
            at = data.draw(st.integers(0, len(part) - 1))
            new = data.draw(st.sampled_from([b"", b"<", b">", b'"', b"9999999999", b"\x00", b"-1"]))
            part[at : at + data.draw(st.integers(0, 4))] = new
        found[name] = bytes(part)

    survives(parts(RICH, change))
