"""What stands beside Slack and the cluster: the store, Alertmanager both ways, the clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.report import broken, off, ok, unchecked
from bot.model.errors import BotError
from bot.network.failures import without_credentials
from bot.store.state import Unusable, look_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.actions.alertmanager import Alertmanager
    from bot.doctor.report import Result
    from bot.settings import Settings

STORE, WEBHOOK, MESSAGES, ALERTMANAGER = "store", "alerts by webhook", "alerts by message", "Alertmanager"
CLOCK = "clock"

SKEW_S = 60.0
"""Seconds that clocks may differ. Answers tell ages to the minute; Slack's signatures end at five minutes."""


async def store(settings: Settings) -> Result:
    """Return whether the store can be used, and how far its schema is."""
    try:
        state = await look_at(settings.store_url)
    except Unusable as error:
        return broken(STORE, str(error), error.fix)
    if not state.revision:
        return ok(STORE, f"{state.place}; its tables are made at the first start")
    if not state.known:
        return ok(STORE, f"{state.place}; a newer release made its schema ({state.revision}), which this one works on")
    if state.revision != state.newest:
        there = f"{state.place}; its schema is {state.revision}"
        return ok(STORE, f"{there}, and is brought to {state.newest} at the next start")
    return ok(STORE, f"{state.place}; its schema is the newest ({state.revision})")


def webhook(settings: Settings) -> Result:
    """Return whether alerts are taken from Alertmanager's webhook."""
    if not settings.alertmanager_tokens:
        return off(WEBHOOK, "ALERTMANAGER_TOKEN is not set: POST /alertmanager is closed")
    return ok(WEBHOOK, f"POST /alertmanager, answered in {settings.alert_channel}; --test-alert sends one through it")


def messages(settings: Settings) -> Result:
    """Return whether alerts are taken from the messages of others."""
    if not settings.alert_message_channels:
        return off(MESSAGES, "ALERT_MESSAGE_CHANNELS is not set: messages of others are not read")
    senders, channels = settings.alert_message_senders, settings.alert_message_channels
    return ok(MESSAGES, f"those of {', '.join(senders)} in {', '.join(channels)}")


async def alertmanager(settings: Settings, client: Alertmanager | None) -> Result:
    """Return whether Alertmanager's API answers."""
    url = without_credentials(settings.alertmanager_url or "")
    if client is None:
        return off(ALERTMANAGER, "ALERTMANAGER_URL is not set: no silences, no labels for messages without a pod")
    try:
        version = await client.version()
    except BotError as error:
        fix = f"set ALERTMANAGER_URL right, and let this machine reach it: curl {url}/api/v2/status"
        return broken(ALERTMANAGER, f"{url}: {error}", fix)
    if not version:
        fix = "name the address of Alertmanager's own API in ALERTMANAGER_URL, with its path prefix if it has one"
        return broken(ALERTMANAGER, f"what answers at {url} is no Alertmanager", fix)
    return ok(ALERTMANAGER, f"Alertmanager {version} at {url}")


def clocks(ahead_s: Mapping[str, float]) -> Result:
    """Compare clocks. ``ahead_s`` tells for Slack and the API server how many seconds theirs is ahead of ours."""
    if not ahead_s:
        return unchecked(CLOCK, "nobody told the time to compare it with")
    wrong = {whose: skew for whose, skew in ahead_s.items() if abs(skew) > SKEW_S}
    if not wrong:
        return ok(CLOCK, f"within {SKEW_S:g} s of {' and '.join(f'{whose}' for whose in ahead_s)}")
    told = " and ".join(
        f"{abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} {whose}" for whose, skew in wrong.items()
    )
    # Two that agree against ours, or Slack alone, whose clock is right: it is this machine's that is wrong.
    ours = len(wrong) == len(ahead_s) > 1 or "Slack's" in wrong
    fix = "set this machine's clock (NTP)" if ours else "set the clock of the control plane's machines (NTP)"
    return broken(CLOCK, f"this machine's clock is {told}", fix)
