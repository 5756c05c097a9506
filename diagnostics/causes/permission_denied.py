"""The program may not read, write or execute something: file permissions, ownership, a read-only file system.

What it means
    The user that the container runs as lacks a right on a path, or the path lies on a read-only file system.

How it is decided
    By ``Permission denied``, ``Operation not permitted`` or ``Read-only file system`` with a path in the dying output,
    set against the securityContext (runAsUser, fsGroup, readOnlyRootFilesystem, capabilities) and the volume there.

What it is confused with
    A port below 1024 (port-conflict), a refusal by a server (dependency-auth-failed), a command that is not executable
    (bad-entrypoint), a container that was not allowed to start at all (security-context-denied). ConfigMap and Secret
    volumes are always read-only.

How to fix it
    Set ``fsGroup`` to the group that runs the program, mount an emptyDir over paths that must be writable, or build the
    image so that its user owns them. Roll back when securityContext or image changed.

How to prevent it
    Run CI with the same securityContext as production: a random user and a read-only root file system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Finding, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts.quotes import first, pairs
from diagnostics.findings import log_lines, permission_fixes, wording
from diagnostics.patterns import compiled
from diagnostics.transcript import places

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="permission-denied",
    title="A file permission or a read-only file system stops it",
    category=Category.STORAGE,
    claims=frozenset({ClaimType.ACCESS_DENIED, ClaimType.TOO_OPEN, ClaimType.READ_ONLY}),
)

_PATH: Final = compiled(r"""(?:^|[\s'"`(=])(/[^\s'"`:,;)]+)""")

_OF_FILES: Final = compiled(
    r"(?i)\b(?:files?|director(?:y|ies)|folders?|database|store|storage|data|writ(?:e|ing)|mkdir)\b"
)
"""Words of a refusal that is one of files: then it is about the claim, where there is one only."""
_NOT_PERMITTED: Final = compiled(r"(?i)\boperation not permitted\b|\bEPERM\b")
"""Another refusal than EACCES: no owner's bits are in the way, but a right of the process."""
_ABOVE: Final = 5
"""Lines above a refusal without a path in which the program may tell what it is about to use (ours)."""
_AT_IT: Final = compiled(r"(?i)\b(?:creat|open|writ|load|us|initiali[sz]|prepar|mak)(?:e|es|ing|ed)?\b|\bmkdir\b")
"""Words of a program that is about to use a directory or a file."""


def check(case: Case) -> Finding | None:
    """Return the finding when the dying output says that a path may not be used."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    line = log_lines.words(case, hit)
    path = next((hit.names[key] for key in ("path", "path2", "file", "dst") if hit.names.get(key)), "")
    path = "" if path and places.is_source(line[line.find(path) :]) else path
    path = path or _path(line) or _wrapped(case, hit) or _told_before(case, hit)
    inferred = claims.only_claim(case) if not path and _OF_FILES.search(line[:2000]) is not None else None
    path = inferred.mount if inferred is not None else path
    frozen = hit.type is ClaimType.READ_ONLY or "read-only file system" in hit.quote.lower()
    found = claims.file(case, path) if "/" in path else None
    facts = _context(case, case.suspect)
    sure = log_lines.agrees(case, hit) and (inferred is None or frozen)
    refused = permission_fixes.Refusal(
        path=path,
        place=_place(path, line) if inferred is None else path,
        line=line,
        claim=hit.type,
        frozen=frozen,
        found=found,
    )
    turned = permission_fixes.turned(case, case.suspect, refused)
    closing = permission_fixes.closed_by(case, path) if hit.type is ClaimType.TOO_OPEN else None
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} {_told(refused)} ({log_lines.how(case)}): "
        f"{_why(case, case.suspect, refused)}",
        evidence=first(
            (*log_lines.said(case, hit), *log_lines.ended(case), *(found.evidence if found else ()), *facts)
        ),
        container=case.suspect.name,
        facts={"path": path, "volume": found.volume if found else ""},
        remedy=permission_fixes.remedy(case, case.suspect, refused),
        fault=Fault.TEMPLATE if closing is None and not turned else Fault.POD_STATE,
        fault_names=_names(case.suspect, found, path),
    )


def ruled_out(case: Case) -> str:
    """Return why a refusal in the log does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _told(refused: permission_fixes.Refusal) -> str:
    """Return what may not be used, and where it lies."""
    what = refused.path or "what it needs"
    verb = f"refuses {what}" if refused.claim is ClaimType.TOO_OPEN else f"may not use {what}"
    found = refused.found
    if found is None or not found.volume:
        return verb
    if found.kind == "PersistentVolumeClaim":
        return f"{verb} on claim {found.name}{f' ({found.storage} {found.backing})' if found.backing else ''}"
    return f"{verb} in volume {found.volume}{f' ({found.kind})' if found.kind else ''}"


def _why(case: Case, suspect: Container, refused: permission_fixes.Refusal) -> str:
    """Return why, with as whom it runs: the proving numbers."""
    if permission_fixes.turned(case, suspect, refused):
        return "its file system was made read-only underneath, for nothing in the spec does it"
    if refused.frozen:
        return "it is on a read-only file system"
    if refused.claim is ClaimType.TOO_OPEN:
        return "others than its owner may use it"
    who = permission_fixes.identity(case, suspect).words
    said = "operation not permitted" if _NOT_PERMITTED.search(refused.line[:2000]) is not None else "permission denied"
    return f"{said}{' ' if who.startswith('as ') else ', ' if who else ''}{who}"


def _names(suspect: Container, found: claims.File | None, path: str) -> tuple[str, ...]:
    names = (path, found.volume if found else "", fields.text(suspect.spec, "image"))
    return tuple(item for item in (*names, "securityContext", "readOnlyRootFilesystem", "runAsUser", "fsGroup") if item)


def _context(case: Case, suspect: Container) -> list[Evidence]:
    """Return what the securityContexts say, as quotes."""
    found = []
    context = fields.at(suspect.spec, "securityContext")
    frozen = (
        fields.table(context).get("readOnlyRootFilesystem") is True
    )  # one that may be written to speaks for nothing
    own = pairs(context, "runAsUser", "runAsNonRoot", *(("readOnlyRootFilesystem",) if frozen else ()))
    whole = pairs(fields.at(case.pod, "spec", "securityContext"), "runAsUser", "runAsGroup", "fsGroup")
    if own:
        found.append(Evidence(source="pod", path=f"{suspect.spec_path}.securityContext", quote=own))
    if whole:
        found.append(Evidence(source="pod", path="spec.securityContext", quote=whole))
    return found


def _path(line: str) -> str:
    """Return the path that the line names, when the signature caught none."""
    text = line[:2000]
    told = (str(found.group(1)) for found in _PATH.finditer(text) if not places.is_source(text[found.start(1) :]))
    return next(told, "")


def _told_before(case: Case, hit: Claim) -> str:
    """Return the path that the nearest line above tells the program to be at, where the refusal names none."""
    above = range(hit.line - 1, max(-1, hit.line - 1 - _ABOVE), -1)
    lines = (case.transcript.lines[line][:2000] for line in above)
    return next((path for line in lines if _AT_IT.search(line) is not None and (path := _path(line))), "")


def _wrapped(case: Case, hit: Claim) -> str:
    """Return the path that the nearest wrapper of the refusal names: anyhow and eyre print a cause a line."""
    crash = next((item for item in case.transcript.crashes if item.first <= hit.line < item.end), None)
    outer = () if crash is None else (said for said in reversed(crash.chain) if said.line < hit.line)
    return next((path for said in outer if (path := _path(said.message))), "")


def _place(path: str, line: str) -> str:
    """Return the directory to make writable: the one that could not be made, else the one that the file lies in."""
    made = "mkdir" in line or "directory" in line
    return path if made else path.rpartition("/")[0] or path


EXAMPLES: Final = (
    Example(
        title="it may not write, in its own words",
        hit=True,
        status={"state": terminated(1)},
        log="Error: could not write to /opt/app/engines, please check its permissions.",
    ),
    Example(
        title="the root file system is read-only",
        hit=True,
        status={"state": terminated(1)},
        container={"securityContext": {"readOnlyRootFilesystem": True}},
        log="mkdir: can't create directory '/var/data': Read-only file system",
    ),
    Example(
        title="a volume that belongs to another user",
        hit=True,
        status={"state": terminated(1)},
        log="PermissionError: [Errno 13] Permission denied: '/data/index'",
    ),
    Example(
        title="a child says it, and its parent only passes its exit status on",
        hit=True,
        status={"state": terminated(1)},
        log='{"level":"info","msg":"store: error: data directory \\"/data/pg\\" has wrong ownership"}\n'
        '{"level":"info","msg":"store: removing data directory \\"/data/pg\\""}\n'
        '{"level":"error","msg":"while creating the store","error":"exit status 1"}',
    ),
    Example(
        title="an optional file could not be read, the program died of something else",
        hit=False,
        status={"state": terminated(1)},
        log="WARN open /root/.cache: permission denied, caching is off\nlistening on :8080\n"
        "panic: runtime error: index out of range [1] with length 1",
        also=("app-crash",),
    ),
)
