"""What stands before every route: security headers, same origin for whatever writes, logs.

A request that writes must come from our own pages: `Sec-Fetch-Site`, else `Origin`, says so;
a browser that sends neither (a phone over plain http on the local network) must carry a token
that was signed for its own cookie.
"""

import hmac
import json
import logging
import secrets
import time
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
HSTS = "max-age=31536000; includeSubDomains"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
log = logging.getLogger("asar.web")


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, *, over_https: bool) -> None:
        self.app = app
        self.over_https = over_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.over_https:
                    headers.setdefault("strict-transport-security", HSTS)
            await send(message)

        # PostgreSQL takes no NUL: an address with one is an address that nothing has.
        scope["path"] = scope["path"].replace("\x00", "\ufffd")
        scope.setdefault("state", {})
        scope["state"]["needs_token"] = False
        try:
            if scope["method"] not in SAFE:
                verdict = same_origin(Headers(scope=scope), scope["scheme"])
                if verdict is False:
                    await _refuse(answer)
                    return
                scope["state"]["needs_token"] = verdict is None
            await self.app(scope, receive, answer)
        finally:
            # The template of the path, never the path: a card's link carries its code.
            route = getattr(scope.get("route"), "path", "-")
            log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "route": route,
                    "status": status,
                    "ms": round((time.perf_counter() - begun) * 1000, 1),
                },
            )


def same_origin(headers: Headers, scheme: str) -> bool | None:
    """True or False when the browser says; None when it says nothing."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    if origin is None or origin == "null":
        return None  # "null" is what a page without a referrer says: a card's page is one
    parts = urlsplit(origin)
    return parts.netloc == headers.get("host") and parts.scheme in (scheme, "https")


async def _refuse(send: Send) -> None:
    body = "Бұл форма басқа беттен келді. / Форма пришла с другой страницы. / Foreign form."
    await send(
        {
            "type": "http.response.start",
            "status": 403,
            "headers": [(b"content-type", b"text/plain; charset=utf-8")],
        }
    )
    await send({"type": "http.response.body", "body": body.encode()})


FORM_COOKIE = "asar-form"


def form_token(request: Request) -> str:
    """The hidden field of a form, signed for this browser's own cookie."""
    state = request.app.state
    own = request.cookies.get(state.cookie_name) or request.cookies.get(FORM_COOKIE)
    if own is None:
        own = getattr(request.state, "new_form_cookie", None) or secrets.token_urlsafe(16)
        request.state.new_form_cookie = own  # render sets it with the page
    return str(state.keyring.mac("form-token", sha256(own.encode()).hexdigest()))[:32]


def check_form_token(request: Request, token: str) -> None:
    """Lets a form in that needs a token only with its own."""
    if not request.state.needs_token:
        return
    state = request.app.state
    for name in (state.cookie_name, FORM_COOKIE):
        if own := request.cookies.get(name):
            wanted = state.keyring.mac("form-token", sha256(own.encode()).hexdigest())[:32]
            if hmac.compare_digest(wanted, token):
                return
    raise HTTPException(403)


class JsonLines(logging.Formatter):
    """Logs as JSON lines. Only known fields: no path, no address, no name, no code."""

    FIELDS = ("method", "route", "status", "ms", "event", "count", "round")

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({n: record.__dict__[n] for n in self.FIELDS if n in record.__dict__})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_json(level: str) -> None:
    """Sends our logs to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
