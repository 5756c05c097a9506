"""Pure: signatures by the Standard Webhooks specification, version 1 (github.com/standard-webhooks/standard-webhooks).

Signed is ``id.timestamp.body`` by HMAC-SHA256 with the secret's bytes; the signature is ``v1,`` and the digest in
base64. While a secret is rotated the header holds a signature by each, separated by a space: one must fit.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX = "whsec_"

LEAST, MOST = 24, 64
"""Bytes of a secret, by the specification."""


def secret_bytes(secret: str) -> bytes:
    """Return the bytes of a secret: ``whsec_`` and base64. ``ValueError`` with a sentence that does not show it."""
    try:
        found = base64.b64decode(secret.removeprefix(PREFIX), validate=True) if secret.startswith(PREFIX) else b""
    except binascii.Error:
        found = b""
    if not LEAST <= len(found) <= MOST:
        raise ValueError(f"must be {PREFIX} and {LEAST} to {MOST} bytes in base64: whsec_$(openssl rand -base64 32)")
    return found


def headers(secrets: Iterable[bytes], event_id: str, at: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a request. ``at`` is when it is sent, in whole seconds since the epoch."""
    signed = f"{event_id}.{at}.".encode() + body
    digests = (base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode() for secret in secrets)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{digest}" for digest in digests),
    }
