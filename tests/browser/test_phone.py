"""The page on a phone: nothing is cut or torn, notes go when they are done with, the drawer closes after a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.chromium import NEEDED, PHONE
from tests.browser.fake_bot import plain, section
from tests.browser.test_following import post
from tests.browser.test_page_access import THUMB_PX
from tests.browser.test_slack_page import type_command

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page

pytestmark = NEEDED
COMMAND = "kubectl get secret -n accounts --field-selector=metadata.name=api-db-credentials-of-billing"
LINE_PX = 24
"""One line of a message's text, in CSS pixels."""
CHOICE = {"text": plain("production/api"), "value": "1"}


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser, slack) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport=PHONE, permissions=["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    await page.goto(slack.url)
    await page.get_by_role("button", name="Close the welcome").click()
    yield page


async def test_a_word_of_a_command_longer_than_the_line_wraps_and_is_copied_whole(phone, slack):
    post(slack, "", blocks=[section(f"```{COMMAND}```")])
    box = phone.locator(".command-block")
    cut = await box.locator("pre").evaluate("pre => pre.scrollWidth - pre.clientWidth")
    assert cut == 0
    # The name is read whole: it stands on a line of its own rather than in two.
    name = box.locator(".word .word", has_text="api-db-credentials")
    assert (await name.bounding_box())["height"] <= LINE_PX
    await box.get_by_role("button", name="Copy the command").click()
    await expect(phone.locator(".toast")).to_contain_text("Copied")
    assert await phone.evaluate("navigator.clipboard.readText()") == COMMAND


async def test_a_name_in_a_line_breaks_at_no_hyphen_and_stays_within_it(phone, slack):
    names = ["api-db-credentials", "crashloop accuracy", "production/api-deployment-7d4b9c-xkp2z"]
    long = "status.containerStatuses[api].state.terminated-and-again-and-again-and-again"
    told = " ".join(f"{'told of ' * count}`{name}`," for count in range(6) for name in (*names, long))
    post(slack, "", blocks=[section(told)])
    lines = "pieces => pieces.map(piece => [piece.textContent, piece.getClientRects().length])"
    shown = await phone.locator(".section code .whole").evaluate_all(lines)
    assert {piece for piece, _count in shown} >= {*names[:2], "api-deployment-7d4b9c-xkp2z"}
    assert [piece for piece, count in shown if count > 1] == []
    message = phone.locator(".message .content")
    assert await message.evaluate("box => box.scrollWidth <= box.clientWidth")


async def test_a_link_has_a_thumbs_height_where_it_stands_alone_and_tears_no_sentence(phone, slack):
    links = ":link: <https://a.example/r|Runbook> · <https://a.example/s|Alertmanager>"
    context = {"type": "context", "elements": [{"type": "mrkdwn", "text": links}]}
    told = "Evidence and commands, for one of them: <https://a.example/t|team-24/api-deployment>. All are alike."
    post(slack, "", blocks=[section(told), context])
    for name in ("Runbook", "Alertmanager"):
        alone = await phone.get_by_role("link", name=name).bounding_box()
        assert alone["height"] >= THUMB_PX
    # Each line that the link takes is as high as any other.
    within = phone.get_by_role("link", name="team-24/api-deployment")
    heights = await within.evaluate("link => [...link.getClientRects()].map(box => box.height)")
    assert max(heights) <= LINE_PX
    sentence = await phone.locator(".section .text").bounding_box()
    assert sentence["height"] <= 4 * LINE_PX


async def test_a_choice_beside_text_stands_below_it_and_within_the_message(phone, slack):
    select = {"type": "static_select", "action_id": "more", "placeholder": plain("Show 42 more"), "options": [CHOICE]}
    post(slack, "", blocks=[section("and 42 more", accessory=select)])
    text = await phone.locator(".section-main").bounding_box()
    box = await phone.locator(".accessory select").bounding_box()
    assert box["y"] >= text["y"] + text["height"]
    content = await phone.locator(".message .content").bounding_box()
    assert box["x"] >= content["x"]
    assert box["x"] + box["width"] <= content["x"] + content["width"]
    assert box["width"] >= content["width"] - 1


async def test_a_note_goes_when_its_thread_is_opened_otherwise_or_the_view_changes(phone):
    note = phone.locator(".toast")
    await type_command(phone, "/crashloop x")
    await expect(note).to_contain_text("Open")
    await phone.locator("#scroll .thread-line").click()
    await expect(phone.locator(".thread .header")).to_be_visible()
    await expect(note).to_have_count(0)
    await phone.get_by_role("button", name="Back to the channel").click()
    await type_command(phone, "/crashloop y")
    await expect(note).to_contain_text("Open")
    await phone.get_by_role("button", name="Open the menu").click()
    await phone.get_by_role("button", name="deploys").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("#deploys")
    await expect(note).to_have_count(0)


async def test_there_is_one_note_at_most(phone):
    for text in ("/unknown", "/other"):
        await type_command(phone, text)
        await expect(phone.locator(".toast")).to_contain_text(text)
    await expect(phone.locator(".toast")).to_have_count(1)


async def test_the_drawer_closes_when_a_person_is_chosen(phone):
    await phone.get_by_role("button", name="Open the menu").click()
    await phone.get_by_role("button", name="You are Anna Berg").click()
    await phone.get_by_role("menuitemradio", name="Ben Ito").click()
    await expect(phone.locator("#sidebar")).to_be_hidden()
    await phone.get_by_role("button", name="Open the menu").click()
    await expect(phone.get_by_role("button", name="You are Ben Ito")).to_be_visible()
