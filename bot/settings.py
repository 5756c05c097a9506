"""Settings: environment variables and ``.env``, checked together before anything starts.

Each field's description is its documentation: ``python -m bot.settings`` prints ``.env.example`` from them, and
``python -m bot.settings --table`` the README's table. Secrets are never printed, not even when they are refused.
"""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from bot.settings_acting import ActingSettings
from bot.settings_alerting import AlertingSettings
from bot.settings_values import CHANNEL, Names, Pairs, by_namespace, names, namespaces, setting

if TYPE_CHECKING:
    from collections.abc import Mapping


ENV_FILE = ".env"

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_STORES = ("sqlite", "sqlite+aiosqlite", "postgresql", "postgresql+asyncpg", "postgresql+psycopg")

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class SettingsError(Exception):
    """Settings that cannot be started with: one sentence that names the variable."""


class Settings(AlertingSettings, ActingSettings):
    """Everything that can be set. Names in the environment are the fields' in capitals."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)

    slack_bot_token: SecretStr = setting("Slack", ..., "Bot token (xoxb-...) of the Slack app. Required.")
    slack_app_token: SecretStr | None = setting(
        "Slack", None, "App-level token (xapp-...) with connections:write. Set: Socket Mode, no inbound port is needed."
    )
    slack_signing_secret: SecretStr | None = setting(
        "Slack", None, "Signing secret of the Slack app. Needed for HTTP mode, that is without SLACK_APP_TOKEN."
    )
    slack_api_url: str = setting("Slack", "https://slack.com/api/", "Where Slack's Web API is.")
    alert_channel: str | None = setting(
        "Alerts", None, "Channel (id or #name) for alerts that no route names. Needed with ALERTMANAGER_TOKEN."
    )
    channel_routes: Pairs = setting(
        "Alerts", {}, "Channels by namespace: payments=C0123ABCD,infra=#infra-alerts. The rest goes to ALERT_CHANNEL."
    )
    alertmanager_token: SecretStr | None = setting(
        "Alerts", None, "Bearer token that Alertmanager sends to POST /alertmanager, 16 characters or more. Unset: off."
    )
    alertmanager_token_previous: SecretStr | None = setting(
        "Alerts", None, "The token before the last one, still valid."
    )
    alert_message_channels: Names = setting(
        "Alerts", (), "Channel ids in which alerts posted by others are answered in their thread, separated by commas."
    )
    alert_message_senders: Names = setting(
        "Alerts", (), "Bot or app ids (B..., A...) whose messages there count as alerts, separated by commas."
    )

    kubeconfig: str | None = setting(
        "Cluster", None, "Path of a kubeconfig. Unset: the pod's ServiceAccount, else ~/.kube/config."
    )
    kube_context: str | None = setting("Cluster", None, "Context of the kubeconfig. Unset: its current one.")
    allowed_namespaces: Names = setting(
        "Cluster", (), "Namespaces that may be diagnosed, separated by commas. Unset: all that the bot may read."
    )
    collect_deadline_s: float = setting(
        "Cluster", 8.0, "Seconds for all reads of one diagnosis; what is late is reported as unread.", ge=1, le=60
    )
    log_bytes: int = setting("Cluster", 262144, "Bytes of log kept for one container.", ge=4096, le=8388608)
    read_secret_metadata: bool = setting(
        "Cluster",
        default=False,
        description="Ask for the metadata of Secrets (names and times, never values). Needs a right on secrets.",
    )
    signatures_dir: Path | None = setting("Cluster", None, "Folder with log signatures of your own (*.toml).")
    http_host: str = setting("Service", "0.0.0.0", "Address to listen on.")  # noqa: S104 — a container listens on all
    http_port: int = setting("Service", 8080, "Port for webhooks, health and metrics.", ge=0, le=65535)
    data_dir: Path = setting("Service", Path("data"), "Folder for the SQLite database; made when it is missing.")
    database_url: SecretStr | None = setting(
        "Service", None, "postgresql://user:password@host/name for several replicas. Unset: SQLite in DATA_DIR."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = setting(
        "Service", "INFO", "DEBUG, INFO, WARNING or ERROR; one JSON line an event on standard error."
    )

    @field_validator("alert_message_channels", "alert_message_senders", "allowed_namespaces", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return names(value)

    @field_validator("channel_routes", mode="before")
    @classmethod
    def _routes(cls, value: Any) -> Any:
        return by_namespace(value, "channel")

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _token(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        prefix = "xapp-" if info.field_name == "slack_app_token" else "xoxb-"
        if value is not None and not value.get_secret_value().startswith(prefix):
            raise ValueError(f"must begin with {prefix}")
        return value

    @field_validator("slack_signing_secret", "alertmanager_token", "alertmanager_token_previous")
    @classmethod
    def _shared_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        if value.get_secret_value().startswith(("xoxb-", "xapp-", "xoxp-")):
            raise ValueError("holds a Slack token, which belongs into another variable")
        if len(value.get_secret_value()) < 16:
            raise ValueError("must have at least 16 characters")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if not parts.hostname or parts.scheme not in ("http", "https"):
            raise ValueError("must be an http(s) address")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("must use https: the bot token would travel in the clear")
        return value if value.endswith("/") else value + "/"

    @field_validator("alert_channel", "alert_message_channels", "action_channels", "channel_routes")
    @classmethod
    def _channels(cls, value: Any) -> Any:
        named = value.values() if isinstance(value, dict) else [value] if isinstance(value, str) else value or ()
        if not all(CHANNEL.fullmatch(channel) for channel in named):
            raise ValueError("must name channels by id (C0123ABCD) or as #name")
        return value

    @field_validator("allowed_namespaces")
    @classmethod
    def _namespaces(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return namespaces(value)

    @field_validator("people_file", "signatures_dir")
    @classmethod
    def _there(cls, value: Path | None, info: Any) -> Path | None:
        folder = info.field_name == "signatures_dir"
        if value is not None and not (value.is_dir() if folder else value.is_file()):
            raise ValueError(f"names a {'folder' if folder else 'file'} that does not exist: {value}")
        return value

    @field_validator("kubeconfig")
    @classmethod
    def _kubeconfig(cls, value: str | None) -> str | None:
        # kubectl's rule: several files, separated as in PATH; the missing ones are passed over.
        if value and not any(Path(part).expanduser().is_file() for part in value.split(os.pathsep) if part):
            raise ValueError(f"names a file that does not exist: {value}")
        return value

    @field_validator("database_url")
    @classmethod
    def _store(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value().partition("://")[0] not in _STORES:
            raise ValueError("must begin with postgresql:// or sqlite://")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        for refused, sentence in self._contradictions():
            if refused:
                raise ValueError(sentence)
        return self

    def _contradictions(self) -> tuple[tuple[bool, str], ...]:
        token, previous = self.alertmanager_token, self.alertmanager_token_previous
        return (
            (
                self.slack_app_token is None and self.slack_signing_secret is None,
                "SLACK_BOT_TOKEN is set, but neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is",
            ),
            (
                token is None and previous is not None,
                "ALERTMANAGER_TOKEN_PREVIOUS is set, but ALERTMANAGER_TOKEN is not",
            ),
            (
                token is not None and not self.alert_channel,
                "ALERTMANAGER_TOKEN is set, but ALERT_CHANNEL is not: alerts would have nowhere to go",
            ),
            (
                bool(self.channel_routes) and not self.alert_channel,
                "CHANNEL_ROUTES is set, but ALERT_CHANNEL is not: other namespaces would have nowhere to go",
            ),
            (
                bool(self.label_routes) and not self.alert_channel,
                "LABEL_ROUTES is set, but ALERT_CHANNEL is not: other alerts would have nowhere to go",
            ),
            (
                bool(self.alert_message_channels) and not self.alert_message_senders,
                "ALERT_MESSAGE_CHANNELS is set, but ALERT_MESSAGE_SENDERS is not: nobody's messages would count",
            ),
            (
                self.read_guard in ("enforce", "warn") and not self.people_known,
                "READ_GUARD is set, but neither PEOPLE_FILE nor TRUST_SLACK_EMAIL is: nobody would be known",
            ),
        )

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is spoken with over Socket Mode."""
        return self.slack_app_token is not None

    @property
    def store_url(self) -> str:
        """The database in SQLAlchemy's asyncio form; it may hold a password, so it must not be printed."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / 'crashloop.db'}"
        scheme, _, rest = self.database_url.get_secret_value().partition("://")
        return f"{_DRIVERS.get(scheme, scheme)}://{rest}"

    def channel_for(self, namespace: str, labels: Mapping[str, str] | None = None) -> str | None:
        """Return the channel in which an alert belongs: by its labels, else by its namespace."""
        for route, channel in self.label_routes.items():
            name, _, value = route.partition(":")
            if (labels or {}).get(name) == value:
                return channel
        return self.channel_routes.get(namespace, self.alert_channel)


def load(env_file: str | None = ENV_FILE) -> Settings:
    """Read the settings from the environment and ``.env``.

    Raises ``SettingsError`` with one sentence that names the variable and never shows a secret.
    """
    try:
        settings = Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError(_sentence(error.errors(include_input=False, include_url=False)[0])) from None
    _misspelt(dotenv_values(env_file) if env_file and Path(env_file).is_file() else {})
    return settings


def _sentence(error: Mapping[str, Any]) -> str:
    name = str(error["loc"][0]).upper() if error["loc"] else ""
    why = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        return f"{name} is not set"
    return f"{name}: {why[:1].lower()}{why[1:]}" if error["type"] != "value_error" else f"{name} {why}".strip()


def _misspelt(given: Mapping[str, str | None]) -> None:
    known = [name.upper() for name in Settings.model_fields]
    for name in given:
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)
        if near and name.upper() not in known:
            raise SettingsError(f"{name} in {ENV_FILE} is not a setting; {near[0]} is")


if __name__ == "__main__":
    from bot.settings_pages import example, table

    sys.stdout.write(table() if "--table" in sys.argv[1:] else example())
