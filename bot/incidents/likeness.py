"""Pure: which answers are equal in cause and evidence, and what is compared to say what failing workloads share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model.incident import key
from bot.model.names import workload_name
from bot.render import changed
from bot.render.description import describe
from bot.render.phrases import plain
from bot.render.traits import NO_TRAITS, Traits
from diagnostics import fields
from diagnostics.objects import ObjectRef
from diagnostics.patterns import compiled, encodable
from diagnostics.transcript.prefixes import bare

if TYPE_CHECKING:
    from diagnostics.diagnosis import Diagnosis, Evidence
    from diagnostics.snapshot import Snapshot

_NAME = compiled(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_ONCE = compiled(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*"  # a time
    r"|\d\d:\d\d:\d\d(?:[.,]\d+)?"
    r"|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # a uid
    r"|(?:containerd://|docker://|cri-o://|\b)[0-9a-f]{32,64}\b"  # a container's id
    r"|\(x\d+ over [^()]{1,20}\)"  # how often an event came
)
"""What is new with each pod or each crash, and proves nothing."""

_MEASURED = "prometheus"
"""The source of evidence whose numbers are never the same twice."""


def likeness(diagnosis: Diagnosis) -> str:
    """Return what two answers have in common that are equal in cause and evidence; empty where nothing proves it.

    A workload's own names count as the same, what is new with each pod is left out. Everything else must be equal: one
    value that differs, and the answers differ.
    """
    proofs = [item for item in diagnosis.evidence if item.source != _MEASURED]
    if not diagnosis.failing or not proofs:
        return ""
    own = _own_names(diagnosis)
    told = describe(diagnosis)
    said = [_anonymous(text, own) for text in (told.headline.text, diagnosis.remedy.text)]
    return key(
        str(diagnosis.verdict), diagnosis.cause or "", diagnosis.container, *said,
        *(_anonymous(part, own) for item in proofs for part in (item.source, item.path, _quote(item))),
    )  # fmt: skip


def traits_of(snapshot: Snapshot, diagnosis: Diagnosis) -> Traits:
    """Return what is compared of a failing workload; nothing of one that does not fail."""
    if not diagnosis.failing:
        return NO_TRAITS
    told = describe(diagnosis)
    pod = snapshot.one("Pod", diagnosis.target.namespace, diagnosis.target.pod) if diagnosis.target.pod else None
    images = [
        fields.text(container, "image")
        for container in fields.items(pod, "spec", "containers")
        if fields.text(container, "name") == diagnosis.container
    ]
    changes = [plain(changed.effect(change)) for change in diagnosis.changed if change.what.startswith("image of ")]
    nodes = diagnosis.scope.nodes
    return Traits(
        told=told.headline.text,
        do=told.do,
        change=changes[0] if len(changes) == 1 else "",
        image=images[0] if images else "",
        node=nodes[0] if len(nodes) == 1 else "",
    )


def _own_names(diagnosis: Diagnosis) -> frozenset[str]:
    target, workload = diagnosis.target, ObjectRef.parse(diagnosis.workload)
    names = [target.namespace, target.name, target.pod, workload_name(target.name), *diagnosis.scope.nodes]
    return frozenset(filter(None, [*names, workload.name if workload is not None else ""]))


def _quote(item: Evidence) -> str:
    return bare(encodable(item.quote)) if item.source == "log" else item.quote


def _anonymous(text: str, own: frozenset[str]) -> str:
    """Return a text in which a workload's own names and what is new with each pod are not told apart."""
    plain = _ONCE.sub("*", encodable(text))
    return _NAME.sub(lambda found: "*" if found.group(0) in own else found.group(0), plain)
