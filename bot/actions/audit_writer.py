"""What of a press goes into the audit trail, the log, and the workload's own events."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from bot.actions.labels import label
from bot.cluster.actuator import Done
from bot.cluster.resources import RESOURCES
from bot.model.audit import Entry
from bot.model.errors import BotError
from diagnostics import fields

if TYPE_CHECKING:
    from bot.actions.authorization import Authorized
    from bot.actions.clicks import Click, Denied
    from bot.actions.rollout import Outcome
    from bot.cluster.actuator import Actuator
    from bot.model.audit import Row
    from bot.model.offer import OfferRecord
    from bot.store import Store

_log = structlog.get_logger(__name__)

COMPONENT = "crashloop"
MESSAGE = 1000
"""Characters of an Event's message (apimachinery allows 1024)."""


class AuditWriter:
    """Writes things down. The log line of each entry carries its hash: proof outside of the database.

    ``cluster`` is which of several it writes of; empty where there is one.
    """

    def __init__(self, store: Store, actuator: Actuator, cluster: str = "") -> None:
        self._store = store
        self._cluster = cluster
        self._actuator = actuator

    async def denied(self, click: Click, denied: Denied) -> None:
        """Keep that a press went no further. Never raises: it changes nothing for who waits."""
        offer = await self._quietly(self._store.offers.get(click.offer_id))
        entry = _entry(denied.event, offer, click, outcome=denied.because)
        await self._quietly(self.append(entry))

    async def authorized(self, event: str, click: Click, offer: OfferRecord, authorized: Authorized) -> None:
        """Keep that a press was let through. Raises ``Temporary``: what cannot be kept is not done."""
        entry = _entry(
            event, offer, click,
            kubernetes_user=authorized.identity.user,
            kubernetes_groups=authorized.identity.groups,
            acted_as=authorized.as_user.user if authorized.as_user else "",
            review=authorized.review,
            reason=offer.reason or click.reason,
        )  # fmt: skip
        await self.append(entry)

    async def ended(
        self, event: str, offer: OfferRecord, sentence: str, result: Outcome | None = None, after: int | None = None
    ) -> str:
        """Keep what came of it; returns the entry's hash, empty when it could not be kept. Never raises."""
        before = result.plan.before if result is not None and result.plan is not None else None
        entry = _entry(
            event, offer, None,
            outcome=sentence,
            revision_before=result.plan.from_revision if result is not None and result.plan is not None else None,
            revision_after=after,
            version_before=fields.text(before, "metadata", "resourceVersion"),
            version_after=fields.text(result.after, "metadata", "resourceVersion") if result is not None else "",
            generation_before=offer.generation,
            generation_after=result.generation if result is not None else 0,
        )  # fmt: skip
        row = await self._quietly(self.append(entry))
        return row.hash if row is not None else ""

    async def append(self, entry: Entry) -> Row:
        """Append an entry, and say so in the log."""
        row = await self._store.audit.append(replace(entry, cluster=self._cluster))
        _log.info("audit", seq=row.seq, hash=row.hash, entry=row.read())
        return row

    async def event(self, offer: OfferRecord, workload: Any, sentence: str, proof: str) -> None:
        """Record an Event on the workload, for ``kubectl describe``. Without the right to, it is left out."""
        result = await self._actuator.record(
            offer.namespace, event_of(offer, workload, sentence, proof, datetime.now(UTC))
        )
        if not isinstance(result, Done):
            _log.warning("press.no_event", offer=offer.id, why=result.sentence)

    @staticmethod
    async def _quietly(work: Any) -> Any:
        try:
            return await work
        except BotError as error:
            _log.error("audit.lost", error=str(error))
            return None


def event_of(offer: OfferRecord, workload: Any, sentence: str, proof: str, now: datetime) -> dict[str, Any]:
    """Return the core/v1 Event of a change."""
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    who = f" asked for by {offer.claimed_as}" if offer.claimed_as else ""
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": f"{offer.name[:200]}.{secrets.token_hex(8)}",
            "namespace": offer.namespace,
            "annotations": {"crashloop/audit-hash": proof} if proof else {},
        },
        "involvedObject": {
            "apiVersion": RESOURCES[offer.kind].api_version,
            "kind": offer.kind,
            "namespace": offer.namespace,
            "name": offer.name,
            "uid": fields.uid(workload) or offer.uid,
            "resourceVersion": fields.text(workload, "metadata", "resourceVersion"),
        },
        "reason": "CrashloopUndo" if offer.action == "undo" else "CrashloopRestart",
        "message": f"{label(offer)}{who}: {sentence}"[:MESSAGE],
        "type": "Normal",
        "source": {"component": COMPONENT},
        "reportingComponent": COMPONENT,
        "reportingInstance": COMPONENT,
        "firstTimestamp": stamp,
        "lastTimestamp": stamp,
        "count": 1,
    }


def _entry(event: str, offer: OfferRecord | None, click: Click | None, **more: Any) -> Entry:
    known: dict[str, Any] = {"at": "", "event": event, "offer": click.offer_id[:64] if click else ""}
    if offer is not None:
        known |= {
            "offer": offer.id, "action": offer.action, "target": offer.target, "uid": offer.uid,
            "slack_user": offer.proposed_by or offer.claimed_by, "slack_team": offer.team, "channel": offer.channel,
            "kubernetes_user": offer.claimed_as, "reason": offer.reason,
            "second": offer.claimed_by if offer.proposed_by else "",
        }  # fmt: skip
    if click is not None:
        first = offer.proposed_by if offer is not None and event == "claimed" else ""
        known |= {
            "action": known.get("action") or click.action, "slack_user": first or click.user,
            "slack_team": click.team, "channel": click.channel, "second": click.user if first else "",
        }  # fmt: skip
    return Entry(**known | more)
