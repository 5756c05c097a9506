"""Clusters made of recordings: one scenario as recorded, or all of them alive for the demo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.demo.cluster.cluster import Cluster
from bot.demo.cluster.controllers.stories import stories_of
from bot.demo.cluster.recordings import Recording, fill, load


def single(scenario: str | Recording, clock: Callable[[], datetime] | None = None) -> Cluster:
    """Return a cluster that holds one recording exactly as recorded, its clock frozen at the recorded moment.

    With another clock the pods that controllers make later live by it; what was recorded stays as it is.
    """
    recording = scenario if isinstance(scenario, Recording) else load(scenario)
    cluster = Cluster(clock=clock or (lambda: recording.at), server=recording.server)
    cluster.stories |= stories_of(recording)
    for obj in recording.objects:
        cluster.store.load(obj)
    fill(cluster.logs, recording)
    return cluster
