"""Which thread opens by itself, and whose steps the bar shows: those of what the reader has just done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from playwright.async_api import expect

from bot.demo.slack.model import Author
from tests.browser.chromium import NEEDED
from tests.browser.fake_bot import button, section

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

    from bot.demo.slack import SlackStandIn

pytestmark = NEEDED
ALERTS = "C0ALERTS"
LATEST_MS = 20_000


def post(slack: SlackStandIn, told: str, thread_ts: str = "", **more: object) -> str:
    """Post to #alerts as the bot; returns the message's ts."""
    bot = Author(user=slack.app.user_id)
    return slack.workspace.post(ALERTS, bot, {"text": told, **more}, thread_ts=thread_ts).ts


async def fire_held(page: Page, title: str) -> Route:
    """Press a scenario's button; the alert is under way until the returned route continues."""
    held: asyncio.Future[Route] = asyncio.get_running_loop().create_future()

    async def hold(route: Route) -> None:
        held.set_result(route)

    await page.route("**/ui/fire", hold)
    await page.get_by_role("button", name=f"Fire this alert: {title}").click()
    return await held


async def test_a_late_reply_to_an_earlier_alert_opens_no_thread_only_the_alert_just_fired_does(page, demo):
    thread = page.locator(".thread")
    earlier = post(demo.slack, "\N{LARGE RED CIRCLE} `baskets/api-deployment`: out of memory")
    post(demo.slack, "Its answer", earlier)
    count = page.locator(f'#scroll .message[data-ts="{earlier}"] .thread-count')
    await count.click()
    await expect(thread).to_contain_text("Its answer")
    await page.get_by_role("button", name="Close the thread").click()
    going = await fire_held(page, "A Secret is missing")
    post(demo.slack, "As Prometheus measured it: `baskets/api-deployment`", earlier)
    await expect(count).to_have_text("2 replies")
    await expect(thread).to_have_count(0)
    await going.continue_()
    await expect(thread).to_contain_text("api-db-credentials", timeout=LATEST_MS)
    await expect(page.locator(".story-name")).to_have_text("A Secret is missing")
    post(demo.slack, "Still down: `baskets/api-deployment`", earlier)
    await expect(count).to_have_text("3 replies")
    await expect(thread).to_contain_text("api-db-credentials")


def answer(workload: str, *labels: str) -> dict[str, object]:
    """The text and the blocks of an answer about a workload, with these buttons."""
    told = f"\N{LARGE RED CIRCLE} `{workload}`: it crashed"
    buttons = {"type": "actions", "elements": [button(f"a{at}", label) for at, label in enumerate(labels)]}
    return {"text": told, "blocks": [section(told), buttons]}


async def test_in_a_thread_of_several_the_bar_reads_the_answer_of_its_own_workload(page, demo):
    steps = page.locator("#story li")
    going = await fire_held(page, "A Secret is missing")
    await going.fulfill(json={"channel": ALERTS})
    root = post(demo.slack, "*3 workloads fail at once* in demo", blocks=[section("*3 workloads fail at once*")])
    post(demo.slack, "", root, **answer("shop/shop", "Restart"))
    post(demo.slack, "", root, **answer("accounts/api-deployment", "Roll back to 1.0"))
    done = "\N{WHITE HEAVY CHECK MARK} *Restart* by somebody: done"
    post(demo.slack, done, root, blocks=[section(done)])
    post(demo.slack, "", root, **answer("media/transcoder", "Restart"))
    await expect(page.locator(".thread")).to_contain_text("media/transcoder")
    await expect(page.locator(".story-name")).to_have_text("A Secret is missing")
    await expect(steps).to_have_text(["1 Alert (done)", "2 Verdict (done)", "3 Roll back", "4 Recovered"])


async def test_what_is_back_after_it_had_recovered_has_no_more_than_its_verdict(page, demo):
    done = page.locator("#story .done")
    going = await fire_held(page, "A Secret is missing")
    await going.fulfill(json={"channel": ALERTS})
    root = post(demo.slack, "", **answer("accounts/api-deployment"))
    post(demo.slack, "", root, **answer("accounts/api-deployment", "Roll back to 1.0"))
    post(demo.slack, "\N{WHITE HEAVY CHECK MARK} *Roll back* by @Anna: 1/1 ready", root)
    post(demo.slack, "\N{LARGE GREEN CIRCLE} *Recovered after 2 min*: `accounts/api-deployment`", root)
    await expect(done).to_have_count(4)
    post(
        demo.slack,
        "\N{CLOCKWISE RIGHTWARDS AND LEFTWARDS OPEN CIRCLE ARROWS} *Back 21 s after it*: it did not hold",
        root,
    )
    await expect(done).to_have_text(["1 Alert (done)", "2 Verdict (done)"])
    post(demo.slack, "\N{WHITE HEAVY CHECK MARK} *Roll back* by @Anna: 1/1 ready", root)
    await expect(done).to_have_text(["1 Alert (done)", "2 Verdict (done)", "3 Roll back (done)"])


async def test_what_was_asked_for_or_pressed_is_not_done_yet(page, demo):
    done = page.locator("#story .done")
    going = await fire_held(page, "A Secret is missing")
    await going.fulfill(json={"channel": ALERTS})
    root = post(demo.slack, "", **answer("accounts/api-deployment"))
    post(demo.slack, "", root, **answer("accounts/api-deployment", "Roll back to 1.0"))
    for mark in (
        "\N{RAISED HAND} @Anna asks for *Roll back*",
        "\N{HOURGLASS WITH FLOWING SAND} *Roll back* by @Anna: ...",
    ):
        post(demo.slack, mark, root)
    await expect(page.locator(".thread .message").last).to_contain_text("by @Anna")
    await expect(done).to_have_text(["1 Alert (done)", "2 Verdict (done)"])
    post(demo.slack, "\N{WHITE HEAVY CHECK MARK} *Roll back* by @Anna: 1/1 ready", root)
    await expect(done).to_have_text(["1 Alert (done)", "2 Verdict (done)", "3 Roll back (done)"])
