"""How a mounted ConfigMap's file spells the setting that a line names: otherwise, or not at all."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.gathering import NAMING
from diagnostics.claims.groups import SETTINGS
from diagnostics.claims.identifiers import IdentifierKind
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.findings import lookups
from diagnostics.findings.commands import durable, kubectl
from diagnostics.findings.joined.model import Joined
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case
    from diagnostics.findings.joined.model import Said

LEAST: Final = 5
"""Letters of a name from which one like it may be a slip: shorter ones are alike by chance."""
LONG: Final = 8
"""Letters of a name in which two may be wrong; in a shorter one a single letter may."""
_LACKS: Final = compiled(
    r"(?i)\bnot found\b|\bmissing\b|\brequired?\b|\bno (?:option|key|value|such|default)\b|\bis ?n[o']t (?:set"
    r"|defined|present)"
    r"|\bundefined\b|\bnot (?:set|defined|specified|provided|present|configured)\b|\bmust (?:be|have)\b|KeyError"
    r"|NoOption"
)
_STRANGE: Final = compiled(
    r"(?i)\bunknown\b|\bunrecogni[sz]ed\b|\bunsupported\b|\bnot (?:allowed|known|supported|recogni[sz]ed"
    r"|found in type)\b"
    r"|\bunexpected\b|\binvalid (?:key|option|field|property|keys)\b|\bno such\b|\badditional propert"
)


def look(case: Case, said: Said) -> Joined | None:
    """Return the key of a mounted file that is spelt nearly as what lacks, or that the program does not know."""
    own = said.claim is not None and said.claim.type in SETTINGS
    lacks, strange = _LACKS.search(said.text) is not None, _STRANGE.search(said.text) is not None
    if not (own or lacks or strange) or (said.claim is not None and not own):
        return None
    held = list(_files(case))
    wanted = list(_wanted(said)) if held else []
    for name in wanted:
        if strange and (place := next((item for item in held if name in item[2]), None)) is not None:
            return _unknown(case, name, place[:2])
    if not lacks:
        return None
    known = {other for _, _, names in held for other in names}
    for name in wanted:
        if name in known or name.rpartition(".")[2] in known:
            continue
        for owner, key, names in held:
            near = next((other for other in names if slip(name, other)), "")
            if near:
                return _misspelt(case, name, near, (owner, key))
    return None


def slip(name: str, other: str) -> bool:
    """Whether one is the other with a letter or two added, left out, changed or swapped."""
    if min(len(name), len(other)) < LEAST or name == other or name.lower() == other.lower():
        return name != other and name.lower() == other.lower()
    most = 2 if min(len(name), len(other)) >= LONG else 1
    if abs(len(name) - len(other)) > most:
        return False
    blocks = difflib.SequenceMatcher(None, name, other, autojunk=False).get_opcodes()
    changes = [(tag, a2 - a1, b2 - b1) for tag, a1, a2, b1, b2 in blocks if tag != "equal"]
    edits = sum(max(left, right) for _, left, right in changes)
    swapped = len(changes) == 2 and sorted(item[0] for item in changes) == ["delete", "insert"]
    return edits <= most or (swapped and edits <= 2)


def _wanted(said: Said) -> Iterator[str]:
    """Yield the settings that the line means: those of its claim first."""
    claimed = said.claim.names if said.claim is not None else {}
    own = [claimed[key] for key in NAMING if claimed.get(key) and "/" not in claimed[key]]
    told = said.names(IdentifierKind.SETTING, IdentifierKind.VARIABLE)
    yield from dict.fromkeys(name for name in (*own, *told) if len(name) >= LEAST)


def _files(case: Case) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (ConfigMap, key, names that it sets) of what the suspect reads; a ConfigMap's keys are names, too."""
    for owner in lookups.configmaps(case):
        found = case.snapshot.one("ConfigMap", case.namespace, owner)
        for key in fields.table(found, "facts"):
            names = fields.strings(fields.at(found, "facts", key), "names")
            if names:
                yield owner, key, names


def _misspelt(case: Case, name: str, near: str, place: tuple[str, str]) -> Joined:
    owner, key = place
    text = (
        f"Correct {near} to {name} in key {key} of ConfigMap {owner}: the program asks for {name}, and nothing of that"
        " name stands there. The next container start reads it. If both are settings of their own, add the one that"
        " lacks."
    )
    return Joined(
        because=f"key {key} of ConfigMap {owner} spells it {near}",
        evidence=(Evidence(source="configmap", path=f"{case.namespace}/{owner} data[{key}]", quote=near),),
        remedy=Remedy(text=text + durable(case), commands=(kubectl(case.namespace, "edit", "configmap", owner),)),
        claim=ClaimType.SETTING_MISSING,
        names={"key": name},
        fault=Fault.CONTENT,
        fault_names=(owner, name, near),
    )


def _unknown(case: Case, name: str, place: tuple[str, str]) -> Joined:
    owner, key = place
    text = (
        f"{name} stands in key {key} of ConfigMap {owner}: correct its spelling or its place among the others there, or"
        " remove it, for this version does not know it. The next container start reads it."
    )
    return Joined(
        because=f"it stands in key {key} of ConfigMap {owner}",
        known_by=f"ConfigMap {owner}",
        evidence=(Evidence(source="configmap", path=f"{case.namespace}/{owner} data[{key}]", quote=name),),
        remedy=Remedy(text=text + durable(case), commands=(kubectl(case.namespace, "edit", "configmap", owner),)),
        claim=ClaimType.SETTING_UNKNOWN,
        names={"key": name},
        fault=Fault.CONTENT,
        fault_names=(owner, name),
    )
