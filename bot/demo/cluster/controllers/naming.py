"""Names, hashes and fingerprints of pod templates, in the form that the real controllers give them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from bot.demo.cluster.wire import Object

HASH_LABEL = "pod-template-hash"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""apimachinery/pkg/util/rand: no vowels, so that no words come out."""


def canonical(template: Object, *, ignore_restart: bool = False) -> str:
    """Return a pod template as comparable text, without the hash label (and the restart annotation)."""
    template = copied(template)
    meta = template.get("metadata") or {}
    meta.pop("creationTimestamp", None)
    (meta.get("labels") or {}).pop(HASH_LABEL, None)
    if ignore_restart and meta.get("annotations"):
        meta["annotations"].pop(RESTARTED, None)
    for key in ("annotations", "labels"):
        if not meta.get(key):
            meta.pop(key, None)
    template["metadata"] = meta
    return json.dumps(template, sort_keys=True)


def template_hash(template: Object) -> str:
    """Return the hash in a ReplicaSet's or ControllerRevision's name: FNV-1a 32, safe-encoded as the real one.

    The real controllers hash a Go dump of the struct, which nothing but Go can print: same form, other value.
    """
    value = 0x811C9DC5
    for byte in canonical(template).encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return "".join(ALPHABET[ord(digit) % len(ALPHABET)] for digit in str(value))


def suffix(seed: str) -> str:
    """Return the five characters that generateName appends; the same for the same seed."""
    digest = hashlib.sha256(seed.encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:5])
