"""The walk through a case tells each step, and the README's example is what it prints."""

from __future__ import annotations

from diagnostics.claims.catalogue import builtin
from tests import walk
from tests.support.prepared import prepared
from tests.support.recordings import snapshot_of


def test_the_readme_shows_the_example_as_it_runs():
    text = walk.README.read_text()
    assert walk.written(text) == text, "run `python -m tests.walk --readme`, and read what has changed"


def test_a_case_is_found_by_its_name_wherever_it_stands(tmp_path):
    saved = tmp_path / "saved.json"
    saved.write_text(prepared(snapshot_of("oom-python")).to_json())
    for name in ("oom-python", str(saved)):
        assert walk.found(name).logs == prepared(snapshot_of("oom-python")).logs
    assert walk.found("no-such-case") is None


def test_each_step_is_told_in_its_order():
    told = walk.steps(prepared(snapshot_of("config-missing-env-python")), builtin())
    heads = [line.split()[0] for line in told if not line.startswith(" ")]
    assert heads[:5] == ["ended", "log", "claims", "findings", "verdict"]
    assert any(line.startswith(" ► setting-missing var=DATABASE_DSN") for line in told)
    assert any(line.strip() == "the objects say: supported" for line in told)
    assert any("KeyError: 'DATABASE_DSN'" in line and "[deciding]" in line for line in told)


def test_an_end_that_nobody_saw_is_said():
    told = walk.steps(prepared(snapshot_of("secret-key-missing")), builtin())
    assert told[0].startswith("ended by   nobody yet")
