"""A ConfigMap that the pod refers to, or one key of it, does not exist, so the kubelet cannot start the container.

What it means
    The same as a missing Secret: an environment entry or envFrom leaves the container in CreateContainerConfigError, a
    volume leaves the pod in ContainerCreating with FailedMount events. Nothing ran, so there is no log.

How it is decided
    By the kubelet's text (``configmap "x" not found``, ``couldn't find key k in ConfigMap ns/x``, ``configmap
    references non-existent config key: k``). Names and keys that do exist and look alike are suggested.

What it is confused with
    Keys kept in ``binaryData`` are not found by environment entries. ``failed to sync configmap cache`` (also on
    kube-api-access volumes) is a blip. A ConfigMap that exists and says something wrong is bad-config.

How to fix it
    Make the ConfigMap or the key, or correct the name in the pod template. The kubelet tries again by itself; a restart
    is not needed. If the reference came with the newest rollout, a rollback takes it away.

How to prevent it
    Ship the ConfigMap with the workload that reads it (one chart, one kustomization: generated names make a stale
    reference impossible), and let CI check that every reference has its object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.claims.podrefs import files_wanted, keys_wanted, near, refers
from diagnostics.claims.references import Missing, missing, others, waiting_pods
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.fields import items, name, namespace, table, text
from diagnostics.findings import suspicion, wording
from diagnostics.findings.commands import add_configmap_key, create_configmap, durable, kubectl, patch_spec

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

CAUSE: Final = Cause(
    id="missing-configmap",
    title="A ConfigMap or one of its keys does not exist",
    category=Category.CONFIGURATION,
)


def check(case: Case) -> Finding | None:
    """Return the finding when the kubelet says that a ConfigMap, or a key of one, is missing."""
    lack = missing(case, "ConfigMap")
    if lack is None:
        return None
    pods, workloads = others(case, "ConfigMap", lack.name)
    alike, proof = _alike(case, lack)
    what = f"Key {lack.key} is not in ConfigMap {lack.name}" if lack.key else f"ConfigMap {lack.name} does not exist"
    hint = f" ({', '.join(alike)} {'does' if len(alike) == 1 else 'do'})" if alike else ""
    shared = waiting_pods(pods, workloads)
    who = wording.called(case, lack.container)
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if lack.sure else Verdict.LIKELY,
        summary=f"{what} in namespace {case.namespace}{hint}, so {who} cannot be started{shared}.",
        evidence=(*lack.evidence, *proof),
        container=lack.container,
        facts={"configmap": lack.name, "key": lack.key, "near": alike, "pods": pods, "workloads": list(workloads)},
        remedy=_remedy(case, lack, alike),
        fault=Fault.REFERENCE,
        fault_names=tuple(item for item in (lack.name, lack.key) if item),
    )


def ruled_out(case: Case) -> str:
    """Return why no ConfigMap is missing, when the pod refers to one."""
    if case.suspect is None or not case.suspect.terminations or not refers(case.pod or {}, "ConfigMap"):
        return ""
    return f"container {case.suspect.name} did start, so every ConfigMap that it needs was found"


def suspected(case: Case, best: Finding) -> bool:
    """Whether a ConfigMap comes to mind: the program misses a setting, and its spec refers to such objects."""
    return suspicion.refers(case) and best.cause in {"bad-config", "dependency-auth-failed", ""}


def _alike(case: Case, lack: Missing) -> tuple[list[str], tuple[Evidence, ...]]:
    """Return near names (of ConfigMaps, or of keys), and where they stand."""
    if lack.key:
        held = case.snapshot.one("ConfigMap", case.namespace, lack.name)
        found = near(lack.key, [*table(held, "data")])
        return found, tuple(
            Evidence(source="configmap", path=f"{case.namespace}/{lack.name} data", quote=key) for key in found
        )
    there = list(case.snapshot.all("ConfigMap", case.namespace))
    fits = [name(item) for item in there if _fits(case, lack, item)]
    spelt = near(lack.name, (name(item) for item in there))
    found = fits if len(fits) == 1 else spelt  # what holds all that is wanted is meant, if it is the only one
    proof = tuple(
        Evidence(source="configmap", path=f"{namespace(item)}/{name(item)}", quote=f"name={name(item)}")
        for item in there
        if name(item) in found
    )
    return found, proof


def _wanted(case: Case, lack: Missing) -> tuple[str, ...]:
    """Return the keys that the pod wants of the missing object, as far as its spec names them."""
    pod = case.pod or {}
    return tuple(dict.fromkeys((*keys_wanted(pod, "ConfigMap", lack.name), *files_wanted(pod, "ConfigMap", lack.name))))


def _fits(case: Case, lack: Missing, item: Object) -> bool:
    """Whether a ConfigMap has every key that the pod wants of the missing one."""
    wanted, held = set(_wanted(case, lack)), {*table(item, "data"), *table(item, "binaryData")}
    return bool(wanted) and wanted <= held and name(item) != lack.name


def _renamed(case: Case, lack: Missing, instead: str) -> tuple[str, ...]:
    """Return the command that lets a volume of the template take another ConfigMap; none for other references."""
    volumes = [
        {"name": text(volume, "name"), "configMap": {"name": instead}}
        for volume in items(case.pod, "spec", "volumes")
        if text(volume, "configMap", "name") == lack.name
    ]
    return patch_spec(case, {"volumes": volumes}) if volumes else ()


def _remedy(case: Case, lack: Missing, alike: list[str]) -> Remedy:
    meant = f" If {alike[0]} was meant, correct the name in the pod template instead." if alike else ""
    again = f" {lack.again}"
    if lack.present_now:
        when = f" ({lack.retried})" if lack.retried else ""
        return Remedy(text=f"Nothing to do but wait for the kubelet's next try{when}.")
    if lack.key:
        return Remedy(
            text=f"Add key {lack.key} to ConfigMap {lack.name} where it is kept (Git), or by hand.{meant}{again}",
            commands=(
                kubectl(case.namespace, "describe", "configmap", lack.name),
                add_configmap_key(case.namespace, lack.name, lack.key),
            ),
        )
    keys = _wanted(case, lack)
    fits = [item for item in case.snapshot.all("ConfigMap", case.namespace) if name(item) in alike[:1]]
    if fits and _fits(case, lack, fits[0]):
        held = f"{'key' if len(keys) == 1 else 'keys'} {', '.join(keys)}"
        return Remedy(
            text=f"ConfigMap {alike[0]} of this namespace has the {held} that is wanted: let the pod template name it,"
            f" or create {lack.name} beside it.{again}" + durable(case),
            commands=(*_renamed(case, lack, alike[0]), kubectl(case.namespace, "describe", "configmap", alike[0])),
        )
    elsewhere = kubectl("", "get", "configmaps", "-A", f"--field-selector=metadata.name={lack.name}")
    made = f" It must have {'key' if len(keys) == 1 else 'keys'} {', '.join(keys)}." if keys else ""
    return Remedy(
        text=f"Create ConfigMap {lack.name} in namespace {case.namespace} by applying the manifest or chart that holds"
        f" it; the first command tells whether it was made in another namespace.{made}{meant}{again}",
        commands=(
            elsewhere,
            kubectl(case.namespace, "get", "configmaps"),
            *((create_configmap(case.namespace, lack.name, keys),) if keys else ()),
        ),
    )


_ENV: Final = [{"name": "TAX_RATE", "valueFrom": {"configMapKeyRef": {"name": "pricing", "key": "TAX_RATE"}}}]
EXAMPLES: Final = (
    Example(
        title="envFrom names a ConfigMap that is not there; one with nearly that name is",
        hit=True,
        container={"envFrom": [{"configMapRef": {"name": "app-config"}}]},
        status={
            "restartCount": 0,
            "state": waiting("CreateContainerConfigError", 'configmap "app-config" not found'),
        },
        pod={"status": {"phase": "Pending"}},
        objects=(
            {"kind": "ConfigMap", "metadata": {"name": "app-configuration", "namespace": "production"}, "data": {}},
        ),
    ),
    Example(
        title="the ConfigMap is there and the key is not",
        hit=True,
        container={"env": _ENV},
        status={
            "restartCount": 0,
            "state": waiting(
                "CreateContainerConfigError", "couldn't find key TAX_RATE in ConfigMap production/pricing"
            ),
        },
        pod={"status": {"phase": "Pending"}},
        objects=(
            {
                "kind": "ConfigMap",
                "metadata": {"name": "pricing", "namespace": "production"},
                "data": {"tax_rate": None, "CURRENCY": None},
            },
        ),
    ),
    Example(
        title="a volume wants a key that the ConfigMap lacks",
        hit=True,
        container={"volumeMounts": [{"name": "conf", "mountPath": "/etc/app"}]},
        status={"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}},
        pod={
            "spec": {
                "volumes": [
                    {"name": "conf", "configMap": {"name": "api", "items": [{"key": "app.yaml", "path": "app.yaml"}]}}
                ]
            },
            "status": {"phase": "Pending"},
        },
        events=(
            event(
                "FailedMount",
                'MountVolume.SetUp failed for volume "conf" : configmap references non-existent config key: app.yaml',
                container="",
            ),
        ),
    ),
    Example(
        title="near miss: the blip of the kubelet's cache on the token volume",
        hit=False,
        status={"state": waiting("CrashLoopBackOff", ""), "lastState": terminated(1)},
        log="TypeError: unsupported operand\n",
        events=(
            event(
                "FailedMount",
                'MountVolume.SetUp failed for volume "kube-api-access-x" : failed to sync configmap cache: timed out '
                "waiting for the condition",
                container="",
                age=10,
            ),
        ),
    ),
)
