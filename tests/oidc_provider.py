"""A small real OpenID provider on loopback: discovery, authorization, token with PKCE, its keys.

It does what a provider does over HTTP, and, told to, what a broken or a malicious one would.
"""

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "asar-client", "asar-secret-of-the-test"


@cache
def first_key() -> RSAKey:
    """Every provider of a run begins with the same key: making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})


class Provider:
    """`claims` are told of whoever signs in next; `bend` changes what a token says or who signs."""

    def __init__(self) -> None:
        self.key = first_key()
        self.claims: dict[str, Any] = {}
        self.bend: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.sign: Callable[[dict[str, Any]], str] = self._sign
        self.papers: dict[str, Any] = {}  # laid over the discovery document
        self.trouble: dict[str, str] = {}  # path → hang, huge, redirect, broken, packed
        self.says_iss = True
        self.by_userinfo: dict[str, Any] = {}
        self.asked: list[str] = []  # every path that was asked for, in order
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: list[str] = []
        self.let_go = threading.Event()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._get(self)

            def do_POST(self) -> None:
                provider._post(self)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, url: str) -> dict[str, str]:
        """What a person's browser does there; the query with which it is sent back."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" == self.issuer
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        return back | ({"iss": self.issuer} if self.says_iss else {})

    def new_key(self) -> None:
        """Another key signs from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig", "alg": "RS256"})

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": str(self.key.kid)}, claims, self.key)

    def sign_none(self, claims: dict[str, Any]) -> str:
        """A token that nobody signed."""
        head, body = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
        return f"{_b64(head)}.{_b64(body)}."

    def sign_with_public_key(self, claims: dict[str, Any]) -> str:
        """The old trick: HS256, with the public key's text as the shared secret."""
        shared = OctKey.import_key(_b64(self.key.as_pem(private=False)))
        return jwt.encode({"alg": "HS256", "kid": "k1"}, claims, shared, algorithms=["HS256"])

    def sign_with_other_key(self, claims: dict[str, Any]) -> str:
        """Somebody else's key under the name of ours."""
        other = RSAKey.generate_key(2048, {"kid": "k1"})
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, other)

    def _get(self, handler: BaseHTTPRequestHandler) -> None:
        path = urlsplit(handler.path).path
        self.asked.append(path)
        if self._troubled(handler, path):
            return
        if path == "/.well-known/openid-configuration":
            papers = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
                "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
                "authorization_response_iss_parameter_supported": self.says_iss,
            }
            if self.by_userinfo:
                papers["userinfo_endpoint"] = f"{self.issuer}/userinfo"
            _json(handler, 200, papers | self.papers)
        elif path == "/keys":
            _json(handler, 200, {"keys": [self.key.as_dict(private=False)]})
        elif path == "/authorize":
            # A real browser: a page of the provider's own, on whose link the person agrees.
            asked = parse_qs(urlsplit(handler.path).query)
            query = urlencode(self.authorize(self.issuer + handler.path))
            back = f"{asked['redirect_uri'][0]}?{query}".replace("&", "&amp;")
            page = f'<!doctype html><title>IdP</title><a id="agree" href="{back}">OK</a>'
            _send(handler, 200, page.encode(), "text/html; charset=utf-8")
        elif path == "/userinfo":
            known = handler.headers.get("authorization") in [f"Bearer {t}" for t in self.tokens]
            _json(handler, 200 if known else 401, self.by_userinfo if known else {})
        else:
            _json(handler, 404, {})

    def _post(self, handler: BaseHTTPRequestHandler) -> None:
        path = urlsplit(handler.path).path
        self.asked.append(path)
        length = int(handler.headers.get("content-length", "0"))
        sent = {n: v[0] for n, v in parse_qs(handler.rfile.read(length).decode()).items()}
        if self._troubled(handler, path):
            return
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if handler.headers.get("authorization") != f"Basic {basic}":
            _json(handler, 401, {"error": "invalid_client"})
            return
        asked = self.codes.pop(sent.get("code", ""), None)  # good once
        challenge = _b64(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or sent.get("redirect_uri") != asked["redirect_uri"]
            or sent.get("grant_type") != "authorization_code"
        ):
            _json(handler, 400, {"error": "invalid_grant"})
            return
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "subject-1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        access = secrets.token_urlsafe(16)
        self.tokens.append(access)
        _json(
            handler,
            200,
            {
                "access_token": access,
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": self.sign(self.bend(claims)),
            },
        )

    def _troubled(self, handler: BaseHTTPRequestHandler, path: str) -> bool:
        what = self.trouble.get(path)
        if what == "hang":
            self.let_go.wait(30)
        elif what == "drip":  # a byte now and then: every single read succeeds in time
            handler.send_response(200)
            handler.end_headers()
            try:
                while not self.let_go.wait(0.1):
                    handler.wfile.write(b" ")
            except OSError:
                pass
        elif what == "huge":
            body = b'{"issuer": "' + b"x" * 5_000_000 + b'"}'
            with contextlib.suppress(OSError):
                _send(handler, 200, body, "application/json")
        elif what == "redirect":
            handler.send_response(302)
            handler.send_header("location", f"{self.issuer}/elsewhere")
            handler.end_headers()
        elif what == "broken":
            _send(handler, 200, b"<html>not json", "text/html")
        elif what == "array":
            _send(handler, 200, b"[1, 2]", "application/json")
        elif what == "error":
            _json(handler, 500, {"error": "server_error"})
        return what is not None


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _json(handler: BaseHTTPRequestHandler, status: int, content: dict[str, Any]) -> None:
    _send(handler, status, json.dumps(content).encode(), "application/json")


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str) -> None:
    handler.send_response(status)
    handler.send_header("content-type", kind)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
