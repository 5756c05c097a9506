"""Prometheus' HTTP API v1, as far as it is needed: the raw samples of a selector, and which server answers.

Source: prometheus/prometheus ``docs/querying/api.md``. An instant query for a range selector gives samples as they were
scraped, with their own times; a range query would give each step the newest sample of up to five minutes before it.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.network.failures import reason
from diagnostics import fields
from diagnostics.redact import redact_text
from diagnostics.sanitize import clean_line
from diagnostics.series import ordered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

CALL_S = 5.0
"""How long one call may take at most. Whoever waits for an answer allows less."""

BYTES = 4 * 1024 * 1024
"""Bytes of one reply that are read: a day of a pod's samples every 15 s is half a megabyte."""

CONNECTIONS = 8
"""Connections at a time: four investigations ask for a few measures each."""

TOLD = 200
"""Characters of a refusal that are passed on."""


class PrometheusError(Exception):
    """Why nothing was measured, as the end of a sentence; it holds no secret."""


class TooLong(PrometheusError):  # noqa: N818 — it says what is wrong with one reply, not with the server
    """A reply that holds more than can be looked at."""


@dataclass(frozen=True, slots=True)
class Samples:
    """One series as Prometheus has it: its labels, and its samples (seconds since the epoch, value), oldest first."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


class Prometheus:
    """A client. Every call raises ``PrometheusError`` when it gets no answer that can be used."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token_file: Path | None = None) -> None:
        self._session = session
        self._url = url
        self._token_file = token_file

    async def samples(self, selector: str, *, at: float, span_s: float) -> list[Samples]:
        """Return the samples of a selector within the ``span_s`` seconds up to ``at`` (seconds since the epoch)."""
        query = f"{selector}[{max(1, round(span_s))}s]"
        data = await self._call("/api/v1/query", {"query": query, "time": f"{at:.3f}"})
        if fields.text(data, "resultType") != "matrix":
            raise PrometheusError("what answers there is no Prometheus: it sends no samples")
        return [
            Samples(fields.labels(item, "metric"), ordered(map(_point, item.get("values") or ())))
            for item in fields.items(data, "result")
        ]

    async def count(self, selector: str) -> int:
        """Return how many series of a selector there are now."""
        data = await self._call("/api/v1/query", {"query": f"count({selector})"})
        return next((int(_point(item.get("value"))[1]) for item in fields.items(data, "result")), 0)

    async def version(self) -> str:
        """Return which version answers, such as ``3.5.0``; empty where the server tells none."""
        try:
            return fields.text(await self._call("/api/v1/status/buildinfo", {}), "version")
        except PrometheusError:
            return ""

    async def _call(self, path: str, query: Mapping[str, str]) -> Any:
        try:
            async with self._session.get(
                self._url + path, params=query, headers=self._authorization(), allow_redirects=False
            ) as reply:
                body = await self._bounded(reply)
                if reply.status != 200:
                    raise PrometheusError(f"it answers HTTP {reply.status}{_said(body)}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise PrometheusError(f"it does not answer: {reason(error)}") from None
        try:
            # Megabytes of numbers take tens of milliseconds: off the loop.
            return fields.at(await asyncio.to_thread(json.loads, body), "data")
        except (ValueError, RecursionError):
            raise PrometheusError("what answers there is no Prometheus: it sends no JSON") from None

    @staticmethod
    async def _bounded(reply: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for piece in reply.content.iter_chunked(65_536):
            body += piece
            if len(body) > BYTES:
                raise TooLong(f"its reply is longer than {BYTES // 2**20} MiB")
        return bytes(body)

    def _authorization(self) -> dict[str, str]:
        """Return the bearer token, read anew each time: a ServiceAccount's is replaced every hour."""
        if self._token_file is None:
            return {}
        try:
            token = self._token_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise PrometheusError(f"PROMETHEUS_TOKEN_FILE cannot be read: {why}") from None
        if not token.isascii() or not token.isprintable():
            raise PrometheusError("PROMETHEUS_TOKEN_FILE holds no token")
        return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def prometheus(
    url: str | None,
    *,
    token_file: Path | None = None,
    ca_file: Path | None = None,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Prometheus | None]:
    """Open a client, or give None where no address is set."""
    if url is None:
        yield None
        return
    trust: ssl.SSLContext | bool = True
    if ca_file is not None:
        trust = await asyncio.to_thread(ssl.create_default_context, cafile=str(ca_file))
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_S),
        connector=aiohttp.TCPConnector(ssl=trust, limit=CONNECTIONS),
        headers=headers,
    ) as session:
        yield Prometheus(session, url, token_file)


def _point(value: Any) -> tuple[float, float]:
    """Return a sample; what is none becomes one that ``ordered`` leaves out."""
    try:
        at, number = value
        return float(at), float(number)
    except (TypeError, ValueError):
        return -1.0, 0.0


def _said(body: bytes) -> str:
    """Return what a refusal says of itself: Prometheus' own error, or the first words of a text that is no page."""
    text = body[: 16 * TOLD].decode("utf-8", errors="replace")
    try:
        told = fields.text(json.loads(body), "error")
    except (ValueError, RecursionError):
        told = "" if text.lstrip().startswith("<") else text
    words = redact_text(clean_line(" ".join(told.split())[: 4 * TOLD]))[:TOLD]
    return f": {words}" if words else ""
