"""The settings of actions: who a Slack user is, who may press what where, as whom, and how often."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import field_validator
from pydantic_settings import BaseSettings

from bot.settings.values import Names, Pairs, by_namespace, channels, names, namespaces, setting, there

ACTIONS = ("restart", "undo", "silence")


class ActionSettings(BaseSettings):
    """The part of the settings that is about buttons, and about who may ask."""

    actions_enabled: bool = setting(
        "Actions", default=True, description="false removes every button; diagnosis goes on."
    )
    action_channels: Names = setting("Actions", (), "Channel ids in which buttons work. Unset: wherever the bot is.")
    action_namespaces: Names = setting("Actions", (), "Namespaces in which buttons work. Unset: all allowed ones.")
    namespace_actions: Pairs = setting(
        "Actions",
        {},
        "What may be done in some namespaces: payments=restart,web=restart+undo+silence,infra=none. The others: "
        "everything.",
    )
    protected_namespaces: Names = setting(
        "Actions",
        (),
        "Namespaces in which a second person, who has the rights too, must approve every action. "
        "Nothing is silenced there.",
    )
    people_file: Path | None = setting(
        "Actions",
        None,
        "YAML file that says which Kubernetes user and groups a Slack user is. Read anew at each press.",
    )
    trust_slack_email: bool = setting(
        "Actions",
        default=False,
        description="Take the verified e-mail of a Slack user as the Kubernetes user name when PEOPLE_FILE is silent.",
    )
    act_as: Literal["auto", "user", "bot"] = setting(
        "Actions",
        "auto",
        "user: impersonate the person, or refuse; bot: act as the ServiceAccount; auto: user where it may, else bot.",
    )
    read_guard: Literal["enforce", "warn", "off"] | None = setting(
        "Actions",
        None,
        "Must who asks be able to read what is read? enforce, warn or off. Unset: enforce once people are mapped.",
    )
    action_reason_required: bool = setting(
        "Actions", default=False, description="true: nobody acts without saying why; it is kept in the audit trail."
    )
    actions_per_person: int = setting("Actions", 20, "Actions of one person within an hour. 0: no limit.", ge=0)
    actions_per_workload: int = setting("Actions", 6, "Actions on one workload within an hour. 0: no limit.", ge=0)
    denials_per_person: int = setting(
        "Actions",
        10,
        "Refused presses of one person within ten minutes, after which no press of theirs is looked at. 0: no limit.",
        ge=0,
    )
    offer_ttl_s: int = setting("Actions", 1800, "Seconds for which a button can be pressed.", ge=60, le=86400)

    @field_validator("action_channels", "action_namespaces", "protected_namespaces", mode="before")
    @classmethod
    def _split_acting(cls, value: Any) -> Any:
        return names(value)

    @field_validator("action_channels")
    @classmethod
    def _action_channels(cls, value: tuple[str, ...]) -> Any:
        return channels(value)

    @field_validator("people_file")
    @classmethod
    def _people(cls, value: Path | None) -> Path | None:
        return there(value, folder=False)

    @field_validator("namespace_actions", mode="before")
    @classmethod
    def _policies(cls, value: Any) -> Any:
        return by_namespace(value, "action")

    @field_validator("namespace_actions")
    @classmethod
    def _known_actions(cls, value: dict[str, str]) -> dict[str, str]:
        for given in value.values():
            if given != "none" and not set(given.split("+")) <= set(ACTIONS):
                raise ValueError(f"allows {given!r}; there are restart, undo and silence, joined by +, and none")
        return value

    @field_validator("action_namespaces", "protected_namespaces")
    @classmethod
    def _acting_namespaces(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return namespaces(value)

    @property
    def allowed_actions(self) -> dict[str, frozenset[str]]:
        """Which actions are allowed in the namespaces that NAMESPACE_ACTIONS names."""
        return {
            namespace: frozenset(() if given == "none" else given.split("+"))
            for namespace, given in self.namespace_actions.items()
        }

    @property
    def people_known(self) -> bool:
        """Whether anybody in Slack can be somebody in the cluster."""
        return self.people_file is not None or self.trust_slack_email

    @property
    def reading_guard(self) -> str:
        """READ_GUARD, or what it is when it is not set: without a map nobody could ask any more."""
        return self.read_guard or ("enforce" if self.people_known else "off")
