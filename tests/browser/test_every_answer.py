"""Every scenario's answer on a phone, drawn by the page's own code: it fits, nothing is cut, the action comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.cluster.recordings import names
from bot.render import log_files, silences
from bot.render.message import Offer
from bot.render.own_buttons import own_buttons
from bot.render.slack import answer
from diagnostics.engine import diagnose
from tests.browser.chromium import NEEDED, PHONE
from tests.support.recordings import snapshot_of

if TYPE_CHECKING:
    from bot.render.message import Message

pytestmark = NEEDED

INCIDENT = "0" * 32
ROOM = PHONE["height"] - 56 - 72
"""Pixels of a phone's screen between the thread's head and its composer."""

DRAW = """async messages => {
  const { row } = await import("/assets/messages.js");
  const items = document.createElement("div");
  items.className = "messages";
  const pane = document.createElement("section");
  pane.className = "pane-inner thread";
  const scroll = document.createElement("div");
  scroll.className = "pane-scroll";
  scroll.append(items);
  pane.append(scroll);
  document.getElementById("pane").replaceChildren(pane);
  document.getElementById("pane").hidden = false;
  const bot = JSON.parse(await (await fetch("/ui/state?as=U0ANNA")).text()).app;
  messages.forEach(([name, text, blocks], at) => {
    const item = { ts: `17959${at}.000100`, bot_id: bot.bot_id, text, blocks };
    const drawn = row(item, { id: "C0ALERTS" }, { inThread: true, parent: true });
    drawn.id = `answer-${name}`;
    items.append(drawn);
  });
}"""

LOOKED_AT = """name => {
  const top = document.getElementById(`answer-${name}`);
  const box = top.getBoundingClientRect(), wrong = [];
  const seen = (one) => one.offsetParent && !one.closest(".unseen, .toolbar, svg");
  const shown = [...top.querySelectorAll("*")].filter(seen);
  const say = (what, one) => wrong.push(`${what}: ${one.className || one.tagName}: ${one.textContent.slice(0, 60)}`);
  for (const one of shown) {
    const style = getComputedStyle(one), at = one.getBoundingClientRect();
    if (!one.closest("pre") && at.right > box.right + 1) say("runs off", one);
    const cut = style.overflow !== "visible" && one.tagName !== "PRE" && one.scrollWidth > one.clientWidth + 1;
    if (cut) say("is cut", one);
  }
  const said = shown.filter((one) => !one.closest("pre, code")).flatMap((one) => [...one.childNodes])
    .filter((one) => one.nodeType === Node.TEXT_NODE).map((one) => one.textContent);
  const raw = /(^|\\s)\\*\\S[^*]*\\*(\\s|$)|<[!@#h]|&(amp|lt|gt);|`/;
  for (const text of said) if (raw.test(text)) wrong.push(`is raw mrkdwn: ${text.slice(0, 60)}`);
  const act = top.querySelector(".actions")?.getBoundingClientRect();
  return { wrong, act: act ? act.bottom - box.top : null };
}"""


def told(scenario: str) -> tuple[bool, Message]:
    """Return whether something fails there, and the answer with every button that it can have."""
    diagnosis = diagnose(snapshot_of(scenario))
    offers = [
        Offer(id="o", action=one.action, label=f"{one.action.capitalize()} of api-deployment", dialog=True)
        for one in diagnosis.actions
        if one.helps
    ]
    message = answer(diagnosis, offers, run="0123abcd", own=own_buttons(INCIDENT, failing=diagnosis.failing))
    if diagnosis.failing:
        message = silences.offered(log_files.offered(message, INCIDENT), INCIDENT, watches=False)
    return diagnosis.failing, message


async def test_every_answer_fits_a_phone_and_what_to_do_stands_on_its_first_screen(browser, slack):
    page = await browser.new_page(viewport=PHONE)
    await page.goto(slack.url)
    await page.locator(".welcome").wait_for()
    answers = {name: told(name) for name in names()}
    assert len(answers) > 50
    await page.evaluate(DRAW, [[name, message.text, list(message.blocks)] for name, (_, message) in answers.items()])
    found = []
    for name, (failing, _) in answers.items():
        folded = await page.evaluate(LOOKED_AT, name)
        found += [f"{name} {wrong}" for wrong in folded["wrong"]]
        if failing and not (folded["act"] or PHONE["height"]) <= ROOM:
            found.append(f"{name} has its buttons {folded['act']} px down")
    opening = "folds => folds.forEach((fold) => fold.click())"
    await page.locator(".thread .container-head[aria-expanded=false]").evaluate_all(opening)
    for name in answers:
        opened = await page.evaluate(LOOKED_AT, name)
        found += [f"{name}, opened, {wrong}" for wrong in opened["wrong"]]
    assert found == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
