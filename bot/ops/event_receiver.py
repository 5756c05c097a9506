"""The receiver of the outgoing webhook, as a client: one POST, what it answered, and never its address in a sentence.

The address counts as a secret, for its path or its query is often the token.
"""

from __future__ import annotations

import math
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import aiohttp

from bot.network.failures import reason
from bot.network.standard_webhooks import headers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    Send = Callable[[str, str], Awaitable["Answer"]]
    """Sends an event: its id, its document."""

CALL_S = 15.0
"""Seconds that one request may take: the specification advises senders to wait 15 to 30 s."""

LONGEST_WAIT_S = 3600.0
"""The longest Retry-After that is honoured: one of days would be a mistake, and is asked again after an hour."""

CONNECTIONS = 4
"""Requests at a time: as many as there are workers that send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a request. ``why`` is empty when the event was taken."""

    why: str = ""
    silent: bool = False
    """Nothing answered at all: others need not be tried now."""
    retry_after_s: float = 0.0
    """What the receiver asks for; 0: nothing."""


@asynccontextmanager
async def receiver(
    url: str | None, secrets: Sequence[bytes], clock: Callable[[], float] = time.time
) -> AsyncIterator[Send | None]:
    """Open what sends to the address, through the proxy of the environment; None where there is no address.

    Certificates are verified, redirects are not followed: they would carry the event where nobody said it may go.
    """
    if url is None:
        yield None
        return
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_S),
        connector=aiohttp.TCPConnector(limit=CONNECTIONS),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=True,
        headers={"User-Agent": "crashloop", "Content-Type": "application/json"},
    ) as session:

        async def send(event_id: str, document: str) -> Answer:
            body = document.encode()
            signed = headers(secrets, event_id, int(clock()), body)
            try:
                async with session.post(url, data=body, headers=signed, allow_redirects=False) as response:
                    return _answer(response, clock())
            except TimeoutError:
                return Answer(why=f"no answer within {CALL_S:g} s", silent=True)
            except (aiohttp.ClientError, OSError) as error:
                return Answer(why=reason(error), silent=True)

        yield send


def _answer(response: aiohttp.ClientResponse, now: float) -> Answer:
    if 200 <= response.status < 300:
        return Answer()
    moved = "; redirects are not followed" if 300 <= response.status < 400 else ""
    wait_s = retry_after_s(response.headers.get("Retry-After", ""), now)
    return Answer(why=f"it answers {response.status}{moved}", retry_after_s=wait_s)


def retry_after_s(value: str, now: float) -> float:
    """Return how long a Retry-After asks to wait: seconds or a date (RFC 9110, 10.2.3); 0 where it says nothing."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        wait_s = float(value[:9])
    else:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return 0.0
        wait_s = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - datetime.fromtimestamp(
            now, UTC
        ).timestamp()
    return min(max(wait_s, 0.0), LONGEST_WAIT_S) if math.isfinite(wait_s) else 0.0
