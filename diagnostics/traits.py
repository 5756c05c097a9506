"""What may be known of a value without the value: how it is written, and which names a text of settings sets.

``of`` tells traits of one value. ``names`` reads YAML, JSON, TOML, INI and properties alike, line by line: what stands
before ``:`` or ``=`` is a name. A word that may itself be a secret is none. Texts are given as RE2 takes them
(``patterns.encodable``).
"""

from __future__ import annotations

from typing import Final

from diagnostics.patterns import compiled
from diagnostics.privacy.values import issued, mixed

NAMES: Final = 300
"""Names of one text that are kept."""
LOOKED: Final = 100_000
"""Characters of a text that are read for names."""

_PLACEHOLDER: Final = compiled(
    r"(?i)\bchange[-_ ]?(?:me|this|it)\b|\breplace[-_ ]?(?:me|this|with)\b|\bfill[-_ ]?me[-_ ]?in\b"
    r"|\b(?:insert|put|enter)[-_ ](?:your|here)\b|(?:^|[^a-z0-9])your[-_](?:own[-_])?[a-z]+|\bplaceholder\b"
    r"|\bto[-_]be[-_](?:set|replaced|filled|defined)\b|^(?:TODO|FIXME|TBD|x{4,})$"
    r"|<[a-z][a-z0-9]*(?:[-_ ][a-z0-9]+)+>|^<[^<>]{2,60}>$"
)
"""What charts and examples write where a value of one's own belongs. ``example.com`` is none: it is used for real."""

_TRAITS: Final = {
    "localhost": compiled(r"(?i)(?:^|[/@,;=\s])(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?:[:/,;\s]|$)"),
    "whitespace": compiled(r"^\s|\s$"),
    "crlf": compiled(r"\r"),
    "url": compiled(r"^[A-Za-z][A-Za-z0-9+.-]*://"),
    "number": compiled(r"^-?\d+(?:\.\d+)?$"),
    "service-link": compiled(r"^(?:tcp|udp|sctp)://"),
    "placeholder": _PLACEHOLDER,
    "quoted": compiled(r"""(?s)^\s*(?:"[^"]*"|'[^']*'|'\{.*\}'|"\{.*\}"|'\[.*\]')\s*$"""),
}
# ${NAME}, {{ template }} and Go's <no value> are never expanded by Kubernetes; $(NAME) is, when NAME is defined before.
_TEMPLATE: Final = compiled(r"\$\{[A-Za-z_]|\{\{|<no value>")

_NAME: Final = compiled(
    r"""(?:^|[{,\[]|- )[ \t]*["']?([A-Za-z_][A-Za-z0-9_.-]{1,60})["']?[ \t]*(?::(?:[^/:=]|$)|=[^=])"""
)
_COMMENT: Final = compiled(r"^\s*(?:#|;|//|--\s)")
_HEADER: Final = compiled(r"^\s*\[+([A-Za-z_][\w.-]{1,60})\]+\s*$")


def of(value: str) -> list[str]:
    """Return the traits of a value, in the order of the table."""
    return [trait for trait, pattern in _TRAITS.items() if pattern.search(value)]


def templated(value: str) -> bool:
    """Whether the value holds what nothing in Kubernetes expands."""
    return _TEMPLATE.search(value) is not None


def placeholder(text: str) -> bool:
    """Whether the text holds a placeholder that nobody replaced."""
    return _PLACEHOLDER.search(text) is not None


def names(text: str) -> list[str]:
    """Return the names that a text of settings sets, each once, in order; at most ``NAMES``."""
    found: dict[str, None] = {}
    for line in text[:LOOKED].splitlines():
        if _COMMENT.search(line) is not None:
            continue
        header = _HEADER.search(line)
        told = [header.group(1)] if header is not None else [match.group(1) for match in _NAME.finditer(line)]
        found.update(dict.fromkeys(name for name in told if not (issued(name) or mixed(name))))
        if len(found) >= NAMES:
            break
    return list(found)[:NAMES]
