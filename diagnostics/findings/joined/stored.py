"""A path that a line complains of, against the volumes: what lies on a claim is data, and no matter of the image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import mounted, named
from diagnostics.claims.identifiers import IdentifierKind
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.findings.commands import PROGRAM_HOMES, snapshotted
from diagnostics.findings.joined.model import Joined
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.findings.joined.model import Said

_UNFIT: Final = compiled(
    r"(?i)\b(?:different|differs?|mismatch\w*|expected|unexpected|does ?n[o']t (?:match|agree|fit)|unknown|invalid"
    r"|corrupt\w*"
    r"|inconsistent|incompatible|already (?:exists?|initiali[sz]ed)|reconfigur\w*|replay\w*|not in the state|stale"
    r"|cannot load"
    r"|could not (?:load|replay|read|open|recover)|failed to (?:load|replay|read|recover))\b"
)
"""Words about data that are not as they should be."""
_DATA: Final = compiled(
    r"(?:^|[\s\"'(=:])([A-Za-z][\w-]{2,60}\.(json|ya?ml|db|dat|data|meta|wal|idx|index|state|snap))\b"
)
"""A file without its directory: of a container with one claim it lies there, unless it may be the image's settings."""
_SETTINGS: Final = frozenset({"json", "yaml", "yml"})
_DIFFERS: Final = compiled(r"(?i)\bdifferent\b|\bdiffers?\b|\bmismatch|\breconfigur|\bdoes ?n[o']t (?:match|agree)\b")
"""Words of what was written at one time about what is so at another; settings do not speak of that."""
_OTHERS: Final = frozenset(
    {ClaimType.ACCESS_DENIED, ClaimType.READ_ONLY, ClaimType.NO_SPACE, ClaimType.TOO_OPEN, ClaimType.LOCK_HELD}
    | {ClaimType.FILE_MISSING, ClaimType.DATA_VERSION, ClaimType.HALF_DONE, ClaimType.MEMBER_REMOVED}
    | {ClaimType.MIGRATION_FAILED}
)
"""What says more of the path than that it lies on a claim."""


def look(case: Case, said: Said) -> Joined | None:
    """Return the claim that the path lies on, where the words say that what lies there does not fit."""
    told = said.claims(ClaimType.DATA_CORRUPT) and not said.made
    if told or _UNFIT.search(said.text) is None or said.claims(*_OTHERS):
        return None
    paths = tuple(said.names(IdentifierKind.PATH))
    for path in paths:
        found = named.file(case, path)
        if found.kind == "PersistentVolumeClaim" and found.name and not path.startswith(PROGRAM_HOMES):
            return _joined(case, path, found)
    bare = "" if paths else _bare(case, said.text)
    only = _only(case) if bare else None
    return None if only is None or only.kind != "PersistentVolumeClaim" else _joined(case, bare, only)


def _only(case: Case) -> named.File | None:
    """Return the one claim that the container mounts; one for its logs does not count."""
    mounts = fields.items(case.suspect.spec, "volumeMounts") if case.suspect is not None else []
    paths = [path for item in mounts if "log" not in (path := fields.text(item, "mountPath")).lower()]
    held = [found for path in paths if (found := named.file(case, path)).kind == "PersistentVolumeClaim"]
    return held[0] if len({found.name for found in held}) == 1 else None


def _bare(case: Case, text: str) -> str:
    """Return a file of data that is named without its directory, where no ConfigMap or Secret can be its origin."""
    found = _DATA.search(text)
    if found is None or any(kind == "Secret" for kind, _ in mounted.owners(case)):
        return ""
    name, ending = str(found.group(1)), str(found.group(2))
    settings = ending in _SETTINGS and _DIFFERS.search(text) is None
    return "" if settings or any(mounted.origin(case, name)) else name


def _joined(case: Case, path: str, found: named.File) -> Joined:
    name = case.suspect.name if case.suspect is not None else "the container"
    text = (
        f"{path} lies on claim {found.name}, mounted at {found.mount}: it stays whatever image runs, so neither a"
        " restart nor a rollback"
        f" changes it. Take a copy of claim {found.name} first. Then correct what the line complains of in"
        f" {path} with {name} stopped, or, where its data are not needed, move it aside and let {name} begin anew."
    )
    quote = f"persistentVolumeClaim.claimName={found.name}"
    return Joined(
        because=f"{path} lies on claim {found.name}",
        evidence=(*found.evidence, Evidence(source="pod", path=f"spec.volumes[{found.volume}]", quote=quote)),
        remedy=Remedy(text=text, commands=snapshotted(fields.namespace(case.pod or {}), found.name)),
        claim=ClaimType.DATA_CORRUPT,
        fault=Fault.KEPT_STATE,
        fault_names=(found.name,),
    )
