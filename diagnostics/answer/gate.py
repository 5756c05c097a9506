"""The remedy gate: advice that would do nothing, do harm or contradict the rest of the answer is not shown.

Each rule judges what a command would really do (``effects``), or a sentence that stands beside it. A rule returns why
the command is withheld; the answer then says what to look at instead. Rules about *which* remedy fits (the node, the
image, the team's own code) belong to the causes that write it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from diagnostics import fields
from diagnostics.answer import effects, side_effects
from diagnostics.claims.vocabulary import families
from diagnostics.diagnosis import Remedy, Verdict
from diagnostics.facts.model import Role as ContainerRole
from diagnostics.facts.pods import blocking, quantities
from diagnostics.facts.workloads import owners
from diagnostics.findings import premises
from diagnostics.patterns import compiled
from diagnostics.transcript.model import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diagnostics.answer.effects import Effect
    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Advice, Finding
    from diagnostics.snapshot import Object

LEAST: Final = 1.25
"""A number that moves by less than a quarter changes nothing that matters (rule 1)."""

_GOING_BACK: Final = compiled(
    r"(?i)\b(?:undo|roll(?:ed|ing)? ?back|go(?:ing)? back to (?:the )?(?:earlier|previous))\b"
)
_DENIED: Final = compiled(r"(?i)\b(?:not|no|never|would|until then)\b")
"""Such a sentence tells that going back does not help, or offers more than that."""

NEAR: Final = 4
"""Lines around the deciding one that belong to the same words."""

_UNSAID: Final = frozenset({Role.USAGE, Role.PLAIN})
"""Lines of the log whose options are no advice: the help text, and what only informs."""

_NO_AMOUNT: Final = frozenset({"port", "targetPort", "containerPort", "runAsUser", "runAsGroup", "fsGroup", "path"})
"""Fields whose values are names: 8080 and 8081 are as different as two names are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A command that the gate keeps back, and why."""

    command: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What is left of a remedy, and what was kept back."""

    remedy: Remedy
    withheld: tuple[Withheld, ...] = ()


def passed(
    case: Case,
    remedy: Remedy,
    advice: Sequence[Advice],
    rehearse: Callable[[Effect], str] | None = None,
    *,
    weak: bool = False,
) -> Passed:
    """Return the remedy without what a rule refuses.

    ``rehearse`` plays a change through on a copy of the snapshot and returns why it would not help (or nothing);
    ``weak`` says that the log alone speaks for the finding.
    """
    remedy = premised(case, remedy)
    kept, withheld, said = [], [], []
    for command in remedy.commands:
        change = effects.effect(command)
        because = _tells_nothing(case, command) if change is None else _refused(case, advice, change, remedy.text)
        because = because or ("" if change is None else _guessed(change, weak=weak))
        if not because and change is not None and rehearse is not None:
            because = rehearse(change)
        if because:
            withheld.append(Withheld(command=command, because=because))
            continue
        kept.append(command)
        said += [] if change is None else [side_effects.told(case, change, remedy.text)]
    text = _agreeing(remedy.text, advice)
    text = f"{text.rstrip()}{''.join(dict.fromkeys(said))}".strip()
    text = f"{text.rstrip()}{_warned(case)}{_quietly(case, kept)}" if text else text
    return Passed(remedy=replace(remedy, text=text, commands=tuple(kept)), withheld=tuple(withheld))


def premised(case: Case, remedy: Remedy) -> Remedy:
    """Rule 10: a clause whose premise neither line nor object shows gives way to the honest weaker step."""
    text, commands, kept = remedy.text, remedy.commands, []
    for clause in remedy.clauses:
        if premises.shown(case, clause):
            kept.append(clause)
            continue
        text = text.replace(clause.text, clause.instead)
        commands = tuple(command for command in commands if command not in clause.commands)
    return replace(remedy, text=text, commands=commands, clauses=tuple(kept))


def _quietly(case: Case, commands: Sequence[str]) -> str:
    """Return the warning that what an action replaces works as it is: rule 3, where to take it down is the point.

    An init container that is run again in a living pod holds up nothing of what runs beside it.
    """
    replaced = {"restart", "undo"} & {change.verb for change in effects.effects(tuple(commands))}
    if not replaced or case.pod is None:
        return ""
    again = case.suspect is not None and case.suspect.role is ContainerRole.INIT
    works = again and any(item.ready for item in case.containers if item.role is ContainerRole.APP)
    return " The pod works as it is: do it at a quiet time." if works or blocking.ready(case.pod) else ""


def _refused(case: Case, advice: Sequence[Advice], change: Effect, text: str) -> str:
    """Return why a change must not be offered, or an empty text."""
    down = "" if _told_of(case, change, text) else _takes_down(case, change)
    return _idle(case, change) or _forced(case, change) or down or _contradicts(advice, change)


def _tells_nothing(case: Case, command: str) -> str:
    """Rule 11: no command prints the log of a program whose log was read, and is empty."""
    suspect, told = case.suspect, case.transcript
    if suspect is None or case.pod is None or f" logs {fields.name(case.pod)} -c {suspect.name}" not in command:
        return ""
    logs = [
        case.snapshot.log(case.namespace, fields.name(case.pod), suspect.name, at) for at in ("previous", "current")
    ]
    read = any(log is not None for log in logs) and not any(log.lines for log in logs if log is not None)
    return "its log was read and is empty" if read and not told.lines else ""


def _told_of(case: Case, change: Effect, text: str) -> bool:
    """Rule 3's exception: a bare pod whose end is the point, which the text names first and whose data stay on a claim.

    Such a pod never comes back: ``side_effects`` says so beside the command.
    """
    if change.verb != "delete" or change.kind != "Pod" or f"pod {change.name} " not in f"{text} ":
        return False
    pod = case.snapshot.one("Pod", change.namespace, change.name)
    own = case.pod is not None and change.name == fields.name(case.pod)
    return pod is not None and not own and not owners.controller(pod) and bool(side_effects.claims(pod))


def weak(finding: Finding) -> bool:
    """Whether nothing but the log and the container's own status speaks for a finding that is not certain."""
    return finding.verdict is Verdict.LIKELY and all(item.source in ("log", "pod") for item in finding.evidence)


def _guessed(change: Effect, *, weak: bool) -> str:
    """Rule 9: what only the log speaks for takes no pod away, for that hurts where the guess is wrong."""
    away = change.verb == "run" or (change.verb == "scale" and change.number == 0)
    return "only the log speaks for the cause" if weak and away else ""


def _idle(case: Case, change: Effect) -> str:
    """Rule 1: it changes something, and by enough to matter."""
    if change.verb == "scale":
        return _scaled(case, change)
    if change.verb != "patch" or change.patch is None:
        return ""
    target = case.snapshot.one(change.kind, change.namespace, change.name)
    if target is None:
        return ""
    told = [_little(path[-1], _now(target, path), value) for path, value in effects.leaves(change.patch)]
    return told[0] if told and all(told) else ""


def differs(target: Object, path: tuple[str, ...], value: Any) -> bool:
    """Whether a value of a patch is another one than the object has, as far as its own is known."""
    return bool(_now(target, path) != value)


def _scaled(case: Case, change: Effect) -> str:
    target = case.snapshot.one(change.kind, change.namespace, change.name)
    wanted = None if target is None else fields.whole(target, "spec", "replicas")
    return "it has so many replicas already" if wanted is not None and wanted == change.number else ""


def _now(target: Object, path: tuple[str, ...]) -> Any:
    """Return what stands at a path; of a variable's value, which is never kept, the heap setting that was."""
    if path[-1:] == ("value",) and "env" in path:
        return fields.text(effects.at(target, path[:-1]), "facts", "heap") or None
    return effects.at(target, path)


def _little(name: str, now: Any, value: Any) -> str:
    """Return that a value is set already, or that a number hardly moves."""
    if now is None:
        return ""
    if now == value:
        return "it is set so already"
    old, new = _number(now), _number(value)
    if name not in _NO_AMOUNT and old and new and max(old, new) / min(old, new) < LEAST:
        return f"{now} → {value} would change next to nothing"
    return ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    found = quantities.parsed(value) if isinstance(value, str) else None
    return None if found is None else float(found)


def _forced(case: Case, change: Effect) -> str:
    """Rule 2: a switch that a guard mentions as its own way around is never offered."""
    if change.verb != "patch" or change.patch is None:
        return ""
    mentioned = {name.lstrip("-") for name in _ways_around(case)}
    for path, value in effects.leaves(change.patch):
        if set(path) & mentioned or any(name in str(value) for name in mentioned):
            return "the program names it as a way around its own guard"
    return ""


def _ways_around(case: Case) -> tuple[str, ...]:
    """Return the switches that the log's failing lines mention as a way around a guard (``to force it, set X``)."""
    told = case.transcript
    lines = (told.lines[index] for index, role in enumerate(told.roles) if role not in _UNSAID)
    return tuple(dict.fromkeys(name for line in lines for name in families.overrides(line[:4000])))


def _warned(case: Case) -> str:
    """Return the warning not to use such a switch, when the words that decide mention one."""
    told = case.transcript
    if told.deciding is None:
        return ""
    near = told.lines[max(0, told.deciding - NEAR) : told.deciding + NEAR + 1]
    names = dict.fromkeys(name for line in near for name in families.overrides(line[:4000]))
    if not names:
        return ""
    switches = " and ".join(names)
    return f" Leave {switches} alone: the program names it as a way around this very check, at its data's risk."


def _takes_down(case: Case, change: Effect) -> str:
    """Rule 3: nothing that serves is taken down, and no claim is deleted."""
    if change.verb == "delete" and change.kind == "PersistentVolumeClaim":
        return "it would delete data"
    serving = sum(1 for pod in (case.pod, *case.siblings) if pod is not None and blocking.ready(pod))
    if (change.verb == "run" or (change.verb == "scale" and change.number == 0)) and serving:
        return f"{serving} of its pods serve"
    if change.verb == "delete" and change.kind == "Pod":
        pod = case.snapshot.one("Pod", change.namespace, change.name)
        return "that pod serves" if pod is not None and blocking.ready(pod) else ""
    if change.verb == "delete" and serving:
        return f"{serving} of its pods serve"
    return ""


def _contradicts(advice: Sequence[Advice], change: Effect) -> str:
    """Rule 4: a command for what the same answer says does not help is not shown."""
    for item in advice:
        if item.action == change.verb and item.helps is False:
            return item.because
    return ""


def _agreeing(text: str, advice: Sequence[Advice]) -> str:
    """Return the text without sentences that send back where the answer says that an undo does not help."""
    refused = any(item.action == "undo" and item.helps is False for item in advice)
    if not refused or _GOING_BACK.search(text) is None:
        return text
    kept = [told for told in text.split(". ") if _GOING_BACK.search(told) is None or _DENIED.search(told) is not None]
    return ". ".join(kept) or text
