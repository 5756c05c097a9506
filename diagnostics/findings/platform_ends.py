"""Ends that belong to the platform and not to an application: the API server, and the cloud's instance metadata."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import policies
from diagnostics.diagnosis import Remedy
from diagnostics.findings.commands import kubectl
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

API_PORT: Final = 6443
"""The API server's own port, by kubeadm's default."""
METADATA: Final = "169.254.169.254"
"""The link-local address of the instance metadata (EC2, GCE and Azure alike)."""
_API_PATH: Final = compiled(r"https://([\w.:\[\]-]+?)(?::\d+)?/(?:api/v1|apis/[a-z])")
"""Only the API server serves these paths (K: staging/src/k8s.io/apiserver/pkg/server/handler.go)."""
_API_NAME: Final = compiled(r"^kubernetes(?:\.default(?:\.svc(?:\..+)?)?)?$")
_METADATA: Final = compiled(
    r"(?i)\b169\.254\.169\.254\b|\bfd00:ec2::254\b|\bmetadata\.google\.internal\b|\bec2 ?imds\b|\bIMDS\b"
    r"|\bec2 ?metadata\b|\binstance[ -]metadata\b"
)
"""The link-local addresses and names at which clouds answer an instance about itself."""
_AWS: Final = compiled(r"(?i)\bec2|imds|\baws\b|amazon")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformEnd:
    """What cannot be reached, as a sentence names it, and what to do about it."""

    name: str
    remedy: Remedy


def end(case: Case, host: str, target: str, line: str) -> PlatformEnd | None:
    """Return the platform's end that a line (bounded) could not reach, or None when it is another."""
    said = line[:4000]
    if _METADATA.search(said) is not None:
        return _metadata(case, aws=_AWS.search(said) is not None)
    asked = _API_PATH.search(said)
    named = _API_NAME.search(host) is not None
    served = asked is not None and (asked.group(1) == host or _API_NAME.search(asked.group(1)) is not None)
    return _api_server(case, target or host) if named or served else None


def _barred(case: Case, address: str, port: int) -> Object | None:
    """Return a NetworkPolicy of the pod's namespace that lets it not reach that address and port, if there is one."""
    if case.pod is None:
        return None
    found = policies.bars_address(case.snapshot, case.pod, address, port)
    return None if found is None or fields.flag(case.pod, "spec", "hostNetwork") else found


def _let_out(case: Case, policy: Object, what: str, rule: Object) -> Remedy:
    """Return how a pod is let out to a platform's end that a policy bars: by a policy of its own beside it."""
    name, own = fields.name(policy), fields.name(case.workload.raw) if case.workload is not None else "the pod"
    ports = json.dumps(rule, separators=(",", ":"))
    text = (
        f"NetworkPolicy {name} of namespace {case.namespace} selects this pod and lets it not reach {what}: give {own}"
        f" a policy of its own with the egress rule {ports}, or add that rule to {name}. Policies add up: what one"
        " allows is allowed."
    )
    shown = kubectl(case.namespace, "get", "networkpolicy", name, "-o", "yaml")
    return Remedy(text=text, commands=(shown, kubectl(case.namespace, "edit", "networkpolicy", name)))


def _api_server(case: Case, target: str) -> PlatformEnd:
    policy = _barred(case, target.partition(":")[0], API_PORT)
    if policy is not None:
        # A policy sees the API server's own port behind the Service: 6443 where kubeadm, k3s or kind made it.
        rule = {"ports": [{"port": 443}, {"port": API_PORT}]}
        return PlatformEnd(name=f"the API server at {target}", remedy=_let_out(case, policy, "the API server", rule))
    node = fields.text(case.pod, "spec", "nodeName")
    where = f"node {node}" if node else "its node"
    text = (
        f"On {where} check what makes the Service address work there (kube-proxy, or what stands in for it), then the"
        " route and the firewall from the node to the API server's own address, which the first command shows."
    )
    own = kubectl("default", "get", "endpointslices", "-l", "kubernetes.io/service-name=kubernetes")
    beside = kubectl("kube-system", "get", "pods", "-o", "wide", "--field-selector", f"spec.nodeName={node}")
    return PlatformEnd(
        name=f"the API server at {target}",
        remedy=Remedy(text=text, commands=(own, beside) if node else (own,)),
    )


def _metadata(case: Case, *, aws: bool) -> PlatformEnd:
    node = fields.text(case.pod, "spec", "nodeName")
    hops = (
        "on EC2 the instance's metadata hop limit must be 2 (HttpPutResponseHopLimit), for a pod is one hop further"
        " than its node; "
        if aws
        else ""
    )
    text = (
        f"Let pods reach the instance metadata of their node: {hops}no NetworkPolicy may bar 169.254.169.254. Or give"
        " the program what it asks there (region, network, account) in its own settings."
    )
    policy = _barred(case, METADATA, 80)
    if policy is not None:
        rule = {"to": [{"ipBlock": {"cidr": f"{METADATA}/32"}}], "ports": [{"port": 80}]}
        remedy = _let_out(case, policy, "the instance metadata", rule)
        return PlatformEnd(name="the cloud's instance metadata", remedy=remedy)
    shown = kubectl("", "get", "node", node, "-o", "jsonpath={.spec.providerID}")
    return PlatformEnd(
        name="the cloud's instance metadata",
        remedy=Remedy(text=text, commands=(shown,) if node else ()),
    )
