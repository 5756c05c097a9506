"""The collector: a target in, a redacted snapshot out.

Collecting goes in waves: what the target is, then whatever ``leads`` (pure) asks for given what was read so far, each
wave in parallel, until nothing more is wanted or the deadline is reached. What could not be read is in ``unread``, and
so is what whoever is shown it may not see: that is not read at all.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bot.cluster.gate import GuardedReader
from bot.cluster.gathering import Gathering
from bot.cluster.locate import locate
from bot.cluster.reads import Reader
from diagnostics.leads import remembering
from diagnostics.redact import redacted

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cluster.connection import Connection
    from bot.cluster.gate import Gate
    from bot.cluster.target import TargetRef
    from diagnostics.claims.catalogue import Catalogue
    from diagnostics.snapshot import Lead, Snapshot

WAVES = 16
"""Rounds of leads. A dependency of a dependency of a dependency takes about ten."""


class Collector:
    """Collects over one connection.

    ``deadline_s`` bounds a whole collection, ``log_bytes`` one log. ``namespaces`` are the only ones besides the
    default in which a target that came without a namespace is looked for; with none given, all that can be read.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        catalogue: Catalogue | None = None,
        deadline_s: float = 8.0,
        log_bytes: int = 262_144,
        secret_metadata: bool = False,
        namespaces: tuple[str, ...] = (),
        leads: Callable[[Snapshot, Catalogue | None], tuple[Lead, ...]] | None = None,
    ) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._deadline_s = deadline_s
        self._reader = Reader(connection, log_bytes=log_bytes, secret_metadata=secret_metadata)
        self._namespaces = namespaces
        self._leads = leads

    async def collect(self, ref: TargetRef, gate: Gate | None = None) -> Snapshot:
        """Read what a diagnosis of the target needs, as far as ``gate`` lets it through; None reads as oneself.

        A target that does not exist gives a snapshot without it. Raises ``AmbiguousTarget``, and ``Unreachable``,
        ``Unauthorized``, ``Forbidden`` or ``BadReply`` when the very first reads fail or may not be made; later
        failures are noted.
        """
        reader = self._reader if gate is None else GuardedReader(self._reader, gate)
        gathering = Gathering(self._connection, reader, deadline_s=self._deadline_s, salt=secrets.token_bytes(16))
        gathering.aim(await locate(ref, gathering, self._connection.namespace, self._namespaces))
        leads = self._leads or remembering()
        why = ""
        for _ in range(WAVES):
            wanted = gathering.fresh(leads(gathering.snapshot, self._catalogue))
            why = gathering.exhausted()
            if not wanted or why:
                break
            await gathering.read(wanted)
        gathering.skip(leads(gathering.snapshot, self._catalogue), why or f"more than {WAVES} rounds of reads")
        return redacted(gathering.finished())
