"""The controllers: what a cluster does on its own after a change, one step a tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.demo.cluster.cluster import Cluster


def tick(cluster: Cluster) -> None:
    """Run every controller once at the cluster's clock."""
    del cluster
