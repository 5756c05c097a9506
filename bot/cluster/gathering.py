"""What one collection has read so far: leads in, a growing snapshot out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.cluster.errors import BadReply, Forbidden, TimedOut, Unauthorized
from bot.cluster.gate import told
from bot.cluster.reads import SECRETS_OFF
from bot.cluster.resources import RESOURCES
from diagnostics.redact import redact_text
from diagnostics.snapshot import Snapshot, Target, Unread, merged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.cluster.connection import Connection
    from bot.cluster.errors import ClusterError
    from bot.cluster.reads import Answer, Reads
    from diagnostics.series import Series
    from diagnostics.snapshot import Lead

READS = 150
"""Reads of one collection: far above what a diagnosis needs, and a bound on what a strange cluster can cause."""


class Gathering:
    """Reads leads within one deadline, each at most once, and keeps what came of them."""

    def __init__(self, connection: Connection, reader: Reads, *, deadline_s: float, cluster: str = "") -> None:
        self._connection = connection
        self._reader = reader
        self._deadline_s = deadline_s
        self._started = asyncio.get_running_loop().time()
        self._sent_before = connection.tries
        self._asked: dict[Lead, Answer] = {}
        self._refused: dict[Lead, str] = {}
        self.snapshot = Snapshot(
            target=Target(kind="Pod", namespace="", name=""),
            now=datetime.now(UTC),
            server=connection.server,
            cluster=cluster or connection.cluster,
        )

    @property
    def left_s(self) -> float:
        """Seconds left until the deadline."""
        return self._deadline_s - self._spent_s

    @property
    def _spent_s(self) -> float:
        return asyncio.get_running_loop().time() - self._started

    def fresh(self, leads: Iterable[Lead]) -> tuple[Lead, ...]:
        """Return the leads that were not asked yet, each once."""
        return tuple(lead for lead in dict.fromkeys(leads) if lead not in self._asked)

    async def read(self, leads: Iterable[Lead], *, quietly: bool = False) -> tuple[Answer, ...]:
        """Read the leads in parallel and keep what they give; return their answers in order.

        ``quietly``: failures are not noted as unread, because the caller says it in its own words.
        """
        wanted = tuple(leads)
        fresh = self.fresh(wanted)
        within_s = max(self.left_s, 0.001)
        answers = await asyncio.gather(*(self._reader.read(lead, within_s) for lead in fresh))
        for answer in answers:
            self._asked[answer.lead] = answer
            self._keep(answer, quietly=quietly)
        return tuple(self._asked[lead] for lead in wanted)

    def skip(self, leads: Iterable[Lead], why: str) -> None:
        """Note leads that will not be read any more; what an add-on would have told is not missed."""
        for lead in self.fresh(leads):
            if lead.kind not in RESOURCES or not RESOURCES[lead.kind].optional:
                self.note(str(lead), why)

    def note(self, what: str, why: str) -> None:
        """Note something that could not be read."""
        self.snapshot = replace(self.snapshot, unread=(*self.snapshot.unread, Unread(what=what, why=why)))

    def exhausted(self) -> str:
        """Return why nothing more may be read, or an empty string."""
        if self.left_s <= 0:
            return f"the {self._deadline_s:g} s for reading were over"
        return f"more than {READS} reads" if len(self._asked) >= READS else ""

    def withhold_logs(self, why: str) -> None:
        """Let go of the logs, and say why."""
        self.snapshot = self.snapshot.without_logs(why)

    def measured(self, series: tuple[Series, ...], unread: tuple[Unread, ...]) -> None:
        """Keep what was measured, and note what could not be."""
        self.snapshot = replace(self.snapshot, measured=series, unread=(*self.snapshot.unread, *unread))

    def aim(self, target: Target) -> None:
        """Say what the snapshot is about."""
        self.snapshot = replace(self.snapshot, target=target)

    def finished(self) -> Snapshot:
        """Return the snapshot with its figures; what may not be shown is said once for each namespace.

        What servers said of a failure is redacted: all else was when it was read.
        """
        single = {str(lead) for lead in self._refused}
        kept = (entry for entry in self.snapshot.unread if entry.what not in single)
        unread = (*kept, *told(self._refused, self.snapshot.target.namespace))
        return replace(
            self.snapshot,
            unread=tuple(replace(entry, why=redact_text(entry.why)) for entry in unread),
            requests=self._connection.tries - self._sent_before,
            took_ms=round(self._spent_s * 1000),
        )

    def error(self, answer: Answer) -> ClusterError:
        """Return the error for an answer without which there is no diagnosis."""
        lead = answer.lead
        if answer.refused:
            return Forbidden(f"I may not show this: {answer.why}")
        resource = RESOURCES[lead.kind]
        where = f" in namespace {lead.namespace}" if resource.namespaced and lead.namespace else ""
        server, who = self._connection.server, self._connection.who
        if answer.status == 401:
            return Unauthorized(f"the cluster at {server} does not accept the credentials of {who}: {answer.why}")
        if answer.status == 403:
            verb = "get" if lead.name else "list"
            return Forbidden(f"{who} may not {verb} {resource.right}{where} on {server}: {answer.why}")
        if isinstance(answer.error, TimedOut):
            return TimedOut(f"the cluster at {server} gave no answer within {self._deadline_s:g} s")
        return answer.error or BadReply(f"{lead} could not be read from {server}: {answer.why}")

    def _keep(self, answer: Answer, *, quietly: bool) -> None:
        snapshot, lead = self.snapshot, answer.lead
        objects = snapshot.objects
        if answer.objects:
            # A glimpse never takes the place of what was read whole.
            known = objects.get(lead.kind, ()) if answer.partial else ()
            objects = merged(objects, lead.kind, (*answer.objects, *known))
        elif not answer.why:
            objects = {lead.kind: (), **objects} if lead.kind != "Log" else objects
        self.snapshot = replace(
            snapshot,
            objects=objects,
            logs=snapshot.logs if answer.log is None else (*snapshot.logs, answer.log),
            answered=snapshot.answered if answer.why else snapshot.answered | {lead},
            partial=snapshot.partial | {lead} if answer.partial else snapshot.partial,
            now=answer.date or snapshot.now,
        )
        if answer.why and (answer.partial or not quietly) and answer.why != SECRETS_OFF:
            if answer.refused:
                self._refused[lead] = answer.why
            what = f"all of {lead}" if answer.partial and not answer.refused else str(lead)
            timed_out = isinstance(answer.error, TimedOut)
            self.note(what, f"timed out after {self._deadline_s:g} s" if timed_out else answer.why)
