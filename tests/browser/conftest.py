"""A fresh Slack stand-in with its tiny bot, and a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.chromium import ARGS, CHROMIUM
from tests.browser.fake_bot import workspace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.demo.slack import SlackStandIn


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with workspace() as stand_in:
        yield stand_in


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        await browser.close()
