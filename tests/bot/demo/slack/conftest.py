from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack import SlackStandIn
from tests.support.slack_page import Page, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(event_retry_delays_s=(0.0, 0.0, 0.0), ack_s=0.5) as stand_in:
        yield stand_in


@pytest.fixture
async def client(slack: SlackStandIn) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])


@pytest.fixture
async def page(slack: SlackStandIn) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession(slack.url) as session:
        yield Page(session)


@pytest.fixture(params=["socket", "http"])
async def bolt(request, slack: SlackStandIn) -> AsyncIterator[AsyncApp]:
    """The real Bolt app, connected over one transport and then the other."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
        app = AsyncApp(client=client, signing_secret=slack.signing_secret)
        if request.param == "socket":
            handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client)
            await handler.connect_async()
            stack.push_async_callback(handler.close_async)
            await until(lambda: slack.delivery.connected)
        else:
            runner = web.AppRunner(app.web_app(path="/slack/events"))
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        stack.push_async_callback(slack.delivery.settle)
        yield app
