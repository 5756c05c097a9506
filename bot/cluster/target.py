"""What the collector is asked for. Text becomes one in ``bot.model.target``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRef:
    """What is asked about. ``kind`` is empty when the text did not say (a pod first, then workloads)."""

    kind: str = ""
    namespace: str | None = None
    name: str
    container: str | None = None

    def __str__(self) -> str:
        """Return the target as it would be typed: ``production/deployment/api``."""
        return "/".join(part for part in (self.namespace, self.kind.lower(), self.name) if part)
