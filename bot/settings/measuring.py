"""The settings of measurements: where Prometheus is, how it is asked, and which of its series are this cluster's."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

from bot.settings.values import Pairs, names, setting, there
from diagnostics.patterns import compiled

_LABEL = compiled(r"\A[a-zA-Z_][a-zA-Z0-9_]*\z")
_HEADER = compiled(r"\A[A-Za-z0-9!#$%&'*+.^_|~\-]+\z")  # a token of RFC 9110, 5.6.2


class MeasuringSettings(BaseSettings):
    """The part of the settings that is about measurements."""

    prometheus_url: str | None = setting(
        "Measurements",
        None,
        "Where Prometheus' API is (or Thanos', Mimir's, VictoriaMetrics'), with its path prefix, such as "
        "http://prometheus.monitoring:9090: memory, CPU and restarts become evidence. Unset: nothing is measured.",
    )
    prometheus_token_file: Path | None = setting(
        "Measurements", None, "File with the bearer token for it, read anew at each call, as a ServiceAccount's is."
    )
    prometheus_ca_file: Path | None = setting(
        "Measurements", None, "File with the certificates (PEM) that its own is trusted by. Unset: the system's."
    )
    prometheus_headers: SecretStr | None = setting(
        "Measurements", None, "Headers for it, such as X-Scope-OrgID=team-a, separated by commas."
    )
    prometheus_matchers: Pairs = setting(
        "Measurements", {}, "Labels that its series of this cluster have, where it holds several's: cluster=prod-eu."
    )

    prometheus_pictures: bool = setting(
        "Measurements",
        default=False,
        description="true: the curve of memory or CPU that belongs to an answer is put below it as a picture. Needs "
        "the Slack scope files:write.",
    )

    @field_validator("prometheus_url")
    @classmethod
    def _prometheus(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an http(s) address without a query")
        return value.rstrip("/")

    @field_validator("prometheus_token_file", "prometheus_ca_file")
    @classmethod
    def _files(cls, value: Path | None) -> Path | None:
        return there(value, folder=False)

    @field_validator("prometheus_headers")
    @classmethod
    def _headers(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _pairs(value.get_secret_value())
        return value

    @field_validator("prometheus_matchers", mode="before")
    @classmethod
    def _matchers(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = {}
        for part in names(value):
            label, equals, wanted = (piece.strip() for piece in part.partition("="))
            if not equals or not wanted or not _LABEL.fullmatch(label):
                raise ValueError("must be label=value pairs separated by commas, such as cluster=prod-eu")
            found[label] = wanted
        return found

    @property
    def prometheus_headers_sent(self) -> dict[str, str]:
        """The headers as a table; they may hold secrets."""
        return {} if self.prometheus_headers is None else _pairs(self.prometheus_headers.get_secret_value())


def _pairs(value: str) -> dict[str, str]:
    """Return headers as a table. What is refused is not shown: it may be a secret."""
    found = {}
    for part in names(value):
        name, equals, given = (piece.strip() for piece in part.partition("="))
        if not equals or not given or not _HEADER.fullmatch(name) or not (given.isascii() and given.isprintable()):
            raise ValueError("must be Name=value pairs separated by commas, such as X-Scope-OrgID=team-a")
        found[name] = given
    return found
