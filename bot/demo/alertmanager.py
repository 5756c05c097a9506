"""A stand-in for Alertmanager's API v2 on loopback: the alerts that were set off, and the silences that people make.

Source: prometheus/alertmanager ``api/v2/openapi.yaml``; matchers as in ``pkg/labels``: a label that is not there is the
empty string, a regular expression is RE2 and for the whole value.
"""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import re2
from aiohttp import web

from bot.demo.loopback import Loopback
from diagnostics import fields
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.demo.slack.model import Json

VERSION = "0.28.1"
_FILTER = compiled(r'^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*$')


@dataclass(frozen=True, slots=True)
class Matcher:
    """What a label must be, or must not be."""

    name: str
    value: str
    regex: bool = False
    equal: bool = True

    def fits(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels is meant."""
        there = labels.get(self.name, "")
        same = bool(re2.fullmatch(self.value, there)) if self.regex else there == self.value
        return same is self.equal

    def to_json(self) -> Json:
        """Return it as the API has it."""
        return {"name": self.name, "value": self.value, "isRegex": self.regex, "isEqual": self.equal}


@dataclass(slots=True)
class Silence:
    """One silence. Times are seconds since the epoch."""

    id: str
    matchers: tuple[Matcher, ...]
    starts_at: float
    ends_at: float
    author: str
    comment: str

    def is_active(self, now: float) -> bool:
        """Whether it silences now."""
        return self.starts_at <= now < self.ends_at

    def to_json(self, now: float) -> Json:
        """Return it as the API has it."""
        state = "active" if self.is_active(now) else "pending" if now < self.starts_at else "expired"
        return {
            "id": self.id,
            "matchers": [matcher.to_json() for matcher in self.matchers],
            "startsAt": _text(self.starts_at),
            "endsAt": _text(self.ends_at),
            "createdBy": self.author,
            "comment": self.comment,
            "status": {"state": state},
        }


class AlertmanagerStandIn(Loopback):
    """A server that keeps alerts and silences for as long as it runs. ``clock`` gives seconds since the epoch."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.silences: dict[str, Silence] = {}
        self._alerts: dict[tuple[tuple[str, str], ...], float] = {}
        self._clock = clock

    def fire(self, labels: Mapping[str, str]) -> Silence | None:
        """Let an alert fire. Return the silence that keeps it from being sent, or None."""
        self._alerts.setdefault(tuple(sorted(labels.items())), self._clock())
        return next(iter(self._silencing(labels)), None)

    def routes(self) -> list[web.RouteDef]:
        """Return what of the API is there."""
        return [
            web.get("/api/v2/status", self._status),
            web.get("/api/v2/alerts", self._listed),
            web.get("/api/v2/silences", self._silences),
            web.post("/api/v2/silences", self._silence),
            web.delete("/api/v2/silence/{id}", self._expire),
        ]

    def _silencing(self, labels: Mapping[str, str]) -> list[Silence]:
        now = self._clock()
        active = (silence for silence in self.silences.values() if silence.is_active(now))
        return [silence for silence in active if all(matcher.fits(labels) for matcher in silence.matchers)]

    async def _status(self, _request: web.Request) -> web.Response:
        return web.json_response({"cluster": {"status": "disabled"}, "versionInfo": {"version": VERSION}})

    async def _listed(self, request: web.Request) -> web.Response:
        matchers = [_filter(text) for text in request.query.getall("filter", [])]
        known = [matcher for matcher in matchers if matcher is not None]
        if len(known) < len(matchers):
            return web.json_response("bad matcher format", status=400)
        wanted = {name: request.query.get(name, "true") == "true" for name in ("active", "silenced")}
        found = []
        for key, started_at in self._alerts.items():
            labels = dict(key)
            by = [silence.id for silence in self._silencing(labels)]
            if wanted["silenced" if by else "active"] and all(matcher.fits(labels) for matcher in known):
                found.append(_alert(labels, started_at, by))
        return web.json_response(found)

    async def _silences(self, _request: web.Request) -> web.Response:
        return web.json_response([silence.to_json(self._clock()) for silence in self.silences.values()])

    async def _silence(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
            matchers = tuple(_matcher(item) for item in fields.items(body, "matchers"))
            starts_at, ends_at = (datetime.fromisoformat(body[name]).timestamp() for name in ("startsAt", "endsAt"))
        except (ValueError, KeyError, TypeError, re2.error) as error:
            return web.json_response(f"bad silence: {error}", status=400)
        if all(matcher.fits({}) for matcher in matchers):
            return web.json_response("silence invalid: every matcher matches the empty string", status=400)
        if ends_at <= max(starts_at, self._clock()):
            return web.json_response("invalid silence: end time can't be in the past", status=400)
        made = Silence(
            str(uuid.uuid4()), matchers, max(starts_at, self._clock()), ends_at,
            fields.text(body, "createdBy"), fields.text(body, "comment"),
        )  # fmt: skip
        self.silences[made.id] = made
        return web.json_response({"silenceID": made.id})

    async def _expire(self, request: web.Request) -> web.Response:
        silence = self.silences.get(request.match_info["id"])
        if silence is None:
            return web.json_response("silence not found", status=404)
        if silence.ends_at <= self._clock():
            return web.json_response("silence already expired", status=500)
        silence.ends_at = self._clock()
        return web.Response()


def _matcher(item: Any) -> Matcher:
    value, regex = fields.text(item, "value"), item.get("isRegex") is True
    if regex:
        re2.fullmatch(value, "")  # raises what compiling it would
    return Matcher(item["name"], value, regex, item.get("isEqual", True) is not False)


def _filter(text: str) -> Matcher | None:
    """Return a filter of the query, such as ``namespace="production"``; None where it is none."""
    found = _FILTER.match(text)
    if found is None:
        return None
    name, operator, quoted = found.groups()
    value = quoted.replace('\\"', '"').replace("\\\\", "\\")
    return Matcher(name, value, operator.endswith("~"), not operator.startswith("!"))


def _alert(labels: Mapping[str, str], started_at: float, silenced_by: list[str]) -> Json:
    return {
        "labels": dict(labels),
        "annotations": {},
        "startsAt": _text(started_at),
        "updatedAt": _text(started_at),
        "endsAt": _text(started_at + 300),
        "fingerprint": secrets.token_hex(8),
        "generatorURL": "",
        "receivers": [{"name": "crashloop"}],
        "status": {
            "state": "suppressed" if silenced_by else "active", "silencedBy": silenced_by, "inhibitedBy": [],
        },
    }  # fmt: skip


def _text(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
