"""What fails now in a namespace or in all: the command line without a TARGET, as ``/crashloop`` alone in Slack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.cluster.connection import connect
from bot.cluster.errors import ClusterError
from bot.cluster.reads import NAMES_PAGES, Reader
from bot.incidents.failing_now import READ_S, Listing, failing_now
from diagnostics.sanitize import clean_line
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cluster.connection import Connection
    from bot.cluster.reads import Source
    from bot.incidents.failing_now import Failing, Found

SCHEMA = 1
"""Version of the JSON form; it changes when a field changes its meaning."""

LISTED = 40
"""Workloads that are listed as text; the rest is counted, and ``-o json`` has all."""

CHECK_S = 5.0
"""Seconds for the first sign of an API server: one that hangs is not asked four lists in vain."""

REASON = 60
"""Longest reason: Kubernetes' own are words, those of other controllers may be anything."""


class NoNamespace(Exception):  # noqa: N818 — named for what is the case
    """The namespace that was asked about is not there: one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """What was found. ``namespace`` is empty for all of them."""

    found: Found
    namespace: str


async def failures(
    namespace: str | None, *, everywhere: bool = False, kubeconfig: str | None = None, context: str | None = None
) -> Failures:
    """Return what fails in the namespace (None: the kubeconfig's), or everywhere.

    Raises ``NoNamespace``, or a ``ClusterError`` when nothing was found and not all could be read.
    """
    async with connect(kubeconfig, context) as connection:
        reading = reads(connection)
        where = "" if everywhere else namespace or connection.namespace
        await connection.check(CHECK_S)
        found = await failing_now(Listing(reading), where)
        if found.unread and not found.failing:
            raise ClusterError(found.unread)
        if where and not found.failing:
            answer = await Listing(reading).read(Lead(kind="Namespace", name=where), READ_S)
            if answer.absent:
                raise NoNamespace(f'there is no namespace "{where}"')
        return Failures(found=found, namespace=where)


def reads(connection: Connection) -> Callable[..., Source]:
    """Return what makes readers over the connection, as ``Listing`` wants them: no logs, no Secrets."""
    return lambda keep: Reader(connection, log_bytes=0, secret_metadata=False, keep=keep, pages=NAMES_PAGES)


def document(failures: Failures) -> dict[str, Any]:
    """Return the list as one JSON object; ``target`` is what ``crashloop diagnose`` takes."""
    return {
        "schema": SCHEMA,
        "namespace": failures.namespace or None,
        "failing": [
            {
                "target": one.target,
                "namespace": one.namespace,
                "kind": one.kind,
                "name": one.name,
                "reason": one.reason,
                "pods": one.pods,
                "restarts": one.restarts,
            }
            for one in failures.found.failing
        ],
        "unread": failures.found.unread or None,
    }


def text(failures: Failures, asked_with: str) -> str:
    """Return the list, the worst first, and how to go on: ``asked_with`` is the command, ``crashloop diagnose``."""
    failing, where = failures.found.failing, _where(failures.namespace)
    lines = [f"Not all was looked at: {clean_line(failures.found.unread)[:300]}."] if failures.found.unread else []
    if not failing:
        return "\n".join([f"Nothing fails now {where}.", *lines, ""])
    count = "1 workload fails" if len(failing) == 1 else f"{len(failing)} workloads fail"
    head = f"{count} now {where}{', the worst first' if len(failing) > 1 else ''}:"
    rows = [_row(one, failures.namespace) for one in failing[:LISTED]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = ["  " + "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)) for row in rows]
    left = [f"  … and {len(failing) - LISTED} more; -o json lists all"] if len(failing) > LISTED else []
    ask = f"Why? {asked_with} {failing[0].target}"
    return "\n".join([head, *(line.rstrip() for line in table), *left, *lines, ask, ""])


def _where(namespace: str) -> str:
    return f"in {namespace}" if namespace else "in any namespace"


def _row(one: Failing, namespace: str) -> tuple[str, ...]:
    name = f"{one.kind.lower()}/{one.name}"
    return (
        name if namespace else f"{one.namespace}/{name}",
        clean_line(one.reason)[:REASON],
        _counted(one.pods, "pod"),
        _counted(one.restarts, "restart"),
    )


def _counted(count: int, noun: str) -> str:
    return "" if not count else f"1 {noun}" if count == 1 else f"{count} {noun}s"
