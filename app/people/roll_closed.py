"""A correction of the roll while the list of a round is closed: asked for, and agreed to by two.

What is done once a second official agrees stands where the closed list is kept, in `voting`.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.people.consent import Act, Actor, ask, private_of, requests
from app.people.office_models import Consent, ConsentState
from app.people.roll_models import RollLock


def ask_correction(
    session: Session,
    *,
    keyring: Keyring,
    lock: RollLock,
    do: str,
    line: Mapping[str, str | None],
    why: str,
    first: Actor,
    now: datetime,
) -> Consent:
    """Asks a second official for `do` (add, correct, off) with the arguments of that action.

    `why` is public and names nobody. The same again, while it waits, is the same request.
    """
    if len(why) < 3:
        raise Refusal("form.missing", field="reason")
    wanted = {"do": do, **line}
    for waiting in requests(
        session, district_id=lock.district_id, states=[ConsentState.WAITING], most=200
    ):
        mine = waiting.act == Act.CORRECT_ROLL and waiting.first_id == first.official_id
        if mine and waiting.ends_at > now and private_of(keyring, waiting) == wanted:
            return waiting
    return ask(
        session,
        keyring=keyring,
        district_id=lock.district_id,
        act=Act.CORRECT_ROLL,
        subject=lock.round_id,
        first=first,
        why=why,
        now=now,
        private=wanted,
        round_id=lock.round_id,
    )
