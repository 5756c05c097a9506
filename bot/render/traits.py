"""Pure: what is to be compared of failing workloads, so that what they have in common can be said once."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is compared. Each is a text as it was found, empty where it is not known or differs within the workload."""

    told: str = ""
    """The specific verdict with its value."""
    do: str = ""
    """What to do, one sentence."""
    change: str = ""
    """What changed before it began."""
    image: str = ""
    node: str = ""

    def to_json(self) -> str:
        """Return it as the store keeps it: without what is empty."""
        return json.dumps({name: text for name, text in asdict(self).items() if text})

    @classmethod
    def from_json(cls, text: str) -> Traits:
        """Return what the store kept; what a later release wrote beside it is not looked at."""
        kept = json.loads(text) if text else {}
        return cls(**{field.name: kept[field.name] for field in fields(cls) if field.name in kept})


NO_TRAITS = Traits()
"""What is known of a workload that nobody has looked at yet."""


def shared(several: Iterable[Traits]) -> Traits:
    """Return the traits that are the same in all; of a single workload nothing is shared."""
    given = list(several)
    if len(given) < 2:
        return NO_TRAITS
    names = [field.name for field in fields(Traits)]
    found = {name: {getattr(one, name) for one in given} for name in names}
    return Traits(**{name: texts.pop() for name, texts in found.items() if len(texts) == 1})
