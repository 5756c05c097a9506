"""Words that nothing knows are still the headline (each corpus is held to the same: ``tests.support.headline``)."""

from __future__ import annotations

import pytest

from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from tests.composed.world import Truth
from tests.kinds import test_consequence, test_deciding_line
from tests.kinds.world import dies
from tests.support.headline import core

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
    tail = core(line)[-10:]
    assert tail in core(diagnosis.summary), diagnosis.summary
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
