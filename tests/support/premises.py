"""What an answer's stock sentences take for granted, held against the snapshot: which premise does not hold.

Each row is a phrase of an answer and what must then be true of the objects. A sentence that is printed for a whole kind
of trouble is a statement about this pod all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from diagnostics import fields
from diagnostics.answer import advice
from diagnostics.claims.probes.failures import ABSENT
from diagnostics.facts.model import EndedBy, Role
from diagnostics.facts.pods import blocking, killings, lifetimes, probe_texts, removals
from diagnostics.facts.workloads import owners, revisions
from diagnostics.findings import log_lines
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


def _no_kill_told(case: Case, diagnosis: Diagnosis, _: str) -> bool:
    """Whether no event names who killed the container."""
    return not any(killings.kills(case.events, item.name) for item in _suspects(case, diagnosis))


def _none_of(by: EndedBy) -> Callable[[Case, Diagnosis, str], bool]:
    return lambda case, diagnosis, _: (
        not any(killings.kills(case.events, item.name, by) for item in _suspects(case, diagnosis))
    )


def _unseen(case: Case, diagnosis: Diagnosis, kind: str) -> bool:
    """Whether no event tells of that probe's failures or kills."""
    names = {item.name for item in _suspects(case, diagnosis)}
    return not any(
        event.container in {"", *names} and f"{kind.lower()} probe" in event.message.lower() for event in case.events
    )


def _no_event(case: Case, diagnosis: Diagnosis, _: str) -> bool:
    return _no_kill_told(case, diagnosis, "") and _unseen(case, diagnosis, str(diagnosis.cause).partition("-")[0])


def _taken_away(case: Case, *_: object) -> bool:
    """Whether the whole pod was taken away, and a controller makes another."""
    return case.pod is None or (
        bool(owners.controller(case.pod)) and (case.ended is None or case.ended.ended_by in removals.REMOVED)
    )


def _full_scratch(case: Case, diagnosis: Diagnosis, _: str) -> bool:
    """Whether what is full is an emptyDir; the remedy of another pod speaks of that one's."""
    return bool(diagnosis.chain) or (bool(_volumes(case, "emptyDir")) and not diagnosis.facts.get("claim"))


def _cpu_limited(case: Case, diagnosis: Diagnosis, _: str) -> bool:
    return any(fields.text(item.spec, "resources", "limits", "cpu") for item in _suspects(case, diagnosis))


def _not_served(case: Case, *_: object) -> bool:
    """Whether a probe of the container got a status that says so, where it got any."""
    told = [probe_texts.status_of(event.message) for event in case.events if event.reason == "Unhealthy"]
    found = [code for code in told if code is not None]
    return not found or any(code in ABSENT for code in found)


def _template_speaks(case: Case, diagnosis: Diagnosis, _: str) -> bool:
    return any(item.spec.get(part) for item in _suspects(case, diagnosis) for part in ("env", "command", "args"))


def _refused(case: Case, *_: object) -> bool:
    """Whether a probe was refused by its event's own word, where one is there."""
    told = [event.message for event in case.events if event.reason == "Unhealthy"]
    return not told or any("refused" in message for message in told)


def _lived(case: Case, diagnosis: Diagnosis, seconds: str) -> bool:
    ends = [end.lifetime_s for item in _suspects(case, diagnosis) for end in item.terminations]
    allowed = [
        lifetimes.window(fields.table(item.spec, probe)).earliest
        for item in _suspects(case, diagnosis)
        for probe in ("livenessProbe", "startupProbe")
    ]
    return any(abs(life - int(seconds)) < 1 for life in (*filter(None, ends), *allowed))


def _no_address(case: Case, _: Diagnosis, name: str) -> bool:
    service = case.snapshot.one("Service", case.namespace, name)
    return service is not None and not fields.items(service, "status", "loadBalancer", "ingress")


def _sized(case: Case, _: Diagnosis, claim: str) -> bool:
    return case.snapshot.one("PersistentVolumeClaim", case.namespace, claim) is not None


def _set_here(case: Case, diagnosis: Diagnosis, name: str) -> bool:
    sets = (
        fields.text(entry, "name") for item in _suspects(case, diagnosis) for entry in fields.items(item.spec, "env")
    )
    return name in sets


def _neighbour(case: Case, diagnosis: Diagnosis, name: str) -> bool:
    return name != diagnosis.container and any(item.name == name for item in case.containers)


def _never(*_: object) -> bool:
    return False


def _not_ready(case: Case, *_: object) -> bool:
    return case.pod is None or not blocking.ready(case.pod)


def _started_once(case: Case, *_: object) -> bool:
    return fields.text(case.pod, "spec", "restartPolicy") != "OnFailure" or advice.over(case)


def _of_code(case: Case, *_: object) -> bool:
    told = log_lines.crashed(case)
    return told is not None and log_lines.of_code(told)


_ANSWERED: Final = compiled(r'" 5\d\d ')


def _says_no(case: Case, *_: object) -> bool:
    told = [event.message for event in case.events if event.reason == "Unhealthy"]
    # The program's own access log may have it, of what the kubelet asked.
    if any("kube-probe" in line and _ANSWERED.search(line) is not None for line in case.transcript.lines):
        return True
    return any((probe_texts.status_of(text) or 0) >= 500 or probe_texts.NOT_SERVING.search(text) for text in told)


PREMISES: Final = (
    Premise(compiled(r"nobody is on record as the sender"), "no event of a kill", _no_kill_told),
    Premise(compiled(r"no event says that the postStart hook failed"), "none", _none_of(EndedBy.HOOK)),
    Premise(compiled(r"no event says that the (\w+) probe failed"), "none of that probe", _unseen),
    Premise(compiled(r"no event is left"), "no event of its probe or its kill", _no_event),
    Premise(compiled(r"is replaced by its controller anyway"), "a pod that was taken away", _taken_away),
    Premise(compiled(r"starts with an empty emptyDir"), "an emptyDir that is full", _full_scratch),
    Premise(compiled(r"load and (?:its )?CPU limit"), "a CPU limit", _cpu_limited),
    Premise(compiled(r"does not serve that path"), "a status that says so", _not_served),
    Premise(compiled(r"in its pod template\b|or its pod template\b"), "a template that can hold it", _template_speaks),
    Premise(compiled(r"probe gets connection refused"), "an event that says so", _refused),
    Premise(compiled(r"more than the (\d+) s after which it was killed"), "that lifetime", _lived),
    Premise(compiled(r"Service (\S+) is of type LoadBalancer and has no address"), "that Service", _no_address),
    Premise(compiled(r": claim (\S+) \(\w+\) is full"), "that claim", _sized),
    Premise(compiled(r"(\S+), set in its spec, leads there"), "that variable", _set_here),
    Premise(compiled(r"container (\S+) of the same pod, which"), "that neighbour", _neighbour),
    Premise(compiled(r"falls back to|host setting is probably not set"), "knowledge of its default", _never),
    Premise(compiled(r"started again and again"), "a policy that starts it again, and a start", _started_again),
    Premise(compiled(r"the crashing began"), "something that was started, and ended", _crashed),
    Premise(compiled(r"Roll back to revision (\d+) first"), "that revision, and that a rollback helps", _earlier),
    Premise(compiled(r"they were only restarts"), "revisions of one template", _only_restarts),
    Premise(compiled(r"new pods would fail the same way"), "a pod that is not ready", _not_ready),
    Premise(compiled(r"run again by a new Job"), "pods that are started once, or a Job that is over", _started_once),
    Premise(compiled(r"Take a release of \S+ without this fault"), "a fault of the code", _of_code),
    Premise(compiled(r"each start ends the same way|older or newer"), "knowledge of other starts and releases", _never),
    Premise(compiled(r"the program itself says that it is not well"), "a probe's answer that says so", _says_no),
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
    told += [item.summary for item in diagnosis.also]
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
