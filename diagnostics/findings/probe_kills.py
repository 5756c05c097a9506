"""A container that the kubelet ended for a failing liveness or startup probe: what both causes have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims.probes import failures as probes
from diagnostics.claims.probes.failures import NOT_WELL
from diagnostics.claims.probes.starts import Course
from diagnostics.diagnosis import Fault, Finding, Verdict
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods import killings, lifetimes
from diagnostics.facts.pods.probe_texts import MISCONFIGURED
from diagnostics.facts.pods.probe_texts import Fault as Wrong
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import first
from diagnostics.fields import text, whole
from diagnostics.findings import measurements, probe_words, wording
from diagnostics.findings.probe_fixes import blames, listens_well, remedy

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.probes.failures import Failing
    from diagnostics.diagnosis import Evidence, Remedy
    from diagnostics.facts.model import Container, Termination
    from diagnostics.facts.pods.measured import Throttling
    from diagnostics.transcript.model import Progress

_ITS_OWN: Final = frozenset({Wrong.UNHEALTHY, Wrong.UNKNOWN, Wrong.HANGS, Wrong.GAVE_UP})
"""What no change to the probe would mend: it does its duty, or nothing says that it does not."""

_FOR_WANT_OF_TIME: Final = frozenset({Wrong.TOO_EARLY, Wrong.TOO_SLOW, Wrong.UNKNOWN})
"""What a program that gets too little CPU looks like."""

AUTHORS: Final = {"Liveness": EndedBy.LIVENESS_PROBE, "Startup": EndedBy.STARTUP_PROBE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One kill by a probe: the container, its end, and the probe read against what is known."""

    container: Container
    end: Termination
    probe: Failing


def kill(case: Case, kind: str) -> Kill | None:
    """Return the probe's kill of the container that fails now, or None when something else ended it."""
    container, end = failing(case), case.ended
    if container is None or end is None or end.ended_by is not AUTHORS[kind]:
        return None
    probe = probes.read(case, container, kind)
    if probe is None:
        return None
    if not end.sure and probe.errored and not probe.failures:
        return None  # the kubelet throws away what "errored": such a probe never killed anything
    return Kill(container=container, end=end, probe=probe)


def finding(case: Case, kind: str, cause: str) -> Finding | None:
    """Return the finding of the liveness or the startup cause."""
    found = kill(case, kind)
    if found is None:
        return None
    container, end, probe = found.container, found.end, found.probe
    lived = end.lifetime_s
    held = measurements.throttling(case, container, end)
    clear = end.sure and probe.fault in MISCONFIGURED
    return Finding(
        cause=cause,
        verdict=Verdict.CONFIRMED if end.sure and not blames(case, probe) else Verdict.LIKELY,
        summary=_summary(case, found) + measurements.held_back(container, held),
        evidence=first(
            (*_told(end.because), *probe.evidence, *(held.evidence if held is not None else ()), *end.because)
        ),
        container=container.name,
        facts={
            "sub_cause": str(probe.fault),
            "probe": probe.asks,
            "gives_up_after_s": [probe.window.earliest, probe.window.latest],
            "lived_s": lived,
            "listening_after_s": probe.start_s,
            "exit_code": end.exit_code,
            "restarts": container.restarts,
            **({} if held is None else {"throttled": round(held.share, 2)}),
        },
        remedy=_remedy(case, found, held),
        fault=_fault(probe),
        fault_names=(probes.FIELDS[kind],),
        conclusive=clear or (probe.fault is Wrong.TOO_EARLY and _measured(probe)),
    )


def _remedy(case: Case, found: Kill, held: Throttling | None) -> Remedy:
    """Return what to do about the probe, and about the CPU limit where that held a slow program back."""
    made = remedy(case, found.probe)
    if held is None or found.probe.fault not in _FOR_WANT_OF_TIME:
        return made
    more = "Raise its CPU limit, or take it away: a program that may run for a part of the time only answers late."
    return replace(made, text=f"{made.text} {more}")


def _fault(probe: Failing) -> Fault:
    """Return where the fault lies: an earlier revision is no way back onto data that a newer one changes half."""
    if probe.start.alters and probe.fault is Wrong.TOO_EARLY:
        return Fault.HALF_WAY
    return Fault.UNKNOWN if probe.fault in _ITS_OWN else Fault.TEMPLATE


def _measured(probe: Failing) -> bool:
    """Whether the log itself shows that the start takes longer than the probe allows."""
    return probe.start_s is not None or probe.start.progress is not None


def _told(because: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the events first: they say who ended it, the exit code only how."""
    return tuple(item for item in because if item.source == "event")


def ruled_out(case: Case, kind: str) -> str:  # noqa: PLR0911 — one fact a return
    """Return the fact that rules such a kill out, when the container has the probe and did end."""
    container, end = case.suspect, case.ended
    if container is None or end is None or not container.spec.get(probes.FIELDS[kind]):
        return ""
    probe = probes.read(case, container, kind)
    if probe is None:
        return ""
    if killings.kills(case.events, container.name, AUTHORS[kind]):
        return ""  # one of its ends was such a kill, whatever ended it last
    lived, earliest = end.lifetime_s, probe.window.earliest
    if lived is not None and lived < earliest - 1:
        return f"it lived {lived:.0f} s, and the {kind.lower()} probe gives up after {earliest:.0f} s at the earliest"
    if probe.errored and not probe.failures:
        return f"the {kind.lower()} probe only errored, which the kubelet does not count"
    if not probe.failures:
        return f"no event says that the {kind.lower()} probe failed, and it was ended by {end.ended_by.words}"
    return ""


def _summary(case: Case, found: Kill) -> str:
    container, end, probe = found.container, found.end, found.probe
    times = f" ({wording.times(container.restarts)})" if container.restarts else ""
    told = end.sure or any(item.path.startswith("Killing") for item in _told(end.because))
    sure = "" if told else " probably"
    fits = "its lifetime and its own access log fit" if probe.logged else "its lifetime fits"
    left = "no Killing event is left" if probe.failures else "no event is left"
    doubt = "" if told else f"; {left}, but {fits}"
    name = f"{probe.kind.lower()} probe"
    head = f"The kubelet{sure} killed {wording.who(case, container)} for its {name}{times}: {probe.asks} "
    return wording.sentence(head + _why(case, found) + doubt)


def _line(case: Case, probe: Failing) -> str:
    """Return the line that tells how the start went, as a headline holds it."""
    return "" if probe.start.line is None else wording.head(case.transcript.bare[probe.start.line])


def _last_words(case: Case) -> str:
    after = case.transcript.last_words_s
    return "" if after is None else f"{after:.0f} s after the start"


def _why(case: Case, found: Kill) -> str:
    probe = found.probe
    told = _told_apart(case, found)
    joint = {Wrong.WRONG_PORT: ": ", Wrong.LOOPBACK: ": ", Wrong.WRONG_PATH: ", so ", Wrong.UNHEALTHY: ", so "}
    answer = probe_words.answer(probe)
    if probe.said is not None and probe.fault in NOT_WELL:
        told = f"{told}; " if told and probe.fault is not Wrong.UNHEALTHY else ""
        return f"{answer}; {told}{probe_words.said(case, probe.said)}"
    return f"{answer}{joint.get(probe.fault, '; ')}{told}" if told else answer


def _told_apart(case: Case, found: Kill) -> str:
    """Return what the answer that the probe got means, in words; empty where nothing is known."""
    probe, name = found.probe, found.container.name
    port = f"; {name} uses port {probe.better_port}" if probe.better_port is not None else ""
    image = text(found.container.spec, "image") or "the image"
    lacks = "wants a login there" if probe.status in {401, 403} else "refuses that request"
    before = f"the same request was answered well {probe.served} times before, so" if probe.served else ""
    lacks = "does not serve that path" if probe.status in {None, *probes.ABSENT} else lacks
    words = {
        Wrong.WRONG_PATH: f"the program is up but {lacks}",
        Wrong.WRONG_PORT: f"nothing listens there{port}",
        Wrong.LOOPBACK: f"by its log the program listens on 127.0.0.1:{probe.better_port or probe.port} only",
        Wrong.THROTTLED: f"{before} the program limits how often it may be asked".lstrip(),
        Wrong.STRANGE_FLAG: f"{image} does not know that flag",
        Wrong.TOO_EARLY: _timing(case, found),
        Wrong.HANGS: f"it says nothing after its first words ({_last_words(case)}) until it is killed",
        Wrong.GAVE_UP: f"before that it had failed: {_line(case, probe)}",
        Wrong.UNHEALTHY: _unwell(case, probe),
    }
    return words.get(probe.fault, "")


def _unwell(case: Case, probe: Failing) -> str:
    """Return that the program itself says no, where its answer is one; where its log complains of nothing, that."""
    if probe.told:
        return ""
    if probe.says_no:
        return "the program itself says that it is not well"
    if listens_well(case, probe):
        return "by its log the program listens, and complains of nothing"
    return ""


def _timing(case: Case, found: Kill) -> str:
    """Return the arithmetic: when the probe gives up, against how long the start takes."""
    probe = found.probe
    delay, period = whole(probe.probe, "initialDelaySeconds") or 0, whole(probe.probe, "periodSeconds") or 10
    threshold = whole(probe.probe, "failureThreshold") or 3
    most = delay + threshold * period
    gives_up = f"the probe gives up after {lifetimes.window(probe.probe).earliest:.0f} to {most} s"
    if probe.start.course is Course.MOVED:
        come = "" if probe.start.progress is None else _come(probe.start.progress)
        return f"{gives_up}, while its work still goes on{come}: {_line(case, probe)}"
    if probe.start_s is not None and probe.start_s > lifetimes.window(probe.probe).earliest:
        return f"{gives_up}, and the program listens only after {probe.start_s:.0f} s"
    return gives_up


def _come(progress: Progress) -> str:
    """Return how far the work came, in words: `` (340 of 400 segments)``."""
    if progress.done is None or progress.total is None:
        return ""
    if progress.unit == "%":
        return f" ({progress.done:g} %)"
    unit = f" {progress.unit.rstrip('s')}s" if progress.unit else ""
    return f" ({progress.done:g} of {progress.total:g}{unit})"
