"""The smallest change to a probe that would pass, as a patch of the pod template."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from diagnostics.claims.probes.complaint import AGAIN
from diagnostics.claims.probes.failures import ABSENT, BAD_REQUEST, FIELDS, Failing
from diagnostics.claims.probes.starts import Course
from diagnostics.diagnosis import Clause, Premise, Remedy
from diagnostics.facts import images
from diagnostics.facts.pods import quantities
from diagnostics.facts.pods.probe_texts import REFUSED, Fault
from diagnostics.fields import items, strings, table, text, whole
from diagnostics.findings import wording
from diagnostics.findings.commands import after_change, durable, kubectl, patch, pod_name, set_image
from diagnostics.patterns import compiled
from diagnostics.transcript import words as spoken
from diagnostics.transcript.model import Level, Role

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

STOOD_S: Final = 600
"""Seconds that a revision must have stood before the next, so that its probe is known to have suited it (ours)."""
MARGIN: Final = 1.5
"""A startup probe should allow one and a half times the start that was measured."""
PACED: Final = 1.5
"""The same for a start whose length follows from how far it came, and when."""
SLOW_CPU: Final = 500
"""Millicores of a limit at or below which it most likely slows a start (ours: most programs start on one thread)."""
PATIENT_S: Final = 300
"""Allowance when the start was never seen: it costs nothing to a program that starts sooner."""
GENEROUS: Final = 3
"""How many times the time that was not enough is allowed, when nothing tells how long the start takes (ours)."""
UNTOLD: Final = 10
"""The same for work that was cut off and does not tell its pace: a number that is too large costs nothing (ours)."""
LONG_LIFE_S: Final = 900
"""Above this much of such work, three times is more than ten times of a short one."""
LONG_S: Final = 900
"""The same where the log names work that was going on, without its pace."""
SHORT_S: Final = 120
"""Below this a startup probe allows little for a program that meets others at its start."""
STEPS: Final = 4
"""How many times the longest step of a start, the whole of which was never seen, is allowed."""
_MEMBERS: Final = compiled(r"(?i)\b(?:join|cluster|peers?|quorum|leader|members?|bootstrap|raft|gossip)\b")
"""Words of programs that are several, about each other."""
_LOUD: Final = frozenset({Level.WARN, Level.ERROR, Level.FATAL})
_WAITS: Final = compiled(r"(?i)\b(?:wait|retry|pending|until|not (?:yet )?(?:ready|available))")
"""Words of a program that is kept by another."""
_HANDLERS: Final = ("httpGet", "tcpSocket", "grpc", "exec")
_HOSTS: Final = compiled(
    r"(?i)\bhost\b[^\n]{0,80}\b(?:header|allowed|invalid|not)\b|\b(?:invalid|unknown|disallowed)\b[^\n]{0,20}_?host"
)
"""Words of a server that knows the names by which it may be asked."""
_ONE_BY_ONE: Final = compiled(
    r"(?i)\bthis is a development server\b|\b(?:do not|don't|never) use (?:it|this)? ?(?:\w+ )?in (?:a )?production\b"
)
"""Warnings of a server that answers few at a time (Werkzeug's, Django's runserver's, PHP's own)."""
_READINESS: Final = compiled(r"(?i)/(?:readyz?|readiness|health/ready)/?$")
"""Paths that answer whether a program is ready for work, and not whether it lives."""
_COSTLY: Final = compiled(r"(?i)^/(?:[\w-]+/)*(?:metrics|prometheus|scrape|probe)/?$")
"""Paths that collect at every request what they answer (Prometheus' exposition)."""
_ABSENT: Final = 404
_NOT_FOUND: Final = compiled(
    r"(?i)\bline \d+: ([^\s:]+): (?:command )?not found|: \d+: ([^\s:]+): not found"
    r"|\bsh: ([^\s:]+): (?:command )?not found|\bcommand not found: (\S+)|exec: \"([^\"]+)\": "
)
"""How shells and runtimes name a command that is not there."""
_READY: Final = compiled(r"(?i)ready|readiness")
"""Paths that tell whether a program takes requests, not whether it lives."""
_PATH: Final = "<path that answers 200>"


def remedy(case: Case, failing: Failing) -> Remedy:
    """Return what to do about a failing probe, with a ready patch where the probe is what is wrong."""
    if failing.fault is Fault.STRANGE_FLAG:
        return _newer(case, failing)
    words, change = _change(case, failing)
    commands = patch(case, failing.container, change) if change else ()
    if not commands and failing.told:
        commands = (_asked(case, failing),)
    if not commands:
        commands = (_watch(case) if failing.fault is Fault.UNKNOWN else _look(case, failing),)
    clauses = _clauses(failing, words)
    runs = failing.kind == "Readiness" and failing.container.running_since is not None
    if clauses and runs and REFUSED.search(failing.answer) is not None:
        commands = (*commands, _ports_open(case, failing))
    return Remedy(text=words + (durable(case) if change else ""), commands=commands, clauses=clauses)


def _ports_open(case: Case, failing: Failing) -> str:
    """Return the command that lists the ports on which the running container listens, whatever its image has."""
    name = failing.container.name
    alone = ("-it", "--image=busybox", f"--target={name}", "--", "netstat", "-tln")
    return kubectl(case.namespace, "debug", pod_name(case), *alone)


def _change(case: Case, failing: Failing) -> tuple[str, dict[str, Any]]:  # noqa: PLR0911 — one remedy a fault
    """Return what to do in words, and the change to the container's spec (empty: none would be right)."""
    makers = {
        Fault.WRONG_PORT: _port_change,
        Fault.WRONG_SCHEME: _scheme_change,
        Fault.TOO_EARLY: _time_change,
        Fault.WRONG_COMMAND: _command_change,
        Fault.THROTTLED: _limit_change,
    }
    if failing.fault in (Fault.TOO_SLOW, Fault.WRONG_PATH):
        reading = _timeout_change if failing.fault is Fault.TOO_SLOW else _path_change
        return reading(case, failing, FIELDS[failing.kind], failing.kind.lower())
    maker = makers.get(failing.fault)
    name = failing.kind.lower()
    before = suited(case, failing) if failing.fault is Fault.TOO_EARLY else None
    if before is not None:
        return _listens_where(failing, before), {}
    if failing.said is not None and failing.said.times >= AGAIN:
        short = failing.fault in {Fault.UNHEALTHY, Fault.TOO_EARLY}
        words, change = _short_start(failing, waits=_complains(case, failing)) if short else ("", {})
        return f"{_mend(case, failing)}{_in_order(case, failing)}{words}", change
    if maker is not None:
        return maker(failing, FIELDS[failing.kind], name)
    if failing.fault is Fault.UNHEALTHY and failing.said is not None:
        return _mend(case, failing), {}
    if failing.told:
        printed = wording.cut(failing.told, wording.WORDS)
        asks = (
            f'The {name} probe\'s command answers "{printed}": run it by hand and do what it asks for; if the program'
            " works by its own log, it is the command that asks wrongly. More time helps only where that answer changes"
            " by itself later."
        )
        return asks, {}
    by_fault = {
        Fault.LOOPBACK: f"Let the program listen on 0.0.0.0:{failing.port} (by its option for that address): the"
        f" kubelet cannot reach 127.0.0.1:{failing.better_port or failing.port} in the pod, and more time changes"
        " nothing.",
        Fault.HANGS: "It hangs at its start, every time: more time does not help. Find out what it waits for after the"
        " last line of its log.",
        Fault.GAVE_UP: "Mend what failed first: the container only waits after it, and more time does not help.",
        Fault.UNKNOWN: f"No event is left that says what the {name} probe got: watch the next try and read its answer.",
    }
    if failing.fault is Fault.UNHEALTHY and listens_well(case, failing) and not failing.says_no:
        return (
            f"Ask what the {name} probe asks by hand (the command shows the log): by it the program liste"
            f"ns and complains"
            " of nothing, so compare scheme (HTTP or HTTPS), path, port and Host header with what it serves."
        ), {}
    return by_fault.get(failing.fault, f"{_duty(name)} {_HIDES}"), {}


_HIDES: Final = "Loosening the probe would hide it."


def _duty(name: str) -> str:
    return f"The {name} probe does its duty: find out in the log why the program does not answer well."


def _clauses(failing: Failing, words: str) -> tuple[Clause, ...]:
    """Return what in the words rests on an answer of the program's: a closed port is none."""
    name = failing.kind.lower()
    if _duty(name) not in words:
        return ()
    port = f" {failing.port}" if failing.port is not None else ""
    unfit = (
        f"Nothing answers on port{port}, and the log complains of nothing, so probe and program may not fit: see"
        " on which"
        f" port it really listens (its log, its settings, or the command), and let the {name} probe ask that port and a"
        " path that is served there, or run the image that this probe was written for."
    )
    duty = Clause(text=_duty(name), premise=Premise.UNHEALTHY, instead=unfit)
    return (duty, Clause(text=_HIDES, premise=Premise.UNHEALTHY))


def _mend(case: Case, failing: Failing) -> str:
    """Return that what the log says is what to mend; words that complain of nothing only tell what it is at."""
    line = "" if failing.said is None else wording.head(case.transcript.lines[failing.said.line])
    if not _complains(case, failing):
        told = f" (it goes on with: {line})" if line else ""
        return f"The {failing.kind.lower()} probe only tells that it is not well, and its log does not say why{told}."
    return f"Mend what its log says ({line}): the {failing.kind.lower()} probe only tells that it is not well."


def listens_well(case: Case, failing: Failing) -> bool:
    """Whether the log says that the program listens, and holds no complaint that it did not get over."""
    told = case.transcript
    if told.container != failing.container.name or not told.listening or failing.said is not None:
        return False
    segment = next(iter(told.segments), None)
    return (
        segment is None or told.roles[segment.line] is Role.BACKGROUND or not spoken.complains(told.bare[segment.line])
    )


def _complains(case: Case, failing: Failing) -> bool:
    """Whether the words that the program repeats tell of a trouble: by a claim, their level or the words themselves."""
    if failing.said is None:
        return False
    at, told = failing.said.line, case.transcript
    claimed = any(claim.line == at for claim in case.claims)
    return (
        claimed
        or told.levels[at] in _LOUD
        or _WAITS.search(told.bare[at][:500]) is not None
        or spoken.complains(told.bare[at][:500])
    )


def blames(case: Case, failing: Failing) -> bool:
    """Whether the program is not well by its own words: then the kill is sure, and what led to it stands in these."""
    again = failing.said is not None and failing.said.times > 1
    return failing.fault is Fault.UNHEALTHY and again and _complains(case, failing)


def _in_order(case: Case, failing: Failing) -> str:
    """Return why the first pod of an ordered StatefulSet may wait for others that are not made yet."""
    line = "" if failing.said is None else case.transcript.lines[failing.said.line][:1000]
    if not after_change(case) or not alone(case) or _MEMBERS.search(line) is None:
        return ""
    return (
        " The StatefulSet makes its pods one after the other (OrderedReady), each when the one before is ready: a probe"
        " that waits for the other members never passes. Let it ask only whether the process lives, or make the"
        " StatefulSet anew with podManagementPolicy Parallel."
    )


def alone(case: Case) -> bool:
    """Whether the workload wants several pods and has no other yet."""
    size = 0 if case.workload is None else whole(case.workload.raw, "spec", "replicas") or 0
    return size > 1 and not case.siblings


def _short_start(failing: Failing, *, waits: bool) -> tuple[str, dict[str, Any]]:
    """Return more time for a start whose startup probe allows very little, beside what is to be mended."""
    window = failing.window.latest
    if failing.kind != "Startup" or window >= SHORT_S:
        return "", {}
    period = whole(failing.probe, "periodSeconds") or 10
    kind = " that waits for others" if waits else ""
    words = f" {window:.0f} s are little for a start{kind}: give it {PATIENT_S} s meanwhile."
    return words, {FIELDS[failing.kind]: {"failureThreshold": math.ceil(PATIENT_S / period)}}


def _port_change(failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    handler = next((item for item in _HANDLERS if table(failing.probe, item)), "tcpSocket")
    port: Any = failing.better_port if failing.better_port is not None else "<port it listens on>"
    words = f"Point the {name} probe at port {port}, where the program listens, instead of {failing.port}."
    return words, {field: {handler: {"port": port}}}


def _scheme_change(failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    now = text(failing.probe, "httpGet", "scheme") or "HTTP"
    scheme = "HTTP" if now == "HTTPS" else "HTTPS"
    change = {field: {"httpGet": {"scheme": scheme}}}
    others = []
    for kind, other in FIELDS.items():
        held = table(failing.container.spec, other, "httpGet")
        alike = (
            held.get("port") == table(failing.probe, "httpGet").get("port") and (held.get("scheme") or "HTTP") == now
        )
        if held and other != field and alike:
            change[other] = {"httpGet": {"scheme": scheme}}
            others.append(kind.lower())
    also = f" (the {' and the '.join(others)} probe too, on the same port)" if others else ""
    why = f": port {failing.port} speaks TLS" if scheme == "HTTPS" and failing.port is not None else ""
    return f"Let the {name} probe{also} ask with scheme {scheme}{why}.", change


def _timeout_change(case: Case, failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    given = whole(failing.probe, "timeoutSeconds") or 1
    allowed = max(5, 3 * given, *(2 * longer for longer in _given_by_others(failing, field)))
    costly = failing.kind == "Liveness" and _COSTLY.search(text(failing.probe, "httpGet", "path")) is not None
    if costly:
        asked = text(failing.probe, "httpGet", "path")
        words = (
            f"{asked} is made anew at every request and may ask others for it, which tells nothing of whether"
            " the program"
            f" lives: let the liveness probe only connect (tcpSocket), or give it timeoutSeconds {allowed} at least."
        )
        port = table(failing.probe, "httpGet").get("port")
        return words, {field: {"httpGet": None, "tcpSocket": {"port": port}}}
    late = f"The {name} probe's command takes longer than its {given} s"
    if not table(failing.probe, "exec"):
        late = "The program answers too late"
    words = f"{late}: {_why_late(case, failing)}. Meanwhile give the {name} probe timeoutSeconds {allowed}."
    return words, {field: {"timeoutSeconds": allowed}}


def _given_by_others(failing: Failing, field: str) -> list[int]:
    """Return the seconds that other probes of the same request allow: where they fail too, as much is not enough."""
    same = [kind for kind in _alike(failing, field) if table(failing.probe, "httpGet")]
    return [whole(failing.container.spec, FIELDS[kind], "timeoutSeconds") or 1 for kind in same]


def _why_late(case: Case, failing: Failing) -> str:
    """Return what to look at where answers come late: what the log warns of and the spec says, else the load."""
    if any(_ONE_BY_ONE.search(line[:500]) is not None for line in case.transcript.lines):
        return "its log warns that it is a development server, so serve it by a server with several threads or workers"
    shown = text(failing.container.spec, "resources", "limits", "cpu")
    return f"look at its load and its CPU limit of {shown} first" if shown else "look at its load first"


def _limit_change(failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    """Return what to do about a program that counts the kubelet among its clients and has had enough of it."""
    del field
    period = whole(failing.probe, "periodSeconds") or 10
    words = (
        f"The program limits how often one client may ask, and refuses the {name} probe, which asks every {period} s:"
        " raise that limit by the program's own setting (throttling, rate limit), let it leave out the node's address,"
        " or probe less often (a longer periodSeconds; other probes of the same client count too)."
    )
    return words, {}


def _newer(case: Case, failing: Failing) -> Remedy:
    """Return what to do about a probe that gives a flag which its image's version does not know."""
    repository = images.repository(text(failing.container.spec, "image"))
    words = (
        f"The {failing.kind.lower()} probe's command and the image do not belong together: take a newer release of"
        f" {repository or 'the image'} that knows the flag, or take the flag out of the command (or that probe off the"
        " container, until it does)."
    )
    newer = set_image(case, failing.container, f"{repository}:<tag that knows it>") if repository else ()
    return Remedy(text=words + durable(case), commands=newer or (_look(case, failing),))


def _command_change(failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    """Return a connection to the only port that the container declares, where there is one, instead of the command."""
    image = text(failing.container.spec, "image") or "the image"
    words = f"The {name} probe runs {_absent(failing)}, which {image} lacks: use one it has, or"
    ports = [number for item in items(failing.container.spec, "ports") if (number := whole(item, "containerPort"))]
    if len(ports) != 1:
        return f"{words} an httpGet or tcpSocket probe.", {}
    return f"{words} a connection to port {ports[0]}.", {field: {"exec": None, "tcpSocket": {"port": ports[0]}}}


def _absent(failing: Failing) -> str:
    """Return the command that is not there: the one that a shell of the probe did not find, else the probe's own."""
    told = (_NOT_FOUND.search(event.message[:2000]) for event in failing.failures)
    missing = next((next(filter(None, found.groups())) for found in told if found is not None), "")
    command = strings(failing.probe, "exec", "command")
    return missing or (command[0] if command else "a program")


def _path_change(case: Case, failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    if not table(failing.probe, "httpGet"):
        return f"Serve the gRPC health protocol, or let the {name} probe use tcpSocket.", {}
    asked = text(failing.probe, "httpGet", "path") or "/"
    if failing.kind == "Liveness" and _READINESS.search(asked) is not None and failing.status != _ABSENT:
        return _of_readiness(failing, asked)
    path = failing.better_path or _PATH
    if failing.status == BAD_REQUEST:
        return _bad_request(case, failing, field, name)
    if failing.status in {401, 403}:
        words = f"Point the {name} probe at a path that needs no login."
    elif failing.status not in ABSENT:
        answered = f"answers {failing.status} to" if failing.status else "refuses"
        words = f"The server {answered} the {name} probe: ask a path that it answers with 200."
    else:
        words = f"Correct the path of the {name} probe (it asks {asked})"
        words += f": {path} is served." if failing.better_path else ", or serve that path."
    change = {field: {"httpGet": {"path": path}}}
    others = _alike(failing, field)
    if others:
        words += f" The {' and the '.join(kind.lower() for kind in others)} probe asks the same: change it too."
        change |= {FIELDS[kind]: {"httpGet": {"path": path}} for kind in others}
    return words, change


def _alike(failing: Failing, field: str) -> list[str]:
    """Return the kinds of the container's other probes that ask the same path on the same port."""
    own = table(failing.probe, "httpGet")
    asked = (own.get("path") or "/", own.get("port"))
    held = {kind: table(failing.container.spec, other, "httpGet") for kind, other in FIELDS.items() if other != field}
    return [kind for kind, http in held.items() if http and (http.get("path") or "/", http.get("port")) == asked]


def _of_readiness(failing: Failing, asked: str) -> tuple[str, dict[str, Any]]:
    """Return what to do about a liveness probe that asks for readiness: it kills what only waits for something."""
    words, change = _time_change(failing, FIELDS[failing.kind], "liveness")
    return (
        f"{asked} answers {failing.status} as long as the program is not ready, which is no reason to kill it: let the"
        " liveness probe ask whether it lives (/healthz or /livez, where it serves that) and leave the other path to"
        f" the readiness probe. {words}"
    ), change


def _bad_request(case: Case, failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    """Return what to do about a path that is served and a request that is refused."""
    line = "" if failing.said is None else case.transcript.lines[failing.said.line]
    if _READY.search(text(failing.probe, "httpGet", "path")) is not None and failing.kind != "Readiness":
        words = (
            f"A path of that name answers so while the program is not ready, which no restart cures: let the {name}"
            " probe ask a path that only tells whether the program lives, or give it more time."
        )
        return words, {}
    if _HOSTS.search(line[:1000]) is None:
        told = f" ({wording.head(line)})" if line else ""
        return f"The server refuses the {name} probe's request as it is{told}: correct what the probe asks.", {}
    words = (
        "The kubelet asks with the pod's own address as Host, which the server does not accept: let the"
        f" {name} probe send a Host header that it knows."
    )
    return words, {field: {"httpGet": {"httpHeaders": [{"name": "Host", "value": "<a name that the server accepts>"}]}}}


def _time_change(failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    period = whole(failing.probe, "periodSeconds") or 10
    start_s = _measured(failing)
    needed = math.ceil(MARGIN * start_s) if start_s else _unseen(failing)
    if not start_s and (failing.start.needs_s is None or failing.start.progress is None):
        needed = max(needed, math.ceil(GENEROUS * failing.window.latest), _cut_off(failing))
    needed = max(needed, math.ceil(failing.window.latest) + period)
    why = _needs(failing)
    if failing.kind == "Startup":
        needed = max(needed, math.ceil(MARGIN * failing.window.latest))
        delay = whole(failing.probe, "initialDelaySeconds") or 0
        tries = math.ceil(max(needed - delay, period) / period)
        words = (
            f"Allow the start more time ({why}): {tries} tries every {period} s. If it never gets ready, see its log."
        )
        words += _throttled(failing)
        return words, {field: {"failureThreshold": tries}}
    tries = math.ceil(needed / period)
    words = (
        f"Add a startupProbe that allows {tries * period} s ({why}): the {name} probe then waits for it. A longer "
        "initialDelaySeconds would do too, but delays every later detection."
    )
    words += _throttled(failing)
    probe: Object = {key: failing.probe[key] for key in _HANDLERS if table(failing.probe, key)}
    if timeout := whole(failing.probe, "timeoutSeconds"):
        probe["timeoutSeconds"] = timeout
    return words, {"startupProbe": {**probe, "periodSeconds": period, "failureThreshold": tries}}


def _cut_off(failing: Failing) -> int:
    """Return the allowance for work that a kill cut off: it needs more than it had, and how much more is not told."""
    lived = _lived(failing)
    if failing.kind == "Readiness" or failing.start.course is not Course.MOVED:
        return 0
    return math.ceil((UNTOLD if lived <= LONG_LIFE_S else GENEROUS) * lived)


def suited(case: Case, failing: Failing) -> int | None:
    """Return the earlier revision that this same probe suited, or None: then a slow start is not the likely story.

    Only where nothing tells that the start is slow, and the probe met a closed port all along.
    """
    slow = _measured(failing) or failing.step_s or failing.start.course is not Course.UNKNOWN
    if slow or not REFUSED.search(failing.answer) or case.workload is None:
        return None
    field, name = FIELDS[failing.kind], failing.container.name
    newest = next((item for item in case.workload.revisions if item.current), None)
    for revision in case.workload.revisions:
        if revision.current or revision.failed or newest is None or not (revision.created and newest.created):
            continue
        held = next(
            (item for item in items(revision.template, "spec", "containers") if text(item, "name") == name), None
        )
        stood = (newest.created - revision.created).total_seconds()
        same = held is not None and table(held, field) == failing.probe
        if (
            same
            and held is not None
            and text(held, "image") != text(failing.container.spec, "image")
            and stood >= STOOD_S
        ):
            return revision.number
    return None


def _listens_where(failing: Failing, before: int) -> str:
    image = text(failing.container.spec, "image") or "the image"
    return (
        f"Revision {before} got on with this same {failing.kind.lower()} probe, so a slow start is not th"
        f"e likely story:"
        f" see on which address and port {image} listens (its log, or its option for the listen address; the kubelet"
        f" reaches 0.0.0.0:{failing.port or 'PORT'}, never 127.0.0.1), and set that before it is rolled out again."
    )


def _throttled(failing: Failing) -> str:
    """Return that a small CPU limit may be what makes the start slow, as a sentence that follows."""
    shown = text(failing.container.spec, "resources", "limits", "cpu")
    cpu = quantities.parsed_cpu(shown)
    return f" Its CPU limit of {shown} may be what slows the start: raise it too." if cpu and cpu <= SLOW_CPU else ""


def _measured(failing: Failing) -> float:
    """Return when the start was done by the log, or 0: listening at once, with work going on, is not it."""
    done = failing.start_s or 0.0
    refused = REFUSED.search(failing.answer) is not None or failing.start.course is Course.MOVED
    if failing.kind != "Readiness" and refused and done < _lived(failing):
        return 0.0  # it said that it listens and still refused, or worked on, until it was killed: that was no start
    return done if failing.start.progress is None or done > failing.window.earliest else 0.0


def _needs(failing: Failing) -> str:
    """Return what is known of the time that the start needs, in words."""
    if start_s := _measured(failing):
        return f"it needs {start_s:.0f} s"
    start = failing.start
    if start.needs_s is not None:
        known = start.progress is not None and start.progress.left_s is not None
        pace = f"at the pace of its log about {start.needs_s:.0f} s" if known else "its work has no end in the log yet"
        return f"{pace}; each kill starts over"
    if start.course is Course.MOVED:
        return "its work has no end in the log yet; each kill starts over"
    if failing.step_s:
        return f"its log tells of one step of {failing.step_s:.0f} s"
    if failing.kind == "Readiness":
        return "how long it needs was not seen"
    return f"how long it needs was not seen: more than the {_lived(failing):.0f} s after which it was killed"


def _lived(failing: Failing) -> float:
    """Return how long the newest killed instance lived; the time that the probe allows, where that is not known."""
    ends = failing.container.terminations
    lived = ends[0].lifetime_s if ends else None
    return failing.window.earliest if lived is None else lived


def _unseen(failing: Failing) -> int:
    """Return the allowance for a start whose end was never seen: by its pace, or by the longest step that was."""
    if failing.start.needs_s is not None:
        paced = math.ceil(PACED * failing.start.needs_s)
        return paced if failing.start.progress is not None else max(LONG_S, paced)
    return max(PATIENT_S, math.ceil(STEPS * failing.step_s)) if failing.step_s else PATIENT_S


def _asked(case: Case, failing: Failing) -> str:
    """Return the command that runs an exec probe by hand, to see its whole answer."""
    command = strings(failing.probe, "exec", "command")
    for item in items(failing.container.spec, "env"):  # the kubelet fills these in, exec does not
        name = text(item, "name")
        command = [word.replace(f"$({name})", f"<value of {name}>") for word in command]
    return kubectl(case.namespace, "exec", pod_name(case), "-c", failing.container.name, "--", *command)


def _watch(case: Case) -> str:
    return kubectl(
        case.namespace, "get", "events", "--watch", "--field-selector", f"involvedObject.name={pod_name(case)}"
    )


def _look(case: Case, failing: Failing) -> str:
    # While a container waits, its plain log is the dead instance's; once it runs again that is the previous one.
    runs_again = failing.container.running_since is not None and failing.container.terminations
    previous = ("--previous",) if runs_again and failing.kind != "Readiness" else ()
    return kubectl(case.namespace, "logs", pod_name(case), "-c", failing.container.name, *previous)
