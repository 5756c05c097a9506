"""Where the state lies that a program refuses: which path its words are about, and what outlives which restart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Fault
from diagnostics.findings import log_lines, repairing
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.snapshot import Object

_CONTENTS: Final = ("configMap", "secret", "projected", "downwardAPI")
"""Kinds of volumes that no program writes to."""
_LEAVINGS: Final = frozenset({ClaimType.LOCK_HELD, ClaimType.HALF_DONE})
"""Claims whose path is itself what was left; of the others it is the data, which nobody would call that."""
_PATHS: Final = compiled(r"""(?:^|[\s'"`(=:])(/[^\s'"`:,;()]+)""")
_NETWORK: Final = compiled(
    r"(?i)\b(?:ip6?tables|ipset|nft|RTNETLINK)\b.{0,80}(?:exists|File exists)|\b(?:chain|qdisc|route) already exists"
)
"""State of the network namespace, which all containers of a pod share and which lives as long as the pod."""
_LEFTOVER: Final = compiled(r"(?i)(?:^|[/._-])(?:pid|lock|lck|sock|socket|pidfile|lockfile)(?:[._-][\w.-]*)?$")
"""Names of files that only say that a process runs."""
_LIVE: Final = compiled(
    r"(?i)resource temporarily unavailable|\bE(?:AGAIN|WOULDBLOCK)\b|\berror: 11\b|\berrno[\] =:]+11\b"
)
"""A lock of the kernel's (fcntl, flock): it ends with its holder, so whoever finds it taken meets a living one."""
_IN_THE_WAY: Final = compiled(r"(?i)\b(?:File exists|already exists)\b|\bEEXIST\b")
"""Words about something that was to be made and is there."""
_RUNS: Final = compiled(
    r"(?i)\b(?:daemon|server|service|process|program|instance|copy|it)\b[^\n]{0,40}\b(?:is )?already (?:running"
    r"|started)\b"
    r"|\banother (?:instance|copy|process)\b[^\n]{0,60}\b(?:running|active)\b"
)
"""Words of a program that takes what an earlier run left for a living process: in a pod it is the only one."""
_VALUE: Final = compiled(r"(?:^|=)(/[^\s'\"`,;()=]+)$")
"""A path as the value of an option, or as a word of its own."""


def path_of(case: Case, hit: Claim, types: frozenset[ClaimType]) -> str:
    """Return the path that the words are about: one that was caught, or one on a volume that the line names."""
    # Another pattern on the same line may have caught the path that this one did not.
    same = [hit, *(other for other in case.claims if other.line == hit.line and other.type in types)]
    named = (each.names.get(key) for each in same for key in ("path", "file", "file2", "lock"))
    line = log_lines.words(case, hit)[:4000]
    # ``/bin/ln: Already exists`` is said by a tool of itself.
    caught = next((name for name in named if name and not line.lstrip().startswith(f"{name}: ")), "")
    if caught:
        return caught
    told = (match.group(1).rstrip(".") for match in _PATHS.finditer(line))
    path = next((path for path in told if claims.file(case, path).volume), "")
    return path or (_given(case) if _RUNS.search(line) is not None else "")


def _given(case: Case) -> str:
    """Return the pid or lock file that the container is told to keep on a volume, by its arguments or a mount."""
    spec = {} if case.suspect is None else case.suspect.spec
    told = [word for text in (*fields.strings(spec, "command"), *fields.strings(spec, "args")) for word in text.split()]
    paths = [str(found.group(1)) for word in told if (found := _VALUE.search(word[:500])) is not None]
    paths += [fields.text(mount, "mountPath") for mount in fields.items(spec, "volumeMounts")]
    return next((path for path in paths if _LEFTOVER.search(path) is not None and claims.file(case, path).volume), "")


def place(case: Case, hit: Claim, found: claims.File | None) -> tuple[Fault, str]:
    """Return where the state lies, as a fault and as words."""
    if of_the_network(case, hit):
        return Fault.POD_STATE, "; it lies in the pod's network, which only a new pod gets anew"
    schema = _of_the_schema(case, hit)
    if schema is not None:
        return schema
    if found is None or (found.state is claims.State.UNKNOWN and not found.kind):
        return _unnamed_place(case, hit)
    if found.kind == "emptyDir":
        return Fault.POD_STATE, f" in emptyDir {found.volume}, which only a new pod clears"
    if found.kind:
        return Fault.KEPT_STATE, f" on {found.kind} {found.name}, which outlives the pod".replace("  ", " ")
    # In the container's own layer: gone with every restart, so the image itself must hold it.
    return Fault.TEMPLATE, "; no volume lies there, so the image itself carries it"


def _of_the_schema(case: Case, hit: Claim) -> tuple[Fault, str] | None:
    """Return whether the database keeps it or the image differs from it; None for what is of no schema."""
    if repairing.compared(log_lines.words(case, hit)):
        return Fault.TEMPLATE, "; the image's migration files are not those that were applied"
    if hit.type is ClaimType.MIGRATION_FAILED or "migrat" in hit.source or "schema" in hit.quote.lower():
        return Fault.KEPT_STATE, "; it is kept in the database"
    return None


def _unnamed_place(case: Case, hit: Claim) -> tuple[Fault, str]:
    """Return where the state lies when no line says it: where the container can write to at all."""
    said = hit.quote[:2000]
    left = _IN_THE_WAY.search(said) is not None or _RUNS.search(said) is not None
    kept = empty_dirs(case) if hit.type in _LEAVINGS and left else ()
    if kept:
        return Fault.POD_STATE, f"; it lies in emptyDir {' or '.join(kept[:2])}, which only a new pod clears"
    return Fault.KEPT_STATE, ""


def empty_dirs(case: Case) -> tuple[str, ...]:
    """Return the emptyDirs of the container when it can write to no other volume, else nothing.

    A container's own layer is new at each start, so what an earlier run left lies on a volume.
    """
    held = _written_to(case)
    own = tuple(fields.text(item, "name") for item in held if "emptyDir" in item)
    return own if len(own) == len(held) else ()


def no_volume(case: Case) -> bool:
    """Whether the container can write to no volume, so that what outlives its start lies outside of the pod."""
    return case.suspect is not None and not _written_to(case)


def _written_to(case: Case) -> list[Object]:
    """Return the container's volumes that a program can write to."""
    mounts = [] if case.suspect is None else fields.items(case.suspect.spec, "volumeMounts")
    mounted = {fields.text(mount, "name") for mount in mounts}
    volumes = [item for item in fields.items(case.pod, "spec", "volumes") if fields.text(item, "name") in mounted]
    return [item for item in volumes if not any(kind in item for kind in _CONTENTS)]


def of_the_network(case: Case, hit: Claim) -> bool:
    """Whether the state is one of the pod's own network: with the node's network it would be the node's."""
    line = log_lines.words(case, hit)[:2000]
    return _NETWORK.search(line) is not None and not fields.flag(case.pod, "spec", "hostNetwork")


def only_says(path: str) -> bool:
    """Whether the path is by its name a file that only says that a process runs."""
    return _LEFTOVER.search(path) is not None


def left_behind(hit: Claim, path: str) -> bool:
    """Whether the path is a leftover that may go: a lock or pid file, or what stands in the way of being made anew.

    A file of the data itself is none, whatever locks or damages it: to remove it is to lose the data.
    """
    if not path or hit.type not in _LEAVINGS or _LIVE.search(hit.quote[:4000]) is not None:
        return False
    return _LEFTOVER.search(path) is not None or _IN_THE_WAY.search(hit.quote[:2000]) is not None
