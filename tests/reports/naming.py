"""Names, uids and times of what is composed: the same file gives the same cluster, byte for byte."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.cluster.resources import RESOURCES

AT = datetime(2026, 11, 22, 3, 12, 0, tzinfo=UTC)
"""The moment at which every composed cluster is looked at."""

SAFE = "bcdfghjklmnpqrstvwxz2456789"
"""Letters of generated names (k8s.io/apimachinery/pkg/util/rand)."""


def ago(seconds: float) -> str:
    """Return that moment as the API writes times: whole seconds."""
    return (AT - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def ago_ns(seconds: float) -> str:
    """Return that moment as the kubelet stamps log lines: nanoseconds."""
    at = AT - timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "417Z"


def digest(*parts: Any) -> str:
    """Return 64 hexadecimal digits made of the parts."""
    return hashlib.sha256("\x00".join(str(part) for part in parts).encode()).hexdigest()


def uid(*parts: Any) -> str:
    """Return a uid made of the parts."""
    made = digest(*parts)
    return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-a{made[17:20]}-{made[20:32]}"


def suffix(length: int, *parts: Any) -> str:
    """Return a generated name's ending made of the parts."""
    number = int(digest(*parts), 16)
    letters = []
    for _ in range(length):
        number, at = divmod(number, len(SAFE))
        letters.append(SAFE[at])
    return "".join(letters)


def made(kind: str, name: str, namespace: str, age_s: float, **body: Any) -> dict[str, Any]:
    """Return an object as the API keeps it; ``metadata`` of the body is added to what every object has."""
    resource = RESOURCES.get(kind)
    metadata = {
        "name": name,
        **({"namespace": namespace} if namespace else {}),
        "uid": uid(kind, namespace, name),
        "creationTimestamp": ago(age_s),
        "resourceVersion": str(20_000 + int(digest(kind, namespace, name)[:4], 16)),
        **body.pop("metadata", {}),
    }
    return {"apiVersion": resource.api_version if resource else "v1", "kind": kind, "metadata": metadata, **body}


def owned_by(owner: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the ownerReferences of what a controller made."""
    return [
        {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]
