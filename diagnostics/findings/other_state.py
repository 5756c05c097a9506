"""State of an earlier run that is not what this run was told to be: what it asks for, or whose state it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import named
from diagnostics.findings import refusals
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

_OTHER: Final = compiled(
    r"(?i)\b(?:is different (?:than|from)|differs from|does not match|is of another \w+ than) (?:the )?"
    r"(?:requested|config\w*|expected|wanted|given|current)\b"
    r"|\bdifferent (?:with|from|than|to)\b[^\n]{0,160}\bneeds? (?:to be )?re-?\w+|\bneeds? (?:to be )?re-?configur"
)


def remedy(case: Case, line: str) -> str:
    """Return what to do by the words of a refusal and the claim that the pod is given; empty for other words."""
    if _OTHER.search(line[:4000]) is None:
        return ""
    asked = refusals.remedy(line)
    if asked:
        return asked
    claim = _shared(case)
    if claim:
        return (
            f"Give each pod a claim of its own (volumeClaimTemplates): every pod of {fields.name(_workload(case))}"
            f" mounts claim {claim}, so that one meets what another one wrote. Remove nothing of it: it belongs to the"
            " pod that wrote it."
        )
    return (
        f"Find out which of the two is meant: what an earlier run (or another pod) left{_place(case)}, or what this one"
        " is set to. Put the setting back if it was changed, or give it a place of its own; remove nothing before that"
        " is known."
    )


def _place(case: Case) -> str:
    """Return where data of before can lie, if that is one place: the claim that the container mounts."""
    mounts = fields.items(case.suspect.spec, "volumeMounts") if case.suspect is not None else []
    files = [named.file(case, fields.text(item, "mountPath")) for item in mounts]
    held = {found.name for found in files if found.kind == "PersistentVolumeClaim"}
    return f" on claim {held.pop()}" if len(held) == 1 else ""


def _workload(case: Case) -> Object:
    return case.workload.raw if case.workload is not None else {}


def _shared(case: Case) -> str:
    """Return the claim that the template of a workload with several identities names itself: its pods all share it."""
    raw = _workload(case)
    if fields.text(raw, "kind") != "StatefulSet":
        return ""
    volumes = fields.items(raw, "spec", "template", "spec", "volumes")
    return next((name for item in volumes if (name := fields.text(item, "persistentVolumeClaim", "claimName"))), "")
