"""On the page: alerts are silenced from the thread, and an undo waits until two people agree."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.chromium import NEEDED, become

pytestmark = NEEDED
LATEST_MS = 20_000


async def test_alerts_are_silenced_and_heard_again_from_the_thread(page, demo):
    fire = page.get_by_role("button", name="Fire this alert", exact=True)
    await fire.click()
    thread, dialog = page.locator(".thread"), page.locator("dialog.modal")
    await thread.get_by_role("button", name="Silence").click(timeout=LATEST_MS)
    await expect(dialog).to_contain_text("1 alert fires now", timeout=LATEST_MS)
    await dialog.get_by_role("button", name="Silence").click()
    await expect(thread).to_contain_text("silenced until", timeout=LATEST_MS)
    assert {one.author for one in demo.alertmanager.silences.values()} == {"anna@example.com (Slack U0ANNA)"}
    await page.get_by_role("button", name="Close the thread").click()
    await fire.click()
    await expect(page.locator(".toast")).to_contain_text("Alertmanager sends nothing")
    await page.locator("#scroll .thread-line").first.click()
    await thread.get_by_role("button", name="Unsilence").click()
    await expect(thread).to_contain_text("no longer silenced", timeout=LATEST_MS)
    await page.get_by_role("button", name="Close the thread").click()
    await fire.click()
    await expect(page.locator(".toast.error")).to_have_count(0)


async def test_in_a_protected_namespace_a_second_person_agrees(page):
    await page.get_by_role("button", name="Fire this alert: A rollback by two people").click()
    thread, dialog = page.locator(".thread"), page.locator("dialog.modal")
    await expect(thread.get_by_role("button", name="Roll back")).to_be_visible(timeout=LATEST_MS)
    await expect(thread.get_by_role("button", name="Silence")).to_have_count(0)
    await thread.get_by_role("button", name="Roll back").click()
    await dialog.get_by_label("Why").fill("both revisions are broken")
    await dialog.get_by_role("button", name="Ask for approval").click(timeout=LATEST_MS)
    await expect(thread).to_contain_text("somebody else who may do it must approve", timeout=LATEST_MS)
    asked = ["1 Alert (done)", "2 Verdict (done)"]
    await expect(page.locator("#story .done")).to_have_text(asked)  # nothing was rolled back yet
    await thread.get_by_role("button", name="Approve").click()
    await expect(dialog).to_contain_text("Somebody else who may do it must approve: ask Cara Lind", timeout=LATEST_MS)
    await page.keyboard.press("Escape")
    await become(page, "Anna Berg", "Cara Lind")
    await thread.get_by_role("button", name="Approve").click()
    await expect(dialog).to_contain_text("both revisions are broken", timeout=LATEST_MS)
    await dialog.get_by_role("button", name="Approve").click()
    await expect(thread).to_contain_text("ecovered", timeout=2 * LATEST_MS)
