"""Passkeys and USB keys, by WebAuthn: the key signs a challenge for this site alone.

A challenge is good once, for one sign-in, for five minutes. It is taken away before the answer to
it is looked at, so that no answer is tried twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import webauthn
from sqlmodel import Session, col, select
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.core.ids import new_id
from app.core.refusal import Refusal
from app.people.factors import add_key, factors_of
from app.people.models import Official
from app.people.office_models import Factor, FactorKind, KeyChallenge

LASTS = timedelta(minutes=5)
MOST_ANSWER = 16_000  # characters of JSON
Purpose = Literal["enroll", "answer"]


@dataclass(frozen=True, slots=True)
class Site:
    """Where a key is asked: the host it is bound to, and the origin that pages come from."""

    host: str
    origin: str


def ask_key(session: Session, *, sign_in_id: str, purpose: Purpose, now: datetime) -> None:
    """Makes a new challenge in the place of any other."""
    row = session.get(KeyChallenge, (sign_in_id, purpose)) or KeyChallenge(
        sign_in_id=sign_in_id, purpose=purpose, challenge=b"", ends_at=now
    )
    row.challenge = bytes.fromhex(new_id() + new_id())
    row.ends_at = now + LASTS
    session.add(row)
    session.flush()


def asked(session: Session, *, sign_in_id: str, purpose: Purpose, now: datetime) -> bytes | None:
    """The challenge that waits for an answer."""
    row = session.get(KeyChallenge, (sign_in_id, purpose))
    return row.challenge if row is not None and row.ends_at > now else None


def take(session: Session, *, sign_in_id: str, purpose: Purpose, now: datetime) -> bytes | None:
    """Takes the challenge away; of two answers one finds it."""
    row = session.exec(
        select(KeyChallenge)
        .where(KeyChallenge.sign_in_id == sign_in_id, KeyChallenge.purpose == purpose)
        .with_for_update()
    ).first()
    if row is None:
        return None
    challenge = row.challenge if row.ends_at > now else None
    session.delete(row)
    session.flush()
    return challenge


def enrolling(session: Session, *, site: Site, official: Official, challenge: bytes) -> str:
    """What the browser is told to make a new key, as JSON."""
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name="Asar",
            user_name=official.login,
            user_display_name=official.full_name,
            user_id=official.id.encode(),
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                # Beside a password nothing has to be kept on the key, and small keys have no room.
                resident_key=ResidentKeyRequirement.DISCOURAGED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=_described(keys_of(session, official_id=official.id)),
        )
    )


def answering(session: Session, *, site: Site, official_id: str, challenge: bytes) -> str:
    """What the browser is told to have the challenge signed, as JSON."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=challenge,
            allow_credentials=_described(keys_of(session, official_id=official_id)),
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    )


def enroll(
    session: Session,
    *,
    site: Site,
    official_id: str,
    challenge: bytes,
    answer: str,
    name: str,
    first: bool,
    now: datetime,
) -> Factor:
    """Takes a new key in. Raises Refusal("people.key_wrong") for any answer that is not one."""
    try:
        seen = webauthn.verify_registration_response(
            credential=answer[:MOST_ANSWER],
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except Exception as why:  # its parsers raise whatever bytes from outside make them raise
        raise Refusal("people.key_wrong") from why
    credential_id = bytes_to_base64url(seen.credential_id)
    known = session.exec(select(Factor.id).where(Factor.credential_id == credential_id)).first()
    if known is not None:
        raise Refusal("people.key_known")
    return add_key(
        session,
        official_id=official_id,
        credential_id=credential_id,
        public_key=seen.credential_public_key,
        sign_count=seen.sign_count,
        name=name,
        first=first,
        now=now,
    )


def answer_with_key(
    session: Session,
    *,
    site: Site,
    official_id: str,
    challenge: bytes,
    answer: str,
    now: datetime,
) -> None:
    """Lets a right signature through; a count that went back speaks of a copied key."""
    try:
        given = parse_authentication_credential_json(answer[:MOST_ANSWER])
    except Exception as why:
        raise Refusal("people.key_wrong") from why
    factor = session.exec(
        select(Factor)
        .where(Factor.official_id == official_id, Factor.kind == FactorKind.KEY)
        .where(Factor.credential_id == bytes_to_base64url(given.raw_id))
        .where(col(Factor.ended_at).is_(None), col(Factor.proved_at).is_not(None))
        .with_for_update()
    ).first()
    if factor is None or factor.public_key is None:
        raise Refusal("people.key_wrong")
    try:
        seen = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=factor.public_key,
            credential_current_sign_count=factor.sign_count,
        )
    except Exception as why:
        raise Refusal("people.key_wrong") from why
    factor.sign_count, factor.used_at = seen.new_sign_count, now
    session.add(factor)
    session.flush()


def keys_of(session: Session, *, official_id: str) -> list[Factor]:
    """The keys in use."""
    held = factors_of(session, official_id=official_id)
    return [factor for factor in held if factor.kind == FactorKind.KEY]


def _described(keys: list[Factor]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id))
        for key in keys
        if key.credential_id is not None
    ]
