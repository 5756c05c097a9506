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
from bot.cluster.keeping import ForDiagnosis, glimpsed
from bot.cluster.locate import locate
from bot.cluster.measuring import Beside
from bot.cluster.offload import Allowance, offloaded
from bot.cluster.reads import Reader
from bot.cluster.shared import SharedReads
from diagnostics.claims.budget import Budget, OutOfTime
from diagnostics.leads import remembering

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cluster.connection import Connection
    from bot.cluster.gate import Gate
    from bot.cluster.measuring import Measures
    from bot.cluster.target import TargetRef
    from diagnostics.claims.catalogue import Catalogue
    from diagnostics.snapshot import Lead, Snapshot

WAVES = 16
"""Rounds of leads. A dependency of a dependency of a dependency takes about ten."""

THINK_S = 4.0
"""Seconds of processor time for the leads of all waves: the longest log there may be takes half a second."""

TOO_SLOW = f"withheld: working out what they say took longer than {THINK_S:g} s"


class Collector:
    """Collects over one connection.

    ``deadline_s`` bounds a whole collection, ``log_bytes`` one log. ``namespaces`` are the only ones besides the
    default in which a target that came without a namespace is looked for; with none given, all that can be read.
    ``cluster`` is what people call the cluster, where the connection's own name for it will not do. ``measures``
    measures the target beside the reads, for whoever may be shown its pod.
    What takes the processor (decoding, redacting, working out the leads) runs off the event loop.
    """

    def __init__(  # noqa: PLR0913 — what bounds a collection, all by name
        self,
        connection: Connection,
        *,
        catalogue: Catalogue | None = None,
        deadline_s: float = 8.0,
        log_bytes: int = 262_144,
        secret_metadata: bool = False,
        namespaces: tuple[str, ...] = (),
        cluster: str = "",
        leads: Callable[[Snapshot, Catalogue | None], tuple[Lead, ...]] | None = None,
        measures: Measures | None = None,
    ) -> None:
        self._measures = measures
        self._connection = connection
        self._catalogue = catalogue
        self._deadline_s = deadline_s
        # One salt for as long as answers may be shared: only values stripped with one salt can be compared.
        keep = ForDiagnosis(secrets.token_bytes(16))
        self._reader = Reader(
            connection, log_bytes=log_bytes, secret_metadata=secret_metadata, keep=keep, glimpse=glimpsed(keep)
        )
        self._shared = SharedReads(self._reader)
        self._namespaces = namespaces
        self._cluster = cluster
        self._leads = leads

    async def collect(self, ref: TargetRef, gate: Gate | None = None, *, shared: bool = False) -> Snapshot:
        """Read what a diagnosis of the target needs, as far as ``gate`` lets it through; None reads as oneself.

        ``shared``: what was read for others just now will do. The gate is asked all the same.

        A target that does not exist gives a snapshot without it. Raises ``AmbiguousTarget``, and ``Unreachable``,
        ``Unauthorized``, ``Forbidden`` or ``BadReply`` when the very first reads fail or may not be made; later
        failures are noted.
        """
        source = self._shared if shared else self._reader
        reader = source if gate is None else GuardedReader(source, gate)
        gathering = Gathering(self._connection, reader, deadline_s=self._deadline_s, cluster=self._cluster)
        gathering.aim(await locate(ref, gathering, self._connection.namespace, self._namespaces))
        thinking = _Thinking(self._leads, self._catalogue)
        wanted: tuple[Lead, ...] = ()
        why = ""
        async with Beside(self._measures) as beside:
            for wave in range(WAVES + 1):
                wanted = gathering.fresh(await thinking.leads(gathering))
                why = gathering.exhausted() or (f"more than {WAVES} rounds of reads" if wave == WAVES else "")
                if not wanted or why:
                    break
                await gathering.read(wanted)
                beside.begin(gathering.snapshot)
            await beside.end(gathering)
        gathering.skip(wanted, why)
        return gathering.finished()


class _Thinking:
    """Works out the leads of one collection off the loop, within ``THINK_S`` over all of its waves."""

    def __init__(
        self, leads: Callable[[Snapshot, Catalogue | None], tuple[Lead, ...]] | None, catalogue: Catalogue | None
    ) -> None:
        self._allowance = Allowance(THINK_S)
        self._leads = leads or remembering(Budget(self._allowance.spent))
        self._catalogue = catalogue

    async def leads(self, gathering: Gathering) -> tuple[Lead, ...]:
        """Return what is wanted next. Logs that take too long are let go, which is said."""
        try:
            return await offloaded(self._allowance.run, self._leads, gathering.snapshot, self._catalogue)
        except OutOfTime:
            gathering.withhold_logs(TOO_SLOW)
            self._leads = remembering()
            return await offloaded(self._leads, gathering.snapshot, self._catalogue)
