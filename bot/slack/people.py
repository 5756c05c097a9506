"""Who a Slack user is: the facts that decide whether the person may be mapped to a Kubernetes identity.

Kept for at most five minutes, and for reading only: a press asks anew (``fresh``).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.model.errors import Refused, Temporary
from bot.network.failures import reason
from bot.slack.errors import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

CACHE_S = 300.0
CACHED = 1000
DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A Slack user, as Slack describes them. ``email`` is empty without the scope users:read.email."""

    user: str
    team: str
    name: str = ""
    email: str = ""
    email_confirmed: bool = False
    bot: bool = False
    deleted: bool = False
    guest: bool = False
    stranger: bool = False
    utc_offset_s: int = 0
    """Seconds that the person's own clock is ahead of UTC now."""


class People:
    """Looks Slack users up."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[float, Person]] = {}
        self._team = ""

    async def person(self, user: str, *, fresh: bool = False) -> Person:
        """Return the person. ``Temporary`` when Slack cannot be asked, ``Refused`` when Slack does not know them."""
        cached = self._known.get(user)
        if cached and not fresh and self._clock() - cached[0] < CACHE_S:
            return cached[1]
        response = await asked(self._client.users_info(user=user), f"who {user} is")
        person = _person(user, response.get("user") or {})
        if len(self._known) >= CACHED:
            self._known.clear()
        self._known[user] = (self._clock(), person)
        return person

    async def own_team(self) -> str:
        """Return the workspace that the bot belongs to."""
        if not self._team:
            self._team = str((await asked(self._client.auth_test(), "who I am")).get("team_id") or "")
        return self._team


def _person(user: str, data: dict[str, Any]) -> Person:
    profile = data.get("profile") or {}
    return Person(
        user=user,
        team=str(data.get("team_id") or ""),
        name=str(profile.get("display_name") or profile.get("real_name") or data.get("name") or ""),
        email=str(profile.get("email") or ""),
        email_confirmed=bool(data.get("is_email_confirmed", False)),
        bot=bool(data.get("is_bot") or data.get("is_app_user") or user == "USLACKBOT"),
        deleted=bool(data.get("deleted")),
        guest=bool(data.get("is_restricted") or data.get("is_ultra_restricted")),
        stranger=bool(data.get("is_stranger")),
        utc_offset_s=_offset(data.get("tz_offset")),
    )


def _offset(given: Any) -> int:
    """Return the offset as Slack says it (users.info, ``tz_offset``); 0 where it says none that there is."""
    return given if isinstance(given, int) and abs(given) < DAY_S else 0


async def asked(call: Awaitable[AsyncSlackResponse], what: str) -> AsyncSlackResponse:
    """Return what Slack answers. ``Temporary`` when it does not, ``Refused`` with its word when it says no."""
    try:
        return await call
    except SlackApiError as error:
        data = getattr(error.response, "data", None)
        code = str(data.get("error", "")) if isinstance(data, dict) else ""
        if kind_of(code) in (Kind.TRANSIENT, Kind.LIMITED):
            raise Temporary(f"Slack does not say just now {what}") from None
        raise Refused(f"Slack does not say {what}: {code}", code) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Temporary(f"cannot reach Slack to ask {what}: {reason(error)}") from None
