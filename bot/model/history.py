"""Pure: how an incident went, as the store knows it. Times are seconds since the epoch by the database's clock."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model.incident import Incident


class Turn(enum.StrEnum):
    """What a milestone is."""

    VERDICT = "verdict"  # a first, another, or (after a recovery) a new verdict
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One turn of an incident. ``since`` is when what it tells of began: the failure, or being well."""

    turn: Turn
    at: float
    since: float = 0.0
    verdict: str = ""
    cause: str = ""
    summary: str = ""
    ended_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """One alert of an incident. ``started_at`` is Alertmanager's, 0 where it did not say; ``over_at`` 0: it fires."""

    name: str
    started_at: float = 0.0
    over_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A silence that was made in an incident's thread. ``ended_at`` is 0 where nobody undid it."""

    user: str
    at: float
    until: float
    ended_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """An entry of the audit trail about the incident's workload: ``entry`` is ``bot.model.audit.Entry`` as kept."""

    at: float
    entry: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All of it. ``diagnosis`` is the last one's JSON, ``companions`` are the others that its thread told of."""

    incident: Incident
    milestones: tuple[Milestone, ...] = ()
    alerts: tuple[Fired, ...] = ()
    silences: tuple[Silenced, ...] = ()
    acts: tuple[Acted, ...] = ()
    diagnosis: Mapping[str, Any] | None = None
    companions: tuple[Incident, ...] = ()
