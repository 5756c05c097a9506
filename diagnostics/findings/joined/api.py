"""Joining a line with the objects: what it means by them (``understood``), and what the answer gains (``told``).

The fatal line and its failure chain are looked at: the words that decide, the claim that leads, the causes within a
crash. A look-up that gives words a meaning makes a claim of its own before the others; one that only supports a claim
adds its fact, and where it knows the very thing to change its remedy takes the place of the general one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims import selection
from diagnostics.claims.claim import Claim, Exactness
from diagnostics.claims.groups import CRASHES
from diagnostics.claims.model import ClaimType, Speaker
from diagnostics.diagnosis import Verdict
from diagnostics.facts.quotes import first
from diagnostics.findings import wording
from diagnostics.findings.joined import (
    absent,
    bindings,
    capabilities,
    credentials,
    definitions,
    frozen,
    jobs,
    kernels,
    placeholders,
    quotes,
    spellings,
    stored,
    tags,
)
from diagnostics.findings.joined.model import SOURCE, Said
from diagnostics.snapshot import Unread
from diagnostics.transcript import words
from diagnostics.transcript.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Finding
    from diagnostics.findings.joined.model import Joined, Look
    from diagnostics.snapshot import Lead

LOOK_UP: Final = "look-up "
"""What the name of a failed look-up begins with where an answer says what it could not read."""
LOOKED: Final = 4000
"""Characters of a line that are looked at."""
NEAR: Final = 12
"""Lines of the final trouble that are looked at."""

BEFORE: Final = 10
"""Lines before it in which its reason may stand."""

LOOKS: Final[tuple[tuple[str, Look], ...]] = (
    ("quotes", quotes.look),
    ("definitions", definitions.look),
    ("kernels", kernels.look),
    ("capabilities", capabilities.look),
    ("frozen", frozen.look),
    ("absent", absent.look),
    ("placeholders", placeholders.look),
    ("credentials", credentials.look),
    ("bindings", bindings.look),
    ("jobs", jobs.look),
    ("spellings", spellings.look),
    ("tags", tags.look),
    ("stored", stored.look),
)
"""The look-ups, those whose fact is the closest first."""


_PROVE: Final = frozenset({"kernels", "capabilities", "frozen", "absent"})
"""Look-ups whose fact is so close that another line than the one that leads may be the reason."""
_FOLLOWS: Final = frozenset(
    {ClaimType.FILE_MISSING, ClaimType.COMMAND_MISSING, ClaimType.SCRIPT_ERROR, ClaimType.MODULE_MISSING}
)
"""What may only follow from a failure that the program went on after."""


def understood(case: Case) -> Case:
    """Return the case with the claim that the objects give to its failing words, before its other claims.

    A look-up that raises is left out, and named among ``broken``: it never takes the others down.
    """
    if case.suspect is None or not case.transcript.lines:
        return case
    broken: dict[str, Unread] = {}
    claim = _meant(case, broken)
    claims = case.claims if claim is None else (claim, *case.claims)
    return replace(case, claims=claims, broken=tuple(broken.values()))


def _meant(case: Case, broken: dict[str, Unread]) -> Claim | None:
    leading = selection.leading(case)
    for said, looks in _asked(case, leading):
        for name, look in looks:
            found = _looked(name, look, case, said, broken)
            if found is None or found.claim is None:
                continue
            if (
                leading is not None
                and leading.type is found.claim
                and set(found.names.items()) <= set(leading.names.items())
            ):
                return None
            return _claim(case, said, found, name)
    return None


def told(case: Case, finding: Finding) -> tuple[Finding, tuple[Unread, ...]]:
    """Return the finding with what the objects say of its line, and the look-ups that failed.

    What they say: evidence, the clause of the headline, and the exact remedy.
    """
    broken = {item.what: item for item in case.broken}
    leading = selection.leading(case)
    if leading is None or finding.verdict in (Verdict.NOT_FAILING, Verdict.UNDETERMINED) or finding.chain:
        return finding, case.broken
    if leading.quote not in {item.quote for item in finding.evidence}:
        return finding, case.broken  # another trouble leads the answer
    said = Said.of(leading.line, _text(case, leading.line), leading)
    for name, look in LOOKS:
        found = _looked(name, look, case, said, broken)
        if found is not None and found.claim in (None, leading.type):
            finding = _with(finding, found, made=leading.source == f"{SOURCE}{name}")
            if found.remedy is not None:
                break
    return finding, tuple(broken.values())


def _looked(name: str, look: Look, case: Case, said: Said, broken: dict[str, Unread]) -> Joined | None:
    """Ask one look-up; one that raises is noted in ``broken``, by its name."""
    try:
        return look(case, said)
    except Exception as error:  # noqa: BLE001 — one broken look-up must not silence the others
        what = f"{LOOK_UP}{name}"
        broken[what] = Unread(what=what, why=f"it failed: {type(error).__name__}")
        return None


def leads(case: Case) -> Iterator[Lead]:
    """Yield the reads that the look-ups need for what the lines name."""
    leading = selection.leading(case)
    if leading is not None:
        yield from bindings.leads(leading)
    for said in _lines(case, leading):
        yield from definitions.leads(said)
        if jobs.wants(said.text):
            yield from jobs.leads(case)


def _asked(case: Case, leading: Claim | None) -> Iterator[tuple[Said, tuple[tuple[str, Look], ...]]]:
    """Yield the lines with the look-ups that are asked about them.

    Beside a claim that leads, and before the trouble, only those that prove are asked.
    """
    proving = tuple(item for item in LOOKS if item[0] in _PROVE)
    for said in _lines(case, leading):
        yield said, LOOKS if leading is None or said.line == leading.line else proving
    before = case.transcript.deciding if leading is None else leading.line if leading.type in _FOLLOWS else None
    if before is None:
        return
    for line in range(before - 1, max(-1, before - 1 - BEFORE), -1):
        if words.complains(case.transcript.bare[line]):
            claim = next((item for item in case.claims if item.line == line and item.type not in CRASHES), None)
            yield Said.of(line, _text(case, line), claim), proving


def _lines(case: Case, leading: Claim | None) -> Iterator[Said]:
    """Yield the lines that tell of the failure: the leading claim's, the deciding one, those of its trouble."""
    transcript = case.transcript
    found = [] if leading is None else [leading.line]
    if transcript.deciding is not None and (leading is None or leading.deciding):
        found.append(transcript.deciding)
    segment = transcript.segments[0] if transcript.segments else None
    if segment is not None and (leading is None or leading.deciding):
        found += [] if segment.crash is None else [part.line for part in reversed(segment.crash.chain)]
        near = range(segment.first, min(segment.end, segment.first + NEAR))
        found += [
            line for line in near if transcript.roles[line] is Role.DECIDING and words.complains(transcript.bare[line])
        ]
    for line in dict.fromkeys(found):
        claim = leading if leading is not None and leading.line == line else None
        if claim is None:
            claim = next((item for item in case.claims if item.line == line and item.type not in CRASHES), None)
        yield Said.of(line, _text(case, line), claim)


def _text(case: Case, line: int) -> str:
    return case.transcript.whole(line)[:LOOKED]


def _claim(case: Case, said: Said, found: Joined, name: str) -> Claim:
    assert found.claim is not None  # noqa: S101 — the caller's condition
    return Claim(
        type=found.claim,
        source=f"{SOURCE}{name}",
        speaker=Speaker.PROGRAM,
        line=said.line,
        quote=case.transcript.verbatim[said.line],
        names=dict(found.names),
        start=0,
        end=len(case.transcript.bare[said.line]),
        exactness=Exactness.PHRASE,
        segment=0,
        leads=True,
        deciding=True,
    )


def _with(finding: Finding, found: Joined, *, made: bool) -> Finding:
    summary = finding.summary.rstrip(".")
    if found.headline:
        summary = found.headline
    known = bool(found.known_by) and found.known_by in summary
    if found.because and found.because not in summary and not known:
        summary = f"{summary}: {found.because}" if found.headline else f"{summary}; {found.because}"
    verdict = finding.verdict
    if made and not found.certain and verdict is Verdict.CONFIRMED:
        verdict = Verdict.LIKELY
    remedy = finding.remedy if found.remedy is None else found.remedy
    if found.note:
        remedy = replace(remedy, text=f"{remedy.text.rstrip()}{found.note}")
    return replace(
        finding,
        summary=wording.sentence(summary),
        verdict=verdict,
        evidence=first((*finding.evidence[:2], *found.evidence, *finding.evidence[2:]), limit=10),
        remedy=remedy,
        fault=finding.fault if found.fault is None else found.fault,
        fault_names=tuple(dict.fromkeys((*finding.fault_names, *found.fault_names))),
    )
