"""Pure: the audit trail, a chain of entries in which each one's hash is over the one before.

An entry that is changed, taken out or put in later breaks the chain from there on. The newest hash also stands in the
log and in the Kubernetes Event of each change, outside of the database: with it a chain that was rewritten as a whole,
or cut at its end, is found out too (``crashloop audit --contains HASH``).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from diagnostics.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST = "0" * 64
"""What stands for the hash before the first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened to an offer. Everything is text, numbers or null: no value of the workload's."""

    at: str
    """The database's clock, RFC 3339 in UTC."""
    event: str
    """``denied``, ``proposed``, ``claimed``; ``unknown`` (sent, no answer), ``changed``; then ``done`` (it held),
    ``unhelpful`` (changed, and not well), ``failed`` (nothing was changed) or ``superseded`` (it was not done).
    Besides: ``silenced``, ``unsilenced``; ``judged`` (what it really was), ``assigned``, ``unassigned``."""
    offer: str
    action: str = ""
    target: str = ""
    uid: str = ""
    slack_user: str = ""
    slack_team: str = ""
    channel: str = ""
    kubernetes_user: str = ""
    kubernetes_groups: tuple[str, ...] = ()
    acted_as: str = ""
    """Whose credentials the change was made with: the person's (impersonated) or the bot's own account."""
    second: str = ""
    """Where two must agree: the Slack user who approved."""
    reason: str = ""
    """Why, in the person's own words."""
    review: str = ""
    """What the cluster said when it was asked whether the person may: what allows it, or what is missing."""
    revision_before: int | None = None
    revision_after: int | None = None
    version_before: str = ""
    version_after: str = ""
    """resourceVersion of the workload before and after the change."""
    generation_before: int = 0
    generation_after: int = 0
    outcome: str = ""
    cluster: str = ""
    """Which of several clusters it is about; empty where there is one."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it is kept."""

    seq: int
    entry: str
    previous: str
    hash: str

    def read(self) -> dict[str, Any]:
        """Return the entry; empty when it is not one."""
        try:
            found = json.loads(self.entry)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def canonical(entry: Entry) -> str:
    """Return the entry as JSON, keys in order, without what is empty: the very text that is hashed and kept."""
    empty = {item.name: item.default for item in fields(Entry)}
    filled = {key: value for key, value in asdict(entry).items() if value != empty[key]}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def digest(seq: int, entry: str, previous: str) -> str:
    """Return the hash that chains an entry to the one before."""
    return hashlib.sha256(f"{previous}\n{seq}\n{entry}".encode()).hexdigest()


def chained(seq: int, entry: Entry, previous: str) -> Row:
    """Return the entry as the next row of the chain; what people, the cluster and the bot said in it is redacted."""
    text = canonical(_redacted(entry))
    return Row(seq, text, previous, digest(seq, text, previous))


def _redacted(entry: Entry) -> Entry:
    return replace(
        entry,
        reason=redact_text(entry.reason),
        review=redact_text(entry.review),
        outcome=redact_text(entry.outcome),
    )


def broken(rows: Iterable[Row]) -> str:
    """Return where the chain is broken and how, as one sentence; empty when it holds."""
    previous, expected = FIRST, 1
    for row in rows:
        if row.seq != expected:
            return f"entry {expected} is missing: after it stands entry {row.seq}"
        if row.previous != previous:
            return f"entry {row.seq} does not follow from the entry before it"
        if row.hash != digest(row.seq, row.entry, row.previous):
            return f"entry {row.seq} was changed after it was written"
        previous, expected = row.hash, expected + 1
    return ""
