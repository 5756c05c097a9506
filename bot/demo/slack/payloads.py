"""What Slack sends to an app: commands, interactions, events, as they look on the wire. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.slack.model import TEAM_DOMAIN, TEAM_ID, Json, Person, Room

if TYPE_CHECKING:
    from bot.demo.slack.model import App

VERIFICATION_TOKEN = "unused-since-signatures"  # noqa: S105 — the deprecated field is still in every payload


def _user(person: Person) -> Json:
    return {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}


def _base(kind: str, app: App, person: Person, trigger_id: str) -> Json:
    return {
        "type": kind,
        "user": _user(person),
        "api_app_id": app.id,
        "token": VERIFICATION_TOKEN,
        "trigger_id": trigger_id,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def slash_command(app: App, person: Person, room: Room, text: str, trigger_id: str, response_url: str) -> Json:
    """Return the fields of a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": person.team_id,
        "team_domain": TEAM_DOMAIN,
        "channel_id": room.id,
        "channel_name": room.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": app.command,
        "text": text,
        "api_app_id": app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def message_actions(  # noqa: PLR0913 — all parts of one payload, most by name
    app: App,
    person: Person,
    room: Room,
    message: Json,
    action: Json,
    *,
    trigger_id: str,
    response_url: str,
    ephemeral: bool = False,
    values: Json | None = None,
) -> Json:
    """Return ``block_actions`` for a click in a message."""
    container: Json = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": room.id,
        "is_ephemeral": ephemeral,
    }
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    return {
        **_base("block_actions", app, person, trigger_id),
        "container": container,
        "channel": {"id": room.id, "name": room.name},
        # Slack leaves the message out of an ephemeral's payload.
        **({} if ephemeral else {"message": message}),
        "state": {"values": values or {}},
        "response_url": response_url,
        "actions": [action],
    }


def view_actions(app: App, person: Person, view: Json, action: Json, trigger_id: str) -> Json:
    """Return ``block_actions`` for a click in a modal or on the Home tab."""
    return {
        **_base("block_actions", app, person, trigger_id),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action],
    }


def view_submission(app: App, person: Person, view: Json, trigger_id: str) -> Json:
    """Return ``view_submission``; ``view`` holds the values in ``state``."""
    return {**_base("view_submission", app, person, trigger_id), "view": view, "response_urls": []}


def view_closed(app: App, person: Person, view: Json, *, cleared: bool) -> Json:
    """Return ``view_closed``."""
    payload = _base("view_closed", app, person, "")
    del payload["trigger_id"]
    return {**payload, "view": view, "is_cleared": cleared}


def message_shortcut(
    app: App, person: Person, room: Room, message: Json, callback_id: str, *, trigger_id: str, response_url: str
) -> Json:
    """Return ``message_action``: a message shortcut; it carries the whole message."""
    return {
        **_base("message_action", app, person, trigger_id),
        "callback_id": callback_id,
        "action_ts": message["ts"],
        "message_ts": message["ts"],
        "channel": {"id": room.id, "name": room.name},
        "message": message,
        "response_url": response_url,
    }


def event(app: App, inner: Json, event_id: str, at: float) -> Json:
    """Return an ``event_callback`` around one event."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": app.id,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(at),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": app.user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def message_event(room: Room, message: Json) -> Json:
    """Return the event for a new message."""
    return {**message, "channel": room.id, "channel_type": _kind(room), "event_ts": message["ts"]}


def message_changed(room: Room, message: Json, previous: Json, ts: str) -> Json:
    """Return the event for a changed message."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": message,
        "previous_message": previous,
        "channel": room.id,
        "channel_type": _kind(room),
        "ts": ts,
        "event_ts": ts,
    }


def message_deleted(room: Room, message: Json, ts: str) -> Json:
    """Return the event for a deleted message."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message["ts"],
        "previous_message": message,
        "channel": room.id,
        "channel_type": _kind(room),
        "ts": ts,
        "event_ts": ts,
    }


def app_mention(room: Room, message: Json) -> Json:
    """Return the event for a message that names the app."""
    copied: Json = {
        key: message[key] for key in ("user", "text", "ts", "team", "blocks", "thread_ts") if key in message
    }
    return {"type": "app_mention", **copied, "channel": room.id, "event_ts": message["ts"]}


def home_opened(user: str, tab: str, view: Json | None, ts: str) -> Json:
    """Return the event for an opened Home or Messages tab."""
    inner: Json = {"type": "app_home_opened", "user": user, "channel": f"D{user[1:]}", "tab": tab, "event_ts": ts}
    return inner if view is None else {**inner, "view": view}


def _kind(room: Room) -> str:
    return "group" if room.private else "channel"
