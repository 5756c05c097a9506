"""Pure: whose a workload is, by annotations and labels of its own and of its namespace.

Whoever may annotate a workload writes these, so they decide nothing that the settings do not allow: a channel counts
where OWNER_CHANNELS lets this namespace lead into it, and nobody is mentioned whom OWNER_MENTIONS does not name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model.policy import folded
from diagnostics import fields
from diagnostics.facts.workloads.revisions import CHANGE_CAUSE
from diagnostics.patterns import compiled
from diagnostics.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.model.policy import Entry
    from bot.settings.owners import OwnerSettings
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Object

OWNER_CHARS = 80
"""Characters of an owner's name: more is no name."""

EVERYWHERE = "*"

_NAME = compiled(r"\A[\p{L}\p{N}][\p{L}\p{N} ._@:/+-]{0,79}\z")
_WORD = compiled(r"[A-Za-z0-9][A-Za-z0-9._+-]*(?:@[A-Za-z0-9.-]+)?")


@dataclass(frozen=True, slots=True)
class Marked:
    """A value, and where it stands: ``annotation team of namespace shop``."""

    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Deployer:
    """Who deployed it, as the object says it, and their Slack id where the people map has one."""

    name: str
    slack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """What the settings let annotations say. ``channels``: the namespaces that may lead there."""

    channels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    channel_keys: Sequence[str] = ()
    owner_keys: Sequence[str] = ()
    mentions: Mapping[str, str] = field(default_factory=dict)
    deployer_keys: Sequence[str] = ()
    mention_deployer: bool = False

    @classmethod
    def of(cls, settings: OwnerSettings) -> Owners:
        """Return what the settings let."""
        return cls(
            channels={name: frozenset(spaces.split("+")) for name, spaces in settings.owner_channels.items()},
            channel_keys=settings.channel_annotations,
            owner_keys=settings.owner_annotations,
            mentions=settings.owner_mentions,
            deployer_keys=settings.deployer_annotations,
            mention_deployer=settings.mention_deployer,
        )

    @property
    def asks_namespace(self) -> bool:
        """Whether what a namespace says could change anything: else it need not be read."""
        return bool(self.channels or self.mentions)

    def channel(self, namespace: str, workload: Object | None, space: Object | None) -> Marked | None:
        """Return the channel that the nearest mark names which may be led to from ``namespace``; None: no such one."""
        for marked in _marks(self.channel_keys, workload, space):
            named = marked.value.strip()
            for channel in (named, f"#{named}", named.removeprefix("#")):
                spaces = self.channels.get(channel, frozenset())
                if namespace in spaces or EVERYWHERE in spaces:
                    return Marked(channel, marked.where)
        return None

    def owner(self, workload: Object | None, space: Object | None) -> Marked | None:
        """Return whose it is, by the nearest mark that is a name and no secret."""
        for marked in _marks(self.owner_keys, workload, space):
            value = " ".join(marked.value.split())
            if _NAME.search(value) and redact_text(value) == value:
                return Marked(value, marked.where)
        return None

    def mention(self, owner: str) -> str:
        """Return the Slack id of who is mentioned for an owner; empty: nobody."""
        known = {name.lower().lstrip("@"): slack for name, slack in self.mentions.items()}
        return known.get(owner.lower().lstrip("@"), "")

    def deployer(self, workload: Object | None, diagnosis: Diagnosis, people: Sequence[Entry]) -> Deployer | None:
        """Return who brought the revision that stands now, when it broke with that one; None: nothing says."""
        if workload is None or not broke_with(workload, diagnosis):
            return None
        for marked in _marks(self.deployer_keys, workload, None, annotations_only=True):
            if marked.where.partition(" ")[2].startswith(CHANGE_CAUSE):
                # A sentence of anybody's: it names a person where it has one whom the map knows.
                known = [who for match in _WORD.finditer(marked.value[:500]) if (who := _known(match.group(0), people))]
                if known:
                    return known[0]
                continue
            value = " ".join(marked.value.split())
            who = _known(value, people)
            if who is None and _NAME.search(value) and redact_text(value) == value:
                who = Deployer(value)
            if who is not None:
                return who
        return None


def broke_with(workload: Object, diagnosis: Diagnosis) -> bool:
    """Whether it began to fail with the revision that the workload has now."""
    rollout = next((change for change in diagnosis.changed if change.what == "revision"), None)
    if rollout is None or not diagnosis.failing or not diagnosis.facts.get("began"):
        return False
    revision = fields.labels(workload, "metadata", "annotations").get("deployment.kubernetes.io/revision", "")
    return not (revision and rollout.new.isdigit()) or revision == rollout.new


def _marks(
    keys: Sequence[str], workload: Object | None, space: Object | None, *, annotations_only: bool = False
) -> Iterable[Marked]:
    """Give what is marked, the nearest first: the workload's before the namespace's, in the order of ``keys``."""
    for item in (workload, space):
        if item is None:
            continue
        what = f"{fields.text(item, 'kind').lower()} {fields.name(item)}"
        for key in keys:
            for kind in ("annotations",) if annotations_only else ("annotations", "labels"):
                value = fields.labels(item, "metadata", kind).get(key, "")
                if value.strip():
                    yield Marked(value, f"{kind.removesuffix('s')} {key} of {what}")


def _known(name: str, people: Sequence[Entry]) -> Deployer | None:
    """Return a person of the map by user name or e-mail address."""
    for entry in people:
        if name and not entry.usergroup and (name == entry.user or (entry.email and folded(name) == entry.email)):
            return Deployer(name, entry.slack)
    return None
