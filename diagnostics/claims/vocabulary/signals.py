"""Signals and aborts: names, ``128+n`` and what shells print of a child (``signal(7)``; bash ``siglist.c``)."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.table import Entry, Table

_CHILD: Final = r"(?i:\b(?:worker|child|process|subprocess|pid|task|job)\b)"
ENTRIES: Final = (
    Entry(
        ClaimType.CPU_FEATURE,
        r"\bIllegal instruction\b(?: \(core dumped\))?|\bSIGILL\b[^\n]{0,40}|\bexit(?:ed)?(?: with)?(?: status"
        r"| code)?:? 132\b",
    ),
    Entry(
        ClaimType.SIGNAL,
        r"\bSegmentation fault\b(?: \(core dumped\))?|\b(?P<reason>SIGSEGV)\b(?:: segmentation violation"
        r"| \(0xb\))?|\bsegfault at [0-9a-f]+|\bsignal 11\b|\bexit(?:ed)?(?: with)?(?: status| code)?:? 139\b",
    ),
    Entry(
        ClaimType.SIGNAL,
        r"\bBus error\b(?: \(core dumped\))?|\b(?P<reason>SIGBUS)\b(?: \(0x7\))?|\bsignal 7\b|\bFloating point ex"
        r"ception\b(?: \(core dumped\))?|\b(?P<reason2>SIGFPE)\b|\b(?P<reason3>SIGSYS)\b|\bBad system call\b",
    ),
    Entry(
        ClaimType.ASSERTION,
        r"\b(?:Aborted|Abgebrochen)\b \(core dumped\)|\b(?P<reason>SIGABRT)\b(?:: abort)?|\bsignal 6\b"
        r"|(?:^|\s)\d+ Aborted\b|\blibc\+\+abi: terminating\b[^\n]{0,100}|\bAssertionError\b(?:: [^\n]{1,120})?"
        r"|\bERR_ASSERTION\b|\bexit(?:ed)?(?: with)?(?: status| code)?:? 134\b",
    ),
    Entry(
        ClaimType.CHILD_KILLED,
        rf"{_CHILD}[^\n]{{0,60}}\b(?:was terminated due to|terminated by|was sent|killed by|received"
        r"|was killed with|exited on|exited with|died with) (?:signal )?(?:SIGKILL|9\b|SIGKILL! Perhaps out of me"
        r"mory\?)[^\n]{0,30}",
    ),
    Entry(
        ClaimType.CHILD_KILLED,
        r"(?:line \d+:|^)\s+\d+ Killed\b[^\n]{0,60}|\bsignal: killed\b|\bexit(?:ed)?(?: with)?(?: status"
        r"| code)?:? 137\b|\bMemory cgroup out of memory: Killed process (?P<value>\d+)[^\n]{0,60}"
        r"|\bOut of memory: Killed process[^\n]{0,60}|\boom-kill(?:er)?:[^\n]{0,60}",
    ),
    # Assertions, aborts of C and C++, and sanitizers.
    Entry(
        ClaimType.ASSERTION,
        r"\bAssertion [`'\"(]?(?P<reason>[^\n]{1,160}?)['\"`)]? failed\b|\bassertion failed: (?P<reason2>[^\n]{1,"
        r"160})|\bassertion `(?P<reason3>[^`\n]{1,120})` failed",
    ),
    Entry(
        ClaimType.ASSERTION,
        r"\bterminate called (?:after throwing an instance of '(?P<reason>[^']+)'|without an active exception"
        r"|recursively)",
    ),
    Entry(
        ClaimType.ASSERTION,
        r"\b(?:double free or corruption|free\(\): invalid (?:pointer|size|next size)|malloc\(\): (?:corrupted"
        r"|invalid|unaligned)[^\n]{0,40}|corrupted (?:size vs\. prev_size|double-linked list)|munmap_chunk\(\): i"
        r"nvalid pointer|stack smashing detected|buffer overflow detected|realloc\(\): invalid pointer)\b",
    ),
    Entry(
        ClaimType.ASSERTION,
        r"\b(?:Address|Thread|Memory|UndefinedBehavior|Leak)Sanitizer: (?P<reason>[^\n]{1,80})|\bruntime error: ("
        r"?P<reason2>[^\n]{1,80}undefined behavior)",
    ),
)

TABLE: Final = Table("signals", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what signals, aborts and assertions in the text claim."""
    return TABLE.terms(text)
