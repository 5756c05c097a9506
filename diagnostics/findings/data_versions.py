"""Which version wrote the data, which one reads it, and which image of the workload's revisions it was."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.facts import images
from diagnostics.facts.workloads import changes, onset
from diagnostics.findings import premises
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.facts.workloads.changes import Rollout

_VERSION: Final = r"v?(\d+(?:\.\d+)*)"
_PAIRS: Final = (
    # What the data has, then what the program wants.
    compiled(rf"(?i)initiali[sz]ed by [^\d]{{0,30}}{_VERSION},? which is not compatible with this version {_VERSION}"),
    compiled(
        rf"(?i)(?:down|up)grade(?: is not supported)?:? (?:cannot (?:down|up)grade )?from {_VERSION} to {_VERSION}"
    ),
    compiled(
        r"(?i)\b(?:database|data|schema|store|index|disk|file|format|metadata|migration)\b[^\d\n]{0,30}"
        rf"\bversion:? \(?{_VERSION}[^\d\n]{{0,20}}(?:not compatible|incompatible|not match|mismatch|differs?|!="
        rf"|too (?:old|new)|newer|older|lower|higher|less|greater)[^\d\n]{{0,80}}\(?{_VERSION}"
    ),
    compiled(
        rf"(?i)\bfound (?:version )?{_VERSION}[,;]? (?:but )?(?:expected|wanted|required|supported)"
        rf"[^\d]{{0,20}}{_VERSION}"
    ),
    compiled(
        rf"(?i)\bversion[ :(=]{{1,3}}{_VERSION}\)? (?:is |are )?(?:not compatible|incompatible) with"
        rf" [^\d]{{0,50}}{_VERSION}"
    ),
)
_SWAPPED: Final = compiled(
    rf"(?i)\b(?:expected|wanted|supports?|requires?d?"
    rf"|needs?)(?: up to)?(?: schema)?(?: version)?:? {_VERSION}[,;]?[^\d\n]{{0,40}}"
    rf"\b(?:found|got|is|actual|current)(?: schema)?(?: version)?:? {_VERSION}"
)
_BUILT: Final = compiled(
    rf"(?i)\bversion {_VERSION} (?:on|with|for|against) [^\d\n]{{0,40}}(?:built|written|created|made|initiali[sz]ed) by"
    rf"[^\d\n]{{0,20}} {_VERSION}"
)
"""What the program is, then what the data has: ``server version 8.0.26 on data directory built by version 8.0.30``."""
_FOUND: Final = compiled(
    rf"(?i)handle RDB format version {_VERSION}|no migration found for version {_VERSION}"
    rf"|(?:initiali[sz]ed|created|written) (?:by|with) [^\d]{{0,30}}{_VERSION}"
)
_OF_A_SERVER: Final = compiled(
    rf"(?i)\b(?:initiali[sz]ed|created|written|built|made) (?:by|with) [A-Z][^\d\n]{{2,30}}{_VERSION}"
    rf"|\bserver downgrade\b[^\n]{{0,40}}\bfrom {_VERSION}"
)
_SCHEMA: Final = compiled(r"(?i)\bschema\b|\bmigrations?\b")
_NEWER: Final = compiled(
    r"(?i)downgrade|\b(?:newer|too new|ahead|higher than|greater than)\b|can't handle RDB format|can't locate revision"
    r"|following files are missing|no migration found for version|unknown to this (?:release|version|build)"
    r"|reference nonexistent (?:parent )?(?:node|migration)"
    r"|(?:schema|migration|revision)\b[^\n]{0,60} is (?:unknown|not known)"
)
_OLDER: Final = compiled(
    r"(?i)\b(?:older|too old|lower than|less than|behind)\b|cannot upgrade|before upgrading|upgrade problem"
    r"|must (?:first )?be upgraded"
)


class Direction(enum.StrEnum):
    """How the data stands to the program that runs now."""

    OLDER = "older"
    NEWER = "newer"
    OTHER = "other"  # which way is not said
    NONE = "none"  # nothing has written it yet: it is at version zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the words say of the two versions; a version that they do not tell is empty."""

    found: str
    wanted: str
    direction: Direction
    servers: bool = False
    """Whether ``found`` is the version of a server (which images have), not that of a format or a schema."""
    schema: bool = False
    """Whether the versions are those of a schema, which migrations bring up."""

    @property
    def sentence(self) -> str:
        """The comparison as the end of a sentence."""
        if self.direction is Direction.NONE:
            wanted = f", and {self.wanted} is wanted" if self.wanted else ""
            return f"it is at version {self.found}{wanted}: it was never set up"
        if self.found and self.wanted and self.schema:
            return f"its schema is at version {self.found}, and this release wants {self.wanted}"
        if self.found and self.wanted:
            return f"version {self.found} wrote it, and this is version {self.wanted}"
        if self.found and self.direction is Direction.NEWER:
            return f"it is at version {self.found}, which this one does not know: a newer version wrote it"
        if self.direction is Direction.OTHER:
            return "another version wrote it"
        return f"{'an older' if self.direction is Direction.OLDER else 'a newer'} version wrote it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The revision whose image has the version of the data."""

    revision: int
    image: str
    ran: bool = False
    """Whether nothing but that it ran with these data until the rollout speaks for it: the tags tell otherwise."""


def compared(lines: Iterable[str]) -> Comparison:
    """Return what the lines say of the versions; of several the first that tells one."""
    told = [line[:2000] for line in lines]
    found = wanted = ""
    for line in told:
        if pair := _pair(line):
            found, wanted = pair
            break
        alone = _FOUND.search(line)
        if alone is not None and not found:
            found = _dotted(next(part for part in alone.groups() if part))
    servers = bool(found) and any(_OF_A_SERVER.search(line) is not None for line in told)
    schema = not servers and any(_SCHEMA.search(line) is not None for line in told[:1])
    way = _direction(found, wanted, told[:1])
    return Comparison(found=found, wanted=wanted, direction=way, servers=servers, schema=schema)


def writer(case: Case, container: Container, comparison: Comparison) -> Writer | None:
    """Return the newest earlier revision that did not fail, of another image whose tag has the version of the data.

    When no tag tells, it is the revision that ran until the rollout with which the crashing began.
    """
    image = fields.text(container.spec, "image")
    if comparison.direction is Direction.NONE:
        return None
    revisions = case.workload.revisions if case.workload is not None else ()
    now = next((item.number for item in revisions if item.current), 0)
    for item in revisions:
        theirs = _image(item.template, container.name)
        if item.number < now and not item.failed and theirs != image and _has(theirs, comparison.found):
            return Writer(revision=item.number, image=theirs)
    return _before_the_rollout(case, container, comparison)


def _before_the_rollout(case: Case, container: Container, comparison: Comparison) -> Writer | None:
    """Return the revision before the rollout that brought the crashing: it ran with these data until then.

    Where the order of the tags denies that it wrote them (an older tag, and data that are newer than the program), it
    may read them all the same (lines of releases part), or a version that nothing tells of wrote them since.
    """
    brought = changes.rollout(case.workload, case.pod, case.all_events) if case.pod is not None else None
    if brought is None or brought.before.failed or not onset.began_with(brought, case):
        return None
    pair = _replaced(container, brought)
    if pair is None:
        return None
    theirs, image = pair
    mine, other = _tag(image), _tag(theirs)
    shared = min(len(mine), len(other))
    denied = Direction.NEWER if other < mine else Direction.OLDER
    ran = mine[:shared] != other[:shared] and comparison.direction is denied
    return Writer(revision=brought.before.number, image=theirs, ran=ran)


def _replaced(container: Container, brought: Rollout) -> tuple[str, str] | None:
    """Return the image before and after the rollout: the container's own, else that of one with its repository."""
    own = fields.text(container.spec, "image")
    names = [fields.text(item, "name") for item in fields.items(brought.failing.template, "spec", "containers")]
    for name in (container.name, *names):
        before, after = _image(brought.before.template, name), _image(brought.failing.template, name)
        if before and after and before != after and images.repository(after) == images.repository(own):
            return before, after
    return None


def _pair(line: str) -> tuple[str, str] | None:
    swapped = _SWAPPED.search(line) or _BUILT.search(line)  # what names itself expected is never what was found
    if swapped is not None:
        return _dotted(swapped.group(2)), _dotted(swapped.group(1))
    pairs = (pattern.search(line) for pattern in _PAIRS)
    match = next((found for found in pairs if found is not None), None)
    return None if match is None else (_dotted(match.group(1)), _dotted(match.group(2)))


def _dotted(version: str) -> str:
    """Return the version with dots: MySQL writes 8.4.0 as 80400."""
    if not version.isdigit() or len(version) not in (5, 6):
        return version
    return f"{int(version[:-4])}.{int(version[-4:-2])}.{int(version[-2:])}"


def _direction(found: str, wanted: str, leading: list[str]) -> Direction:
    if found and premises.never_set_up(found):
        return Direction.NONE
    if found and wanted:
        mine, other = _numbers(found), _numbers(wanted)
        if mine != other:
            return Direction.OLDER if mine < other else Direction.NEWER
    line = leading[0] if leading else ""
    if _NEWER.search(line) is not None:
        return Direction.NEWER
    return Direction.OLDER if _OLDER.search(line) is not None else Direction.OTHER


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part[:9]) for part in version.split(".") if part.isdigit())


def _image(template: object, container: str) -> str:
    for group in ("containers", "initContainers"):
        for item in fields.items(template, "spec", group):
            if fields.text(item, "name") == container:
                return fields.text(item, "image")
    return ""


def _has(image: str, version: str) -> bool:
    """Whether the image's tag is of the version, as far as both tell: ``postgres:15.6-alpine`` is of 15."""
    theirs, wanted = _tag(image), _numbers(version)
    shared = min(len(theirs), len(wanted))
    return shared > 0 and theirs[:shared] == wanted[:shared]


def _tag(image: str) -> tuple[int, ...]:
    """Return the numbers of an image's tag: ``postgres:15.6-alpine`` is (15, 6)."""
    return _numbers(image.partition("@")[0].rpartition("/")[2].partition(":")[2].removeprefix("v").partition("-")[0])
