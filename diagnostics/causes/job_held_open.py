"""A Job's work is done, and another container of its pod runs on, so that the Job never completes.

What it means
    A Job is complete when every container of its pod has ended with success. A helper beside the work (a proxy, an
    agent, a log shipper) that never ends by itself keeps the pod running, and the Job active, until its deadline.

How it is decided
    By the pod's status: of a Job that is still active, one container ended with exit code 0 and its pod still runs
    another one, minutes later. It is confirmed where what runs is a server (it declares ports or probes): such a
    program does not end by itself; without that it is only likely, for it may have work of its own.

What it is confused with
    Work in two containers of which one takes longer. A sidecar that is declared as such (an init container with
    ``restartPolicy: Always``) never holds a Job open: the kubelet ends it.

How to fix it
    Declare the helper as a native sidecar, or let the work tell it to quit when it is done. Deleting the pod would do
    the work a second time.

How to prevent it
    Native sidecars for all that only accompanies a Job, and ``activeDeadlineSeconds`` as a bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, ago, running, terminated
from diagnostics.facts.model import Role
from diagnostics.facts.quotes import ending, first, of_object
from diagnostics.facts.workloads import owners
from diagnostics.fields import items, labels, text, whole
from diagnostics.findings import wording
from diagnostics.findings.commands import durable, kubectl, pod_name
from diagnostics.transcript.model import QUOTE_LIMIT

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Object

CAUSE: Final = Cause(
    id="job-held-open",
    title="The work is done, and a sidecar keeps the Job running",
    category=Category.PROGRAM,
)

_PATIENCE_S: Final = 120.0
"""Seconds after the work's end that a helper may still take to leave by itself."""

_SERVES: Final = ("ports", "livenessProbe", "readinessProbe", "startupProbe")
"""Fields of a container that only a program has that runs on and is asked."""


def check(case: Case) -> Finding | None:
    """Return the finding when a Job's pod has done its work and a container of it runs on."""
    job = _job(case)
    if job is None or case.pod is None or text(case.pod, "metadata", "deletionTimestamp"):
        return None
    apps = [item for item in case.containers if item.role is Role.APP]
    done = [item for item in apps if _exit(item) == 0]
    open_ones = [item for item in apps if item.running_since is not None]
    if not done or not open_ones or len(done) + len(open_ones) < len(apps):
        return None
    ends = [item.terminations[0].finished_at for item in done if item.terminations]
    finished = max((moment for moment in ends if moment is not None), default=None)
    if finished is None or (case.now - finished).total_seconds() < _PATIENCE_S:
        return None
    sure = all(any(item.spec.get(field) for field in _SERVES) for item in open_ones)
    work, helper = " and ".join(item.name for item in done), " and ".join(item.name for item in open_ones)
    since = wording.span((case.now - finished).total_seconds())
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=(
            f"Job {text(job, 'metadata', 'name')} is held open: {work} did its work {since} ago (exit code 0), and"
            f" {helper} runs on, so the pod never completes."
        ),
        evidence=first(
            (
                *(quote for item in done for quote in ending(item, item.terminations[0])),
                *(quote for item in done for quote in _last_words(case, item)),
                *(_runs(item) for item in open_ones),
                *of_object(job, "status", "active", kind="job"),
            )
        ),
        container=open_ones[0].name,
        facts={"done": [item.name for item in done], "running": [item.name for item in open_ones]},
        remedy=_remedy(case, job, work, open_ones),
        fault=Fault.TEMPLATE,
        fault_names=tuple(item.name for item in open_ones),
        conclusive=True,
    )


def ruled_out(case: Case) -> str:
    """Return nothing: a Job whose pod has not ended its work is not held open."""
    del case
    return ""


def _job(case: Case) -> Object | None:
    """Return the pod's Job while it is active."""
    made = None if case.pod is None else owners.parent(case.snapshot, case.pod)
    if made is None or text(made, "kind") != "Job" or not whole(made, "status", "active"):
        return None
    over = {"Complete", "Failed", "SuccessCriteriaMet", "FailureTarget"}
    told = items(made, "status", "conditions")
    return None if any(text(entry, "type") in over and text(entry, "status") == "True" for entry in told) else made


def _exit(container: Container) -> int | None:
    return whole(container.status, "state", "terminated", "exitCode")


def _last_words(case: Case, container: Container) -> tuple[Evidence, ...]:
    """Return the last line that the work printed, when its log was read."""
    log = None if case.pod is None else case.snapshot.log(case.namespace, pod_name(case), container.name, "current")
    line = (
        next((item for item in reversed(log.lines) if any(map(str.isalpha, item.text))), None)
        if log is not None
        else None
    )
    if line is None:
        return ()
    return (Evidence(source="log", path=f"{container.name}/current", quote=line.text[:QUOTE_LIMIT], at=line.at),)


def _runs(container: Container) -> Evidence:
    started = text(container.status, "state", "running", "startedAt")
    return Evidence(
        source="pod", path=f"{container.status_path}.state.running", quote=f"startedAt={started}", at=started
    )


def _remedy(case: Case, job: Object, work: str, helpers: list[Container]) -> Remedy:
    """Return how this run is brought to its end, and how the next one ends by itself."""
    helper = " and ".join(item.name for item in helpers)
    asked = tuple(command for item in helpers if (command := _quit(case, item)))
    native = (
        f"Declare {helper} as a native sidecar (under initContainers, with restartPolicy: Always): the kubelet ends"
        f" it when {work} is done."
    )
    injected = [item.name for item in helpers if item.name not in _declared(job) or _marked(case, item.name)]
    if injected:
        native = _not_injected(case, injected)
    delete = kubectl(case.namespace, "delete", "job", text(job, "metadata", "name"))
    if asked:
        now = (
            f" For this run the command asks {helper} to quit, so that it ends with exit code 0; do not delete the pod,"
            " or the work is done again."
        )
        return Remedy(text=native + now + durable(case), commands=asked)
    now = (
        f" This run has done its work: when you have seen its result, delete the Job, and nothing runs again. Do not"
        f" delete the pod alone, or the work is done again. What waits for the Job to complete (a Helm hook) needs"
        f" {helper} to end with exit code 0 instead, in its own way."
    )
    return Remedy(
        text=native + now + durable(case),
        commands=(
            kubectl(case.namespace, "logs", pod_name(case), "-c", work.partition(" and ")[0], "--tail=20"),
            delete,
        ),
    )


def _declared(job: Object) -> set[str]:
    """Return the names of the containers that the Job's own template has; all others were injected at admission."""
    return {text(item, "name") for item in items(job, "spec", "template", "spec", "containers")}


def _marked(case: Case, name: str) -> bool:
    """Whether an injector left its own mark on the pod for a container of that name."""
    return _STATUS.get(name, " ") in labels(case.pod, "metadata", "annotations")


def _not_injected(case: Case, names: list[str]) -> str:
    """Return how a Job does without a helper that stands in no manifest: by the annotations of what injects it."""
    marks = {key.partition("/")[0] for kind in ("annotations", "labels") for key in labels(case.pod, "metadata", kind)}
    way = next((words for mark, words in _INJECTORS if any(item.endswith(mark) for item in marks)), "")
    way = way or "Switch the injection off for this Job's pods by the injector's own annotation."
    return f"{way} {' and '.join(names)} was injected into the pod: no manifest of the Job's has it to correct."


_STATUS: Final = {
    "vault-agent": "vault.hashicorp.com/agent-inject-status",
    "istio-proxy": "sidecar.istio.io/status",
    "linkerd-proxy": "linkerd.io/proxy-version",
}
"""Container that an injector adds → the annotation with which it says so."""

_INJECTORS: Final = (
    (
        "vault.hashicorp.com",
        (
            'Set annotation vault.hashicorp.com/agent-pre-populate-only: "true" in the Job\'s pod template: the init'
            " container alone then brings the secrets."
        ),
    ),
    (
        "istio.io",
        (
            'Set label sidecar.istio.io/inject: "false" in the Job\'s pod template, if it needs no mesh, or let istio'
            " inject native sidecars (ENABLE_NATIVE_SIDECARS of istiod)."
        ),
    ),
    (
        "linkerd.io",
        (
            "Set annotation linkerd.io/inject: disabled in the Job's pod template, if it needs no mesh, or"
            ' config.alpha.linkerd.io/proxy-enable-native-sidecar: "true".'
        ),
    ),
)
"""Domain of an injector's marks, and its own setting for Jobs (vaultproject.io, istio.io, linkerd.io)."""


def _quit(case: Case, helper: Container) -> str:
    """Return the command that asks a known helper to quit; empty where it has no such way, or none is known.

    Istio: ``pilot-agent request POST quitquitquit`` (istio.io, "pilot-agent"). The Cloud SQL Auth Proxy needs
    ``--quitquitquit`` among its arguments, and is left alone without it.
    """
    if helper.name == "istio-proxy":
        return kubectl(case.namespace, "exec", pod_name(case), "-c", helper.name, "--", *_ISTIO)
    return ""


_ISTIO: Final = ("pilot-agent", "request", "POST", "quitquitquit")


def _pod(helper: Object, *, ended: float = 900) -> dict[str, object]:
    """Return a Job's pod whose work has ended, with a helper beside it, for the examples."""
    work = {
        "name": "api",
        "ready": False,
        "restartCount": 0,
        "state": terminated(0, "Completed", lived=60, ended=ended),
    }
    beside = {"name": "proxy", "ready": True, "restartCount": 0, "state": running(960)}
    owner = {"kind": "Job", "name": "report", "uid": "job-uid", "controller": True, "apiVersion": "batch/v1"}
    return {
        "metadata": {"ownerReferences": [owner]},
        "spec": {
            "restartPolicy": "Never",
            "containers": [{"name": "api", "image": "registry.example/report:1"}, {"name": "proxy", **helper}],
        },
        "status": {"containerStatuses": [work, beside]},
    }


_JOB: Final[Object] = {
    "kind": "Job",
    "apiVersion": "batch/v1",
    "metadata": {"name": "report", "namespace": "production", "uid": "job-uid", "creationTimestamp": ago(1000)},
    "spec": {},
    "status": {"active": 1},
}
EXAMPLES: Final = (
    Example(
        title="a proxy that serves for ever",
        hit=True,
        pod=_pod({"image": "registry.example/proxy:2", "ports": [{"containerPort": 15000}]}),
        objects=(_JOB,),
        also=("healthy",),
    ),
    Example(
        title="a helper of which nothing is known",
        hit=True,
        pod=_pod({"image": "registry.example/agent:2"}),
        objects=(_JOB,),
        also=("healthy",),
    ),
    Example(
        title="near miss: the work has only just ended",
        hit=False,
        pod=_pod({"image": "registry.example/proxy:2"}, ended=20),
        objects=(_JOB,),
    ),
    Example(
        title="near miss: the Job is complete",
        hit=False,
        pod=_pod({"image": "registry.example/proxy:2"}),
        objects=({**_JOB, "status": {"conditions": [{"type": "Complete", "status": "True"}]}},),
    ),
)
