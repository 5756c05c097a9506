"""A Slack message as the parts that a person sees: its text, attachments, fields, blocks, and the links behind words.

Markup is taken off the way Slack shows it: links and mentions by their label, entities as their characters. The text
and the ``fallback`` repeat what blocks and attachments say; they are read only where there is nothing else.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE_CHARS = 20_000
"""Of an alert's message this much text is searched."""

DEPTH = 8
ITEMS = 100
_LINK = compiled(r"<(https?://[^<>|\s]+)(?:\|([^<>|]*))?>")
_MARKED = compiled(r"<(?:[^<>|]*\|)?([^<>|]*)>")
_URL = compiled(r"https?://[^\s<>|]+")
_RECEIVER = compiled(r"#/alerts\?(?:[^ ]*&)?receiver=([^&\s]{1,300})")
_GOOD = ("good", "2eb886", "36a64f")
"""The colours of what is over: Slack's own word, and the greens of Alertmanager's and Grafana's templates."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message, as text. ``title`` is its headline, where it has one; ``good`` says it is coloured so."""

    text: str
    title: str = ""
    good: bool = False


@dataclass(slots=True)
class Parts:
    """The parts of a message, its links by their label, and Alertmanager's receiver where it links back to it."""

    parts: list[Part] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    receiver: str = ""

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(f"{part.title}\n{part.text}" for part in self.parts)


def parts_of(message: dict[str, Any]) -> Parts:
    """Return the parts of a message. Whatever has another form than Slack's is left out."""
    found = Parts()
    blocks = "\n".join(_blocks(message.get("blocks"), found.links, DEPTH))
    bodies = [_attachment(one, found) for one in _listed(message.get("attachments"))]
    text = _shown(_string(message.get("text")), found.links)
    own = blocks or text
    if blocks and text and not _repeats(text, blocks):
        own = f"{text}\n{blocks}"
    if own:
        head, _, rest = own.partition("\n")
        found.parts.append(Part(text=rest, title=head))
    found.parts += [body for body in bodies if body.text or body.title]
    room = MESSAGE_CHARS
    kept = []
    for part in found.parts:
        kept.append(Part(text=part.text[:room], title=part.title[:room], good=part.good))
        room = max(0, room - len(part.text) - len(part.title))
    found.parts = kept
    return found


def unlinked(text: str) -> str:
    """Return Slack's text as it is read: links and mentions by their label, entities as their characters."""
    return html.unescape(_MARKED.sub(r"\1", text[:MESSAGE_CHARS]))


def _attachment(found: dict[str, Any], into: Parts) -> Part:
    link = _string(found.get("title_link"))[:MESSAGE_CHARS]
    match = _RECEIVER.search(link)
    if match and not into.receiver:
        into.receiver = unquote(str(match.group(1)))
    title = _shown(_string(found.get("title")), into.links)
    if link.startswith("http"):
        into.links.setdefault("source", link)
    lines = [_shown(_string(found.get(name)), into.links) for name in ("author_name", "pretext", "text")]
    fields = [one for one in _listed(found.get("fields")) if _string(one.get("value"))]
    lines += [
        f"{_shown(_string(one.get('title')), into.links)}: {_shown(_string(one.get('value')), into.links)}"
        for one in fields
    ]
    lines += _blocks(found.get("blocks"), into.links, DEPTH)
    for action in _listed(found.get("actions")):
        _keep(into.links, _string(action.get("text")), _string(action.get("url")))
    if not title and not any(lines):
        title = _shown(_string(found.get("fallback")), into.links).partition(" | http")[0]
    lines = [line for line in lines if line]
    if not title and lines:
        title, _, rest = "\n".join(lines).partition("\n")
        lines = [rest]
    good = _string(found.get("color")).lstrip("#").lower() in _GOOD
    return Part(text="\n".join(line for line in lines if line), title=title, good=good)


def _blocks(found: Any, links: dict[str, str], depth: int) -> Iterator[str]:
    """Yield the lines of blocks; what stands within one line of rich text stays one line."""
    if depth == 0:
        return
    if isinstance(found, list):
        for item in found[:ITEMS]:
            yield from _blocks(item, links, depth - 1)
        return
    if not isinstance(found, dict):
        return
    if found.get("type") in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
        yield "".join(_inline(item, links) for item in _listed(found.get("elements")))
        return
    if found.get("type") == "table":
        for row in found["rows"][:ITEMS] if isinstance(found.get("rows"), list) else []:
            yield " | ".join(" ".join(_blocks(cell, links, depth - 1)) for cell in row if isinstance(row, list))
        return
    _keep(links, "", _string(found.get("url")), _text_of(found.get("text")))
    if isinstance(found.get("text"), str):
        yield _shown(found["text"], links)
    for name in ("text", "fields", "elements", "accessory"):
        yield from _blocks(found.get(name), links, depth - 1)


def _inline(item: dict[str, Any], links: dict[str, str]) -> str:
    text = _string(item.get("text"))
    if item.get("type") == "link":
        _keep(links, text, _string(item.get("url")))
    if item.get("type") == "emoji":
        return f":{_string(item.get('name'))}:"
    return text


def _text_of(found: Any) -> str:
    return _string(found.get("text")) if isinstance(found, dict) else _string(found)


def _shown(text: str, links: dict[str, str]) -> str:
    text = text[:MESSAGE_CHARS]
    for match in _LINK.finditer(text):
        _keep(links, match.group(2) or "", match.group(1))
    # An address says where to look, not what it is about.
    return str(_URL.sub(" ", unlinked(_LINK.sub(r"\2", text))))


def _keep(links: dict[str, str], label: str, url: str, other: str = "") -> None:
    if not url.startswith(("https://", "http://")) or len(links) >= ITEMS:
        return
    said = html.unescape(label or other).strip().lower()[:60]
    links.setdefault(said or url, html.unescape(url)[:2000])


def _repeats(text: str, blocks: str) -> bool:
    """Whether a text is the short form of the blocks, for notifications: nearly all of its words stand there too."""
    words = set(text.split())
    return len(words - set(blocks.split())) * 4 <= len(words)


def _listed(found: Any) -> list[dict[str, Any]]:
    return [item for item in found[:ITEMS] if isinstance(item, dict)] if isinstance(found, list) else []


def _string(found: Any) -> str:
    return found if isinstance(found, str) else ""
