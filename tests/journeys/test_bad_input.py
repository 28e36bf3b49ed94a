"""Every form of the product under bad input: as the right person, on a day when it stands open.

`make test` throws a seeded handful at each form; `tests/campaigns/test_payloads.py` throws all.
"""

import random
import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urljoin, urlsplit

import pytest

from app.main import routes_of
from tests.assault import (
    IMAGE,
    SCRIPT,
    Shot,
    complaints,
    everything,
    foreign_things,
    shown_badly,
    throw,
)
from tests.browser import read
from tests.forms_under_siege import (
    BUDGETING,
    PLACES,
    PROPOSING,
    SCENES,
    TIED,
    VOTING,
    Filled,
    Place,
    find,
    known_things,
    send,
)
from tests.siege import HOME, NEXT, Siege, every_page
from tests.siege_ties import lay_tie

pytestmark = pytest.mark.xdist_group("siege")
AT_EACH = 6  # shots at each form
KK = f"/kk/{HOME}"


class Scenes:
    """The demo of the days that forms need, each made when it is first wanted."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self.factory = factory
        self.made: dict[date, Siege] = {}
        self.at: dict[date, date] = {}  # how far a scene has moved on

    def on(self, day: date) -> Siege:
        """The demo as it stands on this day. Days of one scene come in their order."""
        first = next(one for one, later in SCENES.items() if day == one or day in later)
        if first in self.made and self.at[first] > day:
            self.made.pop(first).close()
        if first not in self.made:
            folder = self.factory.mktemp("scene")
            self.made[first] = Siege(folder, day=first)
            self.at[first] = first
        siege = self.made[first]
        if self.at[first] != day:
            siege.forward(day)
            if day == TIED:
                lay_tie(siege)
            siege.keep()
            self.at[first] = day
        return siege

    def form(self, place: Place) -> tuple[Siege, Filled]:
        siege = self.on(place.day)
        filled, _ = find(siege, place, siege.things[HOME], known_things(siege))
        return siege, filled


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenes]:
    scenes = Scenes(tmp_path_factory)
    yield scenes
    for siege in scenes.made.values():
        siege.close()


# Days in their order within a scene, so that no scene is made twice.
IN_ORDER = sorted(PLACES, key=lambda place: place.day)
each_form = pytest.mark.parametrize("place", IN_ORDER, ids=str)


# What a second press may add: a session of one's own, a newer card, more sheets, a failed try.
TWICE = {
    "/sign-in#card": {"sign_in"},
    "/sign-in#official": {"sign_in"},
    "/sign-in/state": {"state_start", "tries"},
    "/me/password": {"tries"},
    "/me/factors/new/{kind}": {"factor", "one_time_code"},
    "/second/new/{kind}": {"factor", "one_time_code"},
    "/officials/new": {"consent", "entry"},
    "/card": {"card", "entry"},
    "/cards/anew": {"card", "entry"},
    "/paper/print": {"paper_ballot", "entry"},
}


NO_OFFICE = ("visitor", "author", "resident", "half", "newcomer")
# What an official does that is no act of the office yet: prepared for the akim's word or sent back
# from it, one's own session, a reading of a sheet that two people must make before it means
# anything. A sheet handed out turns a right into one on paper: no other row stands beside that one.
UNRECORDED = {
    "/sign-in#official",
    "/me/sessions",
    "/me/office",
    "/me/password",
    "/me/factors/new/{kind}",
    "/{factor}/remove",
    "/review",
    "/back",
    "/paper/issue",
    "/paper/enter",
    "/drop",
    "/2026/2/start",
    "/2026/3#draft",
    "/lines/1",
    "/budget/import",
    "/{upload}#choices",
    "/{upload}#keep",
}


@each_form
def test_a_form_under_bad_input(scenes: Scenes, place: Place) -> None:
    """A good one is taken, so the bad ones fail for what is bad in them; twice is no crash."""
    siege, form = scenes.form(place)
    before = siege.version
    answer = send(siege, place.who, form)
    assert answer.status_code in (200, 303), re.findall(r'data-refusal="([^"]*)"', answer.text)
    assert not shown_badly(answer)
    once = siege.rows()
    if place.who not in NO_OFFICE and siege.version != before:
        written = once["entry"] > siege.kept_rows["entry"]
        assert written != (place.action in UNRECORDED), "an official act and its entry go together"
    again = send(siege, place.who, form)  # a double press
    assert again.status_code in (200, 303, 403, 404, 409, 422), again.status_code
    assert not shown_badly(again)
    twice = siege.rows()
    assert {name for name in once if once[name] != twice[name]} <= TWICE.get(place.action, set())
    if siege.version != before:
        siege.restore()
    shots = list(everything(form, siege.things[HOME], siege.things[NEXT], foreign_things(siege)))
    dice = random.Random(str(place))
    wrong = [
        one
        for shot in dice.sample(shots, min(AT_EACH, len(shots)))
        for one in throw(siege, place, shot)
    ]
    assert wrong == []


def _plain(path: str) -> str:
    """An address with nothing of anybody's in it: numbers and names of things are all 1."""
    return re.sub(r"(?<=/)\d+(?=/|$)", "1", re.sub(r"\{\w+(?::int)?\}", "1", path))


def test_every_form_that_writes_is_under_siege(scenes: Scenes) -> None:
    siege = scenes.on(VOTING)
    goes_to = [_plain(place.action.partition("#")[0]) for place in PLACES]
    left = [
        route.path
        for route in routes_of(siege.app)
        if "POST" in route.methods
        and not any(_plain(route.path).endswith(one) for one in goes_to)
        and not route.path.endswith(("/{step}", "/verdict"))
    ]
    assert left == []


@pytest.mark.parametrize(
    ("page", "field", "text", "code"),
    [
        ("/kk/surat/desk/round/{key}", "day_works", "0001-01-01", "form.day"),
        ("/kk/surat/desk/round/{key}", "day_voting", "9999-12-31", "form.day"),
        ("/kk/surat/desk/round/{key}", "draw_day", "01.01.0001", "form.day"),
        ("/kk/surat/desk/round/{key}", "envelope", "9" * 5000, "form.money"),
        ("/kk/surat/approval/{key}", "amount-1", "9" * 5000, "form.money"),
        ("/kk/surat/desk/proposals/{open}?verdict=admit", "verdict", "x", "form.choice"),
        ("/kk/surat/desk/decisions/{drafted}", "version", "x", "form.number"),
        ("/kk/surat/desk/decisions/{drafted}", "version", "9" * 30, "decisions.stale"),
    ],
)
def test_what_once_broke_through(
    scenes: Scenes, page: str, field: str, text: str, code: str
) -> None:
    place = next(one for one in IN_ORDER if one.page == page)
    siege, form = scenes.form(place)
    if field.startswith("amount"):
        field = next(name for name in form.data if name.startswith("amount-"))
    assert field in form.data
    form.data[field] = [text]
    before = siege.version
    answer = send(siege, place.who, form)
    assert answer.status_code == 422
    assert code in re.findall(r'data-refusal="([^"]*)"', answer.text)
    assert siege.version == before


# What a stage's end shuts: the day when it is over, and what is then refused.
STALE = [
    *((VOTING, date(2026, 4, 28), one) for one in ("/ballot", "/ballot/check")),
    (VOTING, date(2026, 4, 28), "/paper/issue"),
    *(
        (PROPOSING, date(2026, 4, 7), one)
        for one in ("/proposals/new", "/what", "/where", "/check", "/desk/file", "/round/{key}")
    ),
    (BUDGETING, date(2026, 1, 5), "/raion"),
]


@pytest.mark.parametrize(("day", "later", "action"), STALE, ids=str)
def test_a_page_that_was_open_when_its_stage_ended_writes_nothing(
    scenes: Scenes, day: date, later: date, action: str
) -> None:
    place = next(one for one in PLACES if one.day == day and one.action == action)
    siege, form = scenes.form(place)
    form.files = []
    siege.forward(later)
    try:
        before, rows = siege.version, siege.rows()
        answer = send(siege, place.who, form)
        assert answer.status_code in (404, 409, 422), answer.status_code
        assert complaints_of_stale(siege, place, answer, before, rows) == []
    finally:
        siege.restore()


def complaints_of_stale(
    siege: Siege, place: Place, answer: object, before: int, rows: dict[str, int]
) -> list[str]:
    nothing_typed = Filled("", {}, {}, [])
    return complaints(siege, place, Shot("stale", nothing_typed), answer, before, rows)


PAGES = (
    ("visitor", f"{KK}/rounds/2026/proposals", ("q", "status", "direction", "settlement", "page")),
    ("visitor", f"{KK}/questions", ("page", "state")),
    ("visitor", f"{KK}/works", ("page", "year")),
    ("visitor", f"{KK}/results", ("page", "round")),
    ("visitor", "/kk/", ("q", "page", "oblast")),
    ("visitor", "/kk/raions/315400000/", ("page", "sort", "district")),
    ("visitor", "/kk/sign-in", ("next", "as", "ended")),
    ("visitor", "/kk/sign-in/state", ("next",)),
    ("visitor", "/kk/sign-in/state/back", ("code", "state", "iss", "error")),
    ("visitor", "/sign-in/state/back", ("code", "state", "iss", "error")),
    ("visitor", f"{KK}/rounds/2026/ballot", ("done", "choice")),
    ("author", f"{KK}/proposals/2025-0001/ask", ("sent",)),
    ("clerk", f"{KK}/desk", ("q", "state", "settlement", "page", "done")),
    ("clerk", f"{KK}/desk/roll", ("name", "settlement", "page")),
    ("clerk", f"{KK}/desk/cards", ("name", "settlement", "page")),
    ("clerk", f"{KK}/desk/cards/anew", ("name", "settlement", "page")),
    ("clerk", f"{KK}/desk/file", ("q", "person")),
    ("clerk", f"{KK}/desk/proposals/2026-0010", ("verdict", "saved")),
    ("clerk", f"{KK}/desk/paper/issue", ("name", "done")),
    ("clerk", f"{KK}/desk/paper/settle", ("number", "done")),
    ("clerk", f"{KK}/desk/round/new", ("start",)),
    ("clerk", f"{KK}/desk/works/2025-0001", ("saved",)),
    ("akim", f"{KK}/desk/issue", ("told", "number")),
    ("deputy", "/kk/raions/315400000/desk", ("district", "kind", "page")),
    ("deputy", f"{KK}/proposals/2025-0001/ask", ("plea", "done")),
)
QUERIES = (
    "",
    "-1",
    "0",
    "99999999999999999999",
    "9" * 5000,
    "x",
    "1e400",
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "%D2%B1" * 3000,
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%22%27%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "%27;%20DROP%20TABLE%20proposal;--",
    "%25%5F%5C",
    "[]",
    "9999-12-31",
    "0001-01-01",
    "2026-02-31",
    "%E2%80%AE%F0%9F%90%8E",
    "1&{name}=2&{name}[]=3",
)


@pytest.mark.parametrize(("who", "path", "names"), PAGES, ids=str)
def test_an_address_with_a_bad_query_shows_a_page(
    scenes: Scenes, who: str, path: str, names: tuple[str, ...]
) -> None:
    siege = scenes.on(VOTING)
    wrong = []
    for name in names:
        for query in QUERIES:
            url = f"{path}?{name}={query.replace('{name}', name)}"
            answer = siege.ask(who, "GET", url)
            found = shown_badly(answer)
            if answer.status_code not in (200, 303, 404, 409, 422):
                found.append(f"status {answer.status_code}")
            wrong += [f"{url[:120]}: {one}" for one in found]
    assert wrong == []


@pytest.mark.parametrize(
    "way",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "http:evil.example",
        "/kk/../..//evil.example",
        "evil.example",
        "\t//evil.example",
    ],
)
def test_signing_in_leads_to_no_other_site(scenes: Scenes, way: str) -> None:
    place = next(one for one in PLACES if one.action == "/sign-in#official")
    siege, form = scenes.form(place)
    page = siege.ask("visitor", "GET", "/kk/sign-in", params={"next": way, "as": "official"})
    assert page.status_code == 200
    links = [one.attrs.get("href", "") for one in read(page.text).all("a")]
    assert [one for one in links if not re.match(r"(/(kk|ru|en)/|#)", one)] == []
    form.data["next"] = [way]
    answer = send(siege, "visitor", form)
    assert answer.status_code == 303
    leads_to = answer.headers["location"]
    assert leads_to.startswith("/kk/"), leads_to
    assert urlsplit(urljoin("http://testserver/kk/sign-in", leads_to)).netloc == "testserver"
    assert "\\" not in leads_to
    siege.restore()


# Where codes, numbers and days stand, the database or a rule holds what may stand there.
WORDS = {
    "proposal": ("title body place contribution author filed_by title_kk title_ru short_kk short_ru"
                 " extended_why_kk extended_why_ru state_number"),
    "review": "reason_kk reason_ru went_to_kk went_to_ru forward_to_kk forward_to_ru note"
    " title_kk title_ru short_kk short_ru prepared_by",
    "question": "text answer answered_by asked_by verdict_why",
    "plea": "text",
    "works": "late_why_kk late_why_ru contractor contract_number",
    "work_step": "note_kk note_ru",
    "person": "full_name",
    "official": "full_name",
    "office": "by_order",
    "roll_import": "source by_name",
    "roll_entry": "basis removed_note",
    "round": "envelope_basis_kk envelope_basis_ru",
    "envelope_basis": "act_number words_kk words_ru by_name",
    "spare": "words_kk words_ru by_name",
    "assembly": "number place names chair secretary speeches_kk speeches_ru recorded_by",
    "word": "reason_kk reason_ru words_kk words_ru act_number corrects_why_kk corrects_why_ru"
    " by_name by_order",
    "payment": "document by_name",
    "district": "name_kk name_ru short_kk short_ru raion_kk raion_ru address_kk address_ru phone",
    "settlement": "name_kk name_ru",
    "entry": "by_name by_order",
}  # fmt: skip


def test_what_was_kept_never_runs_on_any_page(scenes: Scenes) -> None:
    """Every text that people type, exchanged in the database itself for a script: all pages are
    opened, in three languages, as everybody who has pages of their own."""
    siege = scenes.on(VOTING)
    siege.engine.dispose()
    triggers = siege.watch.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    columns = {
        table: {row[1] for row in siege.watch.execute(f'PRAGMA table_info("{table}")')}
        for table in WORDS
    }
    for name, _ in triggers:
        siege.watch.execute(f"DROP TRIGGER {name}")
    for table, names in WORDS.items():
        for number, name in enumerate(names.split()):
            assert name in columns[table] or table == "entry", f"{table}.{name}"
            if name in columns[table]:
                text = f"{SCRIPT} {IMAGE}" if number % 2 else f"{IMAGE} {SCRIPT}"
                siege.watch.execute(
                    f'UPDATE "{table}" SET "{name}" = ? WHERE "{name}" IS NOT NULL', (text,)
                )
    siege.watch.commit()
    try:
        wrong, escaped, opened = [], 0, 0
        dice = random.Random(7)
        for who, starts in READERS.items():
            for url in every_page(siege, who, starts, of_a_kind=1):
                for lang in ("kk", dice.choice(("ru", "en"))):
                    answer = siege.ask(who, "GET", url.replace("/kk/", f"/{lang}/", 1))
                    wrong += [f"{who} {lang} {url}: {one}" for one in shown_badly(answer)]
                    escaped += "&lt;script&gt;alert" in answer.text
                    opened += 1
        assert wrong == []
        assert escaped > 40, "the script was never shown, so nothing was proved"
        assert opened > 120
    finally:
        siege.restore()


READERS = {
    "visitor": ("/kk/", f"{KK}/", "/kk/raions/315400000/"),
    "author": ("/kk/me", f"{KK}/rounds/2026/ballot"),
    "clerk": (f"{KK}/desk", f"{KK}/desk/roll"),
    "akim": (f"{KK}/desk", f"{KK}/desk/issue"),
    "deputy": ("/kk/raions/315400000/desk",),
    "maslikhat-office": ("/kk/raions/315400000/desk", f"{KK}/approval"),
}
