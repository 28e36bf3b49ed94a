"""What is handed out: pinned, hashed, free of the addresses of the machine it was made on."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-extras.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins(lock: str) -> dict[str, Requirement]:
    """Name → pinned requirement; fails on a package without a hash."""
    entries = re.split(r"\n(?=[a-zA-Z])", (ROOT / lock).read_text().strip())
    found = {}
    for entry in entries:
        requirement = Requirement(entry.split("\\")[0].strip())
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), f"{requirement.name} has no hash"
        found[canonicalize_name(requirement.name)] = requirement
    return found


def version(pin: Requirement) -> str:
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index" not in text.replace("--generate", "")
    assert not re.search(r"^\s*(-e|-i|-f|-c|-r|--\w*url|--find)", text, re.M)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_what_the_project_asks_for(lock):
    asked = (
        PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["postgres"]
    )
    asked += PROJECT["build-system"]["requires"]
    if "dev" in lock:
        asked += PROJECT["project"]["optional-dependencies"]["dev"]
    pinned = pins(lock)
    for line in asked:
        requirement = Requirement(line)
        if requirement.name == PROJECT["project"]["name"]:
            continue
        pin = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version(pin)), f"{line}: locked {pin}; make lock"


def test_both_locks_agree():
    runtime, development = pins(LOCKS[0]), pins(LOCKS[1])
    assert {n: version(p) for n, p in runtime.items()} == {
        n: version(development[n]) for n in runtime
    }
    # The two fight over one import name.
    assert "libpass" in runtime
    assert "passlib" not in development


def test_no_test_tool_ships():
    tools = {"pytest", "playwright", "mypy", "ruff", "hypothesis", "djlint"}
    assert not tools & set(pins(LOCKS[0]))


def test_the_container_is_nobody_and_writes_only_its_data():
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", text, re.M)
    assert text.rindex("\nUSER ") > text.rindex("\nCOPY ")
    assert "--require-hashes" in text
    assert "/healthz" in text


def test_no_committed_file_names_this_machine():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    # Spelt apart, so that this file is clean too.
    forbidden = re.compile(
        "|".join(
            [
                r"(^|[\"' =(`])/(ro" + r"ot|ho" + r"me|Us" + r"ers|wo" + r"rk)/",
                r"py" + r"pi\.org|pythonh" + r"osted|npm" + r"js\.(org|com)",
                r"--(extra-)?index" + r"-url",
            ]
        ),
        re.M,
    )
    skipped = {".png", ".jpg", ".woff2", ".pb", ".csv"}
    guilty = []
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in skipped or not path.is_file():
            continue
        if hit := forbidden.search(path.read_text(errors="replace")):
            guilty.append(f"{name}: {hit.group()}")
    assert guilty == []
