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
from collections import Counter
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
PAGES = 10_000 if LONG else 14  # opened in Chromium, of those that show a payload
TYPED = 10_000 if LONG else 6  # forms filled in and sent in Chromium
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
SEVERAL = 5  # payloads at once in a field of several lines
NOES = 6  # so often in a row a field may refuse before it is left alone
Seen = tuple[str, str]  # who, and the address


class Typed:
    """Who has typed what: the fields that take words, and the payloads each has held."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.tried: dict[Seen, set[str]] = {}  # (form, field) → held, or refused
        self.held: dict[Seen, int] = {}
        self.noes: Counter[Seen] = Counter()  # refused in a row
        self.marks: dict[str, Seen] = {}

    def fill(self, place: Place, form: Filled, skip: set[str]) -> dict[str, list[str]]:
        """Lays payloads that it has not yet tried into each field, some into long ones; which."""
        laid: dict[str, list[str]] = {}
        for name, kind in form.kinds.items():
            field = (str(place), name)
            if kind not in WORDS or name == "_token" or name in skip or self.noes[field] >= NOES:
                continue
            left = [one for one in PAYLOADS if one not in self.tried.get(field, ())]
            several = SEVERAL if kind == "textarea" and not self.noes[field] else 1
            laid[name] = self.dice.sample(left or PAYLOADS, min(several, len(left or PAYLOADS)))
            mark = f"pwned-{len(self.marks)}-"
            self.marks[mark] = field
            form.data[name] = [" ".join((*laid[name], mark))]
        return laid

    def learn(self, place: Place, laid: dict[str, list[str]], *, taken: bool) -> None:
        for name, payloads in laid.items():
            field = (str(place), name)
            if (
                taken or len(payloads) == 1
            ):  # else one of them may have been refused, or all as long
                self.tried.setdefault(field, set()).update(payloads)
            self.noes[field] = 0 if taken else self.noes[field] + 1
            if taken:
                self.held[field] = self.held.get(field, 0) + len(payloads)

    def lacks(self, place: Place) -> bool:
        """Whether a field of this form takes words and has not yet been tried with every one."""
        return any(
            where == str(place) and len(self.tried.get((where, name), ())) < len(PAYLOADS)
            for where, name in self.held
            if self.noes[where, name] < NOES
        )


def store(siege: Siege, place: Place, typed: Typed) -> tuple[bool, str, list[str]]:
    """Fills a form with payloads and sends it, until it is taken without the fields that refuse.

    Whether it was, and where it leads on.
    """
    try:
        good, _ = find(siege, place, siege.things[HOME], known_things(siege))
    except (AssertionError, KeyError):
        return False, "", []  # another form has already used up what it is about
    wrong: list[str] = []
    skip: set[str] = set()
    for turn in range(len(good.data) + 3):
        form = good.copy()
        laid = typed.fill(place, form, skip)
        if not laid:
            return True, "", wrong
        answer = send(siege, place.who, form)
        wrong += [f"{place}: {one}" for one in shown_badly(answer)]
        if answer.status_code in (200, 303):
            typed.learn(place, laid, taken=True)
            return True, answer.headers.get("location", ""), wrong
        said = {name: laid[name] for name in refused_fields(answer.text) & set(laid)} or laid
        typed.learn(place, said, taken=False)
        if turn:  # a second payload may be shorter, or hold what the first one lacked
            skip |= set(said)
    return False, "", wrong


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
    assert not wrong, "\n" + "\n".join(wrong)


def on_day(scene: Siege, eyes: Eyes, day: date) -> list[str]:
    dice = random.Random(f"{SEED} {day}")
    typed, wrong = Typed(dice), []
    shown: set[str] = set()
    opened: set[Seen] = set()
    reached: set[Seen] = set()
    shows: set[Seen] = set()
    places = [one for one in PLACES if one.day == day]
    waiting, turn = places, 0
    while waiting:
        turn += 1
        tried = sum(map(len, typed.tried.values()))
        while waiting:  # a form may use up what another is about: that one's turn is after it
            done, after = [], set()
            for place in waiting:
                taken, leads_to, said = store(scene, place, typed)
                wrong += said
                done += [place] if taken else []
                after |= {(place.who, leads_to)} if leads_to else set()
            if turn == 1:
                reached |= {
                    (who, url)
                    for who, starts in STARTS.items()
                    for url in every_page(scene, who, starts, of_a_kind=6 if LONG else 3)
                }
            pages = pages_that_show(scene, reached | after, wrong)
            shown |= set().union(*pages.values())
            telling = worth_a_look(pages, every=False)
            for who, path in telling if opened else worth_a_look(pages, every=True):
                wrong += eyes.look(who, path)
                opened.add((who, path))
            if turn == 1:  # where all of it is shown, it will be shown again
                shows |= {(who, re.sub("^/ru/", "/kk/", path)) for who, path in telling}
            scene.restore()
            waiting = [one for one in waiting if one not in done] if done and LONG else []
        reached = shows
        if LONG and sum(map(len, typed.tried.values())) > tried:
            waiting = [one for one in places if typed.lacks(one)]
    wrong += typed_in_chromium(scene, eyes, places, dice)
    unseen = set(typed.held) - {typed.marks[mark] for mark in shown}
    print(
        f"{day}: {len(typed.held)} fields held {sum(typed.held.values())} texts in {turn} turns,"
        f" {len(opened)} pages opened; on no page: {sorted(unseen)}"
    )
    assert len(typed.held) > len(places) // 3
    assert len(opened) >= min(PAGES, 10)
    return wrong


def pages_that_show(scene: Siege, asked: set[Seen], wrong: list[str]) -> dict[Seen, set[str]]:
    """Which of these pages show something of what was typed; what."""
    found = {}
    for who, url in sorted(asked):
        for lang in ("kk", "ru"):  # a text in Russian stands on the Russian page
            path = re.sub(r"^/(kk|ru)/", f"/{lang}/", url)
            if (who, path) in found:
                continue
            answer = scene.ask(who, "GET", path)
            if "text/html" not in answer.headers.get("content-type", ""):
                break
            wrong += [f"{who} {path}: {one}" for one in shown_badly(answer)]
            if marks := set(re.findall(r"pwned-\d+-", answer.text)):
                found[who, path] = marks
    return found


def worth_a_look(pages: dict[Seen, set[str]], *, every: bool) -> list[Seen]:
    """So many pages that each text is seen once; then the rest, as far as there is time."""
    chosen: list[Seen] = []
    left, seen = dict(pages), set()
    while left and len(chosen) < PAGES:
        best = max(sorted(left), key=lambda one: len(left[one] - seen))
        if not every and not left[best] - seen:
            break
        seen |= left.pop(best)
        chosen.append(best)
    return chosen


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
