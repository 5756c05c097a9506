"""Modals, the Home tab, trigger ids and response URLs: what lives for a moment and belongs to one person."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.demo.slack import limits as most
from bot.demo.slack.blockkit import view_errors
from bot.demo.slack.calls import ApiError, Call
from bot.demo.slack.model import TEAM_ID, Change, Json

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from bot.demo.slack.workspace import Workspace


@dataclass(slots=True)
class Trigger:
    """A person's act that lets the app open one modal within three seconds."""

    user: str
    until: float
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """Where the app may answer one act: five times within half an hour. ``last_ts``: what it posted there last."""

    channel: str
    user: str
    until: float
    message_ts: str = ""
    thread_ts: str = ""
    uses: int = 0
    last_ts: str = ""


@dataclass(slots=True)
class Views:
    """The open modals (a stack a person), the published Home tabs, and the passes to open or answer."""

    workspace: Workspace
    stacks: dict[str, list[Json]] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def new_trigger(self, user: str) -> str:
        """Return a trigger id for what this person has just done."""
        trigger_id = f"{self.workspace.serial('1')}.{self.workspace.serial('2')}.{TEAM_ID.lower()}"
        self.triggers[trigger_id] = Trigger(user, self.workspace.clock() + most.TRIGGER_S)
        return trigger_id

    def new_response_url(self, channel: str, user: str, message_ts: str = "", thread_ts: str = "") -> str:
        """Return the token of a new response URL."""
        token = self.workspace.serial("R")
        self.response_urls[token] = ResponseUrl(
            channel=channel,
            user=user,
            message_ts=message_ts,
            thread_ts=thread_ts,
            until=self.workspace.clock() + most.RESPONSE_URL_S,
        )
        return token

    def stack(self, user: str) -> list[Json]:
        """Return a person's open modals, the top one last."""
        return self.stacks.setdefault(user, [])

    def find(self, view_id: str) -> tuple[str, Json] | None:
        """Return whose view this is, and the view: an open modal or a Home tab."""
        for user, stack in self.stacks.items():
            for view in stack:
                if view_id and view_id in {view["id"], view["external_id"]}:
                    return user, view
        return next(((user, view) for user, view in self.homes.items() if view["id"] == view_id), None)

    def push(self, user: str, view: Json) -> Json:
        """Put a modal on top of a person's stack."""
        stack = self.stack(user)
        made = self._made(view, previous=stack[-1] if stack else None)
        stack.append(made)
        self._tell(user)
        return made

    def replace(self, user: str, old: Json, view: Json) -> Json:
        """Replace an open view by another, keeping its id and its place."""
        made = self._made(view, keep=old)
        for stack in (self.stack(user),):
            for index, item in enumerate(stack):
                if item["id"] == old["id"]:
                    stack[index] = made
        if self.homes.get(user, {}).get("id") == old["id"]:
            self.homes[user] = made
            self.workspace.tell(Change(kind="home", only_for=user))
        self._tell(user)
        return made

    def close(self, user: str, *, everything: bool = False) -> list[Json]:
        """Take the top modal away (or all), and return what was taken, top first."""
        stack = self.stack(user)
        taken = list(reversed(stack)) if everything else stack[-1:]
        self.stacks[user] = [] if everything else stack[:-1]
        self._tell(user)
        return taken

    def publish(self, user: str, view: Json) -> Json:
        """Set a person's Home tab."""
        made = self._made(view, keep=self.homes.get(user))
        self.homes[user] = made
        self.workspace.tell(Change(kind="home", only_for=user))
        return made

    def _tell(self, user: str) -> None:
        self.workspace.tell(Change(kind="views", only_for=user))

    def _made(self, view: Json, *, keep: Json | None = None, previous: Json | None = None) -> Json:
        app = self.workspace.app
        view_id = keep["id"] if keep else self.workspace.serial("V")
        stamp = f"{self.workspace.clock():.6f}.{self.workspace.serial('h')}"
        return {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "close": None,
            "submit": None,
            **view,
            "blocks": self.workspace.with_ids(view.get("blocks", [])),
            "id": view_id,
            "team_id": TEAM_ID,
            "app_id": app.id,
            "bot_id": app.bot_id,
            "hash": f"{int(self.workspace.clock())}.{hashlib.sha256(stamp.encode()).hexdigest()[:8]}",
            "state": {"values": {}},
            "root_view_id": keep["root_view_id"] if keep else previous["root_view_id"] if previous else view_id,
            "previous_view_id": keep["previous_view_id"] if keep else previous["id"] if previous else None,
        }


def checked(view: Any, kind: str) -> Json:
    """Return a view that Slack would take, or refuse it."""
    errors = view_errors(view)
    if not errors and view.get("type") != kind:
        errors = [f"must be a valid enum value: {kind} [json-pointer:/view/type]"]
    if errors:
        raise ApiError("invalid_arguments", errors)
    taken: Json = view
    return taken


def methods(views: Views) -> dict[str, Callable[[Call], Json]]:
    """Return views.open, push, update and publish over this state."""
    over = _Methods(views)
    return {
        "views.open": over.open,
        "views.push": over.push,
        "views.update": over.update,
        "views.publish": over.publish,
    }


class _Methods:
    def __init__(self, views: Views) -> None:
        self._views = views

    def open(self, call: Call) -> Json:
        view = checked(call.data("view"), "modal")
        user = self._trigger(call).user
        self._views.stacks[user] = []
        return {"ok": True, "view": self._views.push(user, view)}

    def push(self, call: Call) -> Json:
        view = checked(call.data("view"), "modal")
        user = self._trigger(call).user
        if len(self._views.stack(user)) >= most.VIEW_STACK:
            raise ApiError("push_limit_reached")
        return {"ok": True, "view": self._views.push(user, view)}

    def update(self, call: Call) -> Json:
        found = self._views.find(call.text("view_id") or call.needed("external_id"))
        if found is None:
            raise ApiError("not_found")
        user, old = found
        if call.text("hash") not in {"", old["hash"]}:
            raise ApiError("hash_conflict")
        return {"ok": True, "view": self._views.replace(user, old, checked(call.data("view"), old["type"]))}

    def publish(self, call: Call) -> Json:
        user = call.needed("user_id")
        if user not in self._views.workspace.people:
            raise ApiError("user_not_found")
        return {"ok": True, "view": self._views.publish(user, checked(call.data("view"), "home"))}

    def _trigger(self, call: Call) -> Trigger:
        trigger = self._views.triggers.get(call.needed("trigger_id"))
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if self._views.workspace.clock() > trigger.until:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger
