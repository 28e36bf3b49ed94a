"""Identifiers are made here and are random: nothing can be read from their order."""

import secrets


def new_id() -> str:
    """80 random bits as 20 hexadecimal digits."""
    return secrets.token_hex(10)
