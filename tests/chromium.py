"""A real Chromium for tests: the system's own, and what only a browser can show."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")


class ChromiumMissing(RuntimeError):
    """No Chromium on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "There is no Chromium (looked for CHROMIUM=… and for "
            f"{', '.join(NAMES)} on PATH). On Debian: sudo apt install chromium"
        )


def find_chromium() -> Path:
    """The variable CHROMIUM, else the first on PATH; raises ChromiumMissing."""
    named = (
        [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else [*NAMES, "/usr/bin/chromium"]
    )
    for name in named:
        if found := shutil.which(name):
            return Path(found)
    raise ChromiumMissing


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser. While it is open this thread has Playwright's running event loop."""
    program = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS, headless=True)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Watch:
    """What a page did that nobody should see; `frowns` must stay empty."""

    origin: str
    frowns: list[str] = field(default_factory=list)


def watch(page: Page, *, origin: str) -> Watch:
    """Notes requests to other hosts, console errors (CSP reports are such), script errors, 5xx."""
    seen = Watch(origin)
    home = urlsplit(origin).netloc

    def asked(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != home:
            seen.frowns.append(f"request to another host: {url}")

    page.on("request", lambda request: asked(request.url))
    page.on("pageerror", lambda error: seen.frowns.append(f"script error: {error}"))
    page.on(
        "console",
        lambda message: (
            seen.frowns.append(f"console {message.type}: {message.text}")
            # A refused form answers 422 on purpose, and the console calls every 4xx an error.
            if message.type in {"error", "warning"} and "status of 4" not in message.text
            else None
        ),
    )
    page.on(
        "response",
        lambda response: (
            seen.frowns.append(f"{response.status} {response.url}")
            if response.status >= 500
            else None
        ),
    )
    return seen


def overflow(page: Page) -> list[str]:
    """Elements that make the page scroll sideways at its present width; empty is good."""
    return page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          const total = document.documentElement.scrollWidth;
          if (total <= wide) return [];
          const reach = e => {
            const box = e.getBoundingClientRect();
            return Math.round(Math.max(box.right, box.left + e.scrollWidth));
          };
          return [...document.querySelectorAll('body *')]
            .filter(e => reach(e) > wide + 1)
            .map(e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') +
              [...e.classList].map(c => '.' + c).join('') + ' ' + reach(e) + ' > ' + wide)
            .concat(['page ' + total + ' > ' + wide]);
        }"""
    )


def weight(page: Page) -> dict[str, int]:
    """Bytes of body that came over the wire (compressed), by address; 0 if from cache."""
    return page.evaluate(
        """() => Object.fromEntries(
          [...performance.getEntriesByType('navigation'),
           ...performance.getEntriesByType('resource')]
            .map(e => [e.name, e.transferSize ? e.encodedBodySize : 0]))"""
    )


def axe_violations(page: Page, *, skip: tuple[str, ...] = ()) -> list[str]:
    """What axe finds wrong on the page as it stands, one line per element; empty is good.

    It goes in by the debugging protocol, which a page's CSP does not govern: the walk keeps its
    real CSP, and no context needs `bypass_csp`.
    """
    session = page.context.new_cdp_session(page)
    try:
        _evaluate(session, AXE.read_text(encoding="utf-8") + "\n;0")
        off = {name: {"enabled": False} for name in skip}
        found = _evaluate(session, f"axe.run(document, {{rules: {json.dumps(off)}}})")
    finally:
        session.detach()
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['target']} {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def _evaluate(session: CDPSession, expression: str) -> Any:
    answer = session.send(
        "Runtime.evaluate",
        {"expression": expression, "awaitPromise": True, "returnByValue": True},
    )
    if "exceptionDetails" in answer:
        raise RuntimeError(f"axe did not run: {answer['exceptionDetails']}")
    return answer["result"].get("value")
