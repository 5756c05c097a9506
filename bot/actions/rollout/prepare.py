"""Looking at the workload before a change: is it what was shown, and what would be done to it now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.actions.rollout.plan import Plan, Refusal, plan
from bot.actions.rollout.templates import current_number
from bot.actions.rollout.writers import last_write
from bot.render.words import span
from diagnostics import fields

if TYPE_CHECKING:
    from datetime import datetime

    from bot.actions.rollout.plan import Wanted
    from bot.cluster.live import Live, LiveWorkload
    from diagnostics.snapshot import Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """It is what was shown, and this is the plan."""

    found: LiveWorkload
    plan: Plan


@dataclass(frozen=True, slots=True)
class Stale:
    """It is not what was shown any more: one sentence."""

    sentence: str


Prepared = Ready | Stale | Refusal
"""What a look at the workload comes to: a plan, or one sentence why there is none."""


async def prepare(wanted: Wanted, live: Live, now: datetime) -> Prepared:
    """Read the workload, compare it with what was shown, and plan. Raises ``ClusterError``."""
    found = await live.workload(wanted.kind, wanted.namespace, wanted.name)
    if found is None:
        return Stale(f"{wanted} does not exist any more")
    if sentence := stale(wanted, found, now):
        return Stale(sentence)
    planned = plan(wanted, found, now)
    return planned if isinstance(planned, Refusal) else Ready(found=found, plan=planned)


def stale(wanted: Wanted, found: LiveWorkload, now: datetime) -> str:
    """Return why the workload is not what was shown any more, or an empty string."""
    if wanted.uid and fields.uid(found.object) != wanted.uid:
        return f"{wanted} was deleted and made anew since you looked"
    generation = fields.whole(found.object, "metadata", "generation") or 0
    if wanted.generation and generation != wanted.generation:
        number = current_number(found)
        revision = f"revision {number}" if number is not None else "it"
        counted = f"generation {wanted.generation} → {generation}"
        return f"{wanted} changed since you looked: {revision}{_last_writer(found.object, now)} ({counted}); look again"
    return ""


def _last_writer(workload: Object, now: datetime) -> str:
    """Say who wrote the spec last, from managedFields: `` by helm 1 min ago``."""
    manager, at = last_write(workload)
    if not manager:
        return ""
    return f" by {manager}" + (f" {span((now - at).total_seconds())} ago" if at is not None else "")
