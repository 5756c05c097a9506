"""Which thread opens by itself, and whose steps the bar shows: those of what the reader has just done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from playwright.async_api import expect

from bot.demo.slack.model import Author
from tests.browser.chromium import NEEDED

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

    from bot.demo.slack import SlackStandIn

pytestmark = NEEDED
ALERTS = "C0ALERTS"
LATEST_MS = 20_000


def post(slack: SlackStandIn, text: str, thread_ts: str = "", room: str = ALERTS, **more: object) -> str:
    """Post as the bot; returns the message's ts."""
    bot = Author(user=slack.app.user_id)
    return slack.workspace.post(room, bot, {"text": text, **more}, thread_ts=thread_ts).ts


async def fire_held(page: Page, title: str) -> Route:
    """Press a scenario's button; the alert is under way until the returned route continues."""
    held: asyncio.Future[Route] = asyncio.get_running_loop().create_future()

    async def hold(route: Route) -> None:
        held.set_result(route)

    await page.route("**/ui/fire", hold)
    await page.get_by_role("button", name=f"Fire this alert: {title}").click()
    return await held


async def test_a_late_reply_opens_no_thread_that_was_closed_only_the_alert_just_fired_does(page, demo):
    thread = page.locator(".thread")
    await page.get_by_role("button", name="Fire this alert: A leak that was measured").click()
    await expect(thread).to_contain_text("baskets/api-deployment", timeout=LATEST_MS)
    await page.get_by_role("button", name="Close the thread").click()
    older = page.locator("#scroll .message", has_text="baskets/api-deployment").first
    going = await fire_held(page, "A Secret is missing")
    post(demo.slack, "A late word about baskets/api-deployment", await older.get_attribute("data-ts"))
    await expect(page.locator("#live")).to_contain_text("A late word")
    await expect(thread).to_have_count(0)
    await going.continue_()
    await expect(thread).to_contain_text("api-db-credentials", timeout=LATEST_MS)
    await expect(page.locator("#story")).to_contain_text("A Secret is missing")
    post(demo.slack, "A later word about baskets/api-deployment", await older.get_attribute("data-ts"))
    await expect(page.locator("#live")).to_contain_text("A later word")
    await expect(thread).to_contain_text("api-db-credentials")
