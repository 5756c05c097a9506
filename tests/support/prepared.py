"""A recording as the collector would leave it: values stripped, text redacted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from diagnostics.redact import redacted
from diagnostics.strip import stripped

if TYPE_CHECKING:
    from diagnostics.snapshot import Snapshot


def prepared(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot stripped and redacted."""
    objects = {kind: tuple(stripped(item, b"salt") for item in found) for kind, found in snapshot.objects.items()}
    return redacted(replace(snapshot, objects=objects))
