"""Executing a plan, once: look again, compare with what was shown, dry-run, change, and say what came of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.actions.rollout.plan import Plan, Refusal, names_to_delete
from bot.actions.rollout.prepare import Ready, Stale, prepare
from bot.actions.rollout.templates import same_template, template_of
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
    UNCLEAR = "unclear"  # no answer came, and looking again did not settle it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it, in one sentence; ``plan`` and ``after`` when there was a change."""

    state: State
    sentence: str
    plan: Plan | None = None
    after: Object | None = None

    @property
    def generation(self) -> int:
        """The workload's generation after the change; 0 when there was none."""
        return fields.whole(self.after, "metadata", "generation") or 0


async def execute(
    wanted: Wanted,
    *,
    live: Live,
    actuator: Actuator,
    now: datetime,
    prepared: Prepared | None = None,
    as_user: Identified | None = None,
    held: Callable[[], Awaitable[bool]] | None = None,
) -> Outcome:
    """Do what was pressed, if the workload is still what was shown. Never raises a ``ClusterError``.

    ``prepared`` is the plan for which the person was let through; without it one is made. A conflict leads to another
    look: when uid and generation are still those that were shown, only the status moved, and the plan is made anew
    from the new reading; anything else ends it. A change without an answer is never sent again: the workload is read
    to find out whether it happened. ``held`` says, right before the change, whether this is still ours to do: a process
    that was stopped for a while must not wake up and change what others gave up.
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
        outcome = await _attempt(wanted, made, live, actuator, as_user, held)
        if outcome is not None:
            return outcome
        prepared = None
    return Outcome(state=State.STALE, sentence=f"{wanted} keeps changing; look again")


async def _attempt(
    wanted: Wanted,
    made: Plan,
    live: Live,
    actuator: Actuator,
    as_user: Identified | None,
    held: Callable[[], Awaitable[bool]] | None,
) -> Outcome | None:
    """Send the change; None when the object moved between the look and the change."""
    result = await _changed(made, actuator, as_user, held)
    if isinstance(result, Conflict):
        return None
    if isinstance(result, Refused):
        return Outcome(state=State.REFUSED, sentence=result.sentence)
    if isinstance(result, Unclear):
        outcome = await _settled(wanted, made, live, result)
    else:
        outcome = Outcome(state=State.CHANGED, sentence=_sentence(wanted, made), plan=made, after=result.object)
    if outcome.state is State.CHANGED:
        await _free_stuck_pods(made, actuator, as_user)
    return outcome


async def _changed(
    made: Plan, actuator: Actuator, as_user: Identified | None, held: Callable[[], Awaitable[bool]] | None
) -> Result:
    tried = await actuator.patch(made.before, made.operations, dry_run=True, as_user=as_user)
    if isinstance(tried, Unclear):
        return Refused(f"nothing was changed: the dry run failed: {tried.sentence}")
    # A webhook with side effects makes dry runs impossible, not the change: the cluster checks it all the same.
    if isinstance(tried, Conflict) or (isinstance(tried, Refused) and not tried.dry_run_unsupported):
        return tried
    if held is not None and not await held():
        return Refused("nothing was changed: it took so long that somebody else answered for it")
    return await actuator.patch(made.before, made.operations, dry_run=False, as_user=as_user)


async def _free_stuck_pods(made: Plan, actuator: Actuator, as_user: Identified | None) -> None:
    """Delete the pods that would block the rollout. A refusal is no failure: following the rollout shows it."""
    for name, uid in made.delete_pods:
        await actuator.delete_pod(fields.namespace(made.before), name, uid, as_user=as_user)


async def _settled(wanted: Wanted, made: Plan, live: Live, result: Unclear) -> Outcome:
    """Look whether a change without an answer happened."""
    try:
        found = await live.workload(wanted.kind, wanted.namespace, wanted.name)
    except ClusterError:
        found = None
    if found is None:
        return Outcome(
            state=State.UNCLEAR, sentence=f"it may or may not have been changed: {result.sentence}", plan=made
        )
    if same_template(template_of(found.object), made.template):
        return Outcome(state=State.CHANGED, sentence=_sentence(wanted, made), plan=made, after=found.object)
    return Outcome(state=State.UNCLEAR, sentence=f"it was not changed so far: {result.sentence}", plan=made)


def _sentence(wanted: Wanted, made: Plan) -> str:
    if made.action == "restart":
        sentence = f"{wanted} is restarting"
    else:
        before = f" from revision {made.from_revision}" if made.from_revision is not None else ""
        sentence = f"{wanted} goes back{before} to revision {made.to_revision}"
    deleted = ", ".join(names_to_delete(made))
    return f"{sentence}; deleted because its controller would wait for it: {deleted}" if deleted else sentence
