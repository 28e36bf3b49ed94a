"""What every page with a code to a phone shares: its cookie, its message, how it is typed."""

import json
import re
from datetime import datetime
from pathlib import Path

from fastapi import Response

from app.core.refusal import Refusal
from app.notices import outbox
from app.notices.gateways import FileGateway
from app.people.phone_codes import DIGITS, LASTS, Asked
from app.people.phone_models import PhoneCode
from app.web.carry import drop_cookie, put_cookie
from app.web.visit import Visit


def six_digits(typed: str) -> str:
    """The code as it was sent. A slip is no try."""
    code = "".join(c for c in typed if c not in " -\u00a0")
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        raise Refusal("people.code_digits", field="code")
    return code


def post_code(visit: Visit, asked: Asked, *, now: datetime) -> None:
    """Lays the code into the outbox, in the caller's transaction."""
    outbox.put(
        visit.session,
        keyring=visit.keyring,
        kind=outbox.CODE,
        to=asked.to,
        code="notice.code",
        lang=visit.lang,
        facts={"code": asked.code},
        now=now,
        ends_at=asked.ends_at,
        letter_id=asked.id,
    )


def demo_code(visit: Visit, row: PhoneCode) -> str:
    """In a demonstration nobody's phone rings: its page shows the code. Never anywhere else."""
    if visit.settings.mode != "demo":
        return ""
    gateway = visit.request.app.state.gateway
    letter = outbox.waiting(visit.session, keyring=visit.keyring, letter_id=row.id)
    if letter is not None:
        return str(letter.facts["code"]) if letter.to else ""
    text = gateway.text_of(row.id) if isinstance(gateway, FileGateway) else ""
    found = re.search(rf"\d{{{DIGITS}}}", text)
    return found[0] if found else ""


def demo_number(visit: Visit) -> str:
    """The number of the demonstration's family, as the demo wrote it down; else nothing."""
    if visit.settings.mode != "demo":
        return ""
    beside = visit.settings.sqlite_path
    path = beside.with_name("demo-cards.json") if beside else Path("demo-cards.json")
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    for one in entries:
        if number := str(one.get("phone", "")):
            return f"8 {number[2:5]} {number[5:8]} {number[8:10]} {number[10:]}"
    return ""


def _cookie(visit: Visit) -> str:
    return f"{visit.request.app.state.cookie_name}-code"


def token_of(visit: Visit) -> str:
    """What ties a code to the browser that asked for it."""
    return visit.request.cookies.get(_cookie(visit), "")


def keep_token(visit: Visit, response: Response, token: str) -> None:
    """Gives the browser a new token with every code; it outlives the code by its choosing."""
    put_cookie(visit, response, _cookie(visit), token, 2 * LASTS)


def drop_token(visit: Visit, response: Response) -> None:
    """The code was used."""
    drop_cookie(visit, response, _cookie(visit))
