"""What owners mean for an incident: the channel in which it is told, who is mentioned once, who is named.

Where an alert is answered is decided before anything is told: what was read for the alert's own route is read anew for
the channel that a mark leads to, because each channel may be told of other namespaces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.actions.labels import asked_by
from bot.actions.rollout.writers import last_template_write
from bot.cluster.actuator import FIELD_MANAGER
from bot.incidents.thread import GONE
from bot.model.errors import BotError, Misconfigured, Refused
from bot.model.incident import Origin, target_of
from bot.model.owners import Deployer, Owners, broke_with
from bot.render import owners as render
from diagnostics.objects import ObjectRef
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.cluster.reads import Reads
    from bot.incidents.thread import IncidentThread
    from bot.model.incident import Incident
    from bot.model.owners import Marked
    from bot.model.policy import People
    from bot.store import Store
    from bot.store.incidents import InSlack
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Object, Snapshot

_log = structlog.get_logger(__name__)

READ_S = 3.0
"""How long a namespace's own marks are waited for; without them the workload's and the route count."""


UP = 3
"""Threads that one may be told within another: a workload's in its root's, a root's in a storm's."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whose it is and who deployed it, as far as objects say."""

    owner: Marked | None = None
    deployer: Deployer | None = None
    target: str = ""
    """The workload, as a path; empty where none is known."""


class Ownership:
    """Asks the objects. ``people`` is the people map, ``called`` tells what a Slack user is called.

    Without a ``reader`` no namespace's marks count.
    """

    def __init__(
        self,
        *,
        store: Store,
        thread: IncidentThread,
        reader: Reads | None,
        owners: Owners,
        people: Callable[[], People],
        called: Callable[[str], Awaitable[str]],
        owner: str,
    ) -> None:
        self._store = store
        self._thread = thread
        self._reader = reader
        self._owners = owners
        self._people = people
        self._called = called
        self._owner = owner

    async def routed(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> Incident:
        """Return the incident where its answer belongs: the same one, or moved to the channel that a mark names."""
        decided = incident.routed_from or incident.thread_ts or incident.summary_ts or incident.parent_id
        if incident.origin is not Origin.ALERT or decided or not self._owners.channels:
            return incident
        workload, space = await self._marked(incident, snapshot, diagnosis)
        found = self._owners.channel(diagnosis.target.namespace, workload, space)
        if found is None or found.value == incident.addressed:
            return incident
        moved: InSlack = {"channel": found.value, "addressed": found.value, "routed_from": incident.addressed}
        await self._store.incidents.update(incident.id, self._owner, **moved)
        _log.info("owners.routed", incident=incident.id, channel=found.value, by=found.where)
        return replace(incident, **moved)

    async def given_back(self, incident_id: str, error: BotError) -> bool:
        """Whether the channel of a mark takes no message: then the alert's own route is told, and that it is so."""
        code = error.code if isinstance(error, Misconfigured | Refused) else ""
        incident = await self._store.incidents.get(incident_id)
        if incident is None or code not in GONE or incident.routed_from in ("", incident.addressed):
            return False
        if incident.summary_ts:
            return False
        note = render.not_there(incident.addressed, self._owners.channel_keys, code)
        back: InSlack = {
            "channel": incident.routed_from,
            "addressed": incident.routed_from,
            "note": " ".join(part for part in (incident.note, note) if part),
        }
        await self._store.incidents.update(incident.id, self._owner, **back)
        _log.warning("owners.channel_refused", incident=incident.id, channel=incident.addressed, code=code)
        return True

    async def named(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> Named:
        """Return whose it is and who deployed it; nothing when all is well."""
        if not diagnosis.failing:
            return Named()
        workload, space = await self._marked(incident, snapshot, diagnosis)
        ref = ObjectRef.parse(diagnosis.workload)
        return Named(
            self._owners.owner(workload, space),
            await self._deployer(workload, diagnosis),
            "" if ref is None else ref.path,
        )

    async def call(self, incident: Incident, named: Named) -> Incident:
        """Mention the owner, and who deployed it, in a reply of its own: once in an incident, whatever is edited."""
        mention = self._owners.mention(named.owner.value) if named.owner is not None else ""
        deployer = named.deployer.slack if named.deployer is not None and self._owners.mention_deployer else ""
        who = " ".join(part for part in (mention, deployer) if part)
        if not who or incident.mentioned or not incident.alerted:
            return incident
        leader = await self._leader(incident)
        thread_ts = leader.thread_ts or leader.summary_ts
        if not thread_ts:
            return incident  # at its next check the thread may be there
        where = named.owner.where if named.owner is not None else ""
        message = render.call(named.target or target_of(incident), mention, where, deployer)
        if await self._store.incidents.claim_call(leader.id, who, incident.id):
            await self._thread.write_elsewhere(leader.channel, thread_ts, message, f"{leader.id}:owner:{who}")
        await self._store.incidents.update(incident.id, self._owner, mentioned=who)
        return replace(incident, mentioned=who)

    async def _leader(self, incident: Incident) -> Incident:
        """Return the incident in whose thread this one is told: a storm's, a shared root's, or its own."""
        leader = incident
        for _ in range(UP):
            found = await self._store.incidents.anywhere(leader.parent_id) if leader.parent_id else None
            if found is None:
                break
            leader = found
        return leader

    async def _marked(
        self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis
    ) -> tuple[Object | None, Object | None]:
        """Return the workload (or the bare pod), and its namespace where that could change anything.

        A namespace is read with the bot's own right, so that only alerts, whom the settings route, are told of it.
        """
        target = diagnosis.target
        ref = ObjectRef.parse(diagnosis.workload)
        kind, name = ("Pod", target.pod or target.name) if ref is None else (ref.kind, ref.name)
        workload = snapshot.one(kind, target.namespace, name)
        asked = incident.alerted and self._owners.asks_namespace and target.namespace
        if self._reader is None or not asked:
            return workload, None
        answer = await self._reader.read(Lead(kind="Namespace", name=target.namespace, metadata_only=True), READ_S)
        return workload, next(iter(answer.objects), None)

    async def _deployer(self, workload: Object | None, diagnosis: Diagnosis) -> Deployer | None:
        """Return who deployed it: by the audit trail where a button did, else by the object's marks."""
        if workload is not None and last_template_write(workload)[0] == FIELD_MANAGER:
            ref = ObjectRef.parse(diagnosis.workload)
            if ref is None or not broke_with(workload, diagnosis):
                return None
            acts = await self._store.related.acts(ref.namespace, ref.name, 0.0)
            return await self._pressed(asked_by(acts[0])) if acts else None
        try:
            people = self._people().entries
        except BotError:
            people = ()
        return self._owners.deployer(workload, diagnosis, people)

    async def _pressed(self, user: str) -> Deployer:
        try:
            return Deployer(await self._called(user), user)
        except BotError:
            return Deployer(user, user)
