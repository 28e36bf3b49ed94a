"""A gateway that takes messages as a JSON POST, as the operator's settings describe it.

One deadline holds for the whole exchange, so that a server that answers a letter a second holds
nobody up. Nothing of a message is ever logged, and no redirect is followed: the token goes to one
address only.
"""

import asyncio
import json
import logging
import re
from typing import Any

import httpx2

from app.notices.refused import NotNow, NotSent

logging.getLogger("httpx2").setLevel(logging.WARNING)  # it would log the gateway's address
PLACES = re.compile(r"\{(to|digits|text|id)\}")
AGAIN = frozenset({408, 425, 429})


class HttpGateway:
    """POSTs JSON. `body` is JSON in which {to} or {digits}, {text} and {id} stand in strings."""

    def __init__(
        self, *, url: str, header: str, header_value: str, body: str, seconds: float
    ) -> None:
        self.url = url
        self.headers = {header: header_value} if header else {}
        self.body = read_body(body)
        self.seconds = seconds

    def send(self, letter_id: str, to: str, text: str) -> None:
        values = {"to": to, "digits": to.removeprefix("+"), "text": text, "id": letter_id}
        try:
            status = asyncio.run(self._post(_placed(self.body, values), letter_id))
        except (TimeoutError, httpx2.TransportError, OSError) as why:
            raise NotNow(type(why).__name__) from None
        if 200 <= status < 300:
            return
        if 400 <= status < 500 and status not in AGAIN:
            raise NotSent(f"status {status}")
        raise NotNow(f"status {status}")

    async def _post(self, content: Any, letter_id: str) -> int:
        headers = {**self.headers, "idempotency-key": letter_id}
        async with (
            asyncio.timeout(self.seconds),
            httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=None) as client,
            client.stream("POST", self.url, json=content, headers=headers) as answer,
        ):
            return answer.status_code  # what it says beyond that is not waited for


def read_body(template: str) -> Any:
    """The template of a body. Raises ValueError where it is no JSON or lacks a place."""
    body = json.loads(template)
    found = set(PLACES.findall(json.dumps(body)))
    if "text" not in found or not found & {"to", "digits"}:
        raise ValueError("the body wants {text}, and {to} or {digits}")
    return body


def _placed(part: Any, values: dict[str, str]) -> Any:
    """The template with its values, put into its strings: no text can become structure."""
    if isinstance(part, str):
        return PLACES.sub(lambda found: values[found[1]], part)
    if isinstance(part, list):
        return [_placed(one, values) for one in part]
    if isinstance(part, dict):
        return {name: _placed(one, values) for name, one in part.items()}
    return part
