"""Every page that a link leads to, for a visitor in three languages and for everybody with a desk.

A finding is `page: what`; all of them are printed at once, so that a failing run is a work list.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import axe_violations, overflow
from tests.crawl import Crawl, Crawler, kinds_of
from tests.demo_site import Site, Walker, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.slow]

LANGUAGES = ("kk", "ru", "en")
KB = 1000
PAGE, CSS, FIRST_VISIT, FIRST_VISIT_WITH_HTMX = 15 * KB, 8 * KB, 23 * KB, 40 * KB

# English that stands alone on a page in Kazakh or Russian; names, codes and formats are no words.
ENGLISH = """() => {
  const out = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const box = node.parentElement.closest('[lang],code,pre,script,style,noscript');
    if (box && box !== document.documentElement && box.lang !== document.documentElement.lang)
      continue;
    const found = node.data.match(/\\b[a-z]{2,}[ ,]+[a-z]{2,}\\b|\\b[A-Z][a-z]{3,}\\b/);
    if (found) out.push((found[0] + ': ' + node.data.trim()).slice(0, 240));
  }
  return out;
}"""
# Links, buttons and fields over which something else lies: a finger or a mouse cannot reach them.
COVERED = """() => [...document.querySelectorAll('a[href],button,summary,input,select,textarea')]
  .filter(e => e.checkVisibility() && e.type !== 'hidden' && !e.matches('.skip'))
  .filter(e => {
    e.scrollIntoView({block: 'center'});
    const label = e.labels && e.labels[0];
    return ![...e.getClientRects()].some(box => {
      const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return hit && (e.contains(hit) || (label && label.contains(hit)));
    });
  })
  .map(e => e.outerHTML.slice(0, 120))"""
NO_ENGLISH = (
    *("UTC", "Pabulib", "SHA-256", "Excel", "Google Authenticator", "asar compare"),
    *("Gelauff", "Fairstein"),  # who studied ballots
)


@pytest.fixture(scope="module")
def sites(demos: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """`sites("voting")`: that day's demo, served while the module runs."""
    opened: dict[str, tuple[Any, Site]] = {}

    def of(day: str) -> Site:
        if day not in opened:
            folder: Path = tmp_path_factory.mktemp("site") / day
            door = served(demos(day).copy(folder))
            opened[day] = (door, door.__enter__())
        return opened[day][1]

    yield of
    for door, _ in opened.values():
        door.__exit__(None, None, None)


def crawl(
    site: Site, walker: Walker, starts: list[str], languages: tuple[str, ...], *, most: int = 3
) -> Crawl:
    cookies: Any = walker.context.cookies()
    crawler = Crawler(site.origin, kinds_of(site.app), cookies, most)
    return crawler.run(starts, languages=languages)


def look(walker: Walker, path: str, *, wide: bool = False) -> list[str]:
    """What a real browser says about one page."""
    walker.seen.frowns.clear()
    page = walker.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    found = [f"at 320 px: {one}" for one in overflow(page)[:4]]
    page.set_viewport_size({"width": 360, "height": 740})
    found += [f"at 360 px: {one}" for one in overflow(page)[:4]]
    found += [f"covered at 360 px: {one}" for one in page.evaluate(COVERED)[:4]]
    if wide:
        page.set_viewport_size({"width": 1280, "height": 800})
        found += [f"at 1280 px: {one}" for one in overflow(page)[:4]]
    found += axe_violations(page)
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} h1")
    if not path.startswith("/en"):
        found += [
            f"English: {one}"
            for one in page.evaluate(ENGLISH)
            if not any(word in one for word in NO_ENGLISH)
        ]
    return found + walker.seen.frowns


def weigh(found: Crawl) -> list[tuple[str, str]]:
    """Pages, stylesheets and first visits above their budget, in bytes over the wire."""
    heavy = []
    for path, parts in found.parts.items():
        own = found.bytes[path]
        if own > PAGE:
            heavy.append((path, f"the page weighs {own} bytes"))
        heavy += [
            (path, f"{part} weighs {found.bytes[part]} bytes")
            for part in parts
            if ".css" in part and found.bytes.get(part, 0) > CSS
        ]
        whole = own + sum(found.bytes.get(part, 0) for part in parts)
        most = FIRST_VISIT_WITH_HTMX if any("htmx" in part for part in parts) else FIRST_VISIT
        if whole > most:
            heavy.append((path, f"a first visit weighs {whole} bytes, more than {most}"))
    return heavy


def report(findings: list[tuple[str, str]]) -> str:
    lines: dict[str, list[str]] = {}
    for path, what in findings:
        lines.setdefault(what, []).append(path)
    for path in {path for path, _ in findings}:  # a page that nobody translated is one line
        words = [what for what in lines if what.startswith("English") and lines[what][0] == path]
        for what in words[3:]:
            del lines[what]
    return "\n".join(
        f"{pages[0]}{f' and {len(pages) - 1} more' if len(pages) > 1 else ''}: {what}"
        for what, pages in sorted(lines.items(), key=lambda one: one[1][0])
    )


@pytest.fixture(scope="module")
def as_visitor(browser: Any, sites: Any) -> Any:
    """`as_visitor("voting")`: what a visitor comes upon on that day, crawled once."""
    known: dict[str, Crawl] = {}

    def of(day: str) -> Crawl:
        if day not in known:
            languages = LANGUAGES if day == "voting" else ("kk",)
            with Walker(browser, sites(day)) as visitor:
                starts = [f"/{language}/" for language in languages]
                known[day] = crawl(sites(day), visitor, starts, languages)
        return known[day]

    return of


def test_a_visitor_finds_nothing_wrong_on_any_page(
    browser: Any, sites: Any, as_visitor: Any
) -> None:
    found = as_visitor("voting")
    findings = found.findings + weigh(found)
    with Walker(browser, sites("voting")) as visitor:
        # Each kind of page in Kazakh, and in one of the other two languages by turns.
        kinds = sorted({kind for _, kind in found.examples})
        for (language, kind), path in sorted(found.examples.items()):
            if language in ("", "kk", LANGUAGES[1 + kinds.index(kind) % 2]):
                findings += [(path, what) for what in look(visitor, path)]
    print(f"{len(found.examples)} kinds of pages looked at, {len(found.bytes)} addresses asked")
    assert not findings, "\n" + report(findings)
    assert {path.split("/")[1] for path in found.examples.values()} == set(LANGUAGES)


def test_every_public_page_is_reached_by_links_on_one_day_or_another(
    sites: Any, as_visitor: Any
) -> None:
    reached: set[str] = set()
    for day in ("voting", "proposals", "decision"):
        found = as_visitor(day)
        assert not found.findings, "\n" + report(found.findings)
        reached |= found.reached
    public = {
        kind.path
        for kind in kinds_of(sites("voting").app)
        if kind.door == "anyone" and kind.path.startswith("/{lang}/")
    }
    public -= {path for path in public if path + "/" in public}  # these only lead on to the slash
    by_other_ways = {
        "/{lang}/sign-in/card/{number}/{code}",  # printed on a card
        "/{lang}/sign-out",  # a button
        "/{lang}/{slug}/photos/{photo_id}",  # the demo has no photos; test_propose looks at one
        "/{lang}/invitation/{token}",  # handed over; test_sign_in looks at these
        "/{lang}/sign-in/second",
        "/{lang}/sign-in/second/new/{kind}",
        "/{lang}/sign-in/second/key",  # test_passkey
        "/{lang}/sign-in/phone/code",  # test_sign_in_phone
        "/{lang}/sign-in/phone/who",
        "/{lang}/sign-in/state",  # only where the state's provider is set: test_state
        "/{lang}/sign-in/state/back",
    }
    assert public - reached == by_other_ways


DESKS = [
    ("voting", "resident", "/me"),
    ("voting", "dana", "/surat/desk"),
    ("voting", "erlan", "/surat/desk"),
    ("voting", "saule", "/raions/315400000/desk"),
    ("voting", "raushan", "/raions/315400000/desk"),
    ("voting", "bekzat", "/raions/315400000/office"),
    ("voting", "operator", "/me"),
    ("proposals", "dana", "/surat/desk"),
    ("decision", "dana", "/surat/desk"),
    ("decision", "erlan", "/surat/desk"),
]
# Looked at already as (who, route): a desk is crawled again on other days, looked at once.
LOOKED_AT: set[tuple[str, str]] = set()
# The two at the desk see the same pages but for these; a visitor sees the same but for those.
AKIMS_OWN = ("/desk", "/desk/proposals/{number}", "/desk/issue", "/desk/decisions/{number}")
RESIDENTS_OWN = ("/ballot", "/proposals/new", "/proposals/{number}", "/{slug}/")


def looks_at(who: str, kind: str, door: str) -> bool:
    """Whether somebody's own eyes are needed on a page of this route."""
    if kind.endswith("/sign-in") or (who, kind) in LOOKED_AT:
        return False
    if door == "anyone":
        return who == "resident" and kind.endswith(RESIDENTS_OWN)
    if who == "erlan" and ("dana", kind) in LOOKED_AT:
        return kind.endswith(AKIMS_OWN)
    return True


@pytest.mark.parametrize(("day", "who", "start"), DESKS)
def test_nobody_finds_anything_wrong_at_their_desk(
    browser: Any, sites: Any, day: str, who: str, start: str
) -> None:
    site = sites(day)
    with Walker(browser, site, width=1280) as walker:
        card = site.card("resident", slug="surat") if who == "resident" else site.login(who)
        walker.sign_in(card)
        doors = {kind.path: kind.door for kind in kinds_of(site.app)}
        # What is open to everybody was read by the visitor: of each kind two are enough here.
        found = crawl(site, walker, [f"/kk{start}"], ("kk",), most=2)
        findings = found.findings + weigh(found)
        for (_, kind), path in sorted(found.examples.items()):
            if not looks_at(who, kind, doors[kind]):
                continue
            LOOKED_AT.add((who, kind))
            findings += [(path, what) for what in look(walker, path, wide=True)]
    print(f"{len(found.examples)} kinds of pages found, {len(found.bytes)} addresses asked")
    assert f"/kk{start}" in found.examples.values()
    assert not findings, "\n" + report(findings)


def test_the_results_of_a_counted_round_are_sound_in_three_languages(
    browser: Any, sites: Any
) -> None:
    site = sites("decision")
    findings = []
    with Walker(browser, site) as visitor:
        for language in LANGUAGES:
            for rest in ("surat/", "surat/rounds/2026/", "surat/rounds/2026/results"):
                path = f"/{language}/{rest}"
                findings += [(path, what) for what in look(visitor, path)]
    assert not findings, "\n" + report(findings)
