"""An authenticator app of one function, written from RFC 6238 and not from the portal's code."""

import base64
import hashlib
import hmac
import struct
import time

STEP_SECONDS = 30


def code(key: str, *, steps_ahead: int = 0) -> str:
    """The 6 figures an app shows for a key now, or some half minutes from now.

    A code is accepted once and one step either way, so the next one serves a second sign-in.
    """
    secret = base64.b32decode(key + "=" * (-len(key) % 8))
    counter = int(time.time()) // STEP_SECONDS + steps_ahead
    digest = hmac.new(secret, struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFF_FFFF
    return f"{number % 1_000_000:06}"
