"""The database's own clock, so that the leases of several processes do not hang on their hosts' clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Double, bindparam, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.compiler import SQLCompiler


class _EpochNow(FunctionElement[float]):
    """Seconds since the epoch, to the millisecond at least."""

    type = Double()
    inherit_cache = True


@compiles(_EpochNow, "postgresql")
def _postgresql(_element: _EpochNow, _compiler: SQLCompiler, **_kw: Any) -> str:
    # clock_timestamp() moves on within a transaction; now() stands still at its start.
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"


@compiles(_EpochNow, "sqlite")
def _sqlite(_element: _EpochNow, _compiler: SQLCompiler, **_kw: Any) -> str:
    # 2440587.5 is the Julian day of the epoch; unixepoch('subsec') needs SQLite 3.42.
    return "((julianday('now') - 2440587.5) * 86400.0)"


def now_expression(clock: Callable[[], float] | None) -> ColumnElement[float]:
    """Return SQL for now: the database's clock, or the given one where time is played (tests, the workspace)."""
    return _EpochNow() if clock is None else bindparam(None, type_=Double(), callable_=clock)


def reached(
    moment: ColumnElement[float], now: ColumnElement[float], furthest_s: ColumnElement[float] | float
) -> ColumnElement[bool]:
    """Return SQL for whether a moment has come that was set at most ``furthest_s`` ahead.

    One that lies further ahead was set before the clock was put back: it has come too, or it would be waited for as
    long as the clock went back.
    """
    return or_(moment <= now, moment > now + furthest_s)
