"""What Slack says about the app itself: its tokens, its scopes, the channels that it is in. Nothing is changed.

Sources: docs.slack.dev/reference/methods for auth.test, bots.info, apps.connections.open, conversations.info,
conversations.list, conversations.history and conversations.replies.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.network.clock import date_of
from bot.slack.people import asked
from diagnostics.fields import flag, items, table, text

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.slack.client import SlackClient

PAGE = 1000
"""Channels on a page of conversations.list: the most that Slack gives."""

PAGES = 10
"""Pages that are looked through for a channel's name: a Tier 2 method, twenty calls a minute."""

RECENT = 30
"""Messages of a channel among which a new one is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who the bot token is. ``scopes`` is None where Slack does not say; ``date`` is Slack's clock."""

    team: str
    home: str
    """The workspace's address."""
    bot_id: str
    name: str
    scopes: frozenset[str] | None
    date: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel as the app sees it."""

    id: str
    name: str
    member: bool
    archived: bool


class Inspection:
    """Asks Slack. Every method raises ``Temporary`` (no answer, with why) or ``Refused`` (with Slack's own word)."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    async def account(self) -> Account:
        """Return who the bot token is."""
        answer = await asked(self._client.auth_test(), "whether it takes SLACK_BOT_TOKEN")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        scopes = headers.get("x-oauth-scopes")
        return Account(
            team=str(answer.get("team") or ""),
            home=str(answer.get("url") or "").rstrip("/"),
            bot_id=str(answer.get("bot_id") or ""),
            name=str(answer.get("user") or ""),
            scopes=None if scopes is None else frozenset(part.strip() for part in scopes.split(",") if part.strip()),
            date=date_of({"Date": headers.get("date", "")}),
        )

    async def app_id(self, bot_id: str) -> str:
        """Return which app a bot belongs to. Needs the scope users:read."""
        return text((await asked(self._client.bots_info(bot=bot_id), "which app I am")).data, "bot", "app_id")

    async def socket_address(self, app_token: str) -> tuple[str, int]:
        """Return host and port of a Socket Mode connection that could be opened now. It is not opened here.

        Whoever connects is sent what belongs to the bot.
        """
        opened = await asked(self._client.apps_connections_open(app_token=app_token), "whether it takes the token")
        parts = urlsplit(str(opened.get("url") or ""))
        return parts.hostname or "", parts.port or (80 if parts.scheme == "ws" else 443)

    async def channel(self, channel_id: str) -> Channel:
        """Return a channel. Needs channels:read, and groups:read for a private one."""
        answer = await asked(self._client.conversations_info(channel=channel_id), f"what {channel_id} is")
        return _channel(table(answer.data, "channel"))

    async def channels_called(self, names: Collection[str]) -> dict[str, Channel]:
        """Return the channels of some names (without #), as far as there are any that the app can see."""
        found: dict[str, Channel] = {}
        list_page = functools.partial(
            self._client.conversations_list, types="public_channel,private_channel", limit=PAGE
        )
        cursor = ""
        for _page in range(PAGES):
            answer = await asked(list_page(cursor=cursor), "which channels there are")
            for channel in map(_channel, items(answer.data, "channels")):
                if channel.name in names:
                    found[channel.name] = channel
            cursor = text(answer.data, "response_metadata", "next_cursor")
            if not cursor or len(found) == len(names):
                break
        return found

    async def own_message(self, channel_id: str, bot_id: str, words: str) -> str:
        """Return the ts of the bot's newest message in a channel that holds these words; empty when there is none."""
        answer = await asked(
            self._client.conversations_history(channel=channel_id, limit=RECENT), f"what stands in {channel_id}"
        )
        own = (message for message in items(answer.data, "messages") if text(message, "bot_id") == bot_id)
        return next((text(message, "ts") for message in own if words in _words(message)), "")

    async def replies(self, channel_id: str, ts: str, bot_id: str) -> int:
        """Return how many answers of the bot stand in a thread."""
        answer = await asked(
            self._client.conversations_replies(channel=channel_id, ts=ts, limit=RECENT), "what stands in the thread"
        )
        return sum(
            text(reply, "bot_id") == bot_id and text(reply, "ts") != ts for reply in items(answer.data, "messages")
        )


def _channel(given: dict[str, Any]) -> Channel:
    return Channel(
        id=text(given, "id"),
        name=text(given, "name"),
        member=flag(given, "is_member"),
        archived=flag(given, "is_archived"),
    )


def _words(message: dict[str, Any]) -> str:
    return f"{text(message, 'text')} {message.get('blocks')}"
