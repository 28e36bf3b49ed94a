"""Answers: a page, a fragment of it, a way on, a file.

One template per page. An htmx request gets the same template inside a bare layout.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from app.core.refusal import Refusal
from app.web.forms import Filled
from app.web.frame import build_frame
from app.web.guard import FORM_COOKIE, form_token
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import translations

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
EMPTY: Filled[Any] = Filled()


@pass_context
def _gettext(context: Context, message: str) -> str:
    return translations(context["lang"]).gettext(message)


@pass_context
def _ngettext(context: Context, one: str, many: str, n: int) -> str:
    return translations(context["lang"]).ngettext(one, many, n)


@pass_context
def _pgettext(context: Context, meaning: str, message: str) -> str:
    return translations(context["lang"]).pgettext(meaning, message)


@pass_context
def _npgettext(context: Context, meaning: str, one: str, many: str, n: int) -> str:
    return translations(context["lang"]).npgettext(meaning, one, many, n)


@pass_context
def _label(context: Context, code: str) -> str:
    return phrases.label(code, context["lang"])


@pass_context
def _refusal(context: Context, why: Refusal) -> str:
    return phrases.refusal(why, context["lang"])


@pass_context
def _day(context: Context, value: date) -> str:
    return formats.day(value, context["lang"])


@pass_context
def _day_short(context: Context, value: date) -> str:
    return formats.day_short(value, context["lang"])


@pass_context
def _moment(context: Context, value: datetime) -> str:
    return formats.moment(value, context["lang"])


@pass_context
def _moment_short(context: Context, value: datetime) -> str:
    return formats.moment_short(value, context["lang"])


def _paragraphs(text: str) -> Markup:
    parts = [part.strip() for part in text.split("\n") if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(part) for part in parts)


@cache
def static(name: str) -> str:
    """The address of a static file; it changes with the content, so it is kept for good."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@cache
def environment() -> Environment:
    """Jinja as this product uses it."""
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext, _ngettext, newstyle=True, pgettext=_pgettext, npgettext=_npgettext
    )
    env.globals.update(static=static, label=_label)
    env.filters.update(
        tenge=formats.tenge,
        money=formats.money,
        number=formats.number,
        percent=formats.percent,
        hour=formats.hour,
        day=_day,
        day_short=_day_short,
        moment=_moment,
        moment_short=_moment_short,
        paragraphs=_paragraphs,
        refusal=_refusal,
        label=_label,
    )
    return env


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of a page: not boosted, not restoring its history."""
    headers = request.headers
    return (
        headers.get("hx-request") == "true"
        and headers.get("hx-boosted") != "true"
        and headers.get("hx-history-restore-request") != "true"
    )


def page(
    visit: Visit,
    template: str,
    /,
    *,
    status: int = 200,
    form: Filled[Any] | None = None,
    **shown: object,
) -> HTMLResponse:
    """A page for this visitor. `shown` are values and views; `form` is what was typed."""
    assert all(is_dataclass(v) or not hasattr(v, "metadata") for v in shown.values())
    request = visit.request
    text = (
        environment()
        .get_template(template)
        .render(
            layout="_fragment.html" if wants_fragment(request) else "base.html",
            lang=visit.lang,
            root=visit.root,
            here=visit.here if visit.home is not None else visit.root,
            frame=build_frame(visit),
            form=form or EMPTY,
            form_token=lambda: form_token(request),
            **shown,
        )
    )
    response = HTMLResponse(text, status_code=status)
    response.headers["vary"] = "HX-Request, Accept-Language, Cookie"
    response.headers["content-language"] = visit.lang
    private = visit.who is not None or status >= 400 or request.method != "GET"
    response.headers["cache-control"] = "no-store" if private else "no-cache"
    if cookie := getattr(request.state, "new_form_cookie", None):
        response.headers["cache-control"] = "no-store"
        response.set_cookie(
            FORM_COOKIE,
            cookie,
            httponly=True,
            samesite="lax",
            secure=visit.settings.over_https,
            max_age=86400,
        )
    return response


def see_other(visit: Visit, url: str) -> Response:
    """On to another page of ours after a form: 303, or by htmx's own header."""
    if not url.startswith("/") or url.startswith("//"):
        url = visit.root + "/"
    if wants_fragment(visit.request):
        return Response(status_code=204, headers={"hx-redirect": url})
    return RedirectResponse(url, status_code=303)


def file(
    body: bytes | str,
    media_type: str,
    *,
    name: str = "",
    public: bool = True,
    extra: Mapping[str, str] | None = None,
) -> Response:
    """A download, or a picture. Its own policy lets nothing in it run."""
    response = Response(body, media_type=media_type)
    response.headers["content-security-policy"] = "sandbox; default-src 'none'"
    response.headers["cache-control"] = "no-cache" if public else "no-store"
    if name:
        response.headers["content-disposition"] = f'attachment; filename="{name}"'
    for header, value in (extra or {}).items():
        response.headers[header] = value
    return response


__all__ = ["Markup", "escape", "file", "page", "see_other", "static", "wants_fragment"]
