"""A failing probe read against its spec, its events, the declared ports and the log: the probe or the program.

Only ``probe failed`` counts towards a kill; ``probe errored`` is thrown away by the kubelet and never ended anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from diagnostics.claims.groups import WAITING
from diagnostics.claims.probes import access, durations, schemes, starts
from diagnostics.claims.probes.complaint import Complaint, complaint, undeployed
from diagnostics.claims.probes.starts import Course, Start
from diagnostics.diagnosis import Evidence
from diagnostics.facts.pods import lifetimes
from diagnostics.facts.pods.probe_texts import (
    MISCONFIGURED,
    NOT_SERVING,
    REFUSED,
    Fault,
    health_path,
    most_telling,
    status_of,
    told,
)
from diagnostics.facts.quotes import in_spec, pairs, spoken
from diagnostics.fields import items, strings, table, text, whole
from diagnostics.patterns import compiled
from diagnostics.transcript.model import Role

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container, Event
    from diagnostics.facts.pods.lifetimes import Window
    from diagnostics.snapshot import Object

FIELDS: Final = {"Liveness": "livenessProbe", "Startup": "startupProbe", "Readiness": "readinessProbe"}
SPEC_FIELDS: Final = (
    *("httpGet.path", "httpGet.port", "httpGet.scheme", "tcpSocket.port", "grpc.port", "grpc.service"),
    *("initialDelaySeconds", "periodSeconds", "failureThreshold", "timeoutSeconds", "terminationGracePeriodSeconds"),
)
"""The fields of a probe that decide when and for what it gives up."""
MANY_LINES: Final = 5000
_SERVER_ERROR: Final = 500
BAD_REQUEST: Final = 400
"""The path is served and the request refused: only the program's words tell why."""
ABSENT: Final = frozenset({404, 410})
"""HTTP statuses that say that a path is not served (RFC 9110, 15.5.5 and 15.5.11)."""
PATIENCE: Final = 5
"""How many times the time that a probe allows a program that runs may take to start."""
NOT_WELL: Final = frozenset({Fault.UNHEALTHY, Fault.TOO_EARLY, Fault.TOO_SLOW, Fault.UNKNOWN})
"""Where the program's own words may tell more than the probe."""
ASKED: Final = 80
"""Characters of an exec probe's command that a sentence holds."""
OFTEN: Final = 3
"""Restarts from which on the same answer of a probe's command is no matter of one slow start."""
_NOT_YET: Final = compiled(
    r"(?i)refus|tim(?:ed?|ing)[ -]?out|deadline|unreach|no route|reset by|connect|socket|not (?:yet )?(?:ready|running"
    r"|started|up|available|listening|found)|start(?:ing|up)|loading|initiali[sz]|boot|join|recover|replay|warm|migrat|wait"
    r"|no such file|Traceback|no response|unavailable|\bdown\b|pid"
)
"""Words of a command that found nothing to ask, or a program on its way."""
_PRINTS: Final = (frozenset(Fault) - MISCONFIGURED) | {Fault.STRANGE_FLAG}
"""Faults of which the words of the probe's command tell more."""
WELL: Final = 10
"""Good answers to the same request before a refusal from which on a limit refuses it, and no lacking login (ours)."""
_LIMITING: Final = frozenset({403, 429})
"""Statuses of a client that asks too often: 429 is made for it (RFC 6585, 4), also for other trouble, as is 403."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_ASIDE: Final = compiled(r"(?i)metric|pprof|debug|admin|prometheus|profil|telemetry")
"""What a program opens beside its own port, often before it."""
_INWARD: Final = compiled(
    r"(?i)\b(?:start|serv|runn|launch|open)(?:ing|ed)\b[^\n]{0,60}\b(?:on|at) (?:https?://)?"
    r"(?:127\.0\.0\.1|localhost|\[::1\]):(\d{2,5})\b"
)
"""A server that is started on an address which only the pod itself can reach."""


_STARTS: Final = compiled(
    r"(?i)\b(?:start|serv|runn|launch|open)(?:ing|ed)(?: [\w./-]+){0,4} (?:on|at)"
    r" (?:port:? |(?:https?://)?(?:\d+\.\d+\.\d+\.\d+|\*|\[::\])?:)(\d{2,5})\b"
)
"""A server that is being started on a port."""
_OTHERS: Final = compiled(r"(?i)\b(?:from|to|with|using|against|via|client|upstream|proxy|connect\w*)\b")
"""Words after which the port is another's."""


_OWN_WORDS: Final = frozenset({Role.PLAIN, Role.DECIDING, Role.AFTERMATH})
"""Lines in which a program tells of itself; no frame, no help text, no client's trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """One probe of one container, with what is wrong about it."""

    kind: str
    """``Liveness``, ``Startup`` or ``Readiness``."""
    container: Container
    probe: Object
    failures: tuple[Event, ...]
    """Its ``probe failed`` events, newest first."""
    errored: tuple[Event, ...]
    """Its ``probe errored`` events, which never kill."""
    fault: Fault
    answer: str
    """What it got, in words: ``answers 404``, ``gets connection refused``."""
    status: int | None
    """HTTP status that the probe got, if any."""
    port: int | None
    better_port: int | None
    """The port that the program does listen on, if known."""
    better_path: str
    """A path that would pass, if one is known."""
    start_s: float | None
    """Seconds from the start of the container until it said that it listens, or None."""
    evidence: tuple[Evidence, ...]
    logged: bool = False
    """Whether the answer was read from the program's own access log, no event being left."""
    step_s: float | None = None
    """Seconds of the longest step of the start that the log tells, when the whole start was never seen."""
    start: Start = field(default_factory=Start)
    """How the start of the killed instance went, by its log."""
    said: Complaint | None = None
    """What the program keeps saying of its trouble, where the probe is not what is wrong."""
    told: str = ""
    """What an exec probe's command printed, in one line."""
    served: int = 0
    """How often the same request was answered well before it was refused, by the access log."""

    @property
    def says_no(self) -> bool:
        """Whether the program answered, and its answer is that it is not well."""
        return (self.status or 0) >= _SERVER_ERROR or any(NOT_SERVING.search(item.message) for item in self.failures)

    @property
    def window(self) -> Window:
        """Return the seconds after the start between which the kubelet gives up on a container that never passed."""
        return lifetimes.window(self.probe)

    @property
    def asks(self) -> str:
        """Return what the probe does, in words: ``GET /healthz on port 8080``."""
        return asks(self.probe)


@dataclass(frozen=True, slots=True)
class _Log:
    """What the container's log says about listening."""

    port: int | None = None
    """A port that it says it listens on: the probe's own, if it is among them."""
    line: int | None = None
    loopback: bool = False
    up: bool = False
    """Whether it says that it is up, with a port or without."""


def read(case: Case, container: Container, kind: str) -> Failing | None:
    """Return the probe of that kind with what is wrong about it, or None when the container has no such probe."""
    probe = table(container.spec, FIELDS[kind])
    if not probe:
        return None
    own = [event for event in case.events if event.reason == "Unhealthy" and event.container in {"", container.name}]
    failures = tuple(event for event in own if event.message.startswith(f"{kind} probe failed"))
    telling = most_telling([event.message for event in failures])
    port, declared = port_of(probe, container), _declared(container)
    log = _heard(case, container, port)
    heard_of = (
        access.answered(case.transcript, probe)
        if not failures and case.transcript.container == container.name
        else None
    )
    if heard_of is not None:
        telling = f"HTTP probe failed with statuscode: {heard_of.status}"
    fault, answer = told(telling)
    if fault in {Fault.REFUSED, Fault.UNKNOWN}:
        fault = _refused(case, container, probe, log, refused=fault is Fault.REFUSED)
        fault = _by_its_kind(container, kind, fault, telling)
    limited = _limited(case, container, probe, status_of(telling))
    fault = fault if limited is None else Fault.THROTTLED
    spoken_tls = schemes.tls(case, probe, port, telling) if case.transcript.container == container.name else None
    told_tls = fault is Fault.UNHEALTHY and schemes.told(container, probe, telling)
    fault = Fault.WRONG_SCHEME if told_tls or spoken_tls is not None else fault
    start = starts.course(case, container) if kind != "Readiness" else Start()
    heard = _heard_after(case) if case.transcript.container == container.name else None
    was_up = heard is not None and heard < lifetimes.window(probe).earliest and not REFUSED.search(telling)
    fault = _by_its_course(fault, start, was_up=was_up)
    better = log.port if log.port is not None else (declared[0] if log.up and len(declared) == 1 else None)
    shown = sorted(failures, key=lambda event: event.message != telling)[:2]
    proof = [*in_spec(container, FIELDS[kind], *SPEC_FIELDS), *(event.evidence() for event in shown)]
    proof += _command(container, kind)
    if fault in {Fault.WRONG_PORT, Fault.LOOPBACK}:
        proof += _ports(container)
    proof += [] if heard_of is None else [case.quote(heard_of.line)]
    proof += [] if spoken_tls is None else [case.quote(spoken_tls)]
    if log.line is not None and fault is not Fault.UNHEALTHY:
        proof.append(case.quote(log.line))
    proof += [] if limited is None else [case.quote(limited.well), case.quote(limited.refused)]
    better_path, named = _better_path(case, container, kind)
    lacking = undeployed(case, container.name) if fault is Fault.WRONG_PATH and named is None else None
    fault = fault if lacking is None else Fault.UNHEALTHY
    proof += [case.quote(named)] if named is not None and fault is Fault.WRONG_PATH else []
    step = durations.longest(case, container) if heard is None and kind != "Readiness" else None
    if step is not None and fault in {Fault.TOO_EARLY, Fault.REFUSED, Fault.UNKNOWN}:
        proof.append(case.quote(step.line))
    if start.line is not None and fault not in MISCONFIGURED:
        proof.append(case.quote(start.line))
    refused = status_of(telling) == BAD_REQUEST
    waits = (fault in NOT_WELL and start.course is not Course.MOVED) or refused
    well = access.passed(case.transcript, probe) if case.transcript.container == container.name else ()
    said = lacking or (complaint(case, container.name, well) if waits else None)
    if said is not None:
        proof.insert(0, case.quote(said.line))
    return Failing(
        kind=kind,
        container=container,
        probe=probe,
        failures=failures,
        errored=tuple(event for event in own if event.message.startswith(f"{kind} probe errored")),
        fault=fault,
        answer=answer,
        status=status_of(telling),
        port=port,
        better_port=better if better != port else None,
        better_path=better_path,
        start_s=heard,
        step_s=None if step is None else step.seconds,
        evidence=tuple(proof),
        logged=heard_of is not None,
        start=start,
        said=said,
        told=_printed(kind, telling) if table(probe, "exec") and fault in _PRINTS else "",
        served=0 if limited is None else limited.times,
    )


def _limited(case: Case, container: Container, probe: Object, status: int | None) -> access.Turned | None:
    """Return how the program answered well before it refused the same request, where a limit is what refuses it."""
    if status not in _LIMITING or case.transcript.container != container.name:
        return None
    found = access.turned(case.transcript, probe, status)
    return found if found is not None and found.times >= WELL else None


def _by_its_kind(container: Container, kind: str, fault: Fault, telling: str) -> Fault:
    """Return what is wrong by what such a probe can tell.

    A startup probe is not asked again once it has passed: the program never was up by then.
    """
    if kind == "Startup" and fault is Fault.UNHEALTHY:
        return Fault.TOO_EARLY
    return Fault.UNHEALTHY if fault is Fault.TOO_EARLY and _found_wrong(container, kind, telling) else fault


def _found_wrong(container: Container, kind: str, message: str) -> bool:
    """Whether a liveness command answers, through several starts, with something else than that nothing is up yet."""
    command = bool(table(container.spec, FIELDS[kind], "exec")) and kind == "Liveness"
    said = _printed(kind, message) if command and container.restarts >= OFTEN else ""
    return bool(said) and _NOT_YET.search(said) is None


def _printed(kind: str, message: str) -> str:
    """Return what the command printed, out of the event's text, in one line."""
    _, _, printed = message.partition(f"{kind} probe failed: ")
    return " ".join(printed.split())


def asks(probe: Object) -> str:
    """Return what a probe does, in words."""
    http = table(probe, "httpGet")
    if http:
        return f"GET {text(http, 'path') or '/'} on port {http.get('port')}"
    if table(probe, "tcpSocket"):
        return f"a connection to port {table(probe, 'tcpSocket').get('port')}"
    if table(probe, "grpc"):
        return f"gRPC health on port {table(probe, 'grpc').get('port')}"
    command = spoken(strings(probe, "exec", "command"))
    if len(command) > ASKED:
        command = f"{command[:ASKED].rpartition(' ')[0] or command[:ASKED]}…"
    return f"exec {command}" if command else "probe"


def port_of(probe: Object, container: Container) -> int | None:
    """Return the number of the probe's port; a name is looked up among the container's ports."""
    for handler in ("httpGet", "tcpSocket", "grpc"):
        value = table(probe, handler).get("port")
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str):
            if value.isdecimal() and len(value) < 6:
                return int(value)
            named = (port for port in items(container.spec, "ports") if text(port, "name") == value)
            return next((whole(port, "containerPort") for port in named), None)
    return None


def _refused(case: Case, container: Container, probe: Object, log: _Log, *, refused: bool) -> Fault:
    """Nothing listens on the probe's port, or the text tells nothing: where, or when, is the question."""
    port, declared = port_of(probe, container), _declared(container)
    elsewhere = log.port
    if elsewhere is None and log.up and declared and port not in declared:
        elsewhere = declared[0]  # it says that it is up, nothing listens there: what it declares is the likelier port
    if log.loopback and port is not None and (log.port == port or not _waits_after(case, log)):
        return Fault.LOOPBACK
    if log.loopback:
        elsewhere = None  # it waits for others yet: what it opened for itself alone is not what is asked
    if port is not None and elsewhere not in {None, port}:
        return Fault.WRONG_PORT
    if not refused and not table(probe, "exec"):
        return Fault.UNKNOWN
    return Fault.TOO_EARLY if _young(case, container, probe) else Fault.UNHEALTHY


def _waits_after(case: Case, log: _Log) -> bool:
    """Whether the program still waits for another after it said that it listens: more ports are to come."""
    return any(claim.type in WAITING and log.line is not None and claim.line > log.line for claim in case.claims)


def _young(case: Case, container: Container, probe: Object) -> bool:
    """Whether the newest instance ended, or still is, within the time that a probe which never passed allows."""
    ended = container.terminations[0] if container.terminations else None
    lived = ended.lifetime_s if ended is not None else None
    if ended is None and container.running_since is not None:
        return (case.now - container.running_since).total_seconds() <= PATIENCE * lifetimes.window(probe).latest
    if lived is None or ended is None:
        return True
    grace = 30 if ended.exit_code == 137 else 0
    return lived <= lifetimes.window(probe).latest + lifetimes.SLACK_S + grace


def _declared(container: Container) -> list[int]:
    return [
        number
        for port in items(container.spec, "ports")
        if (number := whole(port, "containerPort")) is not None and text(port, "protocol") in {"", "TCP"}
    ]


def _ports(container: Container) -> list[Evidence]:
    return [
        Evidence(source="pod", path=f"{container.spec_path}.ports", quote=quote)
        for port in items(container.spec, "ports")[:4]
        if (quote := pairs(port, "containerPort", "name"))
    ]


def _command(container: Container, kind: str) -> list[Evidence]:
    """Return an exec probe's command as one line, when it is short enough to quote."""
    words = strings(table(container.spec, FIELDS[kind]), "exec", "command")
    path = f"{container.spec_path}.{FIELDS[kind]}.exec.command"
    return [Evidence(source="pod", path=path, quote=spoken(words))] if words and len(spoken(words)) < 400 else []


def _heard(case: Case, container: Container, port: int | None) -> _Log:
    """Return the port that the log says it listens on (the probe's own, where that is one), and the line."""
    if case.transcript.container != container.name:
        return _Log()
    said = case.transcript.listening
    ported = [item for item in said if item.port is not None]
    main = [item for item in ported if _ASIDE.search(case.transcript.lines[item.line][:500]) is None]
    main.sort(key=lambda item: item.address in _LOOPBACK)
    asked = sorted((item for item in ported if item.port == port), key=lambda item: item.address in _LOOPBACK)
    chosen = next(iter(asked), next(iter(main), None))
    if chosen is None:
        return _inward(case) or _named(case, port) or _Log(up=any(item not in ported for item in said))
    return _Log(chosen.port, chosen.line, chosen.address in _LOOPBACK, up=True)


def _inward(case: Case) -> _Log | None:
    """Return the server that the program starts for the pod itself alone, where it tells of no other."""
    for index, line in enumerate(case.transcript.lines[:MANY_LINES]):
        found = _INWARD.search(line[:500])
        if found is not None and case.transcript.roles[index] is Role.PLAIN:
            return _Log(int(found.group(1)), index, loopback=True, up=True)
    return None


def _named(case: Case, port: int | None) -> _Log | None:
    """Return the port that the program starts its server on by its own words, where it never names the probe's."""
    found = [
        (int(told.group(1)), index)
        for index, line in enumerate(case.transcript.lines[:MANY_LINES])
        if (told := _STARTS.search(line[:500])) is not None
        and _OTHERS.search(told.group(0)) is None
        and _ASIDE.search(line[:500]) is None
        and case.transcript.roles[index] in _OWN_WORDS
    ]
    if port is None or not found or any(number == port for number, _ in found):
        return None
    return _Log(*found[0], up=True)


def _by_its_course(fault: Fault, start: Start, *, was_up: bool) -> Fault:
    """Return what is wrong, once it is known how the start went: the log outweighs what the probe got.

    Of a program that ``was_up`` long before the probe gave up, more time is not what it lacks.
    """
    if start.course is Course.GAVE_UP and (fault not in MISCONFIGURED or fault is Fault.WRONG_PATH):
        return Fault.GAVE_UP  # a server whose application failed answers 404 at the right path, too
    if fault in MISCONFIGURED:
        return fault
    if start.course is Course.MOVED:
        return Fault.TOO_EARLY
    if start.course is Course.UNKNOWN and fault is Fault.TOO_EARLY and was_up:
        return Fault.UNHEALTHY
    return Fault.HANGS if start.course is Course.HUNG else fault


def _heard_after(case: Case) -> float | None:
    """Return the seconds from the start until the log says that the program listens."""
    return next((item.after_s for item in case.transcript.listening if item.after_s is not None), None)


def _better_path(case: Case, container: Container, kind: str) -> tuple[str, int | None]:
    """Return a path that would pass, and the log's line that names it: the asked one below another, if it is told.

    Then another probe's that does not fail, then any that looks like a health endpoint.
    """
    asked = text(container.spec, FIELDS[kind], "httpGet", "path")
    lines = case.transcript.lines[:MANY_LINES] if case.transcript.container == container.name else ()
    named = [(path, line) for line, said in enumerate(lines) if (path := health_path(said)) and path != asked]
    below = next((told for told in named if len(asked) > 1 and told[0].endswith(f"/{asked.strip('/')}")), None)
    if below is not None:
        return below
    for other, name in FIELDS.items():
        path = text(container.spec, name, "httpGet", "path")
        failed = f"{other} probe failed: HTTP"
        fails = any(event.reason == "Unhealthy" and event.message.startswith(failed) for event in case.events)
        if other != kind and path and path != asked and not fails:
            return path, None
    return named[0] if named else ("", None)
