"""Logs that claim what the objects deny: whatever the answer is, it must never be confirmed.

Each kind is one claim and the objects that deny it, in several wordings. Programs do print such things (an old message,
a wrong guess of theirs, a moment that is over), and an answer that believes them sends people the wrong way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from tests.composed.world import Truth, World, c, config, crash, up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IMAGE = "registry.example/app:2.0"


@dataclass(frozen=True)
class Case:
    """One claim in one wording, and the cluster that denies it."""

    kind: str
    wording: str
    build: Callable[[], World]


def app(log: str, *, world: World | None = None, code: int = 1, lived: float = 6, **given: Any) -> World:
    """One deployment ``app`` that prints this and dies; ``pod`` fields go to its spec, the rest to its container."""
    w = world or World()
    w.add("Node", "node-1", "", status={"conditions": [{"type": "Ready", "status": "True"}]})
    spec, beside = given.pop("pod", None), given.pop("beside", ())
    w.workload(
        "app",
        c("app", IMAGE, **given),
        *beside,
        spec=spec,
        statuses={"app": crash(code, log, shape="backoff", lived=lived), **{each["name"]: up() for each in beside}},
    )
    return w


def _set_in_the_spec(text: str) -> World:
    return app(text, env={"BILLING_URL": "https://billing.example/v1"})


def _set_by_a_configmap(text: str) -> World:
    w = World()
    w.add("ConfigMap", "app-config", data={"BILLING_URL": "https://billing.example/v1"})
    return app(text, world=w, env={"BILLING_URL": config("app-config", "BILLING_URL")})


def _set_by_env_from(text: str) -> World:
    w = World()
    w.add("ConfigMap", "app-config", data={"BILLING_URL": "https://billing.example/v1"})
    return app(text, world=w, envFrom=[{"configMapRef": {"name": "app-config"}}])


NOT_SET = (
    "BILLING_URL is not set",
    "FATAL missing required environment variable BILLING_URL",
    'Traceback (most recent call last):\n  File "/app/main.py", line 4, in <module>\n'
    "    url = os.environ[\"BILLING_URL\"]\nKeyError: 'BILLING_URL'",
    'panic: environment variable "BILLING_URL" is required\n\ngoroutine 1 [running]:\n'
    "main.main()\n\t/src/main.go:9 +0x1d",
    "Error: Environment variable BILLING_URL must be defined\n    at Object.<anonymous> (/app/env.js:7:9)",
)


def _empty(text: str) -> World:
    return app(text, env={"PORT": "8080"})


NOT_A_NUMBER = (
    "FATAL PORT is empty",
    'strconv.Atoi: parsing "": invalid syntax (PORT)',
    "config error: PORT must be a number",
    "ValueError: PORT: invalid literal for int() with base 10: ''",
)


def _service(name: str = "orders", namespace: str = "production") -> World:
    w = World()
    w.service(name, 5432, {"app": name}, ready=2, namespace=namespace, ip="10.96.7.7")
    return w


def _ready_service(text: str) -> World:
    return app(text, world=_service(), env={"ORDERS": "orders:5432"})


HOST_NOT_FOUND = (
    "FATAL getaddrinfo ENOTFOUND orders",
    "dial tcp: lookup orders on 10.96.0.10:53: no such host",
    'psycopg2.OperationalError: could not translate host name "orders" to address: Name or service not known',
    "java.net.UnknownHostException: orders\n\tat java.base/java.net.InetAddress.getAllByName(InetAddress.java:1525)",
)
REFUSED = (
    "FATAL connect ECONNREFUSED 10.96.7.7:5432 (orders)",
    "dial tcp 10.96.7.7:5432: connect: connection refused",
    'could not connect to server: Connection refused. Is the server running on host "orders" and accepting TCP/IP '
    "connections on port 5432?",
    "org.postgresql.util.PSQLException: Connection to orders:5432 refused. Check that the hostname and port are right",
)
NO_ENDPOINTS = (
    'no endpoints available for service "orders"',
    "FATAL service orders has no ready endpoints",
    "upstream orders:5432 has no healthy hosts, giving up",
)


def _other_namespace(text: str) -> World:
    return app(text, world=_service("orders", "shop"), env={"ORDERS": "orders.shop:5432"})


FAR_HOST_NOT_FOUND = (
    "dial tcp: lookup orders.shop on 10.96.0.10:53: no such host",
    "FATAL getaddrinfo ENOTFOUND orders.shop.svc.cluster.local",
)


def _mounted(text: str) -> World:
    w = World()
    w.add("ConfigMap", "app-files", data={"app.yaml": "x: 1"})
    volumes = [{"name": "files", "configMap": {"name": "app-files"}}]
    return app(text, world=w, mounts={"/etc/app": "files"}, pod={"volumes": volumes})


FILE_MISSING = (
    "open /etc/app/app.yaml: no such file or directory",
    "FileNotFoundError: [Errno 2] No such file or directory: '/etc/app/app.yaml'",
    "FATAL config file /etc/app/app.yaml does not exist",
    "Error: ENOENT: no such file or directory, open '/etc/app/app.yaml'",
)
CONFIGMAP_MISSING = (
    'configmap "app-files" not found',
    'FATAL failed to read settings: configmaps "app-files" not found',
)
KEY_MISSING = (
    "couldn't find key app.yaml in ConfigMap production/app-files",
    "FATAL key app.yaml is missing in configmap app-files",
)


def _secret_used(text: str) -> World:
    return app(text, envFrom=[{"secretRef": {"name": "app-login"}}])


SECRET_MISSING = (
    'secret "app-login" not found',
    "FATAL CreateContainerConfigError: secret app-login not found",
)


def _claimed(text: str) -> World:
    w = World()
    w.add("PersistentVolumeClaim", "app-data", spec={"volumeName": "pv-1"}, status={"phase": "Bound"})
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "app-data"}}]
    return app(text, world=w, mounts={"/data": "data"}, pod={"volumes": volumes})


CLAIM_MISSING = (
    'persistentvolumeclaim "app-data" not found',
    "FATAL volume app-data is not bound: pod has unbound immediate PersistentVolumeClaims",
)


def _writable(text: str) -> World:
    volumes = [{"name": "scratch", "emptyDir": {}}]
    return app(text, mounts={"/scratch": "scratch"}, pod={"volumes": volumes, "securityContext": {"runAsUser": 0}})


READ_ONLY = (
    "open /scratch/index: read-only file system",
    "OSError: [Errno 30] Read-only file system: '/scratch/index'",
)
DENIED_TO_ROOT = (
    "open /scratch/index: permission denied",
    "PermissionError: [Errno 13] Permission denied: '/scratch/index'",
)


def _bounded(text: str) -> World:
    return app(text, limit="2Gi")


OUT_OF_MEMORY = (
    "worker 3 was OOMKilled, giving up",
    "Memory cgroup out of memory: Killed process 41 (worker)",
    "FATAL container exceeded its memory limit (OOMKilled, exit code 137)",
)


def _unprobed(text: str) -> World:
    return app(text, ports=[8080])


PROBE_FAILED = (
    "liveness probe failed: HTTP probe failed with statuscode: 503, container will be restarted",
    "FATAL killed because of failing liveness checks",
    "Startup probe failed: connection refused",
)


def _running(text: str) -> World:
    return app(text, lived=1800)


WRONG_ARCHITECTURE = (
    "exec /app/server: exec format error",
    "standard_init_linux.go:228: exec user process caused: exec format error",
)
NO_ENTRYPOINT = (
    'exec: "/app/server": stat /app/server: no such file or directory: unknown',
    "OCI runtime create failed: container_linux.go:380: starting container process caused: exec: not found",
)
IMAGE_PULL = (
    "Failed to pull image registry.example/app:2.0: not found",
    "ImagePullBackOff: Back-off pulling image registry.example/app:2.0",
)
EVICTED = (
    "The node was low on resource: memory. Container app was using 512Mi, evicting",
    "FATAL pod evicted: node has DiskPressure",
)
NODE_NOT_READY = (
    "node node-1 is not ready: kubelet stopped posting node status",
    "FATAL NodeNotReady node-1",
)
UNSCHEDULABLE = (
    "0/3 nodes are available: 3 Insufficient memory",
    "FATAL pod app is unschedulable",
)
DEADLINE = (
    "Job was active longer than specified deadline (DeadlineExceeded)",
    "FATAL activeDeadlineSeconds exceeded",
)
HOOK = (
    "PostStartHook failed, container is killed",
    "FailedPostStartHook: Exec lifecycle hook ([/bin/warm]) failed",
)


def _no_arguments(text: str) -> World:
    return app(text, command=["/app/server"], args=["--listen=:8080"])


UNKNOWN_FLAG = (
    "unknown flag: --warehouse",
    "flag provided but not defined: -warehouse",
    "error: unrecognized arguments: --warehouse",
)
FLAG_MISSING = (
    "required flag(s) listen not set: --listen",
    "error: the following arguments are required: --listen",
)


def _unprivileged(text: str) -> World:
    return app(text, pod={"securityContext": {"runAsUser": 1000, "runAsNonRoot": True}})


AS_ROOT = (
    "container has runAsNonRoot and image will run as root",
    "FATAL refusing to run as root (uid 0)",
)


def _beside_redis(text: str) -> World:
    return app(text, beside=(c("redis", "redis:7", ports=[6379]),), env={"REDIS": "127.0.0.1:6379"})


NEIGHBOUR_AWAY = (
    "FATAL dial tcp 127.0.0.1:6379: connect: connection refused",
    "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
)


KINDS: dict[str, tuple[Callable[[str], World], tuple[str, ...]]] = {
    "not set, and the spec sets it": (_set_in_the_spec, NOT_SET),
    "not set, and a ConfigMap's key sets it": (_set_by_a_configmap, NOT_SET),
    "not set, and envFrom brings it": (_set_by_env_from, NOT_SET),
    "empty or no number, and it is one": (_empty, NOT_A_NUMBER),
    "host not found, and the Service is ready": (_ready_service, HOST_NOT_FOUND),
    "host not found elsewhere, and it is ready there": (_other_namespace, FAR_HOST_NOT_FOUND),
    "refused, and the Service is ready": (_ready_service, REFUSED),
    "no endpoints, and two are ready": (_ready_service, NO_ENDPOINTS),
    "refused on localhost, and the sidecar is ready": (_beside_redis, NEIGHBOUR_AWAY),
    "no such file, and the ConfigMap brings it": (_mounted, FILE_MISSING),
    "ConfigMap not found, and it is mounted": (_mounted, CONFIGMAP_MISSING),
    "key missing, and it is there": (_mounted, KEY_MISSING),
    "Secret not found, and the container started with it": (_secret_used, SECRET_MISSING),
    "claim missing, and it is bound": (_claimed, CLAIM_MISSING),
    "read-only, and the mount is writable": (_writable, READ_ONLY),
    "denied, and it runs as root on an emptyDir": (_writable, DENIED_TO_ROOT),
    "out of memory, and the status says Error, exit 1": (_bounded, OUT_OF_MEMORY),
    "probe failed, and there is no probe": (_unprobed, PROBE_FAILED),
    "wrong architecture, and it ran for half an hour": (_running, WRONG_ARCHITECTURE),
    "no entrypoint, and it ran for half an hour": (_running, NO_ENTRYPOINT),
    "image not pulled, and it ran": (_running, IMAGE_PULL),
    "evicted, and the pod is there": (_running, EVICTED),
    "node not ready, and it is": (_running, NODE_NOT_READY),
    "unschedulable, and it runs": (_running, UNSCHEDULABLE),
    "deadline exceeded, and there is none": (_running, DEADLINE),
    "hook failed, and there is none": (_unprobed, HOOK),
    "unknown flag, and nobody gives it": (_no_arguments, UNKNOWN_FLAG),
    "flag missing, and it is given": (_no_arguments, FLAG_MISSING),
    "root refused, and it runs as 1000": (_unprivileged, AS_ROOT),
}


def cases() -> Iterator[Case]:
    """Return every wording of every kind."""
    for kind, (build, wordings) in KINDS.items():
        for number, text in enumerate(wordings):
            yield Case(kind, f"{number}", lambda build=build, text=text: build(text))


def by_kind() -> dict[str, list[Case]]:
    """Return the cases by kind, in order."""
    found: dict[str, list[Case]] = {}
    for case in cases():
        found.setdefault(case.kind, []).append(case)
    return found


@cache
def confirmed(case: Case) -> str:
    """Return the cause that is confirmed though the objects deny it, or nothing."""
    answer = diagnose(case.build().snapshot(Truth("deployment/app", None)))
    return answer.cause or "" if answer.verdict is Verdict.CONFIRMED else ""
