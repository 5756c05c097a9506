"""The program cannot bind its port: it is in use already, or it is a privileged one.

What it means
    All containers of a pod share one network, and with hostNetwork all pods of a node do. A second listener is refused.

How it is decided
    By ``address already in use`` (or ``permission denied`` while binding below 1024) in the dying output. The port is
    looked up among the other containers' ``ports`` and, with hostNetwork, on the node.

What it is confused with
    permission-denied on a file. Sockets in TIME_WAIT survive a container restart in the pod's network and go away by
    themselves. A probe that asks a wrong port is not this.

How to fix it
    Give one of the two another port, or drop the second container. For a privileged port use one above 1024, or the
    NET_BIND_SERVICE capability. A restart helps nothing; roll back when port or sidecar came with the rollout.

How to prevent it
    Declare every port in ``containerPort``: tools then see the clash before the cluster does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.claims.probes.failures import port_of as probe_port
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts.model import Role
from diagnostics.facts.quotes import first
from diagnostics.findings import log_lines, wording
from diagnostics.findings.commands import durable, kubectl, patch_spec, subject
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Object

CAUSE: Final = Cause(
    id="port-conflict",
    title="Its port is in use or privileged",
    category=Category.PROGRAM,
    claims=frozenset({ClaimType.ADDRESS_IN_USE, ClaimType.PORT_PRIVILEGED}),
)

_RIGHTS: Final = ("runAsUser", "runAsNonRoot", "capabilities", "NET_BIND_SERVICE")
"""Fields that decide who may listen below 1024."""
_DIGITS: Final = compiled(r"\b\d{2,5}\b")


_OWN: Final = compiled(r"^(?:https?://|tcp://)?(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::1?\]|\*)?:?(\d{2,5})$")
"""An address to listen on: a port alone, or one of every address or of this host."""


def check(case: Case) -> Finding | None:
    """Return the finding when the dying output says that a port could not be bound."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    port = _port(case, case.suspect, hit)
    low = port is not None and port < 1024 and "denied" in hit.quote.lower()
    owner, proof = _owner(case, case.suspect, port)
    where = f"port {port}" if port else "its port"
    because = f": container {owner} of the same pod has it" if owner else ""
    host = fields.flag(case.pod, "spec", "hostNetwork")
    if low:
        because = ": below 1024 only root or NET_BIND_SERVICE may listen"
    elif not owner and host:
        because = ": the pod uses the node's network, another process there has it"
        proof = (Evidence(source="pod", path="spec", quote="hostNetwork=true"),)
    beside = () if owner or low or host else _beside(case, case.suspect)
    if beside:
        because = f": the containers of a pod share its network, and {' and '.join(beside)} came with the rollout"
    sure = log_lines.agrees(case, hit)
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} cannot listen on {where} ({log_lines.how(case)}){because}",
        evidence=first((*log_lines.said(case, hit), *proof, *log_lines.ended(case))),
        container=case.suspect.name,
        facts={"port": port, "owner": owner, "host_network": host},
        remedy=_remedy(case, case.suspect, port, owner or " or ".join(beside), low=low, shared=host and not owner),
        fault=Fault.TEMPLATE,
        fault_names=(*_names(case.suspect, port, owner, shared=host and not owner), *(_RIGHTS if low else ())),
    )


def _remedy(case: Case, suspect: Container, port: int | None, owner: str, *, low: bool, shared: bool) -> Remedy:
    """Return how the program gets a port: the right to a low one, another process away from it, or another one."""
    who = log_lines.who(case)
    if low:
        text = (
            f"Let {who} bind port {port} by the pod's own sysctl net.ipv4.ip_unprivileged_port_start 0{_lost(suspect)};"
            " or let it listen above 1023, and name that port in its ports and its Service."
        )
        sysctl = {"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}
        hosted = fields.flag(case.pod, "spec", "hostNetwork")
        change = () if hosted else patch_spec(case, {"securityContext": {"sysctls": [sysctl]}})
        return Remedy(text=text + durable(case), commands=change)
    if shared:
        node = fields.text(case.pod, "spec", "nodeName")
        other = _neighbour(case, port, node)
        has = f"{other or 'Something else'} has port {port or 'that port'} on node {node or '<node>'}"
        text = f"{has}: give {who} another port, or let only one of them come to a node, if they do the same work."
        command = kubectl("", "get", "pods", "-A", "-o", "wide", "--field-selector", f"spec.nodeName={node}")
        return Remedy(text=text + durable(case), commands=(command,) if node else ())
    asked = _asked(case, suspect, port)
    text = f"Give {who}{f' or {owner}' if owner else ''} another port."
    if asked and len(case.containers) > 1:
        other = owner or "the other program of the pod (its containers share one network)"
        text = f"Give {other} another port: {asked} asks {who} on {port}."
    return Remedy(
        text=text + durable(case),
        commands=(
            kubectl(case.namespace, "get", subject(case), "-o", "jsonpath={.spec.template.spec.containers[*].ports}"),
        ),
    )


def _beside(case: Case, suspect: Container) -> tuple[str, ...]:
    """Return the other containers of the pod whose image came with the rollout, when none is known to have the port."""
    names = {item.name for item in case.containers if item.name != suspect.name and item.role is not Role.INIT}
    changed = {change.what for change in case.changed}
    return tuple(name for name in sorted(names) if {f"image of {name}", f"pod container {name}"} & changed)


def _asked(case: Case, suspect: Container, port: int | None) -> str:
    """Return who asks the program on that port: then another one would not do."""
    if port is None:
        return ""
    for kind in ("livenessProbe", "readinessProbe", "startupProbe"):
        if probe_port(fields.table(suspect.spec, kind), suspect) == port:
            return f"the {kind}"
    own = fields.labels(case.pod, "metadata", "labels")
    ports = fields.items(suspect.spec, "ports")
    named = {fields.text(item, "name"): fields.whole(item, "containerPort") for item in ports}
    for service in case.snapshot.all("Service", case.namespace):
        selector = fields.labels(service, "spec", "selector")
        targets = [fields.at(item, "targetPort") for item in fields.items(service, "spec", "ports")]
        if selector and selector.items() <= own.items() and any(named.get(str(to), to) == port for to in targets):
            return f"Service {fields.name(service)}"
    return ""


def _lost(suspect: Container) -> str:
    """Return the way by a capability, as a clause, where the spec takes it away; empty where one would do nothing.

    The runtime's default set has NET_BIND_SERVICE already (containerd, CRI-O). A user other than root gets it only by a
    file that has it, and no_new_privs takes that away (capabilities(7), execve(2)): Kubernetes sets no ambient ones.
    """
    context = fields.table(suspect.spec, "securityContext")
    dropped = {word.upper() for word in fields.strings(context, "capabilities", "drop")}
    added = {word.upper() for word in fields.strings(context, "capabilities", "add")}
    held = fields.at(context, "allowPrivilegeEscalation") is False
    if dropped & {"ALL", "NET_BIND_SERVICE"} and "NET_BIND_SERVICE" not in added:
        way = ", or by the capability NET_BIND_SERVICE, which the spec drops"
        root = not fields.whole(context, "runAsUser")
        return way if root else f"{way} (it acts only if the program's file has it, with allowPrivilegeEscalation true)"
    if not held:
        return ""
    return ", or by allowPrivilegeEscalation true, if the program's file has the capability NET_BIND_SERVICE"


def _neighbour(case: Case, port: int | None, node: str) -> str:
    """Return the pod of that node that has the port on the node's network, by its declaration or its arguments."""
    for pod in case.snapshot.all("Pod"):
        own = fields.name(pod) == fields.name(case.pod or {})
        if port is None or own or not node or fields.text(pod, "spec", "nodeName") != node:
            continue
        ports = [item for each in fields.items(pod, "spec", "containers") for item in fields.items(each, "ports")]
        host = fields.flag(pod, "spec", "hostNetwork")
        declared = any(fields.whole(item, "containerPort" if host else "hostPort") == port for item in ports)
        if declared or (host and any(_listens(each, port) for each in fields.items(pod, "spec", "containers"))):
            return f"Pod {fields.namespace(pod)}/{fields.name(pod)}"
    return ""


def _listens(container: Object, port: int) -> bool:
    """Whether an argument gives the program that port of its own: ``--listen=:9100``, ``--port 9100``."""
    words = [*fields.strings(container, "command"), *fields.strings(container, "args")]
    for before, word in zip(("", *words), words, strict=False):
        option, joined, value = word.partition("=") if word.startswith("-") else (before, before, word)
        found = _OWN.search(value) if joined and option.startswith("-") else None
        if found is not None and int(found.group(1)) == port:
            return True
    return False


def _names(suspect: Container, port: int | None, owner: str, *, shared: bool) -> tuple[str, ...]:
    """Return what the fault hangs on: the port, who has it, the image, and that the node's ports are shared."""
    names = (str(port or ""), owner, "hostNetwork" if shared else "", fields.text(suspect.spec, "image"))
    return tuple(name for name in names if name)


def ruled_out(case: Case) -> str:
    """Return why a line about a port does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _port(case: Case, suspect: Container, hit: Claim) -> int | None:
    found = claims.address(hit.names)
    if found is not None and found[1]:
        return found[1]
    told = hit.names.get("port") or (hit.names.get("addr", "").rpartition(":")[2])
    if told.isdigit():
        return int(told)
    own = _declared(suspect)
    taken = {port for item in case.containers if item.name != suspect.name for port in _declared(item)}
    shared = [port for port in own if port in taken]
    if shared or own:
        return (shared or own)[0]
    others = set().union(taken, *(_spoken(item) for item in case.containers if item.name != suspect.name))
    both = sorted(_spoken(suspect) & others)
    return both[0] if both else None


def _spoken(container: Container) -> set[int]:
    """Return the numbers in command and arguments that can be ports: what a container listens on is rarely declared."""
    words = [word for part in ("command", "args") for word in fields.strings(container.spec, part)]
    found = (int(digits) for word in words for digits in _DIGITS.findall(word[:20000]))
    return {number for number in found if 80 <= number <= 65535}


def _declared(container: Container) -> list[int]:
    ports = [fields.whole(entry, "containerPort") for entry in fields.items(container.spec, "ports")]
    return [port for port in ports if port is not None]


def _owner(case: Case, suspect: Container, port: int | None) -> tuple[str, tuple[Evidence, ...]]:
    for item in case.containers:
        if item.name != suspect.name and port is not None and port not in _declared(item) and port in _spoken(item):
            told = next(
                (part, index)
                for part in ("command", "args")
                for index, word in enumerate(fields.strings(item.spec, part))
                if str(port) in word
            )
            path = f"{item.spec_path}.{told[0]}[{told[1]}]"
            return item.name, (Evidence(source="pod", path=path, quote=str(port)),)
        if item.name != suspect.name and port in _declared(item):
            quote = f"containerPort={port}"
            return item.name, (Evidence(source="pod", path=f"{item.spec_path}.ports", quote=quote),)
    return "", ()


EXAMPLES: Final = (
    Example(
        title="a second container of the pod has the port",
        hit=True,
        status={"state": terminated(1)},
        log="listen tcp :8080: bind: address already in use",
    ),
    Example(
        title="a port below 1024 without the right to it",
        hit=True,
        status={"state": terminated(1)},
        log="2026/11/22 12:00:00 [emerg] 1#1: bind() to 0.0.0.0:80 failed (13: Permission denied)",
    ),
    Example(
        title="the next port was taken instead",
        hit=False,
        status={"state": terminated(1)},
        log="WARN Port 8080 is in use, trying another one\nserver started on port 8081\nKeyError: 'x'",
        also=("app-crash",),
    ),
)
