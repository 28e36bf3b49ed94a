"""Codes of an authenticator app: six digits that change every thirty seconds (RFC 6238). Pure.

They are counted by the time outside, never by a demo's own days.
"""

from datetime import datetime

import pyotp

STEP = 30  # seconds
DIGITS = 6
_EITHER_WAY = 1  # steps: a phone's clock may be a little off, and typing takes its time


def new_secret() -> str:
    """160 random bits in base32, as an app reads them."""
    return pyotp.random_base32()


def address_of(secret: str, *, login: str) -> str:
    """What the QR code says: `otpauth://totp/…`."""
    app = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    return str(app.provisioning_uri(name=login, issuer_name="Asar"))


def step_at(moment: datetime) -> int:
    """The number of the thirty seconds that a moment lies in."""
    return int(moment.timestamp()) // STEP


def code_at(secret: str, step: int) -> str:
    """The code of a step."""
    return str(pyotp.TOTP(secret, digits=DIGITS, interval=STEP).generate_otp(step))


def steps_of(secret: str, code: str, *, wall: datetime) -> list[int]:
    """The steps around now whose code this is; usually none or one.

    A step's number serves against replay: no code of it or of an earlier one is taken again.
    """
    now = step_at(wall)
    around = range(max(0, now - _EITHER_WAY), now + _EITHER_WAY + 1)
    # All of them are compared, each in the same time.
    return [one for one in around if pyotp.utils.strings_equal(code_at(secret, one), code)]


def digits_of(typed: str) -> str:
    """The code as typed, `123 456`, without its gap."""
    return "".join(typed.replace("-", " ").split())


def is_shape(code: str) -> bool:
    """Whether this could be such a code."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()
