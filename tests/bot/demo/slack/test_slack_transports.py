"""The real Bolt app against the stand-in, over Socket Mode and over signed HTTP."""

from __future__ import annotations

import asyncio

from tests.support.slack_page import until

BUTTON = {
    "type": "actions",
    "block_id": "offers",
    "elements": [
        {
            "type": "button",
            "action_id": "undo",
            "text": {"type": "plain_text", "text": "Undo"},
            "value": "v1:run:undo",
            "style": "danger",
        }
    ],
}
MODAL = {
    "type": "modal",
    "callback_id": "why",
    "title": {"type": "plain_text", "text": "Why"},
    "submit": {"type": "plain_text", "text": "Send"},
    "private_metadata": "run-1",
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


async def test_slash_command_is_acknowledged_and_answered_in_the_channel(bolt, slack, page):
    @bolt.command("/crashloop")
    async def diagnose(ack, command, client):
        await ack("Looking at " + command["text"])
        posted = await client.chat_postMessage(channel=command["channel_id"], text="OOMKilled")
        await client.chat_postMessage(channel=command["channel_id"], thread_ts=posted["ts"], text="the answer")

    await page.post("command", text="api-7d4b9c-xkp2z")
    await until(lambda: len(slack.workspace.history("C0ALERTS", "U0ANNA")) == 3)
    messages = await page.messages()
    assert {item["text"]: item["ephemeral"] for item in messages} == {
        "Looking at api-7d4b9c-xkp2z": True,
        "OOMKilled": False,
        "the answer": False,
    }
    parent = next(item for item in messages if item["text"] == "OOMKilled")
    assert parent["reply_count"] == 1
    assert not any(item["ephemeral"] for item in await page.messages(user="U0BEN"))


async def test_a_click_carries_the_buttons_own_value_and_may_replace_the_message(bolt, slack, page, client):
    clicks = []

    @bolt.action("undo")
    async def undo(ack, body, action, respond):
        await ack()
        clicks.append((body["user"]["id"], action["value"], body["message"]["ts"], body["channel"]["id"]))
        await respond(text="undone", replace_original=True)

    posted = await client.chat_postMessage(channel="C0ALERTS", text="offer", blocks=[BUTTON])
    await page.post("action", ts=posted["ts"], block_id="offers", action_id="undo", value="forged", **{"as": "U0BEN"})
    await until(lambda: slack.workspace.find("C0ALERTS", posted["ts"]).message["text"] == "undone")
    assert clicks == [("U0BEN", "v1:run:undo", posted["ts"], "C0ALERTS")]
    assert slack.workspace.find("C0ALERTS", posted["ts"]).message["blocks"] == []


async def test_a_modal_opens_refuses_and_closes(bolt, slack, page, client):
    seen = []

    @bolt.action("undo")
    async def undo(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @bolt.view("why")
    async def why(ack, view):
        text = view["state"]["values"]["reason"]["text"]["value"]
        if not text:
            await ack(response_action="errors", errors={"reason": "Say why."})
            return
        await ack()
        seen.append((text, view["private_metadata"]))

    posted = await client.chat_postMessage(channel="C0ALERTS", text="offer", blocks=[BUTTON])
    await page.post("action", ts=posted["ts"], block_id="offers", action_id="undo")
    await until(lambda: bool(slack.views.stack("U0ANNA")))
    view_id = slack.views.stack("U0ANNA")[0]["id"]
    refused = await page.post("submit", view_id=view_id, values={"reason": {"text": {"value": ""}}})
    assert refused == {"errors": {"reason": "Say why."}}
    assert (await page.state())["views"][0]["id"] == view_id
    await page.post("submit", view_id=view_id, values={"reason": {"text": {"value": "it is broken"}}})
    assert seen == [("it is broken", "run-1")]
    assert slack.views.stack("U0ANNA") == []


async def test_messages_of_other_apps_and_mentions_reach_the_app_as_events(bolt, slack, page):
    events = []

    @bolt.event("message")
    async def message(event):
        events.append((event.get("subtype"), event.get("username"), event["text"], event.get("attachments")))

    @bolt.event("app_mention")
    async def mention(event):
        events.append(("mention", event["user"], event["text"], None))

    attachments = [{"title": "[FIRING:1] KubePodCrashLooping", "color": "danger", "text": "production/api"}]
    await slack.post_as_app("#alerts", "Alertmanager", "", attachments)
    await page.post("message", text="@crashloop diagnose <!channel>")
    await until(lambda: len(events) == 3)
    assert ("bot_message", "Alertmanager", "", attachments) in events
    text = "<@U0CRASHLP> diagnose &lt;!channel&gt;"
    assert (None, None, text, None) in events
    assert ("mention", "U0ANNA", text, None) in events


async def test_message_shortcut_carries_the_whole_message(bolt, slack, page):
    seen = []

    @bolt.shortcut("diagnose_message")
    async def diagnose(ack, body):
        await ack()
        seen.append(body["message"]["attachments"][0]["title"])

    stored = await slack.post_as_app("alerts", "Alertmanager", "", [{"title": "KubePodCrashLooping"}])
    await page.post("shortcut", ts=stored.ts, callback_id="diagnose_message")
    assert seen == ["KubePodCrashLooping"]


async def test_home_tab_is_published_to_the_one_who_opens_it(bolt, slack, page):
    @bolt.event("app_home_opened")
    async def opened(event, client):
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "divider"}]})

    await page.post("home")
    await until(lambda: "U0ANNA" in slack.views.homes)
    assert (await page.state())["home"]["blocks"][0]["type"] == "divider"
    assert (await page.state("U0BEN"))["home"] is None


async def test_a_command_nobody_takes_is_told_to_the_person(bolt, page):
    assert bolt is not None
    answer = await page.post("command", text="x", status=409)
    assert answer["error"].startswith("/crashloop failed: the app")


async def test_an_event_not_acknowledged_comes_again_and_says_so(bolt, slack):
    tries = []

    @bolt.middleware
    async def refuse(req, next):  # noqa: A002 — Bolt injects by name
        tries.append(req.headers.get("x-slack-retry-num"))
        if len(tries) < 3:
            await asyncio.sleep(0.7)
        await next()

    @bolt.event("message")
    async def message(event):
        assert event["text"]

    await slack.post_as_app("alerts", "Alertmanager", "hello")
    await slack.delivery.settle()
    assert [None if number == ["0"] else number for number in tries] == [None, ["1"], ["2"]]


async def test_response_url_serves_five_times(bolt, page):
    statuses = []

    @bolt.command("/crashloop")
    async def diagnose(ack, respond):
        await ack()
        for number in range(6):
            response = await respond(f"part {number}")
            statuses.append(response.status_code)

    await page.post("command", text="x")
    await until(lambda: len(statuses) == 6)
    assert statuses == [200, 200, 200, 200, 200, 404]
    assert [item["ephemeral"] for item in await page.messages()] == [True] * 5
