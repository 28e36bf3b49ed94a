"""The walls: which room may use which, who commits, what a room must not know.

The table below is the architecture drawing.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
ORDER = (
    "core",
    "counting",
    "ledger",
    "places",
    "people",
    "notices",
    "budget",
    "rounds",
    "proposals",
    "voting",
    "decisions",
    "followup",
    "words",
    "web",
)
MAY_USE: dict[str, set[str]] = {
    "core": set(),
    "counting": set(),
    "ledger": {"core"},
    "places": {"core"},
    "people": {"core", "ledger", "places"},
    "notices": {"core", "people"},
    "budget": {"core", "ledger", "places", "people"},
    "rounds": {"core", "counting", "ledger", "places", "people", "budget"},
    "proposals": {"core", "ledger", "places", "people", "budget", "rounds"},
    "voting": {"core", "ledger", "places", "people", "notices", "rounds", "proposals"},
    "decisions": set(ORDER[: ORDER.index("decisions")]),
    "followup": set(ORDER[: ORDER.index("followup")]) - {"counting"},
    "words": {"core"},
    "web": set(ORDER) - {"web"},
}
STDLIB_ONLY = {"counting"}
# What stands above all rooms and yet is called from a page.
ABOVE = {("web", "second")}
ONLY_WEB_KNOWS = {"fastapi", "starlette", "jinja2", "markupsafe", "uvicorn"}
ONLY_WORDS_AND_WEB_KNOW = {"babel"}
FILES = sorted(APP.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, with its full name."""
    package = ("app", *path.relative_to(APP).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: -node.level]) + "." if node.level else ""
            yield from (f"{base}{node.module or ''}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    parts = path.relative_to(APP).parts
    return parts[0] if len(parts) > 1 else ""


def broken(path: Path) -> list[str]:
    """The walls that a file goes through."""
    room = room_of(path)
    found = []
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "app" and len(parts) > 1 and parts[1] in ORDER:
            if room in MAY_USE and parts[1] != room and parts[1] not in MAY_USE[room]:
                found.append(f"{room} uses {parts[1]}")
        elif parts[0] == "app" and room in ORDER and (parts[1:2] or [""])[0] not in ("", room):
            if (room, parts[1]) in ABOVE:
                continue
            found.append(f"{room} uses {name}")
        if room in STDLIB_ONLY and parts[0] not in {*sys.stdlib_module_names, "app"}:
            found.append(f"{room} uses {parts[0]}")
        if room in ORDER and room != "web" and parts[0] in ONLY_WEB_KNOWS:
            found.append(f"{room} knows {parts[0]}")
        if room in ORDER and room not in ("web", "words") and parts[0] in ONLY_WORDS_AND_WEB_KNOW:
            found.append(f"{room} knows {parts[0]}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_rooms_open_downwards_only(path: Path) -> None:
    assert broken(path) == []


def test_the_walls_bite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "APP", tmp_path)
    for room, line in (
        ("counting", "import sqlalchemy"),
        ("places", "from app.voting import actions"),
        ("voting", "from app.web.render import page"),
        ("people", "import fastapi"),
        ("rounds", "from app.main import create_app"),
    ):
        (tmp_path / room).mkdir(exist_ok=True)
        (tmp_path / room / "bad.py").write_text(line)
        assert broken(tmp_path / room / "bad.py"), line


def test_every_room_has_a_doorplate() -> None:
    for room in ORDER:
        plate = ast.get_docstring(ast.parse((APP / room / "__init__.py").read_text())) or ""
        assert 3 <= len(plate.splitlines()) <= 8, room


def test_nothing_but_the_edge_commits() -> None:
    """`commit()` stands in `transaction` alone; rooms never open a transaction of their own."""
    for path in FILES:
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "commit":
                assert path == APP / "core" / "database.py", path
            if isinstance(node, ast.Name) and node.id == "transaction":
                assert room_of(path) in ("", "web", "core", "demo"), path


def test_no_drawers() -> None:
    names = {part for path in FILES for part in path.relative_to(APP).with_suffix("").parts}
    assert names & {"service", "services", "utils", "helpers", "common", "manager", "crud"} == set()


def test_files_split_by_subject_before_they_grow() -> None:
    long = {
        str(p.relative_to(APP)): n for p in FILES if (n := len(p.read_text().splitlines())) > 400
    }
    assert long == {}


def test_every_refusal_has_words_and_every_word_its_refusal() -> None:
    from app.words.phrases import LABELS, REFUSALS

    said = set()
    for path in FILES:
        said |= set(re.findall(r'Refusal\(\s*"([\w.]+)"', path.read_text()))
        said |= set(re.findall(r'PydanticCustomError\(\s*"([\w.]+)"', path.read_text()))
    assert len(said) > 30
    assert said - set(REFUSALS) == set(), "refusals without words"
    assert set(LABELS) & set(REFUSALS) == set()


def test_every_entry_of_the_record_has_words() -> None:
    from app.words.phrases import LABELS

    kinds = set()
    for path in FILES:
        kinds |= set(re.findall(r'kind="([a-z_]+\.[a-z_]+)"', path.read_text()))
    assert len(kinds) > 10
    assert {kind for kind in kinds if f"entry.{kind}" not in LABELS} == set()
