"""All settings together: read from the environment and ``.env``, and held against each other.

Secrets are never printed, not even when they are refused.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from dotenv import dotenv_values
from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError

from bot.settings.actions import ActionSettings
from bot.settings.alerts import AlertSettings
from bot.settings.cluster import ClusterSettings
from bot.settings.links import LinkSettings
from bot.settings.measuring import MeasuringSettings
from bot.settings.outgoing import OutgoingSettings
from bot.settings.owners import OwnerSettings
from bot.settings.service import ServiceSettings
from bot.settings.slack import SlackSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ENV_FILE = ".env"
_SECRETS_DIR = "SECRETS_DIR"

_T = TypeVar("_T", bound=BaseSettings)


class SettingsError(Exception):
    """Settings that cannot be started with: one sentence that names the variable.

    ``name`` is that variable, empty where several contradict each other; ``others`` are what else is wrong.
    """

    def __init__(self, sentence: str, name: str = "", others: tuple[SettingsError, ...] = ()) -> None:
        super().__init__(sentence)
        self.name = name
        self.others = others


class Settings(
    SlackSettings, AlertSettings, OwnerSettings, LinkSettings, ClusterSettings, MeasuringSettings, ActionSettings,
    OutgoingSettings, ServiceSettings,
):  # fmt: skip
    """Everything that can be set. Names in the environment are the fields' in capitals."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)

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
                self.slack_signing_secret is None and self.slack_signing_secret_previous is not None,
                "SLACK_SIGNING_SECRET_PREVIOUS is set, but SLACK_SIGNING_SECRET is not",
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
                self.watch_pods and not self.alert_channel,
                "WATCH_PODS is set, but ALERT_CHANNEL is not: what fails would have nowhere to go",
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
                bool(self.owner_channels) and not self.alert_channel,
                "OWNER_CHANNELS is set, but ALERT_CHANNEL is not: other alerts would have nowhere to go",
            ),
            (
                bool(self.alert_message_channels) and not self.alert_message_senders,
                "ALERT_MESSAGE_CHANNELS is set, but ALERT_MESSAGE_SENDERS is not: nobody's messages would count",
            ),
            (
                self.prometheus_url is None
                and bool(self.prometheus_token_file or self.prometheus_headers or self.prometheus_matchers),
                "PROMETHEUS_TOKEN_FILE, PROMETHEUS_HEADERS or PROMETHEUS_MATCHERS is set, but PROMETHEUS_URL is not",
            ),
            (
                self.prometheus_pictures and self.prometheus_url is None,
                "PROMETHEUS_PICTURES is set, but PROMETHEUS_URL is not: nothing would be measured",
            ),
            (
                self.outgoing_webhook_url is not None and self.outgoing_webhook_secret is None,
                "OUTGOING_WEBHOOK_URL is set, but OUTGOING_WEBHOOK_SECRET is not: nobody could tell who sends",
            ),
            (
                self.outgoing_webhook_url is None
                and bool(self.outgoing_webhook_secrets or self.outgoing_webhook_namespaces),
                "OUTGOING_WEBHOOK_SECRET or OUTGOING_WEBHOOK_NAMESPACES is set, but OUTGOING_WEBHOOK_URL is not",
            ),
            (
                self.outgoing_webhook_secret is None and self.outgoing_webhook_secret_previous is not None,
                "OUTGOING_WEBHOOK_SECRET_PREVIOUS is set, but OUTGOING_WEBHOOK_SECRET is not",
            ),
            (
                self.read_guard in ("enforce", "warn") and not self.people_known,
                "READ_GUARD is set, but neither PEOPLE_FILE nor TRUST_SLACK_EMAIL is: nobody would be known",
            ),
        )


def load(env_file: str | None = ENV_FILE) -> Settings:
    """Read the settings from the environment, ``.env`` and the files of SECRETS_DIR; the first one that has it wins.

    Raises ``SettingsError`` with one sentence that names the variable and never shows a secret.
    """
    files = [*_misspelt(_in_file(env_file), ENV_FILE), *_misspelt(_mounted(env_file), _SECRETS_DIR)]
    if files:
        raise SettingsError(str(files[0]), files[0].name, tuple(files[1:]))
    try:
        return _read(Settings, env_file)
    except SettingsError as error:
        meant = next((near for near in strangers() if f" {error.name} is" in str(near)), None) if error.name else None
        if meant is None:
            raise
        raise SettingsError(f"{error}; {meant}", error.name, error.others) from None


def strangers() -> list[SettingsError]:
    """Return what stands in the environment, is no setting and is nearly called as one: a sentence each.

    It may belong to another program, so that nothing is refused for it. What Kubernetes adds for each Service of the
    namespace (``ALERTMANAGER_PORT=tcp://…``) is none.
    """
    given = (name for name, value in os.environ.items() if not value.startswith(("tcp://", "udp://")))
    return _misspelt(given, "the environment")


class _AlertsAlone(AlertSettings):
    """The settings of alerts without the rest: what reads an alert and does nothing needs no token."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)


def load_alerts(env_file: str | None = ENV_FILE) -> AlertSettings:
    """Read the settings of alerts alone. Raises ``SettingsError`` as ``load`` does."""
    return _read(_AlertsAlone, env_file)


class _LinksAlone(LinkSettings):
    """The settings of links without the rest: a diagnosis at the command line leads on too."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)


def load_links(env_file: str | None = ENV_FILE) -> LinkSettings:
    """Read the settings of links alone. Raises ``SettingsError`` as ``load`` does."""
    return _read(_LinksAlone, env_file)


class _ClusterAlone(ClusterSettings):
    """The settings of the cluster without the rest: whether it can be reached is no matter of Slack's."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)


def load_cluster(env_file: str | None = ENV_FILE) -> ClusterSettings:
    """Read the settings of the cluster alone. Raises ``SettingsError`` as ``load`` does."""
    return _read(_ClusterAlone, env_file)


class _ServiceAlone(ServiceSettings):
    """The settings of the process without the rest: what looks into the store needs no token."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)


def load_service(env_file: str | None = ENV_FILE) -> ServiceSettings:
    """Read the settings of the process alone. Raises ``SettingsError`` as ``load`` does."""
    return _read(_ServiceAlone, env_file)


class _MeasuringAlone(MeasuringSettings):
    """The settings of measurements without the rest: a diagnosis at the command line needs no token."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True)


def load_measuring(env_file: str | None = ENV_FILE) -> MeasuringSettings:
    """Read the settings of measurements alone. Raises ``SettingsError`` as ``load`` does."""
    return _read(_MeasuringAlone, env_file)


def meaning(name: str) -> str:
    """Return what a setting is for, as ``.env.example`` has it; empty where there is none of that name."""
    field = Settings.model_fields.get(name.lower())
    return (field.description or "") if field is not None else ""


def is_secret(name: str) -> bool:
    """Whether a setting holds a secret, so that it belongs into a Secret and not into a ConfigMap."""
    field = Settings.model_fields.get(name.lower())
    return field is not None and "SecretStr" in str(field.annotation)


def _folder(env_file: str | None) -> str | None:
    """Return SECRETS_DIR; None where it is not set, or not there: that its own validator refuses, and names it."""
    given = os.environ.get(_SECRETS_DIR) or _in_file(env_file).get(_SECRETS_DIR)
    return given if given and Path(given).is_dir() else None


def _mounted(env_file: str | None) -> list[str]:
    folder = _folder(env_file)
    try:
        return [path.name for path in Path(folder).iterdir()] if folder else []
    except OSError:  # said with its reason where the settings are read
        return []


def _read(model: type[_T], env_file: str | None) -> _T:
    folder = _folder(env_file)
    try:
        return model(_env_file=env_file, _secrets_dir=folder)
    except ValidationError as error:
        first, *others = map(problem, error.errors(include_input=False, include_url=False))
        raise SettingsError(str(first), first.name, tuple(others)) from None
    except SourceError as error:
        cause = error.__cause__
        why = f"{cause.filename}: {cause.strerror}" if isinstance(cause, OSError) else f"a file in {folder} is no text"
        raise SettingsError(f"{_SECRETS_DIR} cannot be read: {why}", _SECRETS_DIR) from None


def _in_file(env_file: str | None) -> Mapping[str, str | None]:
    return dotenv_values(env_file) if env_file and Path(env_file).is_file() else {}


def problem(error: Mapping[str, Any]) -> SettingsError:
    """Return what pydantic says of one setting, as one sentence that names the variable."""
    name = str(error["loc"][0]).upper() if error["loc"] else ""
    why = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        return SettingsError(f"{name} is not set", name)
    if error["type"] != "value_error":
        return SettingsError(f"{name}: {why[:1].lower()}{why[1:]}", name)
    return SettingsError(f"{name} {why}".strip(), name)


def _misspelt(given: Iterable[str], where: str) -> list[SettingsError]:
    """Return those of the names that are no setting but nearly one, with the one that they may mean."""
    known = [name.upper() for name in Settings.model_fields]
    found = []
    for name in given:
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)
        if near and name.upper() not in known:
            found.append(SettingsError(f"{name} in {where} is not a setting; {near[0]} is", name))
    return found
