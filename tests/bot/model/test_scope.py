"""Which namespaces a channel may be told of, by the operator's routes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.model.scope import ChannelScope
from bot.settings import Settings

CHANNELS, SPACES = st.sampled_from(["C0A", "C0B", "C0C"]), st.sampled_from(["shop", "vault", "data"])
ROUTES = st.dictionaries(SPACES, CHANNELS)


def scope(**more):
    token = {"slack_bot_token": "xoxb-1-test", "slack_app_token": "xapp-1-test"}
    return ChannelScope.of(Settings(_env_file=None, **token, **more))


def test_where_all_alerts_go_to_one_channel_nothing_is_kept_apart():
    only = scope(alert_channel="C0A")
    assert only.shows_all("C0A")
    assert only.shows("C0A", "anything")


def test_a_label_that_routes_says_nothing_of_namespaces():
    labelled = scope(alert_channel="C0A", label_routes={"severity:critical": "C0PAGER"})
    assert labelled.shows("C0A", "shop")
    assert not labelled.shows("C0PAGER", "shop")
    paged = scope(
        alert_channel="C0A", label_routes={"severity:critical": "C0PAGER"}, channel_namespaces={"C0PAGER": "*"}
    )
    assert paged.shows_all("C0PAGER")


def test_a_channel_that_owners_may_lead_to_is_one_more_to_keep_apart():
    owned = scope(alert_channel="C0A", owner_channels={"C0PAY": "payments"})
    assert not owned.shows_all("C0A")
    assert not owned.shows_all("C0PAY")
    # That payments may lead there lends the channel no namespace: what an alert there leads to stays away.
    assert not owned.shows("C0PAY", "payments")
    assert not owned.shows("C0PAY", "shop")
    assert owned.shows("C0A", "shop")


@given(routes=ROUTES, channel=CHANNELS, space=SPACES)
def test_a_namespace_is_told_of_in_one_channel_unless_more_is_said(routes, channel, space):
    made = scope(alert_channel="C0A", channel_routes=routes, label_routes={"x:y": "C0B"})
    assert made.shows(channel, space) is (routes.get(space, "C0A") == channel)
    assert made.lends(channel, space) is (space not in routes or routes[space] == channel)


@given(routes=ROUTES, channel=CHANNELS, space=SPACES, more=SPACES)
def test_what_a_channel_is_shown_besides(routes, channel, space, more):
    made = scope(
        alert_channel="C0A", channel_routes=routes, label_routes={"x:y": "C0B"},
        channel_namespaces={"C0C": f"{more}+other"},
    )  # fmt: skip
    assert made.shows("C0C", more)
    assert made.shows(channel, space) is (routes.get(space, "C0A") == channel or (channel, space) == ("C0C", more))
