"""A provider of sign-in on this machine, shaped like NHSmail and CIS2: keys, tokens, PKCE."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "the-portal", "made-up"


class Provider:
    """What it answers next; tests change it to lie."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signing_key = self.key
        self.address = ""
        self.challenge = ""
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.headers: dict[str, str] = {}
        self.algorithm = "RS256"

    def person(self, email: str, nonce: str, *, verified: bool = True, **more: Any) -> None:
        """Who signed in there, and for which request."""
        now = int(time.time())
        self.claims = {
            "iss": self.address, "aud": CLIENT, "sub": "person-1", "iat": now, "exp": now + 300,
            "nonce": nonce, **more,
        }  # fmt: skip
        self.userinfo = {"sub": "person-1", "email": email, "email_verified": verified}

    def discovery(self) -> dict[str, Any]:
        """The configuration that clients read."""
        names = ("authorization", "token", "userinfo")
        return {
            "issuer": self.address,
            "jwks_uri": f"{self.address}/jwks",
            **{f"{name}_endpoint": f"{self.address}/{name}" for name in names},
        }

    def jwks(self) -> dict[str, Any]:
        """The public key."""
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**key, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def token(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        """The code against a token, when the verifier fits the challenge."""
        made = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        if base64.urlsafe_b64encode(made).rstrip(b"=").decode() != self.challenge:
            return 400, {"error": "invalid_grant"}
        key: Any = "shared" * 8 if self.algorithm == "HS256" else self.signing_key
        id_token = jwt.encode(
            self.claims, key, algorithm=self.algorithm, headers={"kid": "one", **self.headers}
        )
        return 200, {"access_token": "made-up", "token_type": "Bearer", "id_token": id_token}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {
                "/.well-known/openid-configuration": provider.discovery,
                "/jwks": provider.jwks,
                "/userinfo": lambda: provider.userinfo,
            }
            self._send(200, pages[self.path]())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send(*provider.token(parse_qs(body)))

        def _send(self, status: int, told: dict[str, Any]) -> None:
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Quietly."""

    return Handler


@contextmanager
def serving() -> Iterator[Provider]:
    """The provider on a free port of this machine, until the tests end."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
