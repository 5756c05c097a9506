"""The browser that the tests of the page drive, the screen of a phone, and how one becomes somebody else."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Page

CHROMIUM = shutil.which("chromium")
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
NEEDED = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),  # the browser lives as long
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]


async def become(page: Page, before: str, name: str) -> None:
    """Choose another person in the page's menu, and wait until it is theirs: what is typed before that is lost."""
    await page.get_by_role("button", name=f"You are {before}").click()
    await page.get_by_role("menuitemradio", name=name).click()
    await expect(page.get_by_role("button", name=f"You are {name}")).to_be_visible()
