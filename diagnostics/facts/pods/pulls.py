"""Why an image could not be pulled: the registry's and the runtime's texts by class (REFERENCE.md 1.5).

containerd pkg/cri and CRI-O wrap the same answers differently; only the tails are matched.
"""

from __future__ import annotations

import enum
from typing import Final

from diagnostics.patterns import compiled


class Pull(enum.StrEnum):
    """What stands between the node and the image."""

    ARCH = "wrong-architecture"
    SIGNATURE = "signature"
    NEVER = "never"
    NAME = "invalid-name"
    RATE_LIMIT = "rate-limit"
    DISK = "node-disk"
    TLS = "registry-tls"
    NETWORK = "network"
    REGISTRY = "registry-error"
    AUTH_OR_NOT_FOUND = "auth-or-not-found"
    AUTH = "auth"
    NOT_FOUND = "not-found"
    STALLED = "stalled"
    OTHER = "other"


_TEXTS: Final = tuple(
    (kind, compiled(pattern))
    for kind, pattern in (
        # "no match for platform" ends in ": not found": it must be asked first.
        (Pull.ARCH, r"no match for platform in manifest|no image found in (?:image index|manifest list) for arch"),
        (Pull.SIGNATURE, r"signature validation failed|SignatureValidationFailed|Source image rejected"),
        (Pull.NEVER, r"is not present with pull policy of Never"),
        (Pull.NAME, r"couldn't parse image name|invalid reference format|InvalidImageName"),
        (Pull.RATE_LIMIT, r"(?i)429 Too Many Requests|toomanyrequests|rate limit"),
        (Pull.DISK, r"no space left on device"),
        (Pull.TLS, r"x509: |server gave HTTP response to HTTPS client|tls: |certificate signed by unknown"),
        (
            Pull.NETWORK,
            (
                r"no such host|connection refused|i/o timeout|network is unreachable|no route to host|"
                r"server misbehaving|connection reset by peer|registry is unavailable|"
                r"Client\.Timeout exceeded|TLS handshake timeout"
            ),
        ),
        (
            Pull.REGISTRY,
            r"\b50[0-4] (?:Internal Server Error|Not Implemented|Bad Gateway|Service Unavail|Gateway Time)",
        ),
        (Pull.AUTH_OR_NOT_FOUND, r"repository does not exist or may require|insufficient_scope"),
        (
            Pull.AUTH,
            (
                r"(?i)401 Unauth|403 Forbidden|unauthorized|authentication required|failed to authorize|"
                r"no basic auth credentials|access to the resource is denied|pull access denied|"
                r"invalid username/password|access forbidden|\bdenied: "
            ),
        ),
        (Pull.NOT_FOUND, r"(?i)not found|manifest unknown|name unknown|does not exist|NAME_UNKNOWN|MANIFEST_UNKNOWN"),
        (Pull.STALLED, r"context canceled|context deadline exceeded"),
    )
)


def pull_kind(message: str) -> Pull:
    """Return the class of a pull's error text."""
    return next((kind for kind, pattern in _TEXTS if pattern.search(message)), Pull.OTHER)
