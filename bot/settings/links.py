"""The settings of links: where an answer leads on, in the operator's own tools."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator
from pydantic_settings import BaseSettings

from bot.settings.link_templates import Template
from bot.settings.values import Pairs, setting
from diagnostics.patterns import compiled

MORE = 4
"""Further links that may be set."""

_LABEL = compiled(r"\A[\p{L}\p{N}][\p{L}\p{N} ._-]{0,23}\z")


class LinkSettings(BaseSettings):
    """The part of the settings that is about links."""

    logs_url: str | None = setting(
        "Links",
        None,
        "Where the logs of a crash are (Loki, Elastic, Datadog ...): an address with {namespace}, {workload}, {kind}, "
        "{pod}, {container} or {cluster} where their names belong, and {from_ms}, {to_ms}, {from_s}, {to_s}, "
        "{from_iso}, {to_iso} for the time from five minutes before the crash to one after it.",
    )
    dashboard_url: str | None = setting(
        "Links",
        None,
        "A dashboard of the workload, with the same placeholders; the time is from an hour before the crash to ten "
        "minutes after it.",
    )
    argocd_url: str | None = setting(
        "Links",
        None,
        "An application in Argo CD, where the workload is part of one: "
        "https://argocd.example.com/applications/{application}, or .../applications/{application_namespace}/"
        "{application} where applications live in several namespaces.",
    )
    flux_url: str | None = setting(
        "Links",
        None,
        "A Kustomization or HelmRelease of Flux in whatever shows them, where the workload is part of one; {kind} is "
        "which of the two, {application} its name, {application_namespace} its namespace.",
    )
    more_links: Pairs = setting(
        "Links",
        {},
        "More links, name=address, separated by spaces: "
        "Traces=https://tempo.example.com/search?q={workload} Costs=https://costs.example.com/{namespace}. At most "
        "four.",
    )
    log_files: bool = setting(
        "Links",
        default=False,
        description="true: an answer has a button that puts the whole log, redacted, into the thread as a "
        "file. Needs the Slack scope files:write.",
    )

    @field_validator("logs_url", "dashboard_url", "argocd_url", "flux_url")
    @classmethod
    def _templates(cls, value: str | None) -> str | None:
        return None if value is None else Template.of(value.strip()).text

    @field_validator("more_links", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        pairs: dict[str, str] = {}
        for part in value.split():
            name, equals, address = part.partition("=")
            if not equals or not address:
                raise ValueError("must be name=address pairs separated by spaces, an underscore for a space in a name")
            pairs[name.replace("_", " ")] = address
        return pairs

    @field_validator("more_links")
    @classmethod
    def _more(cls, value: dict[str, str]) -> dict[str, str]:
        if len(value) > MORE:
            raise ValueError(f"must hold at most {MORE} links")
        for name, address in value.items():
            if not _LABEL.search(name):
                raise ValueError(f"names a link {name[:40]!r}: a name has letters and digits, at most 24 characters")
            Template.of(address)
        return value
