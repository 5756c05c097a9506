"""What a command of a remedy takes away besides: told in the remedy's own words, so that nobody loses it unawares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.answer import effects
from diagnostics.facts.workloads import owners
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.answer.effects import Effect
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

_OPTIONS: Final = compiled(r"(?:OPTS|OPTIONS|FLAGS|ARGS)$")
"""Variables that hold many options: a new value for one of them takes the others away."""

_ENDED: Final = ("Succeeded", "Failed")
_SHOWN: Final = 160


def told(case: Case, change: Effect, text: str) -> str:
    """Return the sentences that must stand beside the command, each after a blank; empty when it takes nothing away."""
    target = case.snapshot.one(change.kind, change.namespace, change.name)
    if target is None:
        return ""
    sentences: list[str] = []
    if change.verb == "scale" and change.number == 0:
        wanted = fields.whole(target, "spec", "replicas") or 1
        sentences = [f"Scaled to 0 none of its pods runs, also not to look into: scale it to {wanted} afterwards."]
    elif change.verb == "delete" and change.kind == "Pod":
        sentences = _for_good(target)
    elif change.verb == "patch" and change.patch is not None:
        replaced = list(_safety(target, change.patch, text))
        sentences = [f"It replaces {', '.join(replaced)}."] if replaced else []
        sentences += _lost(target, change.patch)
    return "".join(f" {sentence}" for sentence in dict.fromkeys(sentences))


def claims(pod: Object) -> list[str]:
    """Return the names of the claims that the pod mounts."""
    named = (fields.text(item, "persistentVolumeClaim", "claimName") for item in fields.items(pod, "spec", "volumes"))
    return [name for name in named if name]


def _for_good(pod: Object) -> list[str]:
    """Return that a pod of no controller is deleted for good, and what goes with it; nothing once it has ended."""
    if owners.controller(pod) or fields.text(pod, "status", "phase") in _ENDED:
        return []
    if fields.text(pod, "metadata", "annotations", "kubernetes.io/config.mirror"):
        return []  # the kubelet makes a static pod's mirror anew
    kept = claims(pod)
    stays = f"what is on claim {' and '.join(kept)} stays, all else that it holds goes" if kept else "all it holds goes"
    scratch = [fields.text(item, "name") for item in fields.items(pod, "spec", "volumes") if "emptyDir" in item]
    listed = f" (emptyDir {', '.join(scratch)})" if scratch else ""
    gone = f"Pod {fields.name(pod)} does not come back once it is deleted, for no controller makes it"
    return [f"{gone}: {stays}{listed}."]


def _safety(target: Object, patch: Object, text: str) -> Iterator[str]:
    """Yield what somebody set for safety, and the change would overwrite without a word of it in the text."""
    for path, value in effects.leaves(patch):
        now = effects.at(target, path)
        kept = isinstance(now, list) and isinstance(value, list) and all(item in value for item in now)
        if "securityContext" in path and now is not None and now != value and not kept and str(now) not in text:
            yield f"{path[-1]} {now}"


def _lost(target: Object, patch: Object) -> Iterator[str]:
    """Yield what a patch takes from a container: arguments of a replaced list, a hook, options in a variable."""
    for path, value in effects.leaves(patch):
        now = effects.at(target, path)
        if path[-1] in ("args", "command") and isinstance(now, list) and isinstance(value, list):
            gone = [str(item) for item in now if item not in value]
            if gone:
                yield f"It replaces all {path[-1]}: {_listed(gone)}."
        elif path[-2:-1] == ("lifecycle",) and value is None and now is not None:
            does = " ".join(fields.strings(now, "exec", "command"))
            yield f"Without the {path[-1]} hook what it does is not done{': ' + _cut(does) if does else ''}."
        elif path[-1] == "value" and _OPTIONS.search(path[-2]) and not str(value).startswith("$("):
            if effects.at(target, path[:-1]) is None:
                continue
            yield f"{path[-2]} is set already and the command replaces it whole: add what it holds now."


def _listed(gone: list[str]) -> str:
    return _cut(" and ".join(gone)) + (" go" if len(gone) > 1 else " goes")


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
