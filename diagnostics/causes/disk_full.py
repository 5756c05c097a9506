"""A write failed because the volume, the emptyDir or the node's disk has no space left.

What it means
    The file system under a path is full (ENOSPC) or its quota is used up.

How it is decided
    By ``no space left on device`` or ``disk quota exceeded`` in the dying output, with the volume that lies under the
    path named in it. An emptyDir or the container's own layer is the node's disk; a claim has its own size.

What it is confused with
    ``ENOSPC: System limit for number of file watchers reached`` is a limit of inotify, not a disk. The kubelet's
    eviction for ephemeral storage ends the whole pod (evicted).

How to fix it
    Grow the claim (its StorageClass must allow it), clean it up, or write less. A new pod empties an emptyDir; a claim
    keeps what it has.

How to prevent it
    Alert on ``kubelet_volume_stats_available_bytes``, rotate what is written, set ``sizeLimit`` on emptyDirs.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts.pods import quantities
from diagnostics.facts.quotes import first
from diagnostics.findings import log_lines, wording
from diagnostics.findings.commands import durable, kubectl, pod_name

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

CAUSE: Final = Cause(
    id="disk-full",
    title="No space left to write to",
    category=Category.STORAGE,
    claims=frozenset({ClaimType.NO_SPACE}),
)


def check(case: Case) -> Finding | None:
    """Return the finding when the dying output says that there is no space left."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    path = next((hit.names[key] for key in ("path", "path2", "file") if hit.names.get(key, "").startswith("/")), "")
    found = claims.file(case, path) if path else claims.only_claim(case)
    claim = found.name if found is not None and found.kind == "PersistentVolumeClaim" else ""
    proof = (*(found.evidence if found else ()), *_size(case, claim))
    sure = log_lines.agrees(case, hit)
    where = f" under {path}" if path else " on its disk"
    size = _capacity(case, claim)
    volume = f": claim {claim}{f' ({size})' if size else ''} is full" if claim else ""
    if found is not None and found.kind == "emptyDir":
        volume = f": emptyDir {found.volume} or the node's disk is full"
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} has no space left{where} ({log_lines.how(case)}){volume}",
        evidence=first((*log_lines.said(case, hit), *proof, *log_lines.ended(case))),
        container=case.suspect.name,
        facts={"path": path, "claim": claim},
        remedy=_remedy(case, claim, scratch=found is not None and found.kind == "emptyDir"),
        fault=Fault.POD_STATE if found is not None and found.kind == "emptyDir" else Fault.KEPT_STATE,
        fault_names=tuple(item for item in (claim, path) if item),
    )


def ruled_out(case: Case) -> str:
    """Return why a line about a full disk does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _size(case: Case, claim: str) -> tuple[Evidence, ...]:
    size = _capacity(case, claim)
    if not size:
        return ()
    path = f"{case.namespace}/{claim} status.capacity"
    return (Evidence(source="persistentvolumeclaim", path=path, quote=f"storage={size}"),)


def _capacity(case: Case, claim: str) -> str:
    held = case.snapshot.one("PersistentVolumeClaim", case.namespace, claim)
    return fields.text(held, "status", "capacity", "storage")


def _remedy(case: Case, claim: str, *, scratch: bool) -> Remedy:
    if claim:
        held = case.snapshot.one("PersistentVolumeClaim", case.namespace, claim)
        now, kind = fields.text(held, "status", "capacity", "storage"), fields.text(held, "spec", "storageClassName")
        size = _twice(now)
        body = {"spec": {"resources": {"requests": {"storage": size or "<larger size>"}}}}
        grown = f"from {now} to {size}, or to what it needs" if size else "to a larger size than it has"
        allows = "the first command must print true" if kind else "its StorageClass must allow expansion"
        expands = kubectl("", "get", "storageclass", kind, "-o", "jsonpath={.allowVolumeExpansion}") if kind else ""
        look = expands or kubectl(case.namespace, "get", "pvc", claim)
        return Remedy(
            text=f"Grow claim {claim} {grown} ({allows}), or let the program keep less by its own retention: its files"
            " are not for anybody's hand.",
            commands=(look, kubectl(case.namespace, "patch", "pvc", claim, "-p", json.dumps(body, separators=_FLAT))),
        )
    last = "a new pod starts with an empty emptyDir" if scratch else "where no volume is mounted it is its node's disk"
    return Remedy(
        text=f"Write less, or to a volume with room; {last}." + durable(case),
        commands=(kubectl(case.namespace, "describe", "pod", pod_name(case)),),
    )


def _twice(size: str) -> str:
    """Return twice a claim's size, in whole Gi: a claim that is full needs room that lasts; empty: not known."""
    now = quantities.parsed(size)
    return "" if not now else f"{max(2, math.ceil(2 * now / 2**30))}Gi"


_FLAT: Final = (",", ":")
EXAMPLES: Final = (
    Example(
        title="the database cannot write its lock file",
        hit=True,
        status={"state": terminated(1)},
        log='FATAL:  could not write lock file "postmaster.pid": No space left on device',
    ),
    Example(
        title="a limit of inotify says ENOSPC too",
        hit=False,
        status={"state": terminated(1)},
        log="Error: ENOSPC: System limit for number of file watchers reached, watch '/app'",
        also=("node-prerequisite",),
    ),
)
