"""Gateways: how a message leaves the house. By default none in production, a file elsewhere."""

import json
import os
import sys
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from app.core.settings import Settings
from app.notices.http_gateway import HttpGateway, read_body


class Gateway(Protocol):
    """Takes messages to phones."""

    def send(self, letter_id: str, to: str, text: str) -> None:
        """Sends `text` to `to` (`+77…`). A repeat of the same id must do no harm.

        Raises NotNow when it is worth another try later, NotSent when it never will be.
        """
        ...


class ConsoleGateway:
    """Prints messages on standard error, for somebody who develops."""

    def send(self, letter_id: str, to: str, text: str) -> None:
        print(f"[{letter_id}] {to}: {text}", file=sys.stderr, flush=True)


class FileGateway:
    """Writes a JSON line for each message into a file that only its owner reads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, letter_id: str, to: str, text: str) -> None:
        line = json.dumps({"id": letter_id, "to": to, "text": text}, ensure_ascii=False)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def text_of(self, letter_id: str) -> str:
        """What was sent under this id; empty where nothing was."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except OSError:
            return ""
        sent = (json.loads(line) for line in reversed(lines))
        return next((str(one["text"]) for one in sent if one["id"] == letter_id), "")


def gateway_of(settings: Settings) -> Gateway | None:
    """The gateway that the operator chose; None where no message can be sent."""
    match settings.gateway:
        case "console":
            return ConsoleGateway()
        case "file":
            return FileGateway(settings.message_file)
        case "http":
            return HttpGateway(
                url=settings.sms_url,
                header=settings.sms_header,
                header_value=settings.sms_header_value.get_secret_value(),
                body=settings.sms_body,
                seconds=settings.sms_timeout_seconds,
            )
        case _:
            return None


def why_unsafe_gateway(settings: Settings) -> list[str]:
    """Everything that speaks against sending as the settings say, in plain words."""
    found = []
    if settings.mode == "production" and settings.gateway in ("console", "file"):
        found.append(
            f"ASAR_SMS_GATEWAY={settings.gateway} writes codes where others may read them."
            " Set it to http, or to none."
        )
    if settings.gateway == "http":
        scheme = urlsplit(settings.sms_url).scheme
        if scheme != "https" and (settings.mode == "production" or scheme != "http"):
            found.append("Set ASAR_SMS_URL to the gateway's address; it must begin with https://")
        try:
            read_body(settings.sms_body)
        except ValueError as why:
            found.append(
                f"ASAR_SMS_BODY cannot be used: {why}. It is JSON with {{to}} and {{text}}."
            )
        if bool(settings.sms_header) != bool(settings.sms_header_value.get_secret_value()):
            found.append("Set ASAR_SMS_HEADER and ASAR_SMS_HEADER_VALUE both, or neither.")
    return found
