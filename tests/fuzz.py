"""Requests that nobody would send: real addresses, names of fields and cookies, with anything in
them. Made from a seed, so that what broke once is sent again."""

import inspect
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from urllib.parse import quote, quote_from_bytes

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app import web
from app.main import routes_of
from tests.assault import TEXTS
from tests.forms_under_siege import GUESSES, JPEG, Filled
from tests.siege import GROUP

METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY")
RAW = (
    "%00", "%ff%fe", "%ed%a0%80", "%", "%u0041", "..%2f..%2f", "%0d%0aset-cookie:a", "%2e%2e",
    "%F0%9F%90%8E", "[]", "{}", "*", "~", "'--", "%5c", "%20", ";", "-0", "+", "%E2%80%AE",
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=b",
    "application/json",
    "application/x-www-form-urlencoded; charset=utf-16",
    "text/plain",
    "",
    "\xff",
)
HEADERS = (
    "accept", "accept-language", "accept-encoding", "content-encoding", "content-type", "expect",
    "forwarded", "host", "hx-current-url", "hx-request", "hx-target", "hx-trigger", "hx-boosted",
    "hx-history-restore-request", "if-match", "if-modified-since", "if-none-match", "origin",
    "range", "referer", "sec-fetch-dest", "sec-fetch-mode", "user-agent", "x-forwarded-for",
    "x-forwarded-host", "x-forwarded-proto", "x-http-method-override", "x-real-ip", "cookie",
)  # fmt: skip
COOKIES = ("asar", "asar-form", "asar-code", "asar-second", "asar-state", "lang")
ALSO = ("_token", "person", "chosen", "q", "page", "done", "next", "state", "code", "iss", "error")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, as it is sent."""

    who: str
    method: str
    url: str
    kwargs: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.who} {self.method} {self.url[:200]} {str(self.kwargs)[:400]}"


def names_of_fields(app: FastAPI) -> list[str]:
    """Every name that a form or a query of the application knows."""
    found = set(ALSO)
    for module in iter_modules(web.__path__):
        for _, one in inspect.getmembers(import_module(f"app.web.{module.name}"), inspect.isclass):
            if issubclass(one, BaseModel):
                found |= set(one.model_fields)
    for route in routes_of(app):
        found |= {one.alias for one in route.dependant.query_params}
    return sorted(found)


class Fuzz:
    """Requests to every route, from a seed. `address` makes a route's good address."""

    def __init__(
        self, app: FastAPI, *, seed: int, people: tuple[str, ...], address: Callable[[str], str]
    ) -> None:
        self.dice = random.Random(seed)
        self.names = names_of_fields(app)
        self.routes = routes_of(app)
        self.people = people
        self.address = address
        self.known: list[str] = []  # values that name something
        self.forms: dict[str, list[tuple[str, Filled]]] = {}  # by route

    def know(self, who: str, form: Filled) -> None:
        """A good form, and who sends it: half of what its route gets is this one, bent."""
        path = form.url.partition("?")[0]
        route = next(
            (one for one in self.routes if "POST" in one.methods and one.path_regex.match(path)),
            None,
        )
        if route is None:  # a number that this town has nothing for
            return
        self.forms.setdefault(route.path, []).append((who, form))

    def requests(self, each: int) -> Iterator[Sent]:
        """So many to every route."""
        for route in self.routes:
            for _ in range(each):
                yield self.one(route)

    def one(self, route: APIRoute) -> Sent:
        dice = self.dice
        method = next(iter(route.methods - {"HEAD"}), "GET")
        if method == "POST" and route.path in self.forms and dice.random() < 0.6:
            return self.bent(*dice.choice(self.forms[route.path]))
        if dice.random() < 0.08:
            method = dice.choice(METHODS)
        kwargs: dict[str, Any] = {"headers": self.headers()}
        if method == "POST" or dice.random() < 0.05:
            kwargs |= self.body(kwargs["headers"])
        who = dice.choice(self.people)
        return Sent(who, method, self.path(route) + self.query(route), kwargs)

    def bent(self, who: str, form: Filled) -> Sent:
        """A good form with some of its fields filled with anything, left out or sent twice."""
        dice, sent = self.dice, form.copy()
        for name in form.data:
            if name != "_token" and dice.random() < 0.3:
                values = [self.text()[:30_000] for _ in range(dice.choice((0, 1, 1, 1, 1, 2)))]
                sent.data[name] = values
        if sent.files and dice.random() < 0.5:
            name = sent.files[0][0]
            sent.files = [(name, ("a", dice.choice((self.bytes(), JPEG, b"")), "text/csv"))]
        kwargs: dict[str, Any] = {"headers": {}, "data": sent.data, "files": sent.files or None}
        return Sent(who, "POST", sent.url, kwargs)

    def path(self, route: APIRoute) -> str:
        dice = self.dice
        good = self.address(route.path)
        parts, wild = good.split("/"), route.path.split("/")
        for at, part in enumerate(wild):
            if "{" in part and dice.random() < (0.03 if part in ("{lang}", "{slug}") else 0.25):
                parts[at] = part.replace(re.search(r"\{\w+(:\w+)?\}", part)[0], self.in_path())  # type: ignore[index]
        return "/".join(parts)

    def in_path(self) -> str:
        if self.dice.random() < 0.5:
            return self.dice.choice(RAW)
        return quote(self.text()[:3000], safe="") or "x"

    def query(self, route: APIRoute) -> str:
        dice = self.dice
        own = [one.alias for one in route.dependant.query_params]
        names = [one for one in own if dice.random() < 0.5]
        if dice.random() < 0.15:
            names += dice.sample(self.names, 3)
        pairs = [f"{name}={self.in_path()}" for name in names]
        if dice.random() < 0.05:
            pairs.append(quote_from_bytes(dice.randbytes(12)))
        return "?" + "&".join(pairs) if pairs else ""

    def body(self, headers: dict[str, Any]) -> dict[str, Any]:
        dice = self.dice
        kind = dice.random()
        if kind < 0.12:
            content_type = dice.choice(TYPES)
            if content_type:
                headers["content-type"] = content_type.encode("latin-1")
            return {"content": self.bytes()}
        if kind < 0.2:
            return {"json": self.json(3)}
        data: dict[str, list[str]] = {}
        for name in self.names:
            if name in GUESSES and dice.random() < 0.7:
                data[name] = [GUESSES[name]]
            elif dice.random() < 0.25:
                data[name] = [self.text()[:30_000] for _ in range(dice.choice((1, 1, 1, 1, 2)))]
        if dice.random() < 0.2:
            name = dice.choice(("photos", "list", "photo", dice.choice(self.names)))
            what = dice.choice((JPEG, b"", self.bytes(), b"name;iin;settlement\n\xff;;\n"))
            return {"data": data, "files": [(name, ("\u202ea.jpg", what, "image/jpeg"))]}
        return {"data": data}

    def headers(self) -> dict[str, Any]:
        dice = self.dice
        found: dict[str, Any] = {}
        if dice.random() < 0.25:
            for name in dice.sample(HEADERS, 2):
                text = self.text()[:2000].replace("\r", "").replace("\n", "").replace("\x00", "")
                found[name] = dice.choice(
                    (text.encode(), b"true", b"gzip", b"\xff\xfe", b"0" * 200)
                )
        if dice.random() < 0.1:
            text = f"{dice.choice(COOKIES)}={quote(self.text()[:200])}"
            found["cookie"] = dice.choice(
                (text, f'{text}; "; ;=;{text}', "asar", "=" * 50)
            ).encode()
        return found

    def text(self) -> str:
        dice = self.dice
        kind = dice.random()
        if kind < 0.2 and self.known:
            return dice.choice(self.known)
        if kind < 0.35:
            return dice.choice(list(GUESSES.values()))
        if kind < 0.8:
            return dice.choice(list(TEXTS.values()))
        if kind < 0.9:
            return str(dice.choice((1, -1, 2**31, 2**63, 2**64, 10**18, 10**400, 0.1)))
        # No half of a pair: no browser can send one.
        points = (dice.choice((dice.randrange(0xD800), dice.randrange(0xE000, 0x110000)))
                  for _ in range(dice.randrange(30)))  # fmt: skip
        return "".join(map(chr, points))

    def bytes(self) -> bytes:
        dice = self.dice
        return dice.choice(
            (
                dice.randbytes(dice.randrange(400)),
                b"&".join(f"{name}={quote(self.text()[:50])}".encode() for name in self.names[:40]),
                b'--b\r\nContent-Disposition: form-data; name="' + dice.randbytes(9) + b'"\r\n\r\n',
                b"{" * 2000,
            )
        )

    def json(self, deep: int) -> Any:
        dice = self.dice
        kind = dice.random()
        if deep and kind < 0.3:
            return [self.json(deep - 1) for _ in range(3)]
        if deep and kind < 0.8:
            return {dice.choice(self.names): self.json(deep - 1) for _ in range(5)}
        return dice.choice((None, True, 0, -1.5, 2**70, self.text()[:500], GROUP))
