"""Reading is guarded too: who asks for a diagnosis must be able to read logs there, because logs are posted.

Alerts ask nobody: where they go is the operator's choice (ALERT_CHANNEL, CHANNEL_ROUTES).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.access import Deny
from bot.cluster.access import Review, Right
from bot.errors import BotError
from diagnostics.snapshot import Unread

if TYPE_CHECKING:
    from bot.access import Identity
    from bot.cluster.access import Reviewer
    from bot.identities import Identities
    from diagnostics.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Reading:
    """What may be shown: the snapshot, without the logs of namespaces that the person may not read.

    ``refusal`` is set when nothing may be shown, ``note`` is to be said beside the answer.
    """

    snapshot: Snapshot
    refusal: str = ""
    note: str = ""


class ReadGuard:
    """Holds who asks against the cluster's RBAC. ``mode`` is READ_GUARD: enforce, warn or off."""

    def __init__(self, mode: str, identities: Identities, reviewer: Reviewer) -> None:
        self._mode = mode
        self._identities = identities
        self._reviewer = reviewer

    async def read(self, user: str, snapshot: Snapshot) -> Reading:
        """Return what the person may be shown; any doubt is a no. ``user`` is empty when nobody asked."""
        if self._mode == "off" or not user:
            return Reading(snapshot)
        try:
            decision = await self._identities.of(user, fresh=False)
        except BotError as error:
            decision = Deny(str(error))
        if isinstance(decision, Deny):
            return self._missing(snapshot, decision.reason)
        home = snapshot.target.namespace
        review = await self._review(decision.identity, home)
        if not review.allowed:
            return self._missing(snapshot, f"{review.reason}. Check: {review.check}")
        refused = {}
        for namespace in sorted({log.namespace for log in snapshot.logs} - {home}):
            other = await self._review(decision.identity, namespace)
            if not other.allowed:
                refused[namespace] = other.reason
        return self._without(snapshot, refused)

    async def _review(self, identity: Identity, namespace: str) -> Review:
        return await self._reviewer.may(
            identity, Right(verb="get", resource="pods", subresource="log", namespace=namespace)
        )

    def _missing(self, snapshot: Snapshot, reason: str) -> Reading:
        if self._mode == "enforce":
            return Reading(snapshot, refusal=f"I may not show you this (READ_GUARD): {reason}")
        return Reading(snapshot, note=f"Who asked could not have read this: {reason}.")

    def _without(self, snapshot: Snapshot, refused: dict[str, str]) -> Reading:
        if not refused:
            return Reading(snapshot)
        if self._mode == "warn":
            return Reading(snapshot, note=f"Who asked could not have read all of this: {'; '.join(refused.values())}.")
        hidden = tuple(
            Unread(what=f"logs in namespace {namespace}", why=f"hidden from who asked: {reason}")
            for namespace, reason in refused.items()
        )
        logs = tuple(log for log in snapshot.logs if log.namespace not in refused)
        return Reading(replace(snapshot, logs=logs, unread=(*snapshot.unread, *hidden)))
