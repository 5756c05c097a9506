"""Posting against the Slack stand-in with its faults on: never twice, never silently lost, never blocking for long."""

from contextlib import asynccontextmanager

import pytest

from bot.demo.slack.faults import Fault
from bot.demo.slack.server import SlackStandIn
from bot.model.errors import BotError, Misconfigured, Refused, Temporary
from bot.render.message import Message
from bot.render.simpler import SIMPLER
from bot.slack.client import slack_client
from bot.slack.notifier import Notifier
from bot.slack.pacing import Pacing

HELLO = Message("hello", ({"type": "section", "text": {"type": "mrkdwn", "text": "hello"}},))


@asynccontextmanager
async def slack():
    async with SlackStandIn() as standin, slack_client(standin.bot_token, standin.api_url) as client:
        yield standin, Notifier(client, SIMPLER, Pacing(rate=1000))


def said(standin, channel="C0GENERAL"):
    return [stored.message["text"] for stored in standin.workspace.history(channel)]


async def test_a_message_is_posted_with_its_marker_and_never_unfurled():
    async with slack() as (standin, notifier):
        posted = await notifier.post("C0GENERAL", HELLO, marker="i:line")
        (stored,) = standin.workspace.history("C0GENERAL")
        assert (posted.channel, posted.ts) == ("C0GENERAL", stored.ts)
        assert stored.message["metadata"]["event_payload"] == {"marker": "i:line"}


@pytest.mark.parametrize("kind", ["reset", "server_error", "drop", "html"])
@pytest.mark.parametrize("thread", [False, True])
async def test_after_an_ambiguous_failure_there_is_exactly_one_message(kind, thread):
    async with slack() as (standin, notifier):
        parent = (await notifier.post("C0GENERAL", HELLO, marker="parent")).ts if thread else ""
        before = len(said(standin))
        for number in range(10):
            standin.set_fault("chat.postMessage", Fault(kind=kind))
            posted = await notifier.post("C0GENERAL", HELLO, marker=f"m{number}", thread_ts=parent)
            assert standin.workspace.find("C0GENERAL", posted.ts).message["metadata"]["event_payload"] == {
                "marker": f"m{number}"
            }
        messages = standin.workspace.thread("C0GENERAL", parent)[1:] if thread else said(standin)[before:]
        assert len(messages) == 10


async def test_an_attempt_after_a_crash_finds_what_was_posted_before_it():
    async with slack() as (standin, notifier):
        first = await notifier.post("C0GENERAL", HELLO, marker="i:line")
        again = await notifier.post("C0GENERAL", HELLO, marker="i:line", posted_before=True)
        assert (again.channel, again.ts, again.found) == (first.channel, first.ts, True)
        assert len(said(standin)) == 1


async def test_when_the_marker_cannot_be_looked_up_it_is_left_for_later():
    async with slack() as (standin, notifier):
        standin.set_fault("chat.postMessage", Fault(kind="reset"))
        standin.set_fault("conversations.history", Fault(kind="server_error", times=-1))
        with pytest.raises(Temporary):
            await notifier.post("C0GENERAL", HELLO, marker="m")
        assert len(said(standin)) == 1


async def test_a_short_429_is_waited_for_and_a_long_one_is_given_back():
    async with slack() as (standin, notifier):
        standin.set_fault("chat.postMessage", Fault(kind="rate_limited", retry_after_s=0))
        await notifier.post("C0GENERAL", HELLO, marker="m")
        assert len(said(standin)) == 1

        standin.set_fault("chat.postMessage", Fault(kind="rate_limited", retry_after_s=3600))
        with pytest.raises(Temporary) as raised:
            await notifier.post("C0GENERAL", HELLO, marker="n")
        assert raised.value.retry_after_s == 3600
        assert len(said(standin)) == 1


async def test_an_update_survives_what_is_ambiguous():
    async with slack() as (standin, notifier):
        posted = await notifier.post("C0GENERAL", HELLO, marker="m")
        standin.set_fault("chat.update", Fault(kind="reset"))
        await notifier.update(posted.channel, posted.ts, Message("bye", HELLO.blocks))
        assert said(standin) == ["bye"]
        standin.set_fault("chat.update", Fault(kind="server_error", times=-1))
        with pytest.raises(Temporary):
            await notifier.update(posted.channel, posted.ts, HELLO)


async def test_a_workspace_that_knows_no_containers_gets_the_plain_form_once():
    folded = {
        "type": "container", "title": {"type": "plain_text", "text": "More"}, "is_collapsible": True,
        "child_blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "inside"}}],
    }  # fmt: skip
    async with slack() as (standin, notifier):
        standin.set_fault("chat.postMessage", Fault(kind="error", code="invalid_blocks"))
        await notifier.post("C0GENERAL", Message("hello", (folded,)), marker="m")
        (stored,) = standin.workspace.history("C0GENERAL")
        assert [block["type"] for block in stored.message["blocks"]] == ["section", "section"]
        standin.set_fault("chat.postMessage", Fault(kind="error", code="invalid_blocks", times=2))
        await notifier.post("C0GENERAL", Message("hello", (folded,)), marker="n")
        stored = standin.workspace.history("C0GENERAL")[-1]
        assert (stored.message["text"], stored.message.get("blocks")) == ("hello\n*More*\ninside", [])
        standin.set_fault("chat.postMessage", Fault(kind="error", code="invalid_blocks", times=3))
        with pytest.raises(Refused):
            await notifier.post("C0GENERAL", Message("hello", (folded,)), marker="o")


async def test_a_refusal_says_slacks_word():
    async with slack() as (_, notifier):
        with pytest.raises(Misconfigured) as raised:
            await notifier.post("C0NOWHERE", HELLO, marker="m")
        assert raised.value.code == "channel_not_found"
        with pytest.raises(Refused) as gone:
            await notifier.update("C0GENERAL", "1.0", HELLO)
        assert gone.value.code == "message_not_found"


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "service_unavailable", "request_timeout"])
async def test_what_slack_calls_an_error_of_its_own_may_have_been_carried_out(code):
    async with slack() as (standin, notifier):
        first = await notifier.post("C0GENERAL", HELLO, marker="m")
        standin.set_fault("chat.postMessage", Fault(kind="error", code=code))
        again = await notifier.post("C0GENERAL", HELLO, marker="m")
        assert (again.ts, len(said(standin))) == (first.ts, 1)


async def test_a_token_that_works_again_is_found_out_though_nobody_posts():
    async with slack() as (standin, notifier):
        standin.set_fault("*", Fault(kind="error", code="account_inactive", times=2))
        with pytest.raises(Misconfigured):
            await notifier.post("C0GENERAL", HELLO, marker="m")
        with pytest.raises(BotError, match="account_inactive"):
            await notifier.standing.check()
        assert not await notifier.probe()
        assert notifier.standing.problems()
        assert not await notifier.probe()
        assert not notifier.standing.problems()
        await notifier.standing.check()


async def test_an_ephemeral_message_that_is_lost_raises_nothing():
    async with slack() as (standin, notifier):
        standin.set_fault("chat.postEphemeral", Fault(kind="error", code="user_not_in_channel"))
        await notifier.ephemeral("C0GENERAL", "U0ANNA", "psst")
        await notifier.ephemeral("C0GENERAL", "U0ANNA", "psst")
        assert [stored.only_for for stored in standin.workspace.history("C0GENERAL", "U0ANNA")] == ["U0ANNA"]


async def test_a_broadcast_reply_stands_in_the_channel_too():
    async with slack() as (standin, notifier):
        parent = await notifier.post("C0GENERAL", HELLO, marker="parent")
        posted = await notifier.post("C0GENERAL", HELLO, marker="back", thread_ts=parent.ts, broadcast=True)
        message = standin.workspace.find("C0GENERAL", posted.ts).message
        assert (message["subtype"], message["thread_ts"]) == ("thread_broadcast", parent.ts)
        await notifier.update("C0GENERAL", posted.ts, Message("over"))
        assert message["text"] == "over"


async def test_what_is_whispered_is_for_one_person_with_its_blocks():
    async with slack() as (standin, notifier):
        await notifier.whisper("C0GENERAL", "U0ANNA", HELLO, marker="i:whisper")
        (only,) = standin.workspace.history("C0GENERAL", "U0ANNA")
        assert only.only_for == "U0ANNA"
        assert only.message["blocks"][0]["text"]["text"] == "hello"
        assert said(standin) == []


async def test_a_whisper_raises_what_may_go_better_later_and_what_is_refused_everywhere():
    async with slack() as (standin, notifier):
        for fault, error in (
            (Fault(kind="server_error", times=9), Temporary),
            (Fault(kind="error", code="token_revoked"), Misconfigured),
        ):
            standin.set_fault("chat.postEphemeral", fault)
            with pytest.raises(error):
                await notifier.whisper("C0GENERAL", "U0ANNA", HELLO, marker="i:whisper")
        assert standin.workspace.history("C0GENERAL", "U0ANNA") == []
