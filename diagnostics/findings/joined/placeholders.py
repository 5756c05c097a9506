"""A placeholder of a chart or example that nobody replaced, where the failing client has its address or login from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from diagnostics import fields, traits
from diagnostics.claims import alike
from diagnostics.claims.groups import SETTINGS, WAITING
from diagnostics.claims.identifiers import IdentifierKind
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.findings.commands import durable, kubectl, subject
from diagnostics.findings.joined.model import Joined
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.findings.joined.model import Said

PRINTED: Final = 200
"""Newest lines in which the program may print what it was given."""
LOOKED: Final = 2000
"""Characters of a line that are looked at."""
_ADDRESSES: Final = compiled(
    r"(?i)host|ur[il]|addr|endpoint|server|dsn|broker|node|peer|domain|upstream|connection|bucket"
)
_PROVES: Final = compiled(r"(?i)pass|pwd|secret|token|cred|key|dsn|user|auth|login|ur[il]")
"""Names of variables that hold an address, and of those that hold what a program proves itself with."""


class _Held(NamedTuple):
    """A setting with a placeholder: its name, where it is given, the quote."""

    name: str
    where: str
    said: Evidence


def look(case: Case, said: Said) -> Joined | None:
    """Return the placeholder that the line means: it shows it, names its setting, or fails at that kind of thing."""
    suspect = case.suspect
    if suspect is None or said.claim is None:
        return None
    held = [*_variables(case, suspect), *_arguments(suspect)]
    if not held:
        return None
    shows = traits.placeholder(said.text) or any(traits.placeholder(value) for value in said.claim.names.values())
    meant = _named(case, said, held) or (_by_kind(said, held) if not shows else _by_kind(said, held) or held)
    if not meant:
        return None
    name, where, _ = meant[0]
    names = " and ".join(item[0] for item in meant[:3])
    several = len(meant) > 1
    text = (
        f"Replace the placeholder{'s' if several else ''} in {names} ({where}) by the real"
        f" value{'s' if several else ''}: {'they stand' if several else 'it stands'} there as the chart or example had"
        f" {'them' if several else 'it'}, and nothing else is wrong with what it tries to reach."
    )
    return Joined(
        because=f"{names} still {'hold placeholders' if several else 'holds a placeholder'}",
        evidence=(*_printed(case), *(item.said for item in meant[:3])),
        remedy=Remedy(text=text + durable(case), commands=_change(case, suspect, meant[0])),
        claim=ClaimType.SETTING_INVALID,
        names={"flag": name} if name.startswith("-") else {"var": name},
        certain=shows,
        fault=Fault.TEMPLATE,
        fault_names=tuple(item[0] for item in meant),
    )


def _printed(case: Case) -> tuple[Evidence, ...]:
    """Return the newest line in which the program itself prints a placeholder."""
    lines = case.transcript.lines
    newest = range(len(lines) - 1, max(-1, len(lines) - 1 - PRINTED), -1)
    found = next((line for line in newest if traits.placeholder(lines[line][:LOOKED])), None)
    return () if found is None else (case.quote(found),)


def _change(case: Case, suspect: Container, held: _Held) -> tuple[str, ...]:
    name, where, _ = held
    if where.startswith("ConfigMap "):
        return (kubectl(case.namespace, "edit", "configmap", where.split()[1].rstrip(",")),)
    if name.startswith("-"):
        return (kubectl(case.namespace, "edit", subject(case)),)
    return (kubectl(case.namespace, "set", "env", subject(case), "-c", suspect.name, f"{name}=<value>"),)


def _named(case: Case, said: Said, held: list[_Held]) -> list[_Held]:
    """Return the settings that the line names, in its own spelling or by their words."""
    told = {*said.names(IdentifierKind.VARIABLE, IdentifierKind.OPTION, IdentifierKind.SETTING)}
    told |= set(said.claim.names.values()) if said.claim is not None else set()
    like = alike.variables(case, said.text) if said.claims(*SETTINGS) else ()
    return [item for item in held if item[0] in told or item[0] in like]


def _by_kind(said: Said, held: list[_Held]) -> list[_Held]:
    """Return the settings of the kind that the line fails at: an address that is not found, a login that is refused."""
    if said.claims(*(WAITING - {ClaimType.EXHAUSTED})):
        return [item for item in held if _ADDRESSES.search(item[0]) is not None]
    if said.claims(ClaimType.CREDENTIALS_REFUSED, ClaimType.RIGHT_DENIED):
        return [item for item in held if _PROVES.search(item[0]) is not None]
    return []


def _variables(case: Case, suspect: Container) -> Iterator[_Held]:
    for entry in fields.items(suspect.spec, "env"):
        name = fields.text(entry, "name")
        ref = fields.table(entry, "valueFrom", "configMapKeyRef")
        path = f"{suspect.spec_path}.env[{name}]"
        if ref and _in_configmap(case, fields.text(ref, "name"), fields.text(ref, "key")):
            yield _from_configmap(case, name, fields.text(ref, "name"), fields.text(ref, "key"))
        elif "placeholder" in fields.strings(entry, "facts", "traits"):
            quote = f"name={name} (its value is a placeholder)"
            yield _Held(name, f"env of {suspect.name}", Evidence(source="pod", path=path, quote=quote))
    for source in fields.items(suspect.spec, "envFrom"):
        owner, prefix = fields.text(source, "configMapRef", "name"), fields.text(source, "prefix")
        for key in fields.table(case.snapshot.one("ConfigMap", case.namespace, owner), "facts") if owner else ():
            if _in_configmap(case, owner, key):
                yield _from_configmap(case, prefix + key, owner, key)


def _from_configmap(case: Case, name: str, owner: str, key: str) -> _Held:
    said = Evidence(
        source="configmap", path=f"{case.namespace}/{owner} data", quote=f"{key} (its value is a placeholder)"
    )
    return _Held(name, f"ConfigMap {owner}, key {key}", said)


def _in_configmap(case: Case, owner: str, key: str) -> bool:
    found = case.snapshot.one("ConfigMap", case.namespace, owner)
    return "placeholder" in fields.strings(fields.at(found, "facts", key), "traits")


def _arguments(suspect: Container) -> Iterator[_Held]:
    for part in ("command", "args"):
        words = fields.strings(suspect.spec, part)
        for index, word in enumerate(words):
            option, joined, value = word[:2000].partition("=")
            if not (joined and option.startswith("-")):
                option, value = (
                    (words[index - 1] if index and words[index - 1].startswith("-") else f"{part}[{index}]"),
                    word,
                )
            if " " not in value.strip() and traits.placeholder(value):
                said = Evidence(source="pod", path=f"{suspect.spec_path}.{part}[{index}]", quote=word[:200])
                yield _Held(option, f"{part}[{index}]", said)
