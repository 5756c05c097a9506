"""The smallest change to a probe that would pass, as a patch of the pod template."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from diagnostics.claims.probes.failures import FIELDS, Failing
from diagnostics.diagnosis import Remedy
from diagnostics.facts.pods.probe_texts import Fault
from diagnostics.fields import table, text, whole
from diagnostics.findings.commands import durable, kubectl, patch, pod_name

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

MARGIN: Final = 1.5
"""A startup probe should allow one and a half times the start that was measured."""
PACED: Final = 1.2
"""The same for a start whose length follows from how far it came, and when."""
PATIENT_S: Final = 300
"""Allowance when the start was never seen: it costs nothing to a program that starts sooner."""
STEPS: Final = 4
"""How many times the longest step of a start, the whole of which was never seen, is allowed."""
_HANDLERS: Final = ("httpGet", "tcpSocket", "grpc", "exec")
_PATH: Final = "<path that answers 200>"


def remedy(case: Case, failing: Failing) -> Remedy:
    """Return what to do about a failing probe, with a ready patch where the probe is what is wrong."""
    words, change = _change(failing)
    commands = patch(case, failing.container, change) if change else ()
    if not commands:
        commands = (_watch(case) if failing.fault is Fault.UNKNOWN else _look(case, failing),)
    return Remedy(text=words + (durable(case) if change else ""), commands=commands)


def _change(failing: Failing) -> tuple[str, dict[str, Any]]:
    """Return what to do in words, and the change to the container's spec (empty: none would be right)."""
    makers = {
        Fault.WRONG_PATH: _path_change,
        Fault.WRONG_PORT: _port_change,
        Fault.WRONG_SCHEME: _scheme_change,
        Fault.TOO_EARLY: _time_change,
        Fault.TOO_SLOW: _timeout_change,
    }
    maker = makers.get(failing.fault)
    if maker is not None:
        return maker(failing, FIELDS[failing.kind], failing.kind.lower())
    name = failing.kind.lower()
    words = {
        Fault.LOOPBACK: f"Let the program listen on 0.0.0.0:{failing.port}: the kubelet cannot reach 127.0.0.1 in the"
        " pod.",
        Fault.WRONG_COMMAND: f"The {name} probe runs a program that the image lacks: use one it has, or an httpGet"
        " probe.",
        Fault.HANGS: "It hangs at its start, every time: more time does not help. Find out what it waits for after the"
        " last line of its log.",
        Fault.GAVE_UP: "Mend what failed first: the container only waits after it, and more time does not help.",
        Fault.UNKNOWN: f"No event is left that says what the {name} probe got: watch the next try and read its answer.",
    }
    duty = f"The {name} probe does its duty: find out in the log why the program does not answer well. Loosening the"
    return words.get(failing.fault, f"{duty} probe would hide it."), {}


def _port_change(failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    handler = next((item for item in _HANDLERS if table(failing.probe, item)), "tcpSocket")
    port: Any = failing.better_port if failing.better_port is not None else "<port it listens on>"
    words = f"Point the {name} probe at port {port}, where the program listens, instead of {failing.port}."
    return words, {field: {handler: {"port": port}}}


def _scheme_change(failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    scheme = "HTTP" if text(failing.probe, "httpGet", "scheme") == "HTTPS" else "HTTPS"
    return f"Let the {name} probe ask with scheme {scheme}.", {field: {"httpGet": {"scheme": scheme}}}


def _timeout_change(failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    allowed = max(5, 3 * (whole(failing.probe, "timeoutSeconds") or 1))
    words = (
        f"The program answers too late: look at its load and CPU limit first. Meanwhile give the {name} probe "
        f"timeoutSeconds {allowed}."
    )
    return words, {field: {"timeoutSeconds": allowed}}


def _path_change(failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    if not table(failing.probe, "httpGet"):
        return f"Serve the gRPC health protocol, or let the {name} probe use tcpSocket.", {}
    path = failing.better_path or _PATH
    if failing.status in {401, 403}:
        words = f"Point the {name} probe at a path that needs no login."
    else:
        words = f"Correct the path of the {name} probe (it asks {text(failing.probe, 'httpGet', 'path') or '/'})"
        words += f": {path} is served." if failing.better_path else ", or serve that path."
    return words, {field: {"httpGet": {"path": path}}}


def _time_change(failing: Failing, field: str, name: str) -> tuple[str, dict[str, Any]]:
    period = whole(failing.probe, "periodSeconds") or 10
    needed = math.ceil(MARGIN * failing.start_s) if failing.start_s else _unseen(failing)
    needed = max(needed, math.ceil(failing.window.latest) + period)
    why = _needs(failing)
    if failing.kind == "Startup":
        delay = whole(failing.probe, "initialDelaySeconds") or 0
        tries = math.ceil(max(needed - delay, period) / period)
        words = (
            f"Allow the start more time ({why}): {tries} tries every {period} s. If it never gets ready, see its log."
        )
        return words, {field: {"failureThreshold": tries}}
    tries = math.ceil(needed / period)
    words = (
        f"Add a startupProbe that allows {tries * period} s ({why}): the {name} probe then waits for it. A longer "
        "initialDelaySeconds would do too, but delays every later detection."
    )
    probe: Object = {key: failing.probe[key] for key in _HANDLERS if table(failing.probe, key)}
    return words, {"startupProbe": {**probe, "periodSeconds": period, "failureThreshold": tries}}


def _needs(failing: Failing) -> str:
    """Return what is known of the time that the start needs, in words."""
    if failing.start_s:
        return f"it needs {failing.start_s:.0f} s"
    start = failing.start
    if start.needs_s is not None:
        known = start.progress is not None and start.progress.left_s is not None
        pace = f"at the pace of its log about {start.needs_s:.0f} s" if known else "its work has no end in the log yet"
        return f"{pace}; each kill starts over"
    if failing.step_s:
        return f"its log tells of one step of {failing.step_s:.0f} s"
    return "how long it needs was not seen"


def _unseen(failing: Failing) -> int:
    """Return the allowance for a start whose end was never seen: by its pace, or by the longest step that was."""
    if failing.start.needs_s is not None:
        return math.ceil(PACED * failing.start.needs_s)
    return max(PATIENT_S, math.ceil(STEPS * failing.step_s)) if failing.step_s else PATIENT_S


def _watch(case: Case) -> str:
    return kubectl(
        case.namespace, "get", "events", "--watch", "--field-selector", f"involvedObject.name={pod_name(case)}"
    )


def _look(case: Case, failing: Failing) -> str:
    # While a container waits, its plain log is the dead instance's; once it runs again that is the previous one.
    runs_again = failing.container.running_since is not None and failing.container.terminations
    previous = ("--previous",) if runs_again and failing.kind != "Readiness" else ()
    return kubectl(case.namespace, "logs", pod_name(case), "-c", failing.container.name, *previous)
