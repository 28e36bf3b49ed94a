"""Anything at every route, as everybody: whatever is sent, no crash and nothing raw on the page.

A short seeded run goes with every test; `make campaign` sends some seventy thousand requests
(ASAR_SEED=… for others). What people type is thrown at filled forms in `test_payloads`.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.core.database import make_engine, open_session
from app.core.keys import Keyring
from app.core.settings import Settings
from app.main import create_app
from app.proposals.models import Status
from tests.assault import shown_badly
from tests.conftest import SetClock
from tests.forms_under_siege import PLACES, Filled, find, known_things
from tests.fuzz import Fuzz, Sent
from tests.journeys.test_rights_matrix import address
from tests.siege import HOME, Siege, Things
from tests.town import Town

pytestmark = pytest.mark.xdist_group("fuzz")
LONG = bool(os.environ.get("CAMPAIGN") or os.environ.get("ASAR_CAMPAIGN"))
SEED = int(os.environ.get("ASAR_SEED", "2026"))
EACH = int(
    os.environ.get("ASAR_EACH", "100" if LONG else "4")
)  # requests to each route, for each kind of database
DAYS = (date(2026, 4, 18), date(2026, 2, 20), date(2025, 11, 3))
PEOPLE = ("visitor", "author", "clerk", "akim", "raion-office", "operator")
MORE = ("resident", "other-clerk", "deputy", "maslikhat-office", "observer", "half", "newcomer")


def look(sent: Sent, ask: Callable[[Sent], Any], seen: Counter[int]) -> list[str]:
    """Sends one, and says what is wrong with what came of it."""
    try:
        answer = ask(sent)
    except Exception as crash:
        return [f"{sent}: crashed: {crash!r}"[:1500]]
    seen[answer.status_code] += 1
    wrong = shown_badly(answer)
    leads_to = answer.headers.get("location", "/")
    if not leads_to.startswith("/") or leads_to.startswith(("//", "/\\")):
        wrong.append(f"leads away: {leads_to}")
    return [f"{sent}: {one}" for one in wrong]


@pytest.fixture(params=DAYS if LONG else DAYS[:1], ids=str)
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Siege]:
    if not LONG:
        yield request.getfixturevalue("siege")
        return
    siege = Siege(tmp_path_factory.mktemp("fuzz"), day=request.param)
    yield siege
    siege.close()


def test_nothing_crashes(scene: Siege) -> None:
    siege = scene
    things = siege.things[HOME]
    fuzz = Fuzz(
        siege.app,
        seed=SEED,
        people=PEOPLE + (MORE if LONG else ()),
        address=lambda path: address(path, things),
    )
    fuzz.known = [str(getattr(things, one)) for one in things.__slots__ if one != "extra"]
    for who, form in good_forms(siege):
        fuzz.know(who, form)
    wrong: list[str] = []
    seen: Counter[int] = Counter()

    def ask(sent: Sent) -> Any:
        kwargs = dict(sent.kwargs)
        cookie = kwargs["headers"].pop("cookie", None)
        if cookie is None:
            return siege.ask(sent.who, sent.method, sent.url, **kwargs)
        siege.client.cookies.clear()
        headers = {**kwargs.pop("headers"), "cookie": cookie, "sec-fetch-site": "same-origin"}
        return siege.client.request(sent.method, sent.url, headers=headers, **kwargs)

    begun = time.monotonic()
    for sent in fuzz.requests(EACH):
        before = siege.version
        wrong += look(sent, ask, seen)
        if siege.version != before:
            siege.restore()
    print(f"{sum(seen.values())} requests in {time.monotonic() - begun:.0f} s, {seen}, {SEED=}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert_it_went_in(seen)


def good_forms(siege: Siege) -> list[tuple[str, Filled]]:
    """Forms of that day as the right people fill them in."""
    return [
        (place.who, find(siege, place, siege.things[HOME], known_things(siege))[0])
        for place in PLACES
        if place.day == siege.begun.date() and not place.after
    ]


def elsewhere(form: Filled, there: dict[str, str]) -> Filled:
    """The same form about things of another town."""
    path, mark, query = form.url.partition("?")
    url = "/".join(there.get(part, part) for part in path.split("/")) + mark + query
    data = {name: [there.get(one, one) for one in values] for name, values in form.data.items()}
    return Filled(url, data, form.kinds, form.files)


def assert_it_went_in(seen: Counter[int]) -> None:
    """A fuzzer whose every request is turned away at the door proves nothing."""
    assert seen[200] > sum(seen.values()) // 10
    assert seen[422] > sum(seen.values()) // 40
    assert {403, 404, 405} <= set(seen)


@pytest.mark.postgres
def test_nothing_crashes_on_postgresql(
    postgres_url: str, keyring: Keyring, clock: SetClock, settings: Settings, siege: Siege
) -> None:
    """PostgreSQL takes no NUL and no number that is too large, and says so in its own way."""
    forms = good_forms(siege)
    engine = make_engine(postgres_url)
    app = create_app(settings, engine=engine, keyring=keyring, clock=clock)
    with open_session(engine) as session:
        town = Town(session, keyring, clock)
        things = things_of(town)
        town.session.rollback()
        names = {"": "visitor", "aigerim": "author", "dana": "clerk", "erlan": "akim"}
        names |= {"bekzat": "raion-office", "operator": "operator"}
        tokens = {who: town.sign_in(name) if name else "" for name, who in names.items()}
        fuzz = Fuzz(app, seed=SEED, people=PEOPLE, address=lambda path: address(path, things))
        names_of = [one for one in things.__slots__ if one != "extra"]
        fuzz.known = [str(getattr(things, one)) for one in names_of]
        there = {getattr(siege.things[HOME], one): getattr(things, one) for one in names_of}
        for who, form in forms:
            if who in PEOPLE:
                fuzz.know(who, elsewhere(form, there))
        wrong: list[str] = []
        seen: Counter[int] = Counter()
        with TestClient(app, follow_redirects=False) as client:

            def ask(sent: Sent) -> Any:
                kwargs = dict(sent.kwargs)
                headers = {"sec-fetch-site": "same-origin", **kwargs.pop("headers")}
                headers.setdefault("cookie", f"asar={tokens[sent.who]}")
                client.cookies.clear()
                return client.request(sent.method, sent.url, headers=headers, **kwargs)

            for sent in fuzz.requests(EACH):
                wrong += look(sent, ask, seen)
                ended = sent.method == "POST" and ("/sign-" in sent.url or "/me" in sent.url)
                if ended and sent.who != "visitor":  # they may have signed out
                    name = next(one for one, who in names.items() if who == sent.who)
                    tokens[sent.who] = town.sign_in(name)
    engine.dispose()
    print(f"{sum(seen.values())} requests, {seen}, {SEED=}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert_it_went_in(seen)


def things_of(town: Town) -> Things:
    """A round that is voted on, proposals of all kinds, and for the rest ids that nothing has."""
    of = town.round()
    known = Things(HOME, key=of.key, old_key=of.key, person=town.ids["aigerim"])
    known.on_ballot = str(town.proposal(of).number)
    known.submitted = str(town.proposal(of, "Құдық", status=Status.SUBMITTED).number)
    known.decided = known.works = known.on_ballot
    known.question, known.answered, known.claim = "1", "2", "1"
    for name in known.__slots__:
        if name != "extra" and not getattr(known, name):
            setattr(known, name, "0123456789abcdef0123")
    known.settlement = "315446100"
    return known
