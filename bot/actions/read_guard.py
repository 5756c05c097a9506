"""Reading is guarded too: who asks for a diagnosis must be able to read logs there, because logs are posted.

Alerts ask nobody: where they go is the operator's choice (ALERT_CHANNEL, CHANNEL_ROUTES).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cluster.access import Right
from bot.cluster.errors import Forbidden
from bot.model.errors import BotError
from bot.model.policy import Deny
from diagnostics.snapshot import Unread

if TYPE_CHECKING:
    from bot.actions.identities import Identities
    from bot.cluster.access import Reviewer
    from bot.model.policy import Allow
    from diagnostics.snapshot import Snapshot


class ReadGuard:
    """Holds who asks against the cluster's RBAC. ``mode`` is READ_GUARD: enforce, warn or off."""

    def __init__(self, mode: str, identities: Identities, reviewer: Reviewer) -> None:
        self._mode = mode
        self._identities = identities
        self._reviewer = reviewer

    async def read(self, user: str, snapshot: Snapshot) -> Snapshot:
        """Return what the person may be shown; any doubt is a no. ``user`` is empty when nobody asked.

        Logs of other namespaces that the person may not read are left out, and that is said. Raises ``Forbidden``
        when the person may not read the logs of the target's own namespace.
        """
        if self._mode == "off" or not user:
            return snapshot
        try:
            decision = await self._identities.of(user, fresh=False)
        except BotError as error:
            decision = Deny(str(error))
        home = snapshot.target.namespace
        refused = {}
        for namespace in dict.fromkeys((home, *sorted({log.namespace for log in snapshot.logs}))):
            if reason := await self._refused(decision, namespace):
                refused[namespace] = reason
        if not refused:
            return snapshot
        if self._mode == "warn":
            return _with_unread(snapshot, refused, "logs as who asked, in namespace")
        if home in refused:
            raise Forbidden(f"I may not show you this (READ_GUARD): {refused[home]}")
        readable = tuple(log for log in snapshot.logs if log.namespace not in refused)
        return _with_unread(replace(snapshot, logs=readable), refused, "logs for who asked, in namespace")

    async def _refused(self, decision: Allow | Deny, namespace: str) -> str:
        """Return why the person may not read logs there, with how to check it; empty when they may."""
        if isinstance(decision, Deny):
            return decision.reason
        right = Right(verb="get", resource="pods", subresource="log", namespace=namespace)
        review = await self._reviewer.may(decision.identity, right)
        return "" if review.allowed else f"{review.reason}; check it: {review.check}"


def _with_unread(snapshot: Snapshot, refused: dict[str, str], what: str) -> Snapshot:
    added = tuple(Unread(what=f"{what} {namespace}", why=reason) for namespace, reason in refused.items())
    return replace(snapshot, unread=(*snapshot.unread, *added))
