"""The settings of the cluster: where it is, what may be read there, and for how long."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import field_validator
from pydantic_settings import BaseSettings

from bot.settings.values import Names, names, namespaces, setting, there


class ClusterSettings(BaseSettings):
    """The part of the settings that is about the cluster."""

    kubeconfig: str | None = setting(
        "Cluster", None, "Path of a kubeconfig. Unset: the pod's ServiceAccount, else ~/.kube/config."
    )
    kube_context: str | None = setting("Cluster", None, "Context of the kubeconfig. Unset: its current one.")
    clusters_file: Path | None = setting(
        "Cluster",
        None,
        "YAML file that lists several clusters, each with its name, context, people, policy, channels and "
        "Alertmanager (deploy/README.md, Many clusters). Unset: one cluster.",
    )
    allowed_namespaces: Names = setting(
        "Cluster", (), "Namespaces that may be diagnosed, separated by commas. Unset: all that the bot may read."
    )
    collect_deadline_s: float = setting(
        "Cluster", 8.0, "Seconds for all reads of one diagnosis; what is late is reported as unread.", ge=1, le=60
    )
    log_bytes: int = setting("Cluster", 262144, "Bytes of log kept for one container.", ge=4096, le=8388608)
    read_secret_metadata: bool = setting(
        "Cluster",
        default=False,
        description="Ask for the metadata of Secrets (names and times, never values). Needs a right on secrets.",
    )
    signatures_dir: Path | None = setting("Cluster", None, "Folder with log signatures of your own (*.toml).")

    @field_validator("allowed_namespaces", mode="before")
    @classmethod
    def _split_allowed(cls, value: Any) -> Any:
        return names(value)

    @field_validator("allowed_namespaces")
    @classmethod
    def _allowed_namespaces(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return namespaces(value)

    @field_validator("signatures_dir")
    @classmethod
    def _signatures(cls, value: Path | None) -> Path | None:
        return there(value, folder=True)

    @field_validator("clusters_file")
    @classmethod
    def _clusters(cls, value: Path | None) -> Path | None:
        return there(value, folder=False)

    @field_validator("kubeconfig")
    @classmethod
    def _kubeconfig(cls, value: str | None) -> str | None:
        # kubectl's rule: several files, separated as in PATH; the missing ones are passed over.
        if value and not any(Path(part).expanduser().is_file() for part in value.split(os.pathsep) if part):
            raise ValueError(f"names a file that does not exist: {value}")
        return value
