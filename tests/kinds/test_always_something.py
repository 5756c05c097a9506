"""Always something: where no cause is found, the headline quotes the deciding record and says who ended it.

Every case of every corpus is asked as if nothing had matched, so that each kind of log and of end is met.
"""

from __future__ import annotations

import pytest

from diagnostics.answer import undetermined
from diagnostics.claims import case_builder
from diagnostics.claims.catalogue import builtin
from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from tests.accuracy import COMPOSED
from tests.composed.world import Truth
from tests.kinds import test_consequence, test_deciding_line
from tests.kinds.world import dies
from tests.reports import corpus
from tests.support import asked
from tests.support.prepared import prepared
from tests.support.recordings import SCENARIOS, snapshot_of

WHO = (
    "ended by itself",
    "was killed",
    "was never started",
    "was lost",
    "was ended from outside",
    "runs and",
    "does not",
)


def _world(build):
    told, world = build()
    return world.snapshot(told)


SNAPSHOTS = [
    *(pytest.param(lambda name=name: prepared(snapshot_of(name)), id=name) for name in SCENARIOS),
    *(
        pytest.param(lambda build=build: _world(build), id=f"{name}:{build.__name__}")
        for name, module in COMPOSED
        for build in module.CASES
    ),
    *(
        pytest.param(lambda path=path: asked.reported(path)[0], id=f"{name}:{path.stem}")
        for name in corpus.SETS
        for path in corpus.files(name)
    ),
]


def _core(text):
    return "".join(letter for letter in text if letter.isalnum())


@pytest.mark.parametrize("make", SNAPSHOTS)
def test_without_a_cause_the_headline_quotes_the_deciding_record(make):
    snapshot = make()
    case = case_builder.case_of(snapshot, builtin())
    line = case.transcript.deciding
    if case.suspect is None or line is None:
        pytest.skip("no container that failed, or it printed nothing")
    told = undetermined.finding(case)
    assert any(who in told.summary for who in WHO), told.summary
    said = told.summary.partition("says: ")[2].rstrip('…." ')
    assert said, told.summary
    # The headline is cut and bare of stamps: what it has of the record, it has word for word.
    record = _core(" ".join(case.transcript.lines[max(0, line - 1) : line + 2]).replace("\\n", " ").replace("\\t", " "))
    assert _core(said)[:30] in record, (said, case.transcript.lines[line])
    assert "prints nothing" not in told.remedy.text
    assert any(item.source == "log" for item in told.evidence)


WORDS = (
    "router: lane eu-2 has no way to eu-7",
    "2026-11-22T03:11:30Z FATAL book 2026-Q4 does not add up",
    '{"level":"error","msg":"tide table is upside down"}',
    "E1122 03:11:30.000000       1 main.go:31] the second moon is missing",
    'ts=2026-11-22T03:11:30Z level=error msg="cannot weave" err="warp 3 is bare"',
    "[2026-11-22 03:11:30] [KRITISCH] Der Plan geht nicht auf",
    "03:11:30.120 [main] ERROR o.e.Mill - grinding stone 4 lies askew",
)


@pytest.mark.parametrize("code", [1, 2, 70, 255])
@pytest.mark.parametrize("line", WORDS)
def test_words_that_nothing_knows_are_the_headline(line, code):
    diagnosis = diagnose(dies(f"starting\n{line}", code).snapshot(Truth("deployment/app", None)))
    tail = _core(line)[-10:]
    assert tail in _core(diagnosis.summary), diagnosis.summary
    assert diagnosis.verdict in (Verdict.UNDETERMINED, Verdict.LIKELY)


def test_only_silence_is_called_silence():
    diagnosis = diagnose(dies("", 3).snapshot(Truth("deployment/app", None)))
    assert diagnosis.verdict is Verdict.UNDETERMINED
    assert "no output of it could be read" in diagnosis.summary


@pytest.mark.parametrize("module", [test_deciding_line, test_consequence])
def test_no_kind_is_left_without_words(module):
    for name, (build, _) in module.CASES.items():
        diagnosis = module.asked(build())
        if diagnosis.verdict is Verdict.UNDETERMINED:
            assert "says: " in diagnosis.summary, (name, diagnosis.summary)
