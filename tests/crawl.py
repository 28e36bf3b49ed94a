"""Follows every link of a site as one person, by plain HTTP, and notes what is wrong."""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
from fastapi import FastAPI

from app.main import routes_of
from app.web.doors import door_of
from tests.browser import Element, frown, read

MOST_OF_ONE_KIND = 3  # pages of one route and language that are read for links


@dataclass(frozen=True, slots=True)
class Kind:
    """A route that shows something."""

    path: str
    door: str
    regex: re.Pattern[str]


@dataclass(slots=True)
class Crawl:
    """What one person found."""

    examples: dict[tuple[str, str], str] = field(default_factory=dict)  # (language, route) → path
    reached: set[str] = field(default_factory=set)  # routes
    bytes: dict[str, int] = field(default_factory=dict)  # path → compressed bytes of the answer
    parts: dict[str, set[str]] = field(default_factory=dict)  # path → its stylesheets and scripts
    findings: list[tuple[str, str]] = field(default_factory=list)  # (path, what)


def kinds_of(app: FastAPI) -> list[Kind]:
    """The routes that answer a GET."""
    return [
        Kind(route.path, door.name, route.path_regex)
        for route in routes_of(app)
        if "GET" in route.methods and (door := door_of(route)) is not None
    ]


class Crawler:
    """One person's walk along all links."""

    def __init__(
        self,
        origin: str,
        kinds: list[Kind],
        cookies: Iterable[dict[str, str]],
        most: int = MOST_OF_ONE_KIND,
    ) -> None:
        self.origin = origin
        self.most = most
        self.kinds = kinds
        self.client = httpx.Client(base_url=origin, timeout=30)
        for one in cookies:
            self.client.cookies.set(one["name"], one["value"], domain=one["domain"])
        self.found = Crawl()
        self.read_of_kind: dict[tuple[str, str], int] = {}

    def kind(self, path: str) -> Kind | None:
        return next((one for one in self.kinds if one.regex.match(path)), None)

    def run(self, starts: Iterable[str], *, languages: tuple[str, ...]) -> Crawl:
        """Goes on until every link was tried or its kind was seen often enough."""
        waiting = deque((start, "") for start in starts)
        seen = set(starts)
        while waiting:
            address, source = waiting.popleft()
            path = urlsplit(address).path
            if path.startswith("/static/"):
                kind_path, language = "/static", ""
            else:
                kind = self.kind(path)
                if kind is None:
                    self.note(source, f"leads to {address}, which no route answers")
                    continue
                kind_path, language = kind.path, path.split("/")[1]
            if language and language not in languages and language in ("kk", "ru", "en"):
                continue
            key = (language, kind_path + ("?" if urlsplit(address).query else ""))
            if self.read_of_kind.get(key, 0) >= self.most:
                continue
            self.read_of_kind[key] = self.read_of_kind.get(key, 0) + 1
            for link in self.visit(address, source, kind_path, language):
                if link not in seen:
                    seen.add(link)
                    waiting.append((link, address))
        self.client.close()
        return self.found

    def note(self, path: str, what: str) -> None:
        self.found.findings.append((path, what))

    def visit(self, address: str, source: str, kind: str, language: str) -> list[str]:
        with self.client.stream("GET", address, follow_redirects=False) as answer:
            raw = b"".join(answer.iter_raw())
            status = answer.status_code
            if answer.is_redirect:
                return [self.inside(urljoin(address, answer.headers["location"]))]
            html = "text/html" in answer.headers.get("content-type", "")
            plain = answer.headers.get("content-encoding")
        if status != 200:
            self.note(source or address, f"leads to {address}: {status}")
            return []
        self.found.reached.add(kind)
        self.found.bytes[address] = len(raw)
        if not html:
            return []
        text = httpx.Response(
            200, content=raw, headers={"content-encoding": plain} if plain else {}
        ).text
        try:
            tree = read(text)
        except AssertionError as wrong:
            self.note(address, f"careless HTML: {wrong}")
            return []
        self.found.examples.setdefault((language, kind), address)
        for what in frown(tree):
            self.note(address, what)
        if tree.one("html").attrs.get("lang") != language and language:
            self.note(address, f"lang is {tree.one('html').attrs.get('lang')}")
        return self.links_of(tree, address)

    def links_of(self, tree: Element, address: str) -> list[str]:
        links: list[str] = []
        ids = {one.attrs["id"] for one in tree.walk() if "id" in one.attrs}
        parts: set[str] = set()
        for one in tree.walk():
            if one.tag == "a" and (href := one.attrs.get("href")):
                if href.startswith("#") and href[1:] not in ids:
                    self.note(address, f"leads to {href}, which is not on the page")
                url = urlsplit(urljoin(self.origin + address, href))
                if url.scheme in ("http", "https") and self.origin.endswith(url.netloc):
                    links.append(self.inside(url.geturl()))
            elif one.tag == "link" and one.attrs.get("rel") in ("stylesheet", "icon"):
                parts.add(self.inside(urljoin(self.origin + address, one.attrs["href"])))
            elif one.tag == "script" and one.attrs.get("src"):
                parts.add(self.inside(urljoin(self.origin + address, one.attrs["src"])))
            elif one.tag == "img" and not one.attrs.get("src", "data:").startswith("data:"):
                links.append(self.inside(urljoin(self.origin + address, one.attrs["src"])))
        self.found.parts[address] = parts
        return links + sorted(parts)

    def inside(self, url: str) -> str:
        """The address without host and fragment."""
        parts = urlsplit(url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
