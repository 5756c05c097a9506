"""The settings of owners: whose a workload is, where its alerts are told of, who is mentioned."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator
from pydantic_settings import BaseSettings

from bot.settings.values import NAMESPACE, Names, Pairs, channels, names, setting
from diagnostics.patterns import compiled

EVERYWHERE = "*"

_KEY = compiled(r"\A(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?\z")
_MENTIONED = compiled(r"\A[SUW][A-Z0-9]{2,}\z")


class OwnerSettings(BaseSettings):
    """The part of the settings that is about owners."""

    owner_channels: Pairs = setting(
        "Owners",
        {},
        "Channels to which an annotation of a workload or its namespace may lead its alerts, each with the namespaces "
        "that may: C0PAY=payments+checkout,C0SRE=*. Unset: annotations lead nowhere.",
    )
    channel_annotations: Names = setting(
        "Owners",
        ("crashloop/channel", "a8r.io/chat", "botkube.io/channel"),
        "Annotations (or labels) that name that channel; the workload's go before its namespace's, and both before "
        "LABEL_ROUTES and CHANNEL_ROUTES.",
    )
    owner_annotations: Names = setting(
        "Owners",
        ("crashloop/owner", "a8r.io/owner", "app.kubernetes.io/team", "team", "owner"),
        "Annotations (or labels) that name whose it is, of the workload, else of its namespace.",
    )
    owner_mentions: Pairs = setting(
        "Owners",
        {},
        "Who is mentioned for an owner, once in an incident: a Slack user group (S...) or person (U...): "
        "payments=S012ABCDEF,infra=U012ABCDEF. Others are only named.",
    )
    deployer_annotations: Names = setting(
        "Owners",
        ("crashloop/deployed-by", "deployed-by", "kubernetes.io/change-cause"),
        "Annotations of a workload that say who deployed it; named when it broke with that deployment.",
    )
    mention_deployer: bool = setting(
        "Owners",
        default=False,
        description="true: who deployed it is mentioned too, once, when PEOPLE_FILE knows their Slack id.",
    )

    @field_validator("channel_annotations", "owner_annotations", "deployer_annotations", mode="before")
    @classmethod
    def _split_keys(cls, value: Any) -> Any:
        return names(value)

    @field_validator("channel_annotations", "owner_annotations", "deployer_annotations")
    @classmethod
    def _keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = next((key for key in value if not _KEY.search(key)), None)
        if wrong is not None:
            raise ValueError(f"names {wrong[:80]!r}, which no annotation can be called")
        return value

    @field_validator("owner_channels", "owner_mentions", mode="before")
    @classmethod
    def _split_pairs(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        pairs = {}
        for part in names(value):
            name, equals, given = (piece.strip() for piece in part.partition("="))
            if not equals or not name or not given:
                raise ValueError("must be pairs separated by commas, such as C0PAY=payments+checkout")
            pairs[name] = given
        return pairs

    @field_validator("owner_channels")
    @classmethod
    def _allowed(cls, value: dict[str, str]) -> dict[str, str]:
        channels(tuple(value))
        for spaces in value.values():
            if spaces != EVERYWHERE and not all(NAMESPACE.fullmatch(space) for space in spaces.split("+")):
                raise ValueError("must name the namespaces of each channel, joined by +, or * for all")
        return value

    @field_validator("owner_mentions")
    @classmethod
    def _mentions(cls, value: dict[str, str]) -> dict[str, str]:
        wrong = next((given for given in value.values() if not _MENTIONED.search(given)), None)
        if wrong is not None:
            raise ValueError(f"mentions {wrong[:40]!r}, which is no Slack user group (S...) or person (U...)")
        return value
