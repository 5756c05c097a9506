"""The audit trail for people: every entry in one line, and whether the chain holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.model.audit import broken
from bot.store import Store
from diagnostics.sanitize import clean_line

if TYPE_CHECKING:
    from bot.model.audit import Row


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The whole chain, and where it is broken (empty when it holds)."""

    rows: tuple[Row, ...]
    broken: str


async def read(url: str, contains: str = "") -> AuditReport:
    """Read and verify the chain; ``contains`` is a hash that must be in it. Raises ``BotError``."""
    store = await Store.open(url)
    try:
        rows = tuple([row async for row in store.audit.rows()])
    finally:
        await store.close()
    trouble = broken(rows)
    if not trouble and contains and all(row.hash != contains for row in rows):
        trouble = f"no entry has the hash {contains[:64]}: the chain was cut at its end, or written anew"
    return AuditReport(rows, trouble)


def line(row: Row) -> str:
    """Return an entry in one line: when, what, on what, who, why, what came of it, its hash."""
    entry = row.read()

    def value(key: str) -> str:
        return clean_line(str(entry.get(key) or ""))

    who = value("slack_user") + (f" ({value('kubernetes_user')})" if value("kubernetes_user") else "")
    where = "/".join(part for part in (value("cluster"), value("target")) if part)
    parts = [value("at"), f"{value('event'):<10}", value("action"), where, f"by {who}" if who else ""]
    parts += [
        f"{word} {value(key)}"
        for word, key in (("approved by", "second"), ("acting as", "acted_as"), ("because:", "reason"))
        if value(key)
    ]
    parts += [f"· {value('outcome') or value('review')}" if value("outcome") or value("review") else ""]
    return f"{row.seq:>5}  {' '.join(part for part in parts if part)}  [{row.hash[:12]}]"


def document(row: Row) -> str:
    """Return an entry as one line of JSON, as it is kept."""
    entry: dict[str, Any] = {"seq": row.seq, "previous": row.previous, "hash": row.hash, "entry": row.read()}
    return json.dumps(entry, ensure_ascii=False, sort_keys=True)
