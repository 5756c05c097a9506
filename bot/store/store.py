"""The store: one database, a class for each kind of rows."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from bot.store.adoption import adopt
from bot.store.asked import Asked
from bot.store.audit import Audit
from bot.store.database import Database
from bot.store.feedback import FeedbackRows
from bot.store.history import Histories
from bot.store.incidents import Incidents, incident_of
from bot.store.offers import Offers
from bot.store.outbox import Outbox
from bot.store.presses import Presses
from bot.store.pruning import Pruning
from bot.store.related import Related
from bot.store.scope import ALONE, Scope
from bot.store.seen import Seen
from bot.store.silences import Silences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


PING_S = 3600.0
"""How long the trace of a write ping stays."""


class Store:
    """Everything the bot must remember. Made with ``open``; ``clock`` plays time where it must be played.

    All views write into one outbox: what is told is one matter of the process.
    """

    def __init__(self, database: Database, scope: Scope = ALONE, outbox: Outbox | None = None) -> None:
        self._database = database
        self._process = uuid.uuid4().hex
        self.outbox = outbox or Outbox(database, incident_of)
        self.incidents = Incidents(database, self.outbox, scope)
        self.offers = Offers(database, self.outbox, scope)
        self.seen = Seen(database)
        self.presses = Presses(database, scope)
        self.audit = Audit(database)
        self.related = Related(database, scope)
        self.asked = Asked(database, self.related, scope)
        self.histories = Histories(database, self.related, scope)
        self.pruning = Pruning(database)
        self.silences = Silences(database)
        self.feedback = FeedbackRows(database)

    @classmethod
    async def open(cls, url: str, clock: Callable[[], float] | None = None) -> Store:
        """Connect, and make what is missing. ``BotError`` with one sentence when that fails."""
        return cls(await Database.open(url, clock))

    def of_cluster(self, name: str) -> Store:
        """Return the view of one of several clusters."""
        return Store(self._database, Scope(cluster=name), self.outbox)

    async def adopt(self, name: str) -> int:
        """Let one of several clusters take over what the store knows of the one that was alone."""
        return await adopt(self._database, name)

    def of_any(self) -> Store:
        """Return the view of whatever is there, to look at."""
        return Store(self._database, Scope(of_any=True), self.outbox)

    def of_all(self, names: Iterable[str]) -> Store:
        """Return the view of several clusters together: what is done through it is what belongs to none of them."""
        return Store(self._database, Scope(of_all=tuple(names)), self.outbox)

    async def ping(self) -> None:
        """Raise ``Temporary`` when the database takes no write: away, locked, full, or read-only."""
        await self.seen.write(self._process, PING_S)

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()
