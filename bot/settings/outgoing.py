"""The settings of the outgoing webhook: where events go, how they are signed, and of which namespaces."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

from bot.network.standard_webhooks import secret_bytes
from bot.settings.values import Names, names, namespaces, setting


class OutgoingSettings(BaseSettings):
    """The part of the settings that is about the outgoing webhook."""

    outgoing_webhook_url: SecretStr | None = setting(
        "Outgoing webhook",
        None,
        "Address that is sent (POST) what becomes of each alert's incident: opened, another verdict, still failing, "
        "recovered, back, a button's outcome. For pagers and other chat systems. The address counts as a secret.",
    )
    outgoing_webhook_secret: SecretStr | None = setting(
        "Outgoing webhook",
        None,
        "Secret by which events are signed as Standard Webhooks wants it: whsec_ and 24 to 64 bytes in base64, such as "
        "whsec_$(openssl rand -base64 32).",
    )
    outgoing_webhook_secret_previous: SecretStr | None = setting(
        "Outgoing webhook", None, "The secret before, while it is rotated: events are signed by both."
    )
    outgoing_webhook_namespaces: Names = setting(
        "Outgoing webhook", (), "Namespaces whose incidents are sent, separated by commas. Empty: all."
    )

    @field_validator("outgoing_webhook_url")
    @classmethod
    def _outgoing_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_address(value.get_secret_value()):
            raise ValueError("must be an http(s) address")
        return value

    @field_validator("outgoing_webhook_secret", "outgoing_webhook_secret_previous")
    @classmethod
    def _outgoing_secrets(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            secret_bytes(value.get_secret_value())
        return value

    @field_validator("outgoing_webhook_namespaces", mode="before")
    @classmethod
    def _split_outgoing(cls, value: Any) -> Any:
        return names(value)

    @field_validator("outgoing_webhook_namespaces")
    @classmethod
    def _outgoing_namespaces(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return namespaces(value)

    @property
    def outgoing_webhook_secrets(self) -> tuple[bytes, ...]:
        """What events are signed by: nothing, one secret, or two during a rotation."""
        secrets = (self.outgoing_webhook_secret, self.outgoing_webhook_secret_previous)
        return tuple(secret_bytes(secret.get_secret_value()) for secret in secrets if secret is not None)


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
