"""Where an answer leads on: links as one short line for Slack, and as a list for a terminal.

A link's text is its fixed label, whatever its address says. An address that others wrote is held to be one: http(s), a
host of plain letters, no user name, no sign that would end a link of Slack's, nothing that looks like a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.render.mrkdwn import SEPARATOR, packed, prose, size
from diagnostics.patterns import compiled
from diagnostics.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOREIGN_CHARS = 1000
"""Longest address of an alert's that is shown."""

LINE_CHARS = 2900
"""Characters of one text object (Slack: 3,000)."""

SHOWN = 10
"""Links of one answer."""

ALERTS_DASHBOARD = "Alert's dashboard"
ALERTS_OWN = (
    ("dashboard", ALERTS_DASHBOARD), ("runbook", "Runbook"), ("source", "Alert rule"),
    ("silence", "Silence this alert only"),
)  # fmt: skip
"""What an alert brings, and the text it has; the names are those of ``bot.alerts.reading.LINKS``.

What silences an alert is a form for that one alert: the button *Silence* is for the workload.
"""

_ADDRESS = compiled(r"\A[!-~]+\z")
_ENDS_LINK = frozenset("<>|\"'`\\")
_HOST = compiled(r"\A(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})?(?:\.|\z))+\z|\A[0-9a-fA-F:.]+\z")


@dataclass(frozen=True, slots=True)
class Link:
    """An address that may be shown, and its text."""

    label: str
    url: str


def foreign(found: Mapping[str, str]) -> list[Link]:
    """Return the links that an alert brings, those that may be shown."""
    return [Link(label, found[name]) for name, label in ALERTS_OWN if _showable(found.get(name, ""))]


def _showable(url: str) -> bool:
    if not url or len(url) > FOREIGN_CHARS or not _ADDRESS.search(url) or _ENDS_LINK & set(url):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    fits = parts.scheme in ("http", "https") and "@" not in parts.netloc and bool(_HOST.search(host))
    return fits and redact_text(url) == url


def line(links: Sequence[Link]) -> list[str]:
    """Return the links as mrkdwn: ``🔗 Logs · Dashboard``, in as few texts as hold them."""
    shown = [f"<{_escaped(link.url)}|{prose(link.label, 40)}>" for link in links[:SHOWN]]
    fitting = [text for text in shown if size(text) <= LINE_CHARS - 4]
    return [f"🔗 {text}" for text in packed(fitting, LINE_CHARS - 4, SEPARATOR)]


def _escaped(url: str) -> str:
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
