"""Which cluster something is about: a command by what it begins with, a button by its row, an alert by its label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cluster.resources import kind_of
from bot.model.errors import BotError, Refused
from bot.model.incident import UNBOUND
from bot.model.nearness import nearness
from bot.model.target import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.clusters.served import Cluster
    from bot.model.incident import Incident
    from bot.store import Store


class Clusters:
    """The clusters that are served: one without a name, or several. ``store`` is the view of all of them.

    Raises ``BotError`` where one has a name by which a command would mean a kind.
    """

    def __init__(self, clusters: Sequence[Cluster], store: Store) -> None:
        self._clusters = tuple(clusters)
        self._store = store
        unfit = next((cluster.name for cluster in clusters if kind_of(cluster.name)), None)
        if unfit is not None:
            raise BotError(f"CLUSTERS_FILE: a cluster cannot be called {unfit}: in a command that is a kind")
        self._by_name = {cluster.name: cluster for cluster in clusters}
        self._by_label = {
            label.lower(): cluster for cluster in clusters for label in cluster.settings.cluster_name if cluster.name
        }

    def __iter__(self) -> Iterator[Cluster]:
        return iter(self._clusters)

    @property
    def first(self) -> Cluster:
        """The one that answers what is about none."""
        return self._clusters[0]

    @property
    def only(self) -> Cluster | None:
        """The cluster that everything is about, where there is no other."""
        return self._clusters[0] if len(self._clusters) == 1 else None

    @property
    def names(self) -> tuple[str, ...]:
        """What the clusters are called in commands; nothing where the only one has no name."""
        return tuple(cluster.name for cluster in self._clusters if cluster.name)

    def named(self, name: str) -> Cluster | None:
        """Return the cluster of that name."""
        return self._by_name.get(name)

    def labelled(self, label: str) -> Cluster | None:
        """Return the cluster that an alert's label means; of an alert without one the only or the default one.

        Where the only one has no name, it is asked in any case: its own policy knows what it is called.
        """
        if label and self.names:
            return self._by_label.get(label.lower())
        return self.only or next((cluster for cluster in self._clusters if cluster.default), None)

    def split(self, words: Sequence[str]) -> tuple[Cluster | None, list[str]]:
        """Return the cluster that the words of a command name first, and the rest: ``prod-eu/production/api``.

        None where they name none. Raises ``TargetError`` where they can only mean one that there is not.
        """
        if not self.names:
            return None, list(words)
        for place, word in enumerate(words):
            head, slash, rest = word.partition("/")
            found = self.named(head.lower())
            # Within a sentence a cluster is named with what is in it.
            if found is not None and (place == 0 or rest):
                return found, [*words[:place], *([rest] if slash and rest else []), *words[place + 1 :]]
            parts = word.split("/")
            # NAMESPACE/KIND/NAME is the longest that names no cluster.
            if len(parts) > 3 or (len(parts) == 3 and not kind_of(parts[1])):
                raise TargetError(self.unknown(head))
        return None, list(words)

    def unknown(self, name: str) -> str:
        """Return the sentence that there is no such cluster, with the near name."""
        near = self.near(name)
        meant = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(self.names)}"
        return f'there is no cluster "{name[:60]}" here; {meant}'

    def near(self, name: str) -> list[str]:
        """Return the clusters with nearly that name, the nearest first."""
        slips = {known: nearness(name.lower(), known) for known in self.names}
        return sorted((known for known in self.names if slips[known] is not None), key=lambda known: slips[known] or 0)

    async def of_incident(self, incident_id: str) -> Cluster:
        """Return the cluster of an incident; the first one of an incident that nobody knows.

        Raises ``Refused`` where that is no cluster of ours any more.
        """
        only = self.only
        if only is not None:
            return only
        incident = await self._store.incidents.anywhere(incident_id)
        return self._served("" if incident is None else incident.cluster, known=incident is not None)

    async def of_offer(self, offer_id: str) -> Cluster:
        """Return the cluster of an offer, as ``of_incident`` does."""
        only = self.only
        if only is not None:
            return only
        cluster = await self._store.offers.cluster_of(offer_id)
        return self._served(cluster or "", known=cluster is not None)

    async def of_silence(self, silence_id: str) -> Cluster:
        """Return the cluster of a silence, as ``of_incident`` does."""
        only = self.only
        if only is not None:
            return only
        silence = await self._store.silences.get(silence_id)
        return await self.of_incident("" if silence is None else silence.incident_id)

    def about(self, found: Sequence[Incident]) -> list[Cluster]:
        """Return the clusters of incidents, each once, those that are served."""
        named = dict.fromkeys(incident.cluster for incident in found)
        return [self._by_name[name] for name in named if name in self._by_name]

    def _served(self, name: str, *, known: bool) -> Cluster:
        if not known or name == UNBOUND:
            return self.first
        found = self.named(name)
        if found is None:
            which = f"cluster {name}, which I do not look after any more" if name else "the only cluster of before"
            raise Refused(f"that is about {which}; nothing was done, ask anew with /crashloop")
        return found
