"""Clusters made of recordings: one scenario as recorded, or all of them alive for the demo."""

from __future__ import annotations

from bot.demo.cluster.cluster import Cluster
from bot.demo.cluster.recordings import Recording, fill, load


def single(scenario: str | Recording) -> Cluster:
    """Return a cluster that holds one recording exactly as recorded, its clock frozen at the recorded moment."""
    recording = scenario if isinstance(scenario, Recording) else load(scenario)
    cluster = Cluster(clock=lambda: recording.at, server=recording.server)
    for obj in recording.objects:
        cluster.store.load(obj)
    fill(cluster.logs, recording)
    return cluster
