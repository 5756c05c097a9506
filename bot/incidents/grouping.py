"""Where an incident is told of: in its own thread, in the thread of its root, or in a storm's digest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.incidents.correlation import WORKLOAD, anywhere, root_of
from bot.incidents.likeness import likeness, traits_of
from bot.model.errors import Temporary
from bot.model.incident import (
    DIGEST_GATHER_S,
    LATE_S,
    LONG_S,
    STORM_ANSWERS,
    STORM_LINES,
    STORM_ONE_BY_ONE,
    Incident,
    Origin,
    State,
    reminder_s,
    reminders_due,
    target_of,
)
from bot.render import incidents as render
from bot.render import storm
from bot.render.traits import Traits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.incidents.thread import IncidentThread
    from bot.render.message import Message
    from bot.store import Store
    from bot.store.incidents import Findings, InSlack
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot

GATHER_S = 3.0
"""How long a list in a thread waits for further companions, so that a storm edits it a few times and not a hundred."""


class Grouping:
    """Finds and keeps an incident's place. The caller holds the incident's lease."""

    def __init__(self, store: Store, thread: IncidentThread, owner: str, cluster: str = "") -> None:
        self._cluster = cluster
        self._store = store
        self._thread = thread
        self._owner = owner

    async def place(
        self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis, *, came_back: bool = False
    ) -> Incident:
        """Return the incident with its place: its own thread, the thread of its root, or a storm's digest.

        ``came_back``: it was over, and that it fails again is news.
        """
        root, where = str(root_of(diagnosis)), incident.addressed
        alike = anywhere(diagnosis, traits_of(snapshot, diagnosis)) if incident.cluster else ""
        everywhere = f"{where} {alike}" if alike else ""
        leader = await self._store.related.lead(incident.id, f"{where} {root}", anywhere=everywhere)
        placeless = incident.origin is Origin.ALERT and not incident.summary_ts and not incident.thread_ts
        if leader != incident.id:
            place: InSlack = {"parent_id": leader, "root": root}
            if await self._in_the_same_thread(incident, leader):
                place["thread_ts"] = ""  # the leader's answer there tells of it
            if incident.parent_id != leader or "thread_ts" in place:
                await self._store.incidents.join(incident.id, self._owner, GATHER_S, **place)
            return replace(incident, **place)
        if incident.root == root and not incident.folded:
            return incident
        digest = await self._digest(incident, snapshot, diagnosis, root) if placeless else None
        if digest is not None:
            place = {"parent_id": digest.id, "root": root}
            if await self._speaks(incident, diagnosis, digest, came_back=came_back):
                place |= {"channel": digest.channel, "thread_ts": digest.summary_ts}
            if incident.parent_id != digest.id or "thread_ts" in place:
                await self._store.incidents.join(incident.id, self._owner, GATHER_S, posted=True, **place)
            return replace(incident, **place)
        if incident.folded and incident.origin is Origin.MESSAGE:
            former = await self._store.incidents.anywhere(incident.parent_id)
            thread_ts = former.thread_ts if former is not None else ""
            await self._store.incidents.update(incident.id, self._owner, parent_id="", root=root, thread_ts=thread_ts)
            return replace(incident, parent_id="", root=root, thread_ts=thread_ts)
        parent = incident.parent_id if incident.thread_ts and incident.origin is Origin.ALERT else ""
        await self._store.incidents.update(incident.id, self._owner, parent_id=parent, root=root)
        return replace(incident, parent_id=parent, root=root)

    async def _in_the_same_thread(self, incident: Incident, leader_id: str) -> bool:
        """Whether a message names both: then one answer in its thread speaks for them."""
        if incident.origin is not Origin.MESSAGE or incident.summary_ts or incident.report_ts or not incident.thread_ts:
            return False
        leader = await self._store.incidents.anywhere(leader_id)
        return leader is not None and (leader.channel, leader.thread_ts) == (incident.channel, incident.thread_ts)

    async def _speaks(self, incident: Incident, diagnosis: Diagnosis, digest: Incident, *, came_back: bool) -> bool:
        """Whether an incident is answered in a digest's thread: no answer there is alike, or it came back.

        What is listed stays listed as long as its verdict is the same: that its numbers change is no news.
        """
        alike = likeness(diagnosis)
        same = (incident.verdict, incident.cause) == (str(diagnosis.verdict), diagnosis.cause or "")
        if came_back and await self._store.related.take_line(incident.id, incident.addressed, STORM_LINES):
            alike = ""
        elif same and incident.parent_id == digest.id and incident.state is not State.OPEN:
            return False
        return await self._store.related.take_answer(incident, digest, self._owner, alike, STORM_ANSWERS)

    async def _digest(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis, root: str) -> Incident | None:
        """Return the digest that the incident belongs in, or None when its channel is calm.

        Raises ``Temporary`` while that is not posted yet: what it will say includes what is known of this one.
        """
        digest = await self._own_digest(incident)
        lines = (STORM_LINES, STORM_ONE_BY_ONE)
        if digest is None and await self._store.related.take_line(incident.id, incident.addressed, *lines):
            return None
        digest = digest or await self._store.related.digest(incident.addressed, begin=True)
        if digest is not None and not digest.summary_ts:
            found: Findings = {
                "verdict": str(diagnosis.verdict),
                "cause": diagnosis.cause or "",
                "summary": diagnosis.summary,
                "workload": diagnosis.workload,
                "traits": traits_of(snapshot, diagnosis).to_json(),
                "began_at": incident.began_at,
            }
            place: InSlack = {"parent_id": digest.id, "root": root}
            await self._store.incidents.join(incident.id, self._owner, GATHER_S, posted=True, found=found, **place)
            raise Temporary("the storm's digest is about to be posted", DIGEST_GATHER_S)
        return digest

    async def _own_digest(self, incident: Incident) -> Incident | None:
        """Return the digest that counts an incident: there it stays until it is over."""
        parent = await self._store.incidents.anywhere(incident.parent_id) if incident.folded else None
        tells = parent is not None and parent.origin is Origin.DIGEST and parent.state in (State.OPEN, State.ANSWERED)
        return parent if tells else None

    async def write_digest(self, incident: Incident) -> None:
        """Write or edit a storm's line, and the list in its thread."""
        companions = await self.companions(incident)
        waiting = await self._store.related.placeless(incident.addressed)
        over = all(companion.over for companion in companions) and not (waiting and not companions)
        if companions or waiting or incident.summary_ts:
            incident = await self._thread.write_summary(incident, self._line(companions, waiting))
        if companions:
            incident = await self._thread.write_related(incident, storm.answer(companions, waiting))
        if not over:
            incident = await self._remind(incident, companions)
        elif incident.state is not State.RECOVERED and companions and incident.now - incident.began_at >= LONG_S:
            await self._thread.write_news(incident, self._line(companions), f"over:{incident.checks}")
        watch_s = 0.0 if over else min(reminder_s(incident.unended_s), LATE_S)
        state = State.RECOVERED if over else State.ANSWERED
        await self._store.incidents.finish(
            incident.id, self._owner, state, watch_s=watch_s, reminders=incident.reminders, checks=incident.checks + 1
        )

    def _line(self, companions: Sequence[render.Companion], waiting: int = 0) -> Message:
        return storm.line(companions, waiting, self._cluster, few=STORM_LINES)

    async def _remind(self, incident: Incident, companions: Sequence[render.Companion]) -> Incident:
        due = reminders_due(incident.unended_s)
        if due <= incident.reminders:
            return incident
        line = self._line(companions).text.partition("\n")[0]
        message = render.goes_on(line, after_s=incident.unended_s, since="the first alert")
        await self._thread.write_news(incident, message, f"goes-on:{due}")
        return replace(incident, reminders=due)

    async def fails_with_others(self, incident: Incident, why: str) -> bool:
        """Whether another thread says already that the cluster cannot be read: once is enough for all alerts."""
        if incident.origin is not Origin.ALERT or incident.summary_ts or incident.thread_ts:
            return False
        root = f"Cluster {why}"
        leader = await self._store.related.lead(incident.id, f"{incident.addressed} {root}", failed=True)
        if leader == incident.id:
            return False
        await self._store.incidents.update(incident.id, self._owner, parent_id=leader, root=root)
        return True

    async def companions(self, incident: Incident) -> list[render.Companion]:
        """Return the other incidents that an incident's thread tells of."""
        if not incident.alerted and incident.origin is not Origin.DIGEST:
            return []
        members = await self._store.related.members(incident.id)
        tellers = {member.id: member for member in members}
        on_it = {member.likeness: member.assignee for member in members if member.likeness and member.assignee}
        return [
            render.Companion(
                target=target_of(member),
                cluster="" if member.cluster == incident.cluster else member.cluster,
                verdict=member.verdict,
                cause=member.cause,
                summary=member.summary,
                root=_root_of(member, here=incident.cluster),
                severity=member.severity,
                over=member.state is State.RECOVERED,
                holds=member.well_since > 0,
                # Who works on the answer that speaks for those that are alike works on them all.
                assignee=member.assignee or (on_it.get(member.likeness, "") if member.folded else ""),
                traits=Traits.from_json(member.traits),
                began_at=member.began_at,
                link=_link(member, tellers.get(member.parent_id)),
                look=_typed(member),
            )
            for member in members
            if member.workload is None or (member.cluster, member.workload) != (incident.cluster, incident.workload)
        ]


def _root_of(member: Incident, *, here: str) -> str:
    """Return what a member hangs on, as it is called; in another cluster than ``here`` it is another object."""
    root = member.root.removeprefix(f"{WORKLOAD} ")
    return f"{member.cluster}/{root}" if root and member.cluster != here else root


def _link(member: Incident, teller: Incident | None) -> str:
    """Return where a member's answer stands: its own, or that of the incident whose root it shares."""
    return member.permalink or (teller.permalink if teller is not None else "")


def _typed(member: Incident) -> str:
    """Return what asks about a member as a person would type it; with a cluster after a ``/`` it is meant as it is."""
    workload, before = member.workload, f"/{member.cluster}/" if member.cluster else ""
    if workload is None:
        return f"{before}{member.subject}"
    return f"{before}{workload.namespace}/{workload.kind.lower()}/{workload.name}"
