"""One Slack client for the whole process: one session with time limits, no retries of its own.

A new client without a session would open a connection for every call, and the SDK's own retry handler posts a message
twice after a lost connection. What is retried, and when, is decided in ``notifier.py``.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CALL_S = 10.0
"""How long one call may take in all. Slack answers within a second; the session's limit is the one that counts."""


@asynccontextmanager
async def slack_client(token: str, base_url: str) -> AsyncIterator[AsyncWebClient]:
    """Open the client, and close its session afterwards."""
    # The SDK logs bodies at DEBUG, and forged requests at INFO.
    logging.getLogger("slack_sdk").setLevel(logging.WARNING)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_S)) as session:
        yield AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])
