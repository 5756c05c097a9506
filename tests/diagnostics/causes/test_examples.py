"""Every cause is held to its own examples, and to those of all the others."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from diagnostics import causes
from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from diagnostics.strip import stripped
from tests.support.evidence import unfounded

FOLDER = Path(causes.__file__).parent
CAUSES = {module.CAUSE.id: module for module in causes.registry()}
EVERY = [(cause, example) for cause, module in CAUSES.items() for example in module.EXAMPLES]
PUBLIC = {
    *("bad-config", "missing-secret", "missing-configmap", "oom-killed", "heap-exhausted", "dependency-unavailable"),
    *("dependency-auth-failed", "tls-certificate", "liveness-probe-failed", "startup-probe-failed"),
    *("readiness-probe-failed", "app-crash", "missing-library", "bad-entrypoint", "init-container-failed"),
    *("image-pull-failed", "unschedulable", "volume-mount-failed", "pod-create-rejected", "security-context-denied"),
    *("permission-denied", "disk-full", "port-conflict", "stale-state", "lifecycle-hook-failed", "exits-cleanly"),
    *("evicted", "node-unhealthy", "killed-externally", "deadline-exceeded", "healthy", "recovered", "starting"),
    *("scaled-to-zero", "not-found"),
    *("node-prerequisite", "cluster-prerequisite", "incompatible-data", "job-held-open"),
}
HEADINGS = ("What it means", "How it is decided", "What it is confused with", "How to fix it", "How to prevent it")


@cache
def fired(cause, index):
    """Return the findings of all causes on one example, by id."""
    case = case_of(prepared(CAUSES[cause].EXAMPLES[index]), builtin())
    return {other: found for other, module in CAUSES.items() if (found := module.check(case)) is not None}


def prepared(example):
    """The example as the collector would leave it: no values."""
    whole = example.snapshot()
    kept = {kind: tuple(stripped(item, b"examples") for item in found) for kind, found in whole.objects.items()}
    return type(whole)(
        **{field: getattr(whole, field) for field in whole.__dataclass_fields__ if field != "objects"}, objects=kept
    )


def findings(cause, example):
    return fired(cause, CAUSES[cause].EXAMPLES.index(example))


@cache
def answered(cause, index):
    return diagnose(prepared(CAUSES[cause].EXAMPLES[index]))


def answer(cause, example):
    """The engine's answer to one example."""
    return answered(cause, CAUSES[cause].EXAMPLES.index(example))


def test_the_ids_are_the_public_ones():
    assert set(CAUSES) == PUBLIC


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_is_its_file_with_a_page_and_examples_of_both_kinds(cause):
    module = CAUSES[cause]
    assert (FOLDER / f"{cause.replace('-', '_')}.py").exists()
    assert module.CAUSE.title
    assert any(example.hit for example in module.EXAMPLES)
    assert any(not example.hit for example in module.EXAMPLES)
    titles = [example.title for example in module.EXAMPLES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("cause", CAUSES)
def test_the_reference_page_answers_its_five_questions(cause):
    page = CAUSES[cause].__doc__
    assert [heading for heading in HEADINGS if heading not in page] == []


def it_fires_where_it_must(cause, example):
    found = findings(cause, example).get(cause)
    assert found is not None
    assert found.cause == cause
    assert found.summary
    assert found.evidence
    assert found.remedy.text


def it_stays_silent_at_a_near_miss(cause, example):
    assert cause not in findings(cause, example)


def the_others_stay_silent_unless_declared(cause, example):
    others = set(findings(cause, example)) - {cause, *example.also}
    assert others == set()


def the_engine_names_it(cause, example):
    assert answer(cause, example).cause == cause


def a_near_miss_is_named_otherwise(cause, example):
    assert answer(cause, example).cause != cause


def every_quote_stands_in_the_snapshot(cause, example):
    assert unfounded(prepared(example), answer(cause, example)) == []


def not_failing_is_said_of_what_does_not_fail(cause, example):
    quiet = {"healthy", "recovered", "starting", "scaled-to-zero"}
    verdict = findings(cause, example)[cause].verdict
    assert (verdict is Verdict.NOT_FAILING) == (cause in quiet)


def what_is_ruled_out_is_said_in_one_line(cause, example):
    case = case_of(prepared(example), builtin())
    for other in CAUSES.values():
        if other.check(case) is None:
            because = other.ruled_out(case)
            assert "\n" not in because, cause
            assert len(because) < 300, cause


OF_ALL = (every_quote_stands_in_the_snapshot, what_is_ruled_out_is_said_in_one_line)
OF_A_HIT = (
    it_fires_where_it_must,
    the_others_stay_silent_unless_declared,
    the_engine_names_it,
    not_failing_is_said_of_what_does_not_fail,
)
OF_A_NEAR_MISS = (it_stays_silent_at_a_near_miss, a_near_miss_is_named_otherwise)


@pytest.mark.parametrize(
    ("cause", "example"),
    [pytest.param(cause, example, id=f"{cause}: {example.title}") for cause, example in EVERY],
)
def test_an_example_and_its_answer(cause, example, each):
    checks = (*(OF_A_HIT if example.hit else OF_A_NEAR_MISS), *OF_ALL)
    each(checks, lambda check: check(cause, example), lambda check: check.__name__)
