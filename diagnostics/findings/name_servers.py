"""A name server that does not answer: then nothing is known of the host whose name was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.diagnosis import Remedy
from diagnostics.findings.commands import kubectl
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

_SILENT: Final = compiled(
    r"\blookup ([\w.-]{1,253}?)\.? on \[?([0-9a-fA-F.:]{3,45}?)\]?:(\d{1,5}): "
    r"(?:(?:read|dial|write) (?:udp|tcp)[^\n\"]{0,160}?)?"
    r"(?:i/o timeout|connection refused|no route to host|network is unreachable)"
)
"""Go's resolver (net, ``DNSError``): which server was asked for which name, and that it gave no answer."""


@dataclass(frozen=True, slots=True)
class Silent:
    """The name that was asked for, the server as a sentence calls it, and what to do."""

    name: str
    called: str
    remedy: Remedy


def silent(case: Case, words: str) -> Silent | None:
    """Return the name server that the words say gave no answer, or None."""
    found = _SILENT.search(words[:4000])
    if found is None:
        return None
    name, address, port = found.groups()
    own = fields.flag(case.pod, "spec", "hostNetwork") and fields.text(case.pod, "spec", "dnsPolicy") != _OWN
    if own or fields.text(case.pod, "spec", "dnsPolicy") == "Default":
        text = (
            f"The pod asks its node's own name server {address}:{port}, which does not answer: try it from that node,"
            " and mend it, the way to it, or the node's resolv.conf."
        )
        return Silent(name, f"its node's DNS server {address}:{port}", Remedy(text=text))
    text = (
        f"Mend the cluster's DNS first: {address}:{port} gives no answer, so whether {name} is well was never asked."
        " Look at the CoreDNS pods, the endpoints of Service kube-dns, and the way from this pod's node to that address"
        " (kube-proxy or its replacement, NetworkPolicies, port 53 of UDP and TCP). If only pods of one node fail, it"
        " is that node's network."
    )
    look = (
        kubectl("kube-system", "get", "pods", "-l", "k8s-app=kube-dns", "-o", "wide"),
        kubectl("kube-system", "get", "endpointslice", "-l", "kubernetes.io/service-name=kube-dns"),
    )
    return Silent(name, f"the cluster's DNS server {address}:{port}", Remedy(text=text, commands=look))


_OWN: Final = "ClusterFirstWithHostNet"
"""The policy by which a pod in its node's network asks the cluster's DNS (K: types.go, ``DNSPolicy``)."""
