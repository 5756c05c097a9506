"""Every case file through the reader, the policy and the resolver, with the cluster that it lists."""

from pathlib import Path

import pytest

from tests.alerts.judge import judge

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_a_case_comes_out_as_somebody_on_call_would_say(path):
    judged = await judge(path.stem, path.read_text())
    assert judged.worth in ("understood", "quiet"), (judged.targets, judged.outcomes, judged.wanted)


def test_at_least_a_quarter_must_stay_quiet():
    cases = [path.read_text() for path in CASES]
    assert sum("negative: true" in text for text in cases) * 4 >= len(cases)
