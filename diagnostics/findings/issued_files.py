"""Files that somebody issues (certificates, keys, credentials): no program and no init container makes them anew."""

from __future__ import annotations

from typing import Final

from diagnostics.patterns import compiled

_ISSUED: Final = compiled(
    r"(?i)(?:^|[/._-])(?:certs?|certificates?|sign-?certs?|cacerts?|ca|tls|ssl|keys?|key-?store|trust-?store|msp|crypto"
    r"|credentials?|secrets?|tokens?|jwks?)(?:[/._-]|$)|\.(?:pem|crt|cer|key|p12|pfx|jks|keytab)$"
)
"""Names that such files and their directories have."""


def issued(path: str) -> bool:
    """Whether the path is by its name one of what somebody issues."""
    return _ISSUED.search(path[:1000]) is not None
