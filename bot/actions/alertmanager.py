"""Alertmanager's API v2: alerts that fire now, and silences. It authorizes nobody itself: the bot must.

Source: prometheus/alertmanager ``api/v2/openapi.yaml``.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.model.errors import Refused, Temporary
from bot.network.failures import reason
from diagnostics.fields import text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

CALL_S = 2.0
"""How long a call may take: somebody waits, and a Slack event must be acknowledged within three seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """What a silenced alert's label must be; ``regex`` is RE2, for the whole value."""

    name: str
    value: str
    regex: bool = False

    def __str__(self) -> str:
        """Write it as Alertmanager does."""
        value = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.name}{"=~" if self.regex else "="}"{value}"'


class Alertmanager:
    """A client. ``Temporary`` when Alertmanager cannot be reached, ``Refused`` with its words when it says no."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def firing(self, *, matchers: Sequence[Matcher] = (), receiver: str = "") -> list[dict[str, str]]:
        """Return the labels of the alerts that fire now and are not silenced."""
        query = [("active", "true"), ("silenced", "false"), ("inhibited", "false")]
        query += [("filter", str(matcher)) for matcher in matchers]
        query += [("receiver", receiver)] if receiver else []
        found = await self._call("GET", "/api/v2/alerts", params=query)
        labels = [alert.get("labels") for alert in found if isinstance(alert, dict)] if isinstance(found, list) else []
        return [
            {name: value for name, value in given.items() if isinstance(value, str)}
            for given in labels
            if isinstance(given, dict)
        ]

    async def version(self) -> str:
        """Return which Alertmanager answers, such as ``0.28.1``; empty when it does not say."""
        found = await self._call("GET", "/api/v2/status")
        return text(found, "versionInfo", "version")

    async def silence(
        self, matchers: Sequence[Matcher], *, starts_at: float, ends_at: float, author: str, comment: str
    ) -> str:
        """Silence the alerts that match all of ``matchers``; return the silence's id."""
        body = {
            "matchers": [
                {"name": matcher.name, "value": matcher.value, "isRegex": matcher.regex, "isEqual": True}
                for matcher in matchers
            ],
            "startsAt": _time(starts_at),
            "endsAt": _time(ends_at),
            "createdBy": author,
            "comment": comment,
        }
        made = await self._call("POST", "/api/v2/silences", json=body)
        return str(made.get("silenceID") or "") if isinstance(made, dict) else ""

    async def expire(self, silence_id: str) -> None:
        """End a silence. One that has ended already is no error."""
        try:
            await self._call("DELETE", f"/api/v2/silence/{silence_id}")
        except Refused as error:
            if error.code not in {"404", "500"}:  # older ones answer 500 "silence already expired"
                raise

    async def _call(self, method: str, path: str, **more: Any) -> Any:
        try:
            async with self._session.request(method, self._url + path, allow_redirects=False, **more) as reply:
                if reply.status >= 400:
                    problem = " ".join((await reply.text(errors="replace")).split())[:200]
                    if reply.status in {429, 502, 503, 504}:
                        raise Temporary(f"Alertmanager cannot do that just now (HTTP {reply.status})")
                    raise Refused(f"Alertmanager refuses it (HTTP {reply.status}): {problem}", str(reply.status))
                return await reply.json(content_type=None)
        except ValueError:
            raise Temporary("what answers there is no Alertmanager: it sends no JSON") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Temporary(f"Alertmanager does not answer: {reason(error)}") from None


@asynccontextmanager
async def alertmanager(url: str | None) -> AsyncIterator[Alertmanager | None]:
    """Open a client, or give None where no address is set."""
    if url is None:
        yield None
        return
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_S)) as session:
        yield Alertmanager(session, url)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
