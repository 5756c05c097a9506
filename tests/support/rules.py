"""The remedy gate's rules and the premises of stock sentences, held against an answer: which of them it breaks.

The rules are judged by the snapshot and by the words that are shown, not by what the gate says of itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.answer import effects, gate, rehearsal
from diagnostics.causes import registry
from diagnostics.claims import case_builder
from diagnostics.claims.vocabulary import families
from diagnostics.engine import CAUSE, ask
from diagnostics.facts import images
from diagnostics.facts.pods import blocking
from diagnostics.facts.workloads import owners, revisions, sharers
from diagnostics.findings.joined.api import LOOK_UP
from diagnostics.patterns import compiled
from tests.support import clauses, premises

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.answer.effects import Effect
    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Diagnosis, Finding
    from diagnostics.snapshot import Snapshot
    from tests.support.asked import Asked

_CHANGES = frozenset({"patch", "scale", "undo", "restart"})
_READ = frozenset({"Deployment", "StatefulSet", "DaemonSet", "CronJob", "Pod"})
"""Kinds that a diagnosis always reads: of a Secret or a ServiceAccount it may not know."""
_REMOVES = compiled(r"(?i)\b(?:remove|delete|empty|wipe|clear|unlink|rm) (?:-\w+ )?(/[\w./-]+)")
_SPARES = compiled(r"(?i)\b(?:no|not|never|without|nothing)\b")


def broken(asked: Asked) -> list[str]:
    """Return a sentence for each rule that the answer breaks."""
    diagnosis, case = asked.diagnosis, asked.case
    found = []
    for command in diagnosis.remedy.commands:
        change = effects.effect(command)
        if change is not None:
            found += [f"{why}: {command}" for why in _command(asked, change)]
    found += _text(diagnosis, case)
    found += [] if case.pod is None else _restart(diagnosis, case)
    found += _undo(diagnosis, case)
    found += premises.unheld(case, diagnosis)
    found += clauses.unshown(asked)
    found += [f"rule 10: {name} stands neither in a line nor in an object" for name in clauses.unfounded(asked)]
    return found + faults(diagnosis)


def faults(diagnosis: Diagnosis) -> list[str]:
    """Return the checks of causes and the look-ups that raised: the answer names them as unread, and goes on."""
    of_code = (CAUSE, LOOK_UP)
    return [f"{item.what}: {item.why}" for item in diagnosis.unread if item.what.startswith(of_code)]


def _command(asked: Asked, change: Effect) -> Iterator[str]:
    snapshot, diagnosis, case = asked.snapshot, asked.diagnosis, asked.case
    yield from _changes(snapshot, change)
    yield from _takes_down(snapshot, change, diagnosis.remedy.text)
    forced = {name for line in case.transcript.lines for name in families.overrides(line[:4000])}
    words = " ".join(str(part) for leaf in effects.leaves(change.patch or {}) for part in leaf)
    if any(name in words for name in forced):
        yield "rule 2: it is the way around a guard"
    if any(item.action == change.verb and item.helps is not True for item in diagnosis.actions):
        yield "rule 4: the answer does not say that this helps"

    def again(changed: Snapshot) -> tuple[Finding, ...]:
        return ask(case_builder.case_of(changed, asked.recall.catalogue, asked.recall), registry()).findings

    if why := rehearsal.objection(snapshot, change, ask(case, registry()).findings, again):
        yield f"rule 6: {why}"


def _changes(snapshot: Snapshot, change: Effect) -> Iterator[str]:
    target = snapshot.one(change.kind, change.namespace, change.name)
    if change.verb in _CHANGES and target is None and change.kind in _READ:
        yield "rule 1: it changes an object that is not there"
    if target is None:
        return
    patched = change.verb == "patch" and not change.open
    if patched and not any(gate.differs(target, path, value) for path, value in effects.leaves(change.patch)):
        yield "rule 1: it changes nothing"
    if change.verb == "scale" and fields.whole(target, "spec", "replicas") == change.number:
        yield "rule 1: it changes nothing"


def _takes_down(snapshot: Snapshot, change: Effect, text: str) -> Iterator[str]:
    """Yield what would be taken down; a bare pod that the text names first, and whose end is the point, may be."""
    target = snapshot.one(change.kind, change.namespace, change.name)
    if (change.verb, change.kind) == ("delete", "PersistentVolumeClaim"):
        yield "rule 3: it deletes data"
    if target is None:
        return
    serving = fields.whole(target, "status", "readyReplicas") if change.verb == "scale" and change.number == 0 else 0
    bare = change.kind == "Pod" and not owners.controller(target) and f"pod {change.name} " in text
    if serving or ((change.verb, change.kind) == ("delete", "Pod") and blocking.ready(target) and not bare):
        yield "rule 3: it takes down what serves"


def _text(diagnosis: Diagnosis, case: Case) -> Iterator[str]:
    text = diagnosis.remedy.text
    container = next((item for item in case.containers if item.name == diagnosis.container), None)
    image = "" if container is None else fields.text(container.spec, "image")
    if images.public(image) and not images.bare(image) and "Fix the code" in text:
        yield "rule 5: code of others is not mended here"
    for sentence in text.split(". "):
        found = _REMOVES.search(sentence)
        if found is not None and _SPARES.search(sentence[: found.start()]) is None and _shared(case, found.group(1)):
            yield f"rule 3: another pod runs on the data that it removes: {sentence}"


def _shared(case: Case, path: str) -> bool:
    """Whether another pod runs on the volume that the path lies on, by the pod's own spec."""
    volumes = {fields.text(item, "name"): item for item in fields.items(case.pod, "spec", "volumes")}
    for container in case.containers:
        for mount in fields.items(container.spec, "volumeMounts"):
            source = volumes.get(fields.text(mount, "name"), {})
            claim = fields.text(source, "persistentVolumeClaim", "claimName")
            inside = path.startswith(fields.text(mount, "mountPath").rstrip("/") + "/")
            if claim and inside and next(sharers.running(case, claim), None) is not None:
                return True
    return False


def _restart(diagnosis: Diagnosis, case: Case) -> Iterator[str]:
    """Rule 7: an emptyDir dies with the pod, a claim stays."""
    told = diagnosis.advice("restart")
    kind = diagnosis.facts.get("kind", "")
    if told is None or diagnosis.cause != "stale-state":
        return
    made = case.workload is not None and case.workload.kind in ("Deployment", "StatefulSet", "DaemonSet")
    if kind == "emptyDir" and made and not case.workload.paused and told.helps is not True:
        yield "rule 7: the state dies with the pod, and a new pod is said not to help"
    if kind == "PersistentVolumeClaim" and told.helps is True:
        yield "rule 7: the state stays on its claim, and a new pod is said to help"


def _undo(diagnosis: Diagnosis, case: Case) -> Iterator[str]:
    """Rule 8: it goes to a kept, older revision that differs and is not known to have failed."""
    told = diagnosis.advice("undo")
    if told is None or told.helps is not True or case.workload is None:
        return
    failing = None if case.pod is None else revisions.of_pod(case.workload.revisions, case.pod)
    failing = failing or next((item for item in case.workload.revisions if item.current), None)
    wanted = next((item for item in case.workload.revisions if item.number == told.to_revision), None)
    if wanted is None:
        yield "rule 8: that revision is not kept"
    elif wanted.failed:
        yield "rule 8: that revision failed too"
    elif failing is not None and revisions.same_program(wanted, failing):
        yield "rule 8: that revision has the same template"
