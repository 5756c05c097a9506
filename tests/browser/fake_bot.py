"""A tiny bot with a realistic answer, to look at the page and to press its buttons."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack import Person, Room, SlackStandIn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Json = dict[str, Any]
HOSTILE = "&lt;!channel&gt; &lt;script&gt;document.title='owned'&lt;/script&gt;"
LOG = """2026-11-22T15:58:01Z loading configuration
panic: required environment variable DATABASE_URL is not set

goroutine 1 [running]:
main.mustEnv({0x4b1f2e, 0xc})
	/src/cmd/checkout/config.go:41 +0x85
exit status 2"""


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}, **more}


def folded(block_id: str, title: str, subtitle: str, *children: Json) -> Json:
    return {
        "type": "container",
        "block_id": block_id,
        "title": plain(title),
        "subtitle": plain(subtitle),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": list(children),
    }


def button(action_id: str, text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": f"v1:8f3a:{action_id}", **more}


CONFIRM = {
    "title": plain("Undo the rollout of checkout?"),
    "text": {
        "type": "mrkdwn",
        "text": "Revision 42 goes back to *41*: image `checkout:1.9.0` becomes `checkout:1.8.2`.\n"
        "3 pods are replaced one by one. You are named in the cluster's audit log.",
    },
    "confirm": plain("Undo to revision 41"),
    "deny": plain("Keep revision 42"),
    "style": "danger",
}


def answer(*, offers: bool = True) -> list[Json]:
    blocks = [
        {"type": "header", "text": plain("Missing configuration: checkout")},
        section(
            "The container *checkout* ends itself at start: `DATABASE_URL` is not set.\n"
            "*Confirmed.* Revision 42 removed the variable, 4 minutes before the first crash."
        ),
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": "*Pod*\ncheckout-cb7ccc558-fnlz4"},
                {"type": "mrkdwn", "text": "*Restarts*\n9 in 14 minutes"},
                {"type": "mrkdwn", "text": "*Failing*\n3 of 3 pods, on 2 nodes"},
                {"type": "mrkdwn", "text": "*Next try*\nin about 5 minutes"},
            ],
        },
        section(
            "*Do next*\nUndo to revision 41, or set the variable:\n"
            "```kubectl -n production set env deployment/checkout DATABASE_URL=…```"
        ),
        folded(
            "evidence",
            "Evidence",
            "exit code 2, panic in the log, env without DATABASE_URL",
            section("Last end: `exitCode=2 reason=Error`, 3 of the last 3"),
            section(f"The log of the instance that died:\n```{LOG}```"),
            section(f"Somebody else's text: {HOSTILE}"),
        ),
        folded(
            "changed",
            "What changed",
            "revision 41 to 42, by argocd, 15:54",
            section("`DATABASE_URL` removed from `env`\nimage `checkout:1.8.2` → `checkout:1.9.0`"),
        ),
        folded(
            "ruled-out",
            "Ruled out",
            "6 other causes",
            section(
                "*Out of memory*: no OOMKilled, 41Mi of 256Mi\n*Liveness probe*: none is set\n"
                "*Dependency*: postgres has 1 ready endpoint"
            ),
        ),
    ]
    if offers:
        blocks.append(
            {
                "type": "actions",
                "block_id": "offers",
                "elements": [
                    button("undo", "Undo to revision 41", style="danger", confirm=CONFIRM),
                    button("feedback", "Not the cause…"),
                    button("again", "Look again"),
                    {
                        "type": "overflow",
                        "action_id": "more",
                        "options": [
                            {"text": plain("Full log as a file"), "value": "log"},
                            {"text": plain("Silence for an hour"), "value": "silence"},
                        ],
                    },
                ],
            }
        )
    blocks.append(
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": "Run 8f3a · 0.4 s · read 9 objects · restart would not help"}],
        }
    )
    return blocks


FEEDBACK = {
    "type": "modal",
    "callback_id": "feedback",
    "title": plain("What was it, then?"),
    "submit": plain("Send"),
    "close": plain("Cancel"),
    "blocks": [
        {
            "type": "input",
            "block_id": "cause",
            "label": plain("The real cause"),
            "element": {
                "type": "static_select",
                "action_id": "pick",
                "placeholder": plain("Pick one"),
                "options": [
                    {"text": plain("Out of memory"), "value": "oom-killed"},
                    {"text": plain("A missing secret"), "value": "missing-secret"},
                ],
            },
        },
        {
            "type": "input",
            "block_id": "why",
            "label": plain("How do you know?"),
            "hint": plain("One sentence is enough."),
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        },
    ],
}

PEOPLE = (
    Person(
        id="U0ANNA",
        name="anna",
        real_name="Anna Berg",
        email="anna@example.com",
        title="SRE",
        note="SRE: may restart and undo in production",
    ),
    Person(
        id="U0BEN",
        name="ben",
        real_name="Ben Ito",
        email="ben@example.com",
        title="Developer",
        note="Developer: may look, may not change",
    ),
    Person(
        id="U0GITA",
        name="gita",
        real_name="Gita Rao",
        email="gita@partner.example",
        title="Guest",
        note="Guest of another company",
        is_restricted=True,
    ),
)
ROOMS = (
    Room(id="C0ALERTS", name="alerts", topic="What pages us"),
    Room(id="C0DEPLOYS", name="deploys", topic="Who rolled out what"),
    Room(id="C0GENERAL", name="general", topic="Everything else"),
)


def scenarios() -> list[Json]:
    def card(id_: str, title: str, group: str, summary: str, target: str, **more: Any) -> Json:
        return {
            "id": id_,
            "title": title,
            "group": group,
            "summary": summary,
            "target": target,
            "alert": "KubePodCrashLooping",
            **more,
        }

    return [
        card(
            "first",
            "The deployment that lost a variable",
            "Configuration",
            "Nine restarts after a rollout. An undo fixes it.",
            "checkout-cb7ccc558-fnlz4",
            first=True,
        ),
        card(
            "secret", "A Secret that is not there", "Configuration", "The container never starts.", "deployment/billing"
        ),
        card(
            "value",
            "A port that is not a number",
            "Configuration",
            "The program refuses its own settings.",
            "deployment/gateway",
        ),
        card(
            "oom",
            "More memory than its limit",
            "Memory",
            "Killed by the kernel at 96Mi.",
            "api-deployment-7d4b9c-xkp2z",
        ),
        card(
            "heap",
            "Node's heap is full",
            "Memory",
            "Not the container's limit: the runtime's own cap.",
            "deployment/renderer",
        ),
        card("probe", "A probe that is too early", "Probes", "Killed while still starting.", "deployment/warehouse"),
        card("dns", "A name nobody knows", "Dependencies", "The Service was renamed.", "deployment/orders"),
    ]


@asynccontextmanager
async def workspace(port: int = 0) -> AsyncIterator[SlackStandIn]:
    """The stand-in with the tiny bot connected over Socket Mode."""
    async with AsyncExitStack() as stack:

        async def fire(id_: str, how: str) -> Json | None:
            if how == "webhook":
                await investigate(client, "C0ALERTS")
                return {"channel": "C0ALERTS"}
            attachment = {
                "color": "danger",
                "title": "[FIRING:1] KubePodCrashLooping (checkout production warning)",
                "title_link": "http://alertmanager.example:9093/#/alerts?receiver=slack",
                "text": f"Pod production/checkout-cb7ccc558-fnlz4 ({id_}) is in waiting state.",
                "fields": [
                    {"title": "namespace", "value": "production", "short": True},
                    {"title": "severity", "value": "warning", "short": True},
                ],
            }
            stored = await slack.post_as_app("alerts", "Alertmanager", "", [attachment])
            return {"channel": "C0ALERTS", "ts": stored.ts}

        slack = await stack.enter_async_context(
            SlackStandIn(port, users=PEOPLE, channels=ROOMS, scenarios=scenarios, fire=fire)
        )
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
        app = AsyncApp(client=client)
        _listen(app)
        _act(app)
        handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client)
        await handler.connect_async()
        stack.push_async_callback(handler.close_async)
        yield slack


async def investigate(client: AsyncWebClient, channel: str, thread_ts: str = "") -> None:
    line = "Looking at *production/checkout-cb7ccc558-fnlz4*…"
    root = thread_ts
    if not root:
        posted = await client.chat_postMessage(channel=channel, text=line, blocks=[section(line)])
        root = posted["ts"]
    else:
        await client.reactions_add(channel=channel, timestamp=root, name="eyes")
    await client.chat_postMessage(channel=channel, thread_ts=root, text="Missing configuration", blocks=answer())
    if not thread_ts:
        verdict = "*Missing configuration* · production/checkout · `DATABASE_URL` is not set, 9 restarts, 3 of 3 pods"
        await client.chat_update(channel=channel, ts=root, text="Missing configuration", blocks=[section(verdict)])


def _listen(app: AsyncApp) -> None:
    @app.command("/crashloop")
    async def command(ack: Any, command: Json, client: AsyncWebClient) -> None:
        if not command["text"]:
            await ack("Tell me what to look at: `/crashloop [namespace/]pod`")
            return
        await ack(f"Looking at `{command['text']}`…")
        await investigate(client, command["channel_id"])

    @app.event("message")
    async def message(event: Json, client: AsyncWebClient) -> None:
        if event.get("subtype") == "bot_message":
            await investigate(client, event["channel"], event["ts"])

    @app.event("app_mention")
    async def mention(event: Json, client: AsyncWebClient) -> None:
        await investigate(client, event["channel"], event.get("thread_ts") or event["ts"])

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        blocks = [{"type": "header", "text": plain("Nothing is failing")}, section("Type `/crashloop` in a channel.")]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})


def _act(app: AsyncApp) -> None:
    @app.action("undo")
    async def undo(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        channel, message, user = body["channel"]["id"], body["message"], body["user"]["id"]
        root = message["thread_ts"]
        if user != "U0ANNA":
            text = "You may not patch deployments in *production*. Ask somebody with the role `deployer`."
            await client.chat_postEphemeral(channel=channel, user=user, thread_ts=root, text=text)
            return
        await client.chat_update(channel=channel, ts=message["ts"], text="Undoing", blocks=answer(offers=False))
        note = await client.chat_postMessage(channel=channel, thread_ts=root, text=f"<@{user}> undoes the rollout…")
        await asyncio.sleep(0.2)
        text = f"Recovered: revision 41 runs, 3 of 3 pods are ready. Undone by <@{user}>."
        await client.chat_update(
            channel=channel, ts=note["ts"], text=text, blocks=[section(f":white_check_mark: {text}")]
        )

    @app.action("again")
    @app.action("more")
    async def nothing(ack: Any) -> None:
        await ack()

    @app.action("feedback")
    async def feedback(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        view = {**FEEDBACK, "private_metadata": f"{body['channel']['id']}/{body['message']['thread_ts']}"}
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("feedback")
    async def sent(ack: Any, view: Json, body: Json, client: AsyncWebClient) -> None:
        text = view["state"]["values"]["why"]["text"]["value"]
        if len(text) < 10:
            await ack(response_action="errors", errors={"why": "Please say a little more."})
            return
        await ack()
        channel, root = view["private_metadata"].split("/")
        await client.chat_postMessage(channel=channel, thread_ts=root, text=f"Noted, <@{body['user']['id']}>.")

    @app.shortcut("diagnose_message")
    async def shortcut(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await investigate(client, body["channel"]["id"], body["message"].get("thread_ts") or body["message"]["ts"])
