"""Whether the line or the objects show what a clause of a remedy takes for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.diagnosis import Premise
from diagnostics.facts.pods import scheduling
from diagnostics.facts.pods.probe_texts import REFUSED
from diagnostics.findings import image_paths
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Clause

NEAR: Final = 12
"""Lines at the end of a log in which a batch program says that it is through."""
_DONE: Final = compiled(
    r"(?i)\b(?:migrations?|import|export|backup|seed(?:ing)?|sync|job|task|work|batch|run|script|load|initiali[sz]ation)s?"
    r" (?:\w+ ){0,3}(?:complete[d]?|done|finished|succeeded|applied)\b"
    r"|\ball (?:done|\w+ (?:applied|migrated|processed))\b"
    r"|\b(?:successfully|finished|completed) (?:\w+ ){0,2}(?:migrat|import|export|backup|seed|sync|process)\w*"
)
_BACKGROUND: Final = compiled(
    r"(?i)\bdaemoni[sz](?:ed|ing)\b|\b(?:forked|forking|detach(?:ed|ing)|moved?|going"
    r"|running) (?:\w+ ){0,2}(?:in)?(?:to)?"
    r" ?(?:the )?background\b|\bforked (?:process|child|into)\b|\bstarted? (?:\w+ ){0,3}(?:as a daemon"
    r"|in daemon mode)\b"
)
"""Words of a program that leaves its terminal."""
_STARTS: Final = compiled(r"(?:^|[\s;])(?:service|systemctl|supervisorctl|rc-service|apachectl start|nohup)\s|&\s*$")
"""Commands that start another process and end."""
_VERSION: Final = compiled(r"^v?0*(?:\.0+)*$")
"""A version of zero: nothing wrote the data, for they were never set up."""


def shown(case: Case, clause: Clause) -> bool:
    """Whether the clause's premise is shown, by the cited line, an object or both."""
    return _PREMISES[clause.premise](case, clause.of)


def never_set_up(version: str) -> bool:
    """Whether a version of data says that nothing has written them yet."""
    return _VERSION.search(version) is not None


def work_done(case: Case) -> int | None:
    """Return the newest line among the last that says that a piece of work is done."""
    bare = case.transcript.bare
    near = range(len(bare) - 1, max(-1, len(bare) - 1 - NEAR), -1)
    return next((at for at in near if _DONE.search(bare[at][:500]) is not None), None)


def other_image(case: Case) -> bool:
    """Whether another revision than the one that fails ran another image of the suspect, and is not known to fail."""
    if case.workload is None or case.suspect is None:
        return False
    now, name = fields.text(case.suspect.spec, "image"), case.suspect.name
    kept = (item.template for item in case.workload.revisions if not item.failed)
    images = {
        fields.text(container, "image")
        for template in kept
        for group in ("containers", "initContainers")
        for container in fields.items(template, "spec", group)
        if fields.text(container, "name") == name
    }
    return bool(images - {now, ""})


def _of_image(case: Case, path: str) -> bool:
    return case.suspect is not None and not image_paths.of_kernel(path) and image_paths.of_program(case.suspect, path)


def _batch(case: Case, _: str) -> bool:
    owner = "" if case.workload is None else case.workload.kind
    return owner in ("Job", "CronJob") or work_done(case) is not None


def _background(case: Case, _: str) -> bool:
    if any(_BACKGROUND.search(line[:500]) is not None for line in case.transcript.bare):
        return True
    spec = {} if case.suspect is None else case.suspect.spec
    words = (*fields.strings(spec, "command"), *fields.strings(spec, "args"))
    return any(_STARTS.search(word[-2000:]) is not None for word in words)


def _other_version(case: Case, version: str) -> bool:
    return other_image(case) or (bool(version) and not never_set_up(version))


def _own_code(case: Case, place: str) -> bool:
    """Whether the frame that stands there is no library's."""
    frames = (frame for crash in case.transcript.crashes for frame in crash.frames)
    at = [frame for frame in frames if frame.file and place.startswith(frame.file)]
    return not at or any(frame.own is not False for frame in at)


def _no_node(case: Case, _: str) -> bool:
    return scheduling.none_fits(case)


def _unhealthy(case: Case, _: str) -> bool:
    """Whether some answer came: a probe that is refused every time asks where nothing listens."""
    told = [event.message for event in case.events if event.reason == "Unhealthy"]
    return not told or any(REFUSED.search(message) is None for message in told)


def _changed(case: Case, _: str) -> bool:
    return other_image(case)


_PREMISES: Final[dict[Premise, Callable[[Case, str], bool]]] = {
    Premise.OF_IMAGE: _of_image,
    Premise.BATCH: _batch,
    Premise.BACKGROUND: _background,
    Premise.OTHER_VERSION: _other_version,
    Premise.OWN_CODE: _own_code,
    Premise.NO_NODE: _no_node,
    Premise.UNHEALTHY: _unhealthy,
    Premise.CHANGED: _changed,
}
