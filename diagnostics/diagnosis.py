"""The answer: a verdict with its evidence, and the contract of ``-o json``.

The same object is what the terminal and Slack are rendered from. Its JSON is a public contract (schema 1).
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnostics.snapshot import Target, Unread

SCHEMA = 1


class Verdict(enum.StrEnum):
    """How sure the answer is. A wrong confident verdict costs more than a plain ``undetermined``."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    UNDETERMINED = "undetermined"
    NOT_FAILING = "not-failing"


class Fault(enum.StrEnum):
    """Where the fault lies: with the state of the cluster it decides whether a restart or an undo would help."""

    TEMPLATE = "template"  # image, command, env, probes, resources of the pod template
    REFERENCE = (
        "reference"  # a Secret, ConfigMap or its key that is missing or wrong: undo helps only if the reference is new
    )
    CONTENT = "content"  # what a ConfigMap or Secret says: no revision holds it
    POD_STATE = "pod-state"  # state that dies with the pod (an emptyDir): only a new pod clears it
    KEPT_STATE = "kept-state"  # state that outlives the pod (a claim, a database schema)
    HALF_WAY = "half-way"  # a change of kept data that is cut off each time: to finish it is the way
    ROLLOUT = "rollout"  # how pods are replaced: the new one waits for what the old one holds, in every revision
    DEPENDENCY = "dependency"  # another service
    CLUSTER = "cluster"  # node, scheduler, quota, admission, registry, network
    PREREQUISITE = "prerequisite"  # the node or cluster lacks what this program asks for: an earlier one may not ask
    OUTSIDE = "outside"  # somebody or something ended it on purpose
    UNKNOWN = "unknown"
    NONE = "none"  # nothing is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One verbatim quote and where it stands.

    ``source`` is ``pod``, ``event``, ``log``, ``deployment``, ``service`` ... ; ``path`` leads to the field inside it
    (``status.containerStatuses[api].lastState.terminated``; for a log ``api/previous``; for an event its reason and
    object). ``at`` is RFC 3339 or empty. ``quote`` occurs in the snapshot: field values are written ``name=value``.
    """

    source: str
    path: str
    quote: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One step of the chain from this target to the root of the root."""

    cause: str | None
    target: str
    """``Kind namespace/name`` of what fails there."""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed, and how long before the first crash (negative: after it)."""

    what: str
    old: str = ""
    new: str = ""
    at: str = ""
    before_first_crash_s: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledOut:
    """A cause that was considered, and the fact that rules it out."""

    cause: str
    because: str


class Premise(enum.StrEnum):
    """What a clause of a remedy takes for granted; ``findings.premises`` tells whether line or objects show it."""

    OF_IMAGE = "of-image"  # the path is one that the image brings: no volume and no kernel provides it
    BATCH = "batch"  # the program is done: its log says so, or its pod is made for work that ends
    BACKGROUND = "background"  # what the container begins with starts another process and ends
    OTHER_VERSION = "other-version"  # another version has written the data: the line names one, or a revision ran it
    OWN_CODE = "own-code"  # the failing frame is the team's own: no library's, and not where everything begins
    NO_NODE = "no-node"  # no node at all has what the pod asks for
    UNHEALTHY = "unhealthy"  # the program answers, or said itself, that it is not well
    CHANGED = "changed"  # it ran with other content before, so that going back has somewhere to go


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A concrete part of a remedy's text, and what must be shown for it to be said."""

    text: str
    premise: Premise
    of: str = ""
    """What it is about: a path, a version, a place."""
    instead: str = ""
    """What is said where the premise is not shown: the honest weaker step."""
    commands: tuple[str, ...] = ()
    """Commands that fall with the clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What to do: a sentence, and exact commands with the real names filled in, never a secret value."""

    text: str
    commands: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()
    """What in the text rests on a premise. Not part of the JSON contract."""
    first: Remedy | None = None
    """What a person does at once, whose words and commands the remedy begins with. Not part of the JSON contract."""

    def lasting(self) -> Remedy:
        """Return the remedy without what is done at once."""
        if self.first is None:
            return self
        commands = tuple(command for command in self.commands if command not in self.first.commands)
        text = self.text.removeprefix(self.first.text).lstrip()
        return replace(self, text=text, commands=commands, first=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Whether an action would help, and why (not)."""

    action: str
    """``restart`` or ``undo``."""
    helps: bool | None
    """None: nothing that was read tells."""
    because: str
    to_revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How many pods of the workload share it, and where they run."""

    failing: int = 0
    of: int = 0
    nodes: tuple[str, ...] = ()
    earlier: int = 0
    """Those of ``of`` that an earlier revision made and that do not fail: a rollout leaves them until it is through."""
    up: int = 0
    """Those of ``failing`` that run and are ready at this moment: they fail again and again, and serve in between."""
    unmade: int = 0
    """Those of ``failing`` that are wanted and do not exist: the API server refused to make them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """When the container ended, as far as that is known: RFC 3339, oldest first; ``untimed`` ends are of no known time.

    ``revision`` is the number of the pod's revision, empty where it has none. ``apart_s`` are the seconds from one end
    to the next on average, over ends whose numbers are known; 0 where fewer than two are.
    """

    ends: tuple[str, ...]
    untimed: int = 0
    apart_s: float = 0.0
    revision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one cause says when it applies. The engine ranks findings and makes the diagnosis of the best.

    ``summary`` is one sentence with the proving number.
    """

    cause: str
    verdict: Verdict
    summary: str
    evidence: tuple[Evidence, ...]
    container: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    remedy: Remedy = Remedy(text="")
    chain: tuple[Link, ...] = ()
    fault: Fault = Fault.UNKNOWN
    fault_names: tuple[str, ...] = ()
    """What the fault hangs on (variable, key, ConfigMap, image): a template diff that touches one is its origin."""
    conclusive: bool = False
    """Its own facts leave nothing to explain: it stands beside other findings, and though the container looks well."""

    @property
    def failing(self) -> bool:
        """Whether it tells of something that is wrong now."""
        return self.verdict is not Verdict.NOT_FAILING


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The whole answer about one target."""

    target: Target
    verdict: Verdict
    cause: str | None
    summary: str
    container: str = ""
    evidence: tuple[Evidence, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    chain: tuple[Link, ...] = ()
    changed: tuple[Change, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    also: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    remedy: Remedy = Remedy(text="")
    actions: tuple[Advice, ...] = ()
    scope: Scope = Scope()
    workload: str = ""
    """``Kind namespace/name`` of the topmost controller, or empty for a bare pod."""
    next_restart: str = ""
    since: str = ""
    """RFC 3339: the earliest failure that is known; empty when none is. Not part of the JSON contract."""
    timeline: Timeline | None = None
    """When the container ended, where at least two ends are dated. Not part of the JSON contract."""
    cluster: str = ""
    """What people call the cluster that was read. Not part of the JSON contract."""
    absent: bool = False
    """True when there is nothing that could fail: the target does not exist."""
    took_ms: int = 0
    requests: int = 0

    @property
    def failing(self) -> bool:
        """Whether something is wrong now (exit code 1 of the command line)."""
        return self.verdict is not Verdict.NOT_FAILING and not self.absent

    def advice(self, action: str) -> Advice | None:
        """Return what is advised about an action, or None when nothing was said."""
        return next((advice for advice in self.actions if advice.action == action), None)

    def timed(self, took_ms: int) -> Diagnosis:
        """Return the same diagnosis with the time that the whole flow took."""
        return replace(self, took_ms=took_ms)

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's object (DESIGN: JSON), plain data only."""
        return {
            "schema": SCHEMA,
            "target": {
                "kind": self.target.kind,
                "namespace": self.target.namespace,
                "name": self.target.name,
                "pod": self.target.pod,
                "note": self.target.note,
            },
            "workload": self.workload,
            "verdict": str(self.verdict),
            "cause": self.cause,
            "container": self.container,
            "summary": self.summary,
            "evidence": [_evidence(item) for item in self.evidence],
            "facts": dict(self.facts),
            "chain": [{"cause": link.cause, "target": link.target, "summary": link.summary} for link in self.chain],
            "changed": [
                {
                    "what": change.what,
                    "from": change.old,
                    "to": change.new,
                    "at": change.at,
                    "by": change.by,
                    "before_first_crash_s": change.before_first_crash_s,
                }
                for change in self.changed
            ],
            "ruled_out": [{"cause": item.cause, "because": item.because} for item in self.ruled_out],
            "also": [
                {
                    "cause": finding.cause,
                    "container": finding.container,
                    "summary": finding.summary,
                    "evidence": [_evidence(item) for item in finding.evidence],
                }
                for finding in self.also
            ],
            "unread": [{"what": item.what, "why": item.why} for item in self.unread],
            "remedy": {"text": self.remedy.text, "commands": list(self.remedy.commands)},
            "actions": [
                {"action": advice.action, "helps": advice.helps, "because": advice.because}
                | ({} if advice.to_revision is None else {"to_revision": advice.to_revision})
                for advice in self.actions
            ],
            "scope": {"failing": self.scope.failing, "of": self.scope.of, "nodes": list(self.scope.nodes)},
            "next_restart": self.next_restart,
            "took_ms": self.took_ms,
            "requests": self.requests,
        }

    def to_json(self) -> str:
        """Return the contract's object as text: the same diagnosis gives the same bytes."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, sort_keys=False)


def _evidence(item: Evidence) -> dict[str, str]:
    return {"source": item.source, "path": item.path, "quote": item.quote, "at": item.at}
