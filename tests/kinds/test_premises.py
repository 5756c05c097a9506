"""A sentence of an answer holds for the objects at hand: each pair differs in the premise alone."""

from __future__ import annotations

import pytest

from tests.composed.world import World, ago, c, done, ended, up
from tests.kinds.world import Want, asked, check, dies

CLAIM = {"persistentVolumeClaim": {"claimName": "data"}}
SCRATCH = {"emptyDir": {}}


@pytest.mark.parametrize(
    ("writer", "remedy", "never"),
    [
        (65534, ("Init container fill fills emptyDir volume-0 as user 65534",), ("mount none there",)),
        (1000, (), ("Init container fill",)),
    ],
)
def test_files_of_an_init_container_belong_to_its_user(writer, remedy, never):
    fill = c("fill", mounts={"/out": "volume-0"}, securityContext={"runAsUser": writer})
    made = dies(
        "cp: cannot open '/keys/host_key' for reading: Permission denied",
        volumes={"/keys": SCRATCH},
        init=(fill,),
        statuses={"fill": done()},
        pod_spec={"securityContext": {"runAsUser": 1000, "fsGroup": 1000}},
    )
    made.objects["Deployment"][0]["spec"]["template"]["spec"]["volumes"] = [{"name": "volume-0", **SCRATCH}]
    for pod in made.objects["Pod"]:
        pod["spec"]["volumes"] = [{"name": "volume-0", **SCRATCH}]
    check(asked(made), Want(cause=("permission-denied",), remedy=remedy, never=never))


COMPARED = "FlywayValidateException: Validate failed: Migrations have failed validation\nMigration checksum mismatch for migration version 5"
FAILED = "FlywayException: Schema `app` contains a failed migration to version 5 !"


def test_applied_files_that_differ_are_no_half_done_migration():
    told = asked(dies(COMPARED, before={"image": "registry.example/app:1.0"}))
    check(
        told,
        Want(
            cause=("stale-state", "incompatible-data"),
            remedy=("Run the image whose migrations were applied",),
            never=("half did", "older code on a newer schema"),
        ),
    )
    assert told.advice("undo").helps is not False
    check(asked(dies(FAILED)), Want(cause=("stale-state",), remedy=("what it half did",)))


REJOIN = '{"level":"fatal","msg":"discovery failed","error":"member 21cdb8e5d2d72088 has already been bootstrapped"}'


def test_a_member_without_its_data_is_added_anew():
    told = asked(dies(REJOIN, volumes={"/var/lib/etcd": SCRATCH}, kind="StatefulSet"))
    check(told, Want(cause=("stale-state",), remedy=("member remove",), never=("snapshot of the volume",)))


CORRUPT = "FATAL: could not read block 3 in file /data/base/1: data file is corrupted"


@pytest.mark.parametrize(("source", "snapshot"), [(CLAIM, True), (SCRATCH, False)])
def test_only_a_volume_that_lasts_has_snapshots(source, snapshot):
    told = asked(dies(CORRUPT, volumes={"/data": source}))
    assert ("a snapshot of the volume" in told.remedy.text) is snapshot


def linked(target):
    world = World()
    selector = {"app": "app"} if target != "foreign" else {"app": "other"}
    port = {"port": 44317, **({"targetPort": target} if isinstance(target, int) else {})}
    world.add("Service", "app", spec={"clusterIP": "10.152.1.2", "selector": selector, "ports": [port]})
    return asked(dies("ERROR listen tcp: address tcp://10.152.1.2:44317: too many colons in address", world=world))


@pytest.mark.parametrize(("target", "port"), [(4317, "4317"), (None, "44317"), ("foreign", "44317")])
def test_the_port_of_a_program_is_that_of_its_pod(target, port):
    text = linked(target).remedy.text
    assert "enableServiceLinks" in text
    if "itself, which wins" in text:
        assert f' to "{port}" itself' in text


@pytest.mark.parametrize(
    ("mounts", "says", "never", "sure"),
    [
        (
            {"/app/Acme": {"configMap": {"name": "conf"}}},
            ("volume volume-0 at /app/Acme hides",),
            ("has no Acme",),
            False,
        ),
        ({"/app/conf": {"configMap": {"name": "conf"}}}, ("has no module Acme.wsgi",), ("hides",), True),
    ],
)
def test_a_package_below_a_volume_is_hidden_not_absent(mounts, says, never, sure):
    world = World()
    world.add("ConfigMap", "conf", data={"ldap.py": "x"})
    made = dies("ModuleNotFoundError: No module named 'Acme.wsgi'", volumes=mounts, world=world)
    check(asked(made), Want(cause=("missing-library",), says=says, never=never, sure=sure))


DIRECT = 'Exception in thread "main" java.lang.OutOfMemoryError: Direct buffer memory'
HEAP = 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'


def test_memory_beside_the_heap_is_not_the_heap():
    want = Want(cause=("heap-exhausted",), remedy=("MaxDirectMemorySize",), never=("MaxRAMPercentage", "heap limit:"))
    check(asked(dies(DIRECT, limit="4Gi")), want)
    check(asked(dies(HEAP, limit="4Gi")), Want(cause=("heap-exhausted",), never=("MaxDirectMemorySize",)))


REFUSED = "dial tcp 10.96.14.207:9000: connect: connection refused"


def behind(ready_s):
    """A Service whose one pod has been ready for so many seconds; the crash ended 70 s before the look."""
    world = World()
    (name,) = world.workload("minio", c("minio"), statuses={"minio": up(ready_s)}, age=ready_s)
    pod = next(item for item in world.objects["Pod"] if item["metadata"]["name"] == name)
    ready = next(item for item in pod["status"]["conditions"] if item["type"] == "Ready")
    ready["lastTransitionTime"] = ago(ready_s)
    world.add(
        "Service", "minio", spec={"clusterIP": "10.96.14.207", "selector": {"app": "minio"}, "ports": [{"port": 9000}]}
    )
    log = f'failed to create store {{"error": "{REFUSED}"}}\nfailed to create store: {REFUSED}\nfatal: {REFUSED}'
    return asked(dies(log, world=world))


def test_what_became_ready_since_is_waited_for():
    check(behind(40), Want(cause=("dependency-unavailable",), remedy=("Wait for the next start",), never=("3 tries",)))
    check(behind(9000), Want(cause=("dependency-unavailable",), never=("Wait for the next start",)))


def test_the_same_words_again_are_tries():
    log = "\n".join(f"12:00:0{n} ERROR {REFUSED}, attempt {n}" for n in range(1, 5))
    check(asked(dies(log)), Want(cause=("dependency-unavailable",), says=("4 tries",)))


GONE = "/entry/20-use.sh: line 10: cd: /srv/home/.conf/etc: No such file or directory"


@pytest.mark.parametrize("source", [CLAIM, SCRATCH])
def test_what_is_not_on_a_volume_is_not_provided_by_it(source):
    told = asked(dies(GONE, volumes={"/srv/home": source}))
    for words in ("which PersistentVolumeClaim data provides", "mount the ConfigMap", "use an image that has it"):
        assert words not in f"{told.summary} {told.remedy.text}"


def held_open(declared, **marks):
    world = World()
    job = {"containers": [c("work"), *([c("helper")] if declared else [])]}
    top = world.add("Job", "load", spec={"template": {"spec": job}}, status={"active": 1})
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": "load", "uid": top["metadata"]["uid"], "controller": True}
    states = [
        {"name": "work", "ready": False, "restartCount": 0, "state": ended(0, "Completed", lived=60, back=900)},
        {"name": "helper", "ready": True, "restartCount": 0, "state": {"running": {"startedAt": ago(960)}}},
    ]
    world.add("Pod", "load-1", metadata={"ownerReferences": [owner], "annotations": marks},
              spec={"restartPolicy": "Never", "nodeName": "node-1", "containers": [c("work"), c("helper")]},
              status={"phase": "Running", "containerStatuses": states})  # fmt: skip
    return asked(world, "job/load")


def test_only_a_declared_helper_is_declared_otherwise():
    check(held_open(declared=True), Want(cause=("job-held-open",), remedy=("native sidecar",), never=("injected",)))
    want = Want(
        cause=("job-held-open",), remedy=("injected", "agent-pre-populate-only"), never=("under initContainers",)
    )
    check(held_open(declared=False, **{"vault.hashicorp.com/agent-inject": "true"}), want)
    other = Want(cause=("job-held-open",), remedy=("injected", "the injector's own annotation"), never=("native",))
    check(held_open(declared=False), other)
