"""What a cause declares of itself: its name, its kind, and which claims of a log are its own."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from diagnostics.claims.model import ClaimType


class Category(enum.StrEnum):
    """Where a cause lies. The members stand in the order in which they come to a reader's mind."""

    MEMORY = "memory"
    PROBE = "probe"  # probes and lifecycle hooks: the kubelet's own doing
    NODE = "node"
    OUTSIDE = "outside"  # somebody or something ended it on purpose
    CONFIGURATION = "configuration"
    DEPENDENCY = "dependency"
    IMAGE = "image"  # what the image holds, and whether it can be had
    STORAGE = "storage"  # volumes, files, and the state on them
    CLUSTER = "cluster"  # scheduler, quota, admission, API
    PROGRAM = "program"
    STATUS = "status"  # nothing fails: how things stand


FAULTS: Final = frozenset(Category) - {Category.STATUS}
"""Wherever something can be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One root cause as a reader and the engine know it. Its file says the rest."""

    id: str
    """Public contract: JSON, metrics, settings, documents."""
    title: str
    category: Category
    claims: frozenset[ClaimType] = frozenset()
    """What a log may say for it. A cause without claims is decided by what Kubernetes itself says."""
    explained_by: frozenset[str] = frozenset()
    """Ids and categories of what makes this one follow from it, when both are found in the same container."""
    fallback: bool = False
    """Right only when nothing says more: what is explained by its category is not explained by it."""

    def follows_from(self, other: Cause) -> bool:
        """Whether the other cause, found too, explains this one away."""
        named = other.id in self.explained_by
        return named or (other.category in self.explained_by and not other.fallback and other.id != self.id)
