"""A file system that the spec makes read-only, behind words that say so or only that a temporary file could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import named
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.facts.model import Role
from diagnostics.findings import wording
from diagnostics.findings.commands import durable, patch_spec
from diagnostics.findings.joined.model import Joined
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.findings.joined.model import Said

_READ_ONLY: Final = compiled(r"(?i)\bread-only file ?system\b|\bEROFS\b")
_TEMPORARY: Final = compiled(
    r"(?i)\bfailed to create CoreCLR\b|\bno usable temp(?:orary)? directory\b|\bmktemp: failed\b"
    r"|\b(?:unable|failed|cannot|could not|can't) (?:to )?(?:create|make|write|open) (?:an? |the )?temp(?:orary)?[ _-]?"
    r"(?:dir\w*|files?|folder)\b"
)
"""Words of runtimes that need a place for temporary files: .NET's host, Python's tempfile, mktemp, Tomcat."""
_PATH: Final = compiled(r"(/[\w@+.-]+(?:/[\w@+.-]+)*)['\"]?: Read-only")
_TMP: Final = "/tmp"  # noqa: S108 — the path of a mount


def look(case: Case, said: Said) -> Joined | None:
    """Return that the spec makes the root file system read-only, where nothing writable covers what is needed."""
    suspect = case.suspect
    if suspect is None or not fields.flag(suspect.spec, "securityContext", "readOnlyRootFilesystem"):
        return None
    if _READ_ONLY.search(said.text) is not None:
        path = _PATH.search(said.text)
        held = None if path is None else named.file(case, str(path.group(1)))
        if held is not None and held.volume and not held.read_only:
            return None
        names = {} if path is None else {"path": str(path.group(1))}
        quote = "readOnlyRootFilesystem=true"
        path_of = f"{suspect.spec_path}.securityContext"
        return Joined(
            because="",
            evidence=(Evidence(source="pod", path=path_of, quote=quote),),
            claim=ClaimType.READ_ONLY,
            names=names,
            certain=True,
        )
    if _TEMPORARY.search(said.text) is None or named.file(case, f"{_TMP}/file").volume:
        return None
    return _without_tmp(case, suspect)


def _without_tmp(case: Case, suspect: Container) -> Joined:
    group = "containers" if suspect.role is Role.APP else "initContainers"
    mount = {"name": suspect.name, "volumeMounts": [{"name": "tmp", "mountPath": _TMP}]}
    text = (
        f"Mount an emptyDir at {_TMP} (the command does it): the root file system is read-only by the spec, and"
        f" {suspect.name} needs a place for temporary files at its start. If it then fails at another path, that one"
        " needs the same."
    )
    return Joined(
        headline=f"{wording.begin(wording.who(case, suspect))} cannot make its temporary files",
        because="its root file system is read-only (readOnlyRootFilesystem), and nothing is mounted at /tmp",
        evidence=(
            Evidence(source="pod", path=f"{suspect.spec_path}.securityContext", quote="readOnlyRootFilesystem=true"),
        ),
        remedy=Remedy(
            text=text + durable(case),
            commands=patch_spec(case, {"volumes": [{"name": "tmp", "emptyDir": {}}], group: [mount]}),
        ),
        claim=ClaimType.READ_ONLY,
        names={"path": f"{_TMP}/"},
        fault=Fault.TEMPLATE,
        fault_names=("readOnlyRootFilesystem", "securityContext"),
    )
