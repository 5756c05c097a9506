"""How many pods a rolling replacement may add and miss (deployment/util, ResolveFenceposts)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.demo.cluster.wire import Object


def bounds(deployment: Object) -> tuple[int, int]:
    """Return maxSurge and maxUnavailable in pods: percentages round up and down; both 0 makes 1 unavailable."""
    strategy = deployment["spec"].get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return 0, 0
    rolling = strategy.get("rollingUpdate") or {}
    desired = deployment["spec"].get("replicas", 1)
    surge = _resolve(rolling.get("maxSurge", "25%"), desired, math.ceil)
    unavailable = _resolve(rolling.get("maxUnavailable", "25%"), desired, math.floor)
    return (surge, unavailable) if surge or unavailable else (0, 1)


def _resolve(value: Any, desired: int, rounding: Any) -> int:
    if isinstance(value, str) and value.endswith("%"):
        return int(rounding(float(value[:-1]) * desired / 100))
    return int(value)
