"""A remedy names what the objects and the log hold: the object, the key, the number, and a command to paste."""

from __future__ import annotations

import json
import shlex

import pytest

from diagnostics.engine import diagnose
from diagnostics.examples import NAMESPACE, POD, Example, ago, event, running, terminated, waiting
from diagnostics.findings import repairing
from tests.support.prepared import prepared

CREATING = {"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}}
CRASHED = {"state": terminated(1)}
OWNED = {
    "metadata": {"ownerReferences": [{"kind": "ReplicaSet", "name": "api-7d4b9c6f5", "uid": "r", "controller": True}]}
}
LABELS = {"app": "api"}


def deployment(**spec):
    """The Deployment above the example's pod, with its ReplicaSet."""
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "api", "image": "api:1"}], **spec}}
    above = {"kind": "Deployment", "name": "api", "uid": "d", "controller": True}
    return (
        {
            "kind": "Deployment",
            "metadata": {"name": "api", "namespace": NAMESPACE, "uid": "d"},
            "spec": {"replicas": 1, "selector": {"matchLabels": LABELS}, "template": template},
        },
        {
            "kind": "ReplicaSet",
            "metadata": {"name": "api-7d4b9c6f5", "namespace": NAMESPACE, "uid": "r", "ownerReferences": [above]},
            "spec": {"replicas": 1, "template": template},
        },
    )


def asked(cause, *, objects=(), pod=None, **given):
    """Diagnose an example whose pod belongs to Deployment api."""
    owned = {**(pod or {}), "metadata": {**OWNED["metadata"], "labels": LABELS, **(pod or {}).get("metadata", {})}}
    found = diagnose(
        prepared(Example(title="", hit=True, objects=(*deployment(), *objects), pod=owned, **given).snapshot())
    )
    assert found.cause == cause, found.summary
    return found


def change(command):
    """The body of a patch command."""
    return json.loads(shlex.split(command)[-1])


def service(name, address="10.96.0.5", **selector):
    return {
        "kind": "Service",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"clusterIP": address, "ports": [{"port": 5432}], "selector": selector},
    }


# --- missing objects ---------------------------------------------------------------------------------------------

MOUNTED = {"volumeMounts": [{"name": "conf", "mountPath": "/etc/app.yml", "subPath": "app.yml"}]}
VOLUME = {
    "spec": {"volumes": [{"name": "conf", "configMap": {"name": "api-api-conf"}}]},
    "status": {"phase": "Pending"},
}
LOST = event(
    "FailedMount", 'MountVolume.SetUp failed for volume "conf" : configmap "api-api-conf" not found', container=""
)


def configmap(name, *keys):
    return {"kind": "ConfigMap", "metadata": {"name": name, "namespace": NAMESPACE}, "data": dict.fromkeys(keys, "x")}


def missing(*objects):
    return asked("missing-configmap", container=MOUNTED, pod=VOLUME, status=CREATING, events=(LOST,), objects=objects)


def test_a_configmap_that_has_the_wanted_key_takes_the_missing_ones_place():
    found = missing(configmap("settings", "app.yml"), configmap("other", "x.yml"))
    volumes = change(found.remedy.commands[0])["spec"]["template"]["spec"]["volumes"]
    assert volumes == [{"name": "conf", "configMap": {"name": "settings"}}]
    assert "key app.yml" in found.remedy.text


def test_of_two_that_have_the_key_none_is_taken():
    found = missing(configmap("settings", "app.yml"), configmap("others", "app.yml"))
    assert not any(" patch " in command for command in found.remedy.commands)
    assert "It must have key app.yml" in found.remedy.text


def test_without_a_known_key_nothing_is_made_up():
    whole = {"volumeMounts": [{"name": "conf", "mountPath": "/etc/app"}]}
    found = asked("missing-configmap", container=whole, pod=VOLUME, status=CREATING, events=(LOST,))
    assert not any("<" in command for command in found.remedy.commands)
    assert "--field-selector=metadata.name=api-api-conf" in found.remedy.commands[0]


def test_how_often_the_kubelet_tries_is_not_promised():
    restart = missing().advice("restart")
    assert restart.helps is False
    assert "seconds" not in restart.because


# --- services ----------------------------------------------------------------------------------------------------

UNKNOWN = 'psycopg2.OperationalError: could not translate host name "{}" to address: Name or service not known\n'


def unresolved(host, *objects, **given):
    return asked("dependency-unavailable", status=CRASHED, log=UNKNOWN.format(host), objects=objects, **given)


@pytest.mark.parametrize(
    ("wanted", "there", "meant"),
    [
        ("hive-metastore-hdfs", ("hdfs-namenode", "hive-metastore", "hive-metastore-db"), "hdfs-namenode"),
        ("ts-avatar-service", ("ts-auth-service", "ts-user-service"), ""),
        ("inventry", ("inventory",), "inventory"),
        ("orders-chache", ("orders-cache", "orders-db"), "orders-cache"),
    ],
)
def test_a_service_is_offered_for_the_words_that_tell_it_apart(wanted, there, meant):
    found = unresolved(wanted, *(service(name, tier=name) for name in there))
    assert ("exists: if it was meant" in found.remedy.text) is bool(meant)
    assert f"{meant} exists" in found.remedy.text or not meant


def test_the_pods_own_service_is_never_offered():
    found = unresolved("api-store", service("api", app="api"), service("billing", tier="b"))
    assert "api exists" not in found.remedy.text


def test_where_the_address_stands_is_looked_up_in_what_the_program_reads():
    volumes = {"spec": {"volumes": [{"name": "conf", "configMap": {"name": "api-conf"}}]}}
    mounts = {"volumeMounts": [{"name": "conf", "mountPath": "/etc/api"}]}
    found = unresolved("stor", pod=volumes, container=mounts)
    assert f"kubectl -n {NAMESPACE} get configmap api-conf -o yaml | grep -n -- stor" in found.remedy.commands


def lone(kind, name="postgres", port=5432):
    return {
        "kind": kind,
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": name, "ports": [{"containerPort": port}]}]},
            }
        },
    }


def test_a_workload_of_that_name_without_a_service_gets_one():
    found = unresolved("postgres", lone("Deployment"))
    assert found.remedy.commands[0].endswith("expose deployment/postgres --name=postgres --port=5432")


@pytest.mark.parametrize("there", [(lone("StatefulSet"),), (lone("Deployment"), service("db", app="postgres"))])
def test_no_other_kind_is_exposed_and_none_that_a_service_selects(there):
    assert not any(" expose " in command for command in unresolved("postgres", *there).remedy.commands)


def test_a_headless_name_has_no_address_only_where_it_was_not_resolved():
    headless = (service("db", "None", app="db"),)
    pod = {
        "kind": "Pod",
        "metadata": {"name": "db-0", "namespace": NAMESPACE, "labels": {"app": "db"}},
        "status": {"phase": "Pending"},
    }
    told = {}
    for name, line in (
        ("refused", "dial tcp: connect to db:5432: connection refused\n"),
        ("unknown", UNKNOWN.format("db")),
    ):
        example = Example(title="", hit=True, objects=headless, status=CRASHED, log=line).snapshot()
        example.objects["Pod"] = (*example.objects["Pod"], pod)
        told[name] = diagnose(prepared(example)).chain[0].summary
    assert "has no address" not in told["refused"]
    assert "has no address until one is ready" in told["unknown"]


OUTSIDE = 'level=fatal msg="Get https://{}/x: dial tcp: i/o timeout"\n'


@pytest.mark.parametrize("more", [False, True])
def test_the_way_out_as_a_whole_is_at_fault_where_other_hosts_failed_too(more):
    log = (OUTSIDE.format("updates.example.org") if more else "") + OUTSIDE.format("acme.example.com")
    found = asked("dependency-unavailable", status=CRASHED, log=log)
    assert ("did not answer either" in found.remedy.text) is more


def test_a_name_outside_that_is_not_resolved_leads_to_the_clusters_dns():
    found = unresolved("db.acme.example.org")
    assert "CoreDNS" in found.remedy.text
    assert found.remedy.commands[0].endswith("nslookup db.acme.example.org")


# --- storage -----------------------------------------------------------------------------------------------------

CLAIMED = {"spec": {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "api-data"}}]}}
DATA = {"volumeMounts": [{"name": "data", "mountPath": "/data"}]}


def claim(size):
    return {
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "api-data", "namespace": NAMESPACE},
        "spec": {"storageClassName": "fast"},
        "status": {"phase": "Bound", "capacity": {"storage": size}},
    }


@pytest.mark.parametrize(("now", "then"), [("50Gi", "100Gi"), ("100Mi", "2Gi"), ("1Ti", "2048Gi")])
def test_a_full_claim_is_doubled(now, then):
    found = asked(
        "disk-full", status=CRASHED, log="write /data/x: no space left on device\n", pod=CLAIMED, container=DATA,
        objects=(claim(now),),
    )  # fmt: skip
    assert change(found.remedy.commands[1])["spec"]["resources"]["requests"]["storage"] == then
    assert "storageclass fast" in found.remedy.commands[0]


HELD = 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) seed'


def held_by(**metadata):
    pod = {
        "kind": "Pod",
        "metadata": {"name": "seed", "namespace": NAMESPACE, "uid": "s", **metadata},
        "spec": {"nodeName": "node-2", **CLAIMED["spec"]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    }
    example = Example(
        title="", hit=True, container=DATA, status=CREATING, objects=(claim("1Gi"),),
        pod={**CLAIMED, "status": {"phase": "Pending"}}, events=(event("FailedAttachVolume", HELD, container=""),),
    ).snapshot()  # fmt: skip
    example.objects["Pod"] = (*example.objects["Pod"], pod)
    return diagnose(prepared(example)).remedy


def test_the_bare_pod_that_holds_a_volume_is_named_and_may_be_deleted():
    told = held_by()
    assert "held by pod seed on node node-2" in told.text
    assert told.commands[-1].endswith("delete pod seed")


def test_a_pod_of_a_controller_is_not_deleted_for_its_volume():
    told = held_by(ownerReferences=[{"kind": "ReplicaSet", "name": "other-1", "uid": "o", "controller": True}])
    assert "of ReplicaSet other-1" in told.text
    assert not any(" delete " in command for command in told.commands)


# --- evictions ---------------------------------------------------------------------------------------------------


def evicted(message):
    return asked(
        "evicted",
        pod={"status": {"phase": "Failed", "reason": "Evicted", "message": message}},
        status={"state": terminated(137, "ContainerStatusUnknown")},
    )


LOW = "The node was low on resource: ephemeral-storage. "
USES = "Container {} was using {}, request is 10Mi, has larger consumption of ephemeral-storage. "


def test_a_pod_that_wrote_little_is_not_why_its_nodes_disk_is_full():
    found = evicted(LOW + USES.format("helper", "10304Ki") + USES.format("api", "52676Ki"))
    assert found.container == "api"
    assert "disk of node node-1" in found.remedy.text
    assert "debug node/node-1" in found.remedy.commands[0]
    assert not any("--requests=" in command for command in found.remedy.commands)  # 65Mi would have nobody go first


def test_a_pod_that_wrote_much_is_looked_into():
    found = evicted(LOW + USES.format("api", "8250536Ki"))
    assert "See what api writes" in found.remedy.text
    assert not any(" exec " in command for command in found.remedy.commands)  # no pod of it runs to look into


# --- admission ---------------------------------------------------------------------------------------------------


def rejected(message, *, kind="Deployment", pods=(), **spec):
    objects = list(deployment(**spec))
    objects[0] = {**objects[0], "kind": kind, "status": {"unavailableReplicas": 1}}
    refused = {
        "kind": "Event",
        "metadata": {"name": "api.1", "namespace": NAMESPACE},
        "involvedObject": {"kind": "ReplicaSet", "namespace": NAMESPACE, "name": "api-7d4b9c6f5", "uid": "r"},
        "reason": "FailedCreate", "message": message, "type": "Warning", "count": 9,
        "firstTimestamp": ago(300), "lastTimestamp": ago(30),
    }  # fmt: skip
    example = Example(
        title="", hit=True, no_pod=True, target=(kind, "api"), objects=tuple(objects), events=(refused,)
    ).snapshot()
    example.objects["Pod"] = pods
    found = diagnose(prepared(example))
    assert found.cause == "pod-create-rejected"
    return found.remedy


def test_an_account_without_a_policy_is_named_and_given_one():
    told = rejected(
        'pods "api-x" is forbidden: unable to validate against any pod security policy: []', serviceAccountName="op"
    )
    assert f"{NAMESPACE}/op may use no PodSecurityPolicy" in told.text
    assert any("create rolebinding op-psp" in command for command in told.commands)


def test_the_fields_that_a_policy_forbids_are_named():
    told = rejected(
        'pods "api-x" is forbidden: PodSecurityPolicy: unable to admit pod: [spec.containers[0].securityContext'
        ".privileged: Invalid value: true: Privileged containers are not allowed]"
    )
    assert "spec.containers[0].securityContext.privileged" in told.text


def test_ids_that_no_constraint_allows_come_out_of_the_template():
    told = rejected(
        'pods "api-x" is forbidden: unable to validate against any security context constraint: [provider "restricted":'
        " .spec.securityContext.fsGroup: Invalid value: []int64{1000}: 1000 is not an allowed group]"
    )
    assert "Take fsGroup out of the pod template" in told.text


RESTRICTED = (
    'pods "api-x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container'
    ' "api" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "api" must'
    ' set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "api" must set'
    ' securityContext.runAsNonRoot=true), seccompProfile (pod or container "api" must set securityContext.'
    'seccompProfile.type to "RuntimeDefault" or "Localhost")'
)


def test_what_a_level_asks_for_is_written_into_the_template():
    told = rejected(RESTRICTED)
    (container,) = change(told.commands[0])["spec"]["template"]["spec"]["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def test_a_demand_that_is_not_understood_is_left_to_the_reader():
    told = rejected(RESTRICTED + ', hostPath volumes (volume "logs")')
    assert not any(" patch " in command for command in told.commands)


def test_the_service_behind_a_silent_webhook_is_named():
    told = rejected(
        'Internal error occurred: failed calling webhook "w.acme.example": failed to call webhook: Post'
        ' "https://guard.acme.svc:443/validate": context deadline exceeded'
    )
    assert "Service acme/guard" in told.text


@pytest.mark.parametrize(
    ("message", "listed"),
    [
        ('pods "api-x" is forbidden: no PriorityClass with name high was found', "priorityclasses"),
        ('pods "api-x" is forbidden: pod rejected: RuntimeClass "kata" not found', "runtimeclasses"),
    ],
)
def test_an_object_of_the_cluster_that_is_named_and_missing_is_listed(message, listed):
    assert rejected(message).commands == (f"kubectl get {listed}",)


# --- the cluster's API -------------------------------------------------------------------------------------------


def api(line):
    return asked("cluster-prerequisite", status=CRASHED, log=line)


def test_the_definition_of_a_resource_that_is_not_served_is_asked_for_its_versions():
    found = api(
        "Failed to list v1 widgets with error=the server could not find the requested resource"
        " (get widgets.acme.example)\n"
    )
    assert "needs v1 of widgets.acme.example" in found.summary
    assert found.remedy.commands[0].startswith("kubectl get crd widgets.acme.example ")


def test_a_kind_of_the_api_servers_own_has_no_definition():
    found = api(
        "failed to list: the server could not find the requested resource (get poddisruptionbudgets.policy) v1beta1\n"
    )
    assert not any(" crd " in command for command in found.remedy.commands)


def test_kube_rs_says_which_kind_it_cannot_ask_for():
    found = api(
        'ERROR ctl: Widget is not queryable; Api(ErrorResponse { status: "404 Not Found", code: 404 }).'
        " Is the CRD installed?\n"
    )
    assert "kind Widget" in found.summary


INFORMS = (
    'E0712 1 reflector.go:200] "Failed to watch" err="failed to list *v1.Widget: widgets.acme.example is forbidden:'
    ' User \\"system:serviceaccount:production:op\\" cannot list resource \\"widgets\\"'
    ' in API group \\"acme.example\\" in'
    ' the namespace \\"production\\""\n'
)


@pytest.mark.parametrize(
    ("line", "verbs"),
    [
        (INFORMS, "list,watch"),
        (
            'widgets.acme.example is forbidden: User "system:serviceaccount:production:op" cannot list resource'
            ' "widgets" in API group "acme.example" in the namespace "production"\n',
            "list",
        ),
    ],
)
def test_who_lists_in_an_informer_may_watch_too(line, verbs):
    found = asked("dependency-auth-failed", status=CRASHED, log=line)
    assert any(command.split("--verb=")[-1].startswith(f"{verbs} ") for command in found.remedy.commands)


# --- crashes -----------------------------------------------------------------------------------------------------

PANIC = (
    "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation"
    " code=0x1 addr=0x8 pc=0x1]\n\ngoroutine 29 [running]:\ngithub.com/acme/op/pkg/work.(*Worker).mountThings(0x0)\n"
    "\t/build/src/op/pkg/work/mount.go:100 +0x22b\n"
)
RECORD = '{{"level":"info","msg":"{}","kind":"Widget","name":"w1","namespace":"shop"}}\n'


@pytest.mark.parametrize(("words", "named"), [("mounting", True), ("reconciled", False)])
def test_the_function_is_looked_for_and_the_object_in_hand_is_named(words, named):
    found = asked(
        "app-crash",
        status={"state": terminated(2)},
        log=RECORD.format(words) + PANIC,
        container={"image": "quay.io/acme/op:1"},
    )
    assert '"mountThings" (pkg/work/mount.go:100)' in found.remedy.text
    assert ("widget shop/w1" in found.remedy.text) is named
    assert any("get widget w1" in command for command in found.remedy.commands) is named


# --- programs that end -------------------------------------------------------------------------------------------

DONE = {"state": terminated(0, "Completed"), "lastState": terminated(0, "Completed", ended=70)}


def test_a_bare_base_image_is_told_so():
    found = asked("exits-cleanly", status=DONE, container={"image": "docker.io/library/centos:7"}, log="")
    assert "a bare base image without a command" in found.summary
    assert change(found.remedy.commands[0])["spec"]["template"]["spec"]["containers"][0]["command"] == [
        "sleep",
        "infinity",
    ]


@pytest.mark.parametrize(("image", "command"), [("acme/centos-app:7", []), ("centos:7", ["/run.sh"])])
def test_an_image_with_a_program_or_a_command_is_no_bare_one(image, command):
    found = asked("exits-cleanly", status=DONE, container={"image": image, "command": command}, log="")
    assert "bare base image" not in found.summary + found.remedy.text


@pytest.mark.parametrize(("line", "fed"), [("MCP server running on stdio\n", True), ("synced 0 records\n", False)])
def test_a_program_that_lives_from_its_standard_input_is_told_so(line, fed):
    found = asked("exits-cleanly", status=DONE, log=line)
    assert ("standard input" in found.summary) is fed
    assert any('"stdin":true' in command for command in found.remedy.commands) is fed


def test_a_finished_piece_of_work_wants_a_job():
    found = asked("exits-cleanly", status=DONE, log="Database migration completed successfully\n")
    assert "Database migration completed successfully" in found.remedy.text
    assert "run it as a Job" in found.remedy.text


# --- well, and asked about ---------------------------------------------------------------------------------------

WELL = {"ready": True, "started": True, "restartCount": 0, "state": running(7200)}


def test_all_warnings_that_are_over_are_told_of():
    old = (
        event("Unhealthy", "Readiness probe failed: connection refused", age=3000),
        event("Failed", "Error: failed to sync configmap cache", age=3100),
    )
    found = asked("healthy", status=WELL, events=old)
    assert "Readiness probe failed" in found.summary
    assert "failed to sync configmap cache" in found.summary


def test_a_pod_that_was_evicted_and_replaced_is_told_of_and_may_be_cleared():
    gone = {
        "kind": "Pod",
        "metadata": {"name": "api-6c8f7bd5f9-t8w2k", "namespace": NAMESPACE, "uid": "g", "labels": LABELS},
        "status": {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."},
    }
    other = {**gone, "metadata": {"name": "shop-6c8f7bd5f9-t8w2k", "namespace": NAMESPACE, "uid": "o"}}
    example = Example(
        title="", hit=True, objects=deployment(), status=WELL, pod={"metadata": {**OWNED["metadata"], "labels": LABELS}}
    ).snapshot()
    example.objects["Pod"] = (*example.objects["Pod"], gone, other)
    found = diagnose(prepared(example))
    assert found.cause == "healthy"
    assert "Pod api-6c8f7bd5f9-t8w2k was replaced (Evicted" in found.summary
    assert "shop-6c8f7bd5f9" not in found.summary
    assert found.remedy.commands == (f"kubectl -n {NAMESPACE} delete pod api-6c8f7bd5f9-t8w2k",)


# --- files, rights, entrypoints ----------------------------------------------------------------------------------


def test_a_configmap_without_the_files_key_is_told_so():
    conf = configmap("ca", "dex-ca.crt")
    found = asked(
        "bad-config", status=CRASHED, log="open /etc/pki/ca.pem: no such file or directory\n",
        container={"volumeMounts": [{"name": "ca", "mountPath": "/etc/pki"}]},
        pod={"spec": {"volumes": [{"name": "ca", "configMap": {"name": "ca"}}]}}, objects=(conf,),
    )  # fmt: skip
    assert "has no key ca.pem" in found.summary
    (volume,) = change(found.remedy.commands[0])["spec"]["template"]["spec"]["volumes"]
    assert volume["configMap"]["items"] == [{"key": "dex-ca.crt", "path": "ca.pem"}]


def test_a_file_that_could_not_be_read_for_want_of_a_right_is_no_configuration():
    log = (
        "Unable to read instance id from /var/opt/db/id:\n/opt/db/run: Error: The directory [/.system] could not be"
        " created. [errno = 13 Permission denied]\n"
    )
    asked("permission-denied", status=CRASHED, log=log)
    asked("bad-config", status=CRASHED, log=log.replace("/id:", "/id: no such file or directory"))


@pytest.mark.parametrize(
    ("line", "patched"),
    [
        ("mkdir: cannot create directory '/srv/scratch': Permission denied\n", True),
        ("sed: cannot rename /srv/conf/sedXYZ: Permission denied\n", False),
        ("mkdir /data/raft: permission denied\n", False),
    ],
)
def test_an_emptydir_is_mounted_only_where_it_hides_nothing_and_keeps_nothing(line, patched):
    mounts = {"volumeMounts": [{"name": "data", "mountPath": "/data/store"}]}
    found = asked("permission-denied", status=CRASHED, log=line, container=mounts, pod=CLAIMED, objects=(claim("1Gi"),))
    assert any("emptyDir" in command for command in found.remedy.commands) is patched


def started(message, **container):
    return asked(
        "bad-entrypoint",
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(128, "StartError", message=message)},
        container=container,
    ).remedy


RUNC = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed:"
    " unable to start container process: exec: "
)


def test_a_line_of_shell_given_as_one_word_is_given_to_a_shell():
    told = started(
        f'{RUNC}"rm -f pid && ./run": stat rm -f pid && ./run: no such file or directory',
        command=["rm -f pid && ./run"],
    )
    (container,) = change(told.commands[0])["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["/bin/sh", "-c", "rm -f pid && ./run"]


def test_a_script_without_its_execute_bit_is_read_by_a_shell_meanwhile():
    told = started(f'{RUNC}"/bin/go.sh": permission denied')
    assert "chmod +x /bin/go.sh" in told.text
    (container,) = change(told.commands[0])["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["/bin/sh", "/bin/go.sh"]


def test_a_program_without_its_execute_bit_is_not():
    assert not started(f'{RUNC}"/bin/server": permission denied').commands


# --- what changed ------------------------------------------------------------------------------------------------


def test_the_change_that_the_fault_names_comes_first():
    old, new = (
        {"name": "api", "image": "api:1"},
        {"name": "api", "image": "api:2", "securityContext": {"runAsUser": 65533}},
    )
    old |= {"securityContext": {"runAsUser": 185}}
    new |= {"env": [{"name": f"A{index:02}", "value": "x"} for index in range(20)]}

    def replicaset(name, number, container):
        return {
            "kind": "ReplicaSet",
            "metadata": {
                "name": name, "namespace": NAMESPACE, "uid": name,
                "creationTimestamp": ago(700 if number == 1 else 610),
                "annotations": {"deployment.kubernetes.io/revision": str(number)},
                "ownerReferences": [{"kind": "Deployment", "name": "api", "uid": "d", "controller": True}],
            },
            "spec": {
                "replicas": number - 1,
                "template": {"metadata": {"labels": LABELS}, "spec": {"containers": [container]}},
            },
        }  # fmt: skip

    above = deployment()[0]
    above["spec"]["template"]["spec"]["containers"] = [new]
    owned = {
        "metadata": {
            "ownerReferences": [{"kind": "ReplicaSet", "name": "api-2", "uid": "api-2", "controller": True}],
            "labels": LABELS,
        }
    }
    example = Example(
        title="", hit=True, pod={**owned, **CLAIMED}, container={**new, **DATA}, status=CRASHED,
        log="open /data/lock: permission denied\n",
        objects=(above, replicaset("api-1", 1, old), replicaset("api-2", 2, new), claim("1Gi")),
    )  # fmt: skip
    found = diagnose(prepared(example.snapshot()))
    assert found.cause == "permission-denied"
    told = [item.what for item in found.changed]
    assert told.index("securityContext.runAsUser of api") <= told.index("image of api") + 1
    assert told[-1].endswith("more fields of the template")
    assert "securityContext.runAsUser" in found.advice("undo").because


# --- credentials and certificates --------------------------------------------------------------------------------

REFUSED = 'FATAL:  password authentication failed for user "app"\n'
LOGIN = {
    "env": [{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db-login", "key": "password"}}}],
}


def database(*, kept):
    volumes = CLAIMED["spec"] if kept else {}
    theirs = {"name": "PG_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db-login", "key": "password"}}}
    return {
        "kind": "Pod",
        "metadata": {"name": "db-0", "namespace": NAMESPACE, "uid": "db"},
        "spec": {"containers": [{"name": "db", "image": "postgres:15", "env": [theirs]}], **volumes},
        "status": {"phase": "Running"},
    }


@pytest.mark.parametrize("kept", [True, False])
def test_a_server_that_is_given_the_same_key_keeps_its_first_password(kept):
    example = Example(
        title="", hit=True, objects=deployment(), container=LOGIN, status=CRASHED, log=REFUSED,
        pod={"metadata": {**OWNED["metadata"], "labels": LABELS}},
    ).snapshot()  # fmt: skip
    example.objects["Pod"] = (*example.objects["Pod"], database(kept=kept))
    found = diagnose(prepared(example))
    assert found.cause == "dependency-auth-failed"
    assert "Secret db-login" in found.remedy.text
    assert ("keeps the password of its first start on its claim" in found.remedy.text) is kept
    assert any("psql -U app" in command for command in found.remedy.commands) is kept


def test_a_403_is_a_right_and_no_credential():
    found = asked("dependency-auth-failed", status=CRASHED, log="client.exceptions.ApiException: (403)\n")
    assert "its credentials are good" in found.remedy.text
    assert f"--as=system:serviceaccount:{NAMESPACE}:default" in found.remedy.commands[0]


X509 = 'Get "https://idp.acme.example:443/": x509: certificate signed by unknown authority\n'
CA = {"spec": {"volumes": [{"name": "ca", "configMap": {"name": "trust"}}]}}


@pytest.mark.parametrize("given", [True, False])
def test_the_authority_that_the_program_is_given_is_named(given):
    args = ["--issuer-ca=/pki/ca.pem"] if given else []
    found = asked(
        "tls-certificate", status=CRASHED, log=X509, pod=CA, objects=(configmap("trust", "ca.pem"),),
        container={"args": args, "volumeMounts": [{"name": "ca", "mountPath": "/pki"}]},
    )  # fmt: skip
    assert ("trusts /pki/ca.pem (ConfigMap trust, key ca.pem)" in found.remedy.text) is given
    assert ("SSL_CERT_FILE" in found.remedy.text) is not given


def test_of_two_authorities_none_is_blamed():
    args = ["--server-ca=/pki/ca.pem", "--client-ca=/pki/root.pem"]
    found = asked(
        "tls-certificate", status=CRASHED, log=X509, pod=CA, objects=(configmap("trust", "ca.pem", "root.pem"),),
        container={"args": args, "volumeMounts": [{"name": "ca", "mountPath": "/pki"}]},
    )  # fmt: skip
    assert "trusts" not in found.remedy.text


# --- images, hooks, memory, jobs, nodes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "new"),
    [
        ("docker.io/bitnami/redis:7.2", "docker.io/bitnamilegacy/redis:7.2"),
        ("bitnami/redis:7.2", "docker.io/bitnamilegacy/redis:7.2"),
        ("k8s.gcr.io/pause:3.1", "registry.k8s.io/pause:3.1"),
        ("registry.example/bitnami/redis:7.2", ""),
        ("docker.io/acme/redis:7.2", ""),
    ],
)
def test_where_a_publisher_moved_its_images_is_known(image, new):
    message = f'Back-off pulling image "{image}": ErrImagePull: failed to resolve reference "{image}": not found'
    found = asked(
        "image-pull-failed", container={"image": image}, pod={"status": {"phase": "Pending"}},
        status={"restartCount": 0, "state": waiting("ImagePullBackOff", message)},
    )  # fmt: skip
    assert any(f"api={new or 'docker.io/bitnamilegacy'}" in command for command in found.remedy.commands) is bool(new)
    assert ("moved" in found.remedy.text) is bool(new)


@pytest.mark.parametrize(
    ("command", "split"),
    [
        (["cp", "/app/x.war /work"], ["cp", "/app/x.war", "/work"]),
        (["sh", "-c", "cp /app/x.war /work"], None),
        (["notify", "ready to serve"], None),
    ],
)
def test_an_argument_of_a_hook_that_is_several_is_split(command, split):
    found = asked(
        "lifecycle-hook-failed", container={"lifecycle": {"postStart": {"exec": {"command": command}}}},
        status={"state": waiting("PostStartHookError", "exited with 1: no")},
    )  # fmt: skip
    changed = change(found.remedy.commands[-1])["spec"]["template"]["spec"]["containers"][0]["lifecycle"]["postStart"]
    assert (changed and changed["exec"]["command"]) == split


@pytest.mark.parametrize(("share", "named"), [("80.0", True), ("50.0", False)])
def test_a_heap_that_follows_the_limit_is_lowered_and_the_limit_left(share, named):
    found = asked(
        "oom-killed",
        container={
            "resources": {"limits": {"memory": "2000Mi"}},
            "env": [{"name": "JAVA_TOOL_OPTIONS", "value": f"-XX:MaxRAMPercentage={share}"}],
        },
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(137, "OOMKilled", lived=70)},
    )
    assert ("MaxRAMPercentage" in found.remedy.text) is named
    assert any("set resources" in command for command in found.remedy.commands) is not named


def held_open(helper):
    owner = {"kind": "Job", "name": "report", "uid": "j", "controller": True, "apiVersion": "batch/v1"}
    work = {"name": "api", "ready": False, "restartCount": 0, "state": terminated(0, "Completed", ended=900)}
    beside = {"name": helper, "ready": True, "restartCount": 0, "state": running(960)}
    job = {"kind": "Job", "metadata": {"name": "report", "namespace": NAMESPACE, "uid": "j"}, "status": {"active": 1}}
    example = Example(
        title="", hit=True, objects=(job,),
        pod={
            "metadata": {"ownerReferences": [owner]},
            "spec": {"restartPolicy": "Never", "containers": [{"name": "api", "image": "r:1"}, {"name": helper}]},
            "status": {"containerStatuses": [work, beside]},
        },
    )  # fmt: skip
    return diagnose(prepared(example.snapshot())).remedy.commands


def test_a_known_helper_is_asked_to_quit_and_of_another_the_job_is_deleted():
    assert held_open("istio-proxy") == (
        f"kubectl -n {NAMESPACE} exec {POD} -c istio-proxy -- pilot-agent request POST quitquitquit",
    )
    assert held_open("sql-proxy")[-1] == f"kubectl -n {NAMESPACE} delete job report"


def unplaced(message, requests, *sizes):
    nodes = [
        {"kind": "Node", "metadata": {"name": f"n{index}"}, "status": {"allocatable": {"memory": size}}}
        for index, size in enumerate(sizes)
    ]
    told = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
    return asked(
        "unschedulable", container={"resources": {"requests": {"memory": requests}}}, objects=tuple(nodes),
        pod={
            "spec": {"nodeName": None},
            "status": {"phase": "Pending", "containerStatuses": [], "conditions": [told]},
        },
    ).remedy  # fmt: skip


def test_a_request_that_no_node_could_grant_is_brought_below_the_largest():
    told = unplaced("0/2 nodes are available: 2 Insufficient memory.", "16Gi", "4Gi", "8Gi")
    assert "no node could ever grant it" in told.text
    assert any("--requests=memory=6Gi" in command for command in told.commands)


def test_full_nodes_are_no_reason_to_make_up_a_number():
    told = unplaced("0/1 nodes are available: 1 Insufficient memory.", "2Gi", "8Gi")
    assert not any(" set resources " in command for command in told.commands)


def test_a_taint_of_a_nodes_own_condition_is_not_to_be_tolerated():
    message = (
        "0/2 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint"
        " {node.kubernetes.io/network-unavailable: }."
    )
    told = unplaced(message, "2Gi", "8Gi")
    assert "tolerate" not in told.text
    assert "repair that node" in told.text


def test_the_number_of_an_images_user_is_a_usual_one_or_asked_for():
    for user, number in (("nonroot", 65532), ("agent", None)):
        said = f"container has runAsNonRoot and image has non-numeric user ({user}), cannot verify user is non-root"
        found = asked(
            "security-context-denied", status={"restartCount": 0, "state": waiting("CreateContainerConfigError", said)}
        )
        assert f"-- id -u {user}" in found.remedy.commands[0]
        assert any(f'"runAsUser":{number}' in command for command in found.remedy.commands) is (number is not None)


@pytest.mark.parametrize(
    ("line", "lived", "inotify"),
    [
        ("failed complete: too many open files\n", 0, True),
        ("failed complete: too many open files\n", 600, False),
        ("max open files is too small, got 65536, expect at least 82920: too many open files\n", 0, False),
    ],
)
def test_a_program_that_dies_at_once_has_not_used_up_its_open_files(line, lived, inotify):
    found = asked("node-prerequisite", status={"state": terminated(1, lived=lived)}, log=line)
    assert ("fs.inotify.max_user_instances (sysctl.d)" in found.remedy.text) is inotify


# --- probes ------------------------------------------------------------------------------------------------------


def probed(kind, message, log="starting\n", **given):
    probe = {"httpGet": {"path": "/up", "port": 8080}, "periodSeconds": 10, "failureThreshold": 3}
    events = (
        event("Killing", f"Container api failed {kind} probe, will be restarted", kind="Normal"),
        event("Unhealthy", f"{kind.capitalize()} probe failed: {message}"),
    )
    return asked(
        f"{kind}-probe-failed", container={f"{kind}Probe": probe}, events=events, log=log,
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(143, **given)},
    )  # fmt: skip


DOWN = 'Get "http://10.0.0.9:8080/up": dial tcp 10.0.0.9:8080: connect: connection refused'


@pytest.mark.parametrize("lived", [30, 73])
def test_a_startup_probe_that_was_refused_came_too_early(lived):
    found = probed("startup", DOWN, lived=lived)
    assert "the program itself is not well" not in found.summary
    patch = change(found.remedy.commands[0])["spec"]["template"]["spec"]["containers"][0]
    assert patch["startupProbe"]["failureThreshold"] == 30


def test_a_long_patience_that_was_not_enough_is_trebled():
    probe = {
        "httpGet": {"path": "/", "port": 8081},
        "initialDelaySeconds": 30,
        "periodSeconds": 30,
        "failureThreshold": 6,
    }
    events = (
        event("Killing", "Container api failed liveness probe, will be restarted", kind="Normal"),
        event("Unhealthy", f"Liveness probe failed: {DOWN}"),
    )
    found = asked(
        "liveness-probe-failed", container={"livenessProbe": probe}, events=events, log="starting\n",
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(143, lived=210)},
    )  # fmt: skip
    added = change(found.remedy.commands[0])["spec"]["template"]["spec"]["containers"][0]["startupProbe"]
    assert added["periodSeconds"] * added["failureThreshold"] >= 3 * 210


MISSED = "HTTP probe failed with statuscode: 404"


@pytest.mark.parametrize(
    ("log", "broken"),
    [
        (
            "ERROR Could not start the engine. Check its home\nERROR a provider may not be empty\n"
            "INFO Started Server\n",
            True,
        ),
        ("INFO Started Server on 8080\nWARN no mapping for /up\n", False),
    ],
)
def test_a_server_without_its_application_does_not_lack_a_path(log, broken):
    found = probed("liveness", MISSED, log=log, lived=40)
    assert ("does not serve that path" in found.summary) is not broken
    assert ("Mend what its log says" in found.remedy.text) is broken


# --- state that does not fit -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "The Cluster ID dOMtDqQ_QU6 doesn't match stored clusterId Some(7tfltX7ATz)",
            "another cluster",
        ),
        ("Exception: instanceId 23ba2d60-6136 is not matching with 9f0b1c22-7d1e", "another cluster"),
        (
            "panic: tocommit(12) is out of range [lastIndex(3)]. Was the raft log corrupted, truncated, or lost?",
            "member",
        ),
        (
            'Cookie [host: "10.0.0.7" instanceId: "7940c93b" ] is not matching with Cookie [host: "10.0.0.9"',
            "",
        ),
        ("could not acquire change log lock", ""),
    ],
)
def test_data_of_another_cluster_are_not_made_to_start(line, told):
    assert (told in repairing.of_members(line, etcd=True)) is True
    assert bool(repairing.of_members(line, etcd=True)) is bool(told)


# --- rehearsal ---------------------------------------------------------------------------------------------------


def test_the_same_lines_read_otherwise_are_no_other_failure():
    log = '** (ArgumentError) errors were found at the given arguments:\n    :erlang.binary_to_integer("tcp://10.96.0.5:5432")\n'
    found = asked("bad-config", status=CRASHED, log=log, objects=(service("db"),))
    assert change(found.remedy.commands[0])["spec"]["template"]["spec"] == {"enableServiceLinks": False}
