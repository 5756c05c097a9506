"""Files that a pod has to itself while others of the same template serve: what they all read is not what is spoilt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.claims.model import ClaimType
from diagnostics.facts.workloads import twins
from diagnostics.findings import log_lines

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim

_NAMED = ("path", "file", "file2", "key", "param")


def spoilt(case: Case) -> tuple[Claim, tuple[str, ...], int] | None:
    """Return a parser's complaint that names no file, where the pod's own files lie, and how many others serve.

    None where a file is named, where no other pod of the template serves, or where the pod has no files of its own.
    """
    hit = log_lines.claiming(case, frozenset({ClaimType.FILE_INVALID}))
    if hit is None or any(hit.names.get(name) for name in _NAMED):
        return None
    alike, held = twins.serving(case), _places(case)
    return (hit, held, alike) if alike and held else None


def _places(case: Case) -> tuple[str, ...]:
    """Return the paths at which the container may write to what this pod has alone: on its node, on its claim."""
    if case.suspect is None or case.workload is None:
        return ()
    volumes = {fields.text(item, "name"): item for item in fields.items(case.pod, "spec", "volumes")}
    claims = case.workload.kind == "StatefulSet"
    found = []
    for mount in fields.items(case.suspect.spec, "volumeMounts"):
        source = volumes.get(fields.text(mount, "name"), {})
        own = "hostPath" in source or (claims and "persistentVolumeClaim" in source)
        if own and not fields.flag(mount, "readOnly"):
            found.append(fields.text(mount, "mountPath"))
    return tuple(found)
