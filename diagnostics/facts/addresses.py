"""Hosts and ports as programs write them: ``host:port``, URLs, ``[::1]:80``, and what a signature extracted."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

_URL = compiled(r"(?s)^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?(.*)$")
_HOST = compiled(r"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?$")
_SOURCE = compiled(
    r"(?i)[._](?:rb|py|js|mjs|cjs|jsx|tsx?|go|java|kt|scala|php|exs?|erl|cc"
    r"|cpp|cxx|hpp?|lua|swift|hs|cs|vb|rs|zig|nim|jl|mli|clj|groovy|dart|fsx|vue|svelte|coffee|asm|adb)$"
)
"""``client.rb:75`` is a place in a program, no host."""
_INSTANT = compiled(r"^\d{4}-\d\d-\d\d[Tt]\d\d$")
"""``2026-11-22T03:12`` is a time, no host with a port."""
PORTS = {
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "mariadb": 3306,
    "redis": 6379,
    "rediss": 6379,
    "mongodb": 27017,
    "amqp": 5672,
    "amqps": 5671,
    "http": 80,
    "https": 443,
    "kafka": 9092,
    "nats": 4222,
}
"""Default ports of URL schemes (IANA), for addresses that name none."""
PUBLIC = frozenset(
    {"com", "net", "org", "io", "dev", "app", "cloud", "co", "uk", "de", "fr", "jp", "cn", "ru", "eu", "us", "info"}
    | {"biz", "ai", "me", "tech", "azure", "example", "internal", "local", "lan", "corp", "test"}
)
"""Last labels that make a dotted name an outside one when no such namespace is known."""


_PROSE: Final = frozenset(
    {"information", "address", "addresses", "host", "hostname", "server", "servers", "name", "service", "services"}
    | {
        "remote",
        "client",
        "network",
        "error",
        "failure",
        "failed",
        "temporary",
        "unknown",
        "caller",
        "resolution",
        "peer",
    }
    | {"connection", "socket", "port", "endpoint", "target", "upstream", "the", "this", "any", "none", "null", "nil"}
    | {
        "in",
        "at",
        "on",
        "to",
        "of",
        "for",
        "from",
        "by",
        "with",
        "and",
        "or",
        "not",
        "is",
        "was",
        "be",
        "it",
        "a",
        "an",
    }
    | {"as", "while", "when", "because", "after", "before", "during", "via", "using", "code", "reason", "file", "line"}
    | {"undefined"}
)
"""Words beside an error's own that name nobody: "failed to lookup address information"."""
_FUNCTION: Final = compiled(r"^[a-z]+[a-z0-9]*(?:[A-Z][a-z0-9]+)+(?::\d+)?$")
"""``getDatabases:496`` is a function and a line of its source; names of hosts have no humps."""


_ADDRESSING: Final = ("host", "host2", "hostname", "addr", "address", "target", "url", "server", "endpoint", "ip")
"""Names under which an address is extracted: the first says the host, any of the same host its port."""


def address(names: Mapping[str, str]) -> tuple[str, int | None] | None:
    """Return host and port of what a signature extracted (host, port, addr, url ...), or None when it named no host."""
    given = [names.get(key, "") for key in _ADDRESSING]
    found = [place for place in (parsed(value) for value in given if value) if place is not None]
    if not found:
        return None
    host = found[0][0]
    ports = (_number(names.get("port", "")), *(port for name, port in found if name == host))
    return host, next((port for port in ports if port is not None), None)


@lru_cache(maxsize=4096)
def parsed(value: str) -> tuple[str, int | None] | None:
    """Return host and port of ``host``, ``host:port``, ``[::1]:80`` or a URL, or None when it is none of them."""
    value = value.strip(" \t\r\n\"'`,;()<>.").rstrip(":")
    scheme = value.partition("://")[0].lower() if "://" in value else ""
    located = _URL.match(value.split("?")[0])
    rest = "" if located is None else located.group(1).split("/")[0].split(",")[0]
    host, port = rest, None
    if rest.startswith("["):
        inside, _, after = rest[1:].partition("]")
        host, port = inside, _number(after.lstrip(":"))
    elif rest.count(":") == 1:
        host, _, digits = rest.partition(":")
        port = _number(digits)
    if not (_HOST.match(host) is not None or ip(host) is not None) or (not scheme and _SOURCE.search(host) is not None):
        return None
    if _INSTANT.match(host) is not None:
        return None
    if not scheme and (_FUNCTION.match(host) is not None or (port is None and host.lower() in _PROSE)):
        return None
    return host.rstrip(".").lower(), port if port is not None else PORTS.get(scheme)


def is_local(name: str) -> bool:
    """Whether the name means the pod itself."""
    found = ip(name)
    return name in ("localhost", "localhost.localdomain", "ip6-localhost") or (
        found is not None and (found.is_loopback or found.is_unspecified)
    )


def ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the IP address that the text is, or None."""
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 5 else None
