"""Faults that tests switch on, a method at a time: what Slack and the network between do on a bad day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["rate_limited", "server_error", "html", "hang", "reset", "drop", "error"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """What goes wrong, and how many times before it is over (-1: always).

    ``rate_limited`` 429 with Retry-After · ``server_error`` 500 · ``html`` a page of HTML with status 200 · ``hang``
    no answer · ``reset`` the call is carried out, then the connection drops · ``drop`` the connection drops before
    anything is done · ``error`` ``{"ok": false, "error": code}``.
    """

    kind: Kind
    times: int = 1
    retry_after_s: int = 1
    code: str = "internal_error"
    of_blocks: bool = False
    """Whether it strikes only calls that carry blocks: a workspace that takes the text and not the form."""


class Faults:
    """The faults switched on at present, by method name (``*``: any)."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}

    def set(self, method: str, fault: Fault | None) -> None:
        """Switch a fault on, or off with None."""
        if fault is None:
            self._faults.pop(method, None)
        else:
            self._faults[method] = fault

    def take(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        """Return the fault that strikes this call, and count it."""
        has_blocks = str(arguments.get("blocks") or "[]") != "[]"
        for key in (method, "*"):
            fault = self._faults.get(key)
            if fault is not None and fault.times != 0 and (has_blocks or not fault.of_blocks):
                fault.times -= 1
                return fault
        return None
