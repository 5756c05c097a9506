"""One Slack client for the whole process: one session with time limits, no retries of its own.

A new client without a session would open a connection for every call, and the SDK's own retry handler posts a message
twice after a lost connection. What is retried, and when, is decided in ``notifier.py``.
"""

from __future__ import annotations

import functools
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.errors import BotError, Refused, Temporary
from bot.slack.people import asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from slack_sdk.web.async_slack_response import AsyncSlackResponse

_log = structlog.get_logger(__name__)

CALL_S = 10.0
"""How long one call may take in all. Slack answers within a second; the session's limit is the one that counts."""


SlackClient = AsyncWebClient
"""What others call the client by, so that the library is imported here alone."""


@asynccontextmanager
async def slack_client(token: str, base_url: str) -> AsyncIterator[SlackClient]:
    """Open the client, and close its session afterwards."""
    # The SDK logs bodies at DEBUG, and forged requests at INFO.
    logging.getLogger("slack_sdk").setLevel(logging.WARNING)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_S)) as session:
        yield AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])


async def check_tokens(client: SlackClient, app_token: str | None) -> None:
    """Raise ``BotError`` when Slack refuses a token. When Slack does not answer, the start goes on without."""
    checks: dict[str, Callable[[], Awaitable[AsyncSlackResponse]]] = {"SLACK_BOT_TOKEN": client.auth_test}
    if app_token is not None:
        checks["SLACK_APP_TOKEN"] = functools.partial(client.apps_connections_open, app_token=app_token)
    for name, check in checks.items():
        try:
            await asked(check(), "whether it takes the token")
        except Refused as error:
            raise BotError(f"{name}: Slack refuses it: {error.code}") from None
        except Temporary as error:
            _log.warning("slack.not_reached", setting=name, error=str(error))
