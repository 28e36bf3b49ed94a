"""Nothing of the next district stands on any page, in any download or under any search of this one.

What to look for is read from the database: every name and text of Oytal's that is not Surat's too.
"""

import random
import re
import sqlite3
from html import unescape
from urllib.parse import quote, urlsplit

import pytest

from app.core.text import fold
from app.people.queries import public_name
from tests.siege import HOME, NEXT, WHO, Siege, every_page

pytestmark = pytest.mark.xdist_group("leaks")
KK = f"/kk/{HOME}"
INSIDE = ("visitor", "author", "resident", "clerk", "akim", "observer")
# A person of the raion works in both districts, at addresses of either; here only Surat's are read.
RAION = ("deputy", "maslikhat-office", "raion-office")
SEARCHES = (
    "/rounds/{key}/proposals?q={word}",
    "/desk?q={word}&state=",
    "/desk/roll?name={word}",
    "/desk/roll/off?name={word}",
    "/desk/cards?name={word}",
    "/desk/cards/anew?name={word}",
    "/desk/file?q={word}",
    "/desk/paper/issue?name={word}",
)
# Columns with words about a district's people and things, and names that addresses use.
TEXTS = {
    "proposal": ("id", "title", "title_kk", "title_ru", "body", "number", "author"),
    "question": ("id", "text", "answer"),
    "works": ("contractor",),
    "plea": ("text",),
    "roll_entry": ("id", "person_id", "removed_note"),
    "roll_claim": ("id", "name", "text", "answer", "contact_sealed"),
    "roll_conflict": ("id", "why"),
    "roll_draft": ("id", "source", "legal_basis", "file_name", "sha256"),
    "roll_import": ("sha256",),
    "roll_change": ("why", "before", "after"),
    "roll_closing": ("first_root", "root"),
    "voter": ("pseudonym",),
    "consent": ("id", "subject", "why", "answer"),
    "named_second": ("id",),
    "desk_question": ("id",),
    "dispute": ("id", "text", "why"),
    "invitation": ("id", "full_name", "token_sha256"),
    "office": ("id",),
    "told": ("told_key",),
    "photo": ("id",),
    "card": ("number",),
    "paper_ballot": ("number",),
    "budget_upload": ("id", "name"),
    "budget_line": ("name_kk", "name_ru"),
    "budget_version": ("id", "sha256"),
}


def words_of(siege: Siege, slug: str) -> set[str]:
    """What only this district's people and things are called."""
    with sqlite3.connect(siege.path) as database:
        (home,) = database.execute("SELECT id FROM district WHERE slug = ?", (slug,)).fetchone()
        found = {
            str(value)
            for table, columns in TEXTS.items()
            for column in columns
            for (value,) in database.execute(
                f"SELECT {column} FROM {table} WHERE district_id = ?", (home,)
            )
            if value
        }
        for query in (
            "SELECT full_name FROM person JOIN roll_entry ON person_id = person.id"
            " WHERE district_id = ?",
            "SELECT full_name FROM official JOIN office ON official_id = official.id"
            " WHERE district_id = ?",
        ):
            found |= {name for (name,) in database.execute(query, (home,))}
    return {" ".join(one.split()) for one in found if len(one) >= 8}


@pytest.fixture(scope="module")
def theirs(siege: Siege) -> set[str]:
    """An author's short name may be a neighbour's or an official's of this place too."""
    with sqlite3.connect(siege.path) as database:
        (next_door,) = database.execute(
            "SELECT id FROM district WHERE slug = ?", (NEXT,)
        ).fetchone()
        others = database.execute(
            "SELECT full_name FROM person JOIN roll_entry ON person_id = person.id"
            " WHERE district_id <> ? UNION SELECT full_name FROM official",
            (next_door,),
        ).fetchall()
    short = {public_name(name) for (name,) in others}
    return words_of(siege, NEXT) - words_of(siege, HOME) - short


def told(text: str, theirs: set[str]) -> list[str]:
    """Which of those words stand in a text, or in an address on it."""
    flat = " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
    return sorted(word for word in theirs if word in flat or word in text)


def is_ours(url: str) -> bool:
    path = urlsplit(url).path
    return path == KK or path.startswith((f"{KK}/", "/kk/me"))


@pytest.mark.parametrize("who", INSIDE + RAION)
def test_no_page_and_no_download_tells_of_the_next_district(
    siege: Siege, theirs: set[str], who: str
) -> None:
    assert len(theirs) > 300
    starts = (f"{KK}/", "/kk/me", f"{KK}/desk", f"{KK}/desk/roll?settlement=", f"{KK}/approval")
    pages = [url for url in every_page(siege, who, starts) if is_ours(url)]
    assert len(pages) > 20
    leaks = {
        url: found for url in pages if (found := told(siege.ask(who, "GET", url).text, theirs))
    }
    assert leaks == {}


@pytest.mark.parametrize("who", ["visitor", "author", "clerk", "akim"])
def test_no_search_finds_the_next_districts_people_and_things(
    siege: Siege, theirs: set[str], who: str
) -> None:
    leaks = {}
    for search in SEARCHES:
        for word in beginnings(theirs):
            url = KK + search.format(key=siege.things[HOME].key, word=quote(word))
            if found := told(siege.ask(who, "GET", url).text, theirs):
                leaks[url] = found
    assert leaks == {}


def beginnings(theirs: set[str]) -> list[str]:
    """First letters of some words: what is typed comes back in its field, whole it would look like
    a find."""
    found = {
        fold(word.split()[0])[:5] for word in theirs if re.match("[а-яәғқңөұүһі]", word.lower())
    }
    return random.Random(7).sample(sorted(found), min(25, len(found)))


def test_the_search_would_find_them_at_home(siege: Siege, theirs: set[str]) -> None:
    """The proof that this looks for something that is there to be seen."""
    seen: set[str] = set()
    for who in ("visitor", "other-clerk"):
        starts = (f"/kk/{NEXT}/", f"/kk/{NEXT}/desk", f"/kk/{NEXT}/desk/roll?settlement=")
        for url in every_page(siege, who, starts):
            if f"/{NEXT}" in url:
                seen |= set(told(siege.ask(who, "GET", url).text, theirs))
    for search in SEARCHES:
        finds = [
            word
            for word in ("а", "ж", *beginnings(theirs))
            if told(
                siege.ask(
                    "other-clerk",
                    "GET",
                    f"/kk/{NEXT}" + search.format(key=siege.things[NEXT].key, word=quote(word)),
                ).text,
                theirs,
            )
        ]
        assert finds, search
    assert len(seen) > 15


def test_there_is_somebody_of_every_kind() -> None:
    assert set(INSIDE + RAION) <= set(WHO)
