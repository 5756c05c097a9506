"""What ``GET /ui/state`` answers: everything one person sees in the workspace. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.slack.model import TEAM_DOMAIN, Json, Person, Room

if TYPE_CHECKING:
    from bot.demo.slack.acts import Acts
    from bot.demo.slack.workspace import Workspace


def state_of(acts: Acts, user: str, scenarios: list[Json]) -> Json:
    """Return all that ``user`` sees."""
    workspace, views, app = acts.workspace, acts.views, acts.workspace.app
    return {
        "team": {"name": "Crashloop", "domain": TEAM_DOMAIN},
        "me": user,
        "app": {
            "id": app.id,
            "bot_id": app.bot_id,
            "user": app.user_id,
            "name": app.name,
            "command": app.command,
            "usage": app.usage,
            "description": app.description,
            "shortcuts": [{"callback_id": key, "name": name} for key, name in app.shortcuts],
            "connected": acts.delivery.connected,
        },
        "people": [_person(person) for person in workspace.people.values()],
        "channels": [_channel(workspace, room, user) for room in workspace.rooms.values()],
        "views": views.stack(user),
        "home": views.homes.get(user),
        "scenarios": scenarios,
    }


def _person(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "note": person.note,
        "guest": person.is_restricted or person.is_ultra_restricted or person.is_stranger,
    }


def _channel(workspace: Workspace, room: Room, user: str) -> Json:
    return {
        "id": room.id,
        "name": room.name,
        "topic": room.topic,
        "private": room.private,
        "members": len(workspace.members(room)),
        "messages": [{**item.message, "ephemeral": bool(item.only_for)} for item in workspace.history(room.id, user)],
    }
