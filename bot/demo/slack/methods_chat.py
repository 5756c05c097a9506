"""Web API: chat.* and reactions.*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.slack import limits as most
from bot.demo.slack.calls import ApiError, Call
from bot.demo.slack.content import checked_content
from bot.demo.slack.model import TEAM_DOMAIN, Author, Json, Stored

if TYPE_CHECKING:
    from collections.abc import Callable


def content_of(call: Call, text_limit: int = most.MESSAGE_TEXT) -> Json:
    """Return text, blocks, attachments and metadata of a call, or refuse them as Slack does."""
    given: Json = {name: call.data(name) for name in ("blocks", "attachments", "metadata")}
    return checked_content({"text": call.text("text"), **given}, text_limit)


def _reply_to(call: Call, channel: str) -> str:
    """Return the parent's ts. A reply's ts given as thread_ts makes Slack's thread go astray: refused here."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return ""
    parent = call.workspace.find(channel, thread_ts)
    if parent is None or parent.only_for:
        raise ApiError("thread_not_found" if call.workspace.room(channel) else "channel_not_found")
    if parent.message.get("thread_ts", thread_ts) != thread_ts:
        raise ApiError("invalid_arguments", ["thread_ts must be the ts of the thread's parent, not of a reply"])
    return thread_ts


def post_message(call: Call) -> Json:
    """chat.postMessage."""
    room = call.room(member=True)
    if room.archived:
        raise ApiError("is_archived")
    content = content_of(call)
    app = Author(user=call.workspace.app.user_id)
    thread_ts = _reply_to(call, room.id)
    broadcast = bool(thread_ts) and call.flag("reply_broadcast")
    stored = call.workspace.post(room.id, app, content, thread_ts=thread_ts, broadcast=broadcast)
    return {"ok": True, "channel": room.id, "ts": stored.ts, "message": stored.message}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral."""
    room = call.room(member=True)
    user = call.needed("user")
    if user not in call.workspace.members(room):
        raise ApiError("user_not_in_channel")
    content = content_of(call)
    app = Author(user=call.workspace.app.user_id)
    stored = call.workspace.post(room.id, app, content, thread_ts=call.text("thread_ts"), only_for=user)
    return {"ok": True, "message_ts": stored.ts}


def _message_of_caller(call: Call, refusal: str) -> Stored:
    stored = call.message(call.room())
    if stored.message.get("bot_id") != call.workspace.app.bot_id:
        raise ApiError(refusal)
    return stored


def update(call: Call) -> Json:
    """chat.update."""
    stored = _message_of_caller(call, "cant_update_message")
    call.workspace.update(stored, content_of(call, most.UPDATE_TEXT))
    text = stored.message["text"]
    return {"ok": True, "channel": stored.channel, "ts": stored.ts, "text": text, "message": stored.message}


def delete(call: Call) -> Json:
    """chat.delete."""
    stored = _message_of_caller(call, "cant_delete_message")
    call.workspace.delete(stored)
    return {"ok": True, "channel": stored.channel, "ts": stored.ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink."""
    room = call.room()
    stored = call.message(room, "message_ts")
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{room.id}/p{stored.ts.replace('.', '')}"
    thread_ts = stored.message.get("thread_ts")
    if thread_ts and thread_ts != stored.ts:
        link += f"?thread_ts={thread_ts}&cid={room.id}"
    return {"ok": True, "channel": room.id, "permalink": link}


def _react(call: Call, *, add: bool) -> Json:
    room = call.room(member=True)
    stored = call.message(room, "timestamp")
    error = call.workspace.react(stored, call.needed("name").strip(":"), call.workspace.app.user_id, add=add)
    if error:
        raise ApiError(error)
    return {"ok": True}


def reactions_add(call: Call) -> Json:
    """reactions.add."""
    return _react(call, add=True)


def reactions_remove(call: Call) -> Json:
    """reactions.remove."""
    return _react(call, add=False)


METHODS: dict[str, Callable[[Call], Json]] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "reactions.add": reactions_add,
    "reactions.remove": reactions_remove,
}
