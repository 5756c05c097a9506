"""The kernel killed the container, or a process in it, because it used more memory than it may.

What it means
    The memory limit of the container (or of the pod, or the node's memory) was used up and the kernel ended a process.
    Reason OOMKilled belongs to the control group, not to the main process: the exit code next to it may be 137, but
    also 0, 1 or 143 when a child was killed and the main process ended otherwise.

How it is decided
    By reason OOMKilled whatever the exit code, by StartError with "container init was OOM-killed" (the limit is too low
    even to start), or by the node's SystemOOM event at the time of the end. The limit is the one in force
    (status.resources, then the spec), else the pod's, else the node was short.

What it is confused with
    Exit code 137 alone: liveness and startup kills, evictions and drains all end so. A heap limit of the runtime (JVM,
    V8, PHP) prints its own message and exits by itself: that is heap-exhausted; a higher limit alone changes nothing.

How to fix it
    Raise the limit with headroom over real use (about 30 %), or lower what the program takes (workers, caches, batch
    sizes, heap settings below the limit). If the use grows without end it is a leak: a higher limit only buys time.
    When the node was short: set requests to what is really used, so that the scheduler knows.

How to prevent it
    Requests equal to normal use, limits 1.3 to 2 times the peak, LimitRange defaults for the namespace, an alert at
    90 % of the limit, heap settings that follow the limit (-XX:MaxRAMPercentage, GOMEMLIMIT, --max-old-space-size).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.claims import groups
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods import measured, quantities
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import first, unmasked
from diagnostics.facts.workloads.memory import from_limit_range, had_before, limit_of, recommended, used
from diagnostics.fields import text
from diagnostics.findings import heap_settings, measurements, suspicion, wording, workers
from diagnostics.findings.commands import durable, kubectl, on_node, pod_name, set_resources, subject
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container, Termination
    from diagnostics.facts.pods.measured import Memory
    from diagnostics.facts.workloads.memory import Limit, Usage

CAUSE: Final = Cause(
    id="oom-killed",
    title="Killed by the kernel for memory",
    category=Category.MEMORY,
    claims=frozenset({ClaimType.CHILD_KILLED}),
)
_KERNEL: Final = {EndedBy.KERNEL_CONTAINER, EndedBy.KERNEL_CHILD, EndedBy.KERNEL_POD, EndedBy.KERNEL_NODE}
_TOO_LOW: Final = compiled(r"OOM-killed|possibly OOM-killed|set memory limit \d+ too low")
_CHILD: Final = compiled(
    r"(?:^|\s)Killed(?:\s|$)|(?i)\b(?:signal:? killed|signal 9\b|SIGKILL\b|terminated by signal 9)"
)
_BEFORE: Final = {"FailedCreatePodSandBox", "Failed"}
HEAP_SHARE: Final = 0.85
"""A heap of this share of the limit or more leaves too little for stacks, code, buffers and the collector."""
LARGE_SHARE: Final = 75.0
"""Percent of the limit from which on a heap that follows it leaves too little beside it (ours)."""
MUCH: Final = 2
"""Times the limit from which on a heap is not answered with a higher limit (ours)."""
HEAP_FITS: Final = 0.65
"""The share of the limit that a fixed heap may have (ours; the JVM's own default is 25 %, images use 50 to 75)."""
EARLY_S: Final = 30.0
"""Seconds within which a container that is killed for memory has not come to its work yet (ours)."""
OFTEN: Final = 3
"""Restarts from which on it is no accident of one start."""
UNSEEN: Final = 4
"""How many times a limit that was used up in the start is allowed (ours: what is needed was never seen)."""
GIANT: Final = 1 << 28
"""Open files that no program needs: runtimes give 1048576, or "infinity" (2³⁰, and what follows from it)."""
_FILES: Final = compiled(
    r"(?i)\b(?:open[_ -]?files?|nofile|file[_ ]descriptors?|descriptors|max_?fds?|table[_ ](?:open[_ ])?cache"
    r"|rlimit\w*)\b[^\n]{0,120}"
)
_NUMBER: Final = compiled(r"\b\d{9,19}\b")
_SMALL: Final = 1 << 30
"""Bytes of a limit above which four times as much is no small step for a node."""
_VAGUE: Final = groups.VAGUE | {ClaimType.HEAP_EXHAUSTED}
"""What a program whose child was killed for memory says of it."""


def check(case: Case) -> Finding | None:
    """Return the finding when the kernel ended the failing container, or a child of it, for memory."""
    container, end = failing(case), case.ended
    if container is None:
        return None
    if end is None or end.ended_by not in _KERNEL:
        return _at_start(case, container)
    limit, usage = limit_of(case, container, end), used(case, container)
    heap = _too_large(case, container, limit)
    advised, default = recommended(case, container), from_limit_range(case, container)
    course = measurements.memory(case, container, end, limit)
    return Finding(
        cause=CAUSE.id,
        verdict=_verdict(case, end),
        summary=_summary(case, container, end, limit, heap) + measurements.course(course),
        evidence=first(
            (
                *end.because,
                *(course.evidence if course is not None else ()),
                *_shell(case, end),
                *limit.evidence,
                *((heap.evidence,) if heap is not None else heap_settings.settings(container)[:1]),
                *((share[1],) if (share := _large_share(container)) is not None else ()),
                *_said(end),
                *_quotes(usage),
                *_quotes(advised),
                *default,
                *((case.quote(many.line),) if (many := _workers(case, container)) is not None else ()),
            )
        ),
        container=container.name,
        facts={
            "limit": limit.shown,
            "limit_of": limit.whose,
            "exit_code": end.exit_code,
            "restarts": container.restarts,
            "lived_s": end.lifetime_s,
            "in_use": quantities.written(usage.size) if usage else None,
            "recommended": quantities.written(advised.size) if advised else None,
            "killed": str(end.ended_by),
            **measurements.facts(course),
        },
        remedy=_by_files(case, limit, giant)
        if (giant := _giant(case, container, end)) is not None
        else _fitted(case, container, limit, heap)
        if heap is not None
        else _remedy(case, container, limit, _needed(case, container, usage, advised), course),
        fault=Fault.CLUSTER if limit.whose == "node" else Fault.TEMPLATE,
        fault_names=("resources.limits.memory", "limits.memory", "memory"),
    )


def ruled_out(case: Case) -> str:
    """Return how the container did end, when it ended in a way that people take for memory."""
    end = case.ended
    if end is None or end.ended_by in _KERNEL or not end.reason or end.reason == "StartError":
        return ""
    return f"the last end says reason={end.reason} exitCode={end.exit_code}, not OOMKilled"


def suspected(case: Case, best: Finding) -> bool:
    """Whether memory comes to mind: SIGKILL, a heap that ran full, or nothing that explains the end."""
    return suspicion.code(case) == 137 or best.cause in {"heap-exhausted", ""}


def _at_start(case: Case, container: Container) -> Finding | None:
    """Return the finding when the limit is too low even for the sandbox or the runtime: no container ever was."""
    if container.running_since is not None or container.waiting_reason == "CrashLoopBackOff":
        return None
    told = next((item for item in case.events if item.reason in _BEFORE and _TOO_LOW.search(item.message)), None)
    said = _TOO_LOW.search(container.waiting_message) is not None
    if told is None and not said:
        return None
    limit = limit_of(case, container, None)
    proof = (*((told.evidence(),) if told is not None else ()), *unmasked(case, container), *limit.evidence)
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=(
            f"The memory limit of {wording.who(case, container)} ({limit.shown or 'not its own'}) is too low to start"
            " it."
        ),
        evidence=first(proof),
        container=container.name,
        facts={"limit": limit.shown, "limit_of": limit.whose, "restarts": container.restarts},
        remedy=_remedy(case, container, limit, None, None),
        fault=Fault.TEMPLATE,
        fault_names=("resources.limits.memory", "limits.memory", "memory"),
    )


def _verdict(case: Case, end: Termination) -> Verdict:
    """Return how sure it is: a child's death is the root unless the log names a more specific one."""
    other = any(hit.deciding and not hit.wrapper and hit.type not in _VAGUE for hit in case.claims)
    if not end.sure or (end.ended_by is EndedBy.KERNEL_CHILD and (other or end.exit_code in {0, 143})):
        return Verdict.LIKELY
    return Verdict.CONFIRMED


def _workers(case: Case, container: Container) -> workers.Workers | None:
    """Return the many workers that share the limit, by the failing container's own log."""
    return workers.told(case) if case.transcript.container == container.name else None


def _needed(case: Case, container: Container, *told: Usage | None) -> int | None:
    """Return the most bytes that anything says the container uses, or should have."""
    known = (*(item.size for item in told if item is not None), measured.in_use(case, container))
    return max((size for size in known if size is not None), default=None)


def _quotes(usage: Usage | None) -> tuple[Evidence, ...]:
    return usage.evidence if usage is not None else ()


def _said(end: Termination) -> tuple[Evidence, ...]:
    return () if not end.message else tuple(item for item in end.because if item.quote == end.message)


def _too_large(case: Case, container: Container, limit: Limit) -> heap_settings.Heap | None:
    """Return the heap that leaves no room below the container's limit for what a runtime needs beside it."""
    if limit.size is None or limit.whose != "container":
        return None
    return heap_settings.largest(
        heap_settings.settings(container), heap_settings.printed(case, container), least=HEAP_SHARE * limit.size
    )


def _large_share(container: Container) -> tuple[float, Evidence] | None:
    """Return the percent of the limit that the heap may take, where that leaves little beside it, and its quote."""
    told = heap_settings.settings(container)
    share = heap_settings.part(told)
    if share is None or share < LARGE_SHARE:
        return None
    return share, next(item for item in told if f"MaxRAMPercentage={share:g}" in item.quote)


def _fitted(case: Case, container: Container, limit: Limit, heap: heap_settings.Heap) -> Remedy:
    """Return how to make heap and limit fit: whichever of the two is right, the other follows from it."""
    smaller = quantities.written(int((limit.size or 0) * HEAP_FITS) >> 20 << 20)
    larger = quantities.written(quantities.with_headroom(int(heap.size / HEAP_FITS) // 3 * 2, None))
    words = (
        f"Set the heap ({heap.setting} in {heap.place}) to about {smaller}, well below the limit of {limit.shown}: a"
        f" runtime needs memory beside its heap. If it needs that heap, raise the limit to {larger} instead."
    )
    # Several times the limit is nothing to be typed at night: there the heap is what to set.
    bold = heap.size > MUCH * (limit.size or 0)
    change = () if bold else set_resources(case, container, limits=f"memory={larger}")
    top = kubectl(case.namespace, "top", "pod", pod_name(case), "--containers")
    return Remedy(text=words + durable(case), commands=(*change, top))


def _giant(case: Case, container: Container, end: Termination) -> str | None:
    """Return the giant number of files that the log of a container killed at its start tells of, or None.

    Programs that make a table of all files that they may open take what the runtime allows for its size.
    """
    early = end.lifetime_s is not None and end.lifetime_s <= EARLY_S and case.transcript.container == container.name
    lines = case.transcript.lines if early else ()
    told = (_FILES.search(line[:2000]) for line in lines)
    numbers = (number for found in told if found is not None for number in _NUMBER.findall(found.group(0)))
    return next((number for number in reversed(list(numbers)) if int(number) >= GIANT), None)


def _by_files(case: Case, limit: Limit, number: str | None) -> Remedy:
    """Return what to do where the memory goes into a table of the files that may be open."""
    node = text(case.pod, "spec", "nodeName")
    words = (
        "Give the container runtime of the node a sane LimitNOFILE (1048576; a drop-in of its systemd unit, then"
        f" restart it): its log tells of {number}, a table as large as the files that it may open, and it is killed"
        " seconds after its start. Where the program has an option for that number, it may be set there instead. More"
        f" than the limit of {limit.shown} is no cure, and at best a test. The command prints what a container of the"
        " node gets."
    )
    look = (on_node(node, "sh", "-c", "ulimit -Sn; ulimit -Hn"),) if node else ()
    return Remedy(text=words + durable(case), commands=look)


def _shell(case: Case, end: Termination) -> tuple[Evidence, ...]:
    """Return the line in which the shell (or a supervisor) says that its child was killed, when it left one."""
    if end.ended_by is not EndedBy.KERNEL_CHILD or case.transcript.container != end.container:
        return ()
    found = (
        line
        for line in reversed(range(len(case.transcript.verbatim)))
        if _CHILD.search(case.transcript.verbatim[line][:500]) is not None
    )
    line = next(found, None)
    return () if line is None else (case.quote(line),)


def _summary(case: Case, container: Container, end: Termination, limit: Limit, heap: heap_settings.Heap | None) -> str:
    who = wording.who(case, container)
    times = f", {wording.times(container.restarts)}" if container.restarts else ""
    bound = f"at its memory limit of {limit.shown}" if limit.whose == "container" else f"at the {limit.whose}'s limit"
    if limit.whose == "pod" and limit.shown:
        bound = f"at the pod's memory limit of {limit.shown}"
    if limit.whose == "node":
        bound = "because the node ran out of memory"
    code = f"exit code {end.exit_code}"
    if end.ended_by is EndedBy.KERNEL_CHILD:
        return f"The kernel killed a child process of {who} {bound} (OOMKilled, {code}{times})."
    if end.reason != "OOMKilled":
        return f"{wording.begin(who)} could not even start {bound}: the kernel killed it for memory ({code}{times})."
    grows = f": its heap may grow to {quantities.written(heap.size)} ({heap.setting})" if heap is not None else ""
    share = _large_share(container)
    if heap is None and share is not None and limit.whose == "container":
        grows = f": its heap may take {share[0]:g} % of that ({share[1].quote})"
    return f"{wording.begin(who)} was OOMKilled {bound} ({code}{times}){grows}."


def _short(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 1 else "under 1 s"


def _killed_early(case: Case, container: Container, limit: Limit, in_use: int | None) -> float | None:
    """Return after how many seconds each start of a container with a small limit is killed, when that is early."""
    end = case.ended
    if end is None or end.lifetime_s is None or in_use is not None or limit.size is None or limit.whose != "container":
        return None
    early = end.lifetime_s <= EARLY_S and container.restarts >= OFTEN and limit.size < _SMALL
    return end.lifetime_s if early else None


def _remedy(case: Case, container: Container, limit: Limit, in_use: int | None, course: Memory | None) -> Remedy:
    top = kubectl(case.namespace, "top", "pod", pod_name(case), "--containers")
    if limit.whose == "node":
        node = text(case.pod, "spec", "nodeName")
        words = "The node was short of memory: set requests to what is really used so that the scheduler leaves room."
        words += measurements.request(case, container)
        return Remedy(text=words + durable(case), commands=(kubectl("", "describe", "node", node), top))
    if limit.size is None:
        return Remedy(
            text="Find out what uses the memory, then set a limit with headroom." + durable(case), commands=(top,)
        )
    before = had_before(case, container, max(limit.size, in_use or 0)) if limit.whose == "container" else None
    lived = _killed_early(case, container, limit, in_use)
    higher = quantities.with_headroom(limit.size, in_use)
    better = (
        before[0]
        if before
        else quantities.written(higher if lived is None else quantities.rounded(UNSEEN * limit.size))
    )
    usual = (
        f"Raise the memory limit from {limit.shown} to {better}, watch the real use, and settle 30 % above its peak; "
        "use that never stops growing is a leak, which only the program's fix ends."
    )
    if lived is not None:
        usual = (
            f"Raise the memory limit from {limit.shown} to {better}, {UNSEEN} times as much: it is killed"
            f" {_short(lived)} after its start, so its real need is unknown. Watch the real use, and settle"
            " 30 % above its peak; a runtime's own heap setting must stay below the limit."
        )
    known = measurements.lasts(course, limit.size, higher) or measurements.bounds(course, limit.size, higher)
    words = known or usual
    if before:
        known = ""
        words = f"Set the memory limit to {better} again, as revision {before[1]} had it: it is {limit.shown} now."
    if limit.whose == "pod":
        return Remedy(text=words + " The limit is the pod's (spec.resources)." + durable(case), commands=(top,))
    share = _large_share(container)
    if share is not None:
        words = (
            f"Lower MaxRAMPercentage in {share[1].path.rpartition('.')[2]} from {share[0]:g} to 60, so that what a JVM"
            f" needs beside its heap finds room. The heap follows the limit: raising that alone, as from {limit.shown}"
            f" to {better}, leaves no greater part beside it."
        )
        listed = kubectl(case.namespace, "set", "env", subject(case), "-c", container.name, "--list")
        return Remedy(text=words + durable(case), commands=(f"{listed} | grep RAMPercentage", top))
    many = _workers(case, container)
    if many is not None:
        words += (
            f" Its log tells of {many.number} workers: fewer of them need less, and where no number is set many servers"
            " start one for each CPU of the node, whatever the limit is."
        )
    if from_limit_range(case, container):
        words += " The limit is not the workload's own: a LimitRange of the namespace set it as the default."
    change = set_resources(case, container, limits=f"memory={better}")
    # Where the use is to be looked into first, the command that stands open only looks.
    commands = (top, *change) if known else (*change, top)
    return Remedy(text=words + durable(case), commands=commands)


_BACKOFF: Final = waiting("CrashLoopBackOff", "back-off 1m20s restarting failed container=api pod=api_production(uid)")
_LIMITED: Final = {"resources": {"limits": {"memory": "96Mi"}}}
EXAMPLES: Final = (
    Example(
        title="over its limit",
        hit=True,
        container=_LIMITED,
        status={**_LIMITED, "state": _BACKOFF, "lastState": terminated(137, "OOMKilled", lived=7)},
        log="loading model\n",
    ),
    Example(
        title="a child was killed and the shell went on to exit 1",
        hit=True,
        container=_LIMITED,
        status={"state": terminated(1, "OOMKilled"), "lastState": terminated(1, "OOMKilled", ended=70)},
        log="worker started\njob failed\n",
    ),
    Example(
        title="the limit is too low even to start",
        hit=True,
        container={"resources": {"limits": {"memory": "4Mi"}}},
        status={
            "state": _BACKOFF,
            "lastState": terminated(
                128,
                "StartError",
                message="failed to create containerd task: failed to create shim task: OCI runtime create failed: runc "
                "create failed: unable to start container process: container init was OOM-killed (memory limit too "
                "low?)",
            ),
        },
    ),
    Example(
        title="too low even for the sandbox: there is no container at all",
        hit=True,
        container={"resources": {"limits": {"memory": "2Mi"}}},
        status={"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}},
        pod={"status": {"phase": "Pending"}},
        events=(
            event(
                "FailedCreatePodSandBox",
                "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox: failed to "
                "create containerd task: runc create failed: container init was OOM-killed (memory limit too low?)",
                container="",
            ),
        ),
    ),
    Example(
        title="no limit anywhere: the node ran out of memory",
        hit=True,
        status={"state": _BACKOFF, "lastState": terminated(137, "OOMKilled", lived=900)},
        log="serving\n",
    ),
    Example(
        title="near miss: 137 by a liveness kill, with a memory limit",
        hit=False,
        container={**_LIMITED, "livenessProbe": {"tcpSocket": {"port": 80}, "periodSeconds": 5}},
        status={"state": _BACKOFF, "lastState": terminated(137, lived=45)},
        log="serving\n",
        events=(
            event("Unhealthy", "Liveness probe failed: dial tcp 10.0.0.7:80: i/o timeout", age=50),
            event("Killing", "Container api failed liveness probe, will be restarted", age=50, kind="Normal"),
        ),
    ),
    Example(
        title="near miss: the program prints OutOfMemoryError and exits by itself",
        hit=False,
        container=_LIMITED,
        status={"state": _BACKOFF, "lastState": terminated(1, lived=30)},
        log='Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n',
    ),
)
