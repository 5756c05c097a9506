"""The settings of alerts: where they come from, which count, where they go, when one is over, silences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

from bot.settings.values import Names, Pairs, by_namespace, channels, names, namespaces, setting, shared_secret

if TYPE_CHECKING:
    from collections.abc import Mapping


LABEL_ROLES = (
    "pod", "container", "namespace", "node", "cluster", "deployment", "statefulset", "daemonset", "replicaset",
    "job_name", "cronjob", "workload",
)  # fmt: skip
"""What a label of one's own can say (ALERT_LABELS)."""


class AlertSettings(BaseSettings):
    """The part of the settings that is about alerts."""

    alert_channel: str | None = setting(
        "Alerts", None, "Channel (id or #name) for alerts that no route names. Needed with ALERTMANAGER_TOKEN."
    )
    channel_routes: Pairs = setting(
        "Alerts", {}, "Channels by namespace: payments=C0123ABCD,infra=#infra-alerts. The rest goes to ALERT_CHANNEL."
    )
    channel_namespaces: Pairs = setting(
        "Alerts",
        {},
        "What answers to alerts may tell of in a channel besides the alert's own namespace and those routed there: "
        "C0PAGER=*,C0PAY=shared+infra. Without it a log line leads into no other. Not needed where all alerts go to "
        "one channel.",
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
    alert_severities: Names = setting(
        "Alerts",
        (),
        "Severities (label severity) that are looked into, such as critical,warning; an alert without the label always "
        "is. Unset: all but info and none.",
    )
    alert_quiet: Names = setting(
        "Alerts",
        (),
        "Names of alerts that are not looked into, besides Watchdog and InfoInhibitor, separated by commas.",
    )
    cluster_name: Names = setting(
        "Alerts",
        (),
        "What this cluster is called: the first name is in every message (unset: the kubeconfig's context, or the API "
        "server's host), and all are what alerts call it (label cluster and its like); several separated by commas. An "
        "alert of another cluster is never answered from this one; unset, that is every alert which names a cluster.",
    )
    alert_labels: Pairs = setting(
        "Alerts",
        {},
        "Label names of your own: pod=app_pod,namespace=team_ns (also container, node, cluster, deployment, "
        "statefulset, daemonset, job_name, cronjob, workload).",
    )
    alert_rules_channel: str | None = setting(
        "Alerts",
        None,
        "Channel (id or #name) that is told, once for each rule, which alerts name nothing that could be looked into. "
        "Unset: where the alert itself would go.",
    )
    label_routes: Pairs = setting(
        "Alerts",
        {},
        "Channels by label, before those by namespace: team:payments=C0123ABCD,severity:critical=#pager.",
    )
    watch_pods: bool = setting(
        "Alerts",
        default=False,
        description="Watch pods without Alertmanager, or beside it: what fails for good is answered in ALERT_CHANNEL "
        "(or where CHANNEL_ROUTES says) as its alert would be. Needs the right to watch pods.",
    )
    watch_hold_s: float = setting(
        "Alerts",
        180.0,
        "Seconds for which an image, Secret, ConfigMap or quota must keep a pod from starting until it is told.",
        ge=10.0,
        le=3600.0,
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

    @field_validator("alert_message_channels", "alert_message_senders", mode="before")
    @classmethod
    def _split_messages(cls, value: Any) -> Any:
        return names(value)

    @field_validator("channel_routes", mode="before")
    @classmethod
    def _channel_routes(cls, value: Any) -> Any:
        return by_namespace(value, "channel")

    @field_validator("channel_namespaces", mode="before")
    @classmethod
    def _channel_namespaces(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        shown = {}
        for part in names(value):
            channel, equals, spaces = (piece.strip() for piece in part.partition("="))
            if not equals or not spaces:
                raise ValueError("must be channel=namespaces pairs separated by commas, such as C0PAY=shared+infra")
            shown[channel] = spaces
        return shown

    @field_validator("channel_namespaces")
    @classmethod
    def _known_namespaces(cls, value: dict[str, str]) -> dict[str, str]:
        channels(tuple(value))
        for given in value.values():
            if given != "*":
                namespaces(tuple(given.split("+")))
        return value

    @field_validator("alertmanager_token", "alertmanager_token_previous")
    @classmethod
    def _alertmanager_tokens(cls, value: SecretStr | None) -> SecretStr | None:
        return shared_secret(value)

    @field_validator("alert_quiet", "cluster_name", mode="before")
    @classmethod
    def _split_names(cls, value: Any) -> Any:
        return names(value)

    @field_validator("alert_labels", mode="before")
    @classmethod
    def _alert_labels(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        labels = {}
        for part in names(value):
            role, equals, label = (piece.strip() for piece in part.partition("="))
            if not equals or not label:
                raise ValueError("must be what=label pairs separated by commas, such as pod=app_pod")
            labels[label] = role
        return labels

    @field_validator("alert_labels")
    @classmethod
    def _known_roles(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = next((role for role in value.values() if role not in LABEL_ROLES), None)
        if unknown is not None:
            raise ValueError(f"names {unknown!r}, which no label can say; there are {', '.join(LABEL_ROLES)}")
        return value

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

    @field_validator("alert_channel", "alert_rules_channel", "alert_message_channels", "channel_routes", "label_routes")
    @classmethod
    def _channels(cls, value: Any) -> Any:
        return channels(value)

    @field_validator("alertmanager_url")
    @classmethod
    def _alertmanager(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an http(s) address without a query")
        return value.rstrip("/")

    @property
    def alertmanager_tokens(self) -> tuple[str, ...]:
        """The bearer tokens that are valid now: none, one, or two during a rotation."""
        tokens = (self.alertmanager_token, self.alertmanager_token_previous)
        return tuple(token.get_secret_value() for token in tokens if token is not None)

    @property
    def shown_namespaces(self) -> dict[str, frozenset[str]]:
        """What CHANNEL_NAMESPACES adds to a channel; ``*`` stands for every namespace."""
        return {channel: frozenset(given.split("+")) for channel, given in self.channel_namespaces.items()}

    @property
    def named_channels(self) -> frozenset[str]:
        """Every channel in which an alert or a notice can be told by these settings."""
        one = filter(None, (self.alert_channel, self.alert_rules_channel))
        return frozenset((*one, *self.channel_routes.values(), *self.label_routes.values()))

    def channel_for(self, namespace: str, labels: Mapping[str, str] | None = None) -> str | None:
        """Return the channel in which an alert belongs: by its labels, else by its namespace."""
        for route, channel in self.label_routes.items():
            name, _, value = route.partition(":")
            if (labels or {}).get(name) == value:
                return channel
        return self.channel_routes.get(namespace, self.alert_channel)
