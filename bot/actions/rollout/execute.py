"""Executing a plan, once: look again, compare with what was shown, dry-run, change, and say what came of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.actions.rollout.plan import Plan, Refusal, plan
from bot.actions.rollout.templates import current_number, same_template, template_of
from bot.cluster.actuator import Conflict, Refused, Unclear
from bot.cluster.errors import ClusterError
from bot.render.words import span
from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.actions.rollout.plan import Wanted
    from bot.cluster.access import Identified
    from bot.cluster.actuator import Actuator, Result
    from bot.cluster.live import Live, LiveWorkload
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
    as_user: Identified | None = None,
    held: Callable[[], Awaitable[bool]] | None = None,
) -> Outcome:
    """Do what was pressed, if the workload is still what was shown. Never raises a ``ClusterError``.

    A conflict leads to another look: when uid and generation are still those that were shown, only the status moved,
    and the plan is made anew from the new reading; anything else ends it. A change without an answer is never sent
    again: the workload is read to find out whether it happened. ``held`` says, right before the change, whether this
    is still ours to do: a process that was stopped for a while must not wake up and change what others gave up.
    """
    for _ in range(ATTEMPTS):
        try:
            found = await live.workload(wanted.kind, wanted.namespace, wanted.name)
        except ClusterError as error:
            return Outcome(state=State.REFUSED, sentence=f"nothing was changed: {error}")
        said = f"{wanted} does not exist any more" if found is None else stale(wanted, found, now)
        if found is None or said:
            return Outcome(state=State.STALE, sentence=said)
        made = plan(wanted, found, now)
        if isinstance(made, Refusal):
            return Outcome(state=State.REFUSED, sentence=made.sentence)
        outcome = await _attempt(wanted, made, live, actuator, as_user, held)
        if outcome is not None:
            return outcome
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


def last_write(workload: Object) -> tuple[str, datetime | None]:
    """Return which manager wrote the workload itself last (not its status), and when; empty when it is not known."""
    entries = [entry for entry in fields.items(workload, "metadata", "managedFields") if not entry.get("subresource")]
    last = max(entries, key=lambda entry: fields.text(entry, "time"), default=None)
    return ("", None) if last is None else (fields.text(last, "manager"), fields.time(last, "time"))


def _sentence(wanted: Wanted, made: Plan) -> str:
    if made.action == "restart":
        said = f"{wanted} is restarting"
    else:
        before = f" from revision {made.from_revision}" if made.from_revision is not None else ""
        said = f"{wanted} goes back{before} to revision {made.to_revision}"
    deleted = ", ".join(name for name, _ in made.delete_pods)
    return f"{said}; deleted because its controller would wait for it: {deleted}" if deleted else said
