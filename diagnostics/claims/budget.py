"""The time that reading a log may take: asked for between lines, because no pattern takes long on one of them.

The core has no clock: whoever calls says when the time is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class OutOfTime(Exception):  # noqa: N818 — named for what is the case
    """The time was over before the lines were read."""


class Budget:
    """``spent`` tells whether the time is over."""

    def __init__(self, spent: Callable[[], bool] = lambda: False) -> None:
        self._spent = spent

    def check(self) -> None:
        """Raise ``OutOfTime`` when it is."""
        if self._spent():
            raise OutOfTime


UNBOUNDED = Budget()
