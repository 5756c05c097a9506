"""Whether an image came with the trouble: what a program does since its new version is that version's doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diagnostics import fields
from diagnostics.facts import images
from diagnostics.facts.workloads import changes, revisions

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Object


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
    """Return the image that came with the failing revision, and came alone; None where it crashed before, too."""
    found = None if case.pod is None else changes.rollout(case.workload, case.pod, case.all_events)
    if found is None:
        return None
    if found.at is not None and case.first_crash is not None and case.first_crash < found.at - changes.BORN_WITH:
        return None
    if _rest(found.failing.template) != _rest(found.before.template):
        return None  # what else the rollout changed may as well be it
    kind = "initContainers" if container.spec_path.startswith("spec.initContainers") else "containers"
    holders = {
        fields.text(item, "name"): fields.text(item, "image")
        for item in fields.items(found.before.template, "spec", kind)
    }
    before, now = holders.get(container.name, ""), fields.text(container.spec, "image")
    return Version(now, before) if before and now and before != now else None


def _rest(template: Object) -> dict[str, Any]:
    """Return a revision's template without what a restart writes and without its images."""
    whole = revisions.stripped_template(template, keep_restart=False)
    spec = dict(fields.table(whole, "spec"))
    for kind in ("containers", "initContainers"):
        spec[kind] = [{key: value for key, value in item.items() if key != "image"} for item in fields.items(spec, kind)]
    return {**whole, "spec": spec}


def _tag(image: str) -> str:
    head, colon, tag = image.partition("@")[0].rpartition(":")
    return tag if head and colon and "/" not in tag else ""
