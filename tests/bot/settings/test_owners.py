"""The settings of owners: what cannot be used is refused in a sentence that names it."""

import pytest

from bot.settings import SettingsError, load


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("OWNER_CHANNELS", "C0PAY", "OWNER_CHANNELS must be pairs separated by commas"),
        ("OWNER_CHANNELS", "C0PAY=Payments!", "OWNER_CHANNELS must name the namespaces of each channel"),
        ("OWNER_CHANNELS", "no channel!=payments", "OWNER_CHANNELS must name channels by id"),
        ("OWNER_MENTIONS", "payments=@payments", "OWNER_MENTIONS mentions '@payments', which is no Slack user group"),
        ("CHANNEL_ANNOTATIONS", "a b", "CHANNEL_ANNOTATIONS names 'a b', which no annotation can be called"),
    ],
)
def test_what_cannot_be_used_is_named(monkeypatch, name, value, sentence):
    given(monkeypatch, **{name: value})
    with pytest.raises(SettingsError) as refused:
        load(None)
    assert str(refused.value).startswith(sentence)


def test_owners_are_read_as_people_write_them(monkeypatch):
    given(
        monkeypatch, OWNER_CHANNELS="C0PAY=payments+checkout, #sre=*", OWNER_MENTIONS="payments=S012,infra=U012",
        OWNER_ANNOTATIONS="example.com/team", ALERT_CHANNEL="C0A",
    )  # fmt: skip
    loaded = load(None)
    assert loaded.owner_channels == {"C0PAY": "payments+checkout", "#sre": "*"}
    assert loaded.owner_mentions == {"payments": "S012", "infra": "U012"}
    assert loaded.owner_annotations == ("example.com/team",)


def test_channels_of_owners_need_one_for_the_rest(monkeypatch):
    given(monkeypatch, OWNER_CHANNELS="C0PAY=*", ALERT_CHANNEL="")
    with pytest.raises(SettingsError, match="OWNER_CHANNELS is set, but ALERT_CHANNEL is not"):
        load(None)


def given(monkeypatch, **settings):
    for name, value in {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "ALERT_CHANNEL": "C0A",
        **settings,
    }.items():
        monkeypatch.setenv(name, value)
