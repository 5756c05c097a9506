"""Who ended each container instance that the API still knows, and how we know (REFERENCE.md 3).

The order of the questions matters more than any single one: an exit code alone never tells who sent the signal.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.diagnosis import Evidence
from diagnostics.facts.model import Container, EndedBy, Termination
from diagnostics.facts.pods import killings, lifetimes, removals
from diagnostics.facts.pods.killings import PROBES, SLACK_S, Context, grace_s, near
from diagnostics.facts.pods.removals import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnostics.snapshot import Object


def terminations(container: Container, context: Context) -> tuple[Termination, ...]:
    """Return the container's known ends, newest first: ``state.terminated`` before ``lastState.terminated``."""
    found = []
    for place in ("state", "lastState"):
        raw = fields.table(container.status, place, "terminated")
        if raw:
            found.append(_termination(container, place, raw, context))
    return tuple(found)


def _termination(container: Container, place: str, raw: Object, context: Context) -> Termination:
    reason, code = fields.text(raw, "reason"), fields.whole(raw, "exitCode")
    bare = Termination(
        container=container.name,
        field=place,
        exit_code=code,
        reason=reason,
        message=fields.text(raw, "message"),
        started_at=fields.time(raw, "startedAt"),
        finished_at=fields.time(raw, "finishedAt"),
        ended_by=EndedBy.PROGRAM,
        sure=True,
        because=(_own_fields(container, place, raw),),
    )
    for question in QUESTIONS:
        answer = question(container, bare, context)
        if answer is not None:
            return replace(bare, ended_by=answer.by, sure=answer.sure, because=(*bare.because, *answer.because))
    return bare


def _own_fields(container: Container, place: str, raw: Object) -> Evidence:
    pairs = [f"{key}={raw[key]}" for key in ("reason", "exitCode") if isinstance(raw.get(key), (str, int))]
    return Evidence(
        source="pod",
        path=f"{container.status_path}.{place}.terminated",
        quote=" ".join(pairs) or "terminated",
        at=fields.text(raw, "finishedAt"),
    )


def _never_ran(container: Container, end: Termination, context: Context) -> Verdict | None:
    del context
    if end.reason not in ("StartError", "ContainerCannotRun"):
        return None
    quote = Evidence(
        source="pod", path=f"{container.status_path}.{end.field}.terminated.message", quote=end.message, at=""
    )
    if "OOM-killed" in end.message:
        return Verdict(EndedBy.KERNEL_CONTAINER, sure=True, because=(quote,))
    return Verdict(EndedBy.NEVER_RAN, sure=True, because=(quote,) if end.message else ())


def _invented(container: Container, end: Termination, context: Context) -> Verdict | None:
    """Answer for reasons that the kubelet or the runtime write: the container was lost, or reset by a rule."""
    del container
    if end.reason == "RestartingAllContainers":
        found = removals.condition(context.pod, "AllContainersRestarting")
        quotes = (removals.quoted(found),) if found else ()
        return Verdict(EndedBy.RULE, sure=True, because=quotes)
    leaving = removals.leaving(end, context.pod)
    if leaving is not None:
        return leaving
    if end.reason == "ContainerStatusUnknown" or (end.reason == "Unknown" and end.exit_code == 255):
        return Verdict(EndedBy.RUNTIME, sure=True)
    return None


def _memory(container: Container, end: Termination, context: Context) -> Verdict | None:
    if end.reason != "OOMKilled":
        return None
    system = near(context.node_events, end, ("SystemOOM",))
    if system is not None:
        return Verdict(EndedBy.KERNEL_NODE, sure=True, because=(system.evidence(),))
    if end.exit_code != 137:
        # The main process ended otherwise: what sent it away comes first, memory is the second question.
        return killings.told(container, end, context) or Verdict(EndedBy.KERNEL_CHILD, sure=True)
    own = memory_limit(container)
    whole_pod = fields.text(context.pod, "spec", "resources", "limits", "memory")
    if own:
        return Verdict(EndedBy.KERNEL_CONTAINER, sure=True)
    if whole_pod:
        quote = Evidence(source="pod", path="spec.resources.limits", quote=f"memory={whole_pod}")
        return Verdict(EndedBy.KERNEL_POD, sure=True, because=(quote,))
    return Verdict(EndedBy.KERNEL_NODE, sure=False)


def memory_limit(container: Container) -> str:
    """Return the memory limit in force: the status's (after a resize) before the spec's; empty when there is none."""
    return fields.text(container.status, "resources", "limits", "memory") or fields.text(
        container.spec, "resources", "limits", "memory"
    )


def _node_memory(container: Container, end: Termination, context: Context) -> Verdict | None:
    del container
    if end.exit_code != 137:
        return None
    system = near(context.node_events, end, ("SystemOOM",))
    return None if system is None else Verdict(EndedBy.KERNEL_NODE, sure=False, because=(system.evidence(),))


def _sandbox(container: Container, end: Termination, context: Context) -> Verdict | None:
    del container
    if end.exit_code not in (137, 143, 255):
        return None
    changed = near(context.events, end, ("SandboxChanged",)) or near(context.node_events, end, ("Rebooted",))
    return None if changed is None else Verdict(EndedBy.RUNTIME, sure=True, because=(changed.evidence(),))


def _lifetime(container: Container, end: Termination, context: Context) -> Verdict | None:
    """Answer for SIGKILL and SIGTERM whose author left no event: a probe, when the lifetime fits its arithmetic."""
    if end.exit_code not in (137, 143):
        return None
    fit = lifetimes.fits(container, end, grace_s(container, context.pod), _seen_failing(container, context))
    if fit is None:
        return Verdict(EndedBy.UNKNOWN_KILL, sure=False)
    sure = _failed_at_the_end(container, end, fit, context)
    return Verdict(fit, sure=sure, because=killings.probe_events(container, fit, context))


def _failed_at_the_end(container: Container, end: Termination, by: EndedBy, context: Context) -> bool:
    """Whether only the event of this very kill is lost (the kubelet's rate limit drops some).

    The probe was seen failing when it must have been given up, and had the container killed before.
    """
    name, field = PROBES[by]
    period = fields.whole(container.spec, field, "periodSeconds") or 10
    window = timedelta(seconds=grace_s(container, context.pod) + period + SLACK_S)
    own = [event for event in context.events if event.container in ("", container.name)]
    failed = any(
        event.reason == "Unhealthy"
        and event.message.startswith(f"{name} probe failed")
        and event.last is not None
        and end.finished_at is not None
        and timedelta(0) <= end.finished_at - event.last <= window
        for event in own
    )
    return failed and any(
        event.reason == "Killing" and f"failed {name.lower()} probe" in event.message for event in own
    )


def stopped_from_outside(end: Termination, container: Container, pod: Object, told: Evidence) -> Termination:
    """Return the end again once its log shows an orderly shutdown (``told``): somebody asked for it.

    Only an end put down to the program itself is judged anew: a probe whose arithmetic fits is its author.
    """
    if end.ended_by is not EndedBy.PROGRAM:
        return end
    fit = lifetimes.fits(container, end, grace_s(container, pod), seen=frozenset())
    if fit is None:
        return end
    return replace(end, ended_by=fit, sure=False, because=(*end.because, told))


def _seen_failing(container: Container, context: Context) -> frozenset[str]:
    """Which probes of the container were seen failing (errored ones never kill: REFERENCE.md 2.3)."""
    return frozenset(
        word.lower()
        for event in context.events
        if event.reason == "Unhealthy" and event.container in ("", container.name)
        for word in ("Liveness", "Startup")
        if event.message.startswith(f"{word} probe failed")
    )


QUESTIONS: tuple[Callable[[Container, Termination, Context], Verdict | None], ...] = (
    _never_ran,
    _invented,
    _memory,
    killings.told,
    _node_memory,
    _sandbox,
    _lifetime,
)
"""Asked in this order; the first answer stands. None of them: the program ended by itself."""
