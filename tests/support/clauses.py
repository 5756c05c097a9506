"""A remedy says no more than is known: its concrete clauses rest on shown premises, its names stand somewhere.

Judged by the words that are shown: a phrase that takes something for granted must come with a clause that says what,
and a path or variable must stand in the snapshot, or in what the engine knows of all programs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from diagnostics.diagnosis import Premise
from diagnostics.findings import premises
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.asked import Asked

WATCHED = (
    (Premise.OF_IMAGE, compiled(r"(?i)\bbelongs to the image\b|\bwould hide the image's files\b")),
    (Premise.BATCH, compiled(r"\bas a Job \(or a CronJob")),
    (Premise.BACKGROUND, compiled(r"\bstay in the foreground\b")),
    (Premise.OWN_CODE, compiled(r"\bFix the code at\b|\bfix the code at\b")),
    (Premise.NO_NODE, compiled(r"\bNo node has the labels\b")),
    (Premise.UNHEALTHY, compiled(r"\bprobe does its duty\b|\bLoosening the probe would hide it\b")),
    (Premise.CHANGED, compiled(r"\buntil then go back to an image that has it\b")),
)
"""What a phrase takes for granted: nobody may print it without saying so."""

NEVER = (
    compiled(r"(?i)\bremove the line\b"),
    compiled(r"(?i)\blabel namespace (?:default|kube-\S+|openshift-\S+) "),
    compiled(r"(?i)\bnamespace (?:default|kube-\S+|openshift-\S+) [^.]{0,60}\blet it enforce\b"),
    compiled(r"(?i)\bin its variables, its files or its image\b"),
)
"""What is never known: words that were printed once, and misled."""

_PATH = compiled(r"(?:^|[\s(])(/[a-z][\w.-]*(?:/[\w.@+-]+)+)")
_VARIABLE = compiled(r"\b([A-Z][A-Z0-9]*_[A-Z0-9_]{2,})\b")
_PLAIN = compiled(r"[^A-Za-z0-9]")
_CORE = Path(__file__).parents[2] / "diagnostics"


@cache
def general() -> str:
    """Return all that the engine's own files say: what it knows of any program stands there in words."""
    files = sorted(path for kind in ("py", "toml") for path in _CORE.rglob(f"*.{kind}"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def unshown(asked: Asked) -> Iterator[str]:
    """Yield a sentence for each thing that the remedy says and that nothing shows."""
    remedy = asked.diagnosis.remedy
    for clause in remedy.clauses:
        if clause.text in remedy.text and not premises.shown(asked.case, clause):
            yield f"rule 10: the premise {clause.premise} of {clause.text!r} is not shown"
    if not asked.diagnosis.chain:
        kinds = {clause.premise for clause in remedy.clauses}
        for premise, words in WATCHED:
            if words.search(remedy.text) is not None and premise not in kinds:
                yield f"rule 10: it takes {premise} for granted: {remedy.text}"
    said = f"{remedy.text} {' '.join(remedy.commands)}"
    yield from (f"rule 10: {words.pattern} is never known: {said}" for words in NEVER if words.search(said) is not None)


def unfounded(asked: Asked) -> list[str]:
    """Return the paths and variables of the remedy's text that stand neither in the snapshot nor in the engine."""
    text, held = asked.diagnosis.remedy.text, asked.snapshot.to_json()
    named = [str(found.group(1)).rstrip(".") for pattern in (_PATH, _VARIABLE) for found in pattern.finditer(text)]
    known = (name for name in named if name in held or name in general() or _made_of(name, held))
    return sorted(set(named) - set(known))


def _made_of(name: str, held: str) -> bool:
    """Whether a name is put together from what is held: a mount and its file, a variable of a key or a Service."""
    if name.startswith("/"):
        above, _, last = name.rpartition("/")
        return last in held and any(part in held for part in (above, above.rpartition("/")[0]))
    letters = name.removesuffix("_PORT").replace("_", "").lower()
    return letters in _PLAIN.sub("", held).lower()
