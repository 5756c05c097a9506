"""Slack: the tokens and their scopes, the way by which it reaches the bot, the channels that the settings name."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.doctor import scopes
from bot.doctor.clients import connects, signed_challenge
from bot.doctor.report import broken, off, ok, unchecked
from bot.model.errors import BotError, Refused, Temporary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.doctor.report import Result
    from bot.model.policy import People
    from bot.settings import Settings
    from bot.slack.inspection import Account, Channel, Inspection

SLACK, SCOPES, SOCKET, EDGE, CHANNELS = "Slack", "Slack scopes", "Socket Mode", "Slack over HTTP", "channels"

MOST = 40
"""Channels that are looked at: conversations.info takes fifty calls a minute (Tier 3)."""

_BOT_FIX = (
    "copy the Bot User OAuth Token (xoxb-) of OAuth & Permissions at api.slack.com/apps into SLACK_BOT_TOKEN; "
    "install the app there first if there is none"
)
_APP_FIX = (
    "make an app-level token with the scope connections:write (Basic Information at api.slack.com/apps) and put it "
    "into SLACK_APP_TOKEN"
)
_BY_ID_ONLY = ("ALERT_MESSAGE_CHANNELS", "ACTION_CHANNELS")
"""Settings that are held against what Slack delivers, and that names ids alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A channel as the settings write it, and which of them do."""

    name: str
    settings: tuple[str, ...]

    @property
    def check(self) -> str:
        """The name of its check."""
        return f"channel {self.name}"

    @property
    def by_name(self) -> bool:
        """Whether it is named by ``#name`` or ``name`` rather than by id."""
        return not (self.name[:1] in "CGD" and self.name.isupper())


def named_channels(settings: Settings) -> list[Named]:
    """Return every channel that the settings name, in the order of the settings."""
    naming: dict[str, list[str]] = {}
    for setting, given in (
        ("ALERT_CHANNEL", [settings.alert_channel]),
        ("CHANNEL_ROUTES", settings.channel_routes.values()),
        ("LABEL_ROUTES", settings.label_routes.values()),
        ("CHANNEL_NAMESPACES", settings.channel_namespaces),
        ("OWNER_CHANNELS", settings.owner_channels),
        ("ALERT_RULES_CHANNEL", [settings.alert_rules_channel]),
        ("ALERT_MESSAGE_CHANNELS", settings.alert_message_channels),
        ("ACTION_CHANNELS", settings.action_channels),
    ):
        for channel in filter(None, given):
            naming.setdefault(channel, []).append(setting)
    return [Named(name=name, settings=tuple(dict.fromkeys(by))) for name, by in naming.items()]


class SlackChecks:
    """Asks Slack, once an account is known."""

    def __init__(self, settings: Settings, people: People, inspection: Inspection) -> None:
        self._settings = settings
        self._people = people
        self._inspection = inspection

    async def account(self) -> tuple[Result, Account | None]:
        """Return whether Slack takes the bot token, and whose it is."""
        try:
            account = await self._inspection.account()
        except Refused as error:
            return broken(SLACK, f"Slack does not take SLACK_BOT_TOKEN ({error.code})", _BOT_FIX), None
        except Temporary as error:
            return broken(SLACK, str(error), self._reachable()), None
        if not account.bot_id:
            return broken(SLACK, "SLACK_BOT_TOKEN is a person's token, and no bot's", _BOT_FIX), None
        return ok(SLACK, f"the token is {account.name}'s in workspace {account.team}"), account

    def _reachable(self) -> str:
        parts = urlsplit(self._settings.slack_api_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return f"let this machine reach {parts.hostname} on port {port}: DNS, firewall, egress of the NetworkPolicy"

    async def scopes(self, account: Account) -> Result:
        """Return whether the token has the scopes that these settings need."""
        if account.scopes is None:
            return unchecked(SCOPES, "Slack did not say which the token has")
        missing = scopes.missing(account.scopes, self._settings, self._people)
        if missing:
            names = ", ".join(scope.name for scope in missing)
            lost = "; ".join(f"{scope.name} is for {scope.purpose}" for scope in missing)
            fix = f"add {names} under OAuth & Permissions, Bot Token Scopes, and reinstall the app to the workspace"
            return broken(SCOPES, f"the token lacks {names} ({lost})", fix)
        spared = ", ".join(scope.name for scope in scopes.spared(account.scopes, self._settings, self._people))
        return ok(SCOPES, "all that these settings need" + (f"; without {spared}, which they do not" if spared else ""))

    async def socket(self, account: Account) -> Result:
        """Return whether a Socket Mode connection could be opened, with a token of the same app."""
        token = self._settings.slack_app_token
        if token is None:
            return off(SOCKET, "SLACK_APP_TOKEN is not set: Slack delivers over HTTP")
        try:
            host, port = await self._inspection.socket_address(token.get_secret_value())
        except Refused as error:
            said = "it lacks connections:write" if error.code == "missing_scope" else error.code
            return broken(SOCKET, f"Slack does not take SLACK_APP_TOKEN ({said})", _APP_FIX)
        except Temporary as error:
            return broken(SOCKET, str(error), self._reachable())
        other = await self._other_app(token.get_secret_value(), account)
        if other:
            return broken(SOCKET, other, "take both tokens from the same app at api.slack.com/apps")
        try:
            await connects(host, port)
        except Temporary as error:
            fix = f"let this machine reach {host} on port {port}: DNS, firewall, egress of the NetworkPolicy"
            return broken(SOCKET, str(error), fix)
        return ok(SOCKET, f"Slack takes SLACK_APP_TOKEN, and {host} can be reached")

    async def _other_app(self, token: str, account: Account) -> str:
        """Say that the tokens are of two apps, where both tell: an app-level token is ``xapp-1-<app id>-...``."""
        parts = token.split("-")
        own = parts[2] if len(parts) > 3 and parts[2].startswith("A") else ""
        try:
            app = await self._inspection.app_id(account.bot_id) if own else ""
        except BotError:
            return ""
        # Worded so that the redactor does not take the ids for the tokens.
        said = f"the app {app} issued SLACK_BOT_TOKEN, and the app {own} issued SLACK_APP_TOKEN"
        return said if app and app != own else ""

    async def edge(self, now: float) -> Result:
        """Return whether the address that Slack is given answers a signed request. ``now``: seconds, epoch."""
        if self._settings.socket_mode:
            return off(EDGE, "Slack delivers over Socket Mode")
        if self._settings.public_url is None:
            return unchecked(EDGE, "set PUBLIC_URL to where Slack finds the bot, and it is asked there as Slack asks")
        url = f"{self._settings.public_url}/slack/events"
        try:
            await signed_challenge(url, self._settings.slack_signing_secrets[0], now)
        except Temporary as error:
            return broken(EDGE, str(error), "start crashloop serve, and let PUBLIC_URL lead to its HTTP_PORT")
        except Refused as error:
            return broken(EDGE, str(error), _REFUSED.get(error.code, _WRONG_PLACE))
        return ok(EDGE, f"{url} answers; that SLACK_SIGNING_SECRET is this app's shows with the first /crashloop")

    async def channels(self, account: Account) -> list[Result]:
        """Return for each channel of the settings whether the bot can post there; those that it can in one result."""
        named = named_channels(self._settings)
        if not named:
            return [off(CHANNELS, "the settings name none: the bot answers where it is asked")]
        if account.scopes is not None and "channels:read" not in account.scopes:
            sentence = "without the scope channels:read it cannot be seen whether the bot is in them"
            return [unchecked(CHANNELS, sentence)]
        known = await self._called([one.name.removeprefix("#") for one in named[:MOST] if one.by_name])
        results = await asyncio.gather(*(self._channel(one, known, account) for one in named[:MOST]))
        others = [unchecked(CHANNELS, f"{len(named) - MOST} more were not looked at")] if len(named) > MOST else []
        return _merged(results) + others

    async def _called(self, names: list[str]) -> Mapping[str, Channel] | BotError:
        if not names:
            return {}
        try:
            return await self._inspection.channels_called(names)
        except BotError as error:
            return error

    async def _channel(self, named: Named, known: Mapping[str, Channel] | BotError, account: Account) -> Result:
        by = ", ".join(named.settings)
        if named.by_name:
            if isinstance(known, BotError):
                return unchecked(named.check, f"{known} ({by})")
            channel = known.get(named.name.removeprefix("#"))
        else:
            try:
                channel = await self._inspection.channel(named.name)
            except Refused as error:
                if error.code == "missing_scope":
                    return unchecked(named.check, f"it is private, and the scope groups:read is missing ({by})")
                channel = None
            except Temporary as error:
                return unchecked(named.check, f"{error} ({by})")
        return _judged(named, channel, account)


_WRONG_PLACE = (
    "let that address lead to the bot's HTTP_PORT, path /slack/events (Ingress, Service, TLS), and the same in the "
    "app's Event Subscriptions, Interactivity and Slash Commands"
)
_REFUSED = {
    "401": "let the running service and this command have the same SLACK_SIGNING_SECRET (Basic Information, App "
    "Credentials), and restart the service",
    "503": "look into the service's log: it cannot take anything in just now (GET /readyz says why)",
}


def _judged(named: Named, channel: Channel | None, account: Account) -> Result:
    by = ", ".join(named.settings)
    if channel is None:
        sentence = f"Slack knows no such channel, or a private one without the bot ({by})"
        fix = f"set right {by}, or, if the channel is private, type /invite @{account.name} in it"
        return broken(named.check, sentence, fix)
    label = f"#{channel.name}" if named.name == channel.id else named.name
    if channel.archived:
        fix = f"unarchive {label}, or name another channel in {by}"
        return broken(named.check, f"{label} is archived ({by})", fix)
    if not channel.member:
        return broken(named.check, f"the bot is not in {label} ({by})", f"type /invite @{account.name} in {label}")
    only_ids = [setting for setting in named.settings if setting in _BY_ID_ONLY]
    if named.by_name and only_ids:
        listed = ", ".join(only_ids)
        sentence = f"{listed} names {label}, and takes ids alone: nothing there will ever match"
        return broken(named.check, sentence, f"write {channel.id} for {label} in {listed}")
    return ok(named.check, label)


def _merged(results: list[Result]) -> list[Result]:
    """Return what is wrong one by one, and what is well in one result."""
    well = [result.sentence for result in results if result.state == "ok"]
    told = [result for result in results if result.state != "ok"]
    return ([ok(CHANNELS, f"the bot is in {', '.join(well)}")] if well else []) + told
