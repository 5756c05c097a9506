"""The data was written by another version of the program than the one that runs now, and this one refuses it.

What it means
    Data of an older version needs an upgrade that this version does not do by itself; data of a newer version cannot be
    read at all. Every start ends the same way, and nothing is wrong with the data as such.

How it is decided
    By a line of the dying output that compares versions: "initialized by version 15, not compatible with 17", a
    downgrade that is refused, a format or revision that is not known. The two versions give the direction, and an
    earlier revision whose image has the version of the data is named as the one that wrote it.

What it is confused with
    A lock or a migration that stopped half-way (stale-state): there the same version would go on once it is cleared.
    Damaged data (stale-state too). A table that is missing because no migration ran.

How to fix it
    Run the version that wrote the data again; then upgrade it the way its makers describe: step by step, or by a dump
    and a restore. Never delete data to make a start succeed, and take a copy before any upgrade.

How to prevent it
    Pin major versions of data stores, upgrade them on purpose and with a backup, and let a rollback of the program go
    together with one of its schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Clause, Fault, Finding, Premise, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts import images
from diagnostics.facts.quotes import first, of_image
from diagnostics.findings import data_versions, line_fixes, log_lines, wording
from diagnostics.findings.commands import durable, kubectl, new_pod, set_image, subject
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.findings.data_versions import Comparison, Writer

CAUSE: Final = Cause(
    id="incompatible-data",
    title="Its data was written by another version",
    category=Category.STORAGE,
    claims=frozenset({ClaimType.DATA_VERSION}),
)

_TOOLS: Final = (
    (
        compiled(r"(?i)files are incompatible with server|initiali[sz]ed by postgres|\bPG_VERSION\b"),
        "move the data with pg_upgrade, or with pg_dump and a restore",
    ),
    (
        compiled(r"(?i)\b(?:mysql|mariadb) server\b|\[InnoDB\]|\[Server\]"),
        "upgrade it release by release, with a backup before each",
    ),
)
"""How data of another version is brought over, by what the words are of."""

_NEAR: Final = 6
"""Lines around the leading one on which the versions may stand."""


def check(case: Case) -> Finding | None:
    """Return the finding when the dying output says that the data is of another version."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    compared = data_versions.compared(_near(case, hit))
    writer = data_versions.writer(case, case.suspect, compared)
    path = next((hit.names[key] for key in ("path", "file", "dir") if hit.names.get(key, "").startswith("/")), "")
    held = claims.file(case, path) if path else claims.only_claim(case)
    lies = held is not None and bool(held.kind)
    dies = held is not None and held.kind == "emptyDir"
    sure = log_lines.agrees(case, hit) and bool(compared.found and compared.wanted)
    image = fields.text(case.suspect.spec, "image")
    where = f" on {held.kind} {held.name}".rstrip() if held is not None and lies and not dies else ""
    ran, writer = (writer, None) if writer is not None and writer.ran else (None, writer)
    wrote = f"; revision {writer.revision} has {writer.image}" if writer is not None else ""
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=(
            f"{wording.begin(log_lines.who(case))} refuses its data{where} ({log_lines.how(case)}): "
            f"{_versions(case, hit, compared)}{wrote}"
        ),
        evidence=first(
            (
                *log_lines.said(case, hit),
                *log_lines.ended(case),
                *of_image(case.suspect),
                *(held.evidence if held else ()),
            )
        ),
        container=case.suspect.name,
        facts={
            "data_version": compared.found,
            "program_version": compared.wanted,
            "direction": str(compared.direction),
            "written_by": writer.image if writer is not None else "",
            "ran_until": ran.image if ran is not None else "",
        },
        remedy=_remedy(case, hit, compared, writer or ran, dies=dies),
        fault=Fault.POD_STATE if dies else Fault.TEMPLATE if writer is not None else Fault.KEPT_STATE,
        fault_names=(image,) if image and writer is not None else (),
    )


def ruled_out(case: Case) -> str:
    """Return why a line about versions of data does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _versions(case: Case, hit: Claim, compared: Comparison) -> str:
    """Return what is known of the versions; where the log names none, its own words say the most."""
    known = compared.wanted or (compared.found and compared.direction is not data_versions.Direction.OTHER)
    return compared.sentence if known else wording.tail(log_lines.words(case, hit))


def _near(case: Case, hit: Claim) -> list[str]:
    """Return the leading line, then those around it: a server tells the versions on a line of their own."""
    around = range(max(0, hit.line - _NEAR), min(len(case.transcript.lines), hit.line + _NEAR + 1))
    return [log_lines.words(case, hit), *(case.transcript.lines[index] for index in around if index != hit.line)]


def _set_to(case: Case, compared: Comparison) -> tuple[str, ...]:
    """Return the command that sets the image to the version that wrote the data, where that is the server's own."""
    repository = "" if case.suspect is None else images.repository(fields.text(case.suspect.spec, "image"))
    if case.suspect is None or not compared.servers or not repository:
        return ()
    return set_image(case, case.suspect, f"{repository}:<tag of {compared.found}>")


_SET_UP: Final = (
    "Run the set-up or migration of this release to its end (its own command, or the Job or init container of the chart"
    " that does it) against the store that the program is set to: its schema was never brought up, so that no version"
    " has to be gone back to. If such a Job ran, its log says why it stopped; check too that this is the store"
    " which was"
    " meant."
)
_BEHIND: Final = (
    "Bring the schema up to this release: run its schema update to the end (its own command, or the Job or init"
    " container"
    " of the chart that does it), after a backup. Until then the release before runs with it as it is."
)
"""What to do about a schema that is older than the program wants: no other version has to be gone back to."""
_UNTOLD: Final = (
    "Nothing that was read tells which of the two is older: see at which version the data are (the tool's own"
    " command, or"
    " its makers' notes). If they are older than the program wants, let it upgrade them as its makers describe, after a"
    " copy; if they are newer, run the release that wrote them."
)
"""What is left to say where neither line nor revision tells that another version wrote the data."""


def _remedy(case: Case, hit: Claim, compared: Comparison, writer: Writer | None, *, dies: bool) -> Remedy:
    if compared.direction is data_versions.Direction.NONE:
        jobs = kubectl(case.namespace, "get", "jobs,pods")
        return Remedy(text=_SET_UP + durable(case), commands=(jobs,))
    if dies:
        return Remedy(
            text="Make a new pod: the data lies in its emptyDir, which then starts empty.", commands=(new_pod(case),)
        )
    floats = case.suspect is not None and line_fixes.floating(fields.text(case.suspect.spec, "image"))
    told_way = writer is not None or compared.found or compared.direction is data_versions.Direction.NEWER
    if case.suspect is not None and floats and not told_way:
        return line_fixes.pinned(case, case.suspect, claims.only_claim(case))
    look = (() if writer is not None else _set_to(case, compared)) or (
        kubectl(case.namespace, "get", subject(case), "-o", "yaml"),
    )
    text, clauses = _again(case, hit, compared, writer)
    return Remedy(text=text + durable(case), commands=look, clauses=clauses)


def _again(case: Case, hit: Claim, compared: Comparison, writer: Writer | None) -> tuple[str, tuple[Clause, ...]]:
    """Return that the version which wrote the data is to run again, and what in that rests on a premise."""
    newer = compared.direction is data_versions.Direction.NEWER
    if compared.schema and compared.found and compared.direction is data_versions.Direction.OLDER:
        return _BEHIND, ()
    if writer is not None and writer.ran:
        text = (
            f"Run the version that wrote the data again: this one cannot read it. {writer.image} ran with it until the"
            " rollout, and reads it still if nothing else has written it since. Take a copy before you try."
        )
        return text, ()
    if writer is not None and newer:
        return f"Run {writer.image} again, the newer version that wrote the data: this one cannot read it.", ()
    if newer:
        text = (
            "Run the newer version that wrote the data again: this one cannot read it. Only a copy from before the"
            " upgrade, or a dump that is loaded anew, goes back to the older version."
        )
        return text, ()
    version = f" (version {compared.found})" if compared.found else ""
    back = f"Run the version that wrote the data{version} again"
    back = back if writer is None else f"Run {writer.image} again, the version that wrote the data"
    words = " ".join(_near(case, hit))[:4000]
    tool = next((told for pattern, told in _TOOLS if pattern.search(words) is not None), "")
    text = f"{back}, take a copy, {f'then {tool}' if tool else 'then upgrade it the way its makers describe'}."
    known = bool(tool) or writer is not None or compared.direction is not data_versions.Direction.OTHER
    clause = Clause(text=text, premise=Premise.OTHER_VERSION, of=compared.found, instead=_UNTOLD)
    return text, () if known else (clause,)


EXAMPLES: Final = (
    Example(
        title="a database directory of another major version",
        hit=True,
        status={"state": terminated(1)},
        log="FATAL:  database files are incompatible with server\nDETAIL:  The data directory was initialized by"
        " PostgreSQL version 15, which is not compatible with this version 17.4.",
    ),
    Example(
        title="a downgrade",
        hit=True,
        status={"state": terminated(1)},
        log="[ERROR] [MY-014060] [Server] Invalid MySQL server downgrade: Cannot downgrade from 80400 to 80300.",
    ),
    Example(
        title="a revision of the schema that the image does not know",
        hit=True,
        status={"state": terminated(255)},
        log="alembic.util.exc.CommandError: Can't locate revision identified by 'a1b2c3'",
    ),
    Example(
        title="near miss: a migration that stopped half-way",
        hit=False,
        status={"state": terminated(1)},
        log="error: Dirty database version 17. Fix and force version.",
        also=("stale-state",),
    ),
)
