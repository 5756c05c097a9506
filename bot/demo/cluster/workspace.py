"""Clusters made of recordings: one scenario as recorded, or all of them alive for the demo."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from bot.demo.cluster import people
from bot.demo.cluster.alerts import Alert, alert_about
from bot.demo.cluster.cluster import Cluster
from bot.demo.cluster.controllers.failing import crash_of
from bot.demo.cluster.controllers.kubelet import Life
from bot.demo.cluster.controllers.pods import owned_by
from bot.demo.cluster.controllers.retelling import renamed_log, renamed_text, shifted_log, shifted_text
from bot.demo.cluster.controllers.stories import KINDS, Sample, is_ready, stories_of
from bot.demo.cluster.measured import MEMORY, RESTARTS, Run, growth_of, own_memory, restarts_of, runs_of, scraped_at
from bot.demo.cluster.recordings import Recording, fill, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.demo.cluster.wire import Object

CARDS = Path(__file__).with_name("cards.yaml")
RESTED = frozenset({"healthy", "recovered"})
"""Causes whose pods do not go on failing."""


def single(scenario: str | Recording, clock: Callable[[], datetime] | None = None) -> Cluster:
    """Return a cluster that holds one recording exactly as recorded, its clock frozen at the recorded moment.

    With another clock the pods that controllers make later live by it; what was recorded stays as it is.
    """
    recording = scenario if isinstance(scenario, Recording) else load(scenario)
    cluster = Cluster(clock=clock or (lambda: recording.at), server=recording.server)
    _fill(cluster, recording)
    return cluster


def several(scenarios: list[str]) -> Cluster:
    """Return a cluster that holds recordings, each in a namespace of its id; the clock stands at the first one's."""
    at = load(scenarios[0]).at
    cluster = Cluster(clock=lambda: at)
    for number, scenario in enumerate(scenarios):
        recording = load(scenario)
        _fill(cluster, moved(recording, recording.id, at, number))
    return cluster


@dataclass(frozen=True)
class Card:
    """What the demo's page shows of a scenario, as it stands in the cluster now."""

    id: str
    title: str
    blurb: str
    namespace: str
    target: str
    """As `crashloop diagnose` takes it: deployment/NAME."""
    pod: str
    """The pod that the alert is about; empty when it is about no pod."""
    alert: Alert

    @property
    def command(self) -> str:
        """Return what a person would type for it in Slack."""
        if self.namespace == "production" and self.pod:
            return f"/crashloop {self.pod}"
        return (
            f"/crashloop {self.namespace}/{self.pod}" if self.pod else f"/crashloop {self.target} -n {self.namespace}"
        )


class Workspace:
    """One cluster with each scenario in a namespace of its own, running in real time; people with rights.

    ``scenarios`` are their ids, all when not given; KeyError when one does not exist.
    """

    def __init__(self, clock: Callable[[], datetime] | None = None, scenarios: Iterable[str] | None = None) -> None:
        self.cluster = Cluster(clock=clock or _now)
        self.cluster.tokens |= people.TOKENS
        for obj in people.objects():
            obj["metadata"]["creationTimestamp"] = self.cluster.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
            self.cluster.store.load(obj)
        self._scenarios = tuple(card_texts() if scenarios is None else scenarios)
        for scenario in self._scenarios:
            self.reset(scenario)

    def reset(self, scenario: str) -> None:
        """Restore a scenario with fresh times and uids; KeyError when it is not one."""
        text = card_texts()[scenario]
        namespace = text["namespace"]
        for obj in list(self.cluster.store.everything()):
            meta = obj["metadata"]
            if meta.get("namespace") == namespace or (obj["kind"], meta["name"]) == ("Namespace", namespace):
                self.cluster.store.delete(obj["kind"], meta.get("namespace", ""), meta["name"])
        self.cluster.store.removed.clear()
        self.cluster.logs.drop(namespace)
        self.cluster.managed -= {key for key in self.cluster.managed if key[1] == namespace}
        number = list(card_texts()).index(scenario)
        recording = moved(_loaded(scenario), namespace, self.cluster.clock(), number)
        _fill(self.cluster, recording)
        self._enliven(recording)

    def measured(self) -> Iterator[tuple[str, Run]]:
        """Give what Prometheus has of the pods that are there now: each series with its metric's name."""
        newest = scraped_at(self.cluster.clock().timestamp())
        yield MEMORY, own_memory(newest)
        for pod in self.cluster.store.all("Pod"):
            for counted in restarts_of(pod, newest):
                yield RESTARTS, counted
        for run in self._memory():
            yield MEMORY, run

    def _memory(self) -> Iterator[Run]:
        for scenario in self._scenarios:
            growth = growth_of(scenario)
            if growth is None:
                continue
            kind, _, name = _loaded(scenario).truth["target"].partition("/")
            for pod in self._pods(kind, card_texts()[scenario]["namespace"], name):
                yield from runs_of(pod, growth)

    def cards(self) -> tuple[Card, ...]:
        """Return the scenarios' cards, in the page's order."""
        return tuple(self.card(scenario) for scenario in self._scenarios)

    def card(self, scenario: str) -> Card:
        """Return a scenario's card, its alert about the pods that are there now; KeyError when it is not one."""
        text = card_texts()[scenario]
        target = _loaded(scenario).truth["target"]
        kind, _, name = target.partition("/")
        pods = self._pods(kind, text["namespace"], name)
        alert = alert_about(kind, text["namespace"], name, pods)
        named = alert.labels.get("pod", "")
        # Of an alert about a workload, the label names the exporter's pod: nobody would ask about that one.
        pod = named if any(one["metadata"]["name"] == named for one in pods) else ""
        return Card(scenario, text["title"], text["blurb"], text["namespace"], target, pod, alert)

    def _pods(self, kind: str, namespace: str, name: str) -> list[Object]:
        store = self.cluster.store
        workload = store.find(KINDS.get(kind, "Job"), namespace, name)
        if workload is None:
            return []
        pods = owned_by(store, "Pod", workload)
        for replicaset in sorted(owned_by(store, "ReplicaSet", workload), key=_revision, reverse=True):
            pods += owned_by(store, "Pod", replicaset)
        return pods

    def _enliven(self, recording: Recording) -> None:
        """Let the recorded pods of failing workloads go on failing as they did."""
        if recording.truth.get("cause") in RESTED:
            return
        for pod in recording.objects:
            if pod["kind"] != "Pod" or is_ready(pod) or pod["spec"].get("restartPolicy") != "Always":
                continue
            meta = pod["metadata"]
            events = [e for e in recording.objects if e["kind"] == "Event"]
            its_events = tuple(e for e in events if e["involvedObject"].get("uid") == meta["uid"])
            logs = {(c, i): text for (of, c, i), text in recording.logs.items() if of == meta["name"]}
            crash = crash_of(pod)
            restarts = _restarts(pod) if crash else 4
            born = datetime.fromisoformat(meta["creationTimestamp"])
            life = Life(
                meta["namespace"], meta["name"], born, Sample(pod, its_events, logs), fresh=False, round=restarts
            )
            self.cluster.lives[meta["uid"]] = life


def moved(recording: Recording, namespace: str, now: datetime, number: int) -> Recording:
    """Return a recording in another namespace, on a node of its own, at another time, with new uids."""
    by = now.replace(microsecond=0) - recording.at
    names = {recording.namespace: namespace, "10.99.0.1": f"10.99.{number}.1"}
    for obj in recording.objects:
        if obj["kind"] == "Node":
            names[obj["metadata"]["name"]] = f"{namespace}-{obj['metadata']['name']}"
        names[obj["metadata"]["uid"]] = str(uuid.uuid4())
    return replace(
        recording,
        at=now,
        namespace=namespace,
        objects=_moved(recording.objects, names, by),
        logs={key: renamed_log(shifted_log(text, by), names) for key, text in recording.logs.items()},
    )


@cache
def card_texts() -> dict[str, dict[str, str]]:
    """Return title, namespace and blurb by scenario id, in the page's order."""
    texts: dict[str, dict[str, str]] = yaml.safe_load(CARDS.read_text())
    return texts


def _moved(objects: tuple[Object, ...], names: dict[str, str], by: timedelta) -> tuple[Object, ...]:
    told: list[Object] = json.loads(shifted_text(renamed_text(json.dumps(objects), names), by))
    for obj in told:
        # Versions are given anew: sixty recordings of one cluster would repeat each other's.
        obj["metadata"].pop("resourceVersion", None)
    return tuple(told)


@cache
def _loaded(scenario: str) -> Recording:
    return load(scenario)


def _fill(cluster: Cluster, recording: Recording) -> None:
    cluster.stories |= stories_of(recording)
    for obj in json.loads(json.dumps(recording.objects)):
        cluster.store.load(obj)
    fill(cluster.logs, recording)


def _now() -> datetime:
    return datetime.now(UTC)


def _restarts(pod: Object) -> int:
    status = pod["status"]
    statuses = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    return max((int(each.get("restartCount", 0)) for each in statuses), default=0)


def _revision(replicaset: Object) -> int:
    annotations = replicaset["metadata"].get("annotations") or {}
    return int(annotations.get("deployment.kubernetes.io/revision", "0"))
