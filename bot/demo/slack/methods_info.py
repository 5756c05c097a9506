"""Web API: what can be asked about the workspace (auth, bots, conversations, users, usergroups)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.slack.blockkit import blocks_errors
from bot.demo.slack.calls import ApiError, Call
from bot.demo.slack.model import TEAM_DOMAIN, TEAM_ID, Json, Stored

if TYPE_CHECKING:
    from collections.abc import Callable


def auth_test(call: Call) -> Json:
    """auth.test."""
    app = call.workspace.app
    return {
        "ok": True,
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_DOMAIN,
        "team_id": TEAM_ID,
        "user": app.name,
        "user_id": app.user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> Json:
    """api.test."""
    return {"ok": True, "args": call.arguments}


def bots_info(call: Call) -> Json:
    """bots.info."""
    app = call.workspace.app
    if call.text("bot") not in {"", app.bot_id}:
        raise ApiError("bot_not_found")
    bot = {"id": app.bot_id, "app_id": app.id, "user_id": app.user_id, "name": app.name, "deleted": False}
    return {"ok": True, "bot": bot}


def conversations_info(call: Call) -> Json:
    """conversations.info."""
    room = call.room()
    return {"ok": True, "channel": room.to_slack(len(call.workspace.members(room)))}


def conversations_list(call: Call) -> Json:
    """conversations.list: all on one page."""
    kinds = (call.text("types") or "public_channel").split(",")
    wanted = [
        room.to_slack(len(call.workspace.members(room)))
        for room in call.workspace.rooms.values()
        if ("private_channel" if room.private else "public_channel") in kinds
        and (room.app_is_member or not room.private)
    ]
    return {"ok": True, "channels": wanted, "response_metadata": {"next_cursor": ""}}


def conversations_members(call: Call) -> Json:
    """conversations.members."""
    return {
        "ok": True,
        "members": call.workspace.members(call.room()),
        "response_metadata": {"next_cursor": ""},
    }


def conversations_history(call: Call) -> Json:
    """conversations.history: newest first, without the replies of threads."""
    room = call.room(member=True)
    stored = [
        item
        for item in call.workspace.history(room.id)
        if item.message.get("thread_ts", item.ts) == item.ts and _within(item, call)
    ]
    limit = call.limit()
    newest_first = list(reversed(stored))
    messages = [_shown(item, call) for item in newest_first[:limit]]
    return {"ok": True, "messages": messages, "has_more": len(stored) > limit, "response_metadata": {"next_cursor": ""}}


def conversations_replies(call: Call) -> Json:
    """conversations.replies: the parent, then the replies in order."""
    room = call.room(member=True)
    ts = call.needed("ts")
    thread = call.workspace.thread(room.id, ts)
    if not thread:
        raise ApiError("thread_not_found")
    # A reply's own ts gives that one message only, as at Slack.
    found = [item for item in thread if item.ts == ts or _within(item, call)]
    limit = call.limit(1000)
    return {"ok": True, "messages": [_shown(item, call) for item in found[:limit]], "has_more": len(found) > limit}


def _within(item: Stored, call: Call) -> bool:
    oldest, latest = call.text("oldest") or "0", call.text("latest")
    if call.flag("inclusive"):
        return oldest <= item.ts and (not latest or item.ts <= latest)
    return oldest < item.ts and (not latest or item.ts < latest)


def _shown(item: Stored, call: Call) -> Json:
    if call.flag("include_all_metadata"):
        return item.message
    return {key: value for key, value in item.message.items() if key != "metadata"}


def users_info(call: Call) -> Json:
    """users.info, with e-mail (scope users:read.email)."""
    user = call.needed("user")
    if user == call.workspace.app.user_id:
        return {"ok": True, "user": call.workspace.app.to_slack()}
    person = call.workspace.people.get(user)
    if person is None:
        raise ApiError("user_not_found")
    shown = person.to_slack()
    if "users:read.email" not in call.workspace.app.scopes:
        shown["profile"].pop("email", None)
    return {"ok": True, "user": shown}


def users_list(call: Call) -> Json:
    """users.list: all on one page."""
    members = [person.to_slack() for person in call.workspace.people.values()]
    members.append(call.workspace.app.to_slack())
    return {"ok": True, "members": members, "response_metadata": {"next_cursor": ""}}


def users_lookup_by_email(call: Call) -> Json:
    """users.lookupByEmail."""
    email = call.needed("email")
    for person in call.workspace.people.values():
        if person.email == email and not person.deleted:
            return {"ok": True, "user": person.to_slack()}
    raise ApiError("users_not_found")


def usergroups_list(call: Call) -> Json:
    """usergroups.list."""
    groups = [
        {"id": group.id, "team_id": TEAM_ID, "handle": group.handle, "name": group.handle, "users": list(group.users)}
        for group in call.workspace.usergroups.values()
    ]
    return {"ok": True, "usergroups": groups}


def usergroups_users_list(call: Call) -> Json:
    """usergroups.users.list."""
    group = call.workspace.usergroups.get(call.needed("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"ok": True, "users": list(group.users)}


def blocks_validate(call: Call) -> Json:
    """blocks.validate."""
    errors = blocks_errors(call.data("blocks"))
    if errors:
        raise ApiError("invalid_blocks", errors)
    return {"ok": True}


METHODS: dict[str, Callable[[Call], Json]] = {
    "api.test": api_test,
    "auth.test": auth_test,
    "bots.info": bots_info,
    "blocks.validate": blocks_validate,
    "conversations.info": conversations_info,
    "conversations.list": conversations_list,
    "conversations.members": conversations_members,
    "conversations.history": conversations_history,
    "conversations.replies": conversations_replies,
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": users_lookup_by_email,
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroups_users_list,
}
