"""The remedy as it is shown: the action that helps at once first, a stop-gap last."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics import causes, fields
from diagnostics.answer import named_options
from diagnostics.answer.advice import failing_revision, taken_back
from diagnostics.causes.model import Category
from diagnostics.diagnosis import Fault, Remedy
from diagnostics.facts.workloads import gitops, olm, owners, revisions
from diagnostics.findings.commands import after_change, durable, kubectl, new_pod, pod_name, set_image, subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Advice, Finding

_PROGRAM: Final = frozenset({Category.IMAGE, Category.PROGRAM, None})
"""Where a fault lies that other content of the image may end (None: it is not known)."""


def by_hand(case: Case, remedy: Remedy) -> Remedy:
    """Return the remedy of a workload that something else owns: no command whose effect that would put back.

    Its text says where the change lasts (``commands.durable``); a command leads there where the place is an object.
    """
    workload = case.workload
    if workload is None or not gitops.reverts(workload.owner):
        return remedy
    gap = [item for item in remedy.commands if f" {subject(case)} " in item and _changes(item)]
    if not gap:
        return remedy
    rest = [item for item in remedy.commands if item not in gap and item not in after_change(case)]
    text = remedy.text if workload.owner in remedy.text else f"{remedy.text.rstrip()}{durable(case)}"
    return replace(remedy, text=text, commands=(*_lasting(case), *rest))


def _lasting(case: Case) -> tuple[str, ...]:
    """Return the command that leads to where a change lasts, where that is an object of the cluster."""
    if case.workload is not None and case.workload.owner.startswith(olm.OLM):
        return (kubectl(case.namespace, "get", "subscriptions.operators.coreos.com", "-o", "yaml"),)
    return _operators_own(case)


def _operators_own(case: Case) -> tuple[str, ...]:
    """Return the command that changes what an operator makes the workload from."""
    if case.workload is None or not gitops.operated(case.workload.raw):
        return ()
    reference = owners.controller(case.workload.raw)
    group = fields.text(reference, "apiVersion").rpartition("/")[0]
    kind = fields.text(reference, "kind").lower()
    return (kubectl(case.namespace, "edit", f"{kind}.{group}" if group else kind, fields.text(reference, "name")),)


def _changes(command: str) -> bool:
    return any(verb in command for verb in (" set ", " patch ", " edit ", " rollout undo "))


def with_advice(case: Case, finding: Finding, advised: Sequence[Advice]) -> Remedy:
    """Return the remedy with the action that helps at once before it: its words, then its exact command."""
    remedy = named_options.told(case, finding.remedy)
    for advice in advised:
        cures = finding.fault is not Fault.ROLLOUT
        if cures and advice.helps and advice.action == "undo" and advice.to_revision is not None:
            command = kubectl(case.namespace, "rollout", "undo", subject(case), f"--to-revision={advice.to_revision}")
            after = after_change(case)
            words = f"Roll back to revision {advice.to_revision} first" + (", delete the broken pod" if after else "")
            return _at_once(words, (command, *after), remedy)
        if advice.helps and advice.action == "restart" and new_pod(case) not in remedy.commands:
            command = new_pod(case)
            words = f"Delete pod {pod_name(case)} first" if " delete pod " in command else "Restart it first"
            return _at_once(words, (command,), remedy)
    reverted = _reverted_in_git(case, advised)
    if reverted and remedy.text:
        return by_hand(case, _before(reverted, (), remedy))
    wanted = revisions.left_behind(case.workload, case.pod)
    if wanted is not None and remedy.text:
        words = f"Delete pod {pod_name(case)} first: it is made anew from revision {wanted}"
        return _before(words, after_change(case), remedy)
    pinned = _pinned(case) if _of_the_program(finding) else ()
    if pinned and remedy.text:
        remedy = _before("Pin the image to the content that another pod runs well with", pinned, remedy)
    return by_hand(case, _why_deleted(case, remedy))


def _reverted_in_git(case: Case, advised: Sequence[Advice]) -> str:
    """Return what goes back for good where a rollback would help but for who applies the workload from Git."""
    workload, failing = case.workload, failing_revision(case)
    if workload is None or failing is None or not gitops.in_git(workload.owner):
        return ""
    if not any(item.action == "undo" and item.because == taken_back(workload.owner) for item in advised):
        return ""
    return f"Revert the commit that made revision {failing.number} in the Git source of {workload.owner}"


def _why_deleted(case: Case, remedy: Remedy) -> Remedy:
    """Return the remedy with the reason for which its pod is deleted after a change, which is no restart."""
    changes = any(_changes(item) for item in remedy.commands)
    if not changes or not set(after_change(case)) & set(remedy.commands) or "delete" in remedy.text.lower():
        return remedy
    why = (
        "An ordered StatefulSet replaces a pod by itself only while it is ready:"
        f" delete {pod_name(case)} after the change."
    )
    return replace(remedy, text=f"{remedy.text} {why}")


def _of_the_program(finding: Finding) -> bool:
    """Whether other content of the image may end the fault."""
    declared = causes.declared(finding.cause)
    return (None if declared is None else declared.category) in _PROGRAM


def _pinned(case: Case) -> tuple[str, ...]:
    """Return the command that names the content of a tag that a healthy pod of the workload runs (changes.py)."""
    for change in case.changed:
        for container in case.containers:
            if change.what.endswith(f" of {container.name} (same tag)") and "@sha256:" in change.old:
                return set_image(case, container, change.old.removeprefix("docker-pullable://"))
    return ()


def _at_once(words: str, commands: tuple[str, ...], remedy: Remedy) -> Remedy:
    """Put first what helps at once, apart from what lasts: it may have been tried already."""
    return replace(_before(words, commands, remedy), first=Remedy(text=f"{words}.", commands=commands))


def _before(words: str, commands: tuple[str, ...], remedy: Remedy) -> Remedy:
    """Put an action first. Of what follows, another image is not looked for: the action brings one."""
    rest = [item for item in remedy.commands if not ("'" in item and "<" in item and " set image " in item)]
    told = f"{words}. {remedy.text}" if remedy.text else f"{words}."
    return replace(remedy, text=told, commands=tuple(dict.fromkeys((*commands, *rest))))
