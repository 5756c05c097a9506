"""Whether an image came with the trouble: what a program does since its new version is that version's doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diagnostics import fields
from diagnostics.facts import images
from diagnostics.facts.workloads import changes, onset, revisions

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Object


@dataclass(frozen=True, slots=True)
class Version:
    """The image that runs now, and the one of the revision before."""

    now: str
    before: str
    alone: bool
    """Whether the rollout changed nothing else: then it is the version that does it."""

    @property
    def told(self) -> str:
        """The change as a person says it: by the tags alone where the image is the same."""
        now, before = self.now, self.before
        if images.repository(now) == images.repository(before) and _tag(now) and _tag(before):
            now, before = _tag(now), _tag(before)
        if self.alone:
            what = "version" if now != self.now else "image"
            return f"{what} {now} does this, the revision before ran {before}"
        return f"it came with the rollout from {before} to {now}"


def brought(case: Case, container: Container) -> Version | None:
    """Return the change of image that the failing revision brought; None where the crashing did not begin with it."""
    found = None if case.pod is None else changes.rollout(case.workload, case.pod, case.all_events)
    if found is None:
        return None
    if not onset.began_with(found, case):
        return None
    kind = "initContainers" if container.spec_path.startswith("spec.initContainers") else "containers"
    holders = {
        fields.text(item, "name"): fields.text(item, "image")
        for item in fields.items(found.before.template, "spec", kind)
    }
    before, now = holders.get(container.name, ""), fields.text(container.spec, "image")
    alone = _rest(found.failing.template) == _rest(found.before.template)
    return Version(now, before, alone) if before and now and before != now else None


def _rest(template: Object) -> dict[str, Any]:
    """Return what a revision's template runs, without its images: labels tell the version of a chart, too."""
    spec = dict(fields.table(revisions.stripped_template(template, keep_restart=False), "spec"))
    for kind in ("containers", "initContainers"):
        spec[kind] = [
            {key: value for key, value in item.items() if key != "image"} for item in fields.items(spec, kind)
        ]
    return spec


def _tag(image: str) -> str:
    head, colon, tag = image.partition("@")[0].rpartition(":")
    return tag if head and colon and "/" not in tag else ""
