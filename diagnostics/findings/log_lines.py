"""What the log's best line means for the case: what it claims, and how to quote it.

Only one line leads: causes decided by the log take the case only when the claim is theirs, so that two of them never
claim the same death.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.claims import selection
from diagnostics.claims.claim import Exactness
from diagnostics.claims.giving_up import FATAL_KINDS, given_up
from diagnostics.claims.groups import LEFT_BEHIND, VAGUE, trouble
from diagnostics.claims.model import ClaimType, Speaker
from diagnostics.claims.selection import OWN_END, agrees, claiming, leading
from diagnostics.facts.model import EndedBy
from diagnostics.facts.model import Role as ContainerRole
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import condition, ending, first
from diagnostics.findings import crash_signals, crash_sites, refusals, wording
from diagnostics.patterns import compiled
from diagnostics.transcript.model import Role, SegmentKind
from diagnostics.transcript.words import miscalled, waits

__all__ = ["agrees", "claiming", "crashed", "ended", "headline", "how", "leading", "said", "set_aside", "who", "words"]

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.diagnosis import Evidence
    from diagnostics.transcript.model import Crash, Segment

NEAR: Final = 4
"""Lines around the leading one whose words belong to it."""

_BUG: Final = compiled(
    r"\b(?:NullPointerException|NullReferenceException|TypeError|AttributeError|NameError|UnboundLocalError|IndexError"
    r"|ReferenceError|SyntaxError|ZeroDivisionError|DivisionByZeroError|RecursionError|AssertionError|NoMethodError"
    r"|IndexOutOfRangeException|ArrayIndexOutOfBoundsException|StringIndexOutOfBoundsException|ClassCastException"
    r"|ArithmeticException|DivideByZeroException|StackOverflowError|ConcurrentModificationException)\b"
    r"|nil pointer dereference|index out of (?:range|bounds)|slice bounds out of range|assignment to entry in nil map"
    r"|integer divide by zero|all goroutines are asleep|concurrent map (?:read|write|iteration)|interface conversion"
    r"|unwrap\(\)` on a `None` value|attempt to (?:divide|subtract|add|multiply)|\bout_of_range\b|FunctionClauseError"
    r"|\bbadmatch\b|undefined (?:method|function)|Call to undefined"
    r"|_M_range_check|\bdouble free\b|\bfree\(\): invalid|\bmalloc\(\): |corrupted (?:size|double-linked)"
    r"|stack smashing"
    r"|pure virtual (?:method|function)|AddressSanitizer|\bbad_(?:optional|variant)_access\b|\blogic_error\b"
)
"""Errors of a program's own logic, in the words of twelve languages and of the C library's checks."""

_HINT: Final = compiled(
    r"(?i)\b(?:see|visit|refer to|read|check|go to|docs?|documentation|information|details|help|at)(?: also)?:? "
    r"<?(https?://[^\s\"'<>)\]]{4,200})"
)
"""An address that a message gives for reading on."""

_NATIVE: Final = compiled(
    r"(?i)segmentation|segfault|\bSIG(?:SEGV|BUS|FPE|ILL)\b|core dumped|\bsignal \d+|fatal (?:error|signal)"
    r"|fatal Python|illegal instruction|bus error|AddressSanitizer|stack (?:overflow|smashing)"
    r"|\bfault addr|null pointer|nil pointer|invalid memory|\bpanic|backtrace"
)
"""Words in which a program tells of such an end."""

_DUMPING: Final = frozenset({"native", "go"})
"""Languages whose runtime names the signal in what it prints of the crash."""

STUMBLE: Final = 4
"""Lines before a crash within which what the program complained of may have led to it."""

_FAULTY: Final = compiled(r"(?i)\bpanic\b|\bassert|\bnull pointer|\bsegfault|\bsegmentation|\bSIGSEGV\b|\bBUG\b")

_STAYS: Final = LEFT_BEHIND | {ClaimType.ACCESS_DENIED, ClaimType.READ_ONLY, ClaimType.NO_SPACE}
"""Troubles that no later try is rid of, so that the first of them is the same as the last."""


def said(case: Case, hit: Claim, limit: int = 5) -> tuple[Evidence, ...]:
    """Return the leading line as a quote, then where the same trouble began, then the rest of the same words."""
    told = case.transcript
    lines = [hit.line, *told.below(hit.line, hit.start, hit.end), *_began(case, hit)]
    if hit.segment < len(told.segments):
        segment = told.segments[hit.segment]
        chain = () if segment.crash is None else tuple(part.line for part in segment.crash.chain)
        lines += [segment.line, *reversed(chain)]
        near = range(max(segment.first, hit.line - NEAR), min(segment.end, hit.line + NEAR))
        lines += [index for index in near if told.roles[index] is Role.DECIDING and told.lines[index].strip()]
    alike = [other for other in case.claims if other.type in trouble(hit.type)]
    before = range(hit.line - NEAR, hit.line)
    near_by = (other.line for other in alike if not other.wrapper and (other.deciding or other.line in before))
    lines += sorted({line for line in near_by if abs(line - hit.line) <= 20})
    lines += [
        line for line in range(max(0, hit.line - 8), min(len(told.lines), hit.line + 5)) if _names(case, hit, line)
    ]
    return first((case.quote(line) for line in dict.fromkeys(lines)), limit)


def _began(case: Case, hit: Claim) -> list[int]:
    """Return the first line that tells of the same trouble, where it is one that stays: what follows is its like."""
    same = (
        other.line
        for other in case.claims
        if other.type is hit.type and other.exactness is not Exactness.FAMILY and not other.wrapper
    )
    return [min(same, default=hit.line)] if hit.type in _STAYS else []


def _names(case: Case, hit: Claim, line: int) -> bool:
    """Whether a neighbouring line holds a name that the hit gathered from it."""
    text = case.transcript.lines[line]
    return any(
        len(value) > 3 and value in text and value not in case.transcript.lines[hit.line]
        for value in hit.names.values()
    )


def ended(case: Case) -> tuple[Evidence, ...]:
    """Return how the suspect ended, as quotes; its message is left out when the log says the same."""
    if case.suspect is None or case.ended is None:
        return ()
    found = ending(case.suspect, case.ended)
    known = set(case.transcript.verbatim)
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
    return (
        f"exit code {end.exit_code} after {wording.span(life)}" if life > 1 else f"exit code {end.exit_code}, at once"
    )


def who(case: Case) -> str:
    """Return the suspect as a sentence names it: ``api``, ``container web``, ``init container migrate``."""
    return wording.who(case, case.suspect)


def words(case: Case, hit: Claim) -> str:
    """Return the line that a hit stands on, out of its record when it is one."""
    return case.transcript.lines[hit.line] if hit.line < len(case.transcript.lines) else hit.quote


def hint(case: Case, hit: Claim) -> str:
    """Return where the program itself says one should read on, as a sentence that follows another, or nothing."""
    near = range(hit.line, min(len(case.transcript.lines), hit.line + NEAR))
    told = (_HINT.search(case.transcript.lines[index][:4000]) for index in near)
    url = next((match.group(1) for match in told if match is not None), "")
    return f" Its own hint: {url.rstrip('.,;:')}" if url else ""


def headline(case: Case, hit: Claim) -> str:
    """Return what the line says as a headline holds it: of a long one the clause that makes the claim."""
    bare = case.transcript.whole(hit.line) if hit.line < len(case.transcript.bare) else hit.quote
    if len(bare) <= wording.WORDS or not 0 < hit.start < len(bare):
        return wording.head(words(case, hit) if bare in words(case, hit) else bare)
    before = bare[: hit.start]
    begin = max(before.rfind(": "), before.rfind(". "))
    begin = begin + 2 if begin >= 0 else hit.start
    far = hit.start - begin > wording.WORDS // 2  # the clause's beginning would push the claim out of sight
    return wording.cut(bare[hit.start if far else begin :], wording.WORDS)


def set_aside(case: Case, claims: frozenset[ClaimType]) -> str:
    """Return why log lines that make one of the claims do not decide, or an empty string when there are none."""
    hits = [hit for hit in case.claims if hit.type in claims and not hit.wrapper]
    if not hits:
        return ""
    end = case.ended
    if end is not None and end.ended_by in selection.PROBED:
        return ""  # what keeps a program from being well may well be what its log says
    if end is not None and end.ended_by not in OWN_END:
        return f"the log has such a line, but the program did not end by itself: it was ended by {end.ended_by.words}"
    if case.suspect is None or failing(case) is None:
        return "the log has such a line, but the container runs and is ready"
    hit = hits[-1]
    roles = case.transcript.roles
    behind = roles[hit.line] is Role.BACKGROUND and Role.PLAIN in roles[hit.line :]
    # That another line says more is no fact that excludes it; and where none explains the end, what a wrapper printed
    # behind it says nothing: the line may be the very reason.
    if hit.deciding or not behind or not _explained(case):
        return ""
    told = wording.times(len(case.transcript.lines) - 1 - hit.line, "line")
    return f"the log's line about it stands {told} before the end, and the program went on after it"


def _explained(case: Case) -> bool:
    """Whether another line says why it ended: a claim that leads, or a crash that only code makes."""
    if selection.leading(case) is not None:
        return True
    found = crashed(case)
    return found is not None and found.sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Crashed:
    """A crash that no claim explains: what was said of it, on which line (None: nowhere), and whether it is sure."""

    words: str
    line: int | None
    sure: bool
    outlived: bool = False
    """Whether the container went on after it, until a probe had it killed."""
    signal: str = ""
    """The signal that ended it, if one did."""


def crashed(case: Case) -> Crashed | None:
    """Return what a crash with no more specific claim says.

    None when something else ended the suspect (but for a probe, long after the crash), when a claim leads, or when
    nothing speaks of a crash.
    """
    suspect, end = failing(case), case.ended
    if suspect is None or end is None or selection.leading(case) is not None:
        return None
    if end.ended_by in selection.PROBED:
        segment = given_up(case)
        return None if segment is None else _said(case, segment, sure=False, outlived=True)
    if end.ended_by is not EndedBy.PROGRAM or end.exit_code is None:
        return None
    return _by_itself(case, end.exit_code, suspect.role)


def _by_itself(case: Case, code: int, role: ContainerRole) -> Crashed | None:
    """Return what a program's own crash says; None where it ended itself for a reason that it gives."""
    segment = next(iter(case.transcript.segments), None)
    native = segment is not None and segment.crash is not None and segment.crash.language in _DUMPING
    name = crash_signals.named(code, _spoken(case, segment) if native and segment is not None else "")
    fault = name in crash_signals.FAULTS
    if segment is not None and (_stopped(case, segment) if fault else _refused(case, segment, name)):
        return None
    if fault and segment is not None and not _of_native(case, segment):
        # An exception that was caught does not end a program by a fault of its native code: that one's report may.
        segment = next((item for item in case.transcript.segments if item.crash and _of_native(case, item)), None)
    if segment is not None and _tells(segment, case.transcript.bare[segment.line], code, role, name):
        bug = code != 0 and segment.crash is not None and _is_bug(segment.crash) and not _stumbles(case, segment.crash)
        # abort() is a program's own decision, for whatever reason its words give: no fault of its code by itself.
        aborted = bool(name) and _BUG.search(_spoken(case, segment)) is not None
        return _said(case, segment, sure=fault or aborted or bug, signal=name)
    return Crashed(words=f"it died of {name}", line=None, sure=fault, signal=name) if name else None


def _refused(case: Case, segment: Segment, signal: str) -> bool:
    """Whether it ended itself for a reason that it gives; a runtime that aborts on an exception does so, too."""
    words = _words(case, segment)
    bug = _BUG.search(words) is not None
    aborted = signal == "SIGABRT" and segment.crash is not None and segment.crash.language not in _DUMPING
    return (not signal or aborted) and not bug and not miscalled(words) and refusals.refuses(segment, words)


def _words(case: Case, segment: Segment) -> str:
    """Return what a segment says, its stack left out."""
    line = case.transcript.bare[segment.line]
    return line if segment.crash is None else f"{segment.crash.root.type}: {segment.crash.root.message}\n{line}"


def _tells(segment: Segment, line: str, code: int, role: ContainerRole, signal: str) -> bool:
    """Whether the final words tell of a crash.

    A call that the code makes wrongly is one, whatever caught it. After exit code 0 only one that nobody caught (a
    child's). An init container that says in a fatal record what it
    could not do has failed, and has not crashed.
    """
    if miscalled(line):
        return True
    if code == 0:
        return segment.crash is not None and segment.crash.uncaught
    if role is ContainerRole.INIT and not signal:
        return segment.crash is not None
    return segment.kind in FATAL_KINDS


def _stopped(case: Case, segment: Segment) -> bool:
    """Whether a fatal record decides, and the program met the signal on its way out."""
    fatal = segment.crash is None and segment.kind is SegmentKind.FATAL and not _of_native(case, segment)
    return fatal and selection.stopped(case, segment.line)


def _of_native(case: Case, segment: Segment) -> bool:
    """Whether the words tell of native code that failed: its own runtime's report, or words of any other."""
    own = segment.crash is not None and segment.crash.language == "native"
    return own or _NATIVE.search(_spoken(case, segment)) is not None


def _spoken(case: Case, segment: Segment) -> str:
    return "\n".join(case.transcript.lines[segment.first : segment.end])[:20_000]


def _said(case: Case, segment: Segment, *, sure: bool, outlived: bool = False, signal: str = "") -> Crashed:
    """Return the words of a segment: a crash's own message, where its line only says that there was one."""
    line = case.transcript.lines[segment.line].strip().partition(" backtrace=")[0]
    message = "" if segment.crash is None else segment.crash.root.message.strip()
    bare = segment.crash is not None and segment.crash.root.line == segment.line and message and message not in line
    return Crashed(words=message if bare else line, line=segment.line, sure=sure, outlived=outlived, signal=signal)


def _stumbles(case: Case, crash: Crash) -> bool:
    """Whether the program told of a trouble right before, and did not try again: the code may have met its result."""
    told = case.transcript
    return any(
        crash.first - STUMBLE <= claim.line < crash.first
        and claim.type not in VAGUE
        and claim.speaker is Speaker.PROGRAM
        and not claim.wrapper
        and not waits(told.bare[claim.line])
        for claim in case.claims
    )


def of_code(told: Crashed) -> bool:
    """Whether the words are of an error that only code makes: a fault of memory, a null pointer, an assertion."""
    return (
        told.sure
        or bool(told.signal)
        or _BUG.search(told.words[:1000]) is not None
        or _FAULTY.search(told.words[:1000]) is not None
    )


def _is_bug(crash: Crash) -> bool:
    """Whether the crash is unequivocal: nobody caught it, and only code makes such an error.

    Any other exception may come from a setting, a file or another service in words that nothing here understands.
    """
    told = f"{crash.root.type}: {crash.root.message}"
    if not crash.uncaught or not crash.frames or _BUG.search(told[:1000]) is None:
        return False
    # A library's check of a value that it was given stumbles over the value.
    return crash_sites.checking(crash) is None
