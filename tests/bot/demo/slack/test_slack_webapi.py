"""The Web API through the real client: refusals as Slack words them, faults as the network makes them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack import Fault, Person, Room, SlackStandIn
from tests.support.slack_page import until

ALERTS = "C0ALERTS"


async def refused(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_who_am_i_and_who_is_here(client, slack):
    assert (await client.auth_test())["user_id"] == slack.app.user_id
    assert (await client.users_info(user="U0ANNA"))["user"]["profile"]["email"] == "anna@example.com"
    assert (await client.users_info(user="U0GUEST"))["user"]["is_restricted"] is True
    assert (await client.users_lookupByEmail(email="ben@example.com"))["user"]["id"] == "U0BEN"
    assert [item["name"] for item in (await client.conversations_list())["channels"]] == ["alerts", "general"]
    assert slack.app.user_id in (await client.conversations_members(channel=ALERTS))["members"]


async def test_a_token_does_what_its_scopes_say_and_no_more(client, slack):
    """x-oauth-scopes and missing_scope as docs.slack.dev describes them; the channel decides between two scopes."""
    answer = await client.auth_test()
    assert answer.headers["x-oauth-scopes"].split(",") == list(slack.app.scopes)
    slack.workspace.app = replace(slack.app, scopes=("channels:read", "users:read"), app_token_scopes=())
    slack.workspace.rooms["C0SECRET"] = Room(id="C0SECRET", name="secret", private=True)
    assert (await client.conversations_info(channel=ALERTS))["channel"]["is_member"] is True
    assert "email" not in (await client.users_info(user="U0ANNA"))["user"]["profile"]
    lacking = {
        "chat:write": client.chat_postMessage(channel=ALERTS, text="x"),
        "channels:history": client.conversations_history(channel=ALERTS),
        "groups:read": client.conversations_info(channel="C0SECRET"),
        "usergroups:read": client.usergroups_users_list(usergroup="S0"),
        "connections:write": client.apps_connections_open(app_token=slack.app_token),
    }
    for scope, call in lacking.items():
        with pytest.raises(SlackApiError) as caught:
            await call
        assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", scope)


async def test_nothing_is_posted_into_an_archived_channel(client, slack):
    slack.workspace.rooms["C0OLD"] = Room(id="C0OLD", name="old", archived=True)
    assert (await client.conversations_info(channel="C0OLD"))["channel"]["is_archived"] is True
    assert await refused(client.chat_postMessage(channel="C0OLD", text="x")) == "is_archived"


async def test_a_thread_is_read_back_with_metadata_only_when_asked(client):
    parent = await client.chat_postMessage(channel="#alerts", text="parent")
    metadata = {"event_type": "crashloop", "event_payload": {"run_id": "8f3a"}}
    reply = await client.chat_postMessage(channel=ALERTS, text="reply", thread_ts=parent["ts"], metadata=metadata)
    thread = (await client.conversations_replies(channel=ALERTS, ts=parent["ts"], include_all_metadata=True))[
        "messages"
    ]
    assert [item["text"] for item in thread] == ["parent", "reply"]
    assert thread[0]["reply_count"] == 1
    assert thread[1]["metadata"] == metadata
    assert "metadata" not in (await client.conversations_replies(channel=ALERTS, ts=parent["ts"]))["messages"][1]
    history = (await client.conversations_history(channel=ALERTS))["messages"]
    assert [item["ts"] for item in history] == [parent["ts"]]
    link = await client.chat_getPermalink(channel=ALERTS, message_ts=reply["ts"])
    assert f"thread_ts={parent['ts']}" in link["permalink"]


async def test_text_without_blocks_takes_the_blocks_away(client, slack):
    blocks = [{"type": "divider"}]
    posted = await client.chat_postMessage(channel=ALERTS, text="a", blocks=blocks)
    await client.chat_update(channel=ALERTS, ts=posted["ts"], text="b")
    message = slack.workspace.find(ALERTS, posted["ts"]).message
    assert (message["text"], message["blocks"]) == ("b", [])
    assert "edited" in message


async def test_refusals_are_slacks_own(client, slack):
    theirs = await slack.post_as_app("alerts", "Alertmanager", "firing")
    ephemeral = (await client.chat_postEphemeral(channel=ALERTS, user="U0ANNA", text="psst"))["message_ts"]
    assert await refused(client.chat_postMessage(channel="C0NOWHERE", text="x")) == "channel_not_found"
    assert await refused(client.api_call("chat.postMessage", json={"channel": ALERTS})) == "no_text"
    assert await refused(client.chat_postMessage(channel=ALERTS, text="x" * 40_001)) == "msg_too_long"
    assert await refused(client.chat_postMessage(channel=ALERTS, text="x", thread_ts="1.000001")) == "thread_not_found"
    assert await refused(client.chat_update(channel=ALERTS, ts=theirs.ts, text="x")) == "cant_update_message"
    assert await refused(client.chat_update(channel=ALERTS, ts="1.000001", text="x")) == "message_not_found"
    assert await refused(client.chat_update(channel=ALERTS, ts=ephemeral, text="x")) == "message_not_found"
    assert await refused(client.chat_delete(channel=ALERTS, ts=theirs.ts)) == "cant_delete_message"
    assert await refused(client.api_call("chat.shout")) == "unknown_method"
    assert await refused(client.users_info(user="U0NOBODY")) == "user_not_found"
    assert (
        await refused(client.views_open(trigger_id="1.2.3", view={"type": "home", "blocks": []})) == "invalid_arguments"
    )
    view = {"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": []}
    assert await refused(client.views_open(trigger_id="1.2.3", view=view)) == "invalid_trigger_id"


async def test_invalid_blocks_say_where(client):
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=ALERTS, text="x", blocks=blocks)
    assert caught.value.response["error"] == "invalid_blocks"
    reason = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert caught.value.response["errors"] == [reason]
    assert caught.value.response["response_metadata"]["messages"] == [f"[ERROR] {reason}"]


async def test_tokens_are_looked_at(slack, client):
    for token, error in (
        ("", "not_authed"),
        ("xoxb-other", "invalid_auth"),
        (slack.app_token, "not_allowed_token_type"),
    ):
        client.token = token
        assert await refused(client.auth_test()) == error


async def test_a_trigger_serves_once_and_for_three_seconds():
    now = [1_000.0]
    view = {"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": []}
    async with SlackStandIn(clock=lambda: now[0]) as slack, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
        trigger = slack.views.new_trigger("U0ANNA")
        opened = await client.views_open(trigger_id=trigger, view=view)
        assert await refused(client.views_open(trigger_id=trigger, view=view)) == "exchanged_trigger_id"
        view_id = opened["view"]["id"]
        assert await refused(client.views_update(view_id=view_id, hash="old", view=view)) == "hash_conflict"
        updated = await client.views_update(view_id=view_id, hash=opened["view"]["hash"], view=view)
        assert updated["view"]["id"] == view_id
        late = slack.views.new_trigger("U0ANNA")
        now[0] += 3.5
        assert await refused(client.views_open(trigger_id=late, view=view)) == "expired_trigger_id"


async def test_where_the_app_was_not_invited_it_may_not_post():
    rooms = (Room(id="C0IN", name="in"), Room(id="C0OUT", name="out", app_is_member=False))
    people = [Person(id="U1", name="a", real_name="A")]
    async with SlackStandIn(channels=rooms, users=people) as slack, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
        assert await refused(client.chat_postMessage(channel="C0OUT", text="x")) == "not_in_channel"
        assert await refused(client.chat_postEphemeral(channel="C0IN", user="U2", text="x")) == "user_not_in_channel"


async def test_faults_strike_as_often_as_told(client, slack):
    slack.set_fault("chat.postMessage", Fault(kind="rate_limited", retry_after_s=7))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=ALERTS, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    slack.set_fault("chat.postMessage", Fault(kind="server_error"))
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=ALERTS, text="x")
    slack.set_fault("*", Fault(kind="error", code="fatal_error"))
    assert await refused(client.chat_postMessage(channel=ALERTS, text="x")) == "fatal_error"
    slack.set_fault("chat.postMessage", Fault(kind="html"))
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=ALERTS, text="x")
    assert slack.workspace.history(ALERTS) == []
    assert (await client.chat_postMessage(channel=ALERTS, text="x"))["ok"]


async def test_the_answer_can_be_lost_after_the_post_was_made(client, slack):
    slack.set_fault("chat.postMessage", Fault(kind="reset"))
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=ALERTS, text="made")
    slack.set_fault("chat.postMessage", Fault(kind="drop"))
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=ALERTS, text="not made")
    assert [item.message["text"] for item in slack.workspace.history(ALERTS)] == ["made"]


async def test_a_call_can_hang_and_the_stand_in_still_stops(client, slack):
    slack.set_fault("auth.test", Fault(kind="hang"))
    call = asyncio.ensure_future(client.auth_test())
    await until(lambda: slack.faults._faults["auth.test"].times == 0)
    await slack.stop()
    with pytest.raises(aiohttp.ClientError):
        await call


async def test_the_page_is_for_this_machine_and_this_site_only(slack, page):
    body = {"as": "U0ANNA", "channel": ALERTS, "text": "x"}
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}):
        async with page.session.post("/ui/message", json=body, headers=headers) as response:
            assert response.status == 403
    async with page.session.post("/ui/message", data=body, headers={"Origin": slack.url}) as response:
        assert response.status == 400
    assert slack.workspace.history(ALERTS) == []
    async with page.session.get("/") as response:
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    async with page.session.get("/assets/routes.py") as response:
        assert response.status == 404


async def test_a_taken_port_is_an_oserror(slack):
    port = int(slack.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address"):
        await SlackStandIn(port).start()


async def test_a_file_is_announced_uploaded_and_shared_in_three_calls(client, slack):
    """docs.slack.dev/messaging/working-with-files: the flow that replaced files.upload."""
    assert await refused(client.files_getUploadURLExternal(filename="a.log", length=5)) == "missing_scope"
    slack.workspace.app = replace(slack.app, scopes=(*slack.app.scopes, "files:write"))
    place = await client.files_getUploadURLExternal(filename="a.log", length=5)
    shared = {"files": [{"id": place["file_id"], "title": "a"}], "channel_id": ALERTS, "initial_comment": "see"}
    assert await refused(client.files_completeUploadExternal(**shared)) == "file_not_found"
    async with aiohttp.ClientSession() as session:
        async with session.post(place["upload_url"], data=b"too long") as reply:
            assert reply.status == 400
        place = await client.files_getUploadURLExternal(filename="a.log", length=5)
        shared["files"][0]["id"] = place["file_id"]
        async with session.post(place["upload_url"], data=b"hello") as reply:
            assert await reply.text() == "OK - 5"
        async with session.get(f"{slack.url}/files/{place['file_id']}/a.log") as reply:
            assert reply.status == 404
        assert (
            await refused(client.files_completeUploadExternal(**shared | {"channel_id": "C0NONE"}))
            == "channel_not_found"
        )
        await client.files_completeUploadExternal(**shared)
        message = slack.workspace.history(ALERTS)[-1].message
        assert (message["text"], message["subtype"], message["files"][0]["size"]) == ("see", "file_share", 5)
        async with session.get(message["files"][0]["url_private_download"]) as reply:
            assert await reply.text() == "hello"
        assert await refused(client.files_completeUploadExternal(**shared)) == "file_not_found"
