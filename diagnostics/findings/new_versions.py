"""Whether an image came with the trouble: what a program does since its new version is that version's doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.facts import images
from diagnostics.facts.workloads import changes

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container


@dataclass(frozen=True, slots=True)
class Version:
    """The image that runs now, and the one of the revision before."""

    now: str
    before: str

    @property
    def told(self) -> str:
        """The change as a person says it: by the tags alone where the image is the same."""
        if images.repository(self.now) == images.repository(self.before):
            now, before = _tag(self.now), _tag(self.before)
            if now and before:
                return f"version {now} does this, the revision before ran {before}"
        return f"image {self.now} does this, the revision before ran {self.before}"


def brought(case: Case, container: Container) -> Version | None:
    """Return the change of image that the failing revision brought the container, unless it crashed before that."""
    found = None if case.pod is None else changes.rollout(case.workload, case.pod, case.all_events)
    if found is None:
        return None
    if found.at is not None and case.first_crash is not None and case.first_crash < found.at - changes.BORN_WITH:
        return None
    kind = "initContainers" if container.spec_path.startswith("spec.initContainers") else "containers"
    holders = {
        fields.text(item, "name"): fields.text(item, "image")
        for item in fields.items(found.before.template, "spec", kind)
    }
    before, now = holders.get(container.name, ""), fields.text(container.spec, "image")
    return Version(now, before) if before and now and before != now else None


def _tag(image: str) -> str:
    head, colon, tag = image.partition("@")[0].rpartition(":")
    return tag if head and colon and "/" not in tag else ""
