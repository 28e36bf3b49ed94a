"""After a whole round nothing in the database, the logs or the exports tells a number or a choice.

What to search for is overheard: whatever the keyring was asked to hash as an identification number,
a phone, or a code, while two years of three districts are played and a day is lived by hand.
"""

import io
import json
import logging
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.core.keys import Keyring
from app.web.guard import JsonLines
from tests.siege import HOME, Siege, every_page

pytestmark = pytest.mark.xdist_group("dump")
KK = f"/kk/{HOME}"
PERSONAL = ("iin", "phone", "subject")
SECRETS = ("card", "card-group", "card-qr", "one-time-code", "phone-code")
IIN = "880215200414"


class Overheard:
    """What was hashed, by its purpose."""

    def __init__(self) -> None:
        self.said: dict[str, set[str]] = defaultdict(set)

    def listen(self, purpose: str, parts: tuple[str, ...]) -> None:
        if purpose in PERSONAL + SECRETS and parts:
            self.said[purpose].add(parts[-1])

    def all(self, *purposes: str) -> set[str]:
        return {one for purpose in purposes for one in self.said[purpose] if len(one) >= 6}


@pytest.fixture(scope="module")
def heard() -> Overheard:
    return Overheard()


@pytest.fixture(scope="module")
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def siege(
    tmp_path_factory: pytest.TempPathFactory, heard: Overheard, log: io.StringIO
) -> Iterator[Siege]:
    real = Keyring.mac

    def mac(self: Keyring, purpose: str, *parts: str) -> str:
        heard.listen(purpose, parts)
        return real(self, purpose, *parts)

    handler = logging.StreamHandler(log)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Keyring, "mac", mac)
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        siege = Siege(tmp_path_factory.mktemp("dump"), day=date(2026, 4, 18))
        live_a_day(siege)
        siege.forward(date(2026, 5, 12))
        yield siege
        siege.close()
        root.removeHandler(handler)
        root.setLevel(before)


def live_a_day(siege: Siege) -> None:
    """Numbers and codes are typed where people type them, right and wrong."""
    ask = siege.ask
    ask("clerk", "POST", f"{KK}/desk/roll/add", data={"name": "Сынақ", "iin": IIN, "born": "x"})
    person = siege.things[HOME].person
    for number in ("8 701 555 66 77", "+7 (701) 555-66-77"):
        ask("clerk", "POST", f"{KK}/desk/roll/people/{person}/phone", data={"number": number})
        ask("visitor", "POST", "/kk/sign-in/phone", data={"number": number, "phone": number})
    card = siege.cards[0]["sign_in"]
    for code in (card["code"], "AAAAA AAAAA", "0123456789"):
        ask("visitor", "POST", "/kk/sign-in", data={"card": card["card"], "code": code})
    ask("visitor", "GET", f"/kk/sign-in/card/{card['card']}/{card['code']}")
    ask("visitor", "POST", "/kk/sign-in", data={"login": "dana", "password": "asar-demo-2026"})
    ballot = f"{KK}/rounds/{siege.things[HOME].key}/ballot"
    ask("author", "POST", ballot, data={"choice": ["1", "2"], "idem": "0" * 32})


def bytes_of(siege: Siege) -> bytes:
    """The database as a thief gets it: its file and its journal, free pages and all."""
    siege.engine.dispose()
    return b"".join(
        path.read_bytes() for path in sorted(siege.path.parent.glob("demo.db*")) if path.is_file()
    )


def found_in(text: bytes, wanted: set[str]) -> list[str]:
    return sorted(one for one in wanted if one.encode() in text)


def test_enough_was_overheard(siege: Siege, heard: Overheard) -> None:
    assert len(heard.all("iin")) > 500
    assert len(heard.all("phone")) >= 3
    assert len(heard.all("card", "card-qr")) > 20


def test_the_database_holds_no_number_and_no_code(siege: Siege, heard: Overheard) -> None:
    dump = bytes_of(siege)
    assert len(dump) > 1_000_000
    assert found_in(dump, heard.all(*PERSONAL, *SECRETS)) == []
    local = {one[-10:] for one in heard.all("phone")}  # however the country's code is written
    assert found_in(dump, local) == []
    # The proof that the search would find one: names stand there in clear.
    assert "Сейітова Айгерім Бақытқызы".encode() in dump


def test_the_logs_hold_no_number_no_code_and_no_name(
    siege: Siege, heard: Overheard, log: io.StringIO
) -> None:
    lines = log.getvalue()
    assert lines.count("\n") > 20
    for line in lines.splitlines():
        json.loads(line)
    text = lines.encode()
    assert found_in(text, heard.all(*PERSONAL, *SECRETS)) == []
    with sqlite3.connect(siege.path) as database:
        names = {name for (name,) in database.execute("SELECT full_name FROM person")}
    assert found_in(text, names) == []
    assert "choice" not in lines


@pytest.mark.parametrize("who", ["visitor", "clerk", "deputy", "raion-office", "observer"])
def test_no_export_holds_a_number_or_a_resident_beside_a_choice(
    siege: Siege, heard: Overheard, who: str
) -> None:
    starts = (f"{KK}/", f"{KK}/desk", f"{KK}/record", f"{KK}/roll", "/kk/raions/315400000/")
    files = []
    with sqlite3.connect(siege.path) as database:
        names = {name for (name,) in database.execute("SELECT full_name FROM person")}
    for url in every_page(siege, who, starts, of_a_kind=1):
        answer = siege.ask(who, "GET", url)
        if "text/html" in answer.headers["content-type"] or "/photos/" in url:
            continue
        files.append(url)
        assert found_in(answer.content, heard.all(*PERSONAL, *SECRETS)) == [], url
        if who != "clerk":
            assert found_in(answer.content, names) == [], url
    assert len(files) >= 5


def test_no_row_has_a_person_and_a_choice(siege: Siege) -> None:
    """Whatever names a person, in a column or a value, stands in no table that holds choices."""
    with sqlite3.connect(siege.path) as database:
        people = {one for (one,) in database.execute("SELECT id FROM person")}
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        chosen = []
        for table in tables:
            columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
            if not {"choices", "envelope"} & set(columns):
                continue
            chosen.append(table)
            assert not {"person_id", "iin_mac", "by_name", "at"} & set(columns), table
            for row in database.execute(f'SELECT * FROM "{table}"'):
                assert not people & {str(value) for value in row}, table
        (sealed,) = database.execute(
            "SELECT count(*) FROM ballot JOIN round ON round.id = ballot.round_id"
            " WHERE round.sealed_at IS NOT NULL AND ballot.envelope IS NOT NULL"
        ).fetchone()
    assert {"ballot", "counted_ballot"} <= set(chosen)
    assert sealed == 0


def test_demo_cards_are_the_demos_own(siege: Siege) -> None:
    """They lie beside a demo's database for whoever tries it out, and in no other installation."""
    beside = [path.name for path in Path(siege.path.parent).iterdir()]
    assert "demo-cards.json" in beside
    assert not [name for name in beside if re.search(r"\.log$", name)]
