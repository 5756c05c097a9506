"""The page for everybody: a machine's check of it, room for a thumb, the focus, the toast beside the thread."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.chromium import NEEDED, PHONE
from tests.browser.fake_bot import button, section
from tests.browser.test_following import post
from tests.browser.test_slack_page import type_command

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from bot.demo.slack import SlackStandIn

pytestmark = NEEDED
THUMB_PX = 44
"""WCAG 2.2, 2.5.5 Target Size (Enhanced), and Apple's Human Interface Guidelines."""

TOO_SMALL = """least => [...document.querySelectorAll("button, input, select, textarea")]
    .filter(one => one.checkVisibility())
    .map(one => [one.getAttribute("aria-label") || one.textContent, one.getBoundingClientRect()])
    .filter(([, box]) => box.height < least || (box.width < least && box.width > 0))
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""

LEVELS = """[...document.querySelectorAll("h1, h2, h3, h4, h5, h6, [role=heading]")]
    .filter(one => one.checkVisibility()).map(one => Number(one.ariaLevel || one.tagName[1]))"""

HIDDEN_NAMES = """[...document.querySelectorAll("[aria-label]")].filter(one => one.matches("button, a"))
    .map(one => [one.ariaLabel, one.innerText.trim()]).filter(([name, text]) => text !== "/" && !name.includes(text))
    .map(one => one.join(" / "))"""
"""Names that lack what is written on the control: who speaks what he sees does not reach it."""


async def opened(browser: Browser, slack: SlackStandIn, width: int, height: int) -> Page:
    page = await browser.new_page(viewport={"width": width, "height": height})
    await page.goto(slack.url)
    await page.locator(".welcome").wait_for()
    return page


async def test_headings_go_down_by_one_level_and_a_name_has_what_is_written(browser, slack):
    page = await opened(browser, slack, 1440, 900)
    for _look in ("start", "thread"):
        levels = await page.evaluate(LEVELS)
        assert 1 in levels
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels
        assert await page.evaluate(HIDDEN_NAMES) == []
        await type_command(page, "/crashloop x")
        await page.locator(".thread .header").wait_for()


async def test_a_thumb_meets_every_control_on_a_phone(browser, slack):
    page = await opened(browser, slack, **PHONE)
    assert await page.evaluate(TOO_SMALL, THUMB_PX) == []
    await page.get_by_role("button", name="Scenarios", exact=True).click()
    assert await page.evaluate(TOO_SMALL, THUMB_PX) == []
    await page.get_by_role("button", name="Close scenarios").click()
    await type_command(page, "/crashloop x")
    await page.get_by_role("status").get_by_role("button", name="Open").click()
    await page.locator(".thread .header").wait_for()
    assert await page.evaluate(TOO_SMALL, THUMB_PX) == []
    await page.locator(".thread").get_by_role("button", name="Not the cause").click()
    await page.locator("dialog.modal").wait_for()
    assert await page.evaluate(TOO_SMALL, THUMB_PX) == []


async def test_a_dialogs_sections_stand_apart_and_escape_gives_the_focus_back(browser, slack):
    page = await opened(browser, slack, 1440, 900)
    await type_command(page, "/crashloop x")
    opener = page.locator(".thread").get_by_role("button", name="Not the cause")
    await opener.click()
    await page.locator("dialog.modal").wait_for()
    gaps = await page.evaluate(
        """[...document.querySelectorAll(".dialog-body > *")].map(one => one.getBoundingClientRect())
            .map((box, at, all) => at ? box.top - all[at - 1].bottom : 99)"""
    )
    assert len(gaps) > 1
    assert min(gaps) >= 8
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    await expect(opener).to_be_focused()


@pytest.mark.parametrize("width", [1440, 1024])
async def test_a_toast_stands_beside_the_thread_and_a_folds_title_in_its_frame(browser, slack, width):
    page = await opened(browser, slack, width, 800)
    await type_command(page, "/crashloop x")
    await page.locator(".thread .header").wait_for()
    await type_command(page, "/unknown")
    toast = await page.locator(".toast").bounding_box()
    pane = await page.locator("#pane").bounding_box()
    side = await page.locator("#sidebar").bounding_box()
    assert toast["x"] >= side["width"]
    assert toast["x"] + toast["width"] <= pane["x"]
    for title in await page.locator(".thread .container-title").all():
        box = await title.bounding_box()
        assert box["x"] + box["width"] <= pane["x"] + pane["width"] - 16


async def test_on_a_phone_a_toast_and_a_messages_tools_lie_over_nothing_that_is_read(browser, slack):
    page = await opened(browser, slack, **PHONE)
    await type_command(page, "/crashloop x")
    head = await page.locator("#head").bounding_box()
    await page.get_by_role("status").get_by_role("button", name="Open").wait_for()
    assert await page.locator("#head").bounding_box() == head  # the page stays where it is
    await above_the_composer(page, "#scroll .message", "#composer-slot")
    await page.get_by_role("status").get_by_role("button", name="Open").click()
    await page.locator(".thread .header").wait_for()
    await page.locator(".thread .pane-scroll").evaluate("box => { box.scrollTop = box.scrollHeight; }")
    await type_command_in_vain(page)
    await above_the_composer(page, ".thread .message", ".thread .composer")
    last = page.locator(".thread .message").last
    await last.focus()
    text, tools = await last.locator(".content").bounding_box(), await last.locator(".toolbar").bounding_box()
    assert tools["y"] >= text["y"] + text["height"]


async def above_the_composer(page: Page, messages: str, composer: str) -> None:
    """A note ends above the composer, and the newest message above the note."""
    note, line = await page.locator(".toast").last.bounding_box(), await page.locator(composer).bounding_box()
    assert note["y"] + note["height"] <= line["y"]
    first = page.locator(".toast").first
    await page.wait_for_function(
        "([message, note]) => [...document.querySelectorAll(message)].at(-1).getBoundingClientRect().bottom"
        " <= document.querySelector(note).getBoundingClientRect().top",
        arg=[messages, ".toast"],
    )
    await expect(first).to_be_visible()


async def test_a_rows_first_line_stands_as_high_as_its_buttons_label(browser, slack):
    listed = section("`shop/shop`: crashes again and again, 5 restarts", accessory=button("look", "Diagnose"))
    post(slack, "", blocks=[listed])
    for size in ({"width": 1440, "height": 900}, PHONE):
        page = await browser.new_page(viewport=size)
        await page.goto(slack.url)
        middles = await page.locator(".section").evaluate(
            """row => [row.querySelector(".text code"), row.querySelector(".button")]
                .map(one => one.getBoundingClientRect()).map(box => box.top + box.height / 2)"""
        )
        assert abs(middles[0] - middles[1]) <= 2, size


TALL = """what => [...document.querySelectorAll(what)]
    .filter((one) => one.getBoundingClientRect().height > 1.5 * parseFloat(getComputedStyle(one).lineHeight))
    .map((one) => one.textContent)"""
"""Texts of the scenarios' rows that take more than a line."""


async def test_a_scenario_takes_a_line_for_its_name_and_one_for_what_it_shows(page):
    await page.get_by_role("button", name="Fire this alert: A Secret is missing").wait_for()
    assert await page.locator(".card.row").count() > 50
    assert await page.evaluate(TALL, ".card.row .card-title, .card.row .card-text") == []
    await page.set_viewport_size({"width": 1024, "height": 768})
    assert await page.evaluate(TALL, ".card.row .card-title") == []


@pytest.mark.parametrize(("size", "where"), [((1440, 900), "bottom left"), (tuple(PHONE.values()), "in the menu")])
async def test_the_welcome_says_where_the_user_is_switched_on_this_screen(browser, slack, size, where):
    page = await opened(browser, slack, *size)
    said = await page.locator(".welcome").inner_text()
    assert [one for one in ("bottom left", "in the menu") if one in said] == [where]


async def type_command_in_vain(page: Page) -> None:
    """Write a command in a thread, where there are none: a toast says so."""
    await page.locator("#thread-composer").fill("/crashloop x")
    await page.locator("#thread-composer").press("Enter")
    await page.locator(".toast").last.wait_for()


async def test_an_alert_is_said_to_be_sent_at_once(browser, slack):
    page = await opened(browser, slack, 1440, 900)
    await page.route("**/ui/fire", lambda _route: None)
    await page.get_by_role("button", name="Fire the first alert").click()
    await expect(page.get_by_role("status")).to_contain_text("Alert sent")


async def test_the_note_that_an_alert_is_sent_goes_with_the_answer(browser, slack):
    page = await opened(browser, slack, 1440, 900)
    await page.get_by_role("button", name="Fire the first alert").click()
    await page.locator(".thread .header").wait_for()
    await expect(page.locator(".toast")).to_have_count(0)
