"""What repairs state that an earlier run left, by the tool that keeps it: its own words tell which that is."""

from __future__ import annotations

from typing import Final

from diagnostics.patterns import compiled

_DIRTY: Final = compiled(
    r"(?i)\bdirty database version (\d+)|\bdatabase version (\d+) is dirty|\bdirty (?:database|schema|state)"
)

_TOOLS: Final = (
    (
        compiled(r"lost\+found"),
        (
            "ext4 keeps lost+found in the root of every volume, and the program takes it for data of its own: give it a"
            " directory below the mount as its data directory (or mount with a subPath); lost+found comes back when it"
            " is removed."
        ),
    ),
    (
        compiled(r"(?i)safe_to_bootstrap|safe to bootstrap"),
        (
            "No member may start the cluster, for none ended as the last: compare seqno of all members (grastate.dat on"
            " their claims, or `mysqld --wsrep-recover`), bootstrap from the one with the highest alone, then let the"
            " others join."
        ),
    ),
    (
        compiled(r"(?i)flyway|failed migration to version|migration checksum mismatch"),
        "Flyway keeps a failed migration in its history: undo what it half did, then run `flyway repair`.",
    ),
    (
        compiled(r"(?i)liquibase|change log lock|databasechangeloglock"),
        "Liquibase keeps its lock in the database: when no other pod migrates, run `liquibase release-locks`.",
    ),
    (
        compiled(r"(?i)prisma|P3009|failed migrations in the target database"),
        (
            "Prisma keeps a failed migration: repair it by hand, then `prisma migrate resolve --applied NAME` (or"
            " --rolled-back)."
        ),
    ),
    (
        compiled(r"(?i)bad file format reading the append only file|appendonly|\bAOF\b"),
        "The append-only file was cut off: copy it, then `redis-check-aof --fix` it.",
    ),
)
"""Words of tools that keep state, and what each has for repairing it."""


def own_tool(line: str) -> str:
    """Return what repairs it and why, where the words tell which tool keeps the state."""
    text = line[:2000]
    dirty = _DIRTY.search(text)
    if dirty is not None:
        version = dirty.group(1) or dirty.group(2) or "VERSION"
        return (
            f"A migration stopped half-way: look how far version {version} got, finish or revert it by hand, then"
            f" `migrate force {version}` (or the version before) clears the mark; until then every start refuses."
        )
    return next((words for pattern, words in _TOOLS if pattern.search(text) is not None), "")
