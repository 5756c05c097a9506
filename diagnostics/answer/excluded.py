"""Which of the causes that were ruled out are worth saying: those that a reader would have suspected, best first.

Every cause can say why it is not the one. Most of that is noise to whoever looks at an exit code of 137 and wonders
whether it was memory: only what the symptoms suggest is told, a handful at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.diagnosis import Verdict
from diagnostics.facts.pods.blocking import NOT_YET
from diagnostics.fields import items, table, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Finding, RuledOut

SHOWN: Final = 5
"""Causes that are named."""
KILLS: Final = frozenset({137, 143})
_CONFIGURED: Final = frozenset({"bad-config", "dependency-auth-failed", ""})
_NO_FACT: Final = "another line of the dying output says more"
_BESIDE: Final = frozenset({"killed-externally", ""})


def told(case: Case, best: Finding, ruled_out: Iterable[RuledOut]) -> tuple[RuledOut, ...]:
    """Return what was ruled out and would have been suspected, what the symptoms suggest most first."""
    if best.verdict is Verdict.NOT_FAILING:
        return ()
    wanted = [item for item in ruled_out if item.cause != best.cause and _suspected(case, best, item)]
    return tuple(sorted(wanted, key=_place))[:SHOWN]


def _place(item: RuledOut) -> tuple[int, str]:
    return (_ORDER.index(item.cause) if item.cause in _ORDER else -1, item.cause)


def _suspected(case: Case, best: Finding, item: RuledOut) -> bool:
    ask = _ASK.get(item.cause)
    return not item.because.endswith(_NO_FACT) if ask is None else ask(case, best)


def _never(case: Case, best: Finding) -> bool:
    del case, best
    return False


def _code(case: Case) -> int | None:
    return case.ended.exit_code if case.ended is not None else None


def _memory(case: Case, best: Finding) -> bool:
    return _code(case) == 137 or best.cause in {"heap-exhausted", ""}


def _killed(case: Case, best: Finding) -> bool:
    del best
    return _code(case) in KILLS


def _of_the_node(case: Case, best: Finding) -> bool:
    """Whether the node comes to mind: its own shortage is told already where it evicted the pod."""
    return best.cause != "evicted" and _killed(case, best)


def _probe(kind: str) -> Callable[[Case, Finding], bool]:
    def ask(case: Case, best: Finding) -> bool:
        del best
        seen = any(event.reason == "Unhealthy" and event.message.startswith(kind) for event in case.events)
        return seen or _code(case) in {0, *KILLS}

    return ask


def _readiness(case: Case, best: Finding) -> bool:
    del best
    return any(event.reason == "Unhealthy" and event.message.startswith("Readiness") for event in case.events)


def _clean(case: Case, best: Finding) -> bool:
    del best
    return _code(case) == 0


def _configured(case: Case, best: Finding) -> bool:
    """Whether the program misses a setting, and its container does refer to Secrets or ConfigMaps."""
    if best.cause not in _CONFIGURED or case.suspect is None:
        return False
    entries = items(case.suspect.spec, "env")
    return bool(items(case.suspect.spec, "envFrom")) or any(table(entry, "valueFrom") for entry in entries)


def _held_up(case: Case, best: Finding) -> bool:
    """Whether the pod was placed and nothing of it was tried, for no reason that its status gives."""
    return (
        case.suspect is not None
        and case.ended is None
        and case.suspect.waiting_reason in NOT_YET
        and (not best.cause or best.cause in {"volume-mount-failed", "node-unhealthy", "starting"})
    )


def _no_start(case: Case, best: Finding) -> bool:
    return best.cause == "bad-entrypoint" and _code(case) in {None, 128}


def _permission(case: Case, best: Finding) -> bool:
    del case
    return best.cause == "permission-denied"


def _unexplained(case: Case, best: Finding) -> bool:
    return _code(case) in KILLS and (best.cause or "") in _BESIDE


def _starts(case: Case, best: Finding) -> bool:
    del case
    return best.cause in {"readiness-probe-failed", "startup-probe-failed", "liveness-probe-failed", ""}


def _unknown(case: Case, best: Finding) -> bool:
    return case.pod is None and not best.cause


def _not_placed(case: Case, best: Finding) -> bool:
    return _held_up(case, best) and not best.cause


def _job(case: Case, best: Finding) -> bool:
    del best
    return text(case.workload.raw if case.workload else {}, "kind") in {"Job", "CronJob"}


_ASK: Final[dict[str, Callable[[Case, Finding], bool]]] = {
    "oom-killed": _memory,
    "liveness-probe-failed": _probe("Liveness"),
    "startup-probe-failed": _probe("Startup"),
    "readiness-probe-failed": _readiness,
    "lifecycle-hook-failed": _killed,
    "evicted": _unexplained,
    "node-unhealthy": _of_the_node,
    "killed-externally": _killed,
    "exits-cleanly": _clean,
    "missing-secret": _configured,
    "missing-configmap": _configured,
    "image-pull-failed": _no_start,
    "security-context-denied": _permission,
    "volume-mount-failed": _held_up,
    "unschedulable": _not_placed,
    "init-container-failed": _held_up,
    "starting": _starts,
    "recovered": _never,
    "healthy": _never,
    "not-found": _never,
    "scaled-to-zero": _unknown,
    "deadline-exceeded": _job,
}
"""When a cause comes to mind at all; those that the log decides are asked only when the log suggested them."""

_ORDER: Final = tuple(_ASK)
"""What comes to mind first; what the log suggested stands before all of these."""
