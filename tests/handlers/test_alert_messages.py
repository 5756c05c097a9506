"""Which messages are alerts, and that nothing ever loops."""

import pytest

from handlers.alert_messages import Watched, is_alert

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
