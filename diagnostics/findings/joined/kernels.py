"""A file of the kernel's own that is not there, against the version of the node's kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.facts.workloads import nodes
from diagnostics.findings import wording
from diagnostics.findings.commands import durable, kubectl
from diagnostics.findings.joined.model import Joined
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.findings.joined.model import Said
    from diagnostics.snapshot import Object

_GONE: Final = compiled(
    r"(?i)no such file or directory|ENOENT|does not exist|not found|not (?:implemented|supported)|ENOSYS|unsupported"
    r"|without"
)
_SINCE: Final = (
    (compiled(r"/[\w*-]+/ns/cgroup\b"), (4, 6), "cgroup namespaces"),
    (compiled(r"/[\w*-]+/ns/time\b"), (5, 6), "time namespaces"),
    (compiled(r"/proc/pressure\b"), (4, 20), "pressure stall information"),
    (compiled(r"/sys/kernel/btf\b|\bBTF support\b"), (4, 18), "BTF"),
    (compiled(r"(?i)\bio_uring\w*\b"), (5, 1), "io_uring"),
    (compiled(r"\bpidfd_open\b"), (5, 3), "pidfd_open"),
    (compiled(r"\bopenat2\b"), (5, 6), "openat2"),
    (compiled(r"\bclose_range\b"), (5, 9), "close_range"),
    (compiled(r"\bmemfd_secret\b"), (5, 14), "memfd_secret"),
    (compiled(r"(?i)\blandlock\w*\b"), (5, 13), "Landlock"),
)
"""What a program asks for, the Linux that brought it (man-pages: "Linux versions"; /sys/kernel/btf: commit 341dfcf8d78e
with BTF's loader of 4.18), and its name."""
_VERSION: Final = compiled(r"^(\d+)\.(\d+)")


def look(case: Case, said: Said) -> Joined | None:
    """Return that the node's kernel is older than what the line asks for."""
    if _GONE.search(said.text) is None:
        return None
    found = next((item for item in _SINCE if item[0].search(said.text) is not None), None)
    node = nodes.node_of(case)
    if found is None or node is None:
        return None
    running = fields.text(node, "status", "nodeInfo", "kernelVersion")
    version = _VERSION.search(running)
    if version is None or (int(version.group(1)), int(version.group(2))) >= found[1]:
        return None
    return _joined(case, node, running, (found[1], found[2]))


def _joined(case: Case, node: Object, running: str, needed: tuple[tuple[int, int], str]) -> Joined:
    (major, minor), what = needed
    system = fields.text(node, "status", "nodeInfo", "osImage")
    name = fields.name(node)
    text = (
        f"Run it on nodes with a newer kernel: it needs {what}, which Linux has since {major}.{minor}, and node"
        f" {name} has"
        f" {running}{f' ({system})' if system else ''}. Upgrade the nodes' system, keep it on newer ones"
        " (nodeSelector),"
        " or take a release of the program that works without it. The command shows the kernel of each node."
    )
    return Joined(
        headline=f"{wording.begin(wording.who(case, case.suspect))} needs {what} (Linux {major}.{minor} or newer)",
        because=f"node {name} has {running}",
        evidence=(
            Evidence(
                source="node",
                path=f"{name} status.nodeInfo",
                quote=f"kernelVersion={running} osImage={system}".rstrip(" ="),
            ),
        ),
        remedy=Remedy(text=text + durable(case), commands=(kubectl("", "get", "nodes", "-o", "wide"),)),
        claim=ClaimType.HOST_TOOL,
        certain=True,
        fault=Fault.PREREQUISITE,
    )
