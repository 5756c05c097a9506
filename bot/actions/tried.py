"""Which earlier press an offer repeats: one that did the same to the workload, and did not hold. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.actions.labels import did, people
from bot.actions.rollout.templates import number_of
from bot.actions.rollout.writers import last_template_write
from bot.cluster.actuator import FIELD_MANAGER
from bot.model.offer import OfferState
from bot.render import outcomes
from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cluster.live import LiveWorkload
    from bot.model.offer import OfferRecord
    from diagnostics.snapshot import Object

TRIED_S = 24 * 3600.0
"""For how long a press that did not hold speaks against the same one: as long as an incident takes in its relapses."""

HISTORY = "deployment.kubernetes.io/revision-history"
"""The numbers that a ReplicaSet had before its newest one, which undos gave it (``pkg/controller/deployment/util``)."""


def tried(offer: OfferRecord, acts: Sequence[OfferRecord], revisions: Sequence[Object] = ()) -> OfferRecord | None:
    """Return the newest of ``acts`` that did what the offer would do, and did not hold; None where none is known.

    ``acts`` are what was sent to the workload, the newest first; its ``revisions`` tell which numbers they had before.
    """
    numbers = _numbers(revisions, offer.revision)
    return next((act for act in acts if act.id != offer.id and _failed(act) and _same(act, offer, numbers)), None)


def told(act: OfferRecord, live: LiveWorkload) -> str:
    """Return what was tried, when, by whom, and what came of it, as mrkdwn; and who wrote the template since."""
    writer, at = last_template_write(live.object)
    since = at.timestamp() if at is not None else 0.0
    anew = (writer, since) if writer != FIELD_MANAGER and since > act.claimed_at else ("", 0.0)
    return outcomes.tried(did(act), act.claimed_at, act.outcome, anew=anew, **people(act))


def _failed(act: OfferRecord) -> bool:
    return act.state is OfferState.UNHELPFUL


def _same(act: OfferRecord, offer: OfferRecord, numbers: frozenset[int | None]) -> bool:
    if (act.action, act.workload) != (offer.action, offer.workload):
        return False
    if act.action != "undo":
        return True
    # A number means the same in one and the same object alone; a version does in whatever bears the name.
    return (bool(act.version) and act.version == offer.version) or (act.uid == offer.uid and act.revision in numbers)


def _numbers(revisions: Sequence[Object], revision: int | None) -> frozenset[int | None]:
    """Return all numbers that a revision has or had."""
    found: set[int | None] = {revision}
    for item in revisions:
        if number_of(item) == revision:
            told = fields.text(item, "metadata", "annotations", HISTORY)
            found |= {int(part) for part in told.split(",") if part.isascii() and part.isdecimal() and len(part) < 10}
    return frozenset(found)
