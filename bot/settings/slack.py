"""The settings of Slack: which app speaks, over which transport."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

from bot.settings.values import USER, Names, names, setting, shared_secret

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SlackSettings(BaseSettings):
    """The part of the settings that is about Slack."""

    slack_bot_token: SecretStr = setting("Slack", ..., "Bot token (xoxb-...) of the Slack app. Required.")
    slack_app_token: SecretStr | None = setting(
        "Slack", None, "App-level token (xapp-...) with connections:write. Set: Socket Mode, no inbound port is needed."
    )
    slack_signing_secret: SecretStr | None = setting(
        "Slack", None, "Signing secret of the Slack app. Needed for HTTP mode, that is without SLACK_APP_TOKEN."
    )
    slack_signing_secret_previous: SecretStr | None = setting(
        "Slack", None, "The signing secret before that one, still valid: set it during a rotation."
    )
    slack_api_url: str = setting("Slack", "https://slack.com/api/", "Where Slack's Web API is.")
    public_url: str | None = setting(
        "Slack",
        None,
        "Where Slack reaches the bot in HTTP mode, such as https://crashloop.example.com: crashloop doctor asks there. "
        "Unset: that is not checked.",
    )
    operators: Names = setting(
        "Slack",
        (),
        "Slack user ids (U...) of those who run the bot, separated by commas: their Home tab shows its own checks.",
    )

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _token(cls, value: SecretStr | None, info: Any) -> SecretStr | None:
        prefix = "xapp-" if info.field_name == "slack_app_token" else "xoxb-"
        if value is not None and not value.get_secret_value().startswith(prefix):
            raise ValueError(f"must begin with {prefix}")
        return value

    @field_validator("slack_signing_secret", "slack_signing_secret_previous")
    @classmethod
    def _signing_secret(cls, value: SecretStr | None) -> SecretStr | None:
        return shared_secret(value)

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        _closed(value, "the bot token")
        return value if value.endswith("/") else value + "/"

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        _closed(value, "what people ask")
        return value.rstrip("/").removesuffix("/slack/events")

    @field_validator("operators", mode="before")
    @classmethod
    def _split_operators(cls, value: Any) -> Any:
        return names(value)

    @field_validator("operators")
    @classmethod
    def _operators(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(USER.fullmatch(user) for user in value):
            raise ValueError("must hold Slack user ids (U0123ABCD), as a person's profile shows them")
        return value

    @property
    def slack_signing_secrets(self) -> tuple[str, ...]:
        """The signing secrets that are valid now: two during a rotation. They must not be printed."""
        given = (self.slack_signing_secret, self.slack_signing_secret_previous)
        return tuple(secret.get_secret_value() for secret in given if secret is not None)

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is spoken with over Socket Mode."""
        return self.slack_app_token is not None


def _closed(value: str, what: str) -> None:
    """Refuse an address that is none, or over which ``what`` would travel in the clear."""
    parts = urlsplit(value)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise ValueError("must be an http(s) address")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user name and no password")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError(f"must use https: {what} would travel in the clear")
