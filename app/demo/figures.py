"""The demo's budgets in thousand tenge: invented, save for the total of Surat's 2023."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Receipts by source, spending by direction and programme; the sums are thousand tenge.
Sums = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Year:
    """A year's plan as it was approved, and what the refinement in June changed."""

    year: int
    receipts: Sums
    spending: Sums
    balances: int = 0  # of the year before, used
    refined: Sums = field(default_factory=dict)  # what was added to which line
    act: str = ""


def _receipts(sums: str) -> Sums:
    return dict(zip(SOURCES, map(int, sums.split()), strict=True))


def _spending(sums: str) -> Sums:
    return dict(zip(PROGRAMMES, map(int, sums.split()), strict=True))


SOURCES = (
    *("tax:pit_self", "tax:property_individuals", "tax:land_settlements", "tax:vehicles_legal"),
    *("tax:vehicles_individuals", "tax:single_land_tax", "tax:land_use_fee", "non_tax:fines"),
    *("non_tax:voluntary", "non_tax:communal_enterprise_income", "non_tax:rent"),
    *("capital:land_sale", "capital:lease_right_sale", "transfers:raion_transfers"),
)
PROGRAMMES = (
    *("1:p001", "1:p022", "3:p002", "6:p009", "7:p010", "8:p008", "9:p011", "10:p006"),
    *("11:p013", "11:p045", "12:p014", "13:p026", "14:p028", "15:p040", "17"),
)
SURAT = (
    Year(
        2024,
        _receipts("1740 410 1130 260 9680 560 350 140 500 320 980 1200 500 141230"),
        _spending("45900 1800 150 8100 380 11200 9900 2300 26800 34100 6200 1500 900 8770 1300"),
        300,
        act="№ 12-4",
    ),
    Year(
        2025,
        _receipts("1920 440 1210 290 10350 590 380 150 700 410 1120 1400 600 151840"),
        _spending("48700 2400 160 8700 400 12400 10600 2400 28900 35800 6500 1600 1000 10500 1740"),
        400,
        {"transfers:raion_transfers": 6500, "11:p045": 6500},
        act="№ 22-5",
    ),
    Year(
        2026,
        _receipts("2150 480 1320 310 11240 0 420 180 900 520 1260 1500 700 163220"),
        _spending("49400 3100 180 9400 420 12900 11900 2600 31200 38900 6900 1800 1100 13400 1500"),
        500,
        {"transfers:raion_transfers": 8200, "11:p013": 5200, "12:p014": 3000},
        act="№ 35-4",
    ),
    Year(
        2027,
        _receipts("2310 510 1400 330 12100 0 450 190 1000 580 1390 1600 800 169840"),
        _spending("52200 2600 190 9900 440 13600 12500 2700 32900 40100 7300 1900 1200 13570 1800"),
        400,
        act="№ 48-2",
    ),
)
OYTAL = (
    Year(
        2025,
        _receipts("980 260 720 140 6120 310 190 90 250 0 560 400 200 109380"),
        _spending("39800 900 120 5900 260 8200 6400 1800 19300 22900 4300 1100 700 6920 1200"),
        200,
        act="№ 22-6",
    ),
    Year(
        2026,
        _receipts("1070 280 770 150 6610 0 210 100 300 0 610 500 250 117150"),
        _spending("42300 1100 130 6300 280 8700 6900 1900 20800 21600 4600 1200 800 10290 1400"),
        300,
        act="№ 35-5",
    ),
    Year(
        2027,
        _receipts("1150 300 810 160 7050 0 220 110 320 0 650 500 280 122450"),
        _spending("44100 900 130 6600 290 9000 7200 2000 21700 22400 4800 1300 800 11680 1400"),
        300,
        act="№ 48-3",
    ),
)
BORANQUL = (
    Year(
        2026,
        _receipts("5240 910 1980 2650 14870 0 1340 310 1500 900 2480 2100 1300 88620"),
        _spending("46100 1900 140 9800 350 14200 9700 2100 13900 11200 5600 1500 900 5310 1700"),
        200,
        act="№ 31-7",
    ),
    Year(
        2027,
        _receipts("5580 960 2090 2800 15720 0 1410 320 1600 980 2630 1900 1400 92610"),
        _spending("47900 1500 150 10300 370 14900 10200 2200 14600 8500 5900 1600 900 9480 1700"),
        200,
        act="№ 44-3",
    ),
)
BUDGETS = {"surat": SURAT, "oytal": OYTAL, "boranqul": BORANQUL}
# How far in the year's plan a month comes, in percent, from January on: own taxes come early and
# late in the year, transfers evenly, and works are paid from summer on.
COMES = {
    "own": (5, 11, 18, 27, 35, 43, 50, 57, 66, 77, 88, 103),
    "transfers": (7, 15, 23, 32, 41, 50, 58, 66, 75, 84, 92, 100),
    "office": (7, 15, 23, 31, 40, 49, 57, 65, 73, 82, 90, 99),
    "works": (2, 5, 9, 16, 27, 39, 51, 63, 74, 84, 92, 97),
}
PLANNED = (8, 16, 25, 33, 42, 50, 58, 67, 75, 83, 92, 100)
EVEN = frozenset({"1", "3", "7", "10", "13"})  # directions that are paid evenly
