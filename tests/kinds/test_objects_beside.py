"""What stands beside the failing pod decides the remedy: a policy, a claim's class, an API path, a file to remove."""

from __future__ import annotations

import pytest

from tests.composed.world import World, c, waits
from tests.kinds.world import Want, asked, check, dies

CLAIM = {"persistentVolumeClaim": {"claimName": "data"}}

NO_WAY = {
    "the API server": 'Get "https://10.96.0.1:443/api/v1/pods": dial tcp 10.96.0.1:443: i/o timeout',
    "its discovery": 'Get "https://10.96.0.1:443/apis/apps/v1/deployments": dial tcp 10.96.0.1:443: connect: connection refused',
    "its name": 'Get "https://kubernetes.default.svc/api/v1/nodes": dial tcp 10.96.0.1:443: i/o timeout',
}


def barred(log, egress, selector=None):
    world = World()
    rules = {"podSelector": selector or {}, "policyTypes": ["Egress"], "egress": egress}
    world.add("NetworkPolicy", "default-deny-all", spec=rules)
    return asked(dies(log, world=world))


@pytest.mark.parametrize("name", NO_WAY)
def test_a_policy_that_lets_nothing_out_is_named_first(name):
    told = barred(NO_WAY[name], [])
    check(told, Want(cause=("dependency-unavailable",), remedy=("NetworkPolicy default-deny-all",)))


@pytest.mark.parametrize(
    ("egress", "selector"),
    [([{}], None), ([{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}], None), ([], {"matchLabels": {"app": "other"}})],
)
def test_a_policy_that_lets_it_out_or_is_anothers_is_not(egress, selector):
    told = barred(NO_WAY["the API server"], egress, selector)
    check(told, Want(cause=("dependency-unavailable",), never=("default-deny-all",)))


ASKED = {
    "a list": (
        "https://10.96.0.1/apis/core.acme.io/v1/namespaces/production/components?",
        "components.core.acme.io",
        "list,watch",
    ),
    "one": ("https://10.96.0.1/api/v1/namespaces/production/secrets/keys", "secrets", "get"),
    "a group": ("https://kubernetes.default.svc/apis/batch/v1/namespaces/production/jobs", "jobs.batch", "list,watch"),
    "everywhere": ("https://10.96.0.1:443/api/v1/nodes", "nodes", "list,watch"),
}


@pytest.mark.parametrize("name", ASKED)
def test_the_path_that_the_api_server_refused_names_the_right(name):
    url, resource, verbs = ASKED[name]
    told = asked(dies(f'Error: HTTP status client error (403 Forbidden) for url ("{url}")'))
    check(told, Want(cause=("dependency-auth-failed",), remedy=(f"--verb={verbs}", f"--resource={resource}")))


def test_a_path_of_another_server_is_no_right_of_the_cluster():
    told = asked(dies('Error: HTTP status client error (403 Forbidden) for url ("https://api.acme.com/v1/projects/7")'))
    check(told, Want(cause=("dependency-auth-failed",), never=("create role",)))


STRANGE = {
    "go yaml": "line 97: field query_ingesters_within not found in type querier.Config",
    "a struct": "error parsing config: yaml: unmarshal errors:\n  line 12: field max_chunk_age not found in struct ingester.Config",
    "plain": 'failed to load config: yaml: line 4: field "foo_bar" not found in type main.plain',
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_field_that_is_not_known_at_its_place_is_put_right_there_before_it_goes(name):
    world = World()
    told = asked(dies(STRANGE[name], files={"/etc/app": "conf/app.yaml"}, world=world))
    check(
        told,
        Want(
            cause=("bad-config",),
            remedy=("not known at that place", "indented wrongly", "take it out"),
            never=("misses", "Give "),
        ),
    )


def unbound(**spec):
    world = World()
    world.add("PersistentVolumeClaim", "data", spec=spec, status={"phase": "Pending"})
    message = "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."
    mounted = c("app", mounts={"/data": "data"})
    (pod,) = world.workload("app", mounted, spec={"volumes": [{"name": "data", **CLAIM}]})
    made = next(item for item in world.objects["Pod"] if item["metadata"]["name"] == pod)
    made["spec"].pop("nodeName", None)
    reason = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
    made["status"] = {"phase": "Pending", "conditions": [reason]}
    return asked(world)


def test_a_claim_without_a_class_gets_one():
    check(unbound(), Want(cause=("volume-mount-failed",), remedy=("is-default-class", "names no StorageClass")))


@pytest.mark.parametrize("spec", [{"storageClassName": "fast"}, {"storageClassName": ""}, {"volumeName": "pv-7"}])
def test_a_claim_that_says_where_its_volume_comes_from_wants_no_default(spec):
    check(unbound(**spec), Want(cause=("volume-mount-failed",), never=("is-default-class",)))


NETWORKED = {
    "nfs": ({"nfs": {"server": "nas.lan", "path": "/tank"}}, "nfs volume volume-0 (server=nas.lan path=/tank)"),
    "glusterfs": ({"glusterfs": {"endpoints": "ends", "path": "store"}}, "glusterfs volume volume-0 (endpoints=ends"),
    "rbd": ({"rbd": {"pool": "kube", "image": "img"}}, "rbd volume volume-0 (pool=kube image=img)"),
}


@pytest.mark.parametrize("name", NETWORKED)
def test_a_volume_that_the_node_mounts_is_named(name):
    source, words = NETWORKED[name]
    world = World()
    (pod,) = world.workload(
        "app",
        c("app", mounts={"/data": "volume-0"}),
        statuses={"app": waits("ContainerCreating")},
        spec={"volumes": [{"name": "volume-0", **source}]},
    )
    told = "Unable to attach or mount volumes: unmounted volumes=[volume-0], unattached volumes=[volume-0]: timed out"
    world.event(pod, "FailedMount", told, back=130)
    world.event(pod, "FailedMount", "(events with common reason combined)", back=30)
    check(asked(world), Want(cause=("volume-mount-failed",), says=("volume-0",), remedy=(words,)))


LEFT = {
    "a pid": "A server is already running. Check /data/tmp/server.pid.\nExiting",
    "a lock": "FATAL: could not start: lock file /data/app.lock exists, another instance may be running; remove it if not",
}


@pytest.mark.parametrize("name", LEFT)
def test_a_file_to_remove_is_removed_by_a_pod_that_mounts_the_claim(name):
    told = asked(dies(LEFT[name], volumes={"/data": CLAIM}, kind="StatefulSet"))
    if told.verdict.value == "confirmed":
        check(told, Want(cause=("stale-state",), remedy=("claimName", '"rm"', "scale it to 1")))
    else:
        check(told, Want(cause=("stale-state", None), never=('"rm"', "--replicas=0")))


REFUSED = {
    "java": "FATAL cannot acquire lock '/data/app.lock' for persistent global state\nCaused by:"
    " java.io.FileNotFoundException: /data/app.lock (Permission denied)",
    "go": "fatal: cannot lock /data/app.lock\nopen /data/app.lock: permission denied",
    "python": "could not take lock file /data/server.pid\nPermissionError: [Errno 13] Permission denied: '/data/server.pid'",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_may_not_be_used_is_not_removed(name):
    told = asked(dies(REFUSED[name], volumes={"/data": CLAIM}, kind="StatefulSet"))
    assert not any('"rm"' in command for command in told.remedy.commands), told.remedy
