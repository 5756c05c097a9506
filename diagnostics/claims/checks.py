"""Claims held against the live objects: supported, silent, or contradicted. What is contradicted is never confirmed.

A program may print what is not so: an old message, a guess, a moment that is over. The objects are asked for each type
of claim that they can answer; for any other they are silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import mounted, named
from diagnostics.claims.claim import Support
from diagnostics.claims.gathering import NAMING
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim

RAN_S: Final = 60.0
"""Seconds that no program lives whose image cannot run on the node, or whose command is not there."""

_ASKED_FOR: Final = compiled(r"(?i)\b(?:required|missing|not (?:set|given|provided|specified)|must be (?:set|given))\b")
"""Words of who asks for an option."""
_NOTHING: Final = compiled(r"(?i)\bempty\b|\bblank\b|\bnot set\b|\bmissing\b|\bunset\b|no value")
_NO_NUMBER: Final = compiled(
    r"(?i)not an? (?:valid )?(?:number|int\w*|digit|port)|non-numeric|must be (?:an? )?(?:number|int\w*)"
)
_NUMBERS: Final = frozenset({"integer", "number", "port", "numeric"})
"""Traits that ``strip`` keeps of a value that is a number."""


@dataclass(frozen=True, slots=True)
class Check:
    """What the objects say of a claim; ``because`` is a clause and ``evidence`` its quotes."""

    support: Support
    because: str = ""
    evidence: tuple[Evidence, ...] = ()


SILENT: Final = Check(Support.SILENT)


def checked(case: Case, claim: Claim) -> Check:
    """Return what the objects say of the claim."""
    match claim.type:
        case ClaimType.SETTING_MISSING | ClaimType.SETTING_INVALID | ClaimType.SETTING_UNKNOWN:
            return _setting(case, claim)
        case ClaimType.FILE_MISSING:
            return _file(case, claim)
        case ClaimType.READ_ONLY:
            return _writable(case, claim)
        case ClaimType.ACCESS_DENIED:
            return _as_root(case, claim)
        case ClaimType.WRONG_ARCHITECTURE | ClaimType.COMMAND_MISSING:
            return _ran(case)
        case _:
            return SILENT


def _setting(case: Case, claim: Claim) -> Check:
    name = next((claim.names[key] for key in NAMING if claim.names.get(key)), "")
    if not name or claim.names.get("lack"):
        return SILENT
    found = named.variable(case, name)
    # A pattern for options that are not known also catches one that is asked for: the words decide which it is.
    asked = name.startswith("-") and _ASKED_FOR.search(claim.quote[:2000]) is not None
    if claim.type is ClaimType.SETTING_MISSING or asked:
        return _missing(case, name, found)
    return SILENT if claim.type is ClaimType.SETTING_UNKNOWN else _invalid(claim, name, found)


def _missing(case: Case, name: str, found: named.Variable) -> Check:
    """Compare "NAME is not set" with the container's environment and arguments."""
    if found.state is named.State.PRESENT:
        origin = f"{found.origin} sets" if found.origin else "the spec sets"
        return Check(Support.CONTRADICTED, f"{origin} {name}", found.evidence)
    given = mounted.option(case, name)
    if given:
        return Check(Support.CONTRADICTED, f"the arguments give {name}", given)
    missing = found.state in (named.State.ABSENT, named.State.EMPTY, named.State.DANGLING)
    return Check(Support.SUPPORTED, "", found.evidence) if missing else SILENT


def _invalid(claim: Claim, name: str, found: named.Variable) -> Check:
    """Compare "NAME is empty" and "NAME is no number" with what is known of the value."""
    if found.state is not named.State.PRESENT:
        return SILENT
    said = claim.quote[:2000]
    numeric = _NO_NUMBER.search(said) is not None and bool(_NUMBERS & set(found.traits))
    if numeric or (_NOTHING.search(said) is not None and not found.origin):
        return Check(
            Support.CONTRADICTED, f"the spec gives {name} {'a number' if numeric else 'a value'}", found.evidence
        )
    return Check(Support.SUPPORTED, "", found.evidence)


def _file(case: Case, claim: Claim) -> Check:
    path = next((claim.names[key] for key in ("path", "file") if claim.names.get(key, "").startswith("/")), "")
    found = named.file(case, path) if path else None
    if found is None or not found.kind:
        return SILENT
    if found.state is named.State.PRESENT and found.key:
        return Check(Support.CONTRADICTED, f"{found.kind} {found.name} brings {path}", found.evidence)
    return Check(Support.SUPPORTED, "", found.evidence) if found.state is named.State.ABSENT else SILENT


def _writable(case: Case, claim: Claim) -> Check:
    path = claim.names.get("path", "")
    suspect = case.suspect
    found = named.file(case, path) if path.startswith("/") else None
    if suspect is None or found is None:
        return SILENT
    frozen = fields.flag(suspect.spec, "securityContext", "readOnlyRootFilesystem")
    if found.read_only or (frozen and not found.volume):
        return Check(Support.SUPPORTED, "", found.evidence)
    if found.kind == "emptyDir" or (not found.volume and not frozen):
        return Check(Support.CONTRADICTED, f"nothing makes {path} read-only", found.evidence)
    return SILENT


def _as_root(case: Case, claim: Claim) -> Check:
    path = claim.names.get("path", "")
    suspect = case.suspect
    found = named.file(case, path) if path.startswith("/") else None
    if suspect is None or found is None:
        return SILENT
    user = fields.whole(suspect.spec, "securityContext", "runAsUser")
    user = fields.whole(case.pod, "spec", "securityContext", "runAsUser") if user is None else user
    if user == 0 and found.kind == "emptyDir":
        said = Evidence(source="pod", path=f"{suspect.spec_path}.securityContext", quote="runAsUser=0")
        return Check(Support.CONTRADICTED, f"it runs as root, and {path} lies on an emptyDir", (*found.evidence, said))
    return SILENT


def _ran(case: Case) -> Check:
    end = case.ended
    lived = end.lifetime_s if end is not None else None
    if lived is None or lived <= RAN_S:
        return SILENT
    return Check(Support.CONTRADICTED, f"it ran for {lived:.0f} s")
