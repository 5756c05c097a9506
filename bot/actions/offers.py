"""Which buttons an answer gets: those that the diagnosis says help, where the settings let them work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.actions.labels import brief_label, label
from bot.actions.rollout import Plan, Refusal, Wanted, names_to_delete, plan
from bot.actions.rollout.effect import downtime, pods_replaced, unavailable_meanwhile, version_step
from bot.actions.tried import TRIED_S, told, tried
from bot.cluster.live import REVISIONS, LiveWorkload
from bot.model.offer import OfferRecord, OfferState
from bot.render import words
from bot.render.message import Offer
from bot.store.offers import new_id
from diagnostics import fields
from diagnostics.facts.workloads import owners
from diagnostics.objects import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.actions.permissions import Permissions
    from bot.model.incident import Incident
    from bot.model.policy import Policy
    from bot.store import Store
    from diagnostics.diagnosis import Advice, Diagnosis
    from diagnostics.snapshot import Object, Snapshot

KINDS = ("Deployment", "StatefulSet", "DaemonSet")
"""What can be restarted and rolled back."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The buttons of an answer, and why one is missing that the diagnosis says would help."""

    buttons: tuple[Offer, ...] = ()
    notes: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    """Which of the buttons were pressed already and did not hold, a line each: mrkdwn."""


class ActionOffers:
    """Makes an answer's offers, and withdraws the ones before."""

    def __init__(self, store: Store, policy: Policy, ttl_s: float, permissions: Permissions | None = None) -> None:
        self._store = store
        self._policy = policy
        self._ttl_s = ttl_s
        self._permissions = permissions

    async def offers(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> Offered:
        """Keep new offers in place of the incident's older ones, and return them as they are shown."""
        helping = [advice for advice in diagnosis.actions if advice.helps]
        workload = workload_of(snapshot, diagnosis)
        if workload is None or not helping:
            await self._store.offers.replace(incident.id, [], self._ttl_s)
            return Offered()
        live = seen(snapshot, workload)
        made, notes = self._planned([record(incident, workload, advice) for advice in helping], live, snapshot.now)
        missing = await self._missing(made)
        if missing:
            made, notes = [], [*notes, missing]
        await self._store.offers.replace(incident.id, [offer for offer, _ in made], self._ttl_s)
        acts = await self._acts(incident, made[0][0].workload) if made else []
        before = {offer.id: act for offer, _ in made if (act := tried(offer, acts, live.revisions)) is not None}
        # What was tried is no longer what is recommended.
        made.sort(key=lambda one: one[0].id in before)
        buttons = (
            replace(shown(offer, planned, live, ask=asks(offer, live, self._policy)), tried=offer.id in before)
            for offer, planned in made
        )
        return Offered(tuple(buttons), tuple(notes), tuple(told(act, live) for act in before.values()))

    async def _acts(self, incident: Incident, workload: ObjectRef) -> list[OfferRecord]:
        """Return what was sent to the workload of late; what helped in this incident does not, now that it fails."""
        unheld = {act.id for act in await self._store.offers.helped(incident.id, incident.began_at)}
        acts = await self._store.related.acts(workload.namespace, workload.name, incident.now - TRIED_S)
        return [
            replace(act, state=OfferState.UNHELPFUL, outcome="it did not hold") if act.id in unheld else act
            for act in acts
        ]

    async def ready(self, incident: Incident) -> list[str]:
        """Return the actions that the answer's buttons recommend now, without what was tried and did not hold."""
        standing = await self._store.offers.standing(incident.id)
        acts = await self._acts(incident, standing[0].workload) if standing else []
        return [offer.action for offer in standing if tried(offer, acts) is None]

    def may_silence(self, incident: Incident) -> bool:
        """Whether the settings let the incident's alerts be silenced: the button is shown only where they do."""
        namespace = (incident.workload or incident.subject).namespace or ""
        return self._policy.check_silence(channel=incident.channel, namespace=namespace) is None

    def _planned(
        self, offers: Sequence[OfferRecord], live: LiveWorkload, now: datetime
    ) -> tuple[list[tuple[OfferRecord, Plan]], list[str]]:
        """Return the offers that the settings and the workload let work, with their plans, and why others do not."""
        made, notes = [], []
        anywhere = self._policy.check(channel=offers[0].channel, namespace=offers[0].namespace)
        if anywhere is not None:
            return [], [f"No buttons: {anywhere.reason}."]
        for offer in offers:
            planned = plan(wanted(offer), live, now)
            refused = self._policy.check(channel=offer.channel, namespace=offer.namespace, action=offer.action)
            if isinstance(planned, Refusal):
                notes.append(f"{planned.sentence}.")
            elif refused is not None:
                notes.append(f"No {words.act(offer.action)} button: {refused.reason}.")
            else:
                step = version_step(planned, live)
                made.append((replace(offer, version=step[1] if step else ""), planned))
        return made, notes

    async def _missing(self, made: Sequence[tuple[OfferRecord, Plan]]) -> str:
        """Return which right the bot itself lacks for the buttons; empty when there is none."""
        if not made or self._permissions is None:
            return ""
        missing = await self._permissions.missing(made[0][0].kind, made[0][0].namespace)
        return f"No buttons: {missing}." if missing else ""


def workload_of(snapshot: Snapshot, diagnosis: Diagnosis) -> Object | None:
    """Return the workload that could be acted on, as it was read, or None."""
    workload = ObjectRef.parse(diagnosis.workload)
    if workload is None or workload.kind not in KINDS:
        return None
    return snapshot.one(workload.kind, workload.namespace, workload.name)


def record(incident: Incident, workload: Object, advice: Advice) -> OfferRecord:
    """Return the offer as it is kept, with the state of the workload that the reader sees."""
    return OfferRecord(
        id=new_id(),
        incident_id=incident.id,
        action=advice.action,
        state=OfferState.OFFERED,
        kind=fields.text(workload, "kind"),
        namespace=fields.namespace(workload),
        name=fields.name(workload),
        uid=fields.uid(workload),
        generation=fields.whole(workload, "metadata", "generation") or 0,
        revision=advice.to_revision,
        channel=incident.channel,
        team=incident.team,
    )


def wanted(offer: OfferRecord) -> Wanted:
    """Return the offer as ``bot.actions.rollout`` takes it."""
    return Wanted(
        action=offer.action,
        kind=offer.kind,
        namespace=offer.namespace,
        name=offer.name,
        uid=offer.uid,
        generation=offer.generation,
        revision=offer.revision,
    )


def asks(entry: OfferRecord, now: LiveWorkload, policy: Policy) -> bool:
    """Whether the button opens a dialog with the effect. A restart that nobody will notice needs no more than a yes."""
    careful = policy.reason_required or entry.namespace in policy.protected
    return careful or entry.action == "undo" or unavailable_meanwhile(now)


def shown(entry: OfferRecord, made: Plan, live: LiveWorkload, *, ask: bool = False) -> Offer:
    """Return the offer as a button with its consequence. ``ask``: in a dialog, which shows more."""
    effect = [downtime(live), pods_replaced(made, live), *made.notes]
    if made.delete_pods:
        effect.append(f"{', '.join(names_to_delete(made))} will be deleted")
    does = f"goes back to the pod template of revision {entry.revision}" if entry.action == "undo" else "restarts"
    told = " ".join(words.capitalized(f"{part.rstrip('.')}.") for part in effect if part)
    # Slack's limits for a confirmation: title 100, text 300 (docs.slack.dev, confirmation dialog object).
    return Offer(
        id=entry.id,
        action=entry.action,
        label=label(entry),
        brief=brief_label(entry),
        confirm_title=f"{label(entry)}?"[:100],
        confirm_text=f"{entry.target} {does}. {told}"[:300],
        revision=entry.revision,
        dialog=ask,
    )


def seen(snapshot: Snapshot, workload: Object) -> LiveWorkload:
    """Return the workload as the snapshot shows it, for planning: without any value that a plan must carry out."""
    kind = REVISIONS[fields.text(workload, "kind")]
    revisions = tuple(item for item in snapshot.all(kind) if _controls(workload, item))
    holders = revisions if kind == "ReplicaSet" else (workload,)
    pods = tuple(pod for pod in snapshot.all("Pod") if any(_controls(holder, pod) for holder in holders))
    return LiveWorkload(object=workload, revisions=revisions, pods=pods)


def _controls(holder: Object, item: Object) -> bool:
    return bool(fields.uid(holder)) and fields.text(owners.controller(item), "uid") == fields.uid(holder)
