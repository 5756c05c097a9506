"""Silences from the thread: a dialog with a duration, matchers on namespace and workload, the person as their author.

It needs the same right as an action: Kubernetes must let the person patch the workload (or delete the bare pod). Each
silence can be undone by a button, by whoever has that right too.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import re2
import structlog

from bot.actions.alertmanager import Matcher
from bot.actions.authorization import HOUR_S
from bot.alerts.labels import CLUSTER, role_of
from bot.cluster.access import Right
from bot.cluster.errors import ClusterError
from bot.cluster.resources import RESOURCES
from bot.model.audit import Entry
from bot.model.errors import BotError
from bot.model.policy import Deny
from bot.render import silences as render
from diagnostics.objects import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.actions.alertmanager import Alertmanager
    from bot.actions.audit_writer import AuditWriter
    from bot.actions.denials import Denials
    from bot.actions.identities import Identities
    from bot.actions.whom_to_ask import WhomToAsk
    from bot.cluster.access import Reviewer
    from bot.model.incident import Incident
    from bot.model.policy import Identity, Policy
    from bot.slack.modals import Modals
    from bot.slack.notifier import Notifier
    from bot.store import Store
    from bot.store.silences import Silence

_log = structlog.get_logger(__name__)

_TAILS = {
    "Deployment": r"-[a-z0-9]{1,10}-[a-z0-9]{5}",
    "ReplicaSet": r"-[a-z0-9]{5}",
    "DaemonSet": r"-[a-z0-9]{5}",
    "StatefulSet": r"-[0-9]+",
    "Job": r"-[a-z0-9]{5}",
    "CronJob": r"-[0-9]+-[a-z0-9]{5}",
}
_LABELS = {"Job": "job_name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who presses what, where. ``about`` is the incident, or the silence that is to end."""

    about: str
    user: str
    team: str
    channel: str
    message_ts: str = ""
    thread_ts: str = ""
    trigger_id: str = ""
    hours: float = 0.0
    comment: str = ""


class _No(Exception):  # noqa: N818 — what is said to the person
    """The ask goes no further."""


class SilenceService:
    """Answers the buttons and the dialog."""

    def __init__(  # noqa: PLR0913 — the flow's ports, all by name
        self,
        *,
        store: Store,
        alertmanager: Alertmanager,
        identities: Identities,
        policy: Policy,
        reviewer: Reviewer,
        notifier: Notifier,
        modals: Modals,
        audit: AuditWriter,
        max_hours: int,
        watches: bool = False,
        own_labels: Mapping[str, str] | None = None,
        denials: Denials,
        whom: WhomToAsk,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._own_labels = own_labels
        self._store = store
        self._alertmanager = alertmanager
        self._identities = identities
        self._policy = policy
        self._reviewer = reviewer
        self._notifier = notifier
        self._modals = modals
        self._audit = audit
        self._max_hours = max_hours
        self._watches = watches
        self._denials = denials
        self._whom = whom
        self._clock = clock

    async def ask(self, ask: Ask) -> None:
        """Open the dialog at once, and fill it when it is known that the person may."""
        if self._denials.exceeded(ask.user):
            return
        view_id = await self._modals.open(ask.trigger_id, render.loading())
        try:
            incident, _identity = await self._allowed(ask, ask.about)
            await self._often(ask, incident)
            zone = timezone(timedelta(seconds=await self._identities.utc_offset_s(ask.user)))
            here = datetime.fromtimestamp(self._clock(), zone)
            count = sum(
                [len(await self._alertmanager.firing(matchers=group)) for group in groups(incident, self._own_labels)]
            )
            view = render.question(
                _workload(incident).path, count,
                hours=self._max_hours, about={"incident": incident.id, "channel": ask.channel, "thread": ask.thread_ts},
                watches=self._watches, now=here,
            )  # fmt: skip
        except (_No, BotError, ClusterError) as error:
            if not await self._modals.fill(view_id, render.refusal(str(error))):
                await self._tell(ask, str(error))
            return
        if not await self._modals.fill(view_id, view):
            await self._tell(ask, "Slack did not let me open the dialog in time; press again.")

    async def silence(self, ask: Ask) -> None:
        """Silence what the dialog said, and say so in the thread."""
        if self._denials.exceeded(ask.user):
            return
        try:
            incident, identity = await self._allowed(ask, ask.about)
            await self._often(ask, incident)
            self._check(ask.hours)
            now = self._clock()
            comment = ask.comment or f"crashloop incident {incident.id[:8]}"
            author = f"{identity.user} (Slack {ask.user})"
            await self._write_audit("silenced", ask, incident, identity)
            ids = [
                await self._alertmanager.silence(
                    group, starts_at=now, ends_at=now + ask.hours * 3600, author=author, comment=comment
                )
                for group in groups(incident, self._own_labels)
            ]
        except (_No, BotError, ClusterError) as error:
            await self._tell(ask, str(error))
            return
        silence_id = await self._store.silences.keep(incident.id, ask.user, ids, now + ask.hours * 3600)
        matchers = [" ".join(map(str, group)) for group in groups(incident, self._own_labels)]
        message = render.silenced(
            _workload(incident).path, ask.user, now + ask.hours * 3600, comment, matchers, silence_id
        )
        await self._notifier.post(
            incident.channel,
            message,
            marker=f"{silence_id}:silence",
            thread_ts=incident.thread_ts or incident.summary_ts,
        )
        _log.info("silence.made", incident=incident.id, user=ask.user, hours=ask.hours, ids=ids)

    async def end(self, ask: Ask) -> None:
        """Undo a silence, and say so where it was announced."""
        if self._denials.exceeded(ask.user):
            return
        try:
            silence = await self._known(ask.about)
            incident, identity = await self._allowed(ask, silence.incident_id, ending=True)
            await self._write_audit("unsilenced", ask, incident, identity)
            for one in silence.ids:
                await self._alertmanager.expire(one)
        except (_No, BotError, ClusterError) as error:
            await self._tell(ask, str(error))
            return
        await self._store.silences.ended(silence.id)
        await self._notifier.update(ask.channel, ask.message_ts, render.unsilenced(_workload(incident).path, ask.user))
        _log.info("silence.ended", incident=incident.id, user=ask.user, ids=silence.ids)

    def _check(self, hours: float) -> None:
        if not 0 < hours <= self._max_hours:
            raise _No(f"a silence lasts at most {self._max_hours} h (SILENCE_MAX_HOURS)")

    async def _known(self, silence_id: str) -> Silence:
        silence = await self._store.silences.get(silence_id)
        if silence is None:
            raise _No("I do not know that silence any more.")
        return silence

    async def _often(self, ask: Ask, incident: Incident) -> None:
        """Raise when the hourly limits of actions are reached: silences count as well as buttons do."""
        acts = await self._store.offers.recent_actions(_workload(incident), ask.user, HOUR_S)
        refused = self._policy.too_often(*acts)
        if refused is not None:
            raise _No(f"not silenced: {refused.reason}")

    async def _allowed(self, ask: Ask, incident_id: str, *, ending: bool = False) -> tuple[Incident, Identity]:
        """Return the incident and who asks, or raise with the reason: any doubt is a no.

        To end a silence is allowed in a protected namespace too: it only lets alerts be heard again.
        """
        incident = await self._store.incidents.get(incident_id)
        if incident is None or incident.channel != ask.channel or ask.team != await self._identities.own_team():
            raise self._refused(ask, "this button was not offered here.")
        workload = _workload(incident)
        namespace = workload.namespace
        where = {"channel": ask.channel, "namespace": namespace}
        refused = self._policy.check(**where, action="silence") if ending else self._policy.check_silence(**where)
        if refused is not None:
            raise _No(f"not silenced: {refused.reason}")
        decision = await self._identities.of(ask.user, fresh=True)
        if isinstance(decision, Deny):
            raise self._refused(ask, f"not silenced: {decision.reason}")
        resource = RESOURCES[workload.kind]
        right = Right(
            verb="delete" if workload.kind == "Pod" else "patch",
            group=resource.group,
            resource=resource.plural,
            namespace=namespace,
            name=workload.name,
        )
        review = await self._reviewer.may(decision.identity, right)
        if not review.allowed:
            whom = await self._whom.sentence(right, decision.identity) if review.lacks else ""
            lacking = f"you need {review.lacks}" if review.lacks else review.reason
            raise self._refused(ask, f"not silenced: {lacking}{f'; {whom}.' if whom else ''}")
        return incident, decision.identity

    def _refused(self, ask: Ask, sentence: str) -> _No:
        """Return the refusal, counted with those of all other buttons."""
        last = self._denials.count(ask.user)
        return _No(f"{sentence} {last}" if last else sentence)

    async def _write_audit(self, event: str, ask: Ask, incident: Incident, identity: Identity) -> None:
        """Write it into the audit trail first: what cannot be kept is not done."""
        entry = Entry(
            at="", event=event, offer="", action="silence", target=_workload(incident).path, slack_user=ask.user,
            slack_team=ask.team, channel=ask.channel, kubernetes_user=identity.user,
            kubernetes_groups=tuple(identity.groups),
        )  # fmt: skip
        await self._audit.append(entry)

    async def _tell(self, ask: Ask, sentence: str) -> None:
        await self._notifier.ephemeral(ask.channel, ask.user, render.refused(sentence), ask.thread_ts)


def groups(incident: Incident, own: Mapping[str, str] | None = None) -> list[list[Matcher]]:
    """Return the matchers, a list for each silence: the alerts about the workload's pods, and those about itself.

    ``own`` are the labels of ALERT_LABELS, with what each one says.
    """
    workload = _workload(incident)
    kind, name = workload.kind, workload.name
    where = [*_in_cluster(incident, own), Matcher(name="namespace", value=workload.namespace)]
    if kind == "Pod":
        return [[*where, Matcher(name="pod", value=name)]]
    pods = Matcher(name="pod", value=re2.escape(name) + _TAILS.get(kind, "-.+"), regex=True)
    return [[*where, pods], [*where, Matcher(name=_LABELS.get(kind, kind.lower()), value=name)]]


def _in_cluster(incident: Incident, own: Mapping[str, str] | None) -> list[Matcher]:
    """Return what keeps a silence in one of several clusters, whose alerts may come from one Alertmanager.

    An alert that names none is silenced with those that name none either.
    """
    if not incident.cluster:
        return []
    named = ((name, value) for name, value in incident.labels.items() if value and role_of(name, own) == CLUSTER)
    name, value = next(named, (CLUSTER, ""))
    return [Matcher(name=name, value=value)]


def _workload(incident: Incident) -> ObjectRef:
    """Return what fails: the workload that was read, else what was asked about."""
    if incident.workload is not None and incident.workload.kind in RESOURCES:
        return incident.workload
    subject = incident.subject
    kind = subject.kind if subject.kind in RESOURCES else "Pod"
    return ObjectRef(kind=kind, namespace=subject.namespace or "", name=subject.name)
