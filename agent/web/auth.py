"""Basic authentication against bcrypt hashes."""

import asyncio
import base64
import hmac
import os
from collections.abc import Mapping
from hashlib import sha256

import bcrypt

_MOST_REMEMBERED = 100

# Compared with when the user is unknown, so that the answer takes as long as for a known one.
_NOBODY = bcrypt.hashpw(os.urandom(16).hex().encode(), bcrypt.gensalt(10))


class Users:
    """Who may read.

    bcrypt is slow on purpose: it runs in a thread, and a password found right is remembered by its
    keyed digest, so that only the first scrape pays for it.
    """

    def __init__(self, hashes: Mapping[str, bytes]) -> None:
        self._hashes = hashes
        self._key = os.urandom(32)
        self._right: set[bytes] = set()

    async def admits(self, authorization: str) -> bool:
        """Whether an Authorization header names a user with the right password."""
        user, password = _credentials(authorization)
        digest = hmac.new(self._key, f"{user}\0{password}".encode(), sha256).digest()
        if digest in self._right:
            return True
        hash_ = self._hashes.get(user, _NOBODY)
        fits = await asyncio.to_thread(_fits, password.encode(), hash_)
        if not fits or user not in self._hashes:
            return False
        if len(self._right) >= _MOST_REMEMBERED:
            self._right.clear()
        self._right.add(digest)
        return True


def user_of(authorization: str) -> str:
    """The user whom an Authorization header names, be the password right or not."""
    return _credentials(authorization)[0]


def _fits(password: bytes, hash_: bytes) -> bool:
    return bcrypt.checkpw(password[:72], hash_)  # bcrypt itself reads no further


def _credentials(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:  # no base64 (not even ASCII), or no UTF-8 in it
        return "", ""
    return user, password
