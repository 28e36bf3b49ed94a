"""An official's second factors: what proves, beside the password, that it is they.

A factor is in use once it was proved: by a code typed back, or by a key's first answer. Codes are
the authenticator's (six digits) or a printed list's (longer); one field takes either.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.people import totp
from app.people.models import Official
from app.people.office_models import Factor, FactorKind, KeyChallenge, OneTimeCode
from app.people.one_time_codes import new_codes, use_code

SET_UP_WITHIN = timedelta(hours=1)
MOST = 8  # factors of one official
MOST_NAME = 40  # characters
_SEALED = "totp"


def factors_of(session: Session, *, official_id: str) -> list[Factor]:
    """The factors in use, the oldest first."""
    return list(
        session.exec(
            select(Factor)
            .where(Factor.official_id == official_id, col(Factor.ended_at).is_(None))
            .where(col(Factor.proved_at).is_not(None))
            .order_by(col(Factor.added_at), col(Factor.id))
        ).all()
    )


def unfinished(
    session: Session, *, official_id: str, kind: FactorKind, now: datetime
) -> Factor | None:
    """The factor of this kind that is being set up."""
    return session.exec(
        select(Factor)
        .where(Factor.official_id == official_id, Factor.kind == kind)
        .where(col(Factor.ended_at).is_(None), col(Factor.proved_at).is_(None))
        .where(Factor.added_at > now - SET_UP_WITHIN)
        .order_by(col(Factor.added_at).desc(), col(Factor.id))
    ).first()


def begin_totp(session: Session, *, keyring: Keyring, official_id: str, now: datetime) -> Factor:
    """A new secret for an authenticator; it counts once a code of it was typed back."""
    made = _begin(session, official_id, FactorKind.TOTP, now)
    made.sealed = keyring.seal(_SEALED, made.id, totp.new_secret())
    session.add(made)
    session.flush()
    return made


def begin_codes(
    session: Session, *, keyring: Keyring, official_id: str, now: datetime
) -> list[str]:
    """A new list of codes, told once; it replaces the old one when its first code was typed."""
    made = _begin(session, official_id, FactorKind.CODES, now)
    return new_codes(session, keyring=keyring, factor_id=made.id)


def add_key(
    session: Session,
    *,
    official_id: str,
    credential_id: str,
    public_key: bytes,
    sign_count: int,
    name: str,
    first: bool,
    now: datetime,
) -> Factor:
    """A key that has just proved itself; see `passkeys`."""
    _lock(session, official_id, first=first)
    made = Factor(
        id=new_id(),
        official_id=official_id,
        kind=FactorKind.KEY,
        name=name[:MOST_NAME],
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        added_at=now,
        proved_at=now,
    )
    session.add(made)
    session.flush()
    return made


def secret_of(keyring: Keyring, factor: Factor) -> str:
    """The authenticator's secret."""
    assert factor.sealed is not None
    return keyring.unseal(_SEALED, factor.id, factor.sealed)


def finish(
    session: Session,
    *,
    keyring: Keyring,
    official_id: str,
    kind: FactorKind,
    typed: str,
    first: bool,
    now: datetime,
    wall: datetime,
) -> None:
    """A code was typed back: the factor that was being set up is in use from here on.

    `first`: whoever asks has shown a password alone, and may only set up where nothing is yet.
    """
    _lock(session, official_id, first=first)
    factor = unfinished(session, official_id=official_id, kind=kind, now=now)
    if factor is None:
        raise Refusal("people.set_up_over")
    right = (
        _takes_totp(session, keyring, factor, totp.digits_of(typed), wall)
        if kind is FactorKind.TOTP
        else use_code(session, keyring=keyring, factor_id=factor.id, typed=typed, now=now)
    )
    if not right:
        raise Refusal("people.code_typed_wrong", field="code")
    if kind is FactorKind.CODES:  # one list at a time: nobody knows which of two they hold
        for old in factors_of(session, official_id=official_id):
            if old.kind == FactorKind.CODES:
                _end(session, old, now)
    factor.proved_at = now
    session.add(factor)
    session.flush()


def answer_with_code(
    session: Session,
    *,
    keyring: Keyring,
    official_id: str,
    typed: str,
    now: datetime,
    wall: datetime,
    again: bool = False,
) -> None:
    """Lets a right code through, once. Raises the same refusal for whatever is wrong about it.

    The caller has counted the try. Only of a code that is right and was used is this said: its
    owner would else type it again and again. `again` takes an app's code twice: in a demo alone,
    where several people may sign in as one within half a minute.
    """
    code = totp.digits_of(typed)
    for factor in factors_of(session, official_id=official_id):
        if factor.kind == FactorKind.TOTP and totp.is_shape(code):
            right = _takes_totp(session, keyring, factor, code, wall, again=again)
        elif factor.kind == FactorKind.CODES and not totp.is_shape(code):
            right = use_code(session, keyring=keyring, factor_id=factor.id, typed=typed, now=now)
        else:
            continue
        if right:
            factor.used_at = now
            session.add(factor)
            session.flush()
            return
    raise Refusal("people.factor_wrong", field="code")


def remove(session: Session, *, official_id: str, factor_id: str, now: datetime) -> None:
    """Ends a factor, but never the last one. Raises LookupError for what is not theirs."""
    _lock(session, official_id, first=False)
    held = factors_of(session, official_id=official_id)
    factor = next((one for one in held if one.id == factor_id), None)
    if factor is None:
        raise LookupError(factor_id)
    if len(held) < 2:
        raise Refusal("people.last_factor")
    _end(session, factor, now)


def end_all_factors(session: Session, *, official_id: str, now: datetime) -> int:
    """Ends every factor: the next sign-in sets up anew. Returns how many there were."""
    held = factors_of(session, official_id=official_id)
    for factor in held:
        _end(session, factor, now)
    return len(held)


def forget_unfinished(session: Session, *, now: datetime) -> int:
    """Deletes what was begun a day ago and never proved, and challenges nobody answered."""
    over = select(Factor.id).where(
        col(Factor.proved_at).is_(None), Factor.added_at < now - timedelta(days=1)
    )
    session.execute(delete(OneTimeCode).where(col(OneTimeCode.factor_id).in_(over)))
    gone = session.execute(delete(Factor).where(col(Factor.id).in_(over)))
    late = session.execute(
        delete(KeyChallenge).where(col(KeyChallenge.ends_at) < now - timedelta(days=1))
    )
    return int(gone.rowcount) + int(late.rowcount)  # type: ignore[attr-defined]


def any_unfinished(session: Session, *, now: datetime) -> bool:
    """Whether there is anything that `forget_unfinished` would delete."""
    day_ago = now - timedelta(days=1)
    begun = session.exec(
        select(Factor.id).where(col(Factor.proved_at).is_(None), Factor.added_at < day_ago)
    ).first()
    asked = session.exec(
        select(KeyChallenge.sign_in_id).where(KeyChallenge.ends_at < day_ago)
    ).first()
    return begun is not None or asked is not None


def _begin(session: Session, official_id: str, kind: FactorKind, now: datetime) -> Factor:
    if len(factors_of(session, official_id=official_id)) >= MOST:
        raise Refusal("people.many_factors", most=MOST)
    session.execute(
        update(Factor)
        .where(col(Factor.official_id) == official_id, col(Factor.kind) == kind)
        .where(col(Factor.proved_at).is_(None), col(Factor.ended_at).is_(None))
        .values(ended_at=now, sealed=None)
    )
    made = Factor(id=new_id(), official_id=official_id, kind=kind, added_at=now)
    session.add(made)
    session.flush()
    return made


def _lock(session: Session, official_id: str, *, first: bool) -> None:
    """One change of an official's factors at a time; a first one only where there is none."""
    session.exec(select(Official).where(Official.id == official_id).with_for_update()).one()
    held = factors_of(session, official_id=official_id)
    if first and held:
        raise Refusal("people.set_up_over")
    if len(held) >= MOST + 1:
        raise Refusal("people.many_factors", most=MOST)


def _takes_totp(
    session: Session,
    keyring: Keyring,
    factor: Factor,
    code: str,
    wall: datetime,
    *,
    again: bool = False,
) -> bool:
    """Whether the code is right; notes its step, so that it is right only once."""
    steps = totp.steps_of(secret_of(keyring, factor), code, wall=wall)
    if not steps:
        return False
    noted = session.execute(
        update(Factor)
        .where(col(Factor.id) == factor.id, col(Factor.last_step) < steps[-1])
        .values(last_step=steps[-1])
        .execution_options(synchronize_session="fetch")
    )
    if int(noted.rowcount) != 1 and not again:  # type: ignore[attr-defined]
        raise Refusal("people.code_used", field="code")
    return True


def _end(session: Session, factor: Factor, now: datetime) -> None:
    """What is over keeps no secret, and a key that was taken off may be added again."""
    factor.ended_at, factor.sealed = now, None
    factor.credential_id = factor.public_key = None
    session.add(factor)
    session.flush()
