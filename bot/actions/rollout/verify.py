"""Whether a change whose answer was lost went through: read from the object until it is known. Nothing is sent again.

The change is guarded by the resourceVersion that was read before it, and bears our field manager. So the object itself
tells: our new entry in managedFields says that it went through; another resourceVersion without it, that it cannot any
more. Only an object that nobody has touched says nothing yet: the request may still be on its way.
"""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.actions.rollout.templates import same_template, template_of
from bot.actions.rollout.writers import entry_of, last_template_write, last_write
from bot.cluster.actuator import FIELD_MANAGER
from bot.cluster.errors import ClusterError
from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.actions.rollout.plan import Plan, Wanted
    from bot.cluster.live import Live, LiveWorkload
    from diagnostics.snapshot import Object

IN_FLIGHT_S = 60.0
"""Seconds after which the API server has ended a request, whatever came of it (kube-apiserver --request-timeout)."""

PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Pauses between looks; the last one stays."""

WITHIN_S = 1800.0
"""Seconds after which looking ends without an answer: the API server was away all the time."""

CLOCKS_S = 60.0
"""How far the database's clock and the cluster's may be apart, and managedFields' whole seconds."""


class Went(enum.Enum):
    """What the object tells of the change."""

    THROUGH = "through"
    NOT = "not"
    UNDECIDED = "undecided"  # nobody has touched the object yet
    UNKNOWABLE = "unknowable"  # it is gone, or was written over: no look will tell any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What is known of the change that was sent.

    ``before`` and ``template`` are empty when the process that sent it is gone; then ``since`` (seconds since the
    epoch, by the database's clock) is when it was claimed.
    """

    wanted: Wanted
    uid: str
    generation: int
    before: Object | None = None
    template: Object | None = None
    since: float = 0.0

    @classmethod
    def of(cls, wanted: Wanted, made: Plan) -> Sent:
        """Return what a plan sends."""
        generation = fields.whole(made.before, "metadata", "generation") or 0
        return cls(
            wanted=wanted,
            uid=fields.uid(made.before),
            generation=generation,
            before=made.before,
            template=made.template,
        )

    def __str__(self) -> str:
        """Return ``deployment production/api``."""
        return str(self.wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What came of it, as the end of a sentence; ``after`` and ``generation`` are the workload's when it went through.

    ``generation`` is the one that our change made: a later one belongs to somebody who changed it since.
    """

    went: Went
    sentence: str
    after: Object | None = None
    generation: int = 0


def judge(sent: Sent, found: LiveWorkload | None, *, overdue: bool) -> Judgement:
    """Say what the workload tells. ``overdue``: the API server has ended the request by now, come of it what may."""
    if found is None:
        return Judgement(went=Went.UNKNOWABLE, sentence=f"{sent} does not exist any more")
    workload = found.object
    if fields.uid(workload) != sent.uid:
        return Judgement(went=Went.UNKNOWABLE, sentence=f"{sent} was deleted and made anew since")
    if not _is_ours(sent, workload):
        return _without_ours(sent, workload, overdue=overdue)
    if _stands(sent, workload):
        return Judgement(went=Went.THROUGH, sentence="", after=workload, generation=_generation(workload))
    since = f"changed again by {_writer(workload)} since"
    return Judgement(went=Went.THROUGH, sentence=since, after=workload, generation=sent.generation + 1)


def _without_ours(sent: Sent, workload: Object, *, overdue: bool) -> Judgement:
    """Say what it means that the workload does not bear our change."""
    if _generation(workload) == sent.generation:
        if sent.before is not None and _version(workload) == _version(sent.before) and not overdue:
            return Judgement(went=Went.UNDECIDED, sentence="it is not changed so far, but may still be")
        return Judgement(went=Went.NOT, sentence="it was not changed")
    changed = f"{_writer(workload)} changed it since"
    if _generation(workload) == sent.generation + 1:
        return Judgement(went=Went.NOT, sentence=f"it was not changed by me; {changed}")
    return Judgement(went=Went.UNKNOWABLE, sentence=f"{changed}; whether my change was there before does not show")


async def find_out(sent: Sent, *, live: Live, unknown: Callable[[str], Awaitable[None]], sent_at: float) -> Judgement:
    """Look until it is known; never raises a ``ClusterError``. ``sent_at`` is on the event loop's clock.

    ``unknown`` is awaited once, with the reason, when the first look does not tell.
    """
    clock = asyncio.get_running_loop().time
    tries, why = 0, ""
    while True:
        try:
            found = await live.workload(sent.wanted.kind, sent.wanted.namespace, sent.wanted.name)
        except ClusterError as error:
            why = str(error)
        else:
            judgement = judge(sent, found, overdue=clock() - sent_at >= IN_FLIGHT_S)
            if judgement.went is not Went.UNDECIDED:
                return judgement
            why = judgement.sentence
        if clock() - sent_at >= WITHIN_S:
            return Judgement(went=Went.UNKNOWABLE, sentence=f"it could not be read for {WITHIN_S / 60:.0f} min: {why}")
        if tries == 0:
            await unknown(why)
        await asyncio.sleep(PAUSES_S[min(tries, len(PAUSES_S) - 1)])
        tries += 1


def _is_ours(sent: Sent, workload: Object) -> bool:
    """Whether the object bears our change, or once did."""
    if _generation(workload) <= sent.generation:
        return False
    entry = entry_of(workload, FIELD_MANAGER)
    if sent.before is None:
        at = fields.time(entry, "time")
        apart_s = CLOCKS_S if _stands(sent, workload) else 0.0
        return at is not None and at.timestamp() >= sent.since - apart_s
    if entry and entry != entry_of(sent.before, FIELD_MANAGER):
        return True
    # Where nobody keeps that record, what the workload asks for is all there is; and within one second the entry may
    # look as it did before.
    kept = bool(fields.items(workload, "metadata", "managedFields"))
    return _stands(sent, workload) and (not kept or last_template_write(workload)[0] == FIELD_MANAGER)


def _stands(sent: Sent, workload: Object) -> bool:
    """Whether the workload still asks for what our change asked for."""
    if sent.template is None:
        return last_template_write(workload)[0] == FIELD_MANAGER
    return same_template(template_of(workload), sent.template)


def _generation(workload: Object) -> int:
    return fields.whole(workload, "metadata", "generation") or 0


def _writer(workload: Object) -> str:
    return last_write(workload)[0] or "somebody else"


def _version(workload: Object) -> str:
    return fields.text(workload, "metadata", "resourceVersion")
