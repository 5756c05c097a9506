"""A service that the program needs is refused, unreachable, unresolvable or not ready.

What it means
    The program asked for another service (a database, a broker, an API) and got no usable answer, so it gave up, or an
    init container waits for it without end. The fault lies at the dependency or on the way to it.

How it is decided
    By a line of the dying output with host and port, then by checking the target: is there a Service of that name, has
    it the port, does its selector match pods, has it ready endpoints, is its workload scaled to zero, does a
    NetworkPolicy stand between, and what does the dependency's own pod die of? A finding there makes it confirmed; the
    line alone is only likely.

What it is confused with
    A warning that was retried and followed by "connected" is no cause. A target of localhost is an unset host
    (bad-config). A dependency that answered and refused the password is dependency-auth-failed. Refused (nobody listens
    or no ready endpoints), timed out (policy, firewall) and not resolved (wrong name, DNS) are different troubles. A
    liveness kill of a program whose database is away is this cause too: the log complains of it again and again,
    never got over it, the objects show it away, and the probe is told so (5xx, a failing command).

How to fix it
    Fix the dependency or the name. A restart of this workload helps nothing: the kubelet tries again by itself. A
    rollback helps only when the host name came with the rollout.

How to prevent it
    Connect with retries and back-off instead of dying, keep the dependency out of the liveness probe, alert on Services
    without ready endpoints, and give init containers that wait a time-out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import re2

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import alike, assigned, candidates, target_address
from diagnostics.claims import named as claims
from diagnostics.claims.groups import WAITING
from diagnostics.claims.model import ClaimType
from diagnostics.claims.probes import dependency
from diagnostics.claims.reach import Problem
from diagnostics.diagnosis import Diagnosis, Evidence, Fault, Finding, Link, Remedy, Verdict
from diagnostics.examples import NAMESPACE, Example, running, terminated
from diagnostics.facts.pods import blocking
from diagnostics.facts.quotes import first
from diagnostics.findings import (
    log_lines,
    lookups,
    name_servers,
    neighbours,
    platform_ends,
    refusals,
    schema_fixes,
    wording,
)
from diagnostics.findings.commands import durable, kubectl, pod_name, subject
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.claims.probes.failures import Failing
    from diagnostics.snapshot import Object

CAUSE: Final = Cause(
    id="dependency-unavailable",
    title="A service it depends on cannot be reached",
    category=Category.DEPENDENCY,
    claims=WAITING,
)

_DIGITS: Final = compiled(r"\d+")

_WRONG_NAME: Final = (Problem.NO_SERVICE, Problem.NO_NAMESPACE, Problem.PORT)


def check(case: Case) -> Finding | None:
    """Return the finding when the program died of, or waits for, a service that does not answer."""
    led = log_lines.claiming(case, CAUSE.claims)
    if led is not None and (dependency.misread(case, led) or target_address.unowned(case, led) is not None):
        led = None
    hit = led or dependency.complaint(case)
    if hit is None or case.suspect is None:
        return None
    found, told_port = _with_port(case, _reach(case, hit))
    guess = None if found.host else candidates.best(case)
    if guess is not None:
        found, told_port = guess.reach, (guess.because,)
    found = claims.dns(case, found) if hit.type is ClaimType.NAME_UNRESOLVED else found
    own = {name: case.dependencies[name] for name in found.pods if name in case.dependencies}
    sick = {name: told for name, told in own.items() if told.verdict is not Verdict.NOT_FAILING}
    hangs, complaint = neighbours.stuck(neighbours.beside(case, found))
    proven = guess is None and (bool(sick) or bool(hangs) or _proves(case, hit, found))
    if not proven and (led is None or (not found.host and refusals.unprepared(log_lines.words(case, hit)))):
        return None  # such complaints alone do not show that it was unwell for them; or its own state is not prepared
    killed = dependency.killing(case)
    tries = _tries(case, hit)
    name, told = next(iter(sick.items()), ("", None))
    again = f", {tries} tries" if tries > 2 else ""
    words = log_lines.words(case, hit)
    platform = None if proven else platform_ends.end(case, found.host, found.target, words)
    server = name_servers.silent(case, words) if not proven and guess is None else None
    verb, where = _plight(case, hit, found, guessed=guess is not None)
    because = _because(case, hit, found, hangs)
    if platform is not None:
        verb, where, because = "cannot reach", platform.name, f": {wording.tail(words)}"
    beyond = server or platform
    if server is not None:
        verb, where, because = "gets no answer from", server.called, f": it asked for {short(case, server.name)}"
    if killed is not None:
        because += f". So the {killed.kind.lower()} probe {killed.answer} and the kubelet kills it"
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if proven else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} {verb} {where} ({log_lines.how(case)}{again}){because}",
        evidence=first(
            (
                *log_lines.said(case, hit, 2 if killed else 4),
                *_killed(killed),
                *log_lines.ended(case),
                *found.evidence,
                *complaint,
                *told_port,
            ),
            limit=10,
        ),
        container=case.suspect.name,
        facts={"host": found.host, "port": found.port, "problem": str(found.problem), "service": found.service},
        remedy=_remedy(case, hit, found, (name, told)) if beyond is None else beyond.remedy,
        chain=_chain(found, name, told),
        fault=Fault.POD_STATE if hangs else Fault.DEPENDENCY,
        fault_names=tuple(item for item in (found.host, found.host.partition(".")[0]) if item),
    )


def _plight(case: Case, hit: Claim, found: claims.Reach, *, guessed: bool) -> tuple[str, str]:
    """Return what the program cannot do, and with whom."""
    if not found.host and schema_fixes.unrun(log_lines.words(case, hit)):
        return "waits in vain for", "migrations of its database"
    where = short(case, found.target) if found.host else "a service it depends on"
    if guessed:
        return "cannot reach", f"a service that its log does not name, likely {where}"
    return ("cannot reach" if found.host or hit.type is not ClaimType.NOT_READY else "waits in vain for"), where


def _because(case: Case, hit: Claim, found: claims.Reach, hangs: str) -> str:
    """Return why, as a clause: what the objects say of the target, or the program's own words."""
    unresolved = hit.type is ClaimType.NAME_UNRESOLVED
    if unresolved and found.alias and found.problem is Problem.EXTERNAL:
        return f": Service {_own(case, found.service)} is an alias of {found.alias}, which does not resolve"
    if not found.host:  # nobody can say which service: the program's own words say the most
        return f": {wording.tail(log_lines.words(case, hit))}"
    because = (f": {found.sentence.replace(f' {case.namespace}/', ' ')}" if found.sentence else "") + hangs
    if unresolved and _unnamed_while_unready(case, found):
        because += "; it is headless, so its name has no address until one is ready"
    return because


def _proves(case: Case, hit: Claim, found: claims.Reach) -> bool:
    """Whether what the objects say of the target explains the line."""
    if found.problem is Problem.TARGET_PORT:  # a port where nobody listens refuses at once
        return re2.search(r"(?i)refused|reset", log_lines.words(case, hit)) is not None
    return found.problem not in (Problem.NONE, Problem.EXTERNAL, Problem.UNKNOWN)


def _unnamed_while_unready(case: Case, found: claims.Reach) -> bool:
    """Whether the name is of a headless Service that publishes ready pods only, and has none."""
    namespace, _, name = found.service.partition("/")
    service = case.snapshot.one("Service", namespace, name)
    headless = fields.text(service, "spec", "clusterIP") == "None"
    return (
        found.problem is Problem.NOT_READY and headless and not fields.flag(service, "spec", "publishNotReadyAddresses")
    )


def _killed(killed: Failing | None) -> tuple[Evidence, ...]:
    """Return what the probe got that had the program killed."""
    return () if killed is None else tuple(item for item in killed.evidence if item.source == "event")[:1]


def _own(case: Case, ref: str) -> str:
    return ref.removeprefix(f"{case.namespace}/")


def ruled_out(case: Case) -> str:
    """Return why connection errors in the log do not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _reach(case: Case, hit: Claim) -> claims.Reach:
    """Check the address of the leading line, else the best one that a line of the same block names."""
    exact = not hit.source.startswith("generic.") and claims.address(hit.names) is not None
    others = [
        other
        for other in case.claims
        if other.type in CAUSE.claims and abs(other.line - hit.line) <= 20
        # A general pattern may take the wrong word of a line for the host that an exact one names.
        if not (exact and other.line == hit.line and other.source.startswith("generic."))
    ]
    checked = [
        claims.host(case, *found) for other in (hit, *others) if (found := claims.address(other.names)) is not None
    ]
    if not checked:
        return claims.Reach(host="", port=None, problem=Problem.UNKNOWN, sentence="")
    named = next((item for item in checked if item.problem not in (Problem.UNKNOWN, Problem.EXTERNAL)), checked[0])
    for item in checked:  # a name says more to a reader than the address it was resolved to
        if item.service == named.service and item.problem is named.problem and not item.host.replace(".", "").isdigit():
            return item
    return named


def _with_port(case: Case, found: claims.Reach) -> tuple[claims.Reach, tuple[Evidence, ...]]:
    """Return the target with the port that the container's command names beside the host, when the log gave none."""
    if found.port is not None or not found.host or case.suspect is None:
        return found, ()
    host = re2.escape(found.host)
    beside = compiled(rf"\b(\d{{2,5}})\b[^\w]{{1,5}}{host}|{host}[^\w]{{1,5}}(\d{{2,5}})\b")
    for part in ("command", "args"):
        for index, word in enumerate(fields.strings(case.suspect.spec, part)):
            seen = beside.search(word[:20000])
            if seen is not None:
                path = f"{case.suspect.spec_path}.{part}[{index}]"
                said = Evidence(source="pod", path=path, quote=seen.group(0))
                return replace(found, port=int(seen.group(1) or seen.group(2))), (said,)
    return found, ()


def short(case: Case, target: str) -> str:
    """Return an address without the cluster's own suffix, and without the case's own namespace."""
    host, colon, port = target.partition(":")
    inner = host.removesuffix(".cluster.local").removesuffix(".svc") if host.endswith(".cluster.local") else host
    return inner.removesuffix(f".{case.namespace}") + colon + port


def _tries(case: Case, hit: Claim) -> int:
    """Return how often the very same words stand in the log: one try may be told in several ways."""
    lines = {other.line for other in case.claims if other.source == hit.source}
    same = Counter(_DIGITS.sub("0", case.transcript.bare[line][:400]) for line in lines)
    return max(same.values(), default=0)


def _chain(found: claims.Reach, name: str, told: Diagnosis | None) -> tuple[Link, ...]:
    """Return the way to the root: the Service where it is the fault, or the dependency's pod and what is behind it."""
    if told is not None:
        return (Link(cause=told.cause, target=f"Pod {name}", summary=told.summary), *told.chain)
    if found.workload:
        zero = found.problem is Problem.SCALED_TO_ZERO
        summary = "It is scaled to zero" if zero else "It has no pods"
        return (Link(cause="scaled-to-zero" if zero else None, target=found.workload, summary=summary),)
    if found.service and found.problem is not Problem.NONE:
        return (Link(cause=None, target=f"Service {found.service}", summary=found.sentence),)
    return ()


def _remedy(case: Case, hit: Claim, found: claims.Reach, root: tuple[str, Diagnosis | None]) -> Remedy:  # noqa: PLR0911 — one remedy a problem
    name, told = root
    if told is not None and told.remedy.text:
        # What fails for a third one has that one's remedy, which says whose it is.
        text = (
            told.remedy.text
            if told.chain
            else f"Fix {name} first: {told.remedy.text[:1].lower()}{told.remedy.text[1:]}"
        )
        return Remedy(text=text, commands=told.remedy.commands)
    if not found.host and schema_fixes.unrun(log_lines.words(case, hit)):
        return Remedy(text=schema_fixes.RUN, commands=(kubectl(case.namespace, "get", "jobs,pods"),))
    namespace, _, service = found.service.partition("/")
    look = (
        kubectl(namespace or case.namespace, "get", "service", service, "-o", "yaml"),
        kubectl(namespace or case.namespace, "get", "endpointslice", "-l", f"kubernetes.io/service-name={service}"),
    )
    aimed = _service_itself(case, found)
    if aimed:
        return Remedy(text=aimed, commands=look[:1])
    if found.problem is Problem.SELECTOR:
        return _selector(found)
    if found.problem is Problem.SCALED_TO_ZERO:
        kind, _, ref = found.workload.partition(" ")
        owner = ref.partition("/")[2]
        return Remedy(
            text=f"Scale {found.workload} up again.",
            commands=(kubectl(namespace, "scale", f"{kind.lower()}/{owner}", "--replicas=1"),),
        )
    if found.problem is Problem.EXTERNAL and not found.service:
        return _outside(case, hit, found)
    return _address_or_way(case, found, look if service else ())


def _service_itself(case: Case, found: claims.Reach) -> str:
    """Return what to correct in the Service, where it is what leads astray."""
    own = _own(case, found.service)
    if found.alias:
        return f"Correct the name that Service {own} stands for ({found.alias}), or bring it back."
    if found.problem is Problem.NOT_HEADLESS:
        return (
            f"Make Service {own} anew as a headless one (clusterIP: None; publishNotReadyAddresses where its pods look"
            " for each other before they are ready), or give them another that is: the field cannot be changed."
        )
    if found.problem is Problem.TARGET_PORT:
        return f"Let Service {own} send to the port that its pods listen on (targetPort)."
    return ""


def _address_or_way(case: Case, found: claims.Reach, look: tuple[str, ...]) -> Remedy:
    namespace = found.service.partition("/")[0]
    if found.problem in _WRONG_NAME:
        return _misnamed(case, found, namespace)
    if found.problem is Problem.NO_MEMBER:
        return _no_member(case, found)
    if found.problem is Problem.POLICY:
        text = "Let the NetworkPolicy allow this traffic (both directions are judged on their own)."
        return Remedy(text=text, commands=(kubectl(namespace, "get", "networkpolicies", "-o", "yaml"),))
    return _other(case, found, look)


def _no_member(case: Case, found: claims.Reach) -> Remedy:
    """Return what to do about a list that names a member which its StatefulSet does not have: the list is old."""
    member = found.host.partition(".")[0]
    where = assigned.place(case, member) or lookups.places(case)
    text = (
        f"Take {member} out of the list of members that names it ({where}; else what hands the list out: a discovery"
        f" service, the data of the other members): {found.sentence}. Leave the members that are well as they are. If"
        f" {member} is wanted, scale its StatefulSet up instead."
    )
    return Remedy(text=text + durable(case), commands=(*lookups.word(case, member), *_members(case, found, member)))


def _members(case: Case, found: claims.Reach, member: str) -> tuple[str, ...]:
    namespace = found.service.partition("/")[0] or case.namespace
    return (kubectl(namespace, "get", "statefulset", member.rpartition("-")[0]),)


def _misnamed(case: Case, found: claims.Reach, namespace: str) -> Remedy:
    """Return what to do about a name without a Service: make it for the pods that are there, or correct the name."""
    name = found.service.partition("/")[2]
    services = kubectl(namespace, "get", "services")
    lone = _without_service(case, namespace, name) if found.problem is Problem.NO_SERVICE else None
    if lone is not None:
        kind, port = fields.text(lone, "kind"), found.port or _only_port(lone)
        ref = f"{kind.lower()}/{fields.name(lone)}"
        labels = fields.labels(lone, "spec", "selector", "matchLabels")
        chosen = ",".join(f"{key}={value}" for key, value in labels.items())
        text = (
            f"{kind} {fields.name(lone)} runs in namespace {namespace} and no Service leads to it: make the Service"
            f" {name}{f' for its port {port}' if port else ''}{f' with selector {chosen}' if chosen else ''}, in its"
            " manifest too."
        )
        if kind != "Deployment":  # kubectl exposes no other kind by its template
            return Remedy(text=text, commands=(services,))
        ports = (f"--port={port}",) if port else ()
        return Remedy(text=text, commands=(kubectl(namespace, "expose", ref, f"--name={name}", *ports), services))
    home = _home(found)
    if home:
        return _moved(case, found, home)
    given = _given(case, found)
    near = f" {found.near[0]} exists: if it was meant, use its name." if found.near else ""
    host = found.host.partition(".")[0] if found.problem is not Problem.NO_NAMESPACE else found.host
    where = assigned.place(case, found.host)
    text = (
        f"Correct the address {found.target} in {where}"
        if where
        else (f"Correct the address {found.target} where it is set{given}: in {lookups.places(case)}")
    )
    meant = None if near or found.problem is not Problem.NO_SERVICE else _only_unserved(case, namespace)
    if meant is not None:
        kind, port = fields.text(meant, "kind"), _only_port(meant)
        text = (
            f"Make the Service {name} where {kind} {fields.name(meant)} is meant by it, the only one of namespace"
            f" {namespace} that no Service leads to; else correct the address {found.target} where it is set"
            f" ({where or lookups.places(case)}, or the image)."
        )
        ports = (f"--port={port}",) if port else ()
        ref = f"{kind.lower()}/{fields.name(meant)}"
        return Remedy(text=text, commands=(kubectl(namespace, "expose", ref, f"--name={name}", *ports), services))
    text += f", or create what it names.{near}"
    shown = lookups.word(case, host)
    if shown and not where:
        text += " Where none of these holds it, it is the image's own default: then the setting that this release"
        text += " reads is not given."
    return Remedy(text=text + durable(case), commands=(services, *shown))


def _given(case: Case, found: claims.Reach) -> str:
    """Return the variable that gives the address, by its name, in brackets; or nothing."""
    variables = alike.variables(case, found.host)
    return f" (variable {variables[0]}, by its name)" if len(variables) == 1 else ""


def _home(found: claims.Reach) -> str:
    """Return the one namespace that holds the Service which is not in the namespace that the address names."""
    _, _, name = found.service.partition("/")
    homes = [space for space, _, other in (item.partition("/") for item in found.near) if other == name]
    return homes[0] if len(homes) == 1 else ""


def _moved(case: Case, found: claims.Reach, home: str) -> Remedy:
    """Return what to do about an address with another namespace than its Service has."""
    namespace, _, name = found.service.partition("/")
    where = assigned.place(case, found.host)
    at = f"in {where}" if where else f"where it is set{_given(case, found)}: in {lookups.places(case)}"
    text = (
        f"Write {name}.{home} for {found.host} {at}: Service {name} is in namespace {home}, and {namespace} has none of"
        " that name."
    )
    return Remedy(text=text + durable(case), commands=(kubectl(home, "get", "service", name),))


def _only_unserved(case: Case, namespace: str) -> Object | None:
    """Return the one Deployment beside the failing workload that declares a port and that no Service selects."""
    own = case.workload.name if case.workload is not None else ""
    others = (item for item in case.snapshot.all("Deployment", namespace) if fields.name(item) != own)
    served = (_without_service(case, namespace, fields.name(item)) for item in others if _only_port(item))
    found = [item for item in served if item is not None]
    return found[0] if len(found) == 1 else None


def _without_service(case: Case, namespace: str, name: str) -> Object | None:
    """Return the workload of that name that no Service selects, or the only one with a label or container of it."""
    labelled = []
    for kind in ("Deployment", "StatefulSet", "DaemonSet"):
        for found in case.snapshot.all(kind, namespace):
            labels = fields.labels(found, "spec", "template", "metadata", "labels")
            own = case.workload is not None and (kind, fields.name(found)) == (case.workload.kind, case.workload.name)
            if own or not labels or _served(case, namespace, labels):
                continue
            if fields.name(found) == name:
                return {**found, "kind": kind}
            containers = fields.items(found, "spec", "template", "spec", "containers")
            called = {*labels.values(), *(fields.text(item, "name") for item in containers)}
            labelled += [{**found, "kind": kind}] if name in called else []
    return labelled[0] if len(labelled) == 1 else None


def _served(case: Case, namespace: str, labels: dict[str, str]) -> bool:
    """Whether a Service of the namespace selects pods with these labels."""
    return any(
        (selector := fields.labels(service, "spec", "selector")) and selector.items() <= labels.items()
        for service in case.snapshot.all("Service", namespace)
    )


def _only_port(workload: Object) -> int | None:
    """Return the port that the workload's containers declare, when it is a single one."""
    containers = fields.items(workload, "spec", "template", "spec", "containers")
    ports = [fields.whole(port, "containerPort") for item in containers for port in fields.items(item, "ports")]
    return ports[0] if len(ports) == 1 else None


def _other(case: Case, found: claims.Reach, look: tuple[str, ...]) -> Remedy:
    beside = neighbours.beside(case, found)
    if beside is not None:
        return neighbours.remedy(case, beside)
    if claims.is_local(found.host):
        text = (
            f"Find out what should serve {found.target}: {found.sentence}. A host that is meant to be outside the pod"
            " must be named in its settings."
        )
        return Remedy(text=text, commands=(kubectl(case.namespace, "logs", pod_name(case), "--all-containers"),))
    if not found.host:
        return _nameless(case, look)
    since = _ready_since(case, found) or _endpoint_now(found)
    if since:
        text = (
            f"Wait for the next start, it is ready by now: {since}. Only if that fails too, find out why"
            f" {found.target} does not answer."
        )
        return Remedy(text=text, commands=look[1:])
    text = f"Find out why {found.target or 'the dependency'} does not answer."
    if look or not found.host or found.port is None:
        return Remedy(text=text, commands=look or (kubectl(case.namespace, "get", "services,endpointslices"),))
    way = f"{text} The command tries the way from a pod of this namespace: if that works, the way from this pod's node"
    asked = (*_ASKED, found.host, str(found.port))
    command = kubectl(case.namespace, "run", "reach", "--rm", "-it", "--restart=Never", "--image=busybox", "--", *asked)
    return Remedy(text=f"{way} or its NetworkPolicies differ.", commands=(command,))


def _ready_since(case: Case, found: claims.Reach) -> str:
    """Return since when what stands behind the Service is ready, where it started as late as the last end; or nothing.

    Without a readiness probe a pod is ready as soon as it runs, a little before its program listens.
    """
    ended = None if case.ended is None else case.ended.finished_at
    named = (ref.partition("/") for ref in found.pods)
    pods = [pod for namespace, _, name in named if (pod := case.snapshot.one("Pod", namespace, name)) is not None]
    ready = [pod for pod in pods if blocking.ready(pod)]
    known = [moment for pod in ready if (moment := _served_since(pod)) is not None]
    if ended is None or not known or len(known) < len(ready) or min(known) < ended - _LISTENS:
        return ""
    which = f"pod {fields.name(ready[0])} runs" if len(ready) == 1 else f"the {len(ready)} pods behind it run"
    return f"{which} and {'is' if len(ready) == 1 else 'are'} ready since {min(known):%H:%M:%S} UTC"


def _endpoint_now(found: claims.Reach) -> str:
    """Return that the address is ready by its EndpointSlice, which tells no time, where its pod was not read."""
    told = (
        found.problem is Problem.NONE
        and not found.pods
        and any(item.source == "endpointslice" for item in found.evidence)
    )
    return f"{found.sentence}, and most likely was not when it was asked" if told else ""


def _served_since(pod: Object) -> datetime | None:
    """Return since when a ready pod serves: its last container's start, or its becoming ready since."""
    states = fields.items(pod, "status", "containerStatuses")
    moments = [fields.time(state, "state", "running", "startedAt") for state in states]
    conditions = fields.items(pod, "status", "conditions")
    moments += [fields.time(item, "lastTransitionTime") for item in conditions if fields.text(item, "type") == "Ready"]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


_LISTENS: Final = timedelta(seconds=30)
"""Time from a container's start until its program listens, in which a pod without readiness probe is ready already."""


def _outside(case: Case, hit: Claim, found: claims.Reach) -> Remedy:
    """Return how to look for the fault on the way out of the cluster: the name, the way, or the other side."""
    where = f"Nothing of this cluster stands behind {found.host}"
    probe = ("run", "reach", "--rm", "-it", "--restart=Never", "--image=busybox", "--")
    if hit.type is ClaimType.NAME_UNRESOLVED:
        text = (
            f"{where}: let the cluster's DNS know it. CoreDNS asks the servers that its Corefile forwards to (the"
            " node's, by default): the name must be known there, or stand in a hosts block or the pod's hostAliases."
            " If it is misspelt, correct it where it is set."
        )
        asked = kubectl(case.namespace, *probe, "nslookup", found.host)
        forwards = kubectl("kube-system", "get", "configmap", "coredns", "-o", "yaml")
        return Remedy(text=text, commands=(asked, forwards, *lookups.word(case, found.host)[:1]))
    others = _also_failed(case, found.host)
    if others:
        text = (
            f"{where}, and {' and '.join(others[:2])} did not answer either: the way out of the cluster as a whole is"
            " what to look at (egress NetworkPolicies, NAT or gateway of the nodes, firewall, proxy settings), and not"
            " this one host."
        )
    else:
        text = (
            f"{where}: see whether that host is up, then the way out to it (egress NetworkPolicies, NAT or gateway of"
            " the nodes, firewall, proxy settings)."
        )
    if found.port is None:
        return Remedy(text=text, commands=(kubectl(case.namespace, *probe, "nslookup", found.host),))
    text += " The command tries it from a pod of this namespace; where that works, this pod's node or policies differ."
    return Remedy(text=text, commands=(kubectl(case.namespace, *probe, *_ASKED, found.host, str(found.port)),))


def _also_failed(case: Case, host: str) -> tuple[str, ...]:
    """Return the other hosts outside the cluster that the log could not reach either."""
    told = [other.names for other in case.claims if other.type in CAUSE.claims]
    named = [address[0] for names in told if (address := claims.address(names)) is not None]
    outside = [item for item in dict.fromkeys(named) if claims.host(case, item).problem is Problem.EXTERNAL]
    return tuple(item for item in outside if item != host)


_ASKED: Final = ("nc", "-zv", "-w", "5")


def _nameless(case: Case, look: tuple[str, ...]) -> Remedy:
    """Return how to find the service that the log does not name: the addresses it is given against those there are."""
    text = (
        "The log does not name the host: compare the addresses that it is given (its variables and files, or a default"
        " of its own where they give none) with the Services that there are."
    )
    services = look or (kubectl(case.namespace, "get", "services,endpointslices"),)
    return Remedy(text=text, commands=(kubectl(case.namespace, "set", "env", subject(case), "--list"), *services))


def _selector(found: claims.Reach) -> Remedy:
    namespace, _, service = found.service.partition("/")
    if not found.pods:
        text = f"Start what should stand behind Service {service}: no pod has its labels (or correct its selector)."
        return Remedy(text=text, commands=(kubectl(namespace, "get", "service", service, "-o", "yaml"),))
    text = f"Correct the selector of Service {service} so that it matches the pods' labels (or the labels)."
    return Remedy(text=text, commands=(kubectl(namespace, "edit", "service", service),))


_DATABASE: Final = {
    "kind": "Service",
    "metadata": {"name": "orders-db", "namespace": NAMESPACE},
    "spec": {"selector": {"app": "orders-database"}, "ports": [{"port": 5432}], "clusterIP": "10.96.0.9"},
}
EXAMPLES: Final = (
    Example(
        title="a single pod's name, below a Service that is not headless",
        hit=True,
        status={"state": terminated(1)},
        log="FATAL cannot resolve host orders-db-0.orders-db.production.svc.cluster.local",
        objects=(_DATABASE,),
    ),
    Example(
        title="a warning tells why the list that the end complains of is empty",
        hit=True,
        status={"state": terminated(3)},
        log="WARN  07:10:02 Peer list: could not resolve host peer-0.ledger.shop.svc\n"
        "ERROR 07:10:02 Start failed: The peer list is empty.",
    ),
    Example(
        title="the Service selects no pods",
        hit=True,
        status={"state": terminated(1)},
        objects=(_DATABASE,),
        log="dial tcp 10.96.0.9:5432: connect: connection refused\nfailed to initialise, exiting",
    ),
    Example(
        title="there is no Service of that name",
        hit=True,
        status={"state": terminated(1)},
        log="Error: getaddrinfo ENOTFOUND redis-master.cache.svc.cluster.local",
    ),
    Example(
        title="refused at first, then connected: it died of something else",
        hit=False,
        status={"state": terminated(1)},
        log="WARN dial tcp 10.96.0.9:5432: connect: connection refused, retrying\nconnected to orders-db:5432\n"
        "panic: runtime error: index out of range [3] with length 3",
        also=("app-crash",),
    ),
    Example(
        title="errors in the log of a container that runs and is ready",
        hit=False,
        status={"ready": True, "restartCount": 0, "state": running(3000)},
        log="ERROR dial tcp 10.96.0.9:5432: connect: connection refused",
        also=("healthy",),
    ),
)
