"""What is done with each alert of a notification: the policy, then the cluster, then nobody's guess.

The same for a webhook and a message. Nothing is kept and nothing said here: ``bot.incidents.alert_intake`` does that.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.alerts.about import is_exporters
from bot.alerts.policy import Outcome, Policy
from bot.alerts.reading import Vocabulary, read_labels
from bot.alerts.words import sentences
from bot.incidents.resolver import distinct
from bot.model.errors import BotError
from bot.model.names import has_random_suffix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.actions.alertmanager import Alertmanager
    from bot.alerts.model import Alert, Reading
    from bot.cluster.gate import Gate
    from bot.incidents.resolver import Resolved, Resolver

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One alert, what is done with it and why, and what it is about as the cluster says."""

    alert: Alert
    outcome: Outcome
    why: str = ""
    about: tuple[Resolved, ...] = ()


class Decisions:
    """Decides. ``alertmanager`` knows the labels of alerts whose message leaves them out."""

    def __init__(
        self,
        resolver: Resolver,
        policy: Policy,
        vocabulary: Vocabulary,
        alertmanager: Alertmanager | None = None,
    ) -> None:
        self._resolver = resolver
        self._policy = policy
        self._vocabulary = vocabulary
        self._alertmanager = alertmanager

    async def of(self, reading: Reading) -> list[Decision]:
        """Return a decision for each alert. Never raises: what cannot be asked is decided by what was read."""
        decided: list[Decision] = []
        asking: list[Alert] = []
        for alert in await self.completed(reading):
            why, other = self._policy.why_quiet(alert), self._policy.elsewhere(alert)
            if why:
                decided.append(Decision(alert=alert, outcome=Outcome.QUIET, why=why))
            elif other:
                decided.append(Decision(alert=alert, outcome=Outcome.ELSEWHERE, why=f"it is about cluster {other}"))
            else:
                asking.append(alert)
        found = iter(await self._resolver.resolve([target for alert in asking for target in alert.targets]))
        for alert in asking:
            about = [next(found) for _ in alert.targets]
            decided.append(_decided(alert, about, reading.words))
        for decision in decided if logging.getLogger(__name__).isEnabledFor(logging.DEBUG) else ():
            # One text: the log takes secrets out of texts.
            _log.debug(
                "alert.read", alert=decision.alert.name, outcome=decision.outcome.value, why=decision.why,
                about=", ".join(" ".join(one.workload) for one in decision.about),
                said="\n".join(sentences(decision.alert, self._policy)),
            )  # fmt: skip
        return decided

    async def about(self, reading: Reading, gate: Gate) -> list[Resolved]:
        """Return what a reading is about, as far as who asks may know."""
        alerts = [replace(alert, firing=True) for alert in await self.completed(reading)]
        found = iter(await self._resolver.resolve([target for alert in alerts for target in alert.targets], gate))
        decided = [_decided(alert, [next(found) for _ in alert.targets], reading.words) for alert in alerts]
        return distinct(one for decision in decided for one in decision.about)

    async def completed(self, reading: Reading) -> Sequence[Alert]:
        """Ask Alertmanager for the labels, where a message leaves them out but links back to it.

        Asked is the Alertmanager of the settings, never the address in the message: that is anybody's text. Of its
        receiver's alerts those count whose names the message says.
        """
        lacking = reading.values_only or not any(alert.targets for alert in reading.alerts)
        lacking = lacking or any(target.cut for alert in reading.alerts for target in alert.targets)
        if self._alertmanager is None or not (reading.receiver or reading.values_only) or not lacking:
            return reading.alerts
        if not any(alert.firing for alert in reading.alerts):
            return reading.alerts
        try:
            firing = await self._alertmanager.firing(receiver=reading.receiver)
        except BotError as error:
            _log.warning("alerts.labels_refused", error=str(error))
            return reading.alerts
        said = [labels for labels in firing if labels.get("alertname", "") in reading.words]
        # A namespace is said where all alerts of the message share it.
        near = [
            labels for labels in said if labels.get("namespace", labels.get("exported_namespace", "")) in reading.words
        ]
        links = reading.alerts[0].links if reading.alerts else {}
        made = [replace(read_labels(labels, {}, self._vocabulary), links=links) for labels in near or said]
        resolved = [alert for alert in reading.alerts if not alert.firing]
        return [*made, *resolved] if made else reading.alerts


def _decided(alert: Alert, about: Sequence[Resolved], words: frozenset[str]) -> Decision:
    kept = [one for one in about if one.exists or (one.target.sure and one.exists is not False)]
    unsure = [one for one in kept if not one.target.sure]
    if unsure and len(unsure) == len(kept):
        kept = _meant(unsure, words)
    gone = [one for one in about if one.exists is False and one.target.sure and not one.rivals and not one.target.cut]
    kept = distinct([*kept, *gone])
    rivals = [rival for one in about for rival in one.rivals]
    if not alert.firing:
        return Decision(alert=alert, outcome=Outcome.RESOLVED, about=tuple(kept))
    if kept:
        return Decision(alert=alert, outcome=Outcome.UNDERSTOOD, about=tuple(kept))
    if rivals:
        listed = ", ".join(rivals[:6])
        return Decision(alert=alert, outcome=Outcome.AMBIGUOUS, why=f"it could be about any of these: {listed}")
    why = "nothing in it names a pod or workload"
    if alert.targets:
        why = f"nothing in this cluster is called {', '.join(str(target) for target in alert.targets[:3])}"
    return Decision(alert=alert, outcome=Outcome.UNUSABLE, why=why)


def _meant(found: Sequence[Resolved], words: frozenset[str]) -> list[Resolved]:
    """Choose among values without keys: those in a namespace that the text names, and not the exporter's own pod."""
    near = [one for one in found if one.target.namespace in words]
    # A random suffix is found once in fourteen million names; an ordinal or a plain word is not.
    near = near or [one for one in found if has_random_suffix(one.target.name)]
    others = [one for one in near if not is_exporters(one.owner[1])]
    return others or near
