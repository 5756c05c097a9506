"""The workspace's state: people, channels, messages, threads, reactions. No network; the clock is given."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from bot.demo.slack.model import TEAM_ID, Author, Change, Json, Person, Room, Stored, Usergroup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.demo.slack.model import App


class Workspace:
    """All that Slack remembers. Each change is told to the listeners, in order, at once."""

    def __init__(
        self,
        people: Iterable[Person],
        rooms: Iterable[Room],
        app: App,
        clock: Callable[[], float],
        usergroups: Iterable[Usergroup] = (),
    ) -> None:
        self.people = {person.id: person for person in people}
        self.rooms = {room.id: room for room in rooms}
        self.usergroups = {group.id: group for group in usergroups}
        self.app = app
        self.clock = clock
        self._messages: dict[str, dict[str, Stored]] = {room: {} for room in self.rooms}
        self._listeners: list[Callable[[Change], None]] = []
        self._last_us = 0
        self._serial = 0

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Tell ``listener`` every change from now on; the function returned ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, change: Change) -> None:
        """Tell all listeners. Views and the Home tab, kept elsewhere, use it too."""
        for listener in list(self._listeners):
            listener(change)

    def room(self, ref: str) -> Room | None:
        """Find a channel by id or name, with or without ``#``."""
        if ref in self.rooms:
            return self.rooms[ref]
        name = ref.removeprefix("#")
        return next((room for room in self.rooms.values() if room.name == name), None)

    def members(self, room: Room) -> list[str]:
        """Return the ids of a channel's members; the app's bot user is one when it was invited."""
        people = list(room.members) or [person.id for person in self.people.values() if not person.deleted]
        return people + ([self.app.user_id] if room.app_is_member else [])

    def find(self, channel: str, ts: str) -> Stored | None:
        """Return one message."""
        return self._messages.get(channel, {}).get(ts)

    def history(self, channel: str, viewer: str = "") -> list[Stored]:
        """Return a channel's messages, threads included, oldest first: those for all, and those for ``viewer`` only."""
        stored = self._messages.get(channel, {}).values()
        return [item for item in stored if not item.only_for or item.only_for == viewer]

    def thread(self, channel: str, ts: str) -> list[Stored]:
        """Return a thread: its parent first, then the replies in order. Ephemerals are no part of it, as at Slack."""
        return [item for item in self.history(channel) if item.ts == ts or item.message.get("thread_ts") == ts]

    def post(
        self,
        channel: str,
        author: Author,
        content: Json,
        *,
        thread_ts: str = "",
        only_for: str = "",
        broadcast: bool = False,
    ) -> Stored:
        """Add a message. ``content``: text, blocks, attachments, metadata. A reply also counts at its parent.

        ``broadcast``: the reply stands in the channel too.
        """
        message: Json = {"type": "message", "ts": self._new_ts(), "team": TEAM_ID, "text": "", **self._from(author)}
        message.update({key: copy.deepcopy(value) for key, value in content.items() if value})
        message["blocks"] = self._with_ids(message.get("blocks") or [])
        if thread_ts:
            message["thread_ts"] = thread_ts
        if broadcast:
            message["subtype"] = "thread_broadcast"
        stored = Stored(channel=channel, message=message, only_for=only_for)
        self._messages[channel][stored.ts] = stored
        self.tell(Change(kind="posted", channel=channel, message=message, only_for=only_for))
        if thread_ts and not only_for:
            self._count_replies(channel, thread_ts)
        return stored

    def update(self, stored: Stored, content: Json) -> None:
        """Replace a message's text and blocks. Text without blocks removes the blocks, as at Slack."""
        previous = copy.deepcopy(stored.message)
        stored.message["text"] = content.get("text", "")
        stored.message["blocks"] = self._with_ids(copy.deepcopy(content.get("blocks") or []))
        for key in ("attachments", "metadata"):
            if content.get(key) is not None:
                stored.message[key] = copy.deepcopy(content[key])
        if not stored.message["blocks"]:
            stored.message["edited"] = {"user": stored.message.get("user", ""), "ts": self._new_ts()}
        self._changed(stored, previous)

    def delete(self, stored: Stored) -> None:
        """Remove a message; a thread's parent goes, its replies stay, as at Slack."""
        del self._messages[stored.channel][stored.ts]
        self.tell(
            Change(kind="deleted", channel=stored.channel, message=stored.message, only_for=stored.only_for),
        )
        thread_ts = stored.message.get("thread_ts")
        if thread_ts and not stored.only_for:
            self._count_replies(stored.channel, str(thread_ts))

    def react(self, stored: Stored, name: str, user: str, *, add: bool) -> str:
        """Add or remove one reaction; returns Slack's error, or empty."""
        reactions = [dict(item) for item in stored.message.get("reactions", ())]
        entry = next((item for item in reactions if item["name"] == name), None)
        if add == (entry is not None and user in entry["users"]):
            return "already_reacted" if add else "no_reaction"
        if entry is None:
            entry = {"name": name, "users": []}
            reactions.append(entry)
        entry["users"] = [*entry["users"], user] if add else [item for item in entry["users"] if item != user]
        entry["count"] = len(entry["users"])
        stored.message["reactions"] = [item for item in reactions if item["users"]]
        self.tell(Change(kind="reaction", channel=stored.channel, message=stored.message, only_for=stored.only_for))
        return ""

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """Return a copy of blocks in which each has a block_id, and each interactive element an action_id."""
        return self._with_ids(copy.deepcopy(blocks))

    def serial(self, prefix: str) -> str:
        """Return a new id."""
        self._serial += 1
        return f"{prefix}{self._serial:06d}"

    def _changed(self, stored: Stored, previous: Json) -> None:
        self.tell(
            Change(
                kind="changed",
                channel=stored.channel,
                message=stored.message,
                only_for=stored.only_for,
                previous=previous,
            )
        )

    def _count_replies(self, channel: str, thread_ts: str) -> None:
        parent = self.find(channel, thread_ts)
        if parent is None:
            return
        replies = self.thread(channel, thread_ts)[1:]
        users = [str(item.message.get("user") or item.message.get("bot_id", "")) for item in replies]
        parent.message["thread_ts"] = thread_ts
        parent.message["reply_count"] = len(replies)
        parent.message["reply_users"] = list(dict.fromkeys(users))
        parent.message["reply_users_count"] = len(set(users))
        parent.message["latest_reply"] = replies[-1].ts if replies else thread_ts
        # Slack tells the replies to no app as a message_changed: the page alone wants to know.
        self.tell(Change(kind="replied", channel=channel, message=parent.message, only_for=parent.only_for))

    def _from(self, author: Author) -> Json:
        if author.user == self.app.user_id:
            app = self.app
            return {"user": app.user_id, "bot_id": app.bot_id, "app_id": app.id, "bot_profile": app.profile()}
        if author.user:
            return {"user": author.user}
        return {"subtype": "bot_message", "bot_id": author.bot_id, "username": author.username}

    def _with_ids(self, blocks: list[Json]) -> list[Json]:
        for block in blocks:
            block.setdefault("block_id", self.serial("b"))
            self._with_ids([child for child in block.get("child_blocks", ()) if isinstance(child, dict)])
            elements = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
            for element in elements:
                if isinstance(element, dict) and element.get("type") in INTERACTIVE:
                    element.setdefault("action_id", self.serial("a"))
        return blocks

    def _new_ts(self) -> str:
        self._last_us = max(self._last_us + 1, int(self.clock() * 1_000_000))
        return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"


INTERACTIVE = frozenset(
    {
        "button",
        "overflow",
        "static_select",
        "external_select",
        "multi_static_select",
        "users_select",
        "conversations_select",
        "channels_select",
        "datepicker",
        "timepicker",
        "checkboxes",
        "radio_buttons",
        "plain_text_input",
        "number_input",
        "email_text_input",
        "url_text_input",
    }
)
