"""A server that asks for a login, against what the container is given to log in with: nothing, as it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import mounted
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.findings.commands import create_secret, durable, kubectl, subject
from diagnostics.findings.joined.model import Joined
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.findings.joined.model import Said

_ASKS: Final = compiled(
    r"(?i)\b(?:requires?|need(?:s|ed)?) (?:an? )?(?:authentication|login|credentials)\b"
    r"|\bauthentication (?:is )?required\b"
    r"|\bNOAUTH\b|\bno (?:password|credentials?|auth\w*|token|user\w*) (?:was |were )?(?:supplied|given|provided"
    r"|found|sent)\b"
    r"|\bmissing (?:authentication|auth|authorization|login)\b|\bmust be (?:logged in|authenticated)\b"
    r"|\bnot (?:logged in|authenticated)\b|\bunauthenticated\b|\banonymous (?:access|user"
    r"|request)s?\b[^\n]{0,40}\b(?:denied|not|disabled)"
)
"""Words of servers to one who sent no credential at all."""
_REFUSES: Final = compiled(
    r"(?i)\b(?:wrong|invalid|incorrect|bad) (?:user|pass|cred|token|login)|28P01|password authentication failed"
)
_PROVES: Final = compiled(
    r"(?i)pass|pwd|secret|token|cred|api_?key|access_?key|auth|login|(?:^|_)user(?:name)?(?:$|_)|dsn|ur[il]"
)
"""Names that may hold a login; a URL may carry one."""
_GIVEN: Final = compiled(r"(?i)-(?:u|p)$|pass|pwd|secret|token|cred|api-?key|auth|user|://[^\s/@]+@")
"""The same among arguments."""


def look(case: Case, said: Said) -> Joined | None:
    """Return that nothing which the container is given can be a login, where the server's words ask for one."""
    suspect = case.suspect
    asks = _ASKS.search(said.text) is not None and _REFUSES.search(said.text) is None
    if suspect is None or not asks or (said.claim is not None and not _of_login(said)) or _given(case, suspect):
        return None
    names = [fields.text(entry, "name") for entry in fields.items(suspect.spec, "env")]
    told = [*fields.strings(suspect.spec, "command"), *fields.strings(suspect.spec, "args")]
    text = (
        f"Give {suspect.name} a user and a password: the server asks for a login, and {suspect.name} has no"
        " credential to"
        " show, neither variable nor argument nor Secret. Make a Secret of a user that the server knows (the first"
        " command), and hand it in by the settings that the program has for them. Or let the server take clients"
        " without a login, where only this cluster reaches it."
    )
    secret = f"{suspect.name}-login"[:253]
    shown = kubectl(case.namespace, "set", "env", subject(case), "-c", suspect.name, "--list")
    given = f"env=[{', '.join(names[:20])}]" if names else "no env"
    args = f" args=[{' '.join(told)[:200]}]" if told else ""
    return Joined(
        because=f"{suspect.name} is given no credential",
        evidence=(Evidence(source="pod", path=suspect.spec_path, quote=f"{given}{args}"),),
        remedy=Remedy(
            text=text + durable(case), commands=(create_secret(case.namespace, secret, ("username", "password")), shown)
        ),
        claim=ClaimType.CREDENTIALS_REFUSED,
        fault=Fault.TEMPLATE,
    )


def _of_login(said: Said) -> bool:
    if said.claims(ClaimType.SETTING_MISSING):
        return said.claim is not None and not said.claim.names.get("var")
    return said.claims(
        ClaimType.CREDENTIALS_REFUSED, ClaimType.RIGHT_DENIED, ClaimType.EXCEPTION, ClaimType.UNREACHABLE
    )


def _given(case: Case, suspect: Container) -> bool:
    """Whether something that the container is given may be a login."""
    for source in fields.items(suspect.spec, "envFrom"):
        name = fields.text(source, "configMapRef", "name")
        found = case.snapshot.one("ConfigMap", case.namespace, name) if name else None
        if found is None or any(_PROVES.search(key) is not None for key in fields.table(found, "data")):
            return True
    for entry in fields.items(suspect.spec, "env"):
        if fields.table(entry, "valueFrom", "secretKeyRef") or _PROVES.search(fields.text(entry, "name")) is not None:
            return True
    told = (*fields.strings(suspect.spec, "command"), *fields.strings(suspect.spec, "args"))
    if any(_GIVEN.search(word[:2000]) is not None for word in told):
        return True
    return any(kind in ("Secret", "ConfigMap") for kind, _ in mounted.owners(case))
