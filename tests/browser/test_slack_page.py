"""The page of the local workspace, driven in Chromium, with a tiny bot behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.chromium import NEEDED, PHONE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page


pytestmark = NEEDED


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser, slack) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    errors = _watched(page)
    await page.goto(slack.url)
    await page.locator(".message, .welcome").first.wait_for()
    yield page
    assert errors == []


def _watched(page: Page) -> list[str]:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda line: errors.append(line.text) if line.type == "error" and "409" not in line.text else None
    )
    return errors


async def type_command(page: Page, text: str) -> None:
    await page.locator("#composer").fill(text)
    await page.keyboard.press("Enter")


async def test_type_the_command_read_the_thread_press_undo_see_the_recovery(page):
    await type_command(page, "/crashloop checkout-cb7ccc558-fnlz4")
    thread = page.locator(".thread")
    await expect(thread.get_by_role("heading", name="Missing configuration: checkout")).to_be_visible()
    await expect(page.locator("#scroll .ephemeral")).to_contain_text("Only visible to you")
    await expect(thread.get_by_text("panic: required environment variable")).to_be_hidden()
    await thread.get_by_role("button", name="Evidence").click()
    await expect(thread.get_by_text("panic: required environment variable")).to_be_visible()
    await thread.get_by_role("button", name="Undo to revision 41").click()
    confirm = page.locator("dialog.confirm")
    await expect(confirm).to_contain_text("3 pods are replaced one by one")
    await confirm.get_by_role("button", name="Keep revision 42").click()
    await expect(confirm).to_have_count(0)
    await expect(thread.get_by_text("Recovered")).to_have_count(0)
    await thread.get_by_role("button", name="Undo to revision 41").click()
    await confirm.get_by_role("button", name="Undo to revision 41").click()
    await expect(thread).to_contain_text("Recovered: revision 41 runs, 3 of 3 pods are ready. Undone by @Anna Berg.")
    await expect(thread.get_by_role("button", name="Undo to revision 41")).to_have_count(0)
    await expect(thread.get_by_text("panic: required environment variable")).to_be_visible()


async def test_one_click_tells_the_story_through_the_webhook_and_as_a_message(page):
    await page.get_by_role("button", name="Fire the first alert").click()
    await expect(page.locator(".thread .header")).to_have_text("Missing configuration: checkout")
    await page.get_by_role("button", name="Close the thread").click()
    await page.get_by_role("button", name="Other ways to start: The deployment that lost a variable").click()
    await page.get_by_role("menuitem", name="Fire as a Slack message").click()
    await expect(page.locator(".thread .attachment-title")).to_have_text(re.compile("FIRING:1"))
    await expect(page.locator(".thread .header")).to_have_text("Missing configuration: checkout")


async def test_buttons_act_as_the_person_one_is(page):
    await page.get_by_role("button", name="You are Anna Berg").click()
    await page.get_by_role("menuitemradio", name="Ben Ito").click()
    await expect(page.get_by_role("button", name="You are Ben Ito")).to_be_visible()
    await type_command(page, "/crashloop checkout-cb7ccc558-fnlz4")
    await page.locator(".thread").get_by_role("button", name="Undo to revision 41").click()
    await page.locator("dialog").get_by_role("button", name="Undo to revision 41").click()
    refusal = page.locator(".thread .ephemeral")
    await expect(refusal).to_contain_text("You may not patch deployments in production.")
    await expect(refusal).to_be_in_viewport(ratio=1)
    await refusal.get_by_role("button", name="Dismiss").click()
    await expect(refusal).to_have_count(0)


async def test_a_modal_is_filled_refused_and_sent(page):
    await type_command(page, "/crashloop x")
    await page.locator(".thread").get_by_role("button", name="Not the cause").click()
    modal = page.locator("dialog.modal")
    await expect(modal).to_contain_text("What was it, then?")
    await modal.get_by_role("button", name="Send").click()
    await expect(modal.locator(".error").first).to_have_text("Please complete this required field.")
    await modal.get_by_label("The real cause").select_option("Out of memory")
    await modal.get_by_label("How do you know?").fill("short")
    await modal.get_by_role("button", name="Send").click()
    await expect(modal.locator(".error")).to_have_text("Please say a little more.")
    await modal.get_by_label("How do you know?").fill("the kernel log says so")
    await modal.get_by_role("button", name="Send").click()
    await expect(modal).to_have_count(0)
    await expect(page.locator(".thread")).to_contain_text("Noted, @Anna Berg.")


async def test_the_keyboard_alone_suffices(page):
    await page.locator("#composer").focus()
    await page.keyboard.type("/cra")
    await expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.locator("#composer")).to_have_value("/crashloop ")
    await page.keyboard.type("oom")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("/crashloop api-dep")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#composer")).to_have_value("/crashloop api-deployment-7d4b9c-xkp2z")
    await page.keyboard.press("Enter")
    await expect(page.locator(".thread .header")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".thread")).to_have_count(0)
    await page.locator("#composer").focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.locator(".thread .header")).to_be_visible()
    undo = page.locator(".thread").get_by_role("button", name="Undo to revision 41")
    await undo.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    await expect(undo).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator(".thread")).to_contain_text("Recovered")


async def test_phone_has_no_sideways_scroll_and_the_thread_is_a_sheet(browser, slack):
    page = await browser.new_page(viewport=PHONE)
    errors = _watched(page)
    await page.goto(slack.url)
    await page.get_by_role("button", name="Fire the first alert").click()
    await page.get_by_role("status").get_by_role("button", name="Open").click()
    sheet = page.locator(".pane")
    await expect(sheet.locator(".header")).to_be_visible()
    assert await sheet.bounding_box() == {"x": 0, "y": 0, **PHONE}
    for name in ("Evidence", "What changed", "Ruled out"):
        await sheet.get_by_role("button", name=name).click()
    assert await _overflowing(page) == []
    await page.get_by_role("button", name="Back to the channel").click()
    await expect(sheet).to_be_hidden()
    await page.get_by_role("button", name="Open the menu").click()
    await page.get_by_role("button", name="deploys").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#deploys")
    await page.get_by_role("button", name="Scenarios", exact=True).click()
    assert await _overflowing(page) == []
    assert errors == []


async def _overflowing(page: Page) -> list[str]:
    """What sticks out sideways: nothing may, but what scrolls in its own box."""
    return await page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll(".scroll, .pane-scroll, .messages, .content")]
            .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.className || box.tagName)"""
    )


async def test_escaped_text_stays_text(page, slack):
    await type_command(page, "/crashloop x")
    thread = page.locator(".thread")
    await thread.get_by_role("button", name="Evidence").click()
    await expect(thread).to_contain_text("Somebody else's text: <!channel> <script>document.title='owned'</script>")
    await expect(thread.locator(".mention.loud")).to_have_count(0)
    await expect(thread.locator("script")).to_have_count(0)
    await slack.post_as_app("alerts", "Alertmanager", "live: <!channel> &lt;img src=x onerror=alert(1)&gt;")
    await expect(page.locator("#scroll .mention.loud")).to_have_text("@channel")
    await expect(page.locator("#scroll")).to_contain_text("<img src=x onerror=alert(1)>")
    await page.locator("#thread-composer").fill("<b>bold?</b> <!here>")
    await page.keyboard.press("Enter")
    await expect(thread).to_contain_text("<b>bold?</b> <!here>")
    await expect(page).to_have_title("#alerts · Crashloop")


async def test_other_channels_show_what_is_unread(page, slack):
    await slack.post_as_app("deploys", "Argo CD", "checkout 1.9.0 is live")
    badge = page.get_by_role("button", name="deploys").locator(".count")
    await expect(badge).to_have_text("1")
    await page.get_by_role("button", name="deploys").click()
    await expect(page.locator("#scroll")).to_contain_text("checkout 1.9.0 is live")
    await expect(badge).to_have_count(0)


async def test_home_tab_and_theme(page):
    await page.locator(".side-item", has_text="crashloop").click()
    await expect(page.locator(".home")).to_contain_text("Nothing is failing")
    await page.get_by_role("button", name="Dark theme").click()
    background = "getComputedStyle(document.body).backgroundColor"
    assert await page.evaluate(background) == "rgb(25, 27, 31)"
    await page.reload()
    await expect(page.get_by_role("button", name="Light theme")).to_be_visible()
    assert await page.evaluate(background) == "rgb(25, 27, 31)"


async def test_a_message_shortcut_diagnoses_somebody_elses_alert(page, slack):
    stored = slack.acts.say("U0BEN", "C0GENERAL", "checkout is down")
    await page.get_by_role("button", name="general").click()
    message = page.locator(f'.message[data-ts="{stored.ts}"]')
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Diagnose this alert").click()
    await expect(page.locator(".thread .header").first).to_have_text("Missing configuration: checkout")


MRKDWN = [
    ("*bold* _it_ ~no~ `code`", "<strong>bold</strong> <em>it</em> <s>no</s> <code>code</code>"),
    ("*bold _both_*", "<strong>bold <em>both</em></strong>"),
    ("snake_case_name 2*3*4 a~b~c", "snake_case_name 2*3*4 a~b~c"),
    ("* not bold * and *not\nbold*", "* not bold * and *not\nbold*"),
    ("`*raw* _raw_`", '<code><span class="whole">*raw* _raw_</span></code>'),
    ("```\n*raw*\n```after", '<pre tabindex="0">*raw*</pre>after'),
    ("```open *bold*", "```open <strong>bold</strong>"),
    ("&lt;!channel&gt; &amp;lt;", "&lt;!channel&gt; &amp;lt;"),
    ("<!channel>", '<span class="mention loud">@channel</span>'),
    ("`<!here>`", '<code><span class="mention loud">@here</span></code>'),
    ("<@U0ANNA>", '<span class="mention">@Anna Berg</span>'),
    ("<#C0ALERTS|x>", '<span class="mention">#alerts</span>'),
    (
        "<https://a.example/?x=1&amp;y|see>",
        '<a href="https://a.example/?x=1&amp;y" target="_blank" rel="noopener noreferrer" '
        'title="https://a.example/?x=1&amp;y">see</a>',
    ),
    ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
    ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
    ("&gt; quoted\nnot", "<blockquote>quoted</blockquote>not"),
    (":eyes: 10:30:15 :nosuch:", '<span class="emoji" role="img" aria-label="eyes">👀</span> 10:30:15 :nosuch:'),
]


async def test_mrkdwn_is_read_as_slack_reads_it(page):
    drawn = await page.evaluate(
        """async (texts) => {
            const { mrkdwn } = await import("/assets/mrkdwn.js");
            const { names } = await import("/assets/store.js");
            return texts.map((text) => {
                const box = document.createElement("div");
                box.append(...mrkdwn(text, names));
                return box.innerHTML;
            });
        }""",
        [text for text, _ in MRKDWN],
    )
    assert dict(zip([text for text, _ in MRKDWN], drawn, strict=True)) == dict(MRKDWN)


@pytest.mark.parametrize(("zone", "clock"), [("America/New_York", "08:50:07"), ("Asia/Tokyo", "22:50:07")])
async def test_a_time_is_shown_in_the_readers_own_zone(browser, slack, zone, clock):
    page = await browser.new_page(timezone_id=zone, locale="en-GB")
    await page.goto(slack.url)
    told = await page.evaluate(
        """async () => {
            const { flat } = await import("/assets/mrkdwn.js");
            const now = Math.floor(Date.now() / 1000);
            return [
                "since <!date^1795355407^{date_short_pretty} {time_secs}|22 Nov, 13:50:07 UTC>",
                `<!date^${now}^{date_short_pretty}|x>, <!date^${now - 86400}^{date_short_pretty}|x>`,
                "<!date^1795355407^{no_such_token}|the fallback>", "<!date^soon^{time}|the fallback>",
            ].map((text) => flat(text, {}));
        }"""
    )
    assert told == [f"since 22 Nov 2026 {clock}", "today, yesterday", "the fallback", "the fallback"]


async def test_mrkdwn_loses_no_letter_of_any_text(page):
    """Whatever is written, escaped as it must be, comes out as it was, but for the marks; and soon."""
    lost = await page.evaluate(
        """async () => {
            const { mrkdwn } = await import("/assets/mrkdwn.js");
            const names = { user: () => null, channel: () => null };
            const letters = ["*", "_", "~", "`", "```", "<", ">", "&", "a", "Ω", " ", "\\n", "<!channel>", "|"];
            const marks = /[*_~`>\\n ]/g;
            let seed = 7;
            const next = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
            const lost = [];
            for (let round = 0; round < 3000; round += 1) {
                const text = Array.from({ length: next(24) }, () => letters[next(letters.length)]).join("");
                const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
                const box = document.createElement("div");
                box.append(...mrkdwn(escaped, names));
                if (box.textContent.replace(marks, "") !== text.replace(marks, "")) lost.push(text);
                if (box.querySelector("a, script, img, .mention")) lost.push(text);
            }
            for (const hard of ["*", "*a ", "`", "_*", "<", "```", "*_~`"]) mrkdwn(hard.repeat(1000), names);
            return lost;
        }"""
    )
    assert lost == []
