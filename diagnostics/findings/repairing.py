"""What repairs state that an earlier run left, by the tool that keeps it: its own words tell which that is."""

from __future__ import annotations

from typing import Final

from diagnostics.patterns import compiled

_DIRTY: Final = compiled(
    r"(?i)\bdirty database version (\d+)|\bdatabase version (\d+) is dirty|\bdirty (?:database|schema|state)"
)

_STRANGER: Final = compiled(
    r"(?i)cluster ?id \S+ doesn'?t match stored|inconsistent cluster ?ids?|incompatible (?:namespace|cluster) ?ids?"
    r"|cluster (?:id|uuid) mismatch|\binstance ?id [\w-]{8,40} is not matching with\b"
    r"|belongs to (?:another|a different) cluster|system identifier (?:mismatch|differs)"
)
"""An identity on the volume that is not the one which the rest of the cluster names (Kafka, BookKeeper, etcd, HDFS)."""
_BEHIND: Final = compiled(r"(?i)tocommit\(\d+\) is out of range|raft log corrupted, truncated, or lost")
"""A member of a Raft group whose log is shorter than what it acknowledged (etcd's raft)."""

_REJOINS: Final = compiled(r"(?i)\bmember \S+ has already been bootstrapped")
"""A member (etcd's) that starts as if new, while the cluster has it in its list."""
_RETIRED: Final = compiled(
    r"(?i)\b(?:store|node|member|peer|server)\b[^\n]{0,30}\b(?:is|has been|was) (?:a )?(?:tombstoned?|decommissioned)\b"
    r"|\b(?:has been|was) (?:permanently )?removed from the cluster\b"
)
"""A member whose identity the cluster does not take any more (TiKV and TiFlash, CockroachDB, etcd)."""
_COMPARED: Final = compiled(
    r"(?i)\bchecksum mismatch for migration|\bmigration checksum mismatch|\bmigration \S+ was previously applied but"
    r" has been modified|\bchange ?sets? check ?sums?\b|\bmigration hash mismatch"
)
"""Flyway, sqlx and Liquibase about applied migrations whose files were changed since."""

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
        compiled(r"(?i)flyway|failed migration to version"),
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


def retired(line: str) -> bool:
    """Whether the cluster has taken the member out for good."""
    return _RETIRED.search(line[:2000]) is not None


def of_comparison(line: str) -> str:
    """Return what to do where applied migrations are compared with the image's files and differ; empty: not told."""
    if not compared(line):
        return ""
    return (
        "The files of migrations that were applied already are others in this image: nothing was migrated yet. Compare"
        " them with the release that applied them; run that release meanwhile, or put the old files back and the change"
        " into a new migration. Only where both do the same may the tool take the new checksums for its history"
        " (`flyway repair`, `liquibase clear-checksums`)."
    )


def compared(line: str) -> bool:
    """Whether the line compares applied migrations with this image's files, so that nothing was done yet."""
    return _COMPARED.search(line[:2000]) is not None


def of_members(line: str, *, etcd: bool) -> str:
    """Return what to do about a member whose data do not fit the cluster that it is to join; empty: not told.

    ``etcd``: whether the program is etcd, and not another one that uses its raft library.
    """
    if _REJOINS.search(line[:2000]) is not None:  # no other than etcd's own server says that
        return (
            "The cluster knows this member, and it comes without the data that it had: while a majority of the others"
            " is healthy, remove it there and add it again by its own tool (etcdctl member remove, member add), and let"
            " it join as a new one of an existing cluster (initial-cluster-state existing). A backup is not to be"
            " restored beside healthy members."
        )
    if _BEHIND.search(line[:2000]) is not None:
        tool = " (etcdctl member list and member remove)" if etcd else ""
        return (
            "This member's log is shorter than what it has acknowledged, so that its data are lost for it: while a"
            f" majority of the other members is healthy, remove it from the cluster by its own tool{tool}, empty its"
            " data directory alone, and add it again to fetch all from them."
        )
    if _STRANGER.search(line[:2000]) is None:
        return ""
    return (
        "The data bear the identity of another cluster than the one that its metadata (ZooKeeper, the quorum, the name"
        " node) name now: one of the two was made anew. Where the data count, bring back the metadata that belong to"
        " them; where they do not, begin on fresh claims. The stored identity alone is not to be edited or removed to"
        " make it start: what the other side knows of the data is gone with the old metadata."
    )


_ADVICE: Final = compiled(
    r"(?i)\b((?:remove|delete|move away|rename)\b[^\n;]{1,200}?\b(?:to|and) (?:rebuild|re-?create|re-?index|regenerate"
    r"|start again|restart)\b[^\n;.]{0,100})"
)
"""What a program itself says is to be taken away so that it makes it anew."""


def own_advice(line: str) -> str:
    """Return what the words themselves advise for what is left of the data, or nothing."""
    found = _ADVICE.search(line[:4000])
    return "" if found is None else " ".join(str(found.group(1)).split())


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
