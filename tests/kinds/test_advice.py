"""Whether a restart or an undo is said to help, to be useless or not to be known: each by what the objects show."""

from __future__ import annotations

import copy

import pytest

from tests.composed.world import World, ago, c, crash, ended, http, secret, up
from tests.kinds.world import IMAGE, Want, asked, check, dies

CLAIM = {"persistentVolumeClaim": {"claimName": "spool"}}


def besides(world, name, *, revision=None, claim="", node="node-1", ready=True):
    """Add a running pod beside the failing one: of an older revision of ``app``, of the same, or of nobody."""
    own = world.objects["Pod"][-1]
    pod = copy.deepcopy(own)
    pod["metadata"] |= {"name": name, "uid": name}
    pod["spec"]["nodeName"] = node
    if revision is not None:
        held = next(
            item
            for item in world.objects["ReplicaSet"]
            if item["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == str(revision)
        )
        owner = pod["metadata"]["ownerReferences"][0]
        owner |= {"name": held["metadata"]["name"], "uid": held["metadata"]["uid"]}
        pod["metadata"]["labels"]["pod-template-hash"] = held["metadata"]["labels"]["pod-template-hash"]
    if claim:
        pod["metadata"].pop("ownerReferences")
        pod["spec"]["volumes"] = [{"name": "theirs", "persistentVolumeClaim": {"claimName": claim}}]
    pod["status"] = {
        "phase": "Running",
        "startTime": ago(90_000),
        "conditions": [{"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": ago(89_000)}],
        "containerStatuses": [
            {"name": "app", "ready": ready, "restartCount": 0, "state": {"running": {"startedAt": ago(89_900)}}}
        ],
    }
    world.objects["Pod"].append(pod)
    return world


# An undo: whatever the older revision lacks, not the image and the variables alone.

HIDDEN = "/bin/sh: 1: /srv/start.sh: not found\n"
BROUGHT = {
    "a mount that covers the program": dies(
        HIDDEN, 127, files={"/srv": "extra/extra.ini"}, before={"mounts": {}}, lived=1, command=["/srv/start.sh"]
    ),
    "another user": dies(
        "panic: open /var/lib/queue/state: permission denied\n",
        pod_spec={"securityContext": {"runAsUser": 4000}},
        before={"securityContext": {"runAsUser": 0}},
    ),
    "another working directory": dies(
        "Error: Cannot find module '/work/index.js'\n    at Module._resolveFilename (node:internal/modules:1:1)\n",
        workingDir="/work",
        before={"workingDir": "/app"},
    ),
}


@pytest.mark.parametrize("name", BROUGHT)
def test_an_undo_helps_whatever_field_the_rollout_brought(name):
    told = asked(BROUGHT[name])
    assert told.advice("undo").helps is True, told.to_json()
    assert "rollout undo deployment/app --to-revision=1" in " ".join(told.remedy.commands)


def test_a_neighbour_that_came_with_the_rollout_is_undone():
    """The new sidecar image opens the port that the program wants: nothing of the program itself differs."""
    world = World()
    mine, log = c("web", "registry.example/web:3", ports=[9102]), "listen tcp :9102: bind: address already in use\n"
    world.workload(
        "app",
        mine,
        c("reloader", "registry.example/reloader:2"),
        statuses={"web": crash(1, log, shape="backoff"), "reloader": up()},
        earlier=[{"containers": [mine, c("reloader", "registry.example/reloader:1")]}],
    )
    told = asked(world)
    check(told, Want(cause=("port-conflict",), restart=False, undo=True))
    assert "reloader" in told.advice("undo").because


def test_a_new_image_that_refuses_the_old_content_is_undone():
    """The ConfigMap is as it was; the new image no longer knows a key in it."""
    log = "FATAL /etc/app/app.toml: unknown key 'cache.layers' on line 7\n"
    world = dies(
        log, image="registry.example/app:3.0", before={"image": IMAGE}, files={"/etc/app": "app-conf/app.toml"}
    )
    told = asked(world)
    check(told, Want(cause=("bad-config",), undo=True))
    assert "with the same content" in told.advice("undo").because


def test_where_nothing_tells_the_undo_is_called_unknown_and_no_command_offers_it():
    """The crashing began a day after the rollout; the templates differ where the fault may lie."""
    world = dies("draining\nbye\n", 4, image="registry.example/app:3.0", before={"image": IMAGE}, lived=300)
    for item in world.objects["ReplicaSet"]:
        item["metadata"]["creationTimestamp"] = ago(90_000)
    told = asked(world)
    undo = told.advice("undo")
    assert undo.helps is None, told.to_json()
    assert "differs in image of app" in undo.because
    assert not any("undo" in command for command in told.remedy.commands)
    assert told.to_dict()["actions"][1]["helps"] is None


def test_labels_alone_bring_no_fault():
    world = dies("panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\n", 2, before={})
    for item in world.objects["ReplicaSet"][:1]:
        item["spec"]["template"]["metadata"]["labels"]["team"] = "blue"
    assert asked(world).advice("undo").helps is False


# A restart: what a new pod gets, and a container's start does not.


def test_a_twin_that_serves_leaves_it_open_whether_a_new_pod_would():
    world = besides(dies("terminate called after throwing an instance of 'std::bad_cast'\n", 134), "app-well")
    told = asked(world, world.objects["Pod"][0]["metadata"]["name"].join(("pod/", "")))
    assert told.advice("restart").helps is None, told.to_json()
    assert "another pod of the same template is ready" in told.advice("restart").because


def test_a_twin_says_nothing_of_memory():
    world = besides(dies("working\n", 137, reason="OOMKilled", limit="64Mi"), "app-well")
    told = asked(world, f"pod/{world.objects['Pod'][0]['metadata']['name']}")
    check(told, Want(cause=("oom-killed",), restart=False))


def test_what_runs_unready_and_was_never_started_anew_is_open():
    world = World()
    world.workload(
        "app",
        c("app", readinessProbe=http("/ready", 8080)),
        statuses={"app": up(90_000, ready=False, log="serving\n")},
        age=90_100,
    )
    name = world.objects["Pod"][0]["metadata"]["name"]
    message = "Readiness probe failed: HTTP probe failed with statuscode: 503"
    world.event(name, "Unhealthy", message, container="app", back=10, count=400)
    told = asked(world)
    check(told, Want(cause=("readiness-probe-failed",)))
    assert told.advice("restart").helps is None


EXPIRED = (
    "register: POST https://ci.example/agents/register: 401 Unauthorized\n"
    'response: {"error":"registration token expired"}\nFATAL could not register the agent\n'
)


def test_a_credential_that_a_pod_got_at_its_birth_goes_with_the_pod():
    world = dies(EXPIRED, 3, kind="Deployment", env={"AGENT_TOKEN": "set"})
    pod = world.objects["Pod"][0]
    pod["metadata"]["ownerReferences"] = [
        {"apiVersion": "ci.example/v1", "kind": "Agent", "name": "agent-7", "uid": "agent-7", "controller": True}
    ]
    name = pod["metadata"]["name"]
    told = asked(world, f"pod/{name}")
    check(
        told,
        Want(
            cause=("dependency-auth-failed",),
            says=("token expired",),
            remedy=(f"delete pod {name}", "fresh credential"),
            never=("next container start reads", "same content"),
        ),
    )
    assert any("registration token expired" in item.quote for item in told.evidence)


def test_an_expired_credential_of_a_secret_is_issued_anew():
    world = dies(EXPIRED, 3, env={"AGENT_TOKEN": secret("agent", "token")})
    world.add("Secret", "agent", data={"token": "eA=="})
    check(asked(world), Want(cause=("dependency-auth-failed",), remedy=("issued anew", "secret agent"), restart=False))


def test_without_a_secret_no_content_is_said_to_be_read_again():
    told = asked(dies('FATAL: password authentication failed for user "till"\n', env={"DSN": "set"}))
    check(told, Want(cause=("dependency-auth-failed",), never=("same content", "next container start reads")))


# A lock: as long as a pod holds it, it is right.

HELD = "FATAL unable to lock /data/queue.lock: Resource temporarily unavailable (is another broker running?)\n"
LEFT = "FATAL lock file /data/queue.lock already exists\n"


@pytest.mark.parametrize("log", [HELD, LEFT])
def test_a_lock_of_the_old_pod_of_a_rolling_update_is_no_leftover(log):
    world = dies(
        log, volumes={"/data": CLAIM}, image="registry.example/broker:2", before={"image": "registry.example/broker:1"}
    )
    told = asked(besides(world, "app-old", revision=1))
    check(
        told,
        Want(
            cause=("stale-state",),
            says=("pod app-old of the earlier revision still runs", "/data/queue.lock"),
            remedy=("recreate", "remove no lock"),
            never=("then remove", "an earlier run left", "--replicas=0"),
            restart=False,
            undo=True,
        ),
    )


def test_a_lock_of_a_stranger_on_the_same_claim_is_no_leftover():
    world = besides(dies(LEFT, volumes={"/data": CLAIM}, kind="StatefulSet"), "reporter", claim="spool")
    check(
        asked(world),
        Want(cause=("stale-state",), says=("pod reporter",), never=("then remove", "--replicas=0"), undo=False),
    )


def test_a_lock_that_nobody_holds_may_go_once_its_users_were_looked_at():
    told = asked(dies(LEFT, volumes={"/data": CLAIM}, kind="StatefulSet"))
    check(told, Want(cause=("stale-state",), remedy=("then remove /data/queue.lock", "describe pvc spool")))


def test_a_lock_of_the_kernel_is_never_removed():
    """It ends with its holder: whoever finds it taken meets a living process, wherever that runs."""
    told = asked(dies(HELD, volumes={"/data": CLAIM}, kind="StatefulSet"))
    check(told, Want(cause=("stale-state",), remedy=("remove no file",), never=("then remove",)))


LEFTOVERS = {
    "a socket": "[emerg] bind() to unix:/run/web/jobs.sock failed (98: Address in use)\n",
    "a link, told by its tool": "/usr/bin/ln: failed to create symbolic link '/run/web/current': File exists\n",
    "a tool that names nothing": "mkfifo: cannot create fifo: File exists\n",
}


@pytest.mark.parametrize("name", LEFTOVERS)
def test_what_lies_in_an_emptydir_goes_with_the_pod(name):
    told = asked(dies(LEFTOVERS[name], volumes={"/run/web": {"emptyDir": {}}}))
    check(told, Want(cause=("stale-state",), restart=True, never=("remove /usr/bin", "left /usr/bin", "then remove")))


# A file system that is read-only though nothing asks for it.


def test_a_claim_that_turned_read_only_is_mounted_anew_by_a_new_pod():
    log = "FATAL cannot append to the journal: Read-only file system\n"
    told = asked(dies(log, volumes={"/var/journal": CLAIM}, kind="StatefulSet"))
    check(
        told,
        Want(
            cause=("permission-denied",),
            remedy=("describe pvc spool", "delete pod app-0"),
            never=("root file system is read-only", "mount an emptydir"),
            restart=True,
        ),
    )


def test_a_root_that_the_spec_makes_read_only_stays_the_template_s():
    log = "FATAL open ./audit.log: read-only file system\n"
    told = asked(dies(log, volumes={"/scratch": {"emptyDir": {}}}, securityContext={"readOnlyRootFilesystem": True}))
    check(
        told,
        Want(
            cause=("permission-denied",), remedy=("/scratch",), never=("(.)", "mount an emptydir at ."), restart=False
        ),
    )


# What all pods of a template read is not what is spoilt in one of them.

TRUNCATED = 'level=error msg="cannot start tailer" err="yaml: line 88: could not find expected \':\'"\n'


def agents(ready, *, volume=None):
    """A DaemonSet whose pod on one node dies of a file that no line names, beside ``ready`` others."""
    volumes = {"/var/agent": {"hostPath": {"path": "/var/agent"}}} if volume is None else volume
    world = dies(TRUNCATED, kind="DaemonSet", files={"/etc/agent": "agent/agent.yaml"}, volumes=volumes)
    status = world.objects["DaemonSet"][0]["status"]
    status |= {"desiredNumberScheduled": ready + 1, "updatedNumberScheduled": ready + 1, "numberReady": ready}
    return world


def test_a_file_of_the_node_is_suspected_before_the_configuration_that_others_run_with():
    told = asked(agents(5))
    check(
        told,
        Want(
            cause=("stale-state",),
            says=("5 other pods of the same template are ready", "/var/agent"),
            never=("correct key", "which configmap agent provides"),
            sure=False,
            restart=False,
        ),
    )
    assert any(item.quote == "numberReady=5" for item in told.evidence)


@pytest.mark.parametrize("world", [agents(0), agents(5, volume={"/var/scratch": {"emptyDir": {}}})])
def test_without_others_or_without_files_of_its_own_it_is_the_configuration(world):
    check(asked(world), Want(cause=("bad-config",), says=("/etc/agent/agent.yaml",)))


def test_a_rollout_that_has_not_come_to_all_says_nothing_of_the_new_template():
    world = agents(5)
    world.objects["DaemonSet"][0]["status"]["updatedNumberScheduled"] = 1
    check(asked(world), Want(cause=("bad-config",)))


# A neighbour that was ended may have told the program to stop serving, and nothing tells it to go on.


def beside_drainer(hook):
    """A proxy that runs on unready, beside a drainer that was ended and started anew meanwhile."""
    world = World()
    drainer = c(
        "drainer", **({"lifecycle": {"preStop": {"httpGet": {"path": "/drain", "port": 9999}}}} if hook else {})
    )
    world.workload(
        "app",
        c("proxy", readinessProbe=http("/ready", 8002)),
        drainer,
        statuses={
            "proxy": up(90_000, ready=False, log="serving\n"),
            "drainer": up(3600, restarts=1, last=ended(137, lived=80_000, back=3700)),
        },
        kind="DaemonSet",
        age=90_100,
    )
    name = world.objects["Pod"][0]["metadata"]["name"]
    message = "Readiness probe failed: HTTP probe failed with statuscode: 503"
    world.event(name, "Unhealthy", message, container="proxy", back=10, count=400)
    return world, name


def test_what_a_neighbours_hook_asked_for_ends_with_the_pod():
    world, name = beside_drainer(hook=True)
    told = asked(world)
    check(
        told,
        Want(
            cause=("readiness-probe-failed",),
            says=("drainer beside it ended meanwhile",),
            remedy=("prestop hook", f"delete pod {name}"),
            never=("rollout restart",),
            restart=True,
        ),
    )


def test_without_a_hook_its_end_is_told_and_the_restart_stays_open():
    told = asked(beside_drainer(hook=False)[0])
    check(told, Want(cause=("readiness-probe-failed",), says=("drainer beside it ended meanwhile",)))
    assert told.advice("restart").helps is None


def test_one_of_several_is_made_anew_alone():
    world = besides(dies(LEFTOVERS["a socket"], volumes={"/run/web": {"emptyDir": {}}}), "app-well")
    name = world.objects["Pod"][0]["metadata"]["name"]
    told = asked(world, f"pod/{name}")
    check(told, Want(cause=("stale-state",), remedy=(f"delete pod {name}",), never=("rollout restart",), restart=True))


def test_an_init_container_that_is_run_again_holds_up_nothing_that_runs():
    """The node pruned the ended init container: it runs again in a pod whose program works on."""
    world = World()
    world.workload(
        "app",
        c("app"),
        init=(c("prepare", mounts={"/run/web": "scratch"}),),
        statuses={"prepare": crash(1, LEFTOVERS["a tool that names nothing"], shape="backoff"), "app": up(90_000)},
        spec={"volumes": [{"name": "scratch", "emptyDir": {}}]},
    )
    told = asked(world)
    check(told, Want(cause=("stale-state",), remedy=("works as it is", "quiet time"), restart=True))
