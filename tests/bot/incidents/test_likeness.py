"""Which answers are equal in cause and evidence: a workload's own names make no difference, any value does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from bot.incidents.likeness import likeness, traits_of
from bot.render.traits import NO_TRAITS, Traits, shared
from diagnostics.diagnosis import Diagnosis, Evidence, Remedy, Verdict
from diagnostics.engine import diagnose
from diagnostics.snapshot import Target
from tests.support.odd import TEXT
from tests.support.recordings import snapshot_of


def killed(name="api", namespace="team-00", quote="reason=OOMKilled exitCode=137", **more):
    pod = f"{name}-7d4b9c6f5-xkp2z"
    given = {
        "target": Target(kind="Pod", namespace=namespace, name=pod, pod=pod),
        "verdict": Verdict.CONFIRMED,
        "cause": "oom-killed",
        "summary": f"{name} was killed at its limit of 96Mi.",
        "workload": f"Deployment {namespace}/{name}",
        "evidence": (Evidence(source="log", path=f"{name}/previous", quote=quote),),
        "remedy": Remedy(text=f"Raise the limit of {name} in {namespace}."),
    }
    return Diagnosis(**(given | more))


SAID = [
    "2026-11-29T09:07:01.123Z ERROR no space left on /data",
    "[09:07:01] ERROR no space left on /data",
    "Error: cannot reach redis.team-00.svc:6379",
    "killed pod api-7d4b9c6f5-xkp2z_team-00(0123abcd-0123-0123-0123-0123456789ab)",
]


@pytest.mark.parametrize("quote", SAID)
def test_another_workload_with_the_same_is_alike(quote):
    moved_on = quote.replace("team-00", "team-41").replace("api-7d", "web-7d").replace("09:07:01", "10:08:02")
    moved_on = moved_on.replace("0123abcd", "4567cdef")
    assert likeness(killed(quote=quote)) == likeness(killed("web", "team-41", quote=moved_on))


@pytest.mark.parametrize(
    "other",
    [
        {"quote": "reason=OOMKilled exitCode=1"},
        {"cause": "heap-exhausted"},
        {"verdict": Verdict.LIKELY},
        {"container": "sidecar"},
        {"summary": "api was killed at its limit of 128Mi."},
        {"remedy": Remedy(text="Do nothing.")},
        {"quote": "dial tcp 10.0.0.7:5432: connect: connection refused"},
    ],
)
def test_one_value_that_differs_makes_another_answer(other):
    plain = killed(quote="dial tcp 10.0.0.8:5432: connect: connection refused") if "dial" in str(other) else killed()
    assert likeness(plain) != likeness(killed(**other))


def test_what_nothing_proves_and_what_does_not_fail_is_like_nothing():
    assert likeness(killed(evidence=())) == ""
    assert likeness(killed(verdict=Verdict.NOT_FAILING)) == ""


def test_what_was_measured_is_never_the_same_twice_and_makes_no_difference():
    measured = Evidence(source="prometheus", path="container_memory{}", quote="value=1234")
    one = killed()
    assert likeness(replace(one, evidence=(*one.evidence, measured))) == likeness(one)


@given(TEXT, TEXT)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_can_be_compared(quote, name):
    one = killed(quote=quote, summary=name)
    assert likeness(one) == likeness(replace(one))
    assert Traits.from_json(Traits(told=quote, do=name).to_json()) == Traits(told=quote, do=name)


def test_a_recording_in_another_namespace_is_alike_and_shares_what_it_is_made_of():
    snapshot = snapshot_of("oom-python")
    found = diagnose(snapshot)
    traits = traits_of(snapshot, found)
    assert traits.told == "Out of memory: api was killed at its 96Mi limit"
    assert traits.image
    assert traits.node == "node-1"
    assert traits.do.startswith("Raise the memory limit from 96Mi")
    assert traits_of(snapshot, killed(verdict=Verdict.NOT_FAILING)) == NO_TRAITS


def test_only_what_is_the_same_in_all_is_shared():
    one, other = Traits(told="a", node="n", image="i"), Traits(told="a", node="m")
    assert shared([one, other]) == Traits(told="a")
    assert shared([one]) == NO_TRAITS
