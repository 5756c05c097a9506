"""A stand-in for Prometheus' HTTP API v1 on loopback: instant queries for a selector's samples, and for their count.

Source: prometheus/prometheus ``docs/querying/api.md`` and ``docs/querying/basics.md``: a range selector gives the
samples of the time up to the query's own; an instant one each series' newest of the last five minutes. What is no such
query is refused as Prometheus refuses what it cannot parse.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import re2
from aiohttp import web

from bot.demo.alertmanager import Matcher
from bot.demo.loopback import Loopback
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.demo.slack.model import Json

VERSION = "2.53.3"
STALE_S = 300.0
"""How old a sample may be that an instant selector gives (``--query.lookback-delta``)."""

_QUERY = compiled(r"^(?:(count)\()?([a-zA-Z_:][a-zA-Z0-9_:]*)\{(.*)\}(?:\[(\d+)s\])?(\))?$")
_MATCHER = compiled(r'^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)')
_ESCAPED = compiled(r"\\(.)")


class BadQuery(ValueError):  # noqa: N818 — Prometheus calls it bad data
    """Why a query cannot be answered."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """One series: its metric's name, its labels, its samples (seconds since the epoch, value), oldest first."""

    metric: str
    labels: Mapping[str, str]
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Query:
    """A selector; ``range_s`` where its samples are asked for, ``counts`` where the number of its series is."""

    metric: str
    matchers: tuple[Matcher, ...]
    range_s: float = 0.0
    counts: bool = False

    def fits(self, one: Sampled) -> bool:
        """Whether a series is meant."""
        return one.metric == self.metric and all(matcher.fits(one.labels) for matcher in self.matchers)


class PrometheusStandIn(Loopback):
    """A server of what ``series`` gives when it is asked. ``clock`` gives seconds since the epoch."""

    def __init__(self, series: Callable[[], Iterable[Sampled]], clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._series = series
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Return what of the API is there."""
        return [
            web.get("/api/v1/query", self._query),
            web.get("/api/v1/status/buildinfo", self._built),
        ]

    async def _built(self, _request: web.Request) -> web.Response:
        return _success({"version": VERSION})

    async def _query(self, request: web.Request) -> web.Response:
        try:
            query = parsed(request.query.get("query", ""))
            at = float(request.query.get("time") or self._clock())
        except ValueError as error:
            told = {"status": "error", "errorType": "bad_data", "error": f"invalid parameter: {error}"}
            return web.json_response(told, status=400)
        found = [one for one in self._series() if query.fits(one)]
        return _success(_samples(found, query, at) if query.range_s else _newest(found, query, at))


def parsed(text: str) -> Query:
    """Return a query as it was written. Raises ``BadQuery``."""
    found = _QUERY.match(text.strip())
    if found is None or bool(found.group(1)) is not bool(found.group(5)) or (found.group(1) and found.group(4)):
        raise BadQuery(f'"query": no selector, range selector or count of one: {text[:200]}')
    counts, metric, inner, range_s, _ = found.groups()
    return Query(metric, tuple(_matchers(inner)), float(range_s or 0), bool(counts))


def _matchers(inner: str) -> Iterable[Matcher]:
    rest = inner
    while rest.strip():
        found = _MATCHER.match(rest)
        if found is None:
            raise BadQuery(f'"query": unexpected {rest[:100]}')
        name, operator, quoted = found.groups()
        value = _ESCAPED.sub(lambda one: "\n" if one.group(1) == "n" else one.group(1), quoted)
        if operator.endswith("~"):
            try:
                re2.fullmatch(value, "")
            except re2.error as error:
                raise BadQuery(f'"query": {error}') from None
        yield Matcher(name, value, operator.endswith("~"), not operator.startswith("!"))
        rest = rest[found.end() :]


def _samples(found: Sequence[Sampled], query: Query, at: float) -> Json:
    result = []
    for one in found:
        values = [[when, _text(value)] for when, value in one.points if at - query.range_s <= when <= at]
        if values:
            result.append({"metric": {"__name__": one.metric} | dict(one.labels), "values": values})
    return {"resultType": "matrix", "result": result}


def _newest(found: Sequence[Sampled], query: Query, at: float) -> Json:
    result: list[Json] = []
    for one in found:
        newest = max((point for point in one.points if at - STALE_S <= point[0] <= at), default=None)
        if newest is not None:
            result.append({"metric": {"__name__": one.metric} | dict(one.labels), "value": [at, _text(newest[1])]})
    if query.counts:
        result = [{"metric": {}, "value": [at, str(len(result))]}] if result else []
    return {"resultType": "vector", "result": result}


def _text(value: float) -> str:
    return f"{value:.16g}"


def _success(data: Any) -> web.Response:
    return web.json_response({"status": "success", "data": data})
