"""The command does what its sentence says, lasts, and does no harm: each kind in both directions."""

from __future__ import annotations

import pytest

from tests.composed.world import World, c, crash, http, up
from tests.kinds.world import Want, asked, check, dies

CLAIM = {"persistentVolumeClaim": {"claimName": "books-0"}}
KILLED = {"code": 137, "reason": "OOMKilled"}


def test_a_table_as_large_as_the_file_limit_is_no_question_of_memory():
    log = "ledgerd: open_files_limit 1073741816, table cache: 536870403 entries\nledgerd: initialising\n"
    told = asked(dies(log, **KILLED, limit="1Gi", lived=3, restarts=9))
    check(told, Want(cause=("oom-killed",), remedy=("limitnofile", "536870403", "node"), never=("settle 30 %",)))
    assert not any("set resources" in command for command in told.remedy.commands)
    assert told.remedy.text.index("LimitNOFILE") < told.remedy.text.lower().find("limit of 1gi")


ORDINARY = {
    "bytes": ("allocated 1073741824 bytes for the cache\n", 3),
    "late": ("ledgerd: open_files_limit 1073741816\n", 4000),
    "small": ("ledgerd: open_files_limit 65536\n", 3),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_any_other_number_leaves_it_one(name):
    log, lived = ORDINARY[name]
    told = asked(dies(log, **KILLED, limit="1Gi", lived=lived, restarts=9))
    check(told, Want(cause=("oom-killed",), remedy=("raise the memory limit",), never=("LimitNOFILE",)))


def test_a_key_that_is_not_known_is_removed_and_not_corrected():
    log = "1) Error: Configuration property 'shelf.turbo' was not used\n"
    told = asked(dies(log, 100, files={"/srv/conf/shelf.properties": "shelf-config/shelf.properties"}))
    check(
        told,
        Want(
            cause=("bad-config",),
            remedy=("take shelf.turbo out of", "configmap shelf-config"),
            never=("Correct shelf",),
        ),
    )


def test_a_value_that_is_wrong_is_corrected():
    log = "Error: Configuration property 'shelf.turbo' has the invalid value 'maybe'\n"
    told = asked(dies(log, 100, files={"/srv/conf/shelf.properties": "shelf-config/shelf.properties"}))
    assert "remove the line" not in told.remedy.text.lower()


def test_a_variable_that_lacks_is_added():
    log = "Error: Environment variable undefined or empty: RELEASE\n    at main (/app/index.js:3:1)\n"
    told = asked(dies(log, env={"PORT": "80"}))
    check(told, Want(cause=("bad-config",), remedy=("add release",), never=("what the line complains of",)))
    assert any("RELEASE=" in command for command in told.remedy.commands)


def test_a_secret_comes_from_the_secret_that_may_have_it_and_never_into_the_template():
    log = "Exception: You must set the SHOP_COOKIE_SECRET environment variable.\n"
    told = asked(dies(log, envFrom=[{"secretRef": {"name": "shop"}}]))
    check(told, Want(cause=("bad-config",), remedy=("secretkeyref", "describe secret shop"), never=("<value>",)))


def test_a_secret_that_is_nowhere_is_made_a_secret_first():
    log = "Exception: You must set the SHOP_COOKIE_SECRET environment variable.\n"
    told = asked(dies(log))
    check(told, Want(cause=("bad-config",), remedy=("secretkeyref",)))
    assert not any(" set env " in command and "SHOP_COOKIE_SECRET=" in command for command in told.remedy.commands)


def slow(log, **spec):
    """A workload whose liveness probe gets no answer in time, now and then, while it serves."""
    world = World()
    probe = http("/health", 8080, failures=3, timeout=1)
    (pod,) = world.workload(
        "app", c("app", live=probe, **spec), statuses={"app": crash(137, log, shape="backoff", lived=1800, restarts=9)}
    )
    text = (
        'Liveness probe failed: Get "http://10.0.0.7:8080/health": context deadline exceeded (Client.Timeout exceeded)'
    )
    world.event(pod, "Unhealthy", text, back=30, container="app")
    world.event(
        pod,
        "Killing",
        "Container app failed liveness probe, will be restarted",
        back=26,
        container="app",
        type="Normal",
    )
    return asked(world)


def test_no_cpu_limit_is_blamed_where_none_is_set():
    told = slow("serving\n")
    check(told, Want(cause=("liveness-probe-failed",), remedy=("timeoutseconds",), never=("CPU limit",)))


def test_a_cpu_limit_is_quoted_where_one_is_set():
    told = slow("serving\n", resources={"limits": {"cpu": "50m"}})
    check(told, Want(cause=("liveness-probe-failed",), remedy=("cpu limit of 50m", "timeoutseconds")))


def test_a_development_server_answers_one_at_a_time():
    told = slow("WARNING: This is a development server. Do not use it in a production deployment.\nserving on :8080\n")
    check(told, Want(cause=("liveness-probe-failed",), remedy=("development server", "threads", "timeoutseconds")))


def test_a_liveness_probe_on_readiness_wants_another_question():
    world = World()
    probe = http("/readyz", 3000, failures=6, period=5)
    (pod,) = world.workload(
        "app",
        c("app", live=probe),
        statuses={"app": crash(137, "joining\nstill joining\n", shape="backoff", lived=61, restarts=9)},
    )
    world.event(
        pod, "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 400", back=30, container="app"
    )
    world.event(
        pod,
        "Killing",
        "Container app failed liveness probe, will be restarted",
        back=26,
        container="app",
        type="Normal",
    )
    told = asked(world)
    check(told, Want(cause=("liveness-probe-failed",), remedy=("/healthz", "startupprobe"), never=("as it is",)))


def test_no_volume_hides_files_that_the_program_edits():
    log = "sed: couldn't open temporary file /etc/shop/sedXXXXXX: Permission denied\n"
    told = asked(dies(log, pod_spec={"securityContext": {"runAsUser": 1000}}))
    check(told, Want(cause=("permission-denied",), never=("mount an emptyDir",)))


def test_a_program_with_a_configuration_of_its_own_gets_no_standard_input():
    log = 'level=info msg="detected pipe from stdin, ignoring configuration"\n'
    told = asked(dies(log, 0, files={"/etc/ship": "ship-config/ship.yaml"}))
    check(told, Want(cause=("exits-cleanly",), never=("stdin: true", '"stdin":true')))


def missing(name, *, selected):
    """A client of Service ``shelf`` beside a workload ``books`` that serves."""
    world = World()
    world.workload("books", c("books", ports=[8080]), replicas=2, statuses={"books": up()})
    if selected:
        world.service("books", 8080, {"app": "books"}, ready=2)
    return asked(dies(f'[emerg] host not found in upstream "{name}" in /etc/proxy/proxy.conf:2\n', world=world))


def test_the_service_that_lacks_is_made_for_the_one_workload_that_has_none():
    told = missing("shelf", selected=False)
    check(told, Want(cause=("dependency-unavailable",), remedy=("deployment books",)))
    assert any("expose deployment/books --name=shelf --port=8080" in command for command in told.remedy.commands)


def test_a_workload_that_has_a_service_gets_no_other():
    told = missing("shelf", selected=True)
    assert not any(" expose " in command for command in told.remedy.commands)


def test_a_full_layer_of_the_container_is_no_emptydir():
    told = asked(dies("write /work/out.bin: no space left on device\n"))
    check(told, Want(cause=("disk-full",), never=("empty emptyDir",)))
    held = asked(dies("write /work/out.bin: no space left on device\n", volumes={"/work": {"emptyDir": {}}}))
    check(held, Want(cause=("disk-full",), remedy=("empty emptydir",)))


def test_take_a_copy_is_a_copy():
    log = "ERROR cannot open the store: segment 7: index file is too short (0 bytes, at least 64 are needed)\n"
    told = asked(dies(log, volumes={"/data": CLAIM}))
    check(told, Want(cause=("stale-state",), remedy=("copy", "volumesnapshot", "books-0"), never=("get pods",)))


def test_a_member_that_the_cluster_has_retired_is_not_restored():
    log = "[FATAL] failed to start node: store 6 is tombstone, it has been removed from the cluster\n"
    told = asked(dies(log, volumes={"/data": CLAIM}, kind="StatefulSet"))
    check(told, Want(cause=("stale-state",), remedy=("books-0", "lost"), never=("restore a backup",)))


def test_a_pod_of_an_operators_object_is_not_called_bare():
    world = dies("killed\n", **KILLED, limit="256Mi", lived=400, kind="StatefulSet")
    world.objects["StatefulSet"][0]["metadata"]["ownerReferences"] = [
        {"apiVersion": "acme.example/v1", "kind": "Ledger", "name": "books", "uid": "u-1", "controller": True}
    ]
    told = asked(world)
    check(told, Want(cause=("oom-killed",), remedy=("ledger books",), never=("bare pod",)))
