"""A Secret that the pod refers to, or one key of it, does not exist, so the kubelet cannot start the container.

What it means
    Environment entries that come from a Secret are resolved by the kubelet before a container is created. When the
    object or the key is absent nothing ever runs: the container waits in CreateContainerConfigError and its restart
    count stays where it was. A Secret volume keeps the whole pod in ContainerCreating, with FailedMount events.

How it is decided
    By the kubelet's own text (``secret "x" not found``, ``couldn't find key k in Secret ns/x``, ``references
    non-existent secret key: k``), in the container's state or in an event newer than its last exit.

What it is confused with
    CrashLoopBackOff: a pod that crashed earlier and whose Secret was then deleted shows both in turn, and the last
    exit on record belongs to another failure. ``failed to sync secret cache`` is a blip at the pod's start.
    A Secret that exists but holds a wrong value is dependency-auth-failed or bad-config.

How to fix it
    Make the Secret or the key. The kubelet tries again every 10 to 15 seconds (volumes: within about two minutes), so
    no restart is needed. If the name is a typing error, correct the pod template; if the reference came with the
    newest rollout, a rollback takes it away.

How to prevent it
    Keep Secrets where manifests are kept (External Secrets, Sealed Secrets, SOPS with GitOps) and apply them before the
    workload; let CI check that every secretKeyRef has its object; mark what is truly optional ``optional: true``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.claims.podrefs import files_wanted, keys_wanted, near, refers
from diagnostics.claims.references import Missing, missing, others, waiting_pods
from diagnostics.diagnosis import Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.fields import name
from diagnostics.findings import suspicion, wording
from diagnostics.findings.commands import add_secret_key, create_secret, kubectl
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

CAUSE: Final = Cause(
    id="missing-secret",
    title="A Secret or one of its keys does not exist",
    category=Category.CONFIGURATION,
)

_CERTIFICATE: Final = compiled(r"(?i)(?:^|[-_.])(?:certs?|certificates?|tls)(?:$|[-_.])")
"""A name that is given to Secrets of certificates."""


def check(case: Case) -> Finding | None:
    """Return the finding when the kubelet says that a Secret, or a key of one, is missing."""
    lack = missing(case, "Secret")
    if lack is None:
        return None
    pods, workloads = others(case, "Secret", lack.name)
    what = f"Key {lack.key} is not in Secret {lack.name}" if lack.key else f"Secret {lack.name} does not exist"
    shared = waiting_pods(pods, workloads)
    now_there = " (it exists now: the next try gets past this)" if lack.present_now else ""
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if lack.sure else Verdict.LIKELY,
        summary=f"{what} in namespace {case.namespace}{now_there}, so {wording.called(case, lack.container)} cannot be"
        f" started{shared}.",
        evidence=lack.evidence,
        container=lack.container,
        facts={"secret": lack.name, "key": lack.key, "pods": pods, "workloads": list(workloads)},
        remedy=_remedy(case, lack),
        fault=Fault.REFERENCE,
        fault_names=tuple(item for item in (lack.name, lack.key) if item),
    )


def ruled_out(case: Case) -> str:
    """Return why no Secret is missing, when the pod refers to one."""
    if case.suspect is None or not case.suspect.terminations or not refers(case.pod or {}, "Secret"):
        return ""
    return f"container {case.suspect.name} did start, so every Secret that it needs was found"


def suspected(case: Case, best: Finding) -> bool:
    """Whether a Secret comes to mind: the program misses a setting, and its spec refers to such objects."""
    return suspicion.refers(case) and best.cause in {"bad-config", "dependency-auth-failed", ""}


def _remedy(case: Case, lack: Missing) -> Remedy:
    inspect = kubectl(case.namespace, "get", "secret", lack.name)
    if lack.present_now:
        when = f" ({lack.retried})" if lack.retried else ""
        return Remedy(text=f"Nothing to do but wait for the kubelet's next try{when}.")
    if lack.key:
        text = (
            f"Add key {lack.key} to Secret {lack.name} where that Secret is kept (Git, External Secrets, Vault), or by "
            f"hand. {lack.again}"
        )
        commands = (
            kubectl(case.namespace, "describe", "secret", lack.name),
            add_secret_key(case.namespace, lack.name, lack.key),
        )
        return Remedy(text=text, commands=commands)
    alike = near(lack.name, (name(item) for item in case.snapshot.all("Secret", case.namespace)))
    meant = f" If {alike[0]} was meant, correct the name in the pod template instead." if alike else ""
    text = (
        f"Create Secret {lack.name} in namespace {case.namespace}, best where Secrets are kept (Git, External Secrets, "
        f"Vault): check why it was not applied there.{meant} {lack.again}"
    )
    if _CERTIFICATE.search(lack.name) is not None:
        text = (
            "A Secret of a certificate is mostly made by an issuer (a Certificate of cert-manager, an operator, a Job"
            f" of the chart): see whether that is installed and did its work; else create Secret {lack.name} yourself."
            f" {lack.again}"
        )
        made = kubectl(case.namespace, "get", "certificates.cert-manager.io,jobs")
        asks = kubectl(case.namespace, "get", "services", "-o", "yaml") + f" | grep -B 9 {lack.name}"
        if case.namespace.startswith("openshift-"):
            text += (
                " On OpenShift service-ca makes it where a Service asks for it by the annotation"
                " service.beta.openshift.io/serving-cert-secret-name (the first command); elsewhere nothing does."
            )
            return Remedy(text=text, commands=(asks, made))
        return Remedy(text=text, commands=(made,))
    pod = case.pod or {}
    keys = tuple(dict.fromkeys((*keys_wanted(pod, "Secret", lack.name), *files_wanted(pod, "Secret", lack.name))))
    if not keys:  # what it holds is not known: one with made-up content would only move the failure
        elsewhere = kubectl("", "get", "secrets", "-A", f"--field-selector=metadata.name={lack.name}")
        return Remedy(text=text, commands=(elsewhere, kubectl(case.namespace, "get", "secrets")))
    return Remedy(text=text, commands=(inspect, create_secret(case.namespace, lack.name, keys)))


_ENV: Final = [{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db-login", "key": "DB_PASSWORD"}}}]
_VOLUME: Final = {"spec": {"volumes": [{"name": "tls", "secret": {"secretName": "api-tls"}}]}}
EXAMPLES: Final = (
    Example(
        title="the Secret of an environment entry is not there",
        hit=True,
        container={"env": _ENV},
        status={
            "restartCount": 0,
            "state": waiting("CreateContainerConfigError", 'secret "db-login" not found'),
        },
        pod={"status": {"phase": "Pending"}},
        events=(event("Failed", 'Error: secret "db-login" not found'),),
    ),
    Example(
        title="the Secret is there and one key is not",
        hit=True,
        container={"env": _ENV},
        status={
            "restartCount": 0,
            "state": waiting(
                "CreateContainerConfigError", "couldn't find key DB_PASSWORD in Secret production/db-login"
            ),
        },
        pod={"status": {"phase": "Pending"}},
    ),
    Example(
        title="a Secret volume keeps the pod in ContainerCreating",
        hit=True,
        container={"volumeMounts": [{"name": "tls", "mountPath": "/tls"}]},
        status={"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}},
        pod={**_VOLUME, "status": {"phase": "Pending"}},
        events=(
            event(
                "FailedMount", 'MountVolume.SetUp failed for volume "tls" : secret "api-tls" not found', container=""
            ),
        ),
    ),
    Example(
        title="the flip: shown as CrashLoopBackOff, but the newest attempt failed for the Secret",
        hit=True,
        container={"env": _ENV},
        status={
            "state": waiting("CrashLoopBackOff", "back-off 40s restarting failed container=api pod=api_production(u)"),
            "lastState": terminated(1, ended=60),
        },
        log="Traceback (most recent call last):\nZeroDivisionError: division by zero\n",
        events=(event("Failed", 'Error: secret "db-login" not found', age=10),),
        also=("app-crash",),
    ),
    Example(
        title="near miss: the Secret was missing before, the container has crashed by itself since",
        hit=False,
        container={"env": _ENV},
        status={
            "state": waiting("CrashLoopBackOff", "back-off 40s restarting failed container=api pod=api_production(u)"),
            "lastState": terminated(1, ended=20),
        },
        log="panic: assignment to entry in nil map\n",
        events=(event("Failed", 'Error: secret "db-login" not found', age=600),),
    ),
    Example(
        title="near miss: the kubelet's cache was not ready for a moment",
        hit=False,
        status={"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}},
        pod={**_VOLUME, "status": {"phase": "Pending"}},
        objects=({"kind": "Secret", "metadata": {"name": "api-tls", "namespace": "production"}},),
        events=(
            event(
                "FailedMount",
                'MountVolume.SetUp failed for volume "tls" : failed to sync secret cache: timed out waiting for the '
                "condition",
                container="",
            ),
        ),
    ),
)
