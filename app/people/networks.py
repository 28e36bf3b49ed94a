"""Wrong tries by network: a slow hand on whoever guesses, never a shut door for a village.

A village, a school or a whole operator's customers may come from one address. So a network is only
ever slowed *softly*, and that means here:

- It has an hour's worth of `FREE` wrong tries, given back one a minute; a right one costs nothing.
- Beyond that nobody is shut out: what comes from it is paced, one try in `PACE`, for logins and
  phone numbers (`count_network`). The longest that anybody waits because of neighbours is `PACE`.
- A card is not even paced. Its first try is always looked at, and a right code opens, whatever the
  neighbours typed; only whoever typed a wrong code for this very card waits `HURRY` from the first
  wrong try on, and not from the fifth (`crowded`). Cards can afford it: their code has 40 random
  bits, so a million guesses an hour at a million cards hit one in a hundred years.
- The debt is capped at two hours, and the row is forgotten in a day. What is kept is a keyed hash
  of the /24 or the /64, which says nothing of a person and nothing without the key.
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, update
from sqlmodel import Session, col

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.people.models import Tries
from app.people.sign_in import lock_tries

FREE = 60  # wrong tries of a network in an hour
COST = 60  # seconds that a try weighs: the weight melts by a second a second
PACE = timedelta(seconds=10)
HURRY = timedelta(seconds=30)
MOST = 2 * FREE * COST


def network_of(address: str) -> str:
    """The /24 or the /64 that an address lies in; what is no address is a network of its own."""
    try:
        found = ip_address(address.split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ip_network((found, 24 if found.version == 4 else 64), strict=False))


def tries_of_network(keyring: Keyring, address: str) -> str:
    """Under what the tries of a network are counted."""
    return "network:" + keyring.mac("network", network_of(address))[:32]


def count_network(
    session: Session, *, keyring: Keyring, address: str, now: datetime
) -> Refusal | None:
    """Counts one more try of a network; where it is paced, says for how long, and counts nothing.

    Returns its refusal, so that the caller's transaction keeps what was counted. Call it before
    `count_try`, always in this order: two at once must take the two rows alike.
    """
    row = lock_tries(session, subject=tries_of_network(keyring, address), now=now)
    if _owed(row, now) >= FREE * COST and now < row.last_at + PACE:
        return Refusal("people.wait_network", seconds=int(PACE.total_seconds()))
    _count(session, row, now)
    return None


def crowded(session: Session, *, keyring: Keyring, address: str, now: datetime) -> bool:
    """Counts one more try of a network; whether it is beyond what is free. Refuses nobody."""
    row = lock_tries(session, subject=tries_of_network(keyring, address), now=now)
    full = _owed(row, now) >= FREE * COST
    _count(session, row, now)
    return full


def give_back(session: Session, *, keyring: Keyring, address: str) -> None:
    """The try that was just counted was right: it costs nothing. Call it before `forget_tries`."""
    subject = col(Tries.subject) == tries_of_network(keyring, address)
    session.execute(update(Tries).where(subject).values(count=col(Tries.count) - COST))
    session.execute(delete(Tries).where(subject, col(Tries.count) <= 0))


def _melted(row: Tries, now: datetime) -> int:
    return max(0, int((now - row.last_at).total_seconds()))


def _owed(row: Tries, now: datetime) -> int:
    """Seconds that a network's tries still weigh."""
    return max(0, row.count - _melted(row, now))


def _count(session: Session, row: Tries, now: datetime) -> None:
    # By whole seconds, and the rest of a second is kept: many tries in one second melt no slower.
    owed, melted = _owed(row, now), _melted(row, now)
    row.last_at = row.last_at + timedelta(seconds=melted) if owed else now
    row.count = min(MOST, owed + COST)
    session.add(row)
    session.flush()
