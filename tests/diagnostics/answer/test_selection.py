"""Each fact once, what proves it first."""

from __future__ import annotations

from diagnostics.answer.selection import selected
from diagnostics.diagnosis import Evidence, Verdict

STATE = "status.containerStatuses[api].state.terminated"
MESSAGE = 'failed to pull and unpack image "registry.example/api:1.0.0": failed to resolve reference: not found'


def quote(text, path=STATE, source="pod", at=""):
    return Evidence(source=source, path=path, quote=text, at=at)


def texts(*evidence, verdict=Verdict.CONFIRMED):
    return [item.quote for item in selected(evidence, verdict)]


def test_the_same_quote_of_the_same_object_stands_once_with_the_object_named():
    got = selected(
        (quote("memory=64Mi", "spec.limits"), quote("memory=64Mi", "production/redis-0 spec.limits")), Verdict.LIKELY
    )
    assert [item.path for item in got] == ["production/redis-0 spec.limits"]


def test_two_objects_may_say_the_same():
    one, other = quote("reason=Error", f"x/a-0 {STATE}"), quote("reason=Error", f"x/b-0 {STATE}")
    assert len(selected((one, other), Verdict.CONFIRMED)) == 2


def test_the_fuller_quote_stays():
    assert texts(quote("reason=Error"), quote("reason=Error exitCode=1")) == ["reason=Error exitCode=1"]


def test_a_long_message_that_an_event_repeats_stands_once():
    event = quote(f"Failed: {MESSAGE}", "Failed on Pod x/api-1 (api)", "event")
    assert texts(quote(MESSAGE, f"{STATE}.message"), event) == [MESSAGE]


def test_a_plain_ending_stands_behind_the_words_that_say_why():
    log = quote("KeyError: 'x'", "api/current", "log", "2026-11-22T10:00:00Z")
    image = quote("image=a:1", "spec.containers[api]")
    assert texts(quote("reason=Error exitCode=1"), log, image) == [
        "KeyError: 'x'", "reason=Error exitCode=1", "image=a:1",
    ]  # fmt: skip


def test_an_end_for_memory_is_the_proof_itself():
    log = quote("loading", "api/current", "log")
    assert texts(quote("reason=OOMKilled exitCode=137"), log)[0] == "reason=OOMKilled exitCode=137"


def test_without_a_cause_the_order_is_kept_and_empty_quotes_go():
    log = quote("loading", "api/current", "log")
    end = quote("reason=Error exitCode=1")
    assert texts(end, quote("  "), log, verdict=Verdict.UNDETERMINED) == ["reason=Error exitCode=1", "loading"]
