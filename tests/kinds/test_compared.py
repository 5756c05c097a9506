"""A remedy is compared with what the log and the objects say: ports, earlier answers, paths, devices, rights, tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.render.description import describe
from tests.composed.world import Status, ago, ended, http
from tests.kinds.test_probes import REFUSED, killed
from tests.kinds.world import Want, asked, check, dies, spoken

if TYPE_CHECKING:
    from tests.composed.world import World

LIVENESS = ("liveness-probe-failed",)


def access(statuses: list[int], path: str = "/", client: str = "10.42.0.1") -> str:
    """An access log in the common format, a request every 15 s."""
    rows = (
        f'{client} - - [22/Nov/2026:03:{n // 4:02}:{n % 4 * 15:02} +0000] "GET {path} HTTP/1.1" {status} - 0.0012'
        for n, status in enumerate(statuses)
    )
    return "Listening on http://0.0.0.0:8080\n" + "\n".join(rows) + "\n"


# (6) the probe's port against the port that the program names

STARTS = {
    "starting X on port": "I1122 03:00:02.1 1 main.go:88] Starting gatherer on port 9102\n",
    "serving on": 'time=2026-11-22T03:00:02Z level=info msg="Serving API on :9102"\n',
    "started server on": "INFO Started ledger server on 0.0.0.0:9102\n",
    "API server at port": "2026-11-22 03:00:02 Running API at port 9102\n",
}


@pytest.mark.parametrize("name", STARTS)
def test_a_probe_that_asks_another_port_than_the_one_named_is_pointed_there(name):
    log = STARTS[name] + "I1122 03:01:02.1 1 main.go:99] round done in 304 ms\n" * 5
    world = killed(log, http("/healthz", 9104), kind="liveness", lived=61, every=8, answer=REFUSED.format(port=9104))
    check(asked(world), Want(cause=LIVENESS, remedy=("9102",), never=("startupprobe", "cpu limit", "was not seen")))


def test_a_probe_on_a_second_port_that_the_log_names_too_stays_there():
    log = "Starting gatherer on port 9102\nStarting health server on port 9104\n" + "round done\n" * 5
    world = killed(log, http("/healthz", 9104), kind="liveness", lived=61, every=8, answer=REFUSED.format(port=9104))
    assert "Point the liveness probe at port 9102" not in asked(world).remedy.text


def test_a_port_of_another_that_it_connects_to_is_none_of_its_own():
    log = "Starting collector, reading from kubelet on port 10250\n" + "collecting\n" * 5
    world = killed(log, http("/healthz", 9104), kind="liveness", lived=61, every=8, answer=REFUSED.format(port=9104))
    assert "10250" not in asked(world).remedy.text


# (6) the same path answered well before: no login is what lacks

THROTTLES = {
    "403 after many": ([200] * 60 + [403] * 4, 403),
    "429 after many": ([200] * 40 + [429] * 4, 429),
}


@pytest.mark.parametrize("name", THROTTLES)
def test_a_path_that_answered_well_and_then_refuses_is_throttled(name):
    statuses, status = THROTTLES[name]
    world = killed(
        access(statuses),
        http("/", 8080, period=15, failures=3),
        kind="liveness",
        lived=15 * len(statuses),
        every=15,
        code=143,
        answer=f"HTTP probe failed with statuscode: {status}",
    )
    check(
        asked(world),
        Want(cause=LIVENESS, says=("answered",), remedy=("limit", "less often"), never=("login", "another path")),
    )


def test_a_path_that_always_wants_a_login_still_wants_one():
    world = killed(
        access([403] * 4),
        http("/", 8080, period=15, failures=3),
        kind="liveness",
        lived=61,
        every=15,
        code=143,
        answer="HTTP probe failed with statuscode: 403",
    )
    check(asked(world), Want(cause=LIVENESS, says=("login",), remedy=("login",)))


# (6) a probe's command that the image does not know

STRANGE_FLAGS = {
    "go": "flag provided but not defined: -mode Usage of /acme-registrar: -address string",
    "pflag": "Error: unknown flag: --check-live",
    "gnu": "acme-probe: unrecognized option '--live'",
    "click": "Error: No such option: --live",
}


@pytest.mark.parametrize("name", STRANGE_FLAGS)
def test_a_probe_whose_flag_the_image_does_not_know_wants_a_newer_image_or_no_flag(name):
    probe = {"exec": {"command": ["/acme-registrar", "--path=$(SOCKET)", "--mode=live"]}, "periodSeconds": 10}
    world = killed(
        "registration done\n", probe, kind="liveness", lived=35, code=0, restarts=30, answer=STRANGE_FLAGS[name]
    )
    told = asked(world)
    check(told, Want(cause=LIVENESS, remedy=("newer", "registry.example/team/app"), never=("run it by hand",)))
    assert not any("$(" in command for command in told.remedy.commands)


def test_a_probe_whose_command_tells_of_a_state_is_still_run_by_hand():
    probe = {"exec": {"command": ["/acme-check", "--deep"]}, "periodSeconds": 10}
    answer = "ledger out of balance: 3 entries"
    world = killed("working\n" * 5, probe, kind="liveness", lived=35, restarts=30, answer=answer)
    check(asked(world), Want(cause=LIVENESS, remedy=("/acme-check --deep",), never=("newer release",)))


def test_a_probes_command_that_is_run_by_hand_has_its_variables_filled_in():
    probe = {"exec": {"command": ["/acme-check", "--path=$(BOOKS)"]}, "periodSeconds": 10}
    answer = "ledger out of balance: 3 entries"
    world = killed(
        "working\n" * 5, probe, kind="liveness", lived=35, restarts=30, answer=answer, env={"BOOKS": "/srv/books"}
    )
    check(asked(world), Want(cause=LIVENESS, remedy=("--path=<value of books>",)))


def test_a_kill_is_not_the_certain_root_where_the_log_names_what_keeps_it_from_serving():
    log = "Listening on http://0.0.0.0:8080\n" + "ERROR every request fails: the atlas pages are not compiled\n" * 6
    world = killed(
        log, http("/", 8080), kind="liveness", lived=70, every=9, answer="HTTP probe failed with statuscode: 500"
    )
    check(asked(world), Want(cause=LIVENESS, says=("atlas",), sure=False))


def test_a_kill_for_a_wrong_path_stays_certain():
    log = "Listening on http://0.0.0.0:8080\n" + "served\n" * 5
    world = killed(
        log, http("/up", 8080), kind="liveness", lived=31, every=5, answer="HTTP probe failed with statuscode: 404"
    )
    check(asked(world), Want(cause=LIVENESS, sure=True))


def test_a_shells_own_substitution_stays_in_a_probes_command():
    probe = {"exec": {"command": ["sh", "-c", "acme-check --host $(hostname)"]}, "periodSeconds": 10}
    answer = "ledger out of balance: 3 entries"
    world = killed("working\n" * 5, probe, kind="liveness", lived=35, restarts=30, answer=answer, env={"BOOKS": "/srv"})
    check(asked(world), Want(cause=LIVENESS, remedy=("$(hostname)",)))


# (7) restarts are no outage


def up_now() -> World:
    return killed(
        "Listening on http://0.0.0.0:8080\n" + "served\n" * 5,
        http("/healthz", 8080),
        kind="liveness",
        lived=240,
        every=40,
        answer="HTTP probe failed with statuscode: 503",
        statuses={
            "app": Status(
                {"running": {"startedAt": ago(120)}},
                ended(137, lived=240, back=125),
                24,
                ready=True,
                previous="served\n",
                current="served\n",
            )
        },
    )


def whereabouts(told) -> str:
    return " ".join("".join(str(getattr(bit, "text", bit)) for bit in part) for part in describe(told).whereabouts)


def test_a_pod_that_runs_and_is_ready_is_not_called_down():
    told = asked(up_now())
    shown = whereabouts(told)
    assert "down" not in shown, shown
    assert "up now" in shown, shown


def test_a_pod_that_waits_for_its_next_start_is_down():
    assert "down" in whereabouts(asked(dies("panic: boom\n")))


# (8) paths from the right place

PLACES = {
    "rust": "thread 'main' panicked at 'Failed to create store directory: Permission denied', "
    "/build/acme/src/store/mod.rs:1542:40\n",
    "go": "F1122 03:00:01.1 1 main.go:12] open store: permission denied /go/src/acme/store.go:211\n",
    "c++": "terminate: Permission denied (/src/acme/store.cc:88)\n",
}


@pytest.mark.parametrize("name", PLACES)
def test_a_source_location_is_no_path_of_the_program(name):
    told = asked(dies("INFO Creating store from scratch in /ledger/data/store\n" + PLACES[name]))
    assert not any(word in spoken(told) for word in ("/build/acme", "/go/src/acme", "/src/acme")), spoken(told)
    if told.cause == "permission-denied":
        assert "/ledger/data/store" in spoken(told), spoken(told)


def test_without_a_path_a_directory_of_a_variable_on_a_claim_is_the_place():
    claim = {"persistentVolumeClaim": {"claimName": "books-0"}}
    log = 'level=fatal msg="Failed to open database: unable to open database file: permission denied"\n'
    told = asked(dies(log, env={"LEDGER_DIR": "/srv/books"}, volumes={"/srv/books": claim}))
    check(
        told,
        Want(
            cause=("permission-denied",), remedy=("fsgroup", "/srv/books"), never=("emptydir", "belongs to the image")
        ),
    )


def test_without_any_path_no_sentence_tells_of_one():
    told = asked(dies('level=fatal msg="cannot start: permission denied"\n'))
    assert "emptydir" not in spoken(told).lower()
    assert "it belongs to the image" not in spoken(told)


def test_a_refusal_that_is_none_of_files_is_not_laid_on_the_claim():
    claim = {"persistentVolumeClaim": {"claimName": "books-0"}}
    told = asked(dies("fatal: cannot attach the probe: permission denied\n", volumes={"/srv/books": claim}))
    assert "books" not in told.summary, spoken(told)


def test_a_mount_point_is_unmounted_and_not_removed():
    world = dies(
        "<FATAL>: create /vol/pvc-1: mkdir /vol/pvc-1: file exists\n",
        volumes={"/vol": {"hostPath": {"path": "/var/lib/acme/volume", "type": "DirectoryOrCreate"}}},
        lifecycle={"preStop": {"exec": {"command": ["sh", "-c", "umount /vol/pvc-1"]}}},
        kind="DaemonSet",
    )
    told = asked(world)
    remedy = " ".join((told.remedy.text, *told.remedy.commands))
    assert "umount" in remedy, spoken(told)
    assert "/var/lib/acme/volume/pvc-1" in remedy, spoken(told)
    assert "then remove" not in remedy, spoken(told)
    assert "Used By" not in remedy, spoken(told)


def test_a_leftover_on_a_node_directory_is_no_matter_of_a_claims_description():
    world = dies(
        "FATAL: lock file /vol/app.lock exists, another instance may be running\n",
        volumes={"/vol": {"hostPath": {"path": "/var/lib/acme"}}},
    )
    assert "Used By" not in spoken(asked(world))


def test_a_leftover_on_a_claim_still_is():
    world = dies(
        "FATAL: lock file /vol/app.lock exists, another instance may be running\n",
        volumes={"/vol": {"persistentVolumeClaim": {"claimName": "books-0"}}},
    )
    told = asked(world)
    assert told.cause == "stale-state", spoken(told)
    assert "Used By" in told.remedy.text


# (9) devices and rights


def device(kind: str) -> World:
    return dies(
        "error: Error: Operation not permitted, cannot open /dev/ttyACM0\n",
        volumes={"/dev/ttyACM0": {"hostPath": {"path": "/dev/serial/by-id/usb-acme", "type": kind}}},
        securityContext={"runAsUser": 0},
    )


def test_a_device_that_is_there_and_refuses_is_kept_away_by_its_cgroup():
    check(
        asked(device("CharDevice")),
        Want(
            cause=("node-prerequisite", "permission-denied"),
            remedy=("privileged", "device plugin"),
            never=("place the pod", "lacks", "stays missing"),
        ),
    )


def test_a_device_that_is_not_there_wants_a_node_that_has_it():
    told = asked(dies("Error: No such file or directory, cannot open /dev/ttyACM0\n"))
    assert "privileged" not in told.remedy.text, spoken(told)


def low(user: int, **context: object) -> World:
    log = "(13)Permission denied: AH00072: make_sock: could not bind to address 0.0.0.0:80\nno listening sockets available\n"
    ports = [80]
    return dies(log, ports=ports, securityContext={"runAsUser": user, **context})


def test_a_capability_that_the_runtime_gives_already_is_not_advised_to_another_user():
    told = asked(low(1001))
    check(
        told,
        Want(
            cause=("port-conflict",),
            remedy=("ip_unprivileged_port_start", "above 1023"),
            never=("capability NET_BIND_SERVICE",),
        ),
    )


def test_root_that_lost_the_capability_gets_it_back():
    check(
        asked(low(0, capabilities={"drop": ["ALL"]})),
        Want(cause=("port-conflict",), remedy=("NET_BIND_SERVICE",)),
    )


# (10) another product's tools, and a deletion beside "no restart"

SHORT_LOG = "panic: tocommit(1204) is out of range [lastIndex(88)]. Was the raft log corrupted, truncated, or lost?\n"


@pytest.mark.parametrize(
    ("image", "tool"), [("quay.io/coreos/etcd:v3.5.9", True), ("docker.io/acme/graph:21.3", False)]
)
def test_a_tool_is_named_to_the_product_that_has_it(image, tool):
    claim = {"persistentVolumeClaim": {"claimName": "books-0"}}
    told = asked(dies(SHORT_LOG, 2, image=image, volumes={"/data": claim}, kind="StatefulSet"))
    assert ("etcdctl" in spoken(told)) is tool, spoken(told)


def test_a_pod_is_deleted_only_with_its_reason():
    told = asked(
        dies("", 137, reason="OOMKilled", kind="StatefulSet", resources={"limits": {"memory": "1Gi"}}, lived=900)
    )
    deletes = [command for command in told.remedy.commands if " delete pod" in command]
    assert not deletes or "delete" in told.remedy.text.lower(), spoken(told)
