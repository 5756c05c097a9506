"""Which buttons an answer gets: those that the diagnosis says help, where the settings let them work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.offers import OfferRecord, OfferState
from bot.render.message import Offer
from bot.store.offers import new_id
from diagnostics import fields

if TYPE_CHECKING:
    from bot.access import Policy
    from bot.incidents import Incident
    from bot.store import Store
    from diagnostics.diagnosis import Advice, Diagnosis
    from diagnostics.snapshot import Object, Snapshot

KINDS = ("Deployment", "StatefulSet", "DaemonSet")
"""What can be restarted and undone."""


class Offering:
    """Makes an answer's offers, and withdraws the ones before."""

    def __init__(self, store: Store, policy: Policy, ttl_s: float) -> None:
        self._store = store
        self._policy = policy
        self._ttl_s = ttl_s

    async def offers(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> tuple[Offer, ...]:
        """Withdraw the incident's older offers, keep the new ones, and return them as they are shown."""
        await self._store.offers.supersede(incident.id)
        workload = workload_of(snapshot, diagnosis)
        if workload is None:
            return ()
        if self._policy.check(channel=incident.channel, namespace=fields.namespace(workload)) is not None:
            return ()
        made = [(record(incident, workload, advice), advice) for advice in diagnosis.actions if advice.helps]
        await self._store.offers.make([entry for entry, _ in made], self._ttl_s)
        return tuple(shown(entry, advice, diagnosis) for entry, advice in made)

    async def place(self, incident: Incident) -> None:
        """Bind the offers to the message that shows them."""
        await self._store.offers.place(incident.id, incident.channel, incident.answer_ts)


def workload_of(snapshot: Snapshot, diagnosis: Diagnosis) -> Object | None:
    """Return the workload that could be acted on, as it was read, or None."""
    kind, _, path = diagnosis.workload.partition(" ")
    namespace, _, name = path.partition("/")
    return snapshot.one(kind, namespace, name) if kind in KINDS else None


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


def shown(entry: OfferRecord, advice: Advice, diagnosis: Diagnosis) -> Offer:
    """Return the offer as a button with its consequence."""
    pods = diagnosis.scope.of
    effect = f"{pods} pod{'s' * (pods != 1)} will be replaced." if pods else "Its pods will be replaced."
    if entry.action == "undo":
        label, title = f"Undo to revision {entry.revision}", f"Undo to revision {entry.revision}?"
        text = f"{entry.target} goes back to the pod template of revision {entry.revision}. {effect} {advice.because}"
    else:
        label, title = "Rollout restart", "Restart?"
        text = f"{entry.target} keeps its template. {effect} {advice.because}"
    # Slack's limits for a confirmation: title 100, text 300 (docs.slack.dev, confirmation dialog object).
    return Offer(
        id=entry.id, action=entry.action, label=label, confirm_title=title[:100], confirm_text=text[:300],
        danger=entry.action == "undo",
    )  # fmt: skip
