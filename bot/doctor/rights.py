"""Pure: the rights that the bot needs in the cluster, as in ``deploy/kubernetes``, and the rules that grant them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from bot.cluster.access import Right
from bot.cluster.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_READ = (
    ("get list", "", "pods configmaps nodes replicationcontrollers resourcequotas"),
    ("list", "", "events services limitranges"),
    ("get", "", "pods/log namespaces serviceaccounts persistentvolumeclaims persistentvolumes"),
    ("get list", "apps", "deployments replicasets statefulsets daemonsets"),
    ("list", "apps", "controllerrevisions"),
    ("get list", "batch", "jobs cronjobs"),
    ("list", "discovery.k8s.io", "endpointslices"),
    ("list", "networking.k8s.io", "networkpolicies"),
    ("list", "rbac.authorization.k8s.io", "roles rolebindings clusterroles clusterrolebindings"),
    ("get list", "apiextensions.k8s.io", "customresourcedefinitions"),
    ("get list", "autoscaling", "horizontalpodautoscalers"),
    ("get list", "policy", "poddisruptionbudgets"),
    ("get list", "metrics.k8s.io", "pods"),
    ("list", "autoscaling.k8s.io", "verticalpodautoscalers"),
)
_BY_PLURAL = {(resource.group, resource.plural): resource for resource in RESOURCES.values()}

NAMED = 4
"""Rights that a sentence names; the rule has them all."""


def _rights(table: Iterable[tuple[str, str, str]]) -> tuple[Right, ...]:
    return tuple(
        Right(verb=verb, group=group, resource=name.partition("/")[0], subresource=name.partition("/")[2])
        for verbs, group, names in table
        for name, verb in product(names.split(), verbs.split())
    )


READ = _rights(_READ)
"""What a diagnosis reads (rbac-read.yaml)."""

READ_SECRETS = Right(verb="get", resource="secrets")
"""What READ_SECRET_METADATA reads besides."""

WATCH = Right(verb="watch", resource="pods")
"""What WATCH_PODS takes besides."""

REVIEW = Right(verb="create", group="authorization.k8s.io", resource="subjectaccessreviews")
"""To ask what a person may."""

ACT = _rights((("patch", "apps", "deployments statefulsets daemonsets"),))
"""What a button changes."""

FREE = Right(verb="delete", resource="pods")
"""To free a StatefulSet that waits for its broken pod: without it somebody else must."""

RECORD = Right(verb="create", resource="events")
"""To note on the workload what was done: without it the Event is missing, and nothing else."""


def cluster_wide(right: Right) -> bool:
    """Whether a right is on what belongs to no namespace. A Namespace's own right may stand in a Role within it."""
    resource = _BY_PLURAL[right.group, right.resource]
    return not resource.namespaced and resource.kind != "Namespace"


def optional(right: Right) -> bool:
    """Whether a diagnosis does without what the right reads: what an add-on or another volume would tell."""
    return _BY_PLURAL[right.group, right.resource].optional


def impersonation(names: Iterable[tuple[str, str]]) -> list[Right]:
    """Return the rights to be some users and groups: pairs of ``users`` or ``groups``, and a name."""
    return [Right(verb="impersonate", resource=kind, name=name) for kind, name in names]


def constrained(names: Iterable[tuple[str, str]]) -> list[Right]:
    """Return the same as constrained impersonation (KEP-5284): to be them for these very changes only."""
    api = "authentication.k8s.io"
    to_be = [Right(verb="impersonate:user-info", group=api, resource=kind, name=name) for kind, name in names]
    return to_be + [
        Right(verb=f"impersonate-on:user-info:{right.verb}", group=right.group, resource=right.resource)
        for right in ACT
    ]


def said(rights: Sequence[Right]) -> str:
    """Name some rights: ``list pods, get nodes and 3 more``."""
    named = ", ".join(dict.fromkeys(map(str, rights[:NAMED])))
    return f"{named} and {len(rights) - NAMED} more" if len(rights) > NAMED else named


def rule(rights: Iterable[Right]) -> str:
    """Return the rules that grant some rights, as YAML for the ``rules`` of a Role or ClusterRole."""
    verbs: dict[tuple[str, str, str], list[str]] = {}
    for right in rights:
        name = f"{right.resource}/{right.subresource}" if right.subresource else right.resource
        verbs.setdefault((right.group, name, right.name), []).append(right.verb)
    alike: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    named: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (group, resource, name), given in verbs.items():
        distinct = tuple(dict.fromkeys(given))
        if name:
            named.setdefault((group, resource, distinct), []).append(name)
        else:
            alike.setdefault((group, "", distinct), []).append(resource)
    lines = []
    for (group, _, distinct), resources in alike.items():
        lines += _rule(group, resources, distinct)
    for (group, resource, distinct), names in named.items():
        lines += _rule(group, [resource], distinct, names)
    return "\n".join(lines)


def _rule(group: str, resources: Sequence[str], verbs: Sequence[str], names: Sequence[str] = ()) -> list[str]:
    return [
        f"- apiGroups: [{_quoted(group)}]",
        f"  resources: [{', '.join(resources)}]",
        *([f"  resourceNames: [{', '.join(map(_quoted, names))}]"] if names else []),
        f"  verbs: [{', '.join(verb if verb.isalpha() else _quoted(verb) for verb in verbs)}]",
    ]


def _quoted(word: str) -> str:
    """Return a word as YAML takes it, whatever it holds."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
