"""Would going back take the fault away? What the templates differ in, what the fault names, when it began."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from diagnostics import causes
from diagnostics.answer import suspects
from diagnostics.causes.model import Category
from diagnostics.claims import podrefs
from diagnostics.diagnosis import Fault, Finding
from diagnostics.facts.workloads import changes, onset, templates

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Revision
    from diagnostics.facts.workloads.changes import Rollout
    from diagnostics.facts.workloads.templates import Difference
    from diagnostics.snapshot import Object

PROGRAM_FIELDS = ("image", "command", "args", "env", "workingDir")
"""Template fields that say which program runs and with what settings."""

POD_FIELDS = (
    *("volumes", "securityContext", "serviceAccount", "container ", "init container "),
    *("hostNetwork", "runtimeClassName", "enableServiceLinks"),
)
"""Fields of the pod itself by which a program of it may fail; it does not by its labels or its DNS policy."""

MAY_BE_NEW = frozenset({Fault.TEMPLATE, Fault.PREREQUISITE, Fault.UNKNOWN, Fault.ROLLOUT})
"""Faults that another program may not have, though nothing names what they hang on."""


def why(case: Case, finding: Finding, failing: Revision, chosen: Revision) -> str:
    """Return why going back to that revision removes the fault, or an empty text when it does not."""
    differing = templates.differences(chosen.template, failing.template)
    brought = None if case.pod is None or case.workload is None else _rollout(case)
    began = onset.began_with(brought, case)
    touched = _touched(finding, differing, failing, chosen)
    wrote = str(finding.facts.get("written_by", ""))
    if wrote and wrote in json.dumps(chosen.template):
        return f"revision {chosen.number} has {wrote}, the version that wrote the data"
    program = [item for item in differing if _of_program(item, finding.container)]
    since = f"; the {_trouble(case)} began {_after(case, brought)}" if began else ""
    ran = "ran" if chosen.proven else "does not have it"
    if touched and finding.fault not in {Fault.KEPT_STATE, Fault.HALF_WAY}:
        return f"revision {chosen.number} lacks the fault: it differs in {touched.what}{since}"
    came = program or _around(differing)
    if finding.fault in MAY_BE_NEW and began and came:
        hangs = "still runs: going back only ends the rollout that hangs, and the next hangs alike"
        told = hangs if finding.fault is Fault.ROLLOUT else f"{ran}: it differs in {came[0].what}{since}"
        return f"revision {chosen.number} {told}"
    image = [item for item in program if item.field.startswith("image")]
    if finding.fault is Fault.CONTENT and began and image and _unchanged(case, finding):
        return f"revision {chosen.number} {ran} with the same content: it differs in {image[0].what}{since}"
    settings = [item for item in program if not item.field.startswith("image")]
    if finding.fault is Fault.DEPENDENCY and began and settings and not _dependency_fails(case):
        return f"revision {chosen.number} {ran}: it differs in {settings[0].what}{since}"
    return ""


def doubt(case: Case, finding: Finding, failing: Revision, chosen: Revision) -> str:
    """Return why it cannot be told whether going back helps, or an empty text where nothing speaks for it.

    A template that differs where the fault may lie is neither proof nor denial: a wrong "no" keeps people from a cure.
    """
    until = str(finding.facts.get("ran_until", ""))
    if until and until in json.dumps(chosen.template):
        return (
            f"revision {chosen.number} has {until}, which ran until the rollout; what wrote the data last is not told"
        )
    if finding.fault not in MAY_BE_NEW | {Fault.DEPENDENCY, Fault.CONTENT}:
        return ""
    if finding.fault is Fault.DEPENDENCY and _dependency_fails(case):
        return ""
    differing = templates.differences(chosen.template, failing.template)
    near = [item for item in differing if _of_program(item, finding.container)]
    image = [item for item in near if item.field.startswith("image")]
    came = near if finding.fault is Fault.DEPENDENCY else near or _around(differing)
    came = came if finding.fault is not Fault.CONTENT else [] if _edited(case) else image
    if not came:
        return ""
    told = " and ".join(item.what for item in came[:2])
    brought = None if case.pod is None or case.workload is None else _rollout(case)
    ran = "ran and differs" if chosen.proven else "differs"
    since = f", and it began {_after(case, brought)}" if onset.began_with(brought, case) else ""
    return f"revision {chosen.number} {ran} in {told}{since}; that the fault lies there is not proven"


def _around(differing: tuple[Difference, ...]) -> list[Difference]:
    """Return the differences of the pod, whoever's: its containers share its network, its volumes and its rights."""
    return [
        item
        for item in differing
        if (item.container and item.field != "imagePullPolicy") or item.field.startswith(POD_FIELDS)
    ]


def _rollout(case: Case) -> Rollout | None:
    return None if case.pod is None else changes.rollout(case.workload, case.pod, case.all_events)


def _trouble(case: Case) -> str:
    """Return what began: only what was started, and ended, can crash."""
    suspect = case.suspect
    ended = suspect is not None and (suspect.restarts or any(item.started_at for item in suspect.terminations))
    return "crashing" if ended else "trouble"


def _after(case: Case, brought: Rollout | None) -> str:
    if brought is None or brought.at is None or case.first_crash is None:
        return "with the rollout"
    seconds = (case.first_crash - brought.at).total_seconds()
    return f"{onset.ago(seconds) + ' after' if seconds >= 1 else 'with'} revision {brought.brought.number}"


def _touched(
    finding: Finding, differing: tuple[Difference, ...], failing: Revision, chosen: Revision
) -> Difference | None:
    """Return the difference that the fault hangs on: one that names it, and that going back takes away."""
    names = [name for name in finding.fault_names if name]
    found: list[Difference] = []
    for difference in differing:
        if difference.container not in ("", finding.container) and finding.container:
            continue
        if not suspects.count(names, f"{difference.field} {difference.old} {difference.new}"):
            continue
        missing = finding.fault in (Fault.REFERENCE, Fault.CONTENT)
        if missing and not _new_here(names, failing.template, chosen.template):
            continue
        found.append(difference)
    # That another image came with it says less than the very field that the fault names, best by several names.
    found.sort(key=lambda item: (item.field.startswith("image"), -suspects.count(names, item.field)))
    return next(iter(found), None)


def _new_here(names: list[str], here: Object, there: Object) -> bool:
    """Whether the one template refers to what is named and the other does not.

    Secrets and ConfigMaps are looked up where templates refer to them: one may be called "api" like its workload.
    """
    if _refers(here, names):
        return not _refers(there, names)
    mine, other = (json.dumps(item, sort_keys=True, default=str) for item in (here, there))
    return any(name in mine and name not in other for name in names)


def _refers(template: Object, names: list[str]) -> bool:
    found = [use for kind in ("Secret", "ConfigMap") for use in podrefs.uses(template, kind, names[0])]
    return any(use.key in ("", *names[1:]) or len(names) == 1 for use in found)


def _of_program(item: Difference, container: str) -> bool:
    own = not container or item.container == container
    return (own and item.field.startswith(PROGRAM_FIELDS)) or (own and "resources" in item.field)


def _dependency_fails(case: Case) -> bool:
    return any(found.failing for found in case.dependencies.values())


def _edited(case: Case) -> str:
    """Return the ConfigMap or Secret that was changed shortly before the first crash, or an empty text."""
    return next((item.what for item in case.changed if item.what.startswith(("ConfigMap ", "Secret "))), "")


def _unchanged(case: Case, finding: Finding) -> bool:
    """Whether the ConfigMap or Secret that the fault hangs on was read, and is as it was before the rollout."""
    kinds = ("ConfigMap", "Secret")
    read = [name for name in finding.fault_names for kind in kinds if case.snapshot.one(kind, case.namespace, name)]
    return bool(read) and not _edited(case)


def ran(case: Case, finding: Finding, failing: Revision, chosen: Revision) -> str:
    """Return that the failing template ran well for long, so that it is not what broke, or an empty text.

    A setting that the fault itself hangs on (a limit, a path) may take its time; that there is another image does not.
    """
    lived = onset.ran_well(case, _rollout(case))
    declared = causes.declared(finding.cause)
    if lived is None or (declared is not None and declared.category is Category.IMAGE):
        return ""  # what the image lacks may show late: a class may be loaded after a day
    touched = _touched(finding, templates.differences(chosen.template, failing.template), failing, chosen)
    if touched is not None and not touched.field.startswith("image"):
        return ""
    edited = _edited(case)
    told = f"it ran {onset.ago(lived.total_seconds())} on this template before the first crash"
    return f"{told}; what changed shortly before is {edited}" if edited else f"{told}: the template is not what changed"
