"""What was collected, frozen: the only thing a diagnosis may look at.

A snapshot holds raw API objects (dicts as the API server sent them, after ``strip``), log lines, what was asked,
and what could not be read. A diagnosis is a pure function of it, so that an incident can be diagnosed again offline.

Environment values, Secret values and ConfigMap values never enter: ``diagnostics.strip`` removes them at the door.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from diagnostics.series import Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from diagnostics.series import Measure

Object = dict[str, Any]
"""One API object as raw JSON. Nothing about its shape may be assumed: use ``diagnostics.fields`` to read it."""

SCHEMA = 1
"""Version of the saved form (``--save`` / ``--from``)."""


class SnapshotError(ValueError):
    """A saved snapshot that cannot be read: one sentence that names what is wrong."""


class Presence(enum.Enum):
    """What is known of an object's existence (REFERENCE.md 9)."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was asked about. ``kind`` is the canonical Kind; ``pod`` is the pod chosen to stand for a workload."""

    kind: str
    namespace: str
    name: str
    pod: str | None = None
    note: str = ""
    """What a reader should know of how the target was found, e.g. ``found in namespace payments``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One read that is wanted: a get (``name``), a list (no name), or a log (kind ``Log``).

    ``kind`` is a Kind of ``bot.cluster.resources``, or ``Log`` with ``container`` and ``instance``
    (``current`` or ``previous``), ``name`` then being the pod's.
    ``PartialObjectMetadata`` reads are asked for with ``metadata_only`` (always so for Secrets).
    """

    kind: str
    namespace: str = ""
    name: str = ""
    labels: str = ""
    fields: str = ""
    container: str = ""
    instance: str = ""
    metadata_only: bool = False

    def __str__(self) -> str:
        """Say it as a person would: ``Service production/postgres``."""
        what = f"{self.instance} log of {self.container} in" if self.kind == "Log" else self.kind
        where = "/".join(part for part in (self.namespace, self.name) if part)
        narrowed = ",".join(part for part in (self.labels, self.fields) if part)
        return " ".join(part for part in (what, where, f"({narrowed})" if narrowed else "") if part)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a container's log. ``at`` is the kubelet's RFC 3339 timestamp, empty when it gave none."""

    at: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What one instance of a container printed, newest line last."""

    namespace: str
    pod: str
    container: str
    instance: str
    lines: tuple[LogLine, ...]
    cut: bool = False
    """True when older lines were left out to stay within the limits."""

    @property
    def lead(self) -> Lead:
        """The read that it is the answer to."""
        return Lead(
            kind="Log", namespace=self.namespace, name=self.pod, container=self.container, instance=self.instance
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A source that could not be read, and why (``403 Forbidden: ...``, ``timed out after 8 s``)."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that was read for one diagnosis.

    ``now`` is the API server's clock (its ``Date`` header), because the observer's may skew.
    ``answered`` holds each lead that the API answered, 404 included: it tells absence from ignorance.
    ``partial`` holds the lists of which only a beginning was read: what is not in it may well be there.
    """

    target: Target
    now: datetime
    objects: Mapping[str, tuple[Object, ...]] = field(default_factory=dict)
    logs: tuple[Log, ...] = ()
    measured: tuple[Series, ...] = ()
    """What a monitoring system measured of the target's containers; empty where none was asked."""
    answered: frozenset[Lead] = frozenset()
    partial: frozenset[Lead] = frozenset()
    unread: tuple[Unread, ...] = ()
    server: str = ""
    cluster: str = ""
    """What people call the cluster; empty where nothing tells."""
    requests: int = 0
    took_ms: int = 0

    def all(self, kind: str, namespace: str | None = None) -> Iterator[Object]:
        """All objects of a kind, in one namespace or in all."""
        for found in self.objects.get(kind, ()):
            if namespace is None or _meta(found, "namespace") == namespace:
                yield found

    def one(self, kind: str, namespace: str, name: str) -> Object | None:
        """Return the object of that kind and name, or None. Cluster-scoped objects have an empty namespace."""
        for found in self.objects.get(kind, ()):
            if _meta(found, "name") == name and _meta(found, "namespace") == namespace:
                return found
        return None

    def presence(self, kind: str, namespace: str, name: str) -> Presence:
        """Whether the object exists, as far as the reads tell: a failed read is not an absence."""
        if self.one(kind, namespace, name) is not None:
            return Presence.PRESENT
        for lead in self.answered:
            if lead.kind == kind and lead.namespace in (namespace, "") and not lead.labels and not lead.fields:
                if lead.name == name and lead.namespace == namespace:
                    return Presence.ABSENT
                if not lead.name:
                    return Presence.ABSENT
        return Presence.UNKNOWN

    def selected_whole(self, kind: str, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether all objects of the kind that have these labels were read there, and not only a beginning."""
        if Lead(kind=kind, namespace=namespace) not in self.partial:
            return True
        return Lead(kind=kind, namespace=namespace, labels=query(labels)) in self.answered

    def log(self, namespace: str, pod: str, container: str, instance: str) -> Log | None:
        """Return the log of one container instance, or None when it was not read."""
        for found in self.logs:
            if (found.namespace, found.pod, found.container, found.instance) == (namespace, pod, container, instance):
                return found
        return None

    def series(self, measure: Measure, namespace: str, pod: str, container: str) -> tuple[Series, ...]:
        """Return what was measured of a container, one series for each of its runs where they are told apart."""
        wanted = (measure, namespace, pod, container)
        return tuple(
            found for found in self.measured if (found.measure, found.namespace, found.pod, found.container) == wanted
        )

    def focused(self, target: Target) -> Snapshot:
        """Return the same snapshot, asked about another target: how the chain of dependencies is followed."""
        return replace(self, target=target)

    def without_logs(self, why: str) -> Snapshot:
        """Return the same snapshot with its logs withheld, each said as unread with the reason."""
        withheld = tuple(Unread(what=str(log.lead), why=why) for log in self.logs)
        return replace(self, logs=(), unread=(*self.unread, *withheld))

    def to_json(self) -> str:
        """Return the saved form: one JSON object, keys sorted, so that equal snapshots are equal files."""
        return json.dumps(
            {
                "schema": SCHEMA,
                "target": _record(self.target),
                "now": self.now.isoformat(),
                "server": self.server,
                "cluster": self.cluster,
                "requests": self.requests,
                "took_ms": self.took_ms,
                "objects": {kind: list(found) for kind, found in self.objects.items()},
                "logs": [_record(log) | {"lines": [[line.at, line.text] for line in log.lines]} for log in self.logs],
                "measured": [series.to_record() for series in self.measured],
                "answered": sorted((_record(lead) for lead in self.answered), key=json.dumps),
                "partial": sorted((_record(lead) for lead in self.partial), key=json.dumps),
                "unread": [_record(entry) for entry in self.unread],
            },
            indent=1,
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        """Read the saved form.

        Raises ``SnapshotError`` with one sentence when the text is not a snapshot of this schema.
        """
        try:
            data = json.loads(text)
            schema = data.get("schema") if isinstance(data, dict) else None
        except (ValueError, RecursionError) as error:
            raise SnapshotError(f"not a crashloop snapshot: {error}") from error
        if schema != SCHEMA:
            raise SnapshotError(f"not a crashloop snapshot of schema {SCHEMA}")
        try:
            return cls(
                target=Target(**data["target"]),
                now=datetime.fromisoformat(data["now"]),
                objects={
                    str(kind): tuple(item for item in found if isinstance(item, dict))
                    for kind, found in data["objects"].items()
                },
                logs=tuple(_log(entry) for entry in data["logs"]),
                measured=tuple(Series.from_record(entry) for entry in data.get("measured", ())),
                answered=frozenset(Lead(**lead) for lead in data["answered"]),
                partial=frozenset(Lead(**lead) for lead in data.get("partial", ())),
                unread=tuple(Unread(**entry) for entry in data["unread"]),
                server=str(data["server"]),
                cluster=str(data.get("cluster", "")),
                requests=int(data["requests"]),
                took_ms=int(data["took_ms"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise SnapshotError(f"not a crashloop snapshot: {type(error).__name__}: {error}") from error


def query(labels: Mapping[str, str]) -> str:
    """Return labels as a label selector: ``app=web,tier=front``."""
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))


def merged(
    objects: Mapping[str, tuple[Object, ...]], kind: str, found: Iterable[Object]
) -> dict[str, tuple[Object, ...]]:
    """Return ``objects`` with more of a kind: the newest read of the same object wins, order of first sight is kept."""
    by_key = {_key(item): item for item in objects.get(kind, ())}
    by_key.update({_key(item): item for item in found})
    return {**objects, kind: tuple(by_key.values())}


def _key(item: Object) -> tuple[str, str, str]:
    return (_meta(item, "namespace"), _meta(item, "name"), _meta(item, "uid"))


def _meta(item: Object, name: str) -> str:
    metadata = item.get("metadata")
    value = metadata.get(name) if isinstance(metadata, dict) else None
    return value if isinstance(value, str) else ""


def _record(entry: Target | Lead | Log | Unread) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def _log(entry: dict[str, Any]) -> Log:
    return Log(**{**entry, "lines": tuple(LogLine(str(at), str(text)) for at, text in entry["lines"])})
