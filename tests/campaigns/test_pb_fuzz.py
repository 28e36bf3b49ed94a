"""Broken `.pb` files: whatever stands in one, it is counted or refused with a line and a reason.

A seeded sample goes with every test; `make campaign` breaks two hundred thousand (ASAR_SEED=… for
others). Real elections are broken too where they are at hand.
"""

import io
import os
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from app.counting import equal_shares, most_votes, recipe, score
from app.counting.asked import Asked
from app.counting.command import count_file
from app.counting.pabulib import BadFile, PbFile, read, to_text
from tests.counting.villages import VILLAGE
from tests.pb_file import FILE, POINTS

LONG = bool(os.environ.get("CAMPAIGN") or os.environ.get("ASAR_CAMPAIGN"))
SEED = int(os.environ.get("ASAR_SEED", "2026"))
FILES = int(os.environ.get("ASAR_EACH", "200000" if LONG else "1500"))
REAL = Path(__file__).parents[3] / "shared" / "data" / "pabulib"

BITS = (
    *("", " ", ";", '"', '""', ",", ",,", "\n", "\r", "\r\n", "\0", "\t", "\ufeff", "\u2028"),
    *("-1", "0", "1e9", "1e999", "nan", "inf", "٥", "½", "9" * 14, "9" * 30, "0.5", "999999999"),
    *("META", "PROJECTS", "VOTES", "meta", "key;value", "voter_id;vote", "project_id;cost"),
    *("vote_type;ordinal", "vote_type;scoring", "vote_type;choose-1", "max_length;1", "budget;0"),
    *("num_votes;0", "num_projects;0", "default_score;-3", "min_project_score_threshold;2.5"),
    *(
        "--rule most-votes",
        "--step-money 0.1",
        "--part 1=5",
        "--seed",
        "--decided 1,3",
        "'",
        "#3: ",
    ),
    *("Қ", "🙂", "\x1b[2J", "=1+1", "A/1", "x,y", "None"),
)
RAW = (b"\xff", b"\xfe\xff", b"\xd2", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\x80")

# A file that names its rule and parameters, of which every piece may be broken too.
OURS = VILLAGE.replace(
    "rule;unknown",
    'rule;unknown\ncomment;"#1: counted with: asar count FILE.pb --rule equal-shares '
    "--completion add1 --step-money 1 --exclusive 1,3 --decided 2,1 --seed '20 26' #2: more\"",
)


class Breaker:
    """Breaks files, the same way for the same seed."""

    def __init__(self, seed: int, whole: list[bytes]) -> None:
        self.chance = random.Random(seed)
        self.whole = whole

    def next(self) -> bytes:
        data = self.chance.choice(self.whole)
        for _ in range(self.chance.choice((1, 1, 1, 2, 3, 8))):
            data = self.chance.choice(
                (self.bit, self.bit, self.raw, self.line, self.line, self.cell, self.cut, self.code)
            )(data)
        return data

    def bit(self, data: bytes) -> bytes:
        at = self.chance.randint(0, len(data))
        end = at + self.chance.choice((0, 0, 1, 2, 10))
        return data[:at] + self.chance.choice(BITS).encode() + data[end:]

    def raw(self, data: bytes) -> bytes:
        at = self.chance.randint(0, len(data))
        return data[:at] + self.chance.choice(RAW) + data[at + self.chance.randint(0, 2) :]

    def line(self, data: bytes) -> bytes:
        lines = data.splitlines(keepends=True) or [b""]
        at, other = (self.chance.randrange(len(lines)) for _ in range(2))
        kind = self.chance.randrange(4)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(other, lines[at])
        elif kind == 2:
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines.insert(at, self.chance.choice(BITS).encode() + b"\n")
        return b"".join(lines)

    def cell(self, data: bytes) -> bytes:
        lines = data.split(b"\n")
        at = self.chance.randrange(len(lines))
        cells = lines[at].split(b";")
        cells[self.chance.randrange(len(cells))] = self.chance.choice(BITS).encode()
        lines[at] = b";".join(cells)
        return b"\n".join(lines)

    def cut(self, data: bytes) -> bytes:
        at = self.chance.randint(0, len(data))
        return data[:at] if self.chance.random() < 0.7 else data[at:]

    def code(self, data: bytes) -> bytes:
        text = data.decode("utf-8", "replace")
        way = self.chance.randrange(4)
        if way == 0:
            return text.encode(
                self.chance.choice(("cp1251", "utf-16", "utf-32", "latin-1")), "replace"
            )
        if way == 1:
            half = len(text) // 2
            return text[:half].encode() + text[half:].encode("cp1251", "replace")
        if way == 2:
            return text.replace("\n", self.chance.choice(("\r", "\r\n", "\n\n"))).encode()
        return data * 2


def whole_files() -> list[bytes]:
    """Good files to break: ours, and the smallest real ones of every kind."""
    ranks = POINTS.replace("cumulative", "ordinal").replace("max_sum_points;5", "max_length;2")
    found = [FILE, POINTS, POINTS.replace("cumulative", "scoring"), ranks, OURS]
    small = sorted(REAL.glob("*.pb"), key=lambda path: path.stat().st_size)[:6]
    return [*(text.encode() for text in found), *(path.read_bytes() for path in small if LONG)]


def look(data: bytes) -> str:
    """What came of it: a code, or `counted`. Anything else is an error of ours."""
    lines = len(re.findall(rb"\r\n|\r|\n", data)) + 1
    try:
        file = read(data)
    except BadFile as told:
        wrong = told
    else:
        return counted(file)
    assert 1 <= wrong.line <= lines, (wrong, lines)
    assert wrong.sentence().isprintable(), wrong
    return wrong.code


def counted(file: PbFile) -> str:
    """Counts what was read by both rules, and again after it was written out."""
    text = to_text(file)
    again = read(text.encode())
    assert to_text(again) == text
    election = file.election(seed="s")
    assert election == again.election(seed="s")
    for outcome in (
        most_votes.count(election, points=score.points(file)),
        equal_shares.count(election, points=score.marked_ballots(file)),
    ):
        assert 0 <= outcome.total_cost <= outcome.budget
        assert len(outcome.steps) == len(file.projects)
    return "counted"


def test_whatever_is_in_a_file_it_is_counted_or_refused_with_its_line() -> None:
    breaker, seen = Breaker(SEED, whole_files()), Counter[str]()
    for number in range(FILES):
        data = breaker.next()
        try:
            seen[look(data)] += 1
        except Exception as wrong:
            pytest.fail(f"seed {SEED}, file {number}: {wrong!r}\n{data!r}"[:3000])
    assert len(seen) > 20, seen
    assert seen["counted"] > FILES // 100, seen


def test_the_command_says_so_and_ends_with_two(tmp_path: Path) -> None:
    assert recipe.asked_by(read(OURS.encode()).meta["comment"]) is not None
    breaker, path = Breaker(SEED + 1, [*whole_files(), OURS.encode()]), tmp_path / "broken.pb"
    for _ in range(FILES // 30):
        data = breaker.next()
        path.write_bytes(data)
        own, said = io.StringIO(), io.StringIO()
        asked = Asked(rule="as-published")
        assert count_file(str(path), asked=asked, out=own, err=said) in (0, 1, 2)
        assert not {c for c in own.getvalue() + said.getvalue() if not c.isprintable()} - {"\n"}
        out, err = io.StringIO(), io.StringIO()
        code = count_file(str(path), asked=Asked(), as_json=True, out=out, err=err)
        if look(data) == "counted":
            assert (code, err.getvalue()) == (0, "")
        else:
            assert (code, out.getvalue()) == (2, "")
            assert re.fullmatch(rf"{re.escape(str(path))}: line \d+: .+\n", err.getvalue())
