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

from diagnostics.causes.model import FAULTS, Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Verdict
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.facts import images
from diagnostics.facts.model import EndedBy, Role
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import ending, first, in_status
from diagnostics.fields import strings, text
from diagnostics.findings import clean_ends, log_lines, new_versions, suspicion, wording
from diagnostics.transcript.last_words import last_words

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
        verdict=Verdict.LIKELY if said or clean_ends.went_wrong(case) else Verdict.CONFIRMED,
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
        remedy=clean_ends.remedy(case, container),
        fault=Fault.TEMPLATE,
        fault_names=("command", "args", "image"),
    )


def _because(case: Case, container: Container) -> str:
    """Return why it has nothing to go on with, where that is known, as a clause."""
    if not clean_ends.words_of(container) and images.bare(text(container.spec, "image")):
        return ": a bare base image without a command"
    complaint = clean_ends.complaint(case)
    if complaint is not None:
        return f'; its last word is an error: "{_told(case, complaint)}"'
    child = clean_ends.failed_child(case)
    if child is not None:
        return f'; a process that it supervises failed before: "{_told(case, child)}"'
    version = new_versions.brought(case, container)
    if version is not None:
        return f": {version.told}"
    if clean_ends.fed(case, container) is not None:
        return ": it lives from its standard input, which a pod closes"
    return ": it waits for a person at its terminal" if clean_ends.asking(case, container) is not None else ""


def _told(case: Case, line: int) -> str:
    """Return the words of a line as part of one sentence."""
    return wording.cut(case.transcript.bare[line], wording.WORDS).replace(". ", ": ")


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
        log="I0122 07:41:16.302511 1 plugin.go:97] looking\n"
        "E0122 07:41:16.302553 1 plugin.go:186] the lattice is not self-adjoint\n",
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
