"""The 19 directions of a rural budget's spending (Budget Code, article 34)."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("directions.csv")


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction: its number in article 34(1), its name in the law's words and a short one."""

    n: int
    payable: bool  # whether a round can pay for it
    names: dict[str, str]
    shorts: dict[str, str]
    law: str

    def name(self, lang: str) -> str:
        """In the law's own words."""
        return self.names[lang]

    def short(self, lang: str) -> str:
        """In few words, for lists and phones."""
        return self.shorts[lang]


@cache
def directions() -> tuple[Direction, ...]:
    """All of them, those a round can pay for first."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [
            Direction(
                n=int(row["n"]),
                payable=row["pb_eligible"] == "yes",
                names={lang: row[lang] for lang in ("kk", "ru", "en")},
                shorts={lang: row[f"short_{lang}"] for lang in ("kk", "ru", "en")},
                law=row["law"],
            )
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(rows, key=lambda one: (not one.payable, one.n)))


@cache
def direction(n: int) -> Direction:
    """The direction with this number."""
    return next(one for one in directions() if one.n == n)
