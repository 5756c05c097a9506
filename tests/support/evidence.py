"""Is a quote verbatim? It must stand in a log line, a message or a field of the snapshot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot


def unfounded(snapshot: Snapshot, diagnosis: Diagnosis) -> list[str]:
    """Return the quotes of a diagnosis that do not stand in its snapshot."""
    texts = _texts(snapshot)
    every = [*diagnosis.evidence, *(item for finding in diagnosis.also for item in finding.evidence)]
    return [f"{item.path}: {item.quote}" for item in every if not _stands(item.quote, texts)]


def _stands(quote: str, texts: str) -> bool:
    return bool(quote) and (_plain(quote) in texts or _fields_stand(quote, texts))


def _fields_stand(quote: str, texts: str) -> bool:
    """``name=value`` pairs, lists in brackets: each name and each value must stand in the snapshot."""
    rough = quote.translate(str.maketrans("[]{},:;()", " " * 9))
    words = [part for word in rough.split() for part in word.split("=") if part]
    return (
        "=" in quote or ":" in quote
        if not words
        else all(_plain(part) in texts for word in words for part in word.split("."))
    )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _texts(snapshot: Snapshot) -> str:
    found: list[str] = [line.text for log in snapshot.logs for line in log.lines]

    def walk(item: Any) -> None:
        if isinstance(item, dict):
            for key, value in item.items():
                found.append(str(key))
                walk(value)
        elif isinstance(item, list | tuple):
            for value in item:
                walk(value)
        else:
            found.append(json.dumps(item) if isinstance(item, bool) else str(item))

    walk({kind: list(items) for kind, items in snapshot.objects.items()})
    return "\n".join(_plain(text) for text in found)
