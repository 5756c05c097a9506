"""What a person does in the workspace (type, click, submit), and what the app's answer then does to it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from bot.demo.slack import limits as most
from bot.demo.slack import payloads
from bot.demo.slack.calls import ApiError
from bot.demo.slack.content import checked_content
from bot.demo.slack.model import Author, Change, Json, Person, Room, Stored
from bot.demo.slack.views import checked
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from bot.demo.slack.delivery import Answer, Delivery
    from bot.demo.slack.views import Views
    from bot.demo.slack.workspace import Workspace

_MENTION = compiled(r"@([a-z0-9][a-z0-9._-]*)")


class ActError(Exception):
    """The act is not possible: one sentence for the person."""


class Acts:
    """The acts of people. Every one returns when the app has acknowledged it, or has not."""

    def __init__(self, workspace: Workspace, views: Views, delivery: Delivery) -> None:
        self.workspace = workspace
        self.views = views
        self.delivery = delivery
        self.base_url = ""
        workspace.subscribe(self._changed)

    # --- what people do

    def say(self, user: str, channel: str, text: str, thread_ts: str = "") -> Stored:
        """Post a person's message; ``@name`` becomes a mention, everything else is escaped."""
        person, room = self._who(user), self._where(channel)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        names = {item.name: item.id for item in self.workspace.people.values()}
        names[self.workspace.app.name] = self.workspace.app.user_id
        named: str = _MENTION.sub(lambda m: f"<@{names[m[1]]}>" if m[1] in names else m[0], escaped)
        return self.workspace.post(room.id, Author(user=person.id), {"text": named}, thread_ts=thread_ts)

    async def command(self, user: str, channel: str, text: str) -> None:
        """Send the app's slash command."""
        person, room = self._who(user), self._where(channel)
        token = self.views.new_response_url(room.id, person.id)
        payload = payloads.slash_command(
            self.workspace.app, person, room, text, self.views.new_trigger(user), self._response_url(token)
        )
        answer = await self.delivery.ask("slash_commands", payload)
        self._must(answer, self.workspace.app.command)
        if answer.body.get("text") or answer.body.get("blocks"):
            self.respond(token, answer.body, counts=False)

    async def act(self, user: str, channel: str, ts: str, action: Json) -> None:
        """Press a button or choose an option in a message. ``action``: block_id, action_id, and the choice made."""
        person, room = self._who(user), self._where(channel)
        stored = self.workspace.find(room.id, ts)
        if stored is None or (stored.only_for and stored.only_for != user):
            raise ActError("This message is gone.")
        filled = self._filled(stored.message.get("blocks", []), action)
        thread_ts = str(stored.message.get("thread_ts", ""))
        token = self.views.new_response_url(room.id, user, stored.ts, thread_ts)
        payload = payloads.message_actions(
            self.workspace.app,
            person,
            room,
            copy.deepcopy(stored.message),
            filled,
            trigger_id=self.views.new_trigger(user),
            response_url=self._response_url(token),
            ephemeral=bool(stored.only_for),
        )
        self._must(await self.delivery.ask("interactive", payload), self.workspace.app.name)

    async def shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> None:
        """Use a message shortcut."""
        person, room = self._who(user), self._where(channel)
        stored = self.workspace.find(room.id, ts)
        if stored is None:
            raise ActError("This message is gone.")
        thread_ts = str(stored.message.get("thread_ts", ""))
        token = self.views.new_response_url(room.id, user, "", thread_ts)
        payload = payloads.message_shortcut(
            self.workspace.app,
            person,
            room,
            copy.deepcopy(stored.message),
            callback_id,
            trigger_id=self.views.new_trigger(user),
            response_url=self._response_url(token),
        )
        self._must(await self.delivery.ask("interactive", payload), self.workspace.app.name)

    async def act_in_view(self, user: str, view_id: str, action: Json) -> None:
        """Press a button in a modal or on the Home tab."""
        person, view = self._who(user), self._view(user, view_id)
        filled = self._filled(view["blocks"], action)
        payload = payloads.view_actions(
            self.workspace.app, person, copy.deepcopy(view), filled, self.views.new_trigger(user)
        )
        self._must(await self.delivery.ask("interactive", payload), self.workspace.app.name)

    async def submit(self, user: str, view_id: str, values: Json) -> Json:
        """Submit a modal; returns the errors by block id when the app finds some, else nothing."""
        person, view = self._who(user), self._view(user, view_id)
        view["state"] = {"values": values}
        payload = payloads.view_submission(
            self.workspace.app, person, copy.deepcopy(view), self.views.new_trigger(user)
        )
        answer = await self.delivery.ask("interactive", payload)
        self._must(answer, self.workspace.app.name)
        return self._after_submit(user, view, answer.body)

    async def close_view(self, user: str, view_id: str, *, everything: bool = False) -> None:
        """Close the top modal, or all; the app is told when it asked to be."""
        person, view = self._who(user), self._view(user, view_id)
        everything = everything or bool(view.get("clear_on_close"))
        for taken in self.views.close(user, everything=everything):
            if taken.get("notify_on_close"):
                closed = payloads.view_closed(self.workspace.app, person, taken, cleared=everything)
                await self.delivery.ask("interactive", closed)

    def open_home(self, user: str, tab: str = "home") -> None:
        """Open the app's Home tab."""
        person = self._who(user)
        ts = f"{self.workspace.clock():.6f}"
        self._event(payloads.home_opened(person.id, tab, self.views.homes.get(user), ts))

    # --- what the app answers

    def respond(self, token: str, body: Json, *, counts: bool = True) -> None:
        """Carry out what the app sent to a response URL (or in the acknowledgement: then it does not count)."""
        url = self.views.response_urls.get(token)
        if url is None or self.workspace.clock() > url.until:
            raise ApiError("expired_url")
        if counts:
            if url.uses >= most.RESPONSE_URL_USES:
                raise ApiError("used_url")
            url.uses += 1
        target = self.workspace.find(url.channel, url.last_ts or url.message_ts)
        if body.get("delete_original"):
            if target is not None:
                self.workspace.delete(target)
            return
        content = checked_content(body)
        if body.get("replace_original") and target is not None:
            self.workspace.update(target, content)
            return
        only_for = "" if body.get("response_type") == "in_channel" else url.user
        thread_ts = str(body.get("thread_ts") or url.thread_ts)
        stored = self.workspace.post(
            url.channel, Author(user=self.workspace.app.user_id), content, thread_ts=thread_ts, only_for=only_for
        )
        if not url.message_ts:
            url.last_ts = stored.ts

    def _after_submit(self, user: str, view: Json, body: Json) -> Json:
        match body.get("response_action"):
            case "errors":
                errors = body.get("errors")
                known = {block["block_id"] for block in view["blocks"] if block.get("type") == "input"}
                if not isinstance(errors, dict) or not errors or not set(errors) <= known:
                    raise ActError("The app answered with errors for blocks that are not there.")
                return errors
            case "update":
                self.views.replace(user, view, checked(body.get("view"), "modal"))
            case "push":
                self.views.push(user, checked(body.get("view"), "modal"))
            case "clear":
                self.views.close(user, everything=True)
            case None:
                self.views.close(user)
            case other:
                raise ActError(f"The app answered with an unknown response_action: {other}")
        return {}

    # --- events

    def _changed(self, change: Change) -> None:
        room = self.workspace.rooms.get(change.channel)
        if room is None or change.only_for or not room.app_is_member:
            return
        message = copy.deepcopy(change.message)
        ts = f"{self.workspace.clock():.6f}"
        if change.kind == "posted":
            self._event(payloads.message_event(room, message))
            is_own = message.get("bot_id") == self.workspace.app.bot_id
            if f"<@{self.workspace.app.user_id}>" in message["text"] and not is_own:
                self._event(payloads.app_mention(room, message))
        elif change.kind == "changed":
            self._event(payloads.message_changed(room, message, copy.deepcopy(change.previous), ts))
        elif change.kind == "deleted":
            self._event(payloads.message_deleted(room, message, ts))

    def _event(self, inner: Json) -> None:
        if self.delivery.connected:
            event_id = self.workspace.serial("Ev")
            self.delivery.event(payloads.event(self.workspace.app, inner, event_id, self.workspace.clock()))

    # --- small print

    def _who(self, user: str) -> Person:
        person = self.workspace.people.get(user)
        if person is None:
            raise ActError(f"There is no person {user!r} in this workspace.")
        return person

    def _where(self, channel: str) -> Room:
        room = self.workspace.room(channel)
        if room is None:
            raise ActError(f"There is no channel {channel!r} in this workspace.")
        return room

    def _view(self, user: str, view_id: str) -> Json:
        found = self.views.find(view_id)
        if found is None or found[0] != user:
            raise ActError("This dialog is closed already.")
        return found[1]

    def _response_url(self, token: str) -> str:
        return f"{self.base_url}/hooks/{token}"

    def _must(self, answer: Answer, what: str) -> None:
        if answer.ok:
            return
        sentence = {
            "not_connected": f"{what} failed: the app is not connected.",
            "http_timeout": f"{what} failed: the app did not answer within 3 seconds.",
            "http_error": f"{what} failed: the app answered with an error.",
            "connection_failed": f"{what} failed: the app could not be reached.",
        }
        raise ActError(sentence.get(answer.reason, f"{what} failed."))

    def _filled(self, blocks: list[Json], action: Json) -> Json:
        """Return the action as the app receives it: the element's own data, never what the page says of it."""
        element, block_id = _element(blocks, str(action.get("block_id", "")), str(action.get("action_id", "")))
        if element is None:
            raise ActError("This control is gone.")
        filled: Json = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block_id,
            "action_ts": f"{self.workspace.clock():.6f}",
        }
        if element["type"] == "button":
            filled.update({key: element[key] for key in ("text", "value", "style", "url") if key in element})
        elif element["type"] in {"overflow", "static_select", "radio_buttons"}:
            filled["selected_option"] = _option(element, str(action.get("value", "")))
        elif element["type"] == "checkboxes":
            chosen = action.get("value")
            filled["selected_options"] = [_option(element, str(item)) for item in chosen or ()]
        else:
            filled["value"] = str(action.get("value", ""))
        return filled


def _element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json | None, str]:
    for block in blocks:
        children = block.get("child_blocks")
        if children:
            found = _element(children, block_id, action_id)
            if found[0] is not None:
                return found
        if block_id and block.get("block_id") != block_id:
            continue
        for item in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
            if isinstance(item, dict) and item.get("action_id") == action_id:
                return item, str(block["block_id"])
    return None, ""


def _option(element: Json, value: str) -> Any:
    options = list(element.get("options", ()))
    for group in element.get("option_groups", ()):
        options += group["options"]
    for option in options:
        if option["value"] == value:
            return option
    raise ActError("This option is gone.")
