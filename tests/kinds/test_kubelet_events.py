"""The kubelet's own events are believed: one that names who ended a container is proof, though no sighting lies at the end."""

from __future__ import annotations

import pytest

from tests.composed.world import Status, World, ago, c, crash, ended, http
from tests.kinds.world import Want, asked, check, spoken

HOOK = {"postStart": {"exec": {"command": ["/bin/sh", "-c", "/opt/register.sh"]}}}
LIVE, START = http("/ping", 8222, period=5, failures=3), http("/ping", 8222, delay=15, period=5, failures=3)
REFUSED = "Get http://10.42.0.17:8222/ping: dial tcp 10.42.0.17:8222: connect: connection refused"
KILLED = {
    "hook": (("FailedPostStartHook", "PostStartHook failed"), ("Killing", "FailedPostStartHook")),
    "liveness": (
        ("Unhealthy", f"Liveness probe failed: {REFUSED}"),
        ("Killing", "Container app failed liveness probe, will be restarted"),
    ),
    "startup": (
        ("Unhealthy", f"Startup probe failed: {REFUSED}"),
        ("Killing", "Container app failed startup probe, will be restarted"),
    ),
}
FIELDS = {"hook": {"lifecycle": HOOK}, "liveness": {"live": LIVE}, "startup": {"start": START}}
QUIET = "[1] Starting nats-server\n[1] Loading streams\n"
NONE_LEFT = ("no event says", "no event is left", "nobody is on record", "probably")


def seen(
    kind: str,
    *,
    code: int = 137,
    lived: float = 62,
    back: float = 200,
    count: int = 9,
    restarts: int = 9,
    log: str = QUIET,
    reason: str = "Error",
    of: str = "app",
) -> World:
    """A container that ended 70 s ago, and the kubelet's events about its ends, the newest ``back`` seconds ago."""
    world = World()
    status = crash(code, log, shape="backoff", lived=lived, restarts=restarts, reason=reason)
    beside = () if of == "app" else (c(of),)
    (pod,) = world.workload("app", c("app", **FIELDS[kind]), *beside, statuses={"app": status}, age=7200)
    for event, message in KILLED[kind]:
        world.event(
            pod,
            event,
            message,
            container=of,
            back=back,
            count=count,
            type="Normal" if event == "Killing" else "Warning",
        )
    return world


CAUSES = {"hook": "lifecycle-hook-failed", "liveness": "liveness-probe-failed", "startup": "startup-probe-failed"}


@pytest.mark.parametrize("back", [30, 200, 420], ids=["seen after the end", "before it", "minutes before it"])
@pytest.mark.parametrize(("kind", "code"), [("hook", 137), ("liveness", 137), ("liveness", 143), ("startup", 143)])
def test_a_kill_that_was_told_again_and_again_is_certain(kind, code, back):
    told = asked(seen(kind, code=code, back=back, lived=62 if code == 137 else 31))
    check(told, Want(cause=(CAUSES[kind],), sure=True, never=NONE_LEFT))
    assert any(item.path.startswith(("Killing", "FailedPostStartHook")) for item in told.evidence)


def test_a_program_that_ends_in_order_was_killed_all_the_same():
    """As many kills as restarts: none of its ends was its own, whatever its exit code says."""
    check(asked(seen("liveness", code=0, lived=31, reason="Completed")), Want(cause=(CAUSES["liveness"],), sure=True))


NOT_IT = {
    "a crash of its own": {
        "kind": "liveness",
        "code": 1,
        "count": 3,
        "lived": 8,
        "log": "panic: runtime error: index out of range",
    },
    "it died before the probe could give up": {"kind": "liveness", "lived": 2, "count": 2},
    "the kernel's word stands first": {"kind": "liveness", "reason": "OOMKilled", "back": 900},
    "long ago": {"kind": "startup", "back": 3400, "count": 2, "lived": 900},
    "another container": {"kind": "hook", "of": "other"},
}


@pytest.mark.parametrize("name", NOT_IT)
def test_an_event_of_another_end_is_no_proof_of_this_one(name):
    told = asked(seen(**NOT_IT[name]))
    assert told.cause != CAUSES[NOT_IT[name]["kind"]], spoken(told)


def test_what_a_probe_killed_before_is_not_denied():
    """Its newest end does not fit the probe, but the probe's kills are on record: that none is would be untrue."""
    told = asked(seen("liveness", lived=2, count=2))
    check(told, Want(cause=("killed-externally",), never=("no event says", "no probe,")))
    assert "Killing" in " ".join(item.path for item in told.evidence)


def test_without_an_event_it_is_said():
    world = World()
    world.workload("app", c("app", lifecycle=HOOK), statuses={"app": crash(137, QUIET, lived=7, shape="backoff")})
    told = asked(world)
    check(told, Want(cause=("killed-externally",), says=("nobody is on record",)))
    assert "no event says that the postStart hook failed" in spoken(told)


def test_what_is_left_is_said_as_it_is():
    """The probe was seen failing, and no kill was told: the kill is a guess, the failing is not."""
    world = World()
    status = crash(137, QUIET, shape="backoff", lived=57, restarts=4)
    (pod,) = world.workload("app", c("app", start=START), statuses={"app": status}, age=7200)
    world.event(pod, "Unhealthy", f"Startup probe failed: {REFUSED}", container="app", back=260, count=12)
    told = asked(world)
    check(told, Want(cause=(CAUSES["startup"],), sure=False, never=("no event is left",), says=("no Killing event",)))


def test_the_time_that_was_allowed_is_that_of_the_status():
    told = asked(seen("startup", code=143, lived=27, back=200, log="> start\n"))
    check(told, Want(cause=(CAUSES["startup"],), remedy=("27 s",), never=("31 s",)))


def test_a_command_that_cannot_connect_in_time_was_not_refused():
    """grpc_health_probe prints one text for a refusal and for a silence: only that there was no connection in time."""
    world = World()
    probe = {"exec": {"command": ["/bin/grpc_health_probe", "-addr=:9000"]}, "periodSeconds": 5}
    now = ended(137, lived=45, back=20)
    status = Status(now, ended(137, lived=45, back=90), 5, current=QUIET, previous=QUIET, log_from=65)
    (pod,) = world.workload("app", c("app", live=probe), statuses={"app": status}, age=7200)
    text = 'Liveness probe failed: timeout: failed to connect service ":9000" within 1s'
    world.event(pod, "Unhealthy", text, container="app", back=51, count=9)
    told = asked(world)
    check(told, Want(cause=(CAUSES["liveness"],), never=("refused",), says=("within 1s",)))


def test_a_claim_whose_mount_fails_is_not_reported_as_fine():
    world = World()
    status = crash(137, QUIET, shape="backoff", lived=7)
    claim = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    world.add("PersistentVolumeClaim", "data", status={"phase": "Bound"})
    (pod,) = world.workload("app", c("app"), statuses={"app": status}, spec={"volumes": claim}, age=7200)
    text = 'MountVolume.SetUp failed for volume "pvc-1" : rpc error: code = Internal desc = exit status 32'
    world.event(pod, "FailedMount", text, back=50, count=14)
    assert "claim data is phase=Bound" not in spoken(asked(world))


KILLER = "The node is low on resources, stopped by hand"


def test_a_container_is_not_replaced_by_a_controller_but_a_removed_pod_is():
    """A controller makes a pod anew; a container that a signal ended is started again in its pod."""
    told = asked(seen("liveness", lived=2, count=1, restarts=4, back=3000))
    assert told.cause == "killed-externally"
    assert "the kubelet starts its container again by itself" in told.advice("restart").because
    world = World()
    (name,) = world.workload("app", c("app"), statuses={"app": crash(143, QUIET, lived=900)})
    pod = next(item for item in world.objects["Pod"] if item["metadata"]["name"] == name)
    target = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}
    pod["status"]["conditions"].append({**target, "lastTransitionTime": ago(55), "message": KILLER})
    told = asked(world)
    assert told.cause == "killed-externally"
    assert "replaced by its controller" in told.advice("restart").because
