from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from diagnostics.diagnosis import Verdict
from tests.reports import __main__ as command
from tests.reports.report import Truth
from tests.reports.samples import BASE, sample
from tests.reports.score import Scored, expected_of, line, scored, shown, totals
from tests.support.diagnoses import DEPENDENCY, HEALTHY, OOM, UNDETERMINED
from tests.support.judge import judge


def truth(cause, *, also=(), container=None, cite=(), restart=None, undo=None):
    return Truth("deployment/api", cause, also, container, cite, restart, undo, "", "", ())


def judged(told, diagnosis):
    return judge(diagnosis, expected_of(told, diagnosis))


def test_what_the_truth_leaves_open_is_right_as_it_is():
    assert judged(truth("oom-killed"), OOM).right
    assert not judged(truth("oom-killed", container="web"), OOM).container
    assert not judged(truth("oom-killed", undo=False), OOM).advice
    assert judged(truth("oom-killed", undo=True, restart=False), OOM).advice
    assert judged(truth("oom-killed", cite=("no such words",)), OOM).missing == ("no such words",)


def test_a_cause_of_also_is_as_right_as_the_truth():
    assert judged(truth("bad-config", also=("dependency-unavailable",)), DEPENDENCY).cause
    assert not judged(truth("bad-config"), DEPENDENCY).cause
    assert not judged(truth("bad-config"), DEPENDENCY).confidence


def test_undetermined_is_not_right_and_not_wrong_of_confidence():
    found = judged(truth("bad-config", also=("app-crash",)), UNDETERMINED)
    assert (found.cause, found.confidence, found.verdict) == (False, True, Verdict.UNDETERMINED)


def test_what_is_no_failure_needs_no_container():
    assert judged(truth("healthy", container="web"), HEALTHY).right


def row(**changed):
    return Scored(
        **{
            "id": "a-1",
            "file": "a-1.yaml",
            "program": "p",
            "family": "f",
            "language": "go",
            "negative": False,
            "truth": {
                "cause": "bad-config",
                "also": ("app-crash",),
                "container": "app",
                "note": "because",
                "restart_helps": False,
                "undo_helps": True,
                "fix": "mend it",
                "bad_remedies": ("more memory",),
            },
            "got": "oom-killed (confirmed) in app",
            "verdict": Verdict.CONFIRMED,
            "missing": ("x",),
            "answer": "ANSWER",
            "cause": False,
            "container": True,
            "citations": False,
            "advice": False,
            "confidence": False,
            "right": False,
            "confirmed_wrong": True,
            "compose_ms": 20,
            "diagnose_ms": 10,
            **changed,
        }
    )


def test_a_row_says_what_was_wanted_and_what_came():
    text = line(row())
    assert text.startswith("✗ ✓ ✗ ✗ ✗  a-1")
    assert "CONFIRMED AND WRONG" in text
    assert "want bad-config or app-crash in app, restart=False undo=True; got oom-killed (confirmed) in app" in text
    assert text.endswith("not cited: x")


def test_a_grader_reads_the_answer_beside_the_truth():
    text = shown(row())
    assert all(each in text for each in ("because", "mend it", "more memory", "ANSWER", "a-1.yaml"))


def test_totals_count_by_verdict():
    well = row(cause=True, right=True, confirmed_wrong=False)
    text = "\n".join(totals([row(), well, row(verdict=Verdict.LIKELY, confirmed_wrong=False)]))
    assert "all five 1/3  cause 1/3" in text
    assert "confirmed        2  cause right 1 (50%)" in text
    assert "likely           1  cause right 0 (0%)" in text
    assert "confirmed and wrong: 1/3" in text
    assert totals([]) == ["no reports"]


def test_a_report_is_composed_asked_and_judged():
    found = scored(sample())
    assert found.id == "sample"
    assert found.container
    assert "hunter2-canary" not in found.answer


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_command_scores_files_and_says_what_is_broken(tmp_path, monkeypatch, capsys, jobs):
    (tmp_path / "good.yaml").write_text(BASE)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "bad.yaml").write_text("id: x")
    out = tmp_path / "out.json"
    monkeypatch.setattr(sys, "argv", ["reports", str(tmp_path), "-j", jobs, "--json", str(out), "-v"])
    assert command.main() == 1
    printed = capsys.readouterr().out
    assert "bad.yaml: source is missing" in printed
    assert "all five" in printed
    assert [each["id"] for each in json.loads(out.read_text())] == ["sample"]


def test_two_processes_find_what_one_finds():
    """The command of README.md, as it stands there; a spawned process imports all anew."""
    source = next((Path(__file__).parent / "cases").glob("*.yaml"))
    command = [sys.executable, "-m", "tests.reports", str(source), "-j", "2"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "all five 1/1" in done.stdout or "all five 0/1" in done.stdout
