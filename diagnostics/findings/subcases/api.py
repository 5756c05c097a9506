"""The sub-case of a finding: the first whose words a cited line has, and whose facts hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims import selection
from diagnostics.diagnosis import Remedy, Verdict
from diagnostics.findings import lookups
from diagnostics.findings.commands import durable, kubectl, patch
from diagnostics.findings.subcases import facts, files
from diagnostics.findings.subcases.entry import filled
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Finding
    from diagnostics.findings.subcases.entry import SubCase

CITED: Final = 6
"""Quotes of a finding that are looked at: its first are what it rests on."""
_CLUSTER: Final = "cluster:"
_WORD: Final = "word:"
_NAMED: Final = compiled(
    r"\b(?:Secret|ConfigMap|Service|ServiceAccount|claim|Certificate|kubelet|webhook)s?['\x{2019}]? [a-z0-9][\w.-]*"
)
"""A remedy that names an object, which the words of a line alone do not know better."""


def told(case: Case, finding: Finding) -> Finding:
    """Return the finding with the remedy of its sub-case, where the cited line tells one; else as it is.

    What a probe ended did not end by its words, and the root of a chain is another pod's.
    """
    probed = case.ended is not None and case.ended.ended_by in selection.PROBED
    if finding.verdict is Verdict.NOT_FAILING or finding.chain or probed:
        return finding
    known = facts.values(case)
    entries = tuple(entry for entry in files.builtin() if _may_be(case, finding, entry))
    for line in _cited(case, finding):
        for entry in entries:
            names = _names(case, entry, line, known)
            if names is not None:
                return _with(case, finding, entry, names)
    return finding


def _may_be(case: Case, finding: Finding, entry: SubCase) -> bool:
    """Whether the entry is one of what leads and of how it ended."""
    hit = selection.leading(case)
    code = None if case.ended is None else case.ended.exit_code
    other = hit is not None and hit.type not in entry.claims
    unknown = hit is None and finding.verdict is not Verdict.UNDETERMINED
    if (entry.claims and (other or unknown)) or (entry.exit and code not in entry.exit):
        return False
    return not (entry.unless_named and _NAMED.search(finding.remedy.text) is not None)


def _cited(case: Case, finding: Finding) -> Iterator[str]:
    """Yield the lines that the finding rests on: the one that leads, those of the same trouble, a status's message."""
    quoted = {item.quote for item in finding.evidence}
    hit, said = selection.leading(case), case.transcript
    line = hit.line if hit is not None else said.deciding
    if line is not None and said.verbatim[line] in quoted:
        yield said.whole(line)
        yield from (item.quote for item in finding.evidence[:CITED] if item.source == "log")
    logged = any(item.source == "log" for item in finding.evidence)
    kinds = ("pod",) if logged else ("pod", "event")
    told = (item for item in finding.evidence[:CITED] if item.source in kinds)
    yield from (item.quote for item in told if item.source == "event" or item.path.endswith("message"))


def _names(case: Case, entry: SubCase, line: str, known: Mapping[str, str]) -> dict[str, str] | None:
    """Return what fills the entry in, where the line has its words, every name is known and its facts hold."""
    named = entry.names(line)
    names = None if named is None else {**known, **named}
    if names is None or not all(names.get(key) for key in entry.fields):
        return None
    return names if facts.hold(case, entry.shown, names) else None


def _with(case: Case, finding: Finding, entry: SubCase, names: Mapping[str, str]) -> Finding:
    changed = patch(case, case.suspect, dict(entry.patch)) if entry.patch and case.suspect is not None else ()
    commands = tuple(command for words in entry.look for command in _commands(case, words, names))
    lasts = durable(case) if changed or "pod template" in entry.remedy else ""
    return replace(
        finding,
        remedy=Remedy(text=filled(entry.remedy, names) + lasts, commands=(*commands, *changed)),
        fault=finding.fault if entry.fault is None else entry.fault,
    )


def _commands(case: Case, words: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the commands, each word filled in and quoted by itself, so that no name can add words."""
    if words.startswith(_WORD):
        return lookups.word(case, filled(words.removeprefix(_WORD), names))
    scope = "" if words.startswith(_CLUSTER) else case.namespace
    return (kubectl(scope, *(filled(word, names) for word in words.removeprefix(_CLUSTER).split())),)
