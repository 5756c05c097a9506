"""``python -m tests.walk CASE``: one case from its log lines to its verdict, step by step.

CASE is a recorded or composed scenario, a report's file (``.yaml``), or a snapshot that ``--save`` wrote (``.json``).
``--signatures DIR`` reads signatures of your own as well; ``--readme`` writes the README's example anew.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from diagnostics import causes
from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import Catalogue, builtin
from diagnostics.claims.checks import checked
from diagnostics.claims.groups import WAITING
from diagnostics.claims.reach import address, host
from diagnostics.claims.selection import leading
from diagnostics.engine import diagnose
from diagnostics.facts.pods import clock
from diagnostics.findings.joined.api import understood
from diagnostics.snapshot import Snapshot
from diagnostics.soundness import sound
from diagnostics.transcript.model import Role
from tests.accuracy import COMPOSED
from tests.reports.compose import snapshot_of as composed_of
from tests.reports.form import load
from tests.support.prepared import prepared
from tests.support.recordings import SCENARIOS, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.diagnosis import Diagnosis

SHOWN = 12
"""Lines, claims and quotes of a finding that are printed."""
WIDTH = 118
README, EXAMPLE = Path(__file__).parents[1] / "README.md", "dependency-no-endpoints"
BEGIN, END = "<!-- walk: begin -->\n", "<!-- walk: end -->"


_HELPS = {True: "helps", False: "does not help", None: "may help"}


def found(name: str) -> Snapshot | None:
    """Return the snapshot of a case, or None when there is none of that name."""
    if name.endswith(".yaml"):
        return composed_of(load(Path(name)))
    if name.endswith(".json"):
        return Snapshot.from_json(Path(name).read_text(encoding="utf-8"))
    if name in SCENARIOS:
        return prepared(snapshot_of(name))
    for _, module in COMPOSED:
        for case in module.CASES:
            if case.__name__ == name:
                told, world = case()
                return world.snapshot(told)
    return None


def steps(snapshot: Snapshot, catalogue: Catalogue) -> list[str]:
    """Return what the engine makes of a snapshot, a line each: end, log, claims, findings, verdict."""
    snapshot = clock.believable(sound(snapshot))
    case = understood(case_of(snapshot, catalogue))
    return [*_end(case), *_log(case), *_claims(case), *_findings(case), *_verdict(diagnose(snapshot, catalogue))]


def _end(case: Case) -> Iterator[str]:
    end, suspect = case.ended, case.suspect
    if end is None:
        yield f"ended by   nobody yet ({suspect.name if suspect else 'no container'} is the suspect)"
        return
    sure = "the API says so" if end.sure else "inferred"
    yield f"ended by   {end.ended_by}: {end.container} {end.because[0].quote} ({sure})"


def _log(case: Case) -> Iterator[str]:
    told = case.transcript
    yield f"log        {told.container}/{told.instance}" if told.lines else "log        (nothing was printed)"
    decisive = {segment.line for segment in told.segments[:1]}
    for index in range(max(0, len(told.lines) - SHOWN), len(told.lines)):
        mark = "►" if index in decisive else " "
        role = told.roles[index]
        yield f" {mark} {index + 1:>4}  {told.lines[index].strip()[:100]}{'' if role is Role.PLAIN else f'   [{role}]'}"


def _claims(case: Case) -> Iterator[str]:
    lead = leading(case)
    yield "claims" if case.claims else "claims     (none understood)"
    for claim in case.claims[:SHOWN]:
        yield f" {'►' if claim is lead else ' '} {_claim(claim)}"
        if claim is lead:
            yield f"     the objects say: {_check(case, claim)}"


def _check(case: Case, claim: Claim) -> str:
    place = address(claim.names)
    if claim.type in WAITING and place is not None:
        found = host(case, *place)
        return f"{found.problem} ({found.sentence})" if found.sentence else str(found.problem)
    check = checked(case, claim)
    return f"{check.support} ({check.because})" if check.because else str(check.support)


def _claim(claim: Claim) -> str:
    names = " ".join(f"{key}={value}" for key, value in sorted(claim.names.items()))
    return f"{claim.type} {names}  (line {claim.line + 1}, by {claim.source}, said by the {claim.speaker})"


def _findings(case: Case) -> Iterator[str]:
    yield "findings"
    for module in causes.registry():
        finding = module.check(case)
        if finding is not None:
            yield f"   {module.CAUSE.id} ({finding.verdict})"
            for item in finding.evidence[:SHOWN]:
                yield f"     {item.source} {item.path}: {' '.join(item.quote.split())[:100]}"


def _verdict(answer: Diagnosis) -> Iterator[str]:
    yield f"verdict    {answer.verdict}: {answer.cause or '(no known cause)'}"
    yield from textwrap.wrap(answer.summary, WIDTH, initial_indent=" " * 11, subsequent_indent=" " * 11)
    for item in answer.ruled_out:
        yield f"ruled out  {item.cause}: {item.because}"
    for item in answer.actions:
        yield f"{item.action:<10} {_HELPS[item.helps]}: {item.because}"


def written(text: str) -> str:
    """Return the README with the walk of its example as it is now."""
    head, rest = text.split(BEGIN)
    walked = "\n".join(steps(prepared(snapshot_of(EXAMPLE)), builtin()))
    return f"{head}{BEGIN}```\n$ python -m tests.walk {EXAMPLE}\n{walked}\n```\n{END}{rest.split(END)[1]}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument("case", metavar="CASE", nargs="?", default=EXAMPLE)
    parser.add_argument("--signatures", metavar="DIR", type=Path)
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args()
    if options.readme:
        README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    snapshot = found(options.case)
    if snapshot is None:
        parser.error("no recorded or composed scenario of that name; `python -m tests.accuracy` lists them")
    catalogue = builtin() if options.signatures is None else builtin().with_folder(options.signatures)
    sys.stdout.write("\n".join(steps(snapshot, catalogue)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
