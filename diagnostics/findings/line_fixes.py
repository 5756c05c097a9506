"""The remedy that a failing line itself holds, where no cause of its own has understood it.

Each rule takes words of one kind and joins them with the objects: the claim that a path lies on, the image, the node.
Nothing is built from words that fit no rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Remedy
from diagnostics.facts import images
from diagnostics.findings import crash_signals, permission_fixes
from diagnostics.findings.commands import durable, logs, on_node, set_image, snapshotted
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

LOOKED: Final = 2000
"""Characters of a line that are read."""
SAID: Final = 200
"""Lines that are read of a program's last words."""

_PATH: Final = compiled(r"""(?:^|[\s'"`(=])(/[^\s'"`:,;)]+)""")
_BARRED: Final = compiled(r"(?i)\bpermission denied\b|\bEACCES\b")
_IN_USE: Final = compiled(
    r"(?i)\b(drivers?|kernel modules?|modules?|devices?)\b(?: \S+)? (?:is|are) (?:still )?(?:in use|busy)\b"
    r"|(/dev/[\w/.-]+): [^\n]{0,40}\b(?:busy|in use)\b"
)
_DRAINS: Final = compiled(r"(?i)\bdrain(?:ing|ed)\b")
_UNFIT: Final = compiled(
    r"(?i)\b(?:schema|database|data(?:base)? (?:file|dir(?:ectory)?|format)|on-disk format|store)\b[^\n]{0,40}"
    r"\bversion\b[^\n]{0,40}\b(?:does ?n[o']t|not|cannot)\b[^\n]{0,20}\b(?:align|fit|match|compatible|supported?)\b"
    r"|\b(?:revert(?:ing)?|roll(?:ing)? back|go(?:ing)? back|downgrading) to (?:the |an? )?(?:previous|former|earlier"
    r"|older) (?:\w+ ){0,2}(?:version|release)\b"
)
_DAMAGED: Final = compiled(
    r"(?i)\bis (?:missing|absent) on (?:the )?disk\b|\bcontents? (?:is|are) not corrupted\b"
    r"|\b(?:remove|delete|move) [\"']?/[^\n]{1,300}\b(?:rebuild|recreate|start anew)"
)
_REBUILT: Final = compiled(
    r"(?i)\b(?:remove|delete|move)(?: away)? (?:the )?(?:file |directory )?[\"'`]?(/[^\s\"'`:,;)]+)"
)


def built(case: Case, suspect: Container, lines: Sequence[str]) -> Remedy | None:
    """Return the remedy that the lines hold, the deciding one first; None when no rule knows their kind."""
    text = tuple(line[:LOOKED] for line in lines[:SAID])
    return next((found for rule in _RULES if (found := rule(case, suspect, text)) is not None), None)


def floating(image: str) -> str:
    """Return how to name the tag of an image that may be another one at each pull, or nothing."""
    if not image or "@" in image:
        return ""
    tag = image.removeprefix(images.repository(image)).removeprefix(":")
    return "no tag" if not tag else f"the tag {tag}" if tag in _FLOATING else ""


_FLOATING: Final = frozenset({"latest", "lite", "stable", "edge", "nightly", "main", "master", "dev", "head", "canary"})
"""Tags that their makers move on."""


def _first_path(line: str) -> str:
    found = _PATH.search(line)
    return "" if found is None else str(found.group(1)).rstrip(".")


def _paths(lines: Sequence[str]) -> Iterator[str]:
    return (path for line in lines if (path := _first_path(line)))


def _claim(case: Case, lines: Sequence[str]) -> claims.File | None:
    """Return the claim that a path of the lines lies on, else the only one that the container mounts."""
    held = (claims.file(case, path) for path in _paths(lines))
    lies = next((item for item in held if item.kind == "PersistentVolumeClaim" and item.name), None)
    return lies or claims.only_claim(case)


def _barred(case: Case, suspect: Container, lines: Sequence[str]) -> Remedy | None:
    """Give the right that lacks: the line names a path on a volume, and the log a refusal on the same volume."""
    wanted = claims.file(case, _first_path(lines[0])) if lines else None
    if wanted is None or not wanted.volume:
        return None
    for line in (*lines, *case.transcript.lines[-SAID:]):
        path = _first_path(line[:LOOKED])
        if _BARRED.search(line[:LOOKED]) is None or not path or claims.file(case, path).volume != wanted.volume:
            continue
        refused = permission_fixes.Refusal(
            path=path, place=wanted.mount, line=line, claim=ClaimType.ACCESS_DENIED, frozen=False, found=wanted
        )
        return permission_fixes.remedy(case, suspect, refused)
    return None


def _in_use(case: Case, suspect: Container, lines: Sequence[str]) -> Remedy | None:
    """Have a driver or device let go by who holds it."""
    told = next((found for line in lines if (found := _IN_USE.search(line)) is not None), None)
    node = fields.text(case.pod, "spec", "nodeName")
    if told is None or not node:
        return None
    what = told.group(2) or f"the {told.group(1).lower()}"
    drains = any(_DRAINS.search(line[:LOOKED]) is not None for line in case.transcript.lines[-SAID:])
    again = f" Until then keep it off that node: each try of {suspect.name} drains it." if drains else ""
    text = (
        f"{what[:1].upper()}{what[1:]} is in use on node {node}, by programs or a driver of the node's own: the command"
        " shows by what. Either let the node keep its own and switch this one off for it (by the operator's or chart's"
        " setting), or end what holds it, take the node's own driver out and reboot the node. Do not unload it by"
        " force."
    )
    look = ("fuser", "-v", told.group(2)) if told.group(2) else ("lsmod",)
    return Remedy(text=text + again, commands=(on_node(node, "chroot", "/host", *look),))


def _unfit(case: Case, suspect: Container, lines: Sequence[str]) -> Remedy | None:
    """Pin the release that wrote the data, after a copy of them."""
    if not any(_UNFIT.search(line) is not None for line in lines):
        return None
    return pinned(case, suspect, _claim(case, lines))


def pinned(case: Case, suspect: Container, held: claims.File | None) -> Remedy:
    """Return how to go back to the release that ran with the data on ``held``: after a copy, by a tag that stays."""
    image = fields.text(suspect.spec, "image")
    tag, repository = floating(image), images.repository(image)
    text = f"Take a copy of {f'claim {held.name}' if held is not None else 'the data'} first, then "
    text += f"pin {repository} to the release that ran with these data, and upgrade from there in the steps that it"
    text += " supports."
    text += f" It runs with {tag}, so that a new pod may have pulled another release." if tag else ""
    copy = snapshotted(case.namespace, held.name) if held is not None else ()
    pin = set_image(case, suspect, f"{repository}:<release that ran>")
    return Remedy(text=text + durable(case), commands=(*copy, *pin))


def _damaged(case: Case, suspect: Container, lines: Sequence[str]) -> Remedy | None:
    """Move a part of the data that is not whole aside, after a copy, for the program to build it anew."""
    line = next((line for line in lines if _DAMAGED.search(line) is not None), "")
    held = _claim(case, (line,)) if line else None
    if held is None or held.kind != "PersistentVolumeClaim":
        return None
    aside = _REBUILT.search(line)
    path = _first_path(line) if aside is None else str(aside.group(1))
    how = "which it then builds anew, by its own words" if aside is not None else "when its makers say that it may go"
    text = (
        f"Take a copy of claim {held.name} first. Then, with {suspect.name} stopped, move {path} aside (do not delete"
        f" it), {how}; a run that was cut off while it wrote or dropped that part leaves such a state. A release that"
        " repairs it by itself may be out."
    )
    return Remedy(text=text, commands=snapshotted(case.namespace, held.name))


def _bus(case: Case, suspect: Container, lines: Sequence[str]) -> Remedy | None:
    """SIGBUS: memory that was promised could not be backed."""
    if not any(crash_signals.bus(line) for line in (*lines, *case.transcript.lines[:SAID])):
        return None
    text, shown = crash_signals.unbacked(case)
    return Remedy(text=text, commands=(*shown, logs(case, suspect)))


_RULES: Final[tuple[Callable[[Case, Container, Sequence[str]], Remedy | None], ...]] = (
    _barred,
    _in_use,
    _unfit,
    _damaged,
    _bus,
)
