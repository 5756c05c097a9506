"""The program ends by itself with exit code 0, and is started again because the pod wants it to run for ever.

What it means
    With restartPolicy Always a clean end is restarted too, and repeated ends are backed off like crashes. The program
    is a batch job, went into the background, or found nothing to do (a shell without a terminal).

How it is decided
    Reason Completed with exit code 0, restarted by policy, after a graceful stop from outside (probe kill, drain) has
    been excluded, and with nothing in the last lines that says why it gave up. After an error as its last word it is
    likely at most.

What it is confused with
    A liveness kill of a program that shuts down in good order (also Completed, 0). A program that logs an error and
    then exits 0 hides the real cause: the log decides. An init container or a Job that ends with 0 has done its work.

How to fix it
    A batch program belongs into a Job or CronJob. A server must stay in the foreground (``nginx -g 'daemon off;'``,
    ``apachectl -D FOREGROUND``, no ``service x start``, no ``&``). A shell needs a command.

How to prevent it
    Try the image with ``docker run`` without a terminal: if it returns, it is no service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import FAULTS, Category, Cause
from diagnostics.claims import mounted
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.facts import images
from diagnostics.facts.model import EndedBy, Role
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import ending, first, in_status
from diagnostics.fields import items, strings, table, text
from diagnostics.findings import line_fixes, log_lines, lookups, suspicion, wording
from diagnostics.findings.commands import durable, kubectl, patch, pod_name, subject
from diagnostics.patterns import compiled
from diagnostics.transcript.last_words import last_words
from diagnostics.transcript.model import Level

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="exits-cleanly",
    title="Ends with exit code 0 and is started again",
    category=Category.PROGRAM,
    explained_by=FAULTS,
    fallback=True,
)
_ENDED: Final = {
    EndedBy.LIVENESS_PROBE: "the kubelet ended it for its liveness probe",
    EndedBy.STARTUP_PROBE: "the kubelet ended it for its startup probe",
    EndedBy.KERNEL_CHILD: "the kernel killed a child of it",
}
_LAST: Final = 3
"""Last lines that are quoted."""

NEAR: Final = 12
"""Lines at the end of a log in which a batch program says that it is through."""
_STDIN: Final = compiled(r"(?i)\b(?:stdin|stdio|standard input)\b")
_DONE: Final = compiled(
    r"(?i)\b(?:migrations?|import|export|backup|seed(?:ing)?|sync|job|task|work|batch|run|script|load|initiali[sz]ation)s?"
    r" (?:\w+ ){0,3}(?:complete[d]?|done|finished|succeeded|applied)\b"
    r"|\ball (?:done|\w+ (?:applied|migrated|processed))\b"
    r"|\b(?:successfully|finished|completed) (?:\w+ ){0,2}(?:migrat|import|export|backup|seed|sync|process)\w*"
)
_SHELLS: Final = {"sh", "bash", "ash", "/bin/sh", "/bin/bash", "python", "python3", "node", "irb"}


def check(case: Case) -> Finding | None:
    """Return the finding when the failing container ended by itself with exit code 0 and must not end."""
    container, end = failing(case), case.ended
    if container is None or end is None or container.role is Role.INIT:
        return None
    if end.exit_code != 0 or end.ended_by is not EndedBy.PROGRAM or end.reason == "OOMKilled":
        return None
    if not _must_run(case, container) or container.waiting_reason not in {"", "CrashLoopBackOff"}:
        return None
    if log_lines.leading(case) is not None or log_lines.crashed(case) is not None:
        return None  # it says why it gave up: words outweigh the exit code
    said = any(hit.deciding and not hit.wrapper for hit in case.claims)
    lived = f" after {wording.span(end.lifetime_s)}" if end.lifetime_s is not None else ""
    again = f", {wording.times(container.restarts)} so far" if container.restarts else ""
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.LIKELY if said or _complaint(case) is not None else Verdict.CONFIRMED,
        summary=(
            f"{wording.begin(wording.who(case, container))} ends by itself with exit code 0{lived}, and its restart "
            f"policy starts it again{again}{_because(case, container)}."
        ),
        evidence=first(
            (
                *ending(container, end),
                *_last(case),
                *_given(container),
                *in_status(container, "restartCount"),
                *_policy(case),
            )
        ),
        container=container.name,
        facts={"exit_code": 0, "restarts": container.restarts, "lived_s": end.lifetime_s},
        remedy=_remedy(case, container),
        fault=Fault.TEMPLATE,
        fault_names=("command", "args", "image"),
    )


def _complaint(case: Case) -> int | None:
    """Return the last of the last words, where it is an error: a program that gives up may still exit with 0."""
    last = last_words(case.transcript, _LAST)[-1:]
    return next((line for line in last if case.transcript.levels[line] in {Level.ERROR, Level.FATAL}), None)


def _because(case: Case, container: Container) -> str:
    """Return why it has nothing to go on with, where that is known, as a clause."""
    if not _command(container) and images.bare(text(container.spec, "image")):
        return ": a bare base image without a command"
    complaint = _complaint(case)
    if complaint is not None:
        told = wording.cut(case.transcript.bare[complaint], wording.WORDS).replace(". ", ": ")  # one sentence stays one
        return f'; its last word is an error: "{told}"'
    return ": it lives from its standard input, which a pod closes" if _fed(case) is not None else ""


def _command(container: Container) -> list[str]:
    return [*strings(container.spec, "command"), *strings(container.spec, "args")]


def ruled_out(case: Case) -> str:
    """Return who ended it, when the exit code was 0 and it was not the program's own will."""
    end = case.ended
    if end is None or end.exit_code != 0 or end.ended_by not in _ENDED:
        return ""
    return f"the exit code was 0, but {_ENDED[end.ended_by]}"


def suspected(case: Case, best: Finding) -> bool:
    """Whether a program that is simply done comes to mind."""
    del best
    return suspicion.code(case) == 0


def _must_run(case: Case, container: Container) -> bool:
    """Whether an end with 0 is started again: container policy first, then the pod's; sidecars always."""
    if container.role is Role.SIDECAR:
        return True
    own = text(container.spec, "restartPolicy")
    return (own or text(case.pod, "spec", "restartPolicy") or "Always") == "Always"


def _policy(case: Case) -> tuple[Evidence, ...]:
    policy = text(case.pod, "spec", "restartPolicy")
    return (Evidence(source="pod", path="spec", quote=f"restartPolicy={policy}"),) if policy else ()


def _last(case: Case) -> tuple[Evidence, ...]:
    """Return what it did last: a program that has done its work mostly says so, and then where it left it."""
    return tuple(case.quote(line) for line in last_words(case.transcript, _LAST))


def _given(container: Container) -> tuple[Evidence, ...]:
    """Return its command and arguments: they say what it was asked to do."""
    return tuple(
        Evidence(source="pod", path=f"{container.spec_path}.{part}[{index}]", quote=word[:300])
        for part in ("command", "args")
        for index, word in enumerate(strings(container.spec, part)[:_LAST])
        if word.strip()
    )


def _remedy(case: Case, container: Container) -> Remedy:
    command = _command(container)
    joined = " ".join(command)
    image = text(container.spec, "image")
    if not command and images.bare(image):
        return _bare(case, container, image)
    fed = _fed(case)
    if fed is not None:
        return _standard_input(case, container, fed)
    words = "If it is a batch program, run it as a Job or CronJob; if it is a server, keep it in the foreground."
    if serves := _serves(case, container):
        words = f"It is a server ({serves}): let its command end with the server itself in the foreground (exec)."
    complaint = _complaint(case)
    if complaint is not None:
        built = line_fixes.built(case, container, (case.transcript.lines[complaint],))
        if built is not None:
            return built
        words = "No remedy is known for its last error, and the exit code only hides that it failed."
    done = _work_done(case)
    if done is not None:
        words = (
            f'Its log says that its work is done ("{wording.cut(case.transcript.bare[done], wording.WORDS)}"): run it'
            " as a Job (or a CronJob, or an init container of what waits for it) with the same pod template and"
            f" restartPolicy OnFailure, and delete {subject(case)}, which starts it for ever."
        )
    if len(command) == 1 and command[0] in _SHELLS:
        words = f"{command[0]} without a terminal and without a command ends at once: give it the program to run."
    elif "nginx" in joined and "daemon off" not in joined:
        words = "nginx goes into the background: start it with -g 'daemon off;'."
    elif "service " in joined or "systemctl" in joined or joined.rstrip().endswith("&"):
        words = "The command starts a service in the background and ends: run the program itself in the foreground."
    template = kubectl(case.namespace, "get", subject(case), "-o", "yaml")
    printed = kubectl(case.namespace, "logs", pod_name(case), "-c", container.name, "--tail=50")
    return Remedy(text=words + durable(case), commands=(printed if case.transcript.verbatim else template,))


def _serves(case: Case, container: Container) -> str:
    """Return what shows that the container is a server: a Service that selects the pod, its ports or its probes."""
    labels = fields.labels(case.pod, "metadata", "labels")
    for service in case.snapshot.all("Service", case.namespace):
        selector = fields.labels(service, "spec", "selector")
        if selector and selector.items() <= labels.items():
            return f"Service {fields.name(service)} selects its pod"
    ports = [str(item["containerPort"]) for item in items(container.spec, "ports") if item.get("containerPort")]
    if ports:
        return f"it declares port {ports[0]}"
    probed = ("livenessProbe", "readinessProbe", "startupProbe")
    return next((f"it has a {probe}" for probe in probed if table(container.spec, probe)), "")


def _bare(case: Case, container: Container, image: str) -> Remedy:
    """Return that an image without a program of its own needs a command."""
    words = (
        f"{image} is a bare base image, and the spec gives no command: what it starts is a shell or a prompt, which"
        f" ends at once without a terminal. Give {container.name} the program that it is to run as its command, or use"
        " an image that has one. The command only keeps it alive, to look around in it with kubectl exec."
    )
    return Remedy(text=words + durable(case), commands=patch(case, container, {"command": ["sleep", "infinity"]}))


def _standard_input(case: Case, container: Container, line: int) -> Remedy:
    """Return what to do about a program that lives from its standard input, which a pod closes."""
    told = wording.cut(case.transcript.bare[line], wording.WORDS)
    asked = lookups.word(case, "stdi")
    if mounted.owners(case) or items(container.spec, "ports"):
        words = (
            f'It reads its standard input ("{told}"), which is closed in a pod, and ends with it: give it another'
            f" source in {lookups.places(case)}, or, where that names one already, run a release that keeps to it."
        )
        return Remedy(text=words + durable(case), commands=asked)
    words = (
        f'It lives from its standard input ("{told}"), which is closed in a pod, so that it ends at once: give it'
        f" another source or transport (a file, a port) in {lookups.places(case)}. Where another program is to attach"
        " to it, stdin: true keeps it open (the last command)."
    )
    return Remedy(text=words + durable(case), commands=(*asked, *patch(case, container, {"stdin": True})))


def _fed(case: Case) -> int | None:
    """Return the newest line that tells of standard input as what the program reads."""
    bare = case.transcript.bare
    return next((at for at in range(len(bare) - 1, -1, -1) if _STDIN.search(bare[at][:500]) is not None), None)


def _work_done(case: Case) -> int | None:
    """Return the newest line among the last that says that a piece of work is done."""
    bare = case.transcript.bare
    near = range(len(bare) - 1, max(-1, len(bare) - 1 - NEAR), -1)
    return next((at for at in near if _DONE.search(bare[at][:500]) is not None), None)


_BACKOFF: Final = waiting("CrashLoopBackOff", "back-off 20s restarting failed container=api pod=api_production(uid)")
EXAMPLES: Final = (
    Example(
        title="a batch program run as a Deployment",
        hit=True,
        status={"state": terminated(0, "Completed"), "lastState": terminated(0, "Completed", ended=70)},
        log="synced 0 records\n",
    ),
    Example(
        title="it gives up with an error and exit code 0: likely at most",
        hit=True,
        status={"state": terminated(0, "Completed"), "lastState": terminated(0, "Completed", ended=70)},
        log="I0122 07:41:16.302511 1 plugin.go:97] looking\nE0122 07:41:16.302553 1 plugin.go:186] no card found\n",
    ),
    Example(
        title="a shell without anything to do",
        hit=True,
        container={"command": ["bash"]},
        status={"state": _BACKOFF, "lastState": terminated(0, "Completed", lived=0)},
    ),
    Example(
        title="near miss: a graceful stop after a liveness kill",
        hit=False,
        container={"livenessProbe": {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 5}},
        status={"state": _BACKOFF, "lastState": terminated(0, "Completed", lived=16)},
        log="serving\nreceived SIGTERM, bye\n",
        events=(event("Killing", "Container api failed liveness probe, will be restarted", age=21, kind="Normal"),),
        also=("liveness-probe-failed",),
    ),
    Example(
        title="near miss: a Job's pod that has done its work",
        hit=False,
        pod={"spec": {"restartPolicy": "Never"}, "status": {"phase": "Succeeded"}},
        status={"restartCount": 0, "state": terminated(0, "Completed")},
        also=("healthy",),
    ),
)
