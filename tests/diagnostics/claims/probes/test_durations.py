from __future__ import annotations

import pytest

from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.claims.probes import durations
from diagnostics.examples import Example, terminated, waiting


def longest(log):
    status = {"state": waiting("CrashLoopBackOff"), "lastState": terminated(143, lived=40)}
    case = case_of(Example(title="", hit=True, status=status, log=log).snapshot(), builtin())
    found = durations.longest(case, case.suspect)
    return None if found is None else (round(found.seconds, 3), case.transcript.lines[found.line])


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Quarkus augmentation completed in 28411ms", 28.411),
        ("Root WebApplicationContext: initialization completed in 4120 ms", 4.12),
        ("index loaded (12.5 s)", 12.5),
        ("model warmed up after 2 minutes", 120.0),
        ("migration 0042 applied in 31 seconds", 31.0),
    ],
)
def test_a_step_of_the_start_is_read(line, seconds):
    assert longest(f"starting\n{line}\nnext\n") == (seconds, line)


def test_the_longest_step_counts():
    assert longest("cache loaded in 3s\nindex built in 17s\nplugins loaded in 2s\n") == (17.0, "index built in 17s")


@pytest.mark.parametrize("line", ["completed 28411 requests", "done", "took 20 ms", "finished in 5 days"])
def test_what_is_no_step_of_a_start_is_not(line):
    assert longest(f"{line}\n") is None
