"""Templates of links: addresses of the operator's own tools, with the place of each value in braces. Pure.

A value is percent-encoded where it stands in a path, a query or a fragment (RFC 3986, 2.1), and must be a DNS label
where it stands in the host (RFC 1123). A value that could end a quotation in the language of a query gives no link:
a link that leads astray is worse than none.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDERS = (
    "cluster", "namespace", "workload", "kind", "pod", "container", "application", "application_namespace",
    "from_ms", "to_ms", "from_s", "to_s", "from_iso", "to_iso",
)  # fmt: skip
"""What a template may name: ``application`` is that of Argo CD or Flux, ``from`` and ``to`` the time of the crash."""

TEMPLATE_CHARS = 1000
"""Longest template: Grafana's Explore takes some 600 characters."""

LINK_CHARS = 1100
"""Longest link that is made of one: a text object of Slack's holds 3,000, its other links among them."""

_PLACEHOLDER = compiled(r"\{([^{}]*)\}")
_UNFIT = compiled(r"[^!-~]|[<>\"\\^`|]")
_PLAIN = compiled(r"\A[A-Za-z0-9._:/@+=~ -]+\z")
"""Values without a sign that a query language knows (quotes, braces, brackets, commas, bars, ``!``)."""
_LABEL = compiled(r"\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z")


@dataclass(frozen=True, slots=True)
class Template:
    """A template that can be filled; ``of`` makes one of a setting's text."""

    text: str

    @classmethod
    def of(cls, text: str) -> Template:
        """Return the template. ``ValueError``, the end of a sentence that begins with the setting's name."""
        if len(text) > TEMPLATE_CHARS:
            raise ValueError(f"must be an address of at most {TEMPLATE_CHARS} characters")
        for match in _PLACEHOLDER.finditer(text):
            name = str(match.group(1))
            if name not in PLACEHOLDERS:
                near = difflib.get_close_matches(name, PLACEHOLDERS, n=1, cutoff=0.7)
                rest = f"did you mean {{{near[0]}}}?" if near else f"there are {', '.join(PLACEHOLDERS)}"
                raise ValueError(f"names the placeholder {{{name[:40]}}}, which there is not; {rest}")
        bare = _PLACEHOLDER.sub("", text)
        if "{" in bare or "}" in bare:
            raise ValueError("has a brace that belongs to no placeholder: write %7B for { and %7D for }")
        if _UNFIT.search(bare):
            raise ValueError("has a space or a sign that no address holds: write it percent-encoded, %20 for a space")
        _check_address(text)
        return cls(text)

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the address; empty when a value is missing, or is not fit for its place."""
        scheme, _, rest = self.text.partition("://")
        host_ends = min((at for mark in "/?#" if (at := rest.find(mark)) >= 0), default=len(rest))
        host, path = rest[:host_ends], rest[host_ends:]
        for name in _named(host):
            if not _LABEL.search(values.get(name, "")):
                return ""
        for name in _named(path):
            value = values.get(name, "")
            # Two dots for a name would lead to another place of the same host.
            if not _PLAIN.search(value) or not value.strip("."):
                return ""
        made = f"{scheme}://{_put(host, values)}{_put(path, values)}"
        return made if len(made) <= LINK_CHARS else ""


def _named(text: str) -> list[str]:
    return [str(match.group(1)) for match in _PLACEHOLDER.finditer(text)]


def _put(text: str, values: Mapping[str, str]) -> str:
    for name in dict.fromkeys(_named(text)):
        text = text.replace(f"{{{name}}}", quote(values[name], safe=""))
    return text


def _check_address(text: str) -> None:
    """Refuse what is no http(s) address, or would hand out a password."""
    try:
        # A placeholder stands where a label does, and none may stand in the port.
        parts = urlsplit(_PLACEHOLDER.sub("x", text))
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_one = urlsplit(""), False
    if text.partition(":")[0].lower() not in ("http", "https") or not parts.hostname or not port_is_one:
        raise ValueError("must be an http(s) address, such as https://grafana.example.com/d/pods?var-pod={pod}")
    if "@" in parts.netloc:
        raise ValueError("must hold no user name and no password")
