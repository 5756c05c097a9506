"""What a complaint that names nothing can only mean here: the one URL without a scheme, the one file of a format.

A parser tells line and column and seldom the file; a URL's parser tells the value, which a snapshot does not hold.
Where the pod has a single variable or key that fits, it is likely the one; where it has several, none is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from diagnostics import fields
from diagnostics.diagnosis import Evidence
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case

LOOKED: Final = 4000
"""Characters of a text that are read."""

_SCHEMELESS: Final = compiled(
    r"(?i)\binvalid (?:base |redirect )?UR[LI]\b|\bERR_INVALID_URL\b|\bno scheme supplied|\bMissingSchema\b"
    r"|\bunsupported protocol scheme|\bmissing (?:protocol|url) scheme|\brelative URL without a base"
    r"|\bURI is not absolute|\bno protocol: |\bmust be an absolute URL|\bonly absolute URLs|\bbad URI"
)
"""Words of URL parsers (Node, Python, Go, Rust, Java, .NET, Ruby) for an address that lacks its scheme."""

_ADDRESS: Final = compiled(r"(?:^|_)(?:URL|URI|ENDPOINT|BASE|ORIGIN|SERVER|HOST|ADDR|ADDRESS|WEBHOOK)S?$")
"""Last words of the names of variables that hold an address."""

_FORMATS: Final = (
    (compiled(r"(?i)toml"), ("toml",)),
    (compiled(r"(?i)json"), ("json",)),
    (
        compiled(r"(?i)ya?ml|<block |block mapping|flow mapping|did not find expected|mapping values are not"),
        ("yaml", "yml"),
    ),
    (compiled(r"(?i)xml|\bSAX|not well-formed|in prolog"), ("xml",)),
    (compiled(r"(?i)\bini\b|configparser|MissingSectionHeader|no section headers"), ("ini", "cfg", "conf")),
    (compiled(r"(?i)properties|malformed \\?\\uxxxx"), ("properties",)),
    (compiled(r"(?i)\bhcl\b"), ("hcl", "tf")),
)
"""What a parser's words or types say of the format, and how its files end."""


class Key(NamedTuple):
    """A key of a ConfigMap that is a file of the container."""

    path: str
    owner: str
    key: str


def address(case: Case, text: str) -> tuple[str, tuple[Evidence, ...]]:
    """Return the variable whose value lacks a scheme, when the text complains of that and only one can be meant."""
    suspect = case.suspect
    if suspect is None or _SCHEMELESS.search(text[:LOOKED]) is None:
        return "", ()
    found = []
    for entry in fields.items(suspect.spec, "env"):
        facts = fields.table(entry, "facts")
        name, traits = fields.text(entry, "name"), fields.strings(facts, "traits")
        if (
            facts
            and not fields.flag(facts, "empty")
            and "url" not in traits
            and _ADDRESS.search(name[:200]) is not None
        ):
            found.append(name)
    if len(found) != 1:
        return "", ()
    path = f"{suspect.spec_path}.env[{found[0]}]"
    return found[0], (Evidence(source="pod", path=path, quote=f"name={found[0]}"),)


def file(case: Case, text: str) -> Key | None:
    """Return the key whose file the text's parser read: the only one of its format, or the only one there is."""
    keys = list(dict.fromkeys(_keys(case)))
    endings = next((ends for words, ends in _FORMATS if words.search(text[:LOOKED]) is not None), ())
    fitting = [item for item in keys if item.path.rpartition(".")[2].lower() in endings]
    if len(fitting) == 1:
        return fitting[0]
    return keys[0] if not fitting and len(keys) == 1 else None


def _keys(case: Case) -> Iterator[Key]:
    """Yield the keys of ConfigMaps that the suspect has as files."""
    if case.suspect is None:
        return
    volumes = {fields.text(entry, "name"): entry for entry in fields.items(case.pod, "spec", "volumes")}
    for mount in fields.items(case.suspect.spec, "volumeMounts"):
        volume = volumes.get(fields.text(mount, "name"), {})
        sources = [volume, *fields.items(volume, "projected", "sources")]
        for owner, source in ((fields.text(item, "configMap", "name"), item) for item in sources):
            if not owner:
                continue
            at, sub = fields.text(mount, "mountPath").rstrip("/"), fields.text(mount, "subPath")
            renamed = {
                fields.text(item, "path"): fields.text(item, "key")
                for item in fields.items(source, "configMap", "items")
            }
            held = fields.table(case.snapshot.one("ConfigMap", case.namespace, owner), "data")
            for inner, key in (renamed or {key: key for key in held}).items():
                if not sub:
                    yield Key(f"{at}/{inner}", owner, key)
                elif sub == inner:
                    yield Key(at, owner, key)
