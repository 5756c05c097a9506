"""What a program that runs and does not answer its probe keeps saying: why it is not well, in its own words.

A probe only tells that the program is not well. The log of the same run mostly tells why: one complaint again and
again, or one claim that a cause would understand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.claims.groups import VAGUE, WAITING
from diagnostics.claims.model import Speaker
from diagnostics.claims.probes import access
from diagnostics.patterns import compiled
from diagnostics.transcript import signs, survived, words
from diagnostics.transcript.model import Level, Role
from diagnostics.transcript.prefilter import DIGITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.claims.case import Case
    from diagnostics.transcript.model import Transcript

LINES: Final = 2000
"""Newest lines that are looked at."""
AGAIN: Final = 3
"""Times from which on a complaint is what keeps the program from being well."""
ROUNDS: Final = 2
"""Times that a piece of work is done after a complaint, from which on the program lives on after it."""
REFRAIN: Final = 5
"""The same for words that complain of nothing: a program that waits says so again and again."""
WORDY: Final = 3
"""Words of such a line."""
RECENT: Final = 0.5
"""Share of the newest lines that such words make up."""

_ASIDE: Final = frozenset({Role.ECHO, Role.USAGE, Role.DETAIL})
_ACCESS: Final = compiled(r"\b(?:GET|HEAD|POST|PUT|OPTIONS|PATCH|DELETE)\b.{0,200}?[\s\"]\d{3}\b|\" \d{3} \d+")
"""A line of an access log."""
_STOPS: Final = compiled(
    r"(?i)\bshut(?:ting)?[ -]?down\b|\bstopp(?:ed|ing)\b|\bexit(?:ing|ed)\b|\bterminat(?:ed|ing)\b"
)
"""A goodbye."""


_NOT_DEPLOYED: Final = compiled(
    r"(?i)\b(?:could not|cannot|can't|failed to|unable to|did not|error|exception occurred while)"
    r" (?:start|deploy|load|boot|initiali[sz])(?:ing|up)?\b"
    r"|\bfailed start-?up of (?:context|application|webapp)\b|\bfilters? failed to start\b|\bno app loaded\b"
    r"|\b(?:context|application|deployment|start-?up) (?:\S+ )?(?:start-?up |initiali[sz]ation |run )?failed\b"
)
"""Words of a server that is up without its application (Jetty, Tomcat, WildFly, Liberty, Solr, uWSGI, Passenger)."""
_LOUD: Final = frozenset({Level.ERROR, Level.FATAL})
_DONE: Final = compiled(
    r"(?i)\bsuccess(?:ful(?:ly)?)?\b|\b(?:is|are|was|were|been|has|have)? ?(?:done|completed|created|installed|imported"
    r"|migrated|applied|loaded|copied)\b|(?:\.\.\.|: |\s)ok\b"
)
"""A step that was taken."""
_MILD: Final = compiled(r"(?i)^(?:PHP )?(?:warning|warn|notice|deprecated|deprecation)\b")
"""How a line without a level begins that only warns."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One line of the transcript, and how often its like was said."""

    line: int
    times: int


def complaint(case: Case, container: str, passed_at: Sequence[int] = ()) -> Complaint | None:
    """Return what the container's program keeps saying of its trouble, or None where nothing stands out.

    ``passed_at``: lines at which the probe was answered well; what those followed is not what keeps it away.
    """
    told = case.transcript
    if told.container != container or not told.lines:
        return None
    counted = {
        shape: lines
        for shape, lines in _counted(told).items()
        if not access.outlived(passed_at, lines) and not _works_along(case, lines)
    }
    for least in (AGAIN, 1):
        claimed = _claimed(case, counted, least)
        if claimed is not None:
            return claimed
    return _repeated(told, counted) or _refrain(told, counted)


def undeployed(case: Case, container: str) -> Complaint | None:
    """Return why a server that answers has no application: its log says that this could not be started.

    The crash beside those words says why; without one they are quoted themselves.
    """
    told = case.transcript
    if told.container != container:
        return None
    last = len(told.lines) if told.shutdown is None else told.shutdown
    for index in range(max(0, last - LINES), last):
        if told.levels[index] in _LOUD and _NOT_DEPLOYED.search(told.bare[index][:500]) is not None:
            near = (crash for crash in told.crashes if abs(crash.first - index) <= AGAIN)
            return Complaint(next((crash.root.line for crash in near), index), 1)
    return None


def latest(told: Transcript) -> int | None:
    """Return the newest line that is said neither again and again nor by an access log: what it was at."""
    shapes = _counted(told).values()
    once = (lines[-1] for lines in shapes if len(lines) < REFRAIN and _STOPS.search(told.bare[lines[-1]][:500]) is None)
    return max(once, default=None)


def _counted(told: Transcript) -> dict[str, list[int]]:
    """Return the lines of one shape, by that shape: what was said while the program was not being stopped."""
    last = len(told.lines) if told.shutdown is None else told.shutdown
    found: dict[str, list[int]] = defaultdict(list)
    for index in range(max(0, last - LINES), last):
        text = told.bare[index][:500].strip()
        aside = told.roles[index] in _ASIDE or _ACCESS.search(text) is not None
        if text and not aside and not survived.gone_on(text, mild=told.levels[index] not in _LOUD):
            found[words.folded(text)].append(index)
    return found


def _claimed(case: Case, counted: dict[str, list[int]], least: int) -> Complaint | None:
    """Return the trouble that was claimed at least so often, and was not followed by a sign that it is over."""
    told = case.transcript
    alike = {index: lines for lines in counted.values() for index in lines}
    best: Complaint | None = None
    for claim in case.claims:
        lines = alike.get(claim.line)
        if lines is None or claim.type in VAGUE or claim.speaker is Speaker.PEER or claim.wrapper:
            continue
        if len(lines) < least or any(signs.lives(line) for line in told.lines[lines[-1] + 1 :]):
            continue
        if len(lines) < AGAIN and _works_on(told, counted, lines[-1]):
            continue
        if best is None or len(lines) > best.times:
            best = Complaint(lines[-1], len(lines))
    return best


def _works_along(case: Case, lines: list[int]) -> bool:
    """Whether a mere warning is one of a program whose steps succeed: it works on, and the warning stops nothing.

    Not a warning that it cannot reach what it needs: that may keep it waiting.
    """
    told, last = case.transcript, lines[-1]
    mild = told.levels[last] is Level.WARN or _MILD.search(told.bare[last][:60]) is not None
    if not mild or told.levels[last] in _LOUD or words.waits(told.bare[last][:500]):
        return False
    if any(claim.line in lines and claim.type in WAITING for claim in case.claims):
        return False
    end = len(told.lines) if told.shutdown is None else told.shutdown
    taken = sum(_DONE.search(told.bare[at][:500]) is not None for at in range(end) if at not in lines)
    return taken >= AGAIN


def _works_on(told: Transcript, counted: dict[str, list[int]], line: int) -> bool:
    """Whether the same piece of work was done before the line and again and again after it: then it stopped nothing."""
    shapes: dict[str, list[int]] = defaultdict(list)
    for index in sorted(index for lines in counted.values() for index in lines):
        shapes[told.bare[index][:500].translate(DIGITS)].append(index)
    for lines in shapes.values():
        after = [index for index in lines if index > line]
        text = told.bare[lines[-1]][:500]
        if lines[0] < line and len(after) >= ROUNDS and not words.complains(text) and not words.waits(text):
            return True
    return False


def _repeated(told: Transcript, counted: dict[str, list[int]]) -> Complaint | None:
    """Return the complaint that was said most often, where it was said again and again."""
    loud = [lines for lines in counted.values() if len(lines) >= AGAIN and words.complains(told.bare[lines[-1]][:500])]
    most = max(loud, key=len, default=None)
    return None if most is None else Complaint(most[-1], len(most))


def _refrain(told: Transcript, counted: dict[str, list[int]]) -> Complaint | None:
    """Return the words that a program which only waits says over and over, up to the end.

    Records of one message whose fields differ each time tell of work that goes on.
    """
    spoken = sorted(index for lines in counted.values() for index in lines)[-2 * REFRAIN :]
    for lines in counted.values():
        recent = [index for index in lines if spoken and index >= spoken[0]]
        text = told.bare[lines[-1]]
        taken = _DONE.search(text[:500]) is not None  # a step that was taken waits for nothing
        if len(text.split()) < WORDY or len(lines) < REFRAIN or signs.lives(text) or taken:
            continue
        if max(Counter(told.verbatim[index][:500].translate(DIGITS) for index in lines).values()) < REFRAIN:
            continue
        if len(recent) >= RECENT * len(spoken):
            return Complaint(lines[-1], len(lines))
    return None
