"""Alerts that others post: what is read of them, and that nothing ever loops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.alert_messages import Watched, is_alert, receiver_of, targets_in, text_of, unlinked
from handlers.limits import MESSAGE_CHARS, TARGETS_PER_MESSAGE

WATCHED = Watched(channels=frozenset({"C1"}), senders=frozenset({"B1", "A1"}))
EVENT = {"type": "message", "subtype": "bot_message", "bot_id": "B1", "channel": "C1", "ts": "1.0"}


@pytest.mark.parametrize("event", [EVENT, EVENT | {"subtype": None, "app_id": "A1", "bot_id": "B9"}])
def test_an_allow_listed_sender_in_a_configured_channel_is_read(event):
    assert is_alert(event, WATCHED)


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B2"},
        {"bot_id": ""},
        {"bot_id": None, "user": "U1"},
        {"channel": "C2"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"thread_ts": "0.5"},
        {"metadata": {"event_type": "crashloop"}},
        {"ts": None},
    ],
)
def test_everything_else_is_left_alone(change):
    assert not is_alert(EVENT | change, WATCHED)


def test_nobody_is_listened_to_by_default():
    assert not is_alert(EVENT, Watched())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("namespace: prod\npod: api-7d4b9c6f5-xkp2z\ncontainer: web", ["prod/api-7d4b9c6f5-xkp2z"]),
        ("*Namespace:* `prod`\n*Pod:* `api-0`", ["prod/api-0"]),
        ('namespace="prod", pod="api-0", job="kube-state-metrics"', ["prod/api-0"]),
        ("namespace = prod deployment = api", ["prod/deployment/api"]),
        ('Pod prod/api-7d4b9c6f5-xkp2z (web) is in waiting state (reason: "x").', ["prod/api-7d4b9c6f5-xkp2z"]),
        ("Deployment prod/api has not matched", ["prod/deployment/api"]),
        ("Job failed\njob_name: nightly-29\nnamespace: prod", ["prod/job/nightly-29"]),
        ("[FIRING:2] prod/api-7d4b-xkp2z (prod/web-7d4b-aaaaa)", ["prod/api-7d4b-xkp2z", "prod/web-7d4b-aaaaa"]),
        ("see https://grafana.example/d/abc-123 and/or ask", []),
        ("lunch?", []),
        ("pod: ../../secrets/x", []),
        ("", []),
    ],
)  # fmt: skip
def test_targets_are_found_in_text(text, found):
    assert [str(subject) for subject in targets_in(text)] == found


def test_all_of_a_message_is_read():
    message = {
        "text": "",
        "attachments": [
            {"fields": [{"title": "namespace", "value": "prod"}, {"title": "pod", "value": "api-0"}]},
            None,
        ],
        "blocks": [{"type": "rich_text", "elements": [{"elements": [{"type": "text", "text": "container: web"}]}]}],
    }  # fmt: skip
    (subject,) = targets_in(text_of(message))
    assert (str(subject), subject.container) == ("prod/api-0", "web")


def test_links_read_as_their_labels_and_entities_as_characters():
    assert unlinked("<https://evil|api-0> &amp; <@U1> &lt;x&gt;") == "api-0 & @U1 <x>"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["text", "fields", "elements", "title", "value", "fallback"]), inner, max_size=4
        )
    ),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(["text", "attachments", "blocks", "ts"]), JSON, max_size=4))
def test_any_message_is_read_without_complaint(message):
    text = text_of(message)
    assert len(text) <= MESSAGE_CHARS
    assert len(targets_in(text)) <= TARGETS_PER_MESSAGE


@given(st.text(alphabet="ns/pod:=- a0.*`\n", max_size=300))
def test_what_is_found_are_kubernetes_names(text):
    for subject in targets_in(text):
        assert set(subject.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert len(subject.name) <= 253


@pytest.mark.parametrize(
    ("link", "receiver"),
    [
        ("http://am.example:9093/#/alerts?receiver=slack", "slack"),
        ("http://am.example:9093/#/alerts?silenced=false&receiver=team%2Fslack", "team/slack"),
        ("http://am.example:9093/#/silences", ""),
        (None, ""),
    ],
)
def test_a_link_back_to_alertmanager_names_the_receiver(link, receiver):
    assert receiver_of({"attachments": [{"title_link": link}]}) == receiver
