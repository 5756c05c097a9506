"""Which alerts are looked into: one policy, whether they come as webhook or as message."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.alerts.model import Alert

ALWAYS_QUIET = frozenset({"watchdog", "infoinhibitor", "deadmansswitch", "alwaysfiring"})
"""Alerts that always fire, to show that the way is open, or that only hold others back (kube-prometheus, OpenShift)."""

QUIET_SEVERITIES = frozenset({"info", "none", "informational", "information", "debug", "notice", "success"})
"""Severities that page nobody; they are looked into where ALERT_SEVERITIES names them."""


class Outcome(enum.StrEnum):
    """What is done with an alert; the metric's label."""

    UNDERSTOOD = "understood"
    AMBIGUOUS = "ambiguous"  # several things could be meant, and the cluster does not decide
    UNUSABLE = "unusable"  # nothing that could be meant
    QUIET = "quiet"  # not to be looked into
    ELSEWHERE = "other-cluster"
    UNPLACED = "no-cluster"  # it says not which of several clusters it is about
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """``severities`` empty means all but the quiet ones; ``clusters`` are the names of the own cluster or clusters."""

    severities: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    clusters: frozenset[str] = frozenset()
    must_say: bool = False
    """Whether an alert must say its cluster: there are several, and none is the default."""

    @classmethod
    def of(
        cls, severities: Sequence[str], quiet: Sequence[str], clusters: Sequence[str], *, must_say: bool = False
    ) -> Policy:
        """Return that of the settings ALERT_SEVERITIES, ALERT_QUIET and CLUSTER_NAME (or CLUSTERS_FILE)."""
        return cls(
            severities=frozenset(severities),
            quiet=frozenset(name.lower() for name in quiet),
            clusters=frozenset(name.lower() for name in clusters),
            must_say=must_say,
        )

    def why_quiet(self, alert: Alert) -> str:
        """Return why an alert is not looked into, or an empty string."""
        if alert.noise:
            return alert.noise
        name = alert.name.lower()
        if name in ALWAYS_QUIET or name in self.quiet:
            return f"{alert.name} is on the quiet list"
        if alert.severity and self.severities:
            return "" if alert.severity in self.severities else f"severity {alert.severity} is not in ALERT_SEVERITIES"
        return f"severity {alert.severity} pages nobody" if alert.severity in QUIET_SEVERITIES else ""

    def elsewhere(self, alert: Alert) -> str:
        """Return the other cluster that an alert is about, or an empty string when it is ours or is not said."""
        return "" if not alert.cluster or alert.cluster.lower() in self.clusters else alert.cluster
