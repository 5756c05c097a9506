"""What an answer's stock sentences take for granted, held against the snapshot: which premise does not hold.

Each row is a phrase of an answer and what must then be true of the objects. A sentence that is printed for a whole kind
of trouble is a statement about this pod all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from diagnostics import fields
from diagnostics.facts.model import Role
from diagnostics.facts.workloads import revisions
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.facts.model import Container
    from diagnostics.patterns import Pattern
    from diagnostics.snapshot import Object

    Match = object


class Premise(NamedTuple):
    """A phrase (its first group is handed on), what it takes for granted in words, and whether that holds."""

    phrase: Pattern
    means: str
    holds: Callable[[Case, Diagnosis, str], bool]


def _volumes(case: Case, kind: str) -> list[Object]:
    templates = [] if case.workload is None else [item.template for item in case.workload.revisions]
    pods = [case.pod or {}, *case.snapshot.all("Pod"), *templates]
    return [item for pod in pods for item in fields.items(pod, "spec", "volumes") if kind in item]


def _scratch(case: Case, *_: object) -> bool:
    return bool(_volumes(case, "emptyDir"))


def _lasting(case: Case, *_: object) -> bool:
    lasting = _volumes(case, "persistentVolumeClaim") or _volumes(case, "hostPath")
    return bool(lasting) or not _volumes(case, "emptyDir")


def _suspects(case: Case, diagnosis: Diagnosis) -> list[Container]:
    return [item for item in case.containers if item.name == diagnosis.container] or list(case.containers)


def _ended(item: Container) -> bool:
    return bool(item.restarts) or any(end.started_at is not None for end in item.terminations)


def _started_again(case: Case, diagnosis: Diagnosis, _: str) -> bool:
    again = case.pod is None or fields.text(case.pod, "spec", "restartPolicy") != "Never"
    return again and any(item.restarts or item.terminations for item in _suspects(case, diagnosis))


def _crashed(case: Case, diagnosis: Diagnosis, _: str) -> bool:
    return any(_ended(item) for item in _suspects(case, diagnosis))


def _earlier(case: Case, diagnosis: Diagnosis, number: str) -> bool:
    told = diagnosis.advice("undo")
    kept = () if case.workload is None else case.workload.revisions
    return told is not None and told.helps is True and any(item.number == int(number) for item in kept)


def _only_restarts(case: Case, *_: object) -> bool:
    kept = () if case.workload is None else case.workload.revisions
    sums = [_checksums(item.template) for item in kept]
    same = all(revisions.same_program(item, kept[0]) for item in kept)
    return len(kept) > 1 and same and all(item == sums[0] for item in sums)


def _checksums(template: Object) -> dict[str, str]:
    marks = fields.labels(template, "metadata", "annotations")
    return {key: value for key, value in marks.items() if key.startswith("checksum/")}


def _commands(least: int) -> Callable[[Case, Diagnosis, str], bool]:
    return lambda _case, diagnosis, _words: len(diagnosis.remedy.commands) >= least


def _says(word: str) -> Callable[[Case, Diagnosis, str], bool]:
    return lambda _case, diagnosis, _words: any(word in command for command in diagnosis.remedy.commands)


def _option(case: Case, diagnosis: Diagnosis, name: str) -> bool:
    words = [word for item in _suspects(case, diagnosis) for part in ("args", "command") for word in _given(item, part)]
    return any(word == name or word.startswith(f"{name}=") for word in words)


def _given(item: Container, part: str) -> list[str]:
    return fields.strings(item.spec, part)


def _limit(resource: str) -> Callable[[Case, Diagnosis, str], bool]:
    def holds(case: Case, _: Diagnosis, amount: str) -> bool:
        pods = [item.spec for item in case.containers]
        return any(fields.text(spec, "resources", "limits", resource) == amount for spec in pods)

    return holds


def _group(case: Case, _: Diagnosis, number: str) -> bool:
    return fields.whole(case.pod, "spec", "securityContext", "fsGroup") == int(number)


def _ordered(case: Case, *_: object) -> bool:
    return case.workload is not None and case.workload.kind == "StatefulSet"


def _init(case: Case, _: Diagnosis, name: str) -> bool:
    return any(item.name == name and item.role is Role.INIT for item in case.containers)


def _policy(case: Case, _: Diagnosis, name: str) -> bool:
    return case.snapshot.one("NetworkPolicy", case.namespace, name) is not None


def _never(*_: object) -> bool:
    return False


PREMISES: Final = (
    Premise(compiled(r"started again and again"), "a policy that starts it again, and a start", _started_again),
    Premise(compiled(r"the crashing began"), "something that was started, and ended", _crashed),
    Premise(compiled(r"Undo to revision (\d+) first"), "that revision, and that an undo helps", _earlier),
    Premise(compiled(r"they were only restarts"), "revisions of one template", _only_restarts),
    Premise(
        compiled(r"\bemptyDir starts empty|An emptyDir belongs"),
        "an emptyDir",
        lambda c, *_: bool(_volumes(c, "emptyDir")),
    ),
    Premise(
        compiled(r"a snapshot of the volume"),
        "a claim that lasts",
        lambda c, *_: (
            bool(_volumes(c, "persistentVolumeClaim") or _volumes(c, "hostPath")) or not _volumes(c, "emptyDir")
        ),
    ),
    Premise(compiled(r"Scaled to 0 none"), "the command that scales to 0", _says("--replicas=0")),
    Premise(
        compiled(r"(?i)\bthe commands? (?:does|make|print|show|tr(?:y|ies)|ask|list|tell)"), "a command", _commands(1)
    ),
    Premise(compiled(r"(?i)\bthe first command\b"), "more than one command, or one", _commands(1)),
    Premise(compiled(r"(?i)\bthe second command\b"), "two commands", _commands(2)),
    Premise(compiled(r"the patch does"), "a patch", _says(" patch ")),
    Premise(compiled(r"\bLet (-\S+) of its arguments"), "that option", _option),
    Premise(compiled(r"Its CPU limit of (\S+) "), "that limit", _limit("cpu")),
    Premise(compiled(r"fsGroup (\d+) is set already"), "that fsGroup", _group),
    Premise(compiled(r"OrderedReady (?:does not replace|waits)"), "a StatefulSet", _ordered),
    Premise(compiled(r"Init container (\S+) fills emptyDir"), "that init container", _init),
    Premise(compiled(r"^NetworkPolicy (\S+) of namespace"), "that policy", _policy),
    Premise(
        compiled(r"\((?:kernel-\w+|(?:liveness|startup)-probe|unknown-kill|never-ran|hook|eviction|drain|runtime)\)"),
        "a reader who knows our own words",
        _never,
    ),
)


def unheld(case: Case, diagnosis: Diagnosis) -> Iterator[str]:
    """Yield each phrase of the answer whose premise the objects do not bear out."""
    told = [diagnosis.summary, diagnosis.remedy.text]
    told += [item.because for item in (*diagnosis.actions, *diagnosis.ruled_out)]
    for premise in PREMISES:
        for text in told:
            found = premise.phrase.search(text)
            if found is None or (diagnosis.chain and text == diagnosis.remedy.text):
                continue  # the remedy of another pod speaks of that one's objects
            words = next(iter(found.groups()), None) or found.group(0)
            if not premise.holds(case, diagnosis, words):
                yield f"premise: {found.group(0)!r} takes {premise.means} for granted"
    yield from _overwritten(case, diagnosis)


_SETS = compiled(r" set env \S+ -c \S+ '?([A-Z_]*(?:OPTS|OPTIONS|FLAGS|ARGS))=")


def _overwritten(case: Case, diagnosis: Diagnosis) -> Iterator[str]:
    """Yield a command that gives a variable of many options a whole new value, though the spec sets it."""
    for command in diagnosis.remedy.commands:
        found = _SETS.search(command)
        if found is None or "$(" in command:
            continue
        for item in _suspects(case, diagnosis):
            if any(fields.text(entry, "name") == found.group(1) for entry in fields.items(item.spec, "env")):
                yield f"premise: {found.group(1)} is set, and the command overwrites it"
