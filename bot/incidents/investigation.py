"""THE FLOW: claim, collect, diagnose, render, reply, finish. One coroutine, readable from top to bottom.

Whatever goes wrong ends in a plain sentence in the thread: silence is the one answer that is never given. What may go
better later (Slack or the database away, a token revoked) is put off, and tried again from the row, by whoever claims
it then: no incident ends before it was told.

What was answered is checked again until its pods are well: that is ``bot.incidents.lifecycle``.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import structlog
from structlog.contextvars import bound_contextvars

from bot.alerts.model import WIDE_KINDS
from bot.cluster.errors import AmbiguousTarget, ClusterError, Forbidden
from bot.cluster.offload import offloaded
from bot.cluster.target import TargetRef
from bot.model.errors import Misconfigured, Refused, Temporary
from bot.model.incident import MAX_SLOW, UNBOUND, Incident, Origin, State, backoff_s, target_of, watch_s
from bot.model.names import workload_name
from bot.ops.lease import renewed
from bot.render import alerts as render_alerts
from bot.render import slack as render
from bot.render.cluster import InCluster
from bot.slack.errors import is_everywhere
from bot.slack.standing import WORKSPACE, Standing
from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.actions.read_guard import Viewer
    from bot.cluster.gate import Gate
    from bot.incidents.grouping import Grouping
    from bot.incidents.lifecycle import Lifecycle
    from bot.incidents.ownership import Ownership
    from bot.incidents.questions import Questions
    from bot.incidents.search import Search
    from bot.incidents.survey import Survey
    from bot.incidents.thread import IncidentThread
    from bot.ops.metrics import Metrics
    from bot.render.message import Message
    from bot.store import Store
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot

_log = structlog.get_logger(__name__)

LEASE_S = 15.0
"""How long a claimed incident is out of others' reach: what a killed process held is taken up after this.

It is renewed while the attempt runs. A process that stands still for longer finds that its lease is lost, and its
settling void.
"""

BUDGET_S = 35.0
"""How long one attempt may take."""

KEPT_S = 60.0
"""How long an incident waits where Slack takes nothing until somebody sets something right."""


class Collects(Protocol):
    """Reads the cluster: ``bot.cluster.collector.Collector``."""

    async def collect(self, ref: TargetRef, gate: Gate | None = None, *, shared: bool = False) -> Snapshot:
        """Return what a diagnosis of the target needs, as far as it may be shown. Raises ``ClusterError``.

        ``shared``: what was read for others within the last seconds will do.
        """
        ...


class Sends(Protocol):
    """Sends a question to its cluster, where there are several: ``bot.clusters.whereabouts.Whereabouts``."""

    async def step(self, incident: Incident) -> None:
        """Send it, or ask which is meant. Raises ``Forbidden`` where the person may be shown nothing anywhere."""
        ...


class Guards(Protocol):
    """Knows what an incident's answer may show: ``bot.actions.read_guard.ReadGuard``."""

    async def viewer_of(self, incident: Incident) -> Viewer:
        """Return whom the answer is for. Raises ``Forbidden`` when they may be shown nothing at all."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What was collected, and what it means."""

    snapshot: Snapshot
    diagnosis: Diagnosis
    gone: str = ""
    """A sentence where the pod that was asked about is gone, and something else was looked at instead."""


class Investigation:
    """Claims open incidents and answers them. ``diagnose`` is the pure core; ``owner`` names this process's lease.

    ``whereabouts`` takes what is about no cluster yet.
    """

    def __init__(  # noqa: PLR0913 — the flow's ports, all by name
        self,
        *,
        store: Store,
        collector: Collects,
        diagnose: Callable[[Snapshot], Diagnosis],
        thread: IncidentThread,
        grouping: Grouping,
        lifecycle: Lifecycle,
        questions: Questions,
        search: Search | None = None,
        metrics: Metrics,
        owner: str,
        guard: Guards,
        ownership: Ownership,
        survey: Survey | None = None,
        standing: Standing | None = None,
        whereabouts: Sends | None = None,
    ) -> None:
        self._whereabouts = whereabouts
        self._survey = survey
        self._standing = standing or Standing()
        self._store = store
        self._collector = collector
        self._diagnose = diagnose
        self._metrics = metrics
        self._owner = owner
        self._guard = guard
        self._thread = thread
        self._grouping = grouping
        self._lifecycle = lifecycle
        self._questions = questions
        self._search = search
        self._ownership = ownership

    async def step(self) -> bool:
        """Claim one incident that is open, or is to be checked again, and do that. False when there was none."""
        incident = await self._store.incidents.claim(self._owner, LEASE_S, self._lifecycle.pace.furthest_s)
        if incident is None:
            return False
        # Whatever is logged below, by us or by a library, tells of which incident and of which try at it.
        with bound_contextvars(incident=incident.id, target=str(incident.subject), run=uuid.uuid4().hex[:8]):
            await self._work(incident)
        return True

    async def _work(self, incident: Incident) -> None:
        """Do what a claimed incident needs, and keep it when that fails."""

        def renew() -> Awaitable[bool]:
            return self._store.incidents.renew(incident.id, self._owner, LEASE_S)

        if self._is_useless(incident):
            await self._store.incidents.put_off(incident.id, self._owner, KEPT_S)
            return
        try:
            async with asyncio.timeout(BUDGET_S), renewed(renew, LEASE_S, f"incident {incident.id}"):
                with self._metrics.seconds.time():
                    await self._step(incident)
        except (Temporary, Refused) as error:
            await self._keep(incident, error)
        except TimeoutError:
            _log.warning("investigation.too_slow", attempt=incident.attempt)
            if incident.attempt < MAX_SLOW:
                await self._store.incidents.put_off(incident.id, self._owner, backoff_s(incident.attempt))
            else:
                await self._say_failure(incident, "it took too long, several times; the cluster or Slack is slow now")
        except Exception:  # noqa: BLE001 — whatever it is, somebody waits for a sentence
            _log.exception("investigation.broken", attempt=incident.attempt)
            sentence = f"something in me broke on this one; its trace is in my log under incident {incident.id[:8]}"
            await self._say_failure(incident, sentence, final=True)

    async def _step(self, incident: Incident) -> None:
        if incident.origin is Origin.DIGEST:
            await self._grouping.write_digest(incident)
        elif incident.origin is Origin.NOTICE:
            message = InCluster("" if incident.cluster == UNBOUND else incident.cluster).message(
                render_alerts.notice(incident.note)
            )
            await self._thread.write_summary(incident, message)
            await self._store.incidents.finish(incident.id, self._owner, State.ANSWERED, summary=incident.note[:300])
        elif self._whereabouts is not None:
            await self._send(incident, self._whereabouts)
        elif incident.subject.kind in WIDE_KINDS and self._survey is not None:
            await self._look_around(incident, self._survey)
        elif incident.subject.kind == "Namespace" and self._search is not None:
            await self._list(incident, self._search)
        elif incident.state in (State.OPEN, State.FAILED):
            await self._investigate(incident)
        else:
            await self._check_again(incident)

    async def _send(self, incident: Incident, whereabouts: Sends) -> None:
        try:
            await whereabouts.step(incident)
        except Forbidden as error:
            await self._fail(incident, str(error), why=type(error).__name__, final=True)

    async def _look_around(self, incident: Incident, survey: Survey) -> None:
        try:
            await survey.step(incident, await self._guard.viewer_of(incident), self._lifecycle.pace.every_s)
        except ClusterError as error:
            await self._fail(incident, str(error), why=type(error).__name__)

    async def _list(self, incident: Incident, search: Search) -> None:
        """Tell a person what fails now."""
        try:
            viewer = await self._guard.viewer_of(incident)
            message = await search.failing(viewer, incident.subject.name)
        except ClusterError as error:
            await self._fail(incident, str(error), why=type(error).__name__, final=True)
            return
        await self._tell_alone(incident, message)

    async def _lost(self, incident: Incident, diagnosis: Diagnosis) -> bool:
        """Whether a person asked about what is not there: they alone are told what they may have meant."""
        if self._search is None or incident.alerted or _stands(incident) or diagnosis.cause != "not-found":
            return False
        viewer = await self._guard.viewer_of(incident)
        await self._tell_alone(incident, await self._search.meant(viewer, incident.subject))
        return True

    async def _tell_alone(self, incident: Incident, message: Message) -> None:
        await self._thread.whisper(incident, message)
        await self._store.incidents.finish(incident.id, self._owner, State.ANSWERED, summary=message.text[:300])

    async def _investigate(self, incident: Incident) -> None:
        started = time.monotonic()
        try:
            # Whoever asks has a sign of life already, which only they see: what is posted is the answer.
            found = await self.look(incident)
        except ClusterError as error:
            final = isinstance(error, AmbiguousTarget | Forbidden)
            await self._fail(incident, str(error), why=type(error).__name__, final=final)
            return
        routed = await self._ownership.routed(incident, found.snapshot, found.diagnosis)
        if routed is not incident:
            # Another channel may be told of other namespaces: what was read for the first one does not count.
            incident = routed
            try:
                found = await self.look(incident)
            except ClusterError as error:
                await self._fail(incident, str(error), why=type(error).__name__)
                return
        diagnosis = found.diagnosis.timed(round((time.monotonic() - started) * 1000))
        if incident.trial and diagnosis.cause == "not-found":
            await self._tried(incident, diagnosis)
            return
        if await self._lost(incident, diagnosis) or await self._questions.lead_to_open(incident, diagnosis):
            return
        if await self._questions.lend_thread(incident, diagnosis):
            return
        with self._metrics.stages.labels("tell").time():
            await self._lifecycle.answer(
                incident, found.snapshot, diagnosis, [fact for fact in (found.gone, incident.note) if fact]
            )

    async def _tried(self, incident: Incident, diagnosis: Diagnosis) -> None:
        """Say that the way of an alert works: the doctor's test alert came all of it. It is not checked again."""
        line = render_alerts.trial_line(target_of(incident), diagnosis.cluster)
        incident = await self._thread.write_summary(incident, line)
        answer = render_alerts.trial_answer(diagnosis.cluster)
        incident = await self._thread.write_report(incident, answer, diagnosis)
        await self._store.incidents.finish(incident.id, self._owner, State.ANSWERED, summary=diagnosis.summary)
        _log.info("investigation.tried", took_ms=diagnosis.took_ms)

    async def _check_again(self, incident: Incident) -> None:
        """Look at what was answered, or was over: quietly, as long as nothing changes."""
        if incident.trial and incident.cause == "not-found":
            await self._store.incidents.finish(incident.id, self._owner, incident.state)
            return
        try:
            found = await self.look(incident)
            if incident.failing and found.diagnosis.failing and _differs(incident, found.diagnosis):
                # Half of it may have been read before a change, and half after: another verdict is looked at twice.
                found = await self.look(incident, fresh=True)
        except ClusterError as error:
            _log.info("investigation.not_seen", error=str(error))
            await self._lifecycle.postpone(incident)
            return
        await self._lifecycle.check(incident, found.snapshot, found.diagnosis)

    async def look(self, incident: Incident, *, fresh: bool = False) -> Found:
        """Read what is asked about. For an alert that is its workload, once it is known or when the pod is gone.

        The pod of an alert may have been replaced before the alert arrived, and is when somebody mends it: whether its
        workload is well is what counts.
        """
        ref, viewer = _ref(incident), await self._guard.viewer_of(incident)
        found = await self._read(incident, ref, viewer, fresh=fresh)
        subject = incident.subject
        name = workload_name(subject.name)
        gone = found.diagnosis.cause == "not-found" and ref.name == subject.name != name
        if not gone:
            return replace(found, gone=_replaced(incident, found.snapshot))
        # Named in full: another workload of that name in another namespace is not its own.
        where = found.diagnosis.target.namespace
        heirs = found.diagnosis.facts.get("replaced_by") or ()
        for kind, heir in (("", name), *(("Pod", str(pod)) for pod in heirs[:1])):
            instead = await self._read(incident, TargetRef(kind=kind, namespace=where, name=heir), viewer, fresh=fresh)
            if instead.diagnosis.cause != "not-found":
                return replace(instead, gone=_successor(subject.name, instead.diagnosis))
        return found

    async def _read(self, incident: Incident, ref: TargetRef, viewer: Viewer, *, fresh: bool) -> Found:
        # A person may have changed something a second ago; an alert tells of what began minutes ago.
        shared = incident.alerted and not incident.acted_at and not fresh
        with self._metrics.stages.labels("collect").time():
            snapshot = viewer.noted(await self._collector.collect(ref, viewer, shared=shared))
        self._metrics.note_unread((source.what, source.why) for source in snapshot.unread)
        with self._metrics.stages.labels("diagnose").time():
            return Found(snapshot, await offloaded(self._diagnose, snapshot))

    async def _fail(self, incident: Incident, sentence: str, *, why: str, final: bool = False) -> None:
        """Say in a plain sentence why there is no verdict, in the line and in its thread, and try again later.

        ``final``: a person's question that no other try answers; that person alone is told, where it is known who asks.
        An alert's is tried again whatever it was.
        """
        self._metrics.failures.labels(why).inc()
        asked = final and incident.user and not incident.alerted and not _stands(incident)
        if asked and await self._refused(incident, sentence):
            return
        wait_s = 0.0
        if incident.now <= incident.retried_until and (incident.watched or not final):
            wait_s = watch_s(incident.checks, self._lifecycle.pace.every_s)
        if not await self._grouping.fails_with_others(incident, why):
            await self._thread.write_failure(incident, render.failure(sentence, again=wait_s > 0))
        await self._store.incidents.finish(
            incident.id, self._owner, State.FAILED, watch_s=wait_s, summary=sentence, checks=incident.checks + 1
        )
        _log.info("investigation.failed", why=why)

    async def _refused(self, incident: Incident, sentence: str) -> bool:
        """Tell a person, and nobody else, why there is no answer to their question. False: Slack lets nobody do that.

        Strangers (of another workspace, say, or deactivated meanwhile) are told neither where they are nor in person.
        """
        try:
            await self._thread.whisper(incident, render.failure(sentence))
        except (Misconfigured, Refused) as error:
            if isinstance(error, Misconfigured) and is_everywhere(error.code):
                raise
            _log.warning("investigation.refusal_untold", code=error.code)
            return False
        await self._store.incidents.finish(incident.id, self._owner, State.FAILED, summary=sentence)
        _log.info("investigation.refused")
        return True

    def _is_useless(self, incident: Incident) -> bool:
        """Whether nothing can be told where the answer goes: then the cluster need not be read for it either."""
        return self._standing.blocked(WORKSPACE if incident.user else incident.channel) is not None

    async def _keep(self, incident: Incident, error: Temporary | Refused) -> None:
        """Put an incident off that could not be told, by what kind of error stood in the way."""
        if await self._ownership.given_back(incident.id, error):
            await self._store.incidents.put_off(incident.id, self._owner, 0.0)
            return
        why, wait_s = "transient", KEPT_S
        if isinstance(error, Misconfigured):
            why = "configuration"
            if not incident.user:  # where a person asks, the bot need not be: that is nothing to set right
                self._standing.failed(incident.channel, error.code)
        elif isinstance(error, Temporary):
            wait_s = max(error.retry_after_s, backoff_s(incident.attempt))
        else:
            # Not even as text alone. Another time there may be other things to say, or another place to say them.
            why, wait_s = "content", max(KEPT_S, backoff_s(incident.attempt))
        self._metrics.put_off.labels(why).inc()
        _log.warning("investigation.put_off", why=why, error=str(error), wait_s=wait_s)
        await self._store.incidents.put_off(incident.id, self._owner, wait_s)

    async def _say_failure(self, incident: Incident, sentence: str, *, final: bool = False) -> None:
        """End an attempt that broke: with what stands in Slack by now, as the row says."""
        try:
            current = await self._store.incidents.get(incident.id) or incident
            await self._fail(current, sentence, why="broken", final=final)
        except (Temporary, Refused) as error:
            _log.warning("investigation.sentence_lost", error=str(error))
            await self._keep(incident, error)


def _differs(incident: Incident, diagnosis: Diagnosis) -> bool:
    """Whether it is another verdict than the one that stands."""
    return (incident.verdict, incident.cause) != (str(diagnosis.verdict), diagnosis.cause or "")


def _successor(pod: str, instead: Diagnosis) -> str:
    """Say what is looked at in place of a pod that is gone."""
    now = instead.target.pod
    return f"Pod {pod} is gone; this is about its workload{f': {now} took its place' if now else ''}."


def _stands(incident: Incident) -> bool:
    """Whether something of the incident stands in Slack already."""
    return bool(incident.summary_ts or incident.report_ts)


def _replaced(incident: Incident, snapshot: Snapshot) -> str:
    """Say so when another pod has the name of the alert's by now: a StatefulSet's keep theirs."""
    name = incident.subject.name
    uid = fields.text(snapshot.one("Pod", snapshot.target.namespace, name), "metadata", "uid")
    if not (incident.watched and incident.pod_uid and uid) or uid == incident.pod_uid:
        return ""
    return f"The pod of the alert is gone; this is about the new pod of the same name, {name}."


def _ref(incident: Incident) -> TargetRef:
    workload, subject = incident.workload, incident.subject
    if incident.watched and workload is not None:
        return TargetRef(kind=workload.kind, namespace=workload.namespace, name=workload.name)
    return TargetRef(kind=subject.kind, namespace=subject.namespace, name=subject.name, container=subject.container)
