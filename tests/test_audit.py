"""What is made of pip-audit's report: a vulnerability stops, an accepted one is told, no network stops nothing."""

import json

import pytest

from tests import audit

ADVISORY = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.0"], "description": "long"}
GOOD = {"name": "click", "version": "8.3.0", "vulns": []}
BAD = {"name": "slow", "version": "1.0", "vulns": [ADVISORY]}
UNKNOWN = {"name": "own", "skip_reason": "Dependency not found on PyPI and could not be audited: own (1.0)"}


def report(*packages):
    return json.dumps({"dependencies": list(packages), "fixes": []})


@pytest.mark.threat("Deploy", "a package of the image has a known vulnerability")
def test_a_vulnerability_stops_and_names_what_mends_it(record_property):
    lines, failed = audit.told(report(GOOD, BAD, UNKNOWN))
    assert failed
    assert lines == [
        "slow 1.0: PYSEC-2026-1: fixed in 2.0",
        "pip-audit: 2 packages, 1 to mend, 1 not known to the index",
    ]
    record_property("tried", "a report with one vulnerability in three packages")
    record_property("held", "make lint stops, and names package, advisory and the version that mends it")


@pytest.mark.parametrize("name", ["PYSEC-2026-1", "CVE-2026-1"])
def test_an_accepted_one_is_told_with_its_reason(monkeypatch, name):
    monkeypatch.setattr(audit, "ACCEPTED", {name: "the function is never called"})
    lines, failed = audit.told(report(GOOD, BAD))
    assert not failed
    assert lines[0] == "slow 1.0: PYSEC-2026-1: accepted, the function is never called"
    assert lines[1] == "pip-audit: 2 packages, 0 to mend"


@pytest.mark.parametrize(
    ("said", "problem", "why"),
    [
        ("", "WARNING: slow\nConnectionError: no route to host\n", "ConnectionError: no route to host"),
        ("no json", "", "it gave no report"),
        ("{}", "", "it gave no report"),
        (report(), "", "the advisories cannot be reached from here"),
        (report(UNKNOWN), "", "the advisories cannot be reached from here"),
    ],
)
def test_without_advisories_it_is_skipped_with_a_word(said, problem, why):
    assert audit.told(said, problem) == ([f"pip-audit: skipped, nothing was audited: {why}"], False)
