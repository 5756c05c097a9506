"""Settings that are incomplete or contradict each other are refused, in one sentence that names the variable."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, is_secret, load, load_alerts, strangers
from bot.settings.pages import example, table

ROOT = Path(__file__).parents[3]
GOOD = {"SLACK_BOT_TOKEN": "xoxb-canary-1", "SLACK_APP_TOKEN": "xapp-canary-2"}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def loaded(monkeypatch, **given):
    for name, value in (GOOD | given).items():
        monkeypatch.setenv(name, value)
    return load()


@pytest.mark.parametrize(
    ("given", "named", "why"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN", "is not set"),
        ({"SLACK_BOT_TOKEN": "canary-xoxp"}, "SLACK_BOT_TOKEN", "must begin with xoxb-"),
        ({"SLACK_APP_TOKEN": "xoxb-canary"}, "SLACK_APP_TOKEN", "must begin with xapp-"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": "xoxb-canary-1234567"}, "SLACK_SIGNING_SECRET", "another variable"),
        ({"SLACK_SIGNING_SECRET": "canary"}, "SLACK_SIGNING_SECRET", "16 characters"),
        ({"SLACK_SIGNING_SECRET_PREVIOUS": "canary"}, "SLACK_SIGNING_SECRET_PREVIOUS", "16 characters"),
        ({"SLACK_SIGNING_SECRET_PREVIOUS": "0123456789abcdef"}, "SLACK_SIGNING_SECRET_PREVIOUS", "is not"),
        ({"HEALTH_PORT": "70000"}, "HEALTH_PORT", "65535"),
        ({"SLACK_API_URL": "http://slack.example/api"}, "SLACK_API_URL", "https"),
        ({"SLACK_API_URL": "slack"}, "SLACK_API_URL", "address"),
        ({"SLACK_API_URL": "https://me:canary@slack.example/api"}, "SLACK_API_URL", "no password"),
        ({"PUBLIC_URL": "http://bot.example"}, "PUBLIC_URL", "https"),
        ({"PUBLIC_URL": "https://me:canary@bot.example"}, "PUBLIC_URL", "no password"),
        ({"OPERATORS": "anna"}, "OPERATORS", "Slack user ids"),
        ({"ALERTMANAGER_TOKEN": "canary-" + "x" * 20}, "ALERT_CHANNEL", "nowhere to go"),
        ({"ALERTMANAGER_TOKEN_PREVIOUS": "canary-" + "x" * 20}, "ALERTMANAGER_TOKEN", "is not"),
        ({"ALERT_CHANNEL": "two words"}, "ALERT_CHANNEL", "#name"),
        ({"CHANNEL_ROUTES": "payments"}, "CHANNEL_ROUTES", "namespace=channel"),
        ({"CHANNEL_ROUTES": "payments=C0123ABCD"}, "ALERT_CHANNEL", "nowhere to go"),
        ({"CHANNEL_NAMESPACES": "C0123ABCD"}, "CHANNEL_NAMESPACES", "channel=namespaces"),
        ({"CHANNEL_NAMESPACES": "C0123ABCD=No_Such"}, "CHANNEL_NAMESPACES", "names of namespaces"),
        ({"CHANNEL_NAMESPACES": "Not A Channel=infra"}, "CHANNEL_NAMESPACES", "channels by id"),
        ({"ALERT_MESSAGE_CHANNELS": "C0123ABCD"}, "ALERT_MESSAGE_SENDERS", "is not"),
        ({"ALLOWED_NAMESPACES": "prod,No_Such"}, "ALLOWED_NAMESPACES", "names of namespaces"),
        ({"PROMETHEUS_URL": "prometheus:9090"}, "PROMETHEUS_URL", "http(s) address"),
        ({"PROMETHEUS_URL": "http://prometheus?x=1"}, "PROMETHEUS_URL", "without a query"),
        ({"PROMETHEUS_MATCHERS": "cluster=eu"}, "PROMETHEUS_URL", "is not"),
        ({"PROMETHEUS_MATCHERS": 'cl"uster=eu'}, "PROMETHEUS_MATCHERS", "label=value"),
        ({"PROMETHEUS_TOKEN_FILE": "/no/such"}, "PROMETHEUS_TOKEN_FILE", "/no/such"),
        ({"PROMETHEUS_HEADERS": "canary: 1"}, "PROMETHEUS_HEADERS", "Name=value"),
        ({"PROMETHEUS_HEADERS": "X-Token=canary\n"}, "PROMETHEUS_URL", "is not"),
        ({"OUTGOING_WEBHOOK_URL": "ftp://canary.example/x"}, "OUTGOING_WEBHOOK_URL", "http(s) address"),
        ({"OUTGOING_WEBHOOK_URL": "https://[canary"}, "OUTGOING_WEBHOOK_URL", "http(s) address"),
        ({"OUTGOING_WEBHOOK_URL": "https://pager.example/canary"}, "OUTGOING_WEBHOOK_SECRET", "who sends"),
        ({"OUTGOING_WEBHOOK_SECRET": "canary"}, "OUTGOING_WEBHOOK_SECRET", "whsec_"),
        ({"OUTGOING_WEBHOOK_SECRET": f"whsec_{'A' * 32}"}, "OUTGOING_WEBHOOK_URL", "is not"),
        (
            {
                "OUTGOING_WEBHOOK_URL": "https://pager.example/canary",
                "OUTGOING_WEBHOOK_SECRET": f"whsec_{'A' * 32}",
                "OUTGOING_WEBHOOK_NAMESPACES": "No_Such",
            },
            "OUTGOING_WEBHOOK_NAMESPACES",
            "names of namespaces",
        ),
        ({"OUTGOING_WEBHOOK_NAMESPACES": "payments"}, "OUTGOING_WEBHOOK_URL", "is not"),
        ({"PEOPLE_FILE": "/no/such.yaml"}, "PEOPLE_FILE", "/no/such.yaml"),
        ({"SIGNATURES_DIR": "/no/such"}, "SIGNATURES_DIR", "/no/such"),
        ({"KUBECONFIG": "/no/such"}, "KUBECONFIG", "/no/such"),
        ({"DATABASE_URL": "mysql://u:canary@h/x"}, "DATABASE_URL", "postgresql://"),
        ({"HTTP_PORT": "70000"}, "HTTP_PORT", "65535"),
        ({"HTTP_PORT": "http"}, "HTTP_PORT", "integer"),
        ({"COLLECT_DEADLINE_S": "0"}, "COLLECT_DEADLINE_S", "1"),
        ({"LOG_BYTES": "1"}, "LOG_BYTES", "4096"),
        ({"OFFER_TTL_S": "5"}, "OFFER_TTL_S", "60"),
        ({"ACTIONS_ENABLED": "perhaps"}, "ACTIONS_ENABLED", "boolean"),
        ({"NAMESPACE_ACTIONS": "payments"}, "NAMESPACE_ACTIONS", "namespace=action"),
        ({"NAMESPACE_ACTIONS": "payments=scale"}, "NAMESPACE_ACTIONS", "scale"),
        ({"PROTECTED_NAMESPACES": "Prod!"}, "PROTECTED_NAMESPACES", "names of namespaces"),
        ({"ACT_AS": "root"}, "ACT_AS", "user"),
        ({"READ_GUARD": "enforce"}, "READ_GUARD", "PEOPLE_FILE"),
        ({"ACTIONS_PER_PERSON": "-1"}, "ACTIONS_PER_PERSON", "0"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL", "WARNING"),
    ],
)
def test_one_sentence_names_the_variable_and_shows_no_secret(monkeypatch, given, named, why):
    with pytest.raises(SettingsError) as caught:
        loaded(monkeypatch, **given)
    sentence = str(caught.value)
    assert named in sentence
    assert why in sentence
    assert "\n" not in sentence
    assert "canary" not in sentence
    assert caught.value.__cause__ is None


def test_good_settings_are_read_and_secrets_stay_hidden(monkeypatch):
    settings = loaded(
        monkeypatch,
        ALERT_CHANNEL="#alerts",
        CHANNEL_ROUTES="payments=C0123ABCD, infra=#infra",
        ALLOWED_NAMESPACES="production, payments",
        CHANNEL_NAMESPACES="#pager=*, C0123ABCD=shared+infra",
        DATABASE_URL="postgresql://u:canary@h/x",
        LOG_LEVEL="debug",
        SLACK_API_URL="http://127.0.0.1:3000/api",
    )
    assert settings.socket_mode
    assert settings.channel_for("payments") == "C0123ABCD"
    assert settings.channel_for("other") == "#alerts"
    assert settings.allowed_namespaces == ("production", "payments")
    assert settings.shown_namespaces == {"#pager": {"*"}, "C0123ABCD": {"shared", "infra"}}
    assert settings.store_url == "postgresql+asyncpg://u:canary@h/x"
    assert settings.slack_api_url == "http://127.0.0.1:3000/api/"
    assert settings.log_level == "DEBUG"
    assert "canary" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_without_a_database_there_is_sqlite_in_the_data_folder(monkeypatch):
    assert loaded(monkeypatch, DATA_DIR="/var/lib/x").store_url == "sqlite+aiosqlite:////var/lib/x/crashloop.db"


def test_the_environment_wins_over_the_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("HTTP_PORT=1111\nLOG_BYTES=5000\nUNRELATED=1\n")
    settings = loaded(monkeypatch, HTTP_PORT="2222")
    assert (settings.http_port, settings.log_bytes) == (2222, 5000)


def test_a_misspelt_name_in_the_file_is_found(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("SLACK_SIGNING_SECRT=0123456789abcdef\n")
    with pytest.raises(SettingsError, match=r"SLACK_SIGNING_SECRT in \.env is not a setting; SLACK_SIGNING_SECRET is"):
        loaded(monkeypatch)


def test_a_misspelt_name_in_the_environment_is_told_and_refuses_nothing(monkeypatch):
    loaded(monkeypatch, ALERT_CHANEL="C1", SLACK_SIGNING_SECRT="canary", ALERTMANAGER_PORT="tcp://10.0.0.1:9093")
    assert [str(each) for each in strangers()] == [
        "ALERT_CHANEL in the environment is not a setting; ALERT_CHANNEL is",
        "SLACK_SIGNING_SECRT in the environment is not a setting; SLACK_SIGNING_SECRET is",
    ]


def test_where_a_setting_is_missing_the_misspelt_one_is_named_with_it(monkeypatch):
    with pytest.raises(SettingsError) as refused:
        loaded(monkeypatch, SLACK_BOT_TOKEN="", SLACK_BOT_TOKN="xoxb-canary")
    assert str(refused.value) == (
        "SLACK_BOT_TOKEN is not set; SLACK_BOT_TOKN in the environment is not a setting; SLACK_BOT_TOKEN is"
    )


@pytest.mark.parametrize(
    ("name", "secret"),
    [("SLACK_BOT_TOKEN", True), ("OUTGOING_WEBHOOK_URL", True), ("DATABASE_URL", True), ("ALERT_CHANNEL", False),
     ("PEOPLE_FILE", False), ("NO_SETTING", False)],
)  # fmt: skip
def test_what_belongs_into_a_secret_is_known(name, secret):
    assert is_secret(name) is secret


@pytest.fixture
def mounted(tmp_path, monkeypatch):
    """A folder as the kubelet mounts a Secret: names that lead through ``..data`` to the files of one version."""
    folder, version = tmp_path / "secrets", tmp_path / "secrets" / "..2026_11_22"
    version.mkdir(parents=True)
    (folder / "..data").symlink_to(version.name)
    monkeypatch.setenv("SECRETS_DIR", str(folder))

    def put(**files):
        for name, content in files.items():
            (version / name).write_bytes(content.encode() if isinstance(content, str) else content)
            (folder / name).symlink_to(f"..data/{name}")
        return folder

    return put


def test_secrets_are_read_from_files(mounted):
    mounted(
        SLACK_BOT_TOKEN="xoxb-canary-1\n", SLACK_APP_TOKEN="xapp-canary-2", DATABASE_URL="postgresql://u:canary@h/x"
    )
    settings = load()
    assert settings.slack_bot_token.get_secret_value() == "xoxb-canary-1"
    assert settings.slack_app_token.get_secret_value() == "xapp-canary-2"
    assert settings.store_url == "postgresql+asyncpg://u:canary@h/x"
    assert "canary" not in repr(settings) + settings.model_dump_json()


def test_the_environment_wins_over_a_file_of_secrets_unless_it_is_empty(mounted, monkeypatch):
    mounted(SLACK_BOT_TOKEN="xoxb-file", SLACK_APP_TOKEN="xapp-file")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-environment")
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    settings = load()
    assert settings.slack_bot_token.get_secret_value() == "xoxb-environment"
    assert settings.slack_app_token.get_secret_value() == "xapp-file"


def test_the_folder_of_secrets_may_stand_in_the_file(mounted, monkeypatch, tmp_path):
    folder = mounted(**GOOD, ALERTMANAGER_TOKEN="t" * 16, ALERT_CHANNEL="#alerts")
    monkeypatch.delenv("SECRETS_DIR")
    (tmp_path / ".env").write_text(f"SECRETS_DIR={folder}\n")
    assert load().alertmanager_tokens == load_alerts().alertmanager_tokens == ("t" * 16,)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": "canary"}, "SLACK_BOT_TOKEN must begin with xoxb-"),
        ({"SLACK_BOT_TOKEN": b"xoxb-canary-\xff"}, "SECRETS_DIR cannot be read: a file in "),
        (GOOD | {"SLACK_SIGNING_SECRT": "canary" * 4}, "SLACK_SIGNING_SECRT in SECRETS_DIR is not a setting; "),
        ({"SLACK_BOT_TOKN": "canary"}, "SLACK_BOT_TOKN in SECRETS_DIR is not a setting; SLACK_BOT_TOKEN is"),
        (GOOD | {"ALERTMANAGER_TOKEN": "canary"}, "ALERTMANAGER_TOKEN must have at least 16 characters"),
    ],
)
def test_a_wrong_file_of_secrets_is_named_and_not_shown(mounted, files, sentence):
    mounted(**files)
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value).startswith(sentence)
    assert "canary" not in str(caught.value)


def test_a_folder_of_secrets_that_is_not_there_or_cannot_be_read_is_named(mounted, monkeypatch):
    folder = mounted(**GOOD)
    monkeypatch.setenv("SECRETS_DIR", "/no/such")
    with pytest.raises(SettingsError, match=r"^SECRETS_DIR names a folder that does not exist: /no/such$"):
        load()
    monkeypatch.setenv("SECRETS_DIR", str(folder))

    def refuse(self, **_given):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_text", refuse)  # root may read everything
    with pytest.raises(SettingsError, match=r"^SECRETS_DIR cannot be read: .*/SLACK_\w+: Permission denied$"):
        load()


def test_the_example_is_what_the_settings_say():
    made = subprocess.run([sys.executable, "-m", "bot.settings"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert made.stdout == example() == (ROOT / ".env.example").read_text(), "run make env"


def test_every_setting_is_described_once():
    names = [line.lstrip("# ").partition("=")[0] for line in example().splitlines() if "=" in line]
    assert sorted(name for name in names if name.isupper()) == sorted(name.upper() for name in Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())
    assert len(table().splitlines()) == len(Settings.model_fields) + 2


def test_the_example_can_be_used_as_it_is(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text(example())
    assert loaded(monkeypatch) == Settings(
        _env_file=None, slack_bot_token="xoxb-canary-1", slack_app_token="xapp-canary-2"
    )


def test_what_alerts_are_called_can_be_set(monkeypatch):
    monkeypatch.setenv("CLUSTER_NAME", "prod-eu, eks-prod")
    monkeypatch.setenv("ALERT_QUIET", "QueueTooLong")
    monkeypatch.setenv("ALERT_LABELS", "pod=app_pod, namespace=team_ns")
    monkeypatch.setenv("ALERT_RULES_CHANNEL", "#rules")
    given = load_alerts(None)
    assert given.cluster_name == ("prod-eu", "eks-prod")
    assert given.alert_quiet == ("QueueTooLong",)
    assert given.alert_labels == {"app_pod": "pod", "team_ns": "namespace"}
    assert given.alert_rules_channel == "#rules"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("ALERT_LABELS", "pod", "must be what=label pairs"),
        ("ALERT_LABELS", "colour=x", "names 'colour', which no label can say"),
        ("ALERT_RULES_CHANNEL", "not a channel!", "must name channels"),
    ],
)
def test_a_wrong_setting_of_alerts_is_named(monkeypatch, name, value, why):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=why) as raised:
        load_alerts(None)
    assert name in str(raised.value)
