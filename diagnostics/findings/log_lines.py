"""What the log's best line means for the case: what it claims, and how to quote it.

Only one line leads: causes decided by the log take the case only when the claim is theirs, so that two of them never
claim the same death.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import re2

from diagnostics.claims import named as claims
from diagnostics.claims.groups import CRASHES, VAGUE, WAITING, trouble
from diagnostics.facts.model import EndedBy, Role
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import condition, ending, first
from diagnostics.findings import wording
from diagnostics.logs import blocks, origins, unwrap

if TYPE_CHECKING:
    from diagnostics.claims.case import Case, Hit
    from diagnostics.claims.model import ClaimType
    from diagnostics.diagnosis import Evidence
    from diagnostics.facts.model import Container, Termination

TRUSTED: Final = 0.3
"""Weight below which a hit does not decide: an INFO line, or one long before the end."""

OWN_END: Final = frozenset({EndedBy.PROGRAM, EndedBy.UNKNOWN_KILL})
"""Ends in which the program's last words may be the reason."""

PROBED: Final = frozenset({EndedBy.LIVENESS_PROBE, EndedBy.STARTUP_PROBE})
"""Ends behind which a dependency may stand: the probe failed because the program waited for it."""

WAITED_S: Final = 20.0
"""Seconds a container must have waited before that is a failure."""


SIGNALS: Final = {
    132: "SIGILL",
    133: "SIGTRAP",
    134: "SIGABRT",
    135: "SIGBUS",
    136: "SIGFPE",
    139: "SIGSEGV",
    159: "SIGSYS",
}
"""Exit code → signal (128 + n) of those that a program brings on itself; 137 and 143 come from outside."""

_SAID: Final = frozenset({"node.exception", "rs.error.debug"})
"""Heads that many programs print without crashing."""

_DOOM: Final = re2.compile(r"(?i)\bassert(?:ion)?\b.*\bfail|\babort|\bfatal\b|\bunrecoverable\b|\bcrash(?:ed|ing)?\b")

_ABOVE: Final = re2.compile(
    r"(?i)\bsee (?:the )?(?:root cause|cause|errors?|exceptions?|stack ?trace|traceback|logs?|output|messages?|details)"
    r"(?: \w+){0,2} (?:above|earlier|before)|\b(?:above|previous|earlier) (?:errors?|exceptions?|output|logs?)\b"
)
"""A wrapper's words: the reason stands further up."""

_BANNERS: Final = frozenset(
    {
        "py.traceback",
        "node.footer",
        "node.unhandled",
        "py.gunicorn.boot",
        "npm.lifecycle",
        "spring.failed",
        "erl.crash",
        "abort",
        "segv",
    }
)
"""Signatures that say that something failed, not what."""


def leading(case: Case) -> Hit | None:
    """Return the hit that says why the suspect died (or cannot go on), or None when no line is to be trusted."""
    suspect = failing(case)
    if suspect is None:
        return None
    end = case.ended
    waits = _waits(case, suspect)
    words = [hit for hit in case.reading.hits if hit.claim not in VAGUE and hit.weight >= TRUSTED and _unset(case, hit)]
    for hit in (*(hit for hit in words if not hit.wrapper), *(hit for hit in words if hit.wrapper)):
        patient = hit.claim in WAITING
        if hit.dying and end is not None and end.ended_by in OWN_END and not waits and _failed(end, hit):
            return hit
        if patient and _unheard(case, hit) and (waits or (end is not None and end.ended_by in PROBED)):
            return hit
    return None


def _failed(end: Termination, hit: Hit) -> bool:
    """Whether the end was a failure: after exit code 0 only a line that calls itself fatal speaks of one."""
    return end.exit_code != 0 or unwrap.level(hit.quote) == "fatal"


def _waits(case: Case, suspect: Container) -> bool:
    """Whether the suspect runs and gets nowhere: an init container that waits, or a program that is never ready."""
    if suspect.running_since is None or (case.now - suspect.running_since).total_seconds() < WAITED_S:
        return False
    return not suspect.terminations and (suspect.role is Role.INIT or not suspect.ready)


def _unheard(case: Case, hit: Hit) -> bool:
    """Whether the complaint stands among the last lines, or was repeated."""
    tries = sum(1 for other in case.reading.hits if other.signature == hit.signature)
    return hit.dying or tries > 1


def _unset(case: Case, hit: Hit) -> bool:
    """Whether the variable that a crashing line of code reads is really what is wrong; true for every other hit.

    Of nothing (None, undefined, nil) only an unset variable is the origin; an empty text may come from a value too.
    """
    if hit.signature != origins.SIGNATURE:
        return True
    state, lack = claims.variable(case, hit.names.get("var", "")).state, hit.names.get("lack")
    return state is not claims.State.PRESENT if lack == "none" else state is not claims.State.ABSENT or lack == "empty"


def claiming(case: Case, claims: frozenset[ClaimType]) -> Hit | None:
    """Return the leading hit when it makes one of the claims."""
    hit = leading(case)
    return hit if hit is not None and hit.claim in claims else None


def said(case: Case, hit: Hit, limit: int = 4) -> tuple[Evidence, ...]:
    """Return the leading line and the others of the same trouble in the dying block, each as a quote."""
    lines = [hit.line]
    alike = [other for other in case.reading.hits if other.claim in trouble(hit.claim)]
    near = (other.line for other in alike if other.dying and not other.wrapper)
    lines += sorted(line for line in near if abs(line - hit.line) <= 20)
    named = [
        line
        for line in range(max(0, hit.line - 8), min(len(case.reading.lines), hit.line + 5))
        if _names(case, hit, line)
    ]
    return first((case.reading.evidence(line) for line in dict.fromkeys([*lines, *named])), limit)


def _names(case: Case, hit: Hit, line: int) -> bool:
    """Whether a neighbouring line holds a name that the hit gathered from it."""
    text = case.reading.lines[line]
    return any(
        len(value) > 3 and value in text and value not in case.reading.lines[hit.line] for value in hit.names.values()
    )


def ended(case: Case) -> tuple[Evidence, ...]:
    """Return how the suspect ended, as quotes; its message is left out when the log says the same."""
    if case.suspect is None or case.ended is None:
        return ()
    found = ending(case.suspect, case.ended)
    known = set(case.reading.verbatim)
    own = [item for item in found if not item.path.endswith(".message") or item.quote.strip() not in known]
    job = case.workload.raw if case.workload is not None and case.workload.kind == "Job" else {}
    return (*own, *condition(job, "Failed"))


def how(case: Case) -> str:
    """Return how it ended, for a summary: ``exit code 1 after 2 s``."""
    end = case.ended
    if end is None or end.exit_code is None:
        return "still waiting" if case.suspect is not None and case.suspect.running_since else "not running"
    life = end.lifetime_s
    if life is None:
        return f"exit code {end.exit_code}"
    # A status has whole seconds: what ended in the next one may have lived for an instant.
    return f"exit code {end.exit_code} after {life:.0f} s" if life > 1 else f"exit code {end.exit_code}, at once"


def who(case: Case) -> str:
    """Return the suspect as a sentence names it: ``api``, ``container web``, ``init container migrate``."""
    return wording.who(case, case.suspect)


def words(case: Case, hit: Hit) -> str:
    """Return the line that a hit stands on, out of its record when it is one."""
    return case.reading.lines[hit.line] if hit.line < len(case.reading.lines) else hit.quote


def agrees(case: Case, hit: Hit) -> bool:
    """Whether the line stands in the dying output of a program that ended by itself with a failure."""
    end = case.ended
    return (
        hit.dying and hit.weight >= 0.6 and end is not None and end.ended_by is EndedBy.PROGRAM and end.exit_code != 0
    )


def set_aside(case: Case, claims: frozenset[ClaimType]) -> str:
    """Return why log lines that make one of the claims do not decide, or an empty string when there are none."""
    hits = [hit for hit in case.reading.hits if hit.claim in claims and not hit.wrapper]
    if not hits:
        return ""
    end = case.ended
    if end is not None and end.ended_by not in OWN_END:
        return f"the log has such a line, but the program did not end by itself ({end.ended_by})"
    if case.suspect is None or failing(case) is None:
        return "the log has such a line, but the container runs and is ready"
    hit = hits[0]
    behind = len(case.reading.lines) - 1 - hit.line
    if hit.dying:
        return ""  # that another line says more is no fact that excludes it
    return f"the log's line about it stands {behind} lines before the end, and the program went on after it"


def crashed(case: Case) -> tuple[str, int | None, bool] | None:
    """Return what a crash with no more specific cause says: words, line (None: no log), and whether it is sure.

    None when the suspect did not end by itself, when a specific line leads, or when nothing speaks of a crash.
    """
    suspect, end = failing(case), case.ended
    if suspect is None or end is None or end.ended_by is not EndedBy.PROGRAM or end.exit_code in (0, None):
        return None
    if leading(case) is not None:
        return None
    bugs = [hit for hit in case.reading.hits if hit.claim in CRASHES and hit.dying]
    line = _telling(bugs)
    if line is not None and not _only_said(case, bugs):
        return case.reading.lines[line].strip(), line, bool(bugs)
    name = SIGNALS.get(end.exit_code or 0, "")
    if name:
        return f"it died of {name}", None, True
    # A check that says no has not crashed.
    return None if suspect.role is Role.INIT else _doomed(case)


def _doomed(case: Case) -> tuple[str, int | None, bool] | None:
    """Return the last line that speaks of an end, where nothing else tells of a crash."""
    for index in reversed(case.reading.dying):
        words = case.reading.lines[index]
        if unwrap.level(case.reading.verbatim[index]) == "fatal" or _DOOM.search(words[:500]) is not None:
            return words.strip(), index, False
    return None


def _only_said(case: Case, bugs: list[Hit]) -> bool:
    """Whether all there is is ``Error: words``, without a stack: what a program says that gave up on purpose."""
    if any(hit.signature not in _SAID for hit in bugs):
        return False
    return not any(blocks.is_frame(case.reading.lines[index]) for index in case.reading.dying)


def _telling(bugs: list[Hit]) -> int | None:
    """Return the line that says what it was: the deepest ``Caused by``, else the last exception that is named."""
    caused = [hit.line for hit in bugs if hit.signature == "jvm.causedby"]
    if caused:
        return max(caused)
    named = [hit for hit in bugs if hit.signature not in _BANNERS]
    own = [hit for hit in named if _ABOVE.search(hit.quote[:2000]) is None] or named
    specific = [hit for hit in own if not hit.wrapper] or own
    if specific:
        return max(hit.line for hit in specific)
    return max((hit.line for hit in bugs), default=None)
