"""The settings of alerts beyond where they come from: which count, where they go, when one is over, silences."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import BaseSettings

from bot.settings_values import CHANNEL, Names, Pairs, names, setting


class AlertingSettings(BaseSettings):
    """The part of the settings that is about alerts."""

    alert_severities: Names = setting(
        "Alerts",
        (),
        "Severities (label severity) that are looked into, such as critical,warning; an alert without the label always "
        "is. Unset: all.",
    )
    label_routes: Pairs = setting(
        "Alerts",
        {},
        "Channels by label, before those by namespace: team:payments=C0123ABCD,severity:critical=#pager.",
    )
    watch_every_s: float = setting(
        "Alerts", 30.0, "Seconds until an alert's workload is looked at again; twenty times that later on.", ge=0.1
    )
    recovery_hold_s: float = setting(
        "Alerts", 60.0, "Seconds for which its pods must be well before an alert counts as over.", ge=0.0, le=3600.0
    )
    alertmanager_url: str | None = setting(
        "Alerts",
        None,
        "Where Alertmanager's API is, such as http://alertmanager.monitoring:9093: for silences, and for the labels of "
        "alert messages that name no pod. Unset: no silences.",
    )
    silence_max_hours: int = setting("Alerts", 24, "Longest silence that can be asked for, in hours.", ge=1, le=24)

    @field_validator("alert_severities", mode="before")
    @classmethod
    def _severities(cls, value: Any) -> Any:
        return names(value.lower() if isinstance(value, str) else value)

    @field_validator("label_routes", mode="before")
    @classmethod
    def _label_routes(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        routes = {}
        for part in names(value):
            label, equals, channel = part.partition("=")
            name, colon, wanted = label.strip().partition(":")
            if not (equals and colon and name.strip() and wanted.strip()):
                raise ValueError("must be label:value=channel pairs separated by commas")
            routes[f"{name.strip()}:{wanted.strip()}"] = channel.strip()
        return routes

    @field_validator("label_routes")
    @classmethod
    def _label_channels(cls, value: dict[str, str]) -> dict[str, str]:
        if not all(CHANNEL.fullmatch(channel) for channel in value.values()):
            raise ValueError("must name channels by id (C0123ABCD) or as #name")
        return value

    @field_validator("alertmanager_url")
    @classmethod
    def _alertmanager(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an http(s) address without a query")
        return value.rstrip("/")
