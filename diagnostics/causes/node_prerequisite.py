"""The node lacks what the program needs: a kernel setting or limit, a CPU feature, a tool or module, a device.

What it means
    The image and its configuration may be right: what they need does not come with a container. Another node may have
    it, so some pods of a workload can be well while others fail.

How it is decided
    By a line of the dying output that names a kernel setting (``vm.max_map_count``, inotify), a limit (threads, open
    files, locked memory, huge pages), a CPU level (``x86-64-v2``), a kernel module or tool of the node, a device or its
    driver; by the runtime's own words when a device hook fails; by SIGILL (exit code 132) at once and without a word.
    It is confirmed where the words name the very thing; a limit that a leak reaches as well (threads, open files) is
    only likely.

What it is confused with
    A full disk: inotify's limit says "no space left on device" too. A program that lacks memory: threads run out with
    "out of memory" as well. A wrong architecture ends with "exec format error" (bad-entrypoint). A node that is broken
    (node-unhealthy) fails pods that ran there before.

How to fix it
    Change the node, or place the pod on one that has it (nodeSelector, a request for the device). Kernel settings that
    are namespaced (net.*, kernel.shm*) can be set for the pod; all others belong into the node's own configuration, for
    every node that may run it.

How to prevent it
    Write such needs into the pod's spec (nodeSelector, device requests, sysctls) and into the node pool's
    configuration, so that a new node has them before a pod meets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Finding, Verdict
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import ending, first, unmasked
from diagnostics.facts.workloads.nodes import LACKING
from diagnostics.fields import text
from diagnostics.findings import log_lines, node_fixes, wording
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim

CAUSE: Final = Cause(
    id="node-prerequisite",
    title="The node lacks what the program needs",
    category=Category.NODE,
    claims=frozenset(
        {ClaimType.KERNEL_LIMIT, ClaimType.HOST_TOOL, ClaimType.DEVICE_MISSING, ClaimType.CPU_FEATURE},
    ),
)

_SIGILL: Final = 132
_AT_ONCE_S: Final = 5.0
"""Seconds within which an illegal instruction is one of the program's first."""

_LEAKS: Final = compiled(r"(?i)too many open files|EMFILE|thread|fork")
"""Limits that a leak of the program's own reaches as well."""

_SPEAKS_OF_THE_NODE: Final = frozenset({"FailedCreatePodSandBox", "Failed"})


def check(case: Case) -> Finding | None:
    """Return the finding when the log, the runtime or an illegal instruction tells of something the node lacks."""
    return _from_log(case) or _never_ran(case) or _illegal_instruction(case)


def ruled_out(case: Case) -> str:
    """Return why a line about the node's limits does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _from_log(case: Case) -> Finding | None:
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    words = log_lines.words(case, hit)
    device = hit.names.get("resource", "")
    lack = node_fixes.lack(case, case.suspect, hit.type, words, device)
    sure = log_lines.agrees(case, hit) and (bool(_named(hit)) or not _LEAKS.search(words[:2000]))
    who, how = wording.begin(log_lines.who(case)), log_lines.how(case)
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=f"{who} needs {lack.what} ({how}): {wording.tail(words)}",
        evidence=first((*log_lines.said(case, hit), *lack.proof, *_node(case), *log_lines.ended(case))),
        container=case.suspect.name,
        facts={"lacks": lack.what, "node": text(case.pod, "spec", "nodeName")},
        remedy=lack.remedy,
        fault=lack.fault,
        fault_names=lack.names,
    )


def _named(hit: Claim) -> str:
    """Return the very thing that the line names: a setting, a device, a module, a CPU level."""
    keys = ("sysctl", "lib", "dev", "module", "module2", "module3", "tool", "tool2", "isa")
    return next((hit.names[key] for key in keys if hit.names.get(key)), "")


def _never_ran(case: Case) -> Finding | None:
    """Return the finding when the runtime has no handler, or a device's hook of it fails: nothing was started."""
    container, end = failing(case), case.ended
    if container is None or container.running_since is not None:
        return None
    told = next(
        (item for item in case.events if item.reason in _SPEAKS_OF_THE_NODE and LACKING.search(item.message)), None
    )
    if LACKING.search(container.waiting_message):
        message, proof = container.waiting_message, unmasked(case, container)
    elif end is not None and end.ended_by is EndedBy.NEVER_RAN and LACKING.search(end.message):
        message, proof = end.message, ending(container, end)
    elif told is not None and not container.terminations:
        message, proof = told.message, (told.evidence(),)
    else:
        return None
    lack = node_fixes.runtime(case, message)
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=(
            f"{wording.begin(wording.who(case, container))} cannot start: it needs {lack.what}, and its node has none."
        ),
        evidence=first((*proof, *lack.proof, *_node(case))),
        container=container.name,
        facts={"lacks": lack.what, "node": text(case.pod, "spec", "nodeName")},
        remedy=lack.remedy,
        fault=lack.fault,
        fault_names=lack.names,
    )


def _illegal_instruction(case: Case) -> Finding | None:
    """Return the finding when an illegal instruction was among the program's first, and no word tells of a trap."""
    container, end = failing(case), case.ended
    if container is None or end is None or end.ended_by is not EndedBy.PROGRAM or end.exit_code != _SIGILL:
        return None
    crash = log_lines.crashed(case)
    at_once = end.lifetime_s is not None and end.lifetime_s <= _AT_ONCE_S
    if not at_once or crash is None or crash.line is not None:
        return None
    lack = node_fixes.lack(case, container, ClaimType.CPU_FEATURE, "")
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.LIKELY,
        summary=(
            f"{wording.begin(log_lines.who(case))} met an illegal instruction at its start ({log_lines.how(case)}): its"
            " image is likely built for a newer CPU than the node's."
        ),
        evidence=first((*log_lines.ended(case), *lack.proof, *_node(case))),
        container=container.name,
        facts={"lacks": lack.what, "node": text(case.pod, "spec", "nodeName")},
        remedy=lack.remedy,
        fault=lack.fault,
        fault_names=lack.names,
    )


def _node(case: Case) -> tuple[Evidence, ...]:
    node = text(case.pod, "spec", "nodeName")
    return (Evidence(source="pod", path="spec.nodeName", quote=f"nodeName={node}"),) if node else ()


EXAMPLES: Final = (
    Example(
        title="a kernel setting is too low",
        hit=True,
        status={"state": terminated(78)},
        log="bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low,"
        " increase to at least [262144]",
    ),
    Example(
        title="inotify's limit, in the words of a full disk",
        hit=True,
        status={"state": terminated(1)},
        log="Error: ENOSPC: System limit for number of file watchers reached, watch '/app'",
    ),
    Example(
        title="the kernel has no IPv6",
        hit=True,
        status={"state": terminated(1)},
        log="Error: listen EAFNOSUPPORT: address family not supported :::3000",
    ),
    Example(
        title="the image asks for a newer CPU",
        hit=True,
        status={"state": terminated(127)},
        log="Fatal glibc error: CPU does not support x86-64-v2",
    ),
    Example(
        title="an illegal instruction at once, without a word",
        hit=True,
        status={"state": terminated(132, lived=0)},
        log="",
        also=("app-crash",),
    ),
    Example(
        title="the runtime class has no handler on the node",
        hit=True,
        status={"restartCount": 0, "state": waiting("ContainerCreating")},
        pod={"status": {"phase": "Pending"}, "spec": {"runtimeClassName": "nvidia"}},
        events=(
            event(
                "FailedCreatePodSandBox",
                'Failed to create pod sandbox: rpc error: code = Unknown desc = no runtime for "nvidia" is configured',
                container="",
            ),
        ),
    ),
    Example(
        title="near miss: it trapped on purpose, and says why",
        hit=False,
        status={"state": terminated(132, lived=1)},
        log="app/Main.swift:3: Fatal error: Unexpectedly found nil while unwrapping an Optional value",
        also=("app-crash",),
    ),
    Example(
        title="near miss: the disk is full",
        hit=False,
        status={"state": terminated(1)},
        log="Error: ENOSPC: no space left on device, write",
        also=("disk-full",),
    ),
)
