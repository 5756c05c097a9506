"""Pure: an offered action (a button), its states and allowed moves.

The button carries nothing but an opaque id. What it does, on what, seen in which state, stands here, on the server:
a tampered value, another channel or a replay finds nothing.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.objects import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Mapping


class OfferState(enum.StrEnum):
    """Where an offer stands. Every move is a compare-and-set in the store."""

    OFFERED = "offered"
    PROPOSED = "proposed"  # one person wants it; in a protected namespace another one must agree
    CLAIMED = "claimed"  # somebody pressed, and may
    RUNNING = "running"  # the change is being made or watched
    DONE = "done"  # changed, and it held
    UNHELPFUL = "unhelpful"  # changed, and it does not run well all the same
    UNKNOWN = "unknown"  # sent, and whether it was changed, or how it went, could not be found out
    FAILED = "failed"  # nothing was changed by it
    EXPIRED = "expired"
    SUPERSEDED = "superseded"  # a newer answer offers anew


OPEN = frozenset({OfferState.OFFERED, OfferState.PROPOSED})
"""Nobody has taken it yet: it can expire, and a newer answer takes its place."""

SENT = frozenset({OfferState.RUNNING, OfferState.DONE, OfferState.UNHELPFUL, OfferState.UNKNOWN})
"""Its change was sent, or is about to be: its pods are not those that the incident began with."""

OUTCOMES = frozenset({
    OfferState.DONE, OfferState.UNHELPFUL, OfferState.UNKNOWN, OfferState.FAILED, OfferState.SUPERSEDED
})  # fmt: skip
"""What can come of a press."""

MOVES: Mapping[OfferState, frozenset[OfferState]] = {
    OfferState.OFFERED: frozenset({OfferState.PROPOSED, OfferState.CLAIMED, OfferState.EXPIRED, OfferState.SUPERSEDED}),
    OfferState.PROPOSED: frozenset({OfferState.CLAIMED, OfferState.EXPIRED, OfferState.SUPERSEDED}),
    OfferState.CLAIMED: frozenset({OfferState.RUNNING, OfferState.FAILED, OfferState.SUPERSEDED}),
    # Superseded while it ran: it turned out before anything was changed that the workload is not what was shown.
    OfferState.RUNNING: frozenset(
        {OfferState.DONE, OfferState.UNHELPFUL, OfferState.UNKNOWN, OfferState.FAILED, OfferState.SUPERSEDED}
    ),
    # What seemed to have held fails again while it is still watched.
    OfferState.DONE: frozenset({OfferState.UNHELPFUL}),
    OfferState.UNHELPFUL: frozenset(),
    OfferState.UNKNOWN: frozenset(),
    OfferState.FAILED: frozenset(),
    OfferState.EXPIRED: frozenset(),
    OfferState.SUPERSEDED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRecord:
    """One offer, with the state of the workload that the reader saw when it was made.

    ``revision`` is what an undo goes back to; ``generation`` and ``uid`` are the workload's own. ``claimed_by`` and
    ``proposed_by`` are Slack users, ``claimed_as`` and ``proposed_as`` who they are to Kubernetes; ``shown`` is the
    answer with its buttons, as JSON. ``version`` is the image's tag that an undo brings back, where that alone tells
    the revisions' images apart.
    """

    id: str
    incident_id: str
    action: str
    state: OfferState
    kind: str
    namespace: str
    name: str
    uid: str = ""
    generation: int = 0
    revision: int | None = None
    channel: str = ""
    message_ts: str = ""
    team: str = ""
    expires_at: float = 0.0
    claimed_by: str = ""
    claimed_at: float = 0.0
    outcome: str = ""
    reason: str = ""
    claimed_as: str = ""
    proposed_by: str = ""
    proposed_as: str = ""
    shown: str = ""
    version: str = ""
    cluster: str = ""
    """Which of several clusters it would act in; empty where there is one."""

    @property
    def workload(self) -> ObjectRef:
        """What it would act on."""
        return ObjectRef(kind=self.kind, namespace=self.namespace, name=self.name)

    @property
    def target(self) -> str:
        """The workload as a person writes it: ``production/deployment/api``."""
        return f"{self.namespace}/{self.kind.lower()}/{self.name}"
