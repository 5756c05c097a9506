"""What is understood of alerts: pure values, handed from the reader to the intake and to ``explain-alert``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.cluster.resources import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Mapping

APP = "App"
"""The kind of a target that is a value of ``app`` or ``app.kubernetes.io/name``: a workload called or labelled so."""

OWN_KINDS = (*WORKLOADS, "DeploymentConfig", "ReplicationController", "Rollout")
"""Kinds whose pods fail; those that the bot does not read (``RESOURCES``) are looked up through their pods."""

WIDE_KINDS = (
    "Node", "ResourceQuota", "HorizontalPodAutoscaler", "PersistentVolumeClaim", "PersistentVolume",
    "PodDisruptionBudget",
)  # fmt: skip
"""Kinds that do not fail themselves: what counts is which workloads fail because of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing that an alert is about. ``kind`` is empty where it was not said (a pod or any workload).

    ``sure`` is False for what only the cluster can confirm: a bare ``a/b``, a value without its key, a prose word.
    ``cut`` says that the name is only the beginning of one. ``instead`` is tried, in order, when it does not exist.
    """

    name: str
    kind: str = ""
    namespace: str | None = None
    container: str | None = None
    why: str = ""
    sure: bool = True
    cut: bool = False
    instead: tuple[Target, ...] = ()

    def __str__(self) -> str:
        """Return ``Pod zoo/cage-0``, with marks for what is not known."""
        where = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind or '?'} {where}{self.name}{'…' if self.cut else ''}"

    @property
    def identity(self) -> tuple[str, str | None, str]:
        """What tells one target from another."""
        return self.kind, self.namespace, self.name


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that was read and does not count, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert, as far as it was understood. ``links`` are addresses by what they are called."""

    name: str = ""
    firing: bool = True
    severity: str = ""
    cluster: str = ""
    targets: tuple[Target, ...] = ()
    aside: tuple[Aside, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    starts_at: str = ""
    fingerprint: str = ""
    noise: str = ""
    """Why it is no alert at all, where that can be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one notification or message holds. ``left_out`` counts alerts that its sender or our limits cut.

    ``receiver`` is that of the Alertmanager whose page the message links to: its API knows the labels.
    ``values_only`` says that the message is Alertmanager's default text, which holds values without their names.
    """

    alerts: tuple[Alert, ...] = ()
    left_out: int = 0
    receiver: str = ""
    values_only: bool = False
    words: frozenset[str] = frozenset()
