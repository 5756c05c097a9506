"""The objects, their versions and their identity: what etcd and the registry do for a real cluster."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.demo.cluster.resources import BY_KIND, Resource
from bot.demo.cluster.wire import ApiError, Object, conflict, copied, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

Key = tuple[str, str, str]
"""Kind, namespace (empty when cluster-scoped), name."""


def stamp(at: datetime) -> str:
    """Return a time as the API writes it: RFC 3339, whole seconds, Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


CHANGES = 20_000
"""How many changes are remembered: the API server's watch cache holds some thousand of each kind."""


@dataclass(frozen=True)
class Change:
    """One change: the version that it made, how a watch calls it, and the object after it (or as it was last)."""

    version: int
    kind: str
    object: Object


class Store:
    """Objects by kind, namespace and name. What goes in and out is a copy only where it says so."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[tuple[str, str], Object]] = {}
        self.version = 1000
        self.compacted = 0
        """Up to which version what happened is forgotten."""
        self.changes: deque[Change] = deque(maxlen=CHANGES)
        """What happened last, oldest first; what a watch asks for that began before is Gone."""
        self.removed: list[Object] = []
        """What was deleted and no controller has looked at yet."""
        self.listeners: set[Callable[[], None]] = set()
        """Called after each new version: who watches looks then."""

    def load(self, obj: Object) -> None:
        """Put an object exactly as recorded, its resourceVersion included."""
        kind, meta = obj["kind"], obj["metadata"]
        self._objects.setdefault(kind, {})[(meta.get("namespace", ""), meta["name"])] = obj
        recorded = str(meta.get("resourceVersion", ""))
        meta.setdefault("uid", str(uuid.uuid4()))
        if recorded.isdigit():
            self.version = max(self.version, int(recorded))
            self.tell()
        else:
            meta["resourceVersion"] = self._next()
            self._note("ADDED", obj)

    def find(self, kind: str, namespace: str, name: str) -> Object | None:
        """Return the live object (do not change it; use `save`), or None."""
        return self._objects.get(kind, {}).get((namespace, name))

    def get(self, resource: Resource, namespace: str, name: str) -> Object:
        """Return the live object, ApiError 404 when there is none."""
        found = self.find(resource.kind, namespace, name)
        if found is None:
            raise not_found(resource.plural, resource.group, name)
        return found

    def all(self, kind: str, namespace: str = "") -> list[Object]:
        """Return the live objects of a kind (of one namespace, or of all), by namespace and name."""
        objects = self._objects.get(kind, {})
        return [obj for key, obj in sorted(objects.items()) if not namespace or key[0] == namespace]

    def everything(self) -> Iterator[Object]:
        """Return every live object."""
        for objects in list(self._objects.values()):
            yield from list(objects.values())

    def create(self, obj: Object, now: datetime) -> Object:
        """Add a new object with uid, creation time and version; ApiError 409 when the name is taken."""
        resource = BY_KIND[obj["kind"]]
        meta = obj["metadata"]
        if self.find(obj["kind"], meta.get("namespace", ""), meta["name"]):
            qualified = f"{resource.plural}.{resource.group}" if resource.group else resource.plural
            details = {"name": meta["name"], "kind": resource.plural}
            raise ApiError(409, "AlreadyExists", f'{qualified} "{meta["name"]}" already exists', details)
        meta["uid"] = str(uuid.uuid4())
        meta["creationTimestamp"] = stamp(now)
        meta["resourceVersion"] = self._next()
        self._objects.setdefault(obj["kind"], {})[(meta.get("namespace", ""), meta["name"])] = obj
        self._note("ADDED", obj)
        return obj

    def save(self, obj: Object) -> Object:
        """Replace an object; a changed one gets a new resourceVersion, and a new generation when its spec changed."""
        resource = BY_KIND[obj["kind"]]
        meta = obj["metadata"]
        old = self.get(resource, meta.get("namespace", ""), meta["name"])
        given = meta.get("resourceVersion") or old["metadata"]["resourceVersion"]
        if given != old["metadata"]["resourceVersion"]:
            why = "the object has been modified; please apply your changes to the latest version and try again"
            raise conflict(resource.plural, resource.group, meta["name"], why)
        meta["resourceVersion"] = given
        if obj == old:
            return old
        if obj.get("spec") != old.get("spec") and "generation" in old["metadata"]:
            meta["generation"] = old["metadata"]["generation"] + 1
        meta["resourceVersion"] = self._next()
        self._objects[obj["kind"]][(meta.get("namespace", ""), meta["name"])] = obj
        self._note("MODIFIED", obj)
        return obj

    def copy(self, kind: str, namespace: str, name: str) -> Object | None:
        """Return a copy to change and `save`, or None."""
        found: Object | None = copied(self.find(kind, namespace, name))
        return found

    def delete(self, kind: str, namespace: str, name: str) -> Object | None:
        """Remove an object and return it, None when there is none."""
        removed = self._objects.get(kind, {}).pop((namespace, name), None)
        if removed is not None:
            last = removed | {"metadata": removed["metadata"] | {"resourceVersion": self._next()}}
            self._note("DELETED", last)
            self.removed.append(removed)
        return removed

    def since(self, version: int) -> list[Change]:
        """Return what happened after a version; ApiError 410 where that is no longer known."""
        if version < self.compacted:
            raise ApiError(410, "Expired", f"too old resource version: {version} ({self.compacted})")
        newest_first = takewhile(lambda change: change.version > version, reversed(self.changes))
        return list(newest_first)[::-1]

    def compact(self) -> None:
        """Forget what happened so far: watches that began before are Gone."""
        self.changes.clear()
        self.compacted = self.version

    def _note(self, kind: str, obj: Object) -> None:
        if len(self.changes) == self.changes.maxlen:
            self.compacted = self.changes[0].version
        self.changes.append(Change(self.version, kind, obj))
        self.tell()

    def tell(self) -> None:
        """Let who watches look."""
        for listener in self.listeners:
            listener()

    def _next(self) -> str:
        self.version += 1
        return str(self.version)
