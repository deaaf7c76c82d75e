"""Seals what a person said under a key of their own: deleting it erases that, in copies too.

AES-256-GCM (NIST SP 800-38D) of the `cryptography` library. A key is of one person in one file, and
seals each second, and what they said before it, once: so no nonce comes twice under a key.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
TAG_BYTES = 16

SECOND, BEFORE = 0, 1  # what is sealed: a second of the show, or what was said before it


def new_key() -> bytes:
    """Return a key for one person in one file."""
    return secrets.token_bytes(KEY_BYTES)


class Seal:
    """What one person says, sealed; `series`: the session's, 16 bytes."""

    def __init__(self, key: bytes, series: bytes, part: int, who: int) -> None:
        self._cipher = AESGCM(key)
        self._about = series + part.to_bytes(4, "little") + who.to_bytes(4, "little")

    def seal(self, plain: bytes, second: int, kind: int = SECOND) -> bytes:
        """Return `plain` sealed, `TAG_BYTES` longer; once for each second and kind."""
        return self._cipher.encrypt(_nonce(second, kind), plain, self._about)

    def open(self, sealed: bytes, second: int, kind: int = SECOND) -> bytes:
        """Return what was sealed; ValueError where it is not that, of that person and second."""
        try:
            return self._cipher.decrypt(_nonce(second, kind), sealed, self._about)
        except InvalidTag:
            raise ValueError("sealed under another key, or changed since") from None


def _nonce(second: int, kind: int) -> bytes:
    return kind.to_bytes(4, "little") + second.to_bytes(8, "little")
