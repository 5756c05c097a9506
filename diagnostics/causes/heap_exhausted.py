"""The runtime's own heap limit was reached: the JVM's, V8's, PHP's, .NET's. The kernel killed nothing.

What it means
    The program asked its runtime for more memory than the runtime may have, and the runtime ended it with a message.

How it is decided
    By the runtime's message (``Java heap space``, ``JavaScript heap out of memory``, ``Allowed memory size``) in the
    dying output, set against the container's memory limit and the heap settings in its command and variables.

What it is confused with
    oom-killed: there the kernel ended it, reason OOMKilled, without a word in the log. Raising the container's limit
    does not move a heap limit that is set by flag. ``unable to create native thread`` is a process limit.

How to fix it
    Raise the heap setting below the container's limit (``-XX:MaxRAMPercentage=75``, ``--max-old-space-size``,
    ``memory_limit``), and the limit with it when they are close; or find the leak. Roll back when it began with a
    rollout.

How to prevent it
    Set the heap as a share of the limit rather than a figure of its own, and alert on heap use.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods import quantities
from diagnostics.facts.quotes import first
from diagnostics.findings import heap_settings, log_lines, wording
from diagnostics.findings.commands import durable, kubectl, set_option, set_resources, subject, templated
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="heap-exhausted",
    title="The runtime's heap limit was reached",
    category=Category.MEMORY,
    claims=frozenset({ClaimType.HEAP_EXHAUSTED}),
)

_ADVICE: Final = (
    ("oom.node", "NODE_OPTIONS", "--max-old-space-size=<MiB, about 75 % of the limit>"),
    ("oom.jvm", "JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=75"),
    ("oom.php", "PHP_MEMORY_LIMIT", "<size below the limit>"),
    ("oom.net", "DOTNET_GCHeapHardLimitPercent", "<hex percentage, 4B is 75>"),
    ("oom.go", "GOMEMLIMIT", "<size below the limit>"),
)

_HALF: Final = frozenset({"ES_JAVA_OPTS", "OPENSEARCH_JAVA_OPTS", "KAFKA_HEAP_OPTS", "CASSANDRA_HEAP_OPTS"})
"""Variables of servers that leave the other half of the memory to the page cache."""

_MOST: Final = 0.75
"""The part of a container's memory that a heap may take: threads, buffers and code need the rest."""
_STEP: Final = 1.5
"""A heap that was filled grows by half: less is soon filled again."""
_GRAIN: Final = 128 << 20
"""Bytes to whose multiples a limit is rounded up."""

_V8_MOST: Final = 4 << 30
"""Bytes of a limit from which on V8's own choice of a heap grows no further."""

_JAVA: Final = _HALF | {
    "JAVA_OPTS",
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "CATALINA_OPTS",
    "LS_JAVA_OPTS",
}


def check(case: Case) -> Finding | None:
    """Return the finding when the runtime itself says that its heap is full."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None or case.ended is None:
        return None
    limit = fields.text(case.suspect.spec, "resources", "limits", "memory")
    settings = heap_settings.settings(case.suspect)
    words = wording.tail(hit.names.get("what") or log_lines.words(case, hit), 70)
    set_to = f": {', '.join(item.quote for item in settings)}" if settings else f": {words}"
    against = f"; its memory limit is {limit}" if limit else "; it has no memory limit"
    full = "reached its runtime's heap limit"
    if _of_device(hit):
        full, set_to, against = "ran out of the device's memory", f": {words}", ""
    area = _area(case, hit)
    if area is not None:
        full = f"ran out of the JVM's {area[0]}"
    sure = log_lines.agrees(case, hit) or case.ended.ended_by is EndedBy.PROGRAM
    proof = [*settings]
    if limit:
        path = f"{case.suspect.spec_path}.resources.limits"
        proof.append(Evidence(source="pod", path=path, quote=f"memory={limit}"))
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} {full} ({log_lines.how(case)}){set_to}{against}",
        evidence=first((*log_lines.said(case, hit), *proof, *log_lines.ended(case))),
        container=case.suspect.name,
        facts={"limit": limit, "heap_settings": [item.quote for item in settings]},
        remedy=_remedy(case, case.suspect, hit),
        fault=Fault.TEMPLATE,
        fault_names=tuple(
            item for item in (fields.text(case.suspect.spec, "image"), "memory", *_variables(hit)) if item
        ),
    )


def ruled_out(case: Case) -> str:
    """Return why a message about the heap does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _variables(hit: Claim) -> list[str]:
    return [variable for prefix, variable, _ in _ADVICE if hit.source.startswith(prefix)]


def _setting(container: Container, hit: Claim) -> tuple[str, str] | None:
    """Return the variable that sets the heap, and a value that fits the limit: the spec's own variable first."""
    limit = quantities.parsed(fields.text(container.spec, "resources", "limits", "memory"))
    names = [fields.text(entry, "name") for entry in fields.items(container.spec, "env")]
    used = [
        fields.text(entry, "name")
        for entry in fields.items(container.spec, "env")
        if fields.text(entry, "facts", "heap")
    ]
    java = next((name for name in (*used, *names) if name in _JAVA or (name in used and name != "NODE_OPTIONS")), "")
    if java:
        part = 50 if java in _HALF else 70
        size = f"{int(limit * part / 100) >> 20}m" if limit else "<size>"
        return java, f"-Xms{size} -Xmx{size}" if java in _HALF else f"-Xmx{size}"
    for prefix, variable, value in _ADVICE:
        if hit.source.startswith(prefix):
            if variable == "NODE_OPTIONS" and limit:
                return variable, f"--max-old-space-size={int(limit * 0.75) >> 20}"
            return variable, value
    return None


def _of_device(hit: Claim) -> bool:
    """Whether it is the memory of a GPU or another device, which no limit of the container bounds."""
    return hit.names.get("reason") == "device memory"


def _remedy(case: Case, container: Container, hit: Claim) -> Remedy:
    if _of_device(hit):
        text = "Give it a larger device or more of them, or a smaller model or batch; see what else uses that device."
        return Remedy(text=text + durable(case))
    area = _area(case, hit)
    if area is not None:
        return _beside_the_heap(case, container, *area[1:])
    told = heap_settings.settings(container)
    fixed, part = heap_settings.ceiling(told), heap_settings.part(told)
    text = "Raise the runtime's heap setting and keep it below the container's limit; " + (
        "without one of its own it takes a part of that limit, so that a higher limit raises the heap too."
        if _follows(container, hit, part, bare=not told)
        else "raising only the limit may not help."
    )
    if fixed is not None:
        return _raised(case, container, fixed.size, fixed.evidence)
    if part is not None and part >= _MOST * 100:
        return _more_memory(case, container, part)
    found = _setting(container, hit)
    if found is None or not templated(case):
        return Remedy(text=text + durable(case))
    variable, value = found
    text = text.replace("heap setting", f"heap setting ({variable})")
    command = set_option(case, container, variable, value)
    return Remedy(text=text + durable(case), commands=(command,))


def _follows(container: Container, hit: Claim, part: float | None, *, bare: bool) -> bool:
    """Whether the heap grows with the container's limit: by a percentage that is set, or as the runtime chooses it.

    The JVM takes a quarter of the limit by itself (since 10), V8 a part of it up to 4 GiB (Node.js, since 12).
    """
    limit = int(quantities.parsed(fields.text(container.spec, "resources", "limits", "memory")) or 0)
    if part is not None:
        return True
    own = hit.source.startswith("oom.jvm") or (hit.source.startswith("oom.node") and limit < _V8_MOST)
    return bare and own and limit > 0


def _area(case: Case, hit: Claim) -> tuple[str, str, str] | None:
    """Return the part of the JVM's memory beside the heap that the words name: its name, its flag, its use."""
    line = f"{hit.names.get('what', '')} {log_lines.words(case, hit)[:2000]}"
    return next((area for words, area in _AREAS if words.search(line) is not None), None)


def _beside_the_heap(case: Case, container: Container, flag: str, use: str) -> Remedy:
    """Return how another part of the JVM's memory than the heap is given more, or needs less."""
    limit = fields.text(container.spec, "resources", "limits", "memory")
    bound = f" Heap and it together must stay below the memory limit {limit}." if limit else ""
    text = (
        f"Raise {flag} where the program's other JVM options are, or let it use less: {use}. More heap does not help."
    )
    return Remedy(text=text + bound + durable(case), commands=())


_AREAS: Final = (
    (
        compiled(r"(?i)\bdirect buffer memory|\bOutOfDirectMemory|\bdirect memory\b"),
        (
            "direct (off-heap) memory",
            "-XX:MaxDirectMemorySize (as large as the heap where it is not set)",
            "its buffers' number times their size is what it takes",
        ),
    ),
    (
        compiled(r"OutOfMemoryError: (?:Metaspace|Compressed class space)"),
        ("class metadata memory (Metaspace)", "-XX:MaxMetaspaceSize", "classes that are loaded again and again leak"),
    ),
)
"""Parts of a JVM's memory that -Xmx does not bound (HotSpot: ``java.nio.Bits.reserveMemory``, Metaspace)."""


def _raised(case: Case, container: Container, size: int, at: Evidence) -> Remedy:
    """Return how a heap of a fixed size grows: within the limit while there is room, else the limit grows with it.

    ``size`` is in bytes, ``at`` the setting as it stands.
    """
    limit = int(quantities.parsed(fields.text(container.spec, "resources", "limits", "memory")) or 0)
    variable = at.path.rpartition("env[")[2].rstrip("]") if "env[" in at.path else ""
    share = 0.5 if variable in _HALF else _MOST
    room = int(limit * share)
    wanted = room if room >= size * _STEP else int(size * _STEP)
    memory = quantities.written(math.ceil(wanted / share / _GRAIN) * _GRAIN) if limit and wanted > room else ""
    flag = f"--max-old-space-size={wanted >> 20}" if "old-space" in at.quote else f"-Xmx{wanted >> 20}m"
    flag = f"-Xms{wanted >> 20}m {flag}" if variable in _HALF else flag
    where = f" in {variable}, beside what else it holds," if variable else " in its command or arguments"
    text = f"Raise the heap setting{where} from {at.quote} to {flag.rpartition(' ')[2]}"
    text += (
        f", and the memory limit from {fields.text(container.spec, 'resources', 'limits', 'memory')} to {memory} with"
        " it: a heap needs room beside it"
        if memory
        else ""
    )
    text += ". Use that grows without end is a leak, which more memory only puts off."
    if not templated(case):
        return Remedy(text=text + durable(case))
    commands = set_resources(case, container, limits=f"memory={memory}") if memory else ()
    edited = kubectl(case.namespace, "edit", subject(case))
    change = set_option(case, container, variable, flag) if variable else edited
    return Remedy(text=text + durable(case), commands=tuple(dict.fromkeys((*commands, change))))


def _more_memory(case: Case, container: Container, part: float) -> Remedy:
    """Return that the limit itself must grow: the heap has most of it already."""
    now = fields.text(container.spec, "resources", "limits", "memory")
    limit = int(quantities.parsed(now) or 0)
    wanted = quantities.written(quantities.with_headroom(limit))
    raised = f" from {now} to {wanted}" if limit else ""
    text = f"Raise the memory limit{raised}: the heap may take {part:g} % of it already."
    return Remedy(
        text=text + durable(case),
        commands=set_resources(case, container, limits=f"memory={wanted}") if limit else (),
    )


EXAMPLES: Final = (
    Example(
        title="V8 reached its cap; the status says Error, not OOMKilled",
        hit=True,
        status={"state": terminated(134)},
        container={
            "command": ["node", "--max-old-space-size=64", "app.js"],
            "resources": {"limits": {"memory": "512Mi"}},
        },
        log="<--- Last few GCs --->\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    ),
    Example(
        title="one request ran out of memory and the server went on",
        hit=False,
        status={"state": terminated(1)},
        log="ERROR request 7: java.lang.OutOfMemoryError: Java heap space\nserver is running again, status=200\n"
        'Exception in thread "main" java.lang.IllegalStateException: boom\n\tat a.B.c(B.java:1)',
        also=("app-crash",),
    ),
)
