"""The whole log of what crashed, as a file in the thread, for who may read it.

Everybody in the thread sees a file: who asks must have the right to read that log, and an alert's channel must be one
that may be told of its namespace. Both are asked before anything is read, by the one door of reads. What is put
there is redacted as everything else, bounded, and once a minute.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.cluster.errors import ClusterError
from bot.cluster.gate import GuardedReader
from bot.cluster.offload import offloaded
from bot.cluster.target import TargetRef
from bot.model.errors import BotError, Refused
from bot.model.incident import ASKED
from bot.render import log_files as render
from diagnostics.redact import redact_lines
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.actions.denials import Denials
    from bot.actions.read_guard import ReadGuard
    from bot.cluster.collector import Collector
    from bot.cluster.gate import Gate
    from bot.cluster.reads import Source
    from bot.model.incident import Incident
    from bot.slack.files import Files
    from bot.slack.notifier import Notifier
    from bot.store import Store
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Log, Snapshot

_log = structlog.get_logger(__name__)

FILE_BYTES = 512 * 1024
"""Bytes of one run's log: twice what an answer is made of, and what is redacted in about a second."""

FILE_LINES = 10_000
REDACT_S = 4.0
"""Seconds of processor time that redacting one run may take; what is not done by then is withheld, which is said."""

READ_S = 15.0
AGAIN_S = 60.0
"""How long nobody gets the same file once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAsk:
    """Who asks for a log, where. ``about`` is the incident's id."""

    about: str
    user: str
    channel: str
    thread_ts: str = ""


class _No(Exception):  # noqa: N818 — what is said to the person
    """The ask goes no further."""


class LogFiles:
    """Answers the button."""

    def __init__(  # noqa: PLR0913 — the flow's ports, all by name
        self,
        *,
        store: Store,
        guard: ReadGuard,
        collector: Collector,
        diagnose: Callable[[Snapshot], Diagnosis],
        reader: Source,
        files: Files,
        notifier: Notifier,
        denials: Denials,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._guard = guard
        self._collector = collector
        self._diagnose = diagnose
        self._reader = reader
        self._files = files
        self._notifier = notifier
        self._denials = denials
        self._clock = clock
        self._put: dict[str, float] = {}

    async def put(self, ask: LogAsk) -> None:
        """Put the log into the incident's thread, or tell the person alone why not."""
        if self._denials.exceeded(ask.user):
            return
        try:
            incident, gate = await self._allowed(ask)
            with self._once(incident.id):
                await self._share(incident, gate, ask.user)
        except (_No, BotError, ClusterError) as error:
            _log.info("log_file.refused", incident=ask.about, user=ask.user, why=str(error))
            await self._tell(ask, _sentence(error))
        except Exception:  # noqa: BLE001 — whatever it is, somebody waits for a sentence
            _log.exception("log_file.broken", incident=ask.about)
            await self._tell(ask, "something in me broke; the trace is in my log.")

    async def _tell(self, ask: LogAsk, sentence: str) -> None:
        await self._notifier.ephemeral(ask.channel, ask.user, render.refused(sentence), ask.thread_ts)

    async def _allowed(self, ask: LogAsk) -> tuple[Incident, Gate]:
        """Return the incident, and what who asks and the thread's readers may be shown. Raises with the reason."""
        incident = await self._store.incidents.get(ask.about)
        if incident is None or incident.channel != ask.channel:
            raise _No("it was not offered here.")
        gates: list[Gate] = [await self._guard.person(ask.user)]
        if incident.origin not in ASKED:
            gates.append(await self._guard.viewer_of(incident))
        return incident, _All(gates)

    @contextmanager
    def _once(self, incident_id: str) -> Iterator[None]:
        """Raise when it was put there just now, or is under way; what fails may be asked for again at once."""
        now = self._clock()
        self._put = {known: at for known, at in self._put.items() if now - at < AGAIN_S}
        if incident_id in self._put:
            raise _No("it was put into this thread less than a minute ago, or is on its way.")
        self._put[incident_id] = now
        try:
            yield
        except BaseException:
            self._put.pop(incident_id, None)
            raise

    async def _share(self, incident: Incident, gate: Gate, user: str) -> None:
        snapshot = await self._collector.collect(_ref(incident), gate)
        diagnosis = await offloaded(self._diagnose, snapshot)
        logs, notes = await self._logs(snapshot, diagnosis, gate)
        text = await offloaded(render.text_of, logs, cluster=diagnosis.cluster, notes=notes)
        await self._files.share(
            incident.channel,
            incident.thread_ts or incident.summary_ts,
            render.name_of(logs),
            text.encode(),
            render.comment(logs, user),
        )
        _log.info("log_file.shared", incident=incident.id, user=user, characters=len(text))

    async def _logs(self, snapshot: Snapshot, diagnosis: Diagnosis, gate: Gate) -> tuple[list[Log], list[str]]:
        """Return the runs that have a log, and what could not be read of them. Raises where there is none."""
        target = diagnosis.target
        pod = target.pod or (target.name if target.kind == "Pod" else "")
        known = [log.container for log in snapshot.logs if (log.namespace, log.pod) == (target.namespace, pod)]
        container = diagnosis.container or next(iter(known), "")
        if not (pod and container):
            raise _No("there is none: no container of it ran, or its pod is gone.")
        reader = GuardedReader(self._reader, gate)
        logs, notes = [], []
        for instance in ("previous", "current"):
            lead = Lead(kind="Log", namespace=target.namespace, name=pod, container=container, instance=instance)
            answer = await reader.read(lead, READ_S)
            if answer.refused:
                raise _No(answer.why)
            if answer.why:
                notes.append(f"{lead}: {answer.why}")
            if answer.log is not None and answer.log.lines:
                is_cut = answer.log.cut or len(answer.log.lines) >= FILE_LINES
                logs.append(replace(answer.log, cut=is_cut))
        if not logs:
            raise _No(f"{notes[0]}." if notes else f"container {container} of pod {pod} has printed nothing.")
        return await offloaded(_together, logs), notes


class _All:
    """Lets through what every one of the gates lets through."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        self._gates = gates

    async def refusal(self, lead: Lead) -> str:
        """Return the first reason why it may not be read."""
        for gate in self._gates:
            if reason := await gate.refusal(lead):
                return reason
        return ""


def _together(logs: list[Log]) -> list[Log]:
    """Redact the runs as one: a secret that one of them gives away is hidden in the other too."""
    lines = redact_lines(line for log in logs for line in log.lines)
    made, at = [], 0
    for log in logs:
        made.append(replace(log, lines=lines[at : at + len(log.lines)]))
        at += len(log.lines)
    return made


def _ref(incident: Incident) -> TargetRef:
    workload, subject = incident.workload, incident.subject
    if workload is not None:
        return TargetRef(kind=workload.kind, namespace=workload.namespace, name=workload.name)
    return TargetRef(kind=subject.kind, namespace=subject.namespace, name=subject.name, container=subject.container)


def _sentence(error: Exception) -> str:
    if isinstance(error, Refused) and error.code == "missing_scope":
        return "Slack lets me put no file anywhere: the app lacks the scope files:write (crashloop doctor says how)."
    return str(error)
