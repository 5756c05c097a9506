"""Whether the NetworkPolicies at hand let one pod reach another: the rules of networking.k8s.io/v1, purely.

A pod that no policy selects for a direction is open in it; a selected one is open only to what some rule allows.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.snapshot import Object, Snapshot

EGRESS, INGRESS = "Egress", "Ingress"


def selected(selector: Object, labels: dict[str, str]) -> bool:
    """Whether a label selector (matchLabels and matchExpressions) holds for the labels; an empty one always does."""
    wanted = fields.labels(selector, "matchLabels")
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_expression(rule, labels) for rule in fields.items(selector, "matchExpressions"))


def blocking(snapshot: Snapshot, source: Object, target: Object, port: int | None) -> tuple[str, Object] | None:
    """Return the direction and one policy that keeps ``source`` from reaching ``target``'s port, or None."""
    for direction, owner, peer in ((EGRESS, source, target), (INGRESS, target, source)):
        policies = list(selecting(snapshot, owner, direction))
        if policies and not any(_allows(snapshot, policy, direction, peer, port) for policy in policies):
            return direction, policies[0]
    return None


def blocks_dns(snapshot: Snapshot, source: Object) -> Object | None:
    """Return a policy that keeps the pod from asking DNS (no egress rule lets port 53 out), or None."""
    policies = list(selecting(snapshot, source, EGRESS))
    open_rules = (rule for policy in policies for rule in fields.items(policy, "spec", "egress"))
    return policies[0] if policies and not any(_port_allowed(rule, 53) for rule in open_rules) else None


def bars_address(snapshot: Snapshot, source: Object, address: str, port: int) -> Object | None:
    """Return a policy that keeps the pod from an address outside the pods, or None when some rule lets it there.

    A rule for an ipBlock counts when the address lies in it; which pods stand behind an address is not known here, so
    a rule for pods is no way to it. A rule's ports are not judged when the address may stand for another port.
    """
    found = list(selecting(snapshot, source, EGRESS))
    for rule in (rule for policy in found for rule in fields.items(policy, "spec", "egress")):
        blocks = [fields.text(entry, "ipBlock", "cidr") for entry in fields.items(rule, "to")]
        inside = not blocks or any(
            _inside(address, fields.text(entry, "ipBlock", "cidr"), fields.strings(entry, "ipBlock", "except"))
            for entry in fields.items(rule, "to")
            if fields.text(entry, "ipBlock", "cidr")
        )
        if inside and (_port_allowed(rule, port) or _port_allowed(rule, 443)):
            return None
    return next(iter(found), None)


def selecting(snapshot: Snapshot, pod: Object, direction: str) -> Iterator[Object]:
    """Yield the policies of the pod's namespace that select it in the direction."""
    for policy in snapshot.all("NetworkPolicy", fields.namespace(pod)):
        types = fields.strings(policy, "spec", "policyTypes") or _implied(policy)
        selector = fields.table(policy, "spec", "podSelector")
        if direction in types and selected(selector, fields.labels(pod, "metadata", "labels")):
            yield policy


def _implied(policy: Object) -> list[str]:
    return [INGRESS, EGRESS] if fields.at(policy, "spec", "egress") is not None else [INGRESS]


def _expression(rule: Object, labels: dict[str, str]) -> bool:
    key, operator, values = fields.text(rule, "key"), fields.text(rule, "operator"), fields.strings(rule, "values")
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) == (operator == "Exists")


def _allows(snapshot: Snapshot, policy: Object, direction: str, peer: Object, port: int | None) -> bool:
    side, field = ("to", "egress") if direction == EGRESS else ("from", "ingress")
    for rule in fields.items(policy, "spec", field):
        peers = fields.items(rule, side)
        if (not peers or any(_is_peer(snapshot, policy, entry, peer) for entry in peers)) and _port_allowed(rule, port):
            return True
    return False


def _is_peer(snapshot: Snapshot, policy: Object, entry: Object, peer: Object) -> bool:
    block = fields.text(entry, "ipBlock", "cidr")
    if block:
        return _inside(fields.text(peer, "status", "podIP"), block, fields.strings(entry, "ipBlock", "except"))
    namespace = fields.namespace(peer)
    if fields.at(entry, "namespaceSelector") is None:
        if namespace != fields.namespace(policy):
            return False
    else:
        found = snapshot.one("Namespace", "", namespace)
        labels = fields.labels(found, "metadata", "labels") | {"kubernetes.io/metadata.name": namespace}
        if not selected(fields.table(entry, "namespaceSelector"), labels):
            return False
    return selected(fields.table(entry, "podSelector"), fields.labels(peer, "metadata", "labels"))


def _inside(address: str, block: str, holes: list[str]) -> bool:
    try:
        ip = ipaddress.ip_address(address)
        return ip in ipaddress.ip_network(block, strict=False) and not any(
            ip in ipaddress.ip_network(hole, strict=False) for hole in holes
        )
    except ValueError:
        return True  # unknown address: a policy is not blamed on a guess


def _port_allowed(rule: Object, port: int | None) -> bool:
    entries = fields.items(rule, "ports")
    if not entries or port is None:
        return True
    for entry in entries:
        number, last = fields.whole(entry, "port"), fields.whole(entry, "endPort")
        if number is None or number == port or (last is not None and number <= port <= last):
            return True  # a named port is taken as open: its number is the target's affair
    return False
