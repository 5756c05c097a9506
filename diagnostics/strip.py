"""What never enters a snapshot: values of environment variables, Secrets and ConfigMaps.

A diagnosis needs to know that a variable is there, that it is empty, that two containers got the same value, how a
ConfigMap's file spells a setting: facts, not the value. The digest that tells equal values apart is keyed with a salt
made per collection and then thrown away.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from diagnostics import fields, traits
from diagnostics.patterns import compiled, encodable
from diagnostics.redact import REDACTED, looks_secret, redact_arguments, redact_text
from diagnostics.sanitize import bounded

if TYPE_CHECKING:
    from diagnostics.snapshot import Object

DEPTH = 60
"""Deeper nesting is dropped. Pod templates reach about 15; the API server's own objects never come near."""

COPIES = ("last-applied-configuration", "kapp.k14s.io/original", "objectset.rio.cattle.io/applied")
"""Annotations in which tools keep a copy of the whole object, values included (kubectl, kapp, Rancher)."""

SPOKEN = frozenset({"message", "note", "reason"})
"""Fields in which programs and the kubelet speak: bounded here, before they are cleaned and redacted."""

_SECRET_ANNOTATIONS = (
    *("meta.helm.sh/", "argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/"),
    *("kubernetes.io/service-account.", "reconcile.external-secrets.io/", "sealedsecrets.bitnami.com/"),
)

_REFERENCE = compiled(r"(?:^|[^$])\$\(([A-Za-z_.-][\w.-]*)\)")


def stripped(obj: Any, salt: bytes) -> Object:
    """Return the object without what must not be kept; the given one stays as it was.

    Environment entries lose ``value`` and gain ``facts`` wherever they stand (pods, templates, ControllerRevisions);
    Secrets keep their metadata; ConfigMaps keep their keys and gain ``facts`` of each: the names that its text sets,
    and traits of its value; copies of the object in annotations go; commands, arguments
    and headers of probes are redacted. Doing it twice changes nothing. Anything that is no object gives an empty one.
    """
    if not isinstance(obj, dict):
        return {}
    if obj.get("kind") == "Secret":
        return _secret(obj, salt)
    kept: Object = _walk(obj, salt, DEPTH)
    for name in ("data", "binaryData", "stringData"):
        values = kept.get(name)
        if isinstance(values, dict) and obj.get("kind") != "ControllerRevision":
            kept[name] = dict.fromkeys(values)
            if name == "data" and (told := _contents(values)):
                kept["facts"] = told
    if isinstance(kept.get("items"), list):
        kind = str(obj.get("kind", "")).removesuffix("List")
        kept["items"] = [
            stripped(item if item.get("kind") else item | {"kind": kind}, salt) for item in fields.items(obj, "items")
        ]
    return kept


def _contents(values: Object) -> Object:
    """Return facts of each text: ``{key: {"names": [...], "traits": [...]}}``, without those that have none."""
    found = {}
    for key, text in values.items():
        if isinstance(text, str) and text:
            shown = encodable(text)
            facts = {"names": traits.names(shown), "traits": traits.of(shown) if "\n" not in shown else []}
            if any(facts.values()):
                found[key] = {kind: told for kind, told in facts.items() if told}
    return found


_HEAP = compiled(
    r"-Xm[xs]\d+[kKmMgG]?\b|-XX:(?:MaxRAMPercentage=[\d.]+|MaxDirectMemorySize=\d+[kKmMgG]?)|--max-old-space-size=\d+"
)
"""Heap sizes of a runtime in a value: numbers that explain an end for memory, and no secret."""
_GOAL = compiled(r"^\d{1,12}(?:[KMG]i?)?B?$")
"""The value of GOMEMLIMIT (Go, runtime: environment variables), which is a size alone."""


def _secret(obj: Object, salt: bytes) -> Object:
    metadata = _walk(fields.table(obj, "metadata"), salt, DEPTH)
    metadata.pop("annotations", None)
    annotations = {
        key: value for key, value in fields.labels(obj, "metadata", "annotations").items() if _owner_mark(key)
    }
    if annotations:
        metadata["annotations"] = {key: redact_text(value) for key, value in annotations.items()}
    return {key: obj[key] for key in ("apiVersion", "kind", "type") if isinstance(obj.get(key), str)} | {
        "metadata": metadata
    }


def _owner_mark(key: str) -> bool:
    return key.startswith(_SECRET_ANNOTATIONS)


def _walk(item: Any, salt: bytes, depth: int) -> Any:
    if depth <= 0:
        return None
    if isinstance(item, list):
        return [_walk(entry, salt, depth - 1) for entry in item]
    if isinstance(item, dict):
        return {key: _entry(key, value, item, salt, depth - 1) for key, value in item.items()}
    return item


def _entry(key: Any, value: Any, parent: Object, salt: bytes, depth: int) -> Any:
    if isinstance(value, list):
        if key == "env":
            return _environment(value, salt, open_ended=bool(parent.get("envFrom")), depth=depth)
        if key in ("command", "args"):
            return redact_arguments(value)
        if key == "httpHeaders":
            return [_header(entry) for entry in value]
    if isinstance(value, str) and key in SPOKEN:
        return bounded(value)
    if key == "annotations" and isinstance(value, dict):
        value = {name: text for name, text in value.items() if not name.endswith(COPIES)}
    return _walk(value, salt, depth)


def _header(entry: Any) -> Any:
    if not isinstance(entry, dict) or "value" not in entry:
        return entry
    name, value = fields.text(entry, "name"), entry["value"]
    secret = looks_secret(name) or not isinstance(value, str)
    return entry | {"value": REDACTED if secret else redact_text(value)}


def _environment(entries: list[Any], salt: bytes, *, open_ended: bool, depth: int) -> list[Any]:
    known: set[str] = set()
    result = []
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        kept = {key: _walk(value, salt, depth) for key, value in entry.items() if key != "value"}
        if "value" in entry or ("facts" not in entry and not entry.get("valueFrom")):
            kept["facts"] = _facts(entry.get("value"), salt, known, open_ended=open_ended)
            if fields.text(entry, "name") == "GOMEMLIMIT" and _GOAL.search(fields.text(entry, "value")):
                kept["facts"]["heap"] = fields.text(entry, "value")
        result.append(kept)
        known.add(fields.text(entry, "name"))
    return result


def _facts(value: Any, salt: bytes, known: set[str], *, open_ended: bool) -> Object:
    text = encodable(value) if isinstance(value, str) else "" if value is None else str(value)
    said = traits.of(text)
    # With envFrom, or a Service's variables, a name may be defined without being listed.
    foreign = [match.group(1) for match in _REFERENCE.finditer(text) if match.group(1) not in known]
    dangling = [name for name in foreign if not open_ended and "_SERVICE_" not in name and "_PORT" not in name]
    if traits.templated(text) or dangling:
        said.append("unexpanded")
    digest = blake2b(text.encode(), key=salt[:64], digest_size=4).hexdigest()
    heap = [found.group(0) for found in _HEAP.finditer(text[:4000])]
    return {"empty": text == "", "traits": said, "same": digest} | ({"heap": " ".join(heap)} if heap else {})
