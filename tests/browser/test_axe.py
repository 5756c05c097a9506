"""axe-core finds nothing: the page, a thread, a dialog, Home and the scenarios; light and dark; desktop and phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.browser.chromium import NEEDED, PHONE
from tests.browser.test_slack_page import type_command

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from bot.demo.slack import SlackStandIn

pytestmark = NEEDED


async def violations(page: Page, where: str) -> list[str]:
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{where}: {one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), tuple(PHONE.values())])
async def test_axe_finds_nothing(browser: Browser, slack: SlackStandIn, width: int, height: int, scheme: str):
    # Without motion: what fades in has no one's colours half-way.
    page = await browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    await page.goto(slack.url)
    await page.locator(".welcome").wait_for()
    found = await violations(page, "start")
    narrow = width == PHONE["width"]
    if narrow:
        await page.get_by_role("button", name="Scenarios", exact=True).click()
        found += await violations(page, "scenarios")
        await page.get_by_role("button", name="Close scenarios").click()
    await type_command(page, "/crashloop x")
    if narrow:
        await page.get_by_role("status").get_by_role("button", name="Open").click()
    await page.locator(".thread .header").wait_for()
    found += await violations(page, "thread")
    await page.locator(".thread").get_by_role("button", name="Not the cause").click()
    await page.locator("dialog.modal").wait_for()
    found += await violations(page, "dialog")
    await page.keyboard.press("Escape")
    await page.goto(f"{slack.url}#home")
    await page.locator(".home").wait_for()
    found += await violations(page, "home")
    assert found == []
