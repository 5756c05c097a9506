"""One alert through the real path: to the running service as Alertmanager sends it, and then it must stand in Slack.

It is about a pod that there is not, so that it touches nothing: the answer says that the way works. It is resolved
afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.doctor.clients import send_alerts
from bot.doctor.report import broken, ok
from bot.doctor.slack import Named
from bot.model.errors import BotError, Temporary
from bot.model.incident import TEST_ALERT
from bot.network.failures import without_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.doctor.report import Result
    from bot.settings import Settings
    from bot.slack.inspection import Account, Inspection

TRIAL = "test alert"

WITHIN_S = 60.0
"""How long its thread is waited for when nobody says: a busy bot takes a few seconds, one that starts some more."""

EVERY_S = 2.0
"""How often Slack is looked at: conversations.history takes fifty calls a minute (Tier 3)."""


class Trial:
    """Sends one test alert. ``url`` is where the running service listens, without a path.

    ``cluster`` is which of several the alert is about; empty where there is one.
    """

    def __init__(
        self,
        settings: Settings,
        inspection: Inspection,
        url: str,
        *,
        within_s: float = WITHIN_S,
        every_s: float = EVERY_S,
        cluster: str = "",
    ) -> None:
        self._settings = settings
        self._inspection = inspection
        self._url = f"{url.rstrip('/')}/alertmanager"
        self._within_s = within_s
        self._every_s = every_s
        self._labels = self._made_up() | ({"cluster": cluster} if cluster else {})
        self.where = settings.channel_for(self._labels["namespace"], self._labels) or ""
        """The channel in which the settings have it answered."""

    async def run(self, now: float) -> Result:
        """Send it, and wait until its thread stands in Slack. ``now`` is in seconds since the epoch. Never raises."""
        tokens, labels, where = self._settings.alertmanager_tokens, self._labels, self.where
        if not tokens:
            return broken(TRIAL, "ALERTMANAGER_TOKEN is not set, so that the service takes no alert", _TOKEN)
        try:
            account = await self._inspection.account()
            channel = await self._channel_id(where)
        except BotError as error:
            return broken(TRIAL, str(error), _CHECKS)
        if not channel:
            return broken(TRIAL, f"Slack knows no channel {where}", _CHECKS)
        try:
            status, answer = await send_alerts(self._url, tokens[0], _notification(labels, now, firing=True))
        except Temporary as error:
            return broken(TRIAL, str(error), "start crashloop serve, or say where it listens: --url http://HOST:PORT")
        if status != 202:
            fix = _ANSWERS.get(status, "let --url lead to the HTTP_PORT of crashloop serve")
            return broken(TRIAL, f"{without_credentials(self._url)} answers {status}: {answer}", fix)
        try:
            return await self._awaited(account, channel, where, labels["pod"], answer)
        finally:
            with contextlib.suppress(Temporary):
                await send_alerts(self._url, tokens[0], _notification(labels, now, firing=False))

    def _made_up(self) -> dict[str, str]:
        """Return labels that the settings let through, about a pod that cannot be there: its name is new each time."""
        spaces, severities = self._settings.allowed_namespaces, self._settings.alert_severities
        return {
            "alertname": TEST_ALERT,
            "severity": severities[0] if severities else "critical",
            "namespace": spaces[0] if spaces else "default",
            # No ending that a controller would give: else all such pods would be one workload's.
            "pod": f"{secrets.token_hex(4)}-crashloop-doctor",
        }

    async def _channel_id(self, where: str) -> str:
        if not Named(name=where, settings=()).by_name:
            return where
        name = where.removeprefix("#")
        found = (await self._inspection.channels_called([name])).get(name)
        return found.id if found is not None else ""

    async def _awaited(self, account: Account, channel: str, where: str, pod: str, answer: str) -> Result:
        began = asyncio.get_running_loop().time()
        line, trouble = "", ""
        while (took := asyncio.get_running_loop().time() - began) < self._within_s:
            try:
                line = line or await self._inspection.own_message(channel, account.bot_id, pod)
                if line and await self._inspection.replies(channel, line, account.bot_id):
                    link = f"{account.home}/archives/{channel}/p{line.replace('.', '')}"
                    return ok(TRIAL, f"its thread stood in {where} after {took:.0f} s: {link}")
                trouble = ""
            except BotError as error:
                trouble = str(error)
            await asyncio.sleep(self._every_s)
        if trouble:
            return broken(
                TRIAL, f"the service took the alert, and Slack does not show what came of it: {trouble}", _CHECKS
            )
        missing = f"no answer in the thread of its line in {where}" if line else f"no line about it in {where}"
        said = f"the service took the alert ({answer}), but there was {missing} within {self._within_s:g} s"
        return broken(TRIAL, said, "look into the service's log for alerts.taken and what follows (GET /readyz)")


_CHECKS = "set right what the checks above name, then send it again"
_TOKEN = "set ALERTMANAGER_TOKEN and ALERT_CHANNEL, and restart the service"  # noqa: S105 — a sentence
_ANSWERS = {
    401: "let the running service and this command have the same ALERTMANAGER_TOKEN, and restart the service",
    404: "let --url lead to the HTTP_PORT of crashloop serve, and set ALERTMANAGER_TOKEN for the service too",
    503: "look into the service's log: it cannot keep alerts just now (GET /readyz says why)",
}


def _notification(labels: Mapping[str, str], now: float, *, firing: bool) -> dict[str, Any]:
    """Return a webhook's body (version 4): prometheus.io, Alertmanager configuration, webhook_config."""
    status = "firing" if firing else "resolved"
    starts = datetime.fromtimestamp(now, UTC).isoformat().replace("+00:00", "Z")
    alert = {
        "status": status,
        "labels": dict(labels),
        "annotations": {"summary": "A test alert, sent by crashloop doctor. There is no such pod."},
        "startsAt": starts,
        "endsAt": "0001-01-01T00:00:00Z" if firing else starts,
        "generatorURL": "",
        "fingerprint": labels["pod"].partition("-")[0] * 2,
    }
    return {
        "version": "4", "groupKey": f"{{}}:{{pod=\"{labels['pod']}\"}}", "status": status,
        "receiver": "crashloop-doctor",
        "groupLabels": {"pod": labels["pod"]}, "commonLabels": dict(labels), "commonAnnotations": {}, "externalURL": "",
        "truncatedAlerts": 0, "alerts": [alert],
    }  # fmt: skip
