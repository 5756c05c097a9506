"""Executing a plan, once: look again, compare with what was shown, dry-run, change, and know what came of it."""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.actions.rollout.plan import Plan, Refusal, names_to_delete
from bot.actions.rollout.prepare import Ready, Stale, prepare
from bot.actions.rollout.verify import Sent, Went, find_out
from bot.cluster.actuator import Conflict, Refused, Unclear
from bot.cluster.errors import ClusterError
from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.actions.rollout.plan import Wanted
    from bot.actions.rollout.prepare import Prepared
    from bot.cluster.access import Identified
    from bot.cluster.actuator import Actuator, Result
    from bot.cluster.live import Live
    from diagnostics.snapshot import Object

ATTEMPTS = 3
"""How often it is tried when only the status of the workload moved between the reading and the change."""


class State(enum.StrEnum):
    """What came of it."""

    CHANGED = "changed"
    STALE = "stale"  # nothing happened: it is not what was shown any more
    REFUSED = "refused"  # nothing happened: the plan or the cluster says no
    UNCLEAR = "unclear"  # no answer came, and looking again cannot tell any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it, in one sentence; ``plan`` and ``after`` when there was a change."""

    state: State
    sentence: str
    plan: Plan | None = None
    after: Object | None = None
    generation: int = 0
    """The workload's generation that the change made; 0 when there was none."""

    @classmethod
    def changed(cls, sentence: str, plan: Plan | None, after: Object, generation: int | None = None) -> Outcome:
        """Return the outcome of a change, ``generation`` being that of ``after`` where it is not said."""
        made = fields.whole(after, "metadata", "generation") if generation is None else generation
        return cls(state=State.CHANGED, sentence=sentence, plan=plan, after=after, generation=made or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What ``execute`` asks of its caller, and what it tells it, while it runs.

    ``held`` says, right before the change, whether this is still ours to do: a process that was stopped for a while
    must not wake up and change what others gave up. ``unknown`` hears once, with the reason, that the answer to the
    change was lost and the first look did not tell.
    """

    held: Callable[[], Awaitable[bool]]
    unknown: Callable[[str], Awaitable[None]]


async def _always() -> bool:
    return True


async def _unheard(_why: str) -> None:
    pass


ALONE = Caller(held=_always, unknown=_unheard)
"""Nobody else answers for it, and nobody waits for word."""


async def execute(
    wanted: Wanted,
    *,
    live: Live,
    actuator: Actuator,
    now: datetime,
    prepared: Prepared | None = None,
    as_user: Identified | None = None,
    caller: Caller = ALONE,
) -> Outcome:
    """Do what was pressed, if the workload is still what was shown. Never raises a ``ClusterError``.

    ``prepared`` is the plan for which the person was let through; without it one is made. A conflict leads to another
    look: when uid and generation are still those that were shown, only the status moved, and the plan is made anew
    from the new reading; anything else ends it. A change without an answer is never sent again: the workload is read
    until it is known whether it happened.
    """
    # Who was let through was let through for these: a pod that broke since is another deletion.
    deletable = names_to_delete(prepared.plan) if isinstance(prepared, Ready) else None
    # A plan that was handed on may be some seconds old, so that it costs no attempt.
    for _ in range(ATTEMPTS + (prepared is not None)):
        if prepared is None:
            try:
                prepared = await prepare(wanted, live, now)
            except ClusterError as error:
                return Outcome(state=State.REFUSED, sentence=f"nothing was changed: {error}")
        if isinstance(prepared, Stale):
            return Outcome(state=State.STALE, sentence=prepared.sentence)
        if isinstance(prepared, Refusal):
            return Outcome(state=State.REFUSED, sentence=prepared.sentence)
        made = prepared.plan
        if deletable is not None:
            made = replace(made, delete_pods=tuple(pod for pod in made.delete_pods if pod[0] in deletable))
        outcome = await _attempt(wanted, made, live, actuator, as_user, caller)
        if outcome is not None:
            return outcome
        prepared = None
    return Outcome(state=State.STALE, sentence=f"{wanted} keeps changing; look again")


async def _attempt(
    wanted: Wanted, made: Plan, live: Live, actuator: Actuator, as_user: Identified | None, caller: Caller
) -> Outcome | None:
    """Send the change; None when the object moved between the look and the change."""
    result = await _dry(made, actuator, as_user, caller)
    sent_at = asyncio.get_running_loop().time()
    if result is None:
        result = await actuator.patch(made.before, made.operations, dry_run=False, as_user=as_user)
    if isinstance(result, Conflict):
        return None
    if isinstance(result, Refused):
        return Outcome(state=State.REFUSED, sentence=result.sentence)
    if isinstance(result, Unclear):
        outcome = await _found_out(wanted, made, live, result, sent_at, caller)
    else:
        outcome = Outcome.changed(_sentence(wanted, made), made, result.object)
    if outcome.state is State.CHANGED:
        await _free_stuck_pods(made, actuator, as_user)
    return outcome


async def _dry(made: Plan, actuator: Actuator, as_user: Identified | None, caller: Caller) -> Result | None:
    """Try it without changing anything. None when the change itself may be sent."""
    tried = await actuator.patch(made.before, made.operations, dry_run=True, as_user=as_user)
    if isinstance(tried, Unclear):
        return Refused(f"nothing was changed: the dry run failed: {tried.sentence}")
    # A webhook with side effects makes dry runs impossible, not the change: the cluster checks it all the same.
    if isinstance(tried, Conflict) or (isinstance(tried, Refused) and not tried.dry_run_unsupported):
        return tried
    if not await caller.held():
        return Refused("nothing was changed: it took so long that somebody else answered for it")
    return None


async def _free_stuck_pods(made: Plan, actuator: Actuator, as_user: Identified | None) -> None:
    """Delete the pods that would block the rollout. A refusal is no failure: following the rollout shows it."""
    for name, uid in made.delete_pods:
        await actuator.delete_pod(fields.namespace(made.before), name, uid, as_user=as_user)


async def _found_out(
    wanted: Wanted, made: Plan, live: Live, result: Unclear, sent_at: float, caller: Caller
) -> Outcome:  # fmt: skip
    """Find out whether a change without an answer happened."""

    async def unknown(why: str) -> None:
        await caller.unknown(f"no answer came ({result.sentence}), and a look does not tell yet: {why}")

    judged = await find_out(Sent.of(wanted, made), live=live, unknown=unknown, sent_at=sent_at)
    if judged.went is Went.THROUGH and judged.after is not None:
        since = f"; {judged.sentence}" if judged.sentence else ""
        return Outcome.changed(f"{_sentence(wanted, made)}{since}", made, judged.after, judged.generation)
    if judged.went is Went.NOT:
        return Outcome(state=State.REFUSED, sentence=f"{judged.sentence}: {result.sentence}", plan=made)
    return Outcome(state=State.UNCLEAR, sentence=f"{judged.sentence}; no answer came: {result.sentence}", plan=made)


def _sentence(wanted: Wanted, made: Plan) -> str:
    if made.action == "restart":
        sentence = f"{wanted} is restarting"
    else:
        before = f" from {made.source}" if made.source else ""
        sentence = f"{wanted} goes back{before} to revision {made.to_revision}"
    deleted = ", ".join(names_to_delete(made))
    return f"{sentence}; deleted because its controller would wait for it: {deleted}" if deleted else sentence
