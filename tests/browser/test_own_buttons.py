"""An answer's own buttons as a visitor meets them: who is on it, what it really was, a fresh look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.demo.workspace import workspace
from tests.browser.chromium import NEEDED, PHONE

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = NEEDED
WITHIN_MS = 20_000
BUTTONS = ["Roll back to 2.13.2 (revision 1)", "I'm on it", "Check again", "Not right? Correct it"]
TRUTH = "A ConfigMap or one of its keys does not exist"


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["desktop", "phone"])
async def test_somebody_takes_it_says_what_it_really_was_and_looks_again(
    browser: Browser, size: dict[str, int]
) -> None:
    async with workspace() as demo:
        page = await browser.new_page(viewport=size)
        await page.goto(demo.url)
        await page.locator(".welcome").wait_for()
        await page.locator("#composer").fill("/crashloop api-deployment-7d4b9c-xkp2z")
        await page.keyboard.press("Enter")
        if size is PHONE:
            await page.get_by_role("button", name="Open", exact=True).click(timeout=WITHIN_MS)
        thread = page.locator(".thread")
        undo = thread.get_by_role("button", name="Roll back to 2.13.2 (revision 1)")
        await expect(undo).to_be_visible(timeout=WITHIN_MS)
        assert await undo.locator("..").get_by_role("button").all_inner_texts() == BUTTONS

        await thread.get_by_role("button", name="I'm on it").click()
        await expect(thread.get_by_text("Anna Berg is on it")).to_have_count(2, timeout=WITHIN_MS)

        await thread.get_by_role("button", name="Not right?").click()
        dialog = page.locator("dialog.modal")
        await expect(dialog).to_contain_text("api does not accept DATABASE_PORT", timeout=WITHIN_MS)
        box = await dialog.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        await dialog.get_by_label("What was it really?").select_option(label=TRUTH)
        await dialog.get_by_label("In your own words").fill("its <!channel> key is gone")
        await dialog.get_by_role("button", name="Send").click()
        await expect(dialog).to_have_count(0)
        await expect(thread).to_contain_text("its <!channel> key is gone", timeout=WITHIN_MS)
        await expect(thread).to_contain_text(
            "with what I read of it, redacted, to turn it into a test", timeout=WITHIN_MS
        )
        # What was said before stands there when it is asked again.
        await thread.get_by_role("button", name="Not right?").click()
        await expect(dialog.get_by_label("What was it really?")).to_have_value("missing-configmap", timeout=WITHIN_MS)
        await page.keyboard.press("Escape")

        await thread.get_by_role("button", name="Check again").click()
        await expect(thread).to_contain_text("Looked again just now, the same", timeout=WITHIN_MS)
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        words = await demo.service.store.feedback.words(3600)
        assert [(word.user, word.truth, word.snapshot_bytes > 0) for word in words] == [
            ("U0ANNA", "missing-configmap", True)
        ]
        await page.close()
