"""The state's identity provider: its papers, the way to it, and what it vouches for.

OpenID Connect Core 1.0, the authorization code flow with PKCE (RFC 7636, S256), a nonce, and the
issuer in the answer (RFC 9207). Every address that is asked stands in the settings or in the
provider's own discovery document. Redirects are not followed, answers have a size and an hour.
Nothing here touches the database, and no token outlives `vouched`.
"""

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2

from app.core.refusal import Refusal
from app.core.settings import Settings

log = logging.getLogger("asar.state")
HERE = "/sign-in/state/back"  # what is registered with the provider, behind the public address
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Signatures that only the provider can make. No `none`; no HS*, whose key we would share.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
LEEWAY = 60  # seconds that two clocks may differ
OLDEST = 900  # seconds: a token is made for this sign-in, not taken from a drawer
MOST_BYTES = 256 * 1024  # of an answer
CONNECT, READ, WHOLE = 3.0, 5.0, 10.0  # seconds
KEPT = 3600.0  # seconds that papers and keys are believed
ASK_AGAIN = 60.0  # seconds between two looks for a key that is not known
SMALLEST_RSA = 2048  # bits


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the provider said of whoever came back."""

    issuer: str
    subject: str
    number: str | None  # the identification number; None where it tells none


@dataclass(frozen=True, slots=True)
class Start:
    """What goes along with somebody who is sent to the provider."""

    url: str
    state: str
    nonce: str
    verifier: str


def why_unset(settings: Settings) -> list[str]:
    """What is not right about the settings of the provider; nothing where it is off or right."""
    if not settings.oidc_issuer:
        return []
    found = []
    if find_spec("authlib") is None:
        found.append("ASAR_OIDC_ISSUER needs Authlib. Run: pip install 'asar[oidc]'")
    if not _fits(settings, settings.oidc_issuer):
        found.append("ASAR_OIDC_ISSUER must begin with https:// and hold no ? or #.")
    if not settings.oidc_client_id:
        found.append("ASAR_OIDC_ISSUER is set: set ASAR_OIDC_CLIENT_ID too.")
    if settings.mode == "production" and not settings.oidc_client_secret.get_secret_value():
        found.append("ASAR_OIDC_ISSUER is set: set ASAR_OIDC_CLIENT_SECRET too.")
    if not settings.public_url:
        found.append("ASAR_OIDC_ISSUER is set: set ASAR_PUBLIC_URL, where people come back to.")
    return found


def offered(settings: Settings) -> bool:
    """Whether one can sign in through the state's identity provider here."""
    return bool(settings.oidc_issuer) and not why_unset(settings)


def name_of(settings: Settings, lang: str) -> str:
    """How people call the provider."""
    called = settings.oidc_name_kk if lang == "kk" else settings.oidc_name_ru
    return called or (urlsplit(settings.oidc_issuer).hostname or "")


def begin(settings: Settings, *, lang: str) -> Start:
    """The way to the provider, for one browser and one time. Raises Refusal people.state_down."""
    provider = _provider(settings)
    lang = lang if lang in ("kk", "ru", "en") else "kk"
    state = f"{lang}.{secrets.token_urlsafe(32)}"
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    with provider.client() as client:
        url, _ = client.create_authorization_url(
            provider.paper("authorization_endpoint"),
            state=state,
            nonce=nonce,
            code_verifier=verifier,
            ui_locales=lang,
        )
    return Start(str(url), state, nonce, verifier)


def vouched(
    settings: Settings, *, code: str, issuer: str, nonce: str, verifier: str, now: int
) -> Vouched:
    """Redeems a code and reads what the provider says. `now`: seconds of the world outside.

    `issuer` is the one the answer named, if it named one. Raises Refusal people.state_down when
    the provider does not answer as one, people.state_unproven when what it says does not hold.
    """
    provider = _provider(settings)
    with provider.client() as client:
        named = provider.papers().get("authorization_response_iss_parameter_supported") is True
        if (issuer or named) and issuer != settings.oidc_issuer:
            raise Refusal("people.state_unproven")
        given = provider.redeem(client, code=code, verifier=verifier)
        claims = provider.read(given, nonce=nonce, now=now)
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise Refusal("people.state_unproven")
        number = claims.get(settings.oidc_iin_claim)
        if number is None and "userinfo_endpoint" in provider.papers():
            number = provider.userinfo(client, subject).get(settings.oidc_iin_claim)
    return Vouched(settings.oidc_issuer, subject, number if isinstance(number, str) else None)


@dataclass(slots=True)
class _Kept:
    """Something fetched, and when."""

    at: float = -KEPT
    found: dict[str, Any] = field(default_factory=dict)


class _Provider:
    """One provider as one process knows it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._papers, self._keys = _Kept(), _Kept()
        # However long it hangs, it never holds more than a few of our threads.
        self._few = threading.BoundedSemaphore(4)

    @contextmanager
    def client(self) -> Iterator[Any]:
        """Authlib's client, a few at a time; whatever fails on the way is "down"."""
        from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]

        if not self._few.acquire(timeout=1):
            raise Refusal("people.state_down")
        try:
            supported = self.papers().get("token_endpoint_auth_methods_supported")
            by_post = supported and "client_secret_basic" not in supported
            secret = self.settings.oidc_client_secret.get_secret_value()
            with OAuth2Client(
                self.settings.oidc_client_id,
                secret or None,
                token_endpoint_auth_method=(
                    ("client_secret_post" if by_post else "client_secret_basic")
                    if secret
                    else "none"
                ),
                scope=self.settings.oidc_scope,
                redirect_uri=self.settings.public_url.rstrip("/") + HERE,
                code_challenge_method="S256",
                **_careful(),
            ) as client:
                yield client
        finally:
            self._few.release()

    def papers(self) -> dict[str, Any]:
        """The discovery document, kept for an hour."""
        if time.monotonic() - self._papers.at >= KEPT:
            issuer = self.settings.oidc_issuer
            found = self._fetched(issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != issuer:
                raise _down("the discovery document names another issuer")
            methods = found.get("code_challenge_methods_supported")
            if isinstance(methods, list) and "S256" not in methods:
                raise _down("the provider knows no PKCE with S256")
            self._papers = _Kept(time.monotonic(), found)
        return self._papers.found

    def paper(self, name: str) -> str:
        """An address of the discovery document; raises Refusal where it is not a safe one."""
        url = self.papers().get(name)
        if not isinstance(url, str) or not _fits(self.settings, url, query=True):
            raise _down(f"no safe {name}")
        return url

    def redeem(self, client: Any, *, code: str, verifier: str) -> dict[str, Any]:
        """The token endpoint's answer to a code."""
        from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]

        url = self.paper("token_endpoint")
        try:
            given = client.fetch_token(
                url, code=code, code_verifier=verifier, grant_type="authorization_code"
            )
        except OAuthError as refused:
            log.warning("state", extra={"event": "code_refused"})
            raise Refusal("people.state_unproven") from refused
        except Refusal:
            raise
        except Exception as trouble:  # whatever a stranger's answer breaks
            raise _down(type(trouble).__name__) from trouble
        return dict(given)

    def read(self, given: dict[str, Any], *, nonce: str, now: int) -> dict[str, Any]:
        """The claims of the ID token, once everything about it holds."""
        from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError

        token = given.get("id_token")
        if not isinstance(token, str):
            raise _down("no id_token")
        try:
            try:
                read = jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
            except InvalidKeyIdError:  # perhaps it signs with a new key
                read = jwt.decode(token, self._key_set(again=True), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": self.settings.oidc_issuer},
                    "aud": {"essential": True, "values": [self.settings.oidc_client_id]},
                },
                params={
                    "nonce": nonce,
                    "client_id": self.settings.oidc_client_id,
                    "access_token": given.get("access_token"),
                },
            )
            claims.validate(now=now, leeway=LEEWAY)
            if claims["iat"] < now - OLDEST:
                raise ValueError("an old token")
        except Refusal:
            raise
        except Exception as wrong:  # whatever a forged token breaks
            log.warning("state", extra={"event": type(wrong).__name__})
            raise Refusal("people.state_unproven") from wrong
        return dict(claims)

    def userinfo(self, client: Any, subject: str) -> dict[str, Any]:
        """More claims of the same subject, where the ID token lacks the number."""
        url = self.paper("userinfo_endpoint")
        try:
            answer = client.get(url)
            answer.raise_for_status()
            found = answer.json()
        except Refusal:
            raise
        except Exception as trouble:
            raise _down(type(trouble).__name__) from trouble
        if not isinstance(found, dict) or found.get("sub") != subject:
            raise Refusal("people.state_unproven")
        return found

    def _key_set(self, *, again: bool = False) -> Any:
        """The provider's signing keys, kept for an hour; looked at `again` once a minute."""
        from joserfc.jwk import KeySet

        age = time.monotonic() - self._keys.at
        if age >= KEPT or (again and age >= ASK_AGAIN):
            found = self._fetched(self.paper("jwks_uri"))
            self._keys = _Kept(time.monotonic(), {"keys": _good(found.get("keys"))})
        return KeySet.import_key_set(self._keys.found)  # type: ignore[arg-type]

    def _fetched(self, url: str) -> dict[str, Any]:
        """A JSON object from an address of the provider's. Raises Refusal people.state_down."""
        try:
            with httpx2.Client(**_careful()) as client:
                answer = client.get(url, headers={"accept": "application/json"})
                answer.raise_for_status()
                found = answer.json()
        except Refusal:
            raise
        except Exception as trouble:  # whatever a stranger's answer breaks
            raise _down(type(trouble).__name__) from trouble
        if not isinstance(found, dict):
            raise _down("no JSON object")
        return found


class _Bounded(httpx2.BaseTransport):
    """Lets through an answer of a bounded size within a bounded time, and no redirect."""

    def __init__(self) -> None:
        self._inner = httpx2.HTTPTransport(retries=0)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        until = time.monotonic() + WHOLE
        request.headers["accept-encoding"] = "identity"
        answer = self._inner.handle_request(request)
        try:
            if 300 <= answer.status_code < 400:
                raise _down("a redirect")
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise _down("a packed answer")
            body = b""
            assert isinstance(answer.stream, httpx2.SyncByteStream)
            for part in answer.stream:
                body += part
                if len(body) > MOST_BYTES:
                    raise _down("a huge answer")
                if time.monotonic() > until:
                    raise _down("a slow answer")
        finally:
            answer.close()
        headers = {"content-type": answer.headers.get("content-type", "")}
        return httpx2.Response(answer.status_code, headers=headers, content=body)

    def close(self) -> None:
        self._inner.close()


def _careful() -> dict[str, Any]:
    return {
        "transport": _Bounded(),
        "follow_redirects": False,
        "trust_env": False,
        "timeout": httpx2.Timeout(READ, connect=CONNECT),
    }


def _down(why: str) -> Refusal:
    log.warning("state", extra={"event": why})
    return Refusal("people.state_down")


def _fits(settings: Settings, url: str, *, query: bool = False) -> bool:
    """Whether it is an https address, or on this very machine outside of production."""
    try:
        parts = urlsplit(url)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = parts.scheme == "http" and settings.mode != "production" and parts.hostname in LOOPBACK
    return bool(
        (parts.scheme == "https" or plain)
        and parts.hostname
        and port_is_one
        and not (parts.username or parts.password or parts.fragment)
        and (query or not parts.query)
        and not any(ord(c) < 33 for c in url)
    )


def _good(keys: object) -> list[dict[str, Any]]:
    """The public signing keys among them: no shared secret, none for sealing, none too small."""
    good = []
    for key in keys if isinstance(keys, list) else []:
        if not isinstance(key, dict) or key.get("kty") not in ("RSA", "EC"):
            continue
        if key.get("use", "sig") != "sig" or "d" in key:
            continue
        if key["kty"] == "RSA" and len(str(key.get("n", ""))) * 6 < SMALLEST_RSA:
            continue
        good.append(key)
    if not good:
        raise _down("no signing key")
    return good


_known: dict[tuple[str, ...], _Provider] = {}
_settling = threading.Lock()


def _provider(settings: Settings) -> _Provider:
    """This process's one picture of the provider of these settings."""
    key = (
        settings.mode,
        settings.public_url,
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_scope,
    )
    with _settling:
        return _known.setdefault(key, _Provider(settings))


def back_query(code: str, state: str, issuer: str, error: str) -> str:
    """What the provider's answer carries on to the page in the visitor's language."""
    parts = {"code": code, "state": state, "iss": issuer, "error": error}
    return urlencode({name: value for name, value in parts.items() if value})
