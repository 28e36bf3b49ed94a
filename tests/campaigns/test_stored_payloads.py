"""Over sixty payloads, typed into every field by HTTP; every page that shows one, in Chromium.

What was typed may be read anywhere and must run nowhere: no script, no dialog, no request to
another site, no complaint of the policy, no markup. A field that refuses a text is left with a good
one and the rest is stored. `make test` does this once, with a payload a field; `make campaign`
until every field that takes words has held every payload.
"""

import os
import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import uvicorn

from tests.assault import shown_badly
from tests.chromium import ChromiumMissing, Watch, chromium, watch
from tests.conftest import missing
from tests.forms_under_siege import PLACES, SCENES, VOTING, Filled, Place, find, known_things, send
from tests.payloads import ALIVE, PAYLOADS
from tests.siege import HOME, Siege, every_page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
LONG = bool(os.environ.get("CAMPAIGN") or os.environ.get("ASAR_CAMPAIGN"))
SEED = int(os.environ.get("ASAR_SEED", "2026"))
PAGES = 10_000 if LONG else 40  # opened in Chromium, of those that show a payload
TYPED = 10_000 if LONG else 10  # forms filled in and sent in Chromium
KK = f"/kk/{HOME}"
STARTS = {
    "visitor": ("/kk/", f"{KK}/", f"{KK}/record", "/kk/raions/315400000/"),
    "author": ("/kk/me", f"{KK}/", f"{KK}/roll/mine"),
    "resident": (f"{KK}/my-votes", "/kk/me/data"),
    "clerk": (f"{KK}/desk", f"{KK}/desk/roll", f"{KK}/desk/officials", f"{KK}/desk/second"),
    "akim": (f"{KK}/desk", f"{KK}/desk/disputes", f"{KK}/desk/second"),
    "deputy": ("/kk/raions/315400000/desk",),
    "maslikhat-office": ("/kk/raions/315400000/desk", f"{KK}/approval"),
    "raion-office": ("/kk/raions/315400000/office", f"{KK}/desk/second"),
}
WORDS = ("text", "textarea", "search")


class Typed:
    """Who has typed what: the fields that take words, and the payloads each has held."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.held: dict[tuple[str, str], set[str]] = {}
        self.refusing: set[tuple[str, str]] = set()
        self.marks: dict[str, tuple[str, str]] = {}

    def fill(self, place: Place, form: Filled) -> list[str]:
        """Lays payloads that it has not yet held into each field; the fields."""
        names = [
            name
            for name, kind in form.kinds.items()
            if kind in WORDS and name != "_token" and (str(place), name) not in self.refusing
        ]
        for name in names:
            held = self.held.get((str(place), name), set())
            left = [one for one in PAYLOADS if one not in held] or list(PAYLOADS)
            mark = f"pwned-{len(self.marks)}-"
            self.marks[mark] = (str(place), name)
            form.data[name] = [f"{self.dice.choice(left)} {mark}"]
        return names

    def took(self, place: Place, form: Filled, names: list[str]) -> None:
        for name in names:
            text = form.data[name][0].rpartition(" pwned-")[0]
            self.held.setdefault((str(place), name), set()).add(text)


def store(siege: Siege, place: Place, typed: Typed) -> tuple[bool, list[str]]:
    """Fills a form with payloads and sends it, until it is taken without the fields that refuse."""
    try:
        good, _ = find(siege, place, siege.things[HOME], known_things(siege))
    except (AssertionError, KeyError):
        return False, []  # another form has already used up what it is about
    wrong: list[str] = []
    for _ in range(len(good.data) + 1):
        form = good.copy()
        names = typed.fill(place, form)
        if not names:
            return True, wrong
        answer = send(siege, place.who, form)
        wrong += [f"{place}: {one}" for one in shown_badly(answer)]
        if answer.status_code in (200, 303):
            typed.took(place, form, names)
            return True, wrong
        said = refused_fields(answer.text) & set(names)
        typed.refusing |= {(str(place), name) for name in said or names}
    return False, wrong


def refused_fields(html: str) -> set[str]:
    """The fields that a page complains of."""
    found = set(re.findall(r'id="f-([^"]+?)-e"', html))
    return found | set(re.findall(r'data-refusal="[^"]*"><a href="#f-([^"]+)"', html))


@contextmanager
def serving(siege: Siege) -> Iterator[str]:
    """The same application for a real browser; its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(siege.app, access_log=False, log_config=None, lifespan="off")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        listener.close()


class Eyes:
    """A browser for everybody in turn, that notes whatever runs."""

    def __init__(self, browser: Any, siege: Siege, origin: str) -> None:
        self.siege, self.origin = siege, origin
        self.context = browser.new_context(base_url=origin, locale="kk-KZ")
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.seen: Watch = watch(self.page, origin=origin)
        self.page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        self.seen.frowns.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def as_(self, who: str) -> None:
        self.context.clear_cookies()
        token, _, half = self.siege.tokens[who].partition("; asar-second=")
        found = {"asar": token, "asar-second": half, "asar-code": f"code-of-{who}"}
        self.context.add_cookies(
            [{"name": n, "value": v, "url": self.origin} for n, v in found.items() if v]
        )

    def look(self, who: str, path: str) -> list[str]:
        """Opens a page, touches everything on it, and says what was alive."""
        self.as_(who)
        self.page.goto(path)
        return self.complaints(f"{who} {path}")

    def complaints(self, where: str) -> list[str]:
        found = self.page.evaluate(ALIVE) + self.seen.frowns
        self.seen.frowns.clear()
        return [f"{where}: {one}" for one in found]

    def type_and_send(self, place: Place, path: str, action: str, text: str) -> list[str]:
        """The same text into every field that a hand can reach, and the form goes off."""
        self.as_(place.who)
        self.page.goto(path)
        with self.page.expect_navigation():
            self.page.evaluate(
                """([action, text]) => {
                  const form = [...document.forms].find(
                    f => new URL(f.action).pathname === action && f.method === 'post');
                  for (const e of form.elements)
                    if (e.matches('textarea,input[type=text],input[type=search],input:not([type])'))
                      e.value = text;
                  HTMLFormElement.prototype.submit.call(form);
                }""",
                [action, text],
            )
        return self.complaints(f"typed at {place}: {text}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        with chromium() as opened:
            yield opened
    except ChromiumMissing as why:
        missing(str(why))


@pytest.fixture(params=[day for day in SCENES if LONG or day == VOTING], ids=str)
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Siege]:
    if not LONG:
        yield request.getfixturevalue("siege")
        return
    siege = Siege(tmp_path_factory.mktemp("stored"), day=request.param)
    yield siege
    siege.close()


def test_nothing_that_was_stored_runs(browser: Any, scene: Siege) -> None:
    wrong: list[str] = []
    with serving(scene) as origin:
        eyes = Eyes(browser, scene, origin)
        for day in (scene.begun.date(), *(SCENES[scene.begun.date()] if LONG else ())):
            if day != scene.begun.date():
                scene.forward(day)
                scene.keep()
            wrong += on_day(scene, eyes, day)
        eyes.context.close()
    assert wrong == []


def on_day(scene: Siege, eyes: Eyes, day: date) -> list[str]:
    dice = random.Random(f"{SEED} {day}")
    typed, wrong = Typed(dice), []
    shown: set[str] = set()
    opened: set[tuple[str, str]] = set()
    showing: set[tuple[str, str]] = set()
    places = [one for one in PLACES if one.day == day]
    turn = 0
    while True:
        turn += 1
        waiting = [one for one in places if turn == 1 or lacks(typed, one)]
        if not waiting:
            break
        while waiting:  # a form may use up what another is about: that one's turn is after it
            done = []
            for place in waiting:
                taken, said = store(scene, place, typed)
                wrong += said
                if taken:
                    done.append(place)
            if turn == 1:
                showing |= pages_that_show(scene, shown, wrong)
            for who, path in sorted(showing - (opened if turn == 1 else set()))[:PAGES]:
                opened.add((who, path))
                wrong += eyes.look(who, path)
            scene.restore()
            if not done or not LONG:
                break
            waiting = [one for one in waiting if one not in done]
        if not LONG:
            break
    wrong += typed_in_chromium(scene, eyes, places, dice)
    fields = len(typed.held)
    unseen = set(typed.held) - {typed.marks[mark] for mark in shown}
    print(
        f"{day}: {fields} fields, {len(typed.marks)} texts, {turn} turns, {len(opened)} pages,"
        f" shown on none: {sorted(unseen)}"
    )
    assert fields > len(places) // 3
    assert len(opened) >= min(PAGES, 20)
    return wrong


def lacks(typed: Typed, place: Place) -> bool:
    """Whether a field of this form has not yet held every payload."""
    return any(
        len(held) < len(PAYLOADS)
        for (where, name), held in typed.held.items()
        if where == str(place) and (where, name) not in typed.refusing
    )


def pages_that_show(scene: Siege, shown: set[str], wrong: list[str]) -> set[tuple[str, str]]:
    found = set()
    for who, starts in STARTS.items():
        for url in every_page(scene, who, starts, of_a_kind=3):
            answer = scene.ask(who, "GET", url)
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            wrong += [f"{who} {url}: {one}" for one in shown_badly(answer)]
            marks = set(re.findall(r"pwned-\d+-", answer.text))
            shown |= marks
            if marks:
                found.add((who, url))
    return found


def typed_in_chromium(
    scene: Siege, eyes: Eyes, places: list[Place], dice: random.Random
) -> list[str]:
    """Forms that come back with what was typed, from a browser's own hand."""
    wrong: list[str] = []
    for place in dice.sample(places, min(TYPED, len(places))):
        if place.after or "sign-out" in place.action:
            continue
        form, page = find(scene, place, scene.things[HOME], known_things(scene))
        if any(kind in WORDS for kind in form.kinds.values()):
            before = scene.version
            wrong += eyes.type_and_send(
                place, page, form.url.partition("?")[0], dice.choice(PAYLOADS)
            )
            if scene.version != before:
                scene.restore()
    return wrong


def test_there_are_over_sixty_and_the_eyes_see(browser: Any) -> None:
    """Each payload that is markup is alive where nothing escapes it: else this proves nothing."""
    assert len(set(PAYLOADS)) == len(PAYLOADS) > 60
    page = browser.new_page()
    markup = [one for one in PAYLOADS if one.startswith("<") and "evil.example" not in one]
    seen = 0
    for one in markup:
        page.goto("about:blank")
        page.set_content(f"<!doctype html><title>x</title><main><p>{one}</p></main>")
        seen += bool(page.evaluate(ALIVE))
    page.close()
    assert seen > len(markup) * 0.8, f"{seen} of {len(markup)}"


def test_a_complaint_names_its_field() -> None:
    html = '<li data-refusal="x"><a href="#f-title">t</a></li><p id="f-body-e" data-refusal="y">'
    assert refused_fields(html) == {"title", "body"}
