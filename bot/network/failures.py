"""Why an HTTP client or the store got no answer, in words that hold no secret."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import aiohttp


def without_credentials(url: str) -> str:
    """Return an address as it may be shown: user name and password taken out."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def system_word(error: OSError) -> str:
    """Return the system's word for an error, such as ``connection refused``."""
    # asyncio puts addresses into strerror; what the resolver says has a number below zero, and a text of its own.
    known = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or type(error).__name__
    return known[:1].lower() + known[1:]


def reason(error: Exception) -> str:
    """Return why no answer came, as the end of a sentence. Of the error's own text only the system's word is told."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"its certificate is not trusted ({getattr(error.certificate_error, 'verify_message', 'invalid')})"
    if isinstance(error, aiohttp.ClientSSLError):
        return "the TLS handshake failed"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name is not known"
    if isinstance(error, aiohttp.ClientConnectorError):
        return system_word(error.os_error)
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError | ConnectionResetError):
        return "the connection was lost"
    return "no answer came in time" if isinstance(error, TimeoutError) else type(error).__name__
