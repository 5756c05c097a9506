"""The answer is one to act on, for kinds of trouble where a right cause came with a remedy that did harm or nothing."""

from __future__ import annotations

import pytest

from diagnostics.engine import diagnose
from tests.composed.world import Truth, World, ago, c, crash, http, up, waits

DATA = {"name": "data", "persistentVolumeClaim": {"claimName": "data-app-0"}}


def asked(world, kind="Deployment"):
    return diagnose(world.snapshot(Truth(f"{kind.lower()}/app", "", "app")))


def crashed(log, *, code=1, kind="Deployment", replicas=1, lived=2.0, world=None, earlier=None, pod=None, **spec):
    world = world or World()
    world.workload(
        "app",
        c("app", **spec),
        kind=kind,
        replicas=replicas,
        statuses={"app": crash(code, log, lived=lived)},
        earlier=earlier,
        spec={"volumes": [DATA], **(pod or {})},
    )
    return asked(world, kind)


def probed(log, answer, *, kind="Liveness", lived=55.0, code=137, **spec):
    """A container that its liveness or startup probe has killed."""
    world = World()
    pods = world.workload("app", c("app", **spec), statuses={"app": crash(code, log, lived=lived, shape="backoff")})
    told = f"{kind} probe failed: {answer}"
    world.event(pods[0], "Unhealthy", told, container="app", back=100)
    killing = f"Container app failed {kind.lower()} probe, will be restarted"
    world.event(pods[0], "Killing", killing, container="app", back=100, type="Normal")
    return asked(world)


def shown(found):
    return "\n".join((found.remedy.text, *found.remedy.commands))


@pytest.mark.parametrize(
    "line", ["[InnoDB] Unable to lock ./ibdata1 error: 11", "could not lock /data/store.db: in use"]
)
def test_a_file_of_the_data_is_never_to_be_removed(line):
    found = crashed(f"{line}\n", kind="StatefulSet", mounts={"/data": "data"})
    assert found.cause == "stale-state"
    assert "then remove" not in shown(found)
    assert "--replicas=0" not in shown(found)
    assert "earlier run left" not in found.summary


def test_a_lock_file_may_go_once_nobody_else_uses_it():
    found = crashed("Error: lock file /data/app.lock already exists\n", kind="StatefulSet", mounts={"/data": "data"})
    assert "then remove /data/app.lock" in found.remedy.text
    assert any("--replicas=0" in command for command in found.remedy.commands)


def test_damaged_data_of_one_member_leaves_the_others_running():
    line = "Suspiciously many (11 parts) broken parts to remove, data is corrupt in /data/t.sql"
    found = crashed(f"{line}\n", kind="StatefulSet", replicas=3, mounts={"/data": "data"})
    assert found.cause == "stale-state"
    assert "this member's directory alone" in found.remedy.text
    assert "--replicas=0" not in shown(found)
    assert "11 parts" in found.summary


@pytest.mark.parametrize(
    "line",
    [
        "RangeError: options.port should be >= 0 and < 65536. Received type number (NaN).",
        "Error: port: ports must be within range 0 - 65535",
        "config: PORT: invalid port 'tcp'",
    ],
)
def test_a_port_that_is_none_is_the_link_of_the_service_with_the_programs_name(line):
    world = World()
    world.service("app", 8080, {"app": "app"}, ip="10.96.3.4")
    found = crashed(f"{line}\n", world=world)
    assert found.cause == "bad-config"
    assert "APP_PORT=tcp://10.96.3.4:8080" in found.summary
    assert "enableServiceLinks" in shown(found)
    assert found.verdict == "likely"


def test_a_variable_that_the_spec_sets_wins_over_the_link():
    world = World()
    world.service("app", 8080, {"app": "app"}, ip="10.96.3.4")
    found = crashed("Error: port: ports must be within range 0 - 65535\n", world=world, env={"APP_PORT": "99999"})
    assert "enableServiceLinks" not in shown(found)


def test_a_complaint_said_again_and_again_is_why_the_probe_fails():
    log = "starting\n" + "WARN failed to join cluster: no peer answers\n" * 12
    found = probed(log, "HTTP probe failed with statuscode: 503", livenessProbe=http("/healthz", 8080))
    assert "its log says 12 times: failed to join cluster" in found.summary
    assert "failed to join cluster" in found.remedy.text
    assert any("failed to join" in item.quote for item in found.evidence)


def test_what_the_probes_command_answers_is_said_and_more_time_is_not_offered():
    probe = {"exec": {"command": ["check", "--job"]}, "periodSeconds": 10, "failureThreshold": 3}
    found = probed("listening on :8080\n", "No alive jobs found.", livenessProbe=probe, code=0, lived=31)
    assert 'says "No alive jobs found."' in found.summary
    assert "startupProbe" not in shown(found)
    assert any(" exec " in command and command.endswith("check --job") for command in found.remedy.commands)


def test_what_stays_as_it_is_however_often_it_is_tried_is_the_root_behind_the_probe():
    lines = (
        "ERROR could not set up I/O: raise the limit, fs.aio-max-nr in /proc/sys/fs/aio-max-nr is too low\n"
        "INFO exited: db (exit status 1; not expected)\nINFO spawned: 'db' with pid 7\n"
    )
    found = probed(lines * 6, "dial tcp 10.1.1.1:9042: connect: connection refused", livenessProbe=http("/", 9042))
    assert found.cause == "node-prerequisite"
    assert "fs.aio-max-nr" in found.summary
    assert all("ruled" not in item.because for item in found.ruled_out if item.cause == found.cause)


def test_a_request_that_is_refused_is_not_a_wrong_path():
    world = World()
    line = "Invalid HTTP_HOST header: '10.1.1.9:8140'. You may need to add it to ALLOWED_HOSTS.\n"
    spec = {"readinessProbe": http("/health/", 8140), "ports": [8140]}
    pods = world.workload("app", c("app", **spec), statuses={"app": up(1200, ready=False, log=line * 9)})
    told = "Readiness probe failed: HTTP probe failed with statuscode: 400"
    world.event(pods[0], "Unhealthy", told, container="app", back=20, count=60)
    found = asked(world)
    assert found.cause == "readiness-probe-failed"
    assert "Invalid HTTP_HOST" in found.summary
    assert "Host header" in found.remedy.text
    assert "path" not in found.remedy.text


def test_an_exception_that_was_caught_is_not_why_native_code_failed():
    log = "TRPCError: NOT_FOUND\n    at file:///app/server.js:1:13375\nlistening on :3000\n"
    found = crashed(log, code=139, lived=1200)
    assert found.cause == "app-crash"
    assert "NOT_FOUND" not in found.summary
    assert "SIGSEGV" in found.summary


def test_an_undo_goes_back_to_the_image_that_wrote_the_data():
    line = (
        "Your database (migration version: 276) is for a newer Forge, you can not use it for this old release (245).\n"
    )
    image = "registry.example/app:1.21.0"
    earlier = [{"containers": [c("app", image, mounts={"/data": "data"})]}]
    found = crashed(line, mounts={"/data": "data"}, image="registry.example/app:1.19.4", earlier=earlier)
    assert found.cause == "incompatible-data"
    undo = found.advice("undo")
    assert undo.helps
    assert image in undo.because
    assert "upgrade it" not in found.remedy.text


def test_an_old_pod_that_holds_the_volume_goes_first():
    world = World()
    spec = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}
    container = c("app", mounts={"/data": "data"})
    pods = world.workload(
        "app", container, spec=spec, statuses={"app": waits("ContainerCreating")}, replicas=2, phase="Pending"
    )
    world.add("PersistentVolumeClaim", "data", spec={"volumeName": "pvc-7"}, status={"phase": "Bound"})
    told = 'Multi-Attach error for volume "pvc-7" Volume is already used by pod(s) app-1'
    world.event(pods[0], "FailedAttachVolume", told, back=300)
    world.event(pods[0], "FailedMount", "Unable to attach or mount volumes: timed out waiting", back=20)
    holder = next(item for item in world.objects["Pod"] if item["metadata"]["name"] == pods[1])
    holder["status"]["phase"] = "Running"
    for entry in holder["status"]["containerStatuses"]:
        entry.update(ready=True, started=True, state={"running": {"startedAt": ago(3600)}})
    found = asked(world)
    assert found.cause == "volume-mount-failed"
    assert any("Multi-Attach" in item.quote for item in found.evidence)
    assert pods[1] in found.summary
    assert any('"type":"Recreate"' in command for command in found.remedy.commands)


def test_a_well_pod_is_answered_with_the_complaint_that_it_outlives():
    world = World()
    log = "server ready on 0.0.0.0:5678\nError: could not find property timezone\n"
    world.workload("app", c("app"), statuses={"app": up(7200, log=log)})
    found = asked(world)
    assert found.cause == "healthy"
    assert "could not find property timezone" in found.summary
    assert any("server ready" in item.quote for item in found.evidence)


def test_a_setting_that_no_word_names_is_looked_for_among_variables_of_like_words():
    env = {"SEND_PURGE_SCHEDULE": "a", "DATABASE_URL": "b", "LOG_LEVEL": "info"}
    line = "thread 'job-scheduler' panicked: configuration error: invalid cron expression\n"
    found = crashed(line, env=env)
    assert found.cause == "bad-config"
    assert "SEND_PURGE_SCHEDULE" in found.remedy.text
    assert "DATABASE_URL" not in found.remedy.text
