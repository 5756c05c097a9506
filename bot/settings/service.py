"""The settings of the service itself: where it listens, what it keeps where, what it logs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

from bot.settings.values import setting, there

_STORES = ("sqlite", "sqlite+aiosqlite", "postgresql", "postgresql+asyncpg", "postgresql+psycopg")

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class ServiceSettings(BaseSettings):
    """The part of the settings that is about the process."""

    http_host: str = setting("Service", "0.0.0.0", "Address to listen on.")  # noqa: S104 — a container listens on all
    http_port: int = setting("Service", 8080, "Port for what Slack and Alertmanager send.", ge=0, le=65535)
    health_port: int = setting(
        "Service",
        8081,
        "Port for /livez, /readyz and /metrics, which outsiders need not read. The same as HTTP_PORT: one for all.",
        ge=0,
        le=65535,
    )
    data_dir: Path = setting("Service", Path("data"), "Folder for the SQLite database; made when it is missing.")
    database_url: SecretStr | None = setting(
        "Service", None, "postgresql://user:password@host/name for several replicas. Unset: SQLite in DATA_DIR."
    )
    secrets_dir: Path | None = setting(
        "Service",
        None,
        "Folder with a file for each secret, called as its variable here, as Kubernetes and Docker mount them. Read at "
        "the start; the environment wins.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = setting(
        "Service", "INFO", "DEBUG, INFO, WARNING or ERROR; one JSON line an event on standard error."
    )

    heartbeat_url: SecretStr | None = setting(
        "Service",
        None,
        "Called with GET every minute while every check of /readyz passes: a dead man's switch outside the cluster "
        "(healthchecks.io and the like) that alarms when the calls stay away. Nothing else calls it, doctor neither.",
    )

    api_programs_file: Path | None = setting(
        "Service",
        None,
        "YAML file that says which programs may ask (GET /v1/diagnoses, POST /v1/diagnose on HTTP_PORT): the SHA-256 "
        "of each one's token, and its Kubernetes user and groups. Read anew at each request. Unset: no program may.",
    )

    @field_validator("api_programs_file")
    @classmethod
    def _programs(cls, value: Path | None) -> Path | None:
        return there(value, folder=False)

    @field_validator("heartbeat_url")
    @classmethod
    def _heartbeat(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("must be an http(s) address")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("secrets_dir")
    @classmethod
    def _secrets(cls, value: Path | None) -> Path | None:
        return there(value, folder=True)

    @field_validator("database_url")
    @classmethod
    def _store(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value().partition("://")[0] not in _STORES:
            raise ValueError("must begin with postgresql:// or sqlite://")
        return value

    @property
    def one_port(self) -> bool:
        """Whether webhooks, health and metrics share a port; 0 is any free one, and never the same."""
        return self.http_port == self.health_port != 0

    @property
    def store_url(self) -> str:
        """The database in SQLAlchemy's asyncio form; it may hold a password, so it must not be printed."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / 'crashloop.db'}"
        scheme, _, rest = self.database_url.get_secret_value().partition("://")
        return f"{_DRIVERS.get(scheme, scheme)}://{rest}"
