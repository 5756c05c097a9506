"""Can the pod reach the host that its log names? Services, selectors, endpoints, workloads and policies, checked.

Names are read as cluster DNS does (``svc``, ``svc.ns``, ``svc.ns.svc``, ``pod.svc.ns.svc.cluster.local``), a cluster
IP is led back to its Service and a pod IP to its pod. What was not read stays unknown.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.claims import endpoints, pod_ports, policies
from diagnostics.claims.model import ClaimType
from diagnostics.claims.reachability import Problem, Reach
from diagnostics.diagnosis import Evidence
from diagnostics.facts.addresses import PUBLIC, address, ip, is_local, parsed
from diagnostics.facts.pods import blocking
from diagnostics.snapshot import Presence

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object


_ALIKE = 0.6
"""How alike two names are that one person may have meant for the other (0 to 1)."""
_ANY = frozenset({"svc", "service", "headless", "http", "https", "tcp", "default", "main", "primary", "server"})
"""Words of Services' names that tell nothing."""

__all__ = ["Problem", "Reach", "address", "dns", "host", "is_local", "parsed"]


ALWAYS = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
"""Namespaces that the API server makes itself and nobody can delete (k8s.io/kubernetes pkg/controlplane,
systemnamespaces): one that was not found was not asked for rightly."""

CLOSE = 0.6
"""Likeness of two names of Services (``difflib``) from which one may be meant for the other."""
SAME = 0.75
"""The same of two words of them: ``redis`` and ``reids``."""


def host(case: Case, name: str, port: int | None = None) -> Reach:
    """Check a host (and port) that the log could not reach, from the target's pod."""
    name = name.rstrip(".").lower()
    if is_local(name):
        return _local(case, name, port)
    if ip(name) is not None:
        return _address(case, name, port)
    service, namespace = _named(case, name)
    if not service:
        return Reach(host=name, port=port, problem=Problem.EXTERNAL, sentence=f"{name} is outside the cluster")
    found = case.snapshot.one("Service", namespace, service)
    if found is None:
        return _absent(case, name, port, service, namespace)
    return _service(case, name, port, found)


def dns(case: Case, found: Reach) -> Reach:
    """Return why a name of an intact target was not resolved: a NetworkPolicy that lets no DNS out, if there is one."""
    policy = policies.blocks_dns(case.snapshot, case.pod) if case.pod is not None else None
    if policy is None or found.problem not in (Problem.NONE, Problem.EXTERNAL, Problem.UNKNOWN):
        return found
    ref = f"{fields.namespace(policy)}/{fields.name(policy)}"
    said = Evidence(source="networkpolicy", path=f"{ref} spec.policyTypes", quote=f"policyTypes: {policies.EGRESS}")
    text = f"NetworkPolicy {ref} lets no DNS query (port 53) leave this pod"
    return replace(found, problem=Problem.POLICY, sentence=text, evidence=(*found.evidence, said))


def _local(case: Case, name: str, port: int | None) -> Reach:
    asking = "" if case.suspect is None else case.suspect.name
    owned = None if port is None else pod_ports.owner(case.snapshot, case.pod, case.containers, asking, port)
    if owned is not None and asking:
        text = f"port {port} belongs to container {owned[0].name} of the same pod"
        return Reach(host=name, port=port, problem=Problem.NONE, sentence=text, evidence=(owned[1],))
    where = f"{name}:{port}" if port else name
    text = f"{where} is the pod itself, and no container of it is known to serve that port"
    return Reach(host=name, port=port, problem=Problem.LOCAL, sentence=text)


def _address(case: Case, name: str, port: int | None) -> Reach:
    for service in case.snapshot.all("Service"):
        if name in (fields.text(service, "spec", "clusterIP"), *fields.strings(service, "spec", "clusterIPs")):
            return _service(case, name, port, service)
    for pod in case.snapshot.all("Pod"):
        if name == fields.text(pod, "status", "podIP") and not fields.flag(pod, "spec", "hostNetwork"):
            ref = f"{fields.namespace(pod)}/{fields.name(pod)}"
            said = Evidence(source="pod", path=f"{ref} status.podIP", quote=f"podIP={name}")
            problem = Problem.NONE if blocking.ready(pod) else Problem.NOT_READY
            return Reach(
                host=name, port=port, problem=problem, sentence=f"{name} is pod {ref}", pods=(ref,), evidence=(said,)
            )
    for item in case.snapshot.all("EndpointSlice"):
        for entry in fields.items(item, "endpoints"):
            if name in fields.strings(entry, "addresses"):
                return _endpoint(name, port, item, entry)
    return Reach(
        host=name, port=port, problem=Problem.UNKNOWN, sentence=f"no Service or pod here has the address {name}"
    )


def _endpoint(name: str, port: int | None, item: Object, entry: Object) -> Reach:
    """Return what an EndpointSlice says of an address whose pod was not read."""
    service = fields.labels(item, "metadata", "labels").get("kubernetes.io/service-name", "")
    namespace = fields.namespace(item)
    ready = fields.at(entry, "conditions", "ready") is not False
    pod = fields.text(entry, "targetRef", "name") if fields.text(entry, "targetRef", "kind") == "Pod" else ""
    path = f"{namespace}/{fields.name(item)} endpoints"
    return Reach(
        host=name,
        port=port,
        problem=Problem.NONE if ready else Problem.NOT_READY,
        sentence=f"{name} is {'a ready' if ready else 'an unready'} endpoint of Service {namespace}/{service} now",
        service=f"{namespace}/{service}" if service else "",
        pods=(f"{namespace}/{pod}",) if pod else (),
        evidence=(Evidence(source="endpointslice", path=path, quote=f"addresses={name} ready={str(ready).lower()}"),),
    )


def _named(case: Case, name: str) -> tuple[str, str]:
    """Return Service and namespace that a name means, or two empty strings for a name outside the cluster."""
    labels = name.split(".")
    if "svc" in labels[1:]:
        before = labels[: labels.index("svc", 1)]
        return (before[-2], before[-1]) if len(before) > 1 else (before[0], case.namespace)
    if len(labels) == 1:
        return labels[0], case.namespace
    snapshot = case.snapshot
    for service, namespace in ((labels[0], labels[1]), (labels[-2], labels[-1]), (labels[1], case.namespace)):
        if snapshot.one("Service", namespace, service) is not None:
            return service, namespace
    namespaces = {fields.name(item) for item in snapshot.all("Namespace")}
    if labels[-1] in namespaces or (len(labels) == 2 and labels[-1] not in PUBLIC):
        return labels[-2], labels[-1]
    return "", ""


def _absent(case: Case, name: str, port: int | None, service: str, namespace: str) -> Reach:
    snapshot, ref = case.snapshot, f"{namespace}/{service}"
    if snapshot.presence("Service", namespace, service) is not Presence.ABSENT:
        return Reach(host=name, port=port, problem=Problem.UNKNOWN, service=ref, sentence=f"Service {ref} was not read")
    here = [fields.name(item) for item in snapshot.all("Service", namespace)]
    close = tuple(f"{namespace}/{item}" for item in _meant(case, service, namespace, here))
    elsewhere = tuple(
        f"{fields.namespace(item)}/{service}"
        for item in snapshot.all("Service")
        if fields.name(item) == service and fields.namespace(item) != namespace
    )
    homes = [item.partition("/")[0] for item in elsewhere]
    missing = namespace not in ALWAYS and snapshot.presence("Namespace", "", namespace) is Presence.ABSENT
    text = (
        f"namespace {namespace} does not exist"
        if missing
        else f"there is no Service {service} in namespace {namespace}"
    )
    if homes:
        text += f"; {service} is in {' and '.join(homes[:3])}"
    elif close:
        text += f"; there is {' and '.join(close)}"
    others = " ".join(f"name={item}" for item in sorted(here)[:20])
    said = (Evidence(source="service", path=f"services in {namespace}", quote=others),) if others else ()
    return Reach(
        host=name,
        port=port,
        problem=Problem.NO_NAMESPACE if missing else Problem.NO_SERVICE,
        service=ref,
        sentence=text,
        near=(*elsewhere, *close)[:3],
        evidence=said,
    )


def _meant(case: Case, wanted: str, namespace: str, here: list[str]) -> list[str]:
    """Return up to two Services that may be meant: never the pod's own, and alike in the words that tell them apart.

    ``hive-metastore-hdfs`` is ``hdfs-namenode`` rather than ``hive-metastore``; ``ts-avatar-service`` is no
    ``ts-auth-service``.
    """
    labels = fields.labels(case.pod, "metadata", "labels")
    own = {
        fields.name(item)
        for item in case.snapshot.all("Service", namespace)
        if namespace == case.namespace and selects(item, labels)
    }
    others = [item for item in here if item not in own]
    words = {item: set(item.split("-")) for item in here}
    common = {part for part in wanted.split("-") if sum(part in parts for parts in words.values()) > 1}
    telling = [part for part in wanted.split("-") if part not in common]
    if not telling:
        return difflib.get_close_matches(wanted, others, n=2, cutoff=CLOSE)
    scored = sorted(
        (
            (sum(bool(difflib.get_close_matches(part, words[item], cutoff=SAME)) for part in telling), item)
            for item in others
        ),
        key=lambda entry: (-entry[0], -difflib.SequenceMatcher(None, wanted, entry[1]).ratio(), entry[1]),
    )
    return [item for score, item in scored if score][:2]


def selects(service: Object, labels: dict[str, str]) -> bool:
    """Whether a Service's selector takes a pod of these labels; one without a selector takes none."""
    selector = fields.labels(service, "spec", "selector")
    return bool(selector) and policies.selected({"matchLabels": selector}, labels)


@dataclass(frozen=True, slots=True)
class _Found:
    """A Service that exists, and what stands behind it."""

    case: Case
    name: str
    port: int | None
    service: Object

    @property
    def ref(self) -> str:
        return f"{fields.namespace(self.service)}/{fields.name(self.service)}"

    def reach(
        self, problem: Problem, sentence: str, *evidence: Evidence, pods: tuple[str, ...] = (), workload: str = ""
    ) -> Reach:
        return Reach(
            host=self.name,
            port=self.port,
            problem=problem,
            sentence=sentence,
            service=self.ref,
            pods=pods,
            workload=workload,
            evidence=evidence,
        )

    def quote(self, field: str, quote: str) -> Evidence:
        return Evidence(source="service", path=f"{self.ref} {field}", quote=quote)


def _service(case: Case, name: str, port: int | None, service: Object) -> Reach:
    found = _Found(case, name, port, service)
    if fields.text(service, "spec", "type") == "ExternalName":
        outside = fields.text(service, "spec", "externalName")
        said = found.quote("spec.externalName", f"externalName={outside}")
        text = f"Service {found.ref} leads outside the cluster, to {outside}"
        return replace(found.reach(Problem.EXTERNAL, text, said), alias=outside)
    wrong = _beyond(found) or _of_one_pod(found) or _port(found)
    if wrong is not None:
        return wrong
    selector = fields.labels(service, "spec", "selector")
    behind = [
        pod
        for pod in case.snapshot.all("Pod", fields.namespace(service))
        if selector and policies.selected({"matchLabels": selector}, fields.labels(pod, "metadata", "labels"))
    ]
    ready = endpoints.ready_endpoints(case.snapshot, service)
    refs = tuple(f"{fields.namespace(pod)}/{fields.name(pod)}" for pod in behind)
    if ready == 0 or (ready is None and selector and not any(blocking.ready(pod) for pod in behind)):
        return _nobody(found, selector, behind, refs)
    if ready is None and not behind:
        return found.reach(Problem.UNKNOWN, f"the endpoints of Service {found.ref} were not read")
    return (
        _kept_apart(found, behind, refs)
        or _sent_astray(found, behind, refs)
        or found.reach(
            Problem.NONE,
            f"Service {found.ref} has {ready if ready is not None else len(behind)} ready endpoint(s) now",
            pods=refs,
        )
    )


def _of_one_pod(found: _Found) -> Reach | None:
    """Say that a single pod has no name there: cluster DNS makes such names below headless Services only."""
    labels, address = found.name.split("."), fields.text(found.service, "spec", "clusterIP")
    if len(labels) < 2 or labels[1] != fields.name(found.service) or address in ("", "None"):
        return None
    if labels[0] == fields.name(found.service):
        return None  # a namespace may be called like its Service
    text = f"Service {found.ref} is not headless, so a single pod has no name below it"
    return found.reach(Problem.NOT_HEADLESS, text, found.quote("spec.clusterIP", f"clusterIP={address}"))


def _beyond(found: _Found) -> Reach | None:
    """Say that a pod of a StatefulSet is named which it does not want: it has numbers below its replicas only."""
    first, namespace = found.name.partition(".")[0], fields.namespace(found.service)
    owner, dash, number = first.rpartition("-")
    held = found.case.snapshot.one("StatefulSet", namespace, owner) if dash and number.isdecimal() else None
    wanted = fields.whole(held, "spec", "replicas")
    begin = fields.whole(held, "spec", "ordinals", "start") or 0
    if held is None or wanted is None or begin <= int(number[:9]) < begin + wanted:
        return None
    if found.case.snapshot.presence("Pod", namespace, first) is not Presence.ABSENT:
        return None
    said = Evidence(source="statefulset", path=f"{namespace}/{owner} spec.replicas", quote=f"replicas={wanted}")
    last = f"{owner}-{begin} to {owner}-{begin + wanted - 1}" if wanted > 1 else f"{owner}-{begin} alone"
    many = "1 replica" if wanted == 1 else f"{wanted} replicas"
    text = f"there is no {first}: StatefulSet {namespace}/{owner} has {many} ({last})"
    return found.reach(Problem.NO_MEMBER, text if wanted else f"there is no {first}: {owner} is scaled to zero", said)


def _port(found: _Found) -> Reach | None:
    ports = [fields.whole(entry, "port") for entry in fields.items(found.service, "spec", "ports")]
    headless = fields.text(found.service, "spec", "clusterIP") == "None"
    if found.port is None or not ports or headless or found.port in ports:
        return None
    listed = ", ".join(str(port) for port in ports)
    said = found.quote("spec.ports", " ".join(f"port={port}" for port in ports))
    return found.reach(Problem.PORT, f"Service {found.ref} has no port {found.port}, only {listed}", said)


def _sent_astray(found: _Found, behind: list[Object], refs: tuple[str, ...]) -> Reach | None:
    """Return that the Service sends to a port that no ready pod behind it declares."""
    ready = [pod for pod in behind if blocking.ready(pod)]
    told = [endpoints.undeclared(found.service, pod, found.port) for pod in ready]
    if fields.text(found.service, "spec", "clusterIP") == "None" or not told or None in told or told[0] is None:
        return None
    wanted, declared = told[0]
    entries = [item for item in fields.items(found.service, "spec", "ports") if found.port in (None, item.get("port"))]
    quote = f"port={entries[0].get('port')} targetPort={entries[0].get('targetPort', entries[0].get('port'))}"
    pod = f"{fields.namespace(ready[0])}/{fields.name(ready[0])}"
    held = Evidence(source="pod", path=f"{pod} spec.containers.ports", quote=endpoints.declared(ready[0]))
    text = f"Service {found.ref} sends to {wanted}, while pod {fields.name(ready[0])} declares {declared}"
    return found.reach(Problem.TARGET_PORT, text, found.quote("spec.ports", quote), held, pods=refs)


def _nobody(found: _Found, selector: dict[str, str], behind: list[Object], refs: tuple[str, ...]) -> Reach:
    wanted = ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
    said = found.quote("spec.selector", f"spec.selector: {wanted}")
    if behind:
        unready = [endpoints.unready(pod) for pod in behind[:3]]
        who = f"{', '.join(refs[:3])} {'is' if len(refs) == 1 else 'are'} not ready"
        text = f"Service {found.ref} has no ready endpoint: {who}"
        unknown = any(claim.type is ClaimType.NAME_UNRESOLVED for claim in found.case.claims)
        published = fields.flag(found.service, "spec", "publishNotReadyAddresses")
        if unknown and not published and fields.text(found.service, "spec", "clusterIP") == "None":
            text += "; it is headless, so its name then has no address"
        return found.reach(Problem.NOT_READY, text, said, *unready, pods=refs)
    if not selector:
        return found.reach(Problem.NOT_READY, f"Service {found.ref} has no selector and no ready endpoint", said)
    snapshot, namespace = found.case.snapshot, fields.namespace(found.service)
    if not snapshot.selected_whole("Pod", namespace, selector):
        return found.reach(Problem.UNKNOWN, f"the pods behind Service {found.ref} were not read", said)
    owners = [
        (kind, item) for kind in ("Deployment", "StatefulSet", "DaemonSet") for item in snapshot.all(kind, namespace)
    ]
    for kind, item in owners:
        labels = fields.labels(item, "spec", "template", "metadata", "labels")
        if policies.selected({"matchLabels": selector}, labels):
            ref = f"{kind} {namespace}/{fields.name(item)}"
            size = fields.whole(item, "spec", "replicas")
            more = Evidence(
                source=kind.lower(), path=f"{namespace}/{fields.name(item)} spec.replicas", quote=f"replicas={size}"
            )
            if size == 0:
                text = f"Service {found.ref} has no endpoints: {ref} is scaled to zero"
                return found.reach(Problem.SCALED_TO_ZERO, text, said, more, workload=ref)
            return found.reach(
                Problem.NOT_READY, f"Service {found.ref} has no endpoints: {ref} has no pods", said, more, workload=ref
            )
    return _misses(found, said, wanted)


def _misses(found: _Found, said: Evidence, wanted: str) -> Reach:
    """Say that the selector matches nothing, and which pod it was probably meant for."""
    keys = fields.labels(found.service, "spec", "selector")
    text = f"Service {found.ref} selects no pods: its selector is {wanted}"
    candidates = [
        pod for pod in found.case.snapshot.all("Pod", fields.namespace(found.service)) if pod is not found.case.pod
    ]
    scored = [(_likeness(found, keys, pod), fields.name(pod), pod) for pod in candidates]
    best = max(scored, key=lambda entry: entry[:2], default=None)
    if best is None or best[0] < 0.6:
        nothing = f"Service {found.ref} has no endpoints: nothing runs behind it (no pod has {wanted})"
        return found.reach(Problem.SELECTOR, nothing, said)
    labels = fields.labels(best[2], "metadata", "labels")
    own = ",".join(f"{key}={labels[key]}" for key in sorted(keys) if key in labels) or ",".join(
        f"{key}={value}" for key, value in sorted(labels.items()) if key != "pod-template-hash"
    )
    ref = f"{fields.namespace(best[2])}/{best[1]}"
    more = Evidence(source="pod", path=f"{ref} metadata.labels", quote=f"metadata.labels: {own}")
    return found.reach(Problem.SELECTOR, f"{text}, while pod {best[1]} has {own}", said, more, pods=(ref,))


def _likeness(found: _Found, keys: dict[str, str], pod: Object) -> float:
    labels = fields.labels(pod, "metadata", "labels")
    ratios = [difflib.SequenceMatcher(None, value, labels.get(key, "")).ratio() for key, value in keys.items()]
    stem = difflib.SequenceMatcher(
        None, fields.name(found.service), fields.name(pod)[: len(fields.name(found.service))]
    ).ratio()
    return max([stem, *ratios])


def _kept_apart(found: _Found, behind: list[Object], refs: tuple[str, ...]) -> Reach | None:
    if found.case.pod is None or not behind:
        return None
    port = endpoints.target_port(found.service, behind[0], found.port)
    hit = policies.blocking(found.case.snapshot, found.case.pod, behind[0], port)
    if hit is None:
        return None
    direction, policy = hit
    ref = f"{fields.namespace(policy)}/{fields.name(policy)}"
    side = "leave this pod for" if direction == policies.EGRESS else "reach"
    said = Evidence(source="networkpolicy", path=f"{ref} spec.policyTypes", quote=f"policyTypes: {direction}")
    return found.reach(Problem.POLICY, f"NetworkPolicy {ref} does not let traffic {side} {found.ref}", said, pods=refs)
