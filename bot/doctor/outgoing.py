"""Whether the receiver of the outgoing webhook can be reached, and takes an event. No sentence holds its address."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from bot.doctor.clients import connects
from bot.doctor.report import broken, off, ok, unchecked
from bot.model.errors import Temporary
from bot.model.events import trial
from bot.ops.event_receiver import receiver

if TYPE_CHECKING:
    from bot.doctor.report import Result
    from bot.settings import Settings

OUTGOING, TEST = "outgoing webhook", "test event"

_PORTS = {"http": 80, "https": 443}
_OFF = "OUTGOING_WEBHOOK_URL is not set: no pager and no other chat system is told"
_REACH = "set OUTGOING_WEBHOOK_URL right, and let this machine reach it: DNS, firewall, egress of the NetworkPolicy"


async def outgoing(settings: Settings) -> Result:
    """Return whether something listens at the address, and over https in its name. Nothing is sent."""
    if settings.outgoing_webhook_url is None:
        return off(OUTGOING, _OFF)
    parts = urlsplit(settings.outgoing_webhook_url.get_secret_value())
    host = parts.hostname or ""
    if parts.scheme in getproxies() and not proxy_bypass(host):
        return unchecked(OUTGOING, "it is reached through the proxy of the environment; --test-webhook sends an event")
    try:
        await connects(host, parts.port or _PORTS[parts.scheme], tls=parts.scheme == "https", named="its receiver")
    except Temporary as error:
        return broken(OUTGOING, str(error), _REACH)
    where = ", ".join(settings.outgoing_webhook_namespaces) or "all namespaces"
    return ok(OUTGOING, f"its receiver can be reached; told are incidents of {where}; --test-webhook sends an event")


async def send_test_event(settings: Settings) -> Result:
    """Send an event that only tries the way, signed as all are."""
    url = settings.outgoing_webhook_url
    async with receiver(url.get_secret_value() if url else None, settings.outgoing_webhook_secrets) as send:
        if send is None:
            return broken(TEST, _OFF, "set OUTGOING_WEBHOOK_URL and OUTGOING_WEBHOOK_SECRET")
        event_id = f"evt_{uuid.uuid4().hex}"
        answer = await send(event_id, trial(event_id, time.time()))
    if answer.why:
        return broken(TEST, f"the receiver did not take it: {answer.why}", _REACH if answer.silent else _TAKES)
    return ok(TEST, f"the receiver took it: webhook.test, {event_id}")


_TAKES = (
    "let OUTGOING_WEBHOOK_URL lead to what takes the event with any 2xx, and give it the same OUTGOING_WEBHOOK_SECRET"
)
