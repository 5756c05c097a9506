"""The pure part: keys that fold, offers that end, waits that grow."""

from hypothesis import given
from hypothesis import strategies as st

from bot.model import offer as offers
from bot.model.incident import LATE_AFTER, LATE_S, Subject, alert_key, backoff_s, fold_key, key


def pod(name, namespace="prod"):
    return fold_key(Subject(kind="Pod", name=name, namespace=namespace))


def test_what_names_prove_or_the_cluster_says_shares_a_key_and_nothing_else_does():
    assert pod("api-7d4b9c6f5-xkp2z") == pod("api-6c5d8f7b9-bcdfg")
    assert pod("api-7d4b9c6f5-xkp2z") == fold_key(Subject(kind="Deployment", name="api", namespace="prod"))
    agent = Subject(kind="DaemonSet", name="agent", namespace="prod")
    assert fold_key(Subject(kind="Pod", name="agent-bcdfg", namespace="prod"), ("DaemonSet", "agent")) == fold_key(
        agent
    )
    assert pod("agent-bcdfg") != pod("agent-bcdff")
    assert pod("db-migrate-6dz2m") != pod("db-cleanup-jc4xw")
    assert pod("db-0") != pod("db-11")
    assert pod("api-7d4b9c6f5-xkp2z") != pod("web-7d4b9c6f5-xkp2z")
    assert pod("api-7d4b9c6f5-xkp2z") != pod("api-7d4b9c6f5-xkp2z", "test")
    assert pod("api-gateway") != pod("api-worker")


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_keys_keep_their_parts_apart(one, other):
    assert (key(*one) == key(*other)) == (one == other)


def test_an_alert_is_known_by_fingerprint_or_labels_and_by_when_it_began():
    assert alert_key("f", {"a": "1"}, "t") == alert_key("f", {"a": "2"}, "t")
    assert alert_key("", {"a": "1", "b": "2"}, "t") == alert_key("", {"b": "2", "a": "1"}, "t")
    assert alert_key("f", {}, "t") != alert_key("f", {}, "u")


def test_an_offer_that_has_ended_stays_so():
    ended = {state for state in offers.OfferState if not offers.MOVES[state]}
    assert {state.value for state in ended} == {"failed", "expired", "superseded", "unhelpful", "unknown"}
    # What helped and did not hold is taken back; it is never offered again.
    assert offers.MOVES[offers.OfferState.DONE] == {offers.OfferState.UNHELPFUL}


@given(st.integers(-5, 10_000))
def test_waits_grow_and_are_bounded(attempt):
    assert 2 <= backoff_s(attempt) <= backoff_s(attempt + 1) <= LATE_S
    assert backoff_s(min(attempt, LATE_AFTER - 1)) <= 120
