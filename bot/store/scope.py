"""Which rows a view of the store is about: those of one cluster of several, or all where there is only one.

There is one database for all clusters. Whoever serves one of them works through its view: it is given no work of
another's, finds no incident, root or earlier time of another's, and folds no alert into one. Keys are kept apart by
being hashed with the cluster's name. Rows of the only cluster have no name, so that it may be renamed; when it becomes
one of several, the default one takes them over (``bot.store.adoption``).

A storm's digest tells of whatever a channel is told, so it belongs to no cluster; nor does a sentence about an alert
whose cluster is not known, or a question until it is known which cluster it is about. They are worked on through the
view of all, by whoever waits for no cluster.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import true

from bot.model.incident import UNBOUND, key

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.model.incident import Ending, Request, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A view's rows. ``cluster`` is empty where there is only one; ``of_all`` are the names where it is all of them."""

    cluster: str = ""
    of_all: tuple[str, ...] = ()
    of_any: bool = False
    """Whether it shows whatever is there; nothing is made or worked on through it."""

    @property
    def own(self) -> str:
        """What stands in the column ``cluster`` of what is made through this view, and is worked on through it."""
        return UNBOUND if self.of_all else self.cluster

    @property
    def shared(self) -> str:
        """What stands there of what is told together with other clusters' incidents."""
        return UNBOUND if self.own else ""

    def key(self, given: str) -> str:
        """Return a key of this view's own."""
        return key("cluster", self.cluster, given) if self.cluster else given

    def rows(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """Return SQL for this view's rows, by their column ``cluster``."""
        if self.of_any:
            return true()
        return column.in_([self.own, *self.of_all]) if self.of_all else column == self.cluster

    def request(self, given: Request) -> Request:
        """Return a request whose keys meet none of another cluster's."""
        if not self.cluster:
            return given
        fold = None if given.fold_key is None else self.key(given.fold_key)
        sighting = None if given.sighting is None else self.sighting(given.sighting)
        return replace(given, dedup_key=self.key(given.dedup_key), fold_key=fold, sighting=sighting)

    def sighting(self, given: Sighting) -> Sighting:
        """Return a sighting that is none of another cluster's."""
        return replace(given, key=self.key(given.key))

    def ending(self, given: Ending) -> Ending:
        """Return an ending that ends nothing of another cluster's."""
        return replace(given, fold_key=self.key(given.fold_key))


ALONE = Scope()
"""The view where there is one cluster."""
