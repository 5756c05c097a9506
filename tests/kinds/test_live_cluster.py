"""Kinds that were seen on a live cluster: what the objects and their times say, beside the log."""

from __future__ import annotations

import pytest

from tests.composed.world import World, ago, c, config, crash, ended, http
from tests.kinds.world import Want, asked, check, dies

PANICS = {
    "43-rust": (
        "connecting to inventory:8080\nthread 'main' panicked at src/main.rs:42:10:\ncalled `Result::unwrap()` on an `Err`"
        ' value: Os { code: 111, kind: ConnectionRefused, message: "Connection refused" }\n',
        101,
        "main.rs",
    ),
    "43-zig": (
        "info: dial inventory:8080\nthread 7 panic: ConnectionRefused\n/build/src/main.zig:42:10: 0x1034 in main (app)\n",
        134,
        "main.zig",
    ),
    "43-nim": (
        "connecting to inventory:8080\n/build/app.nim(42) app\nError: unhandled exception: Connection refused [OSError]\n",
        1,
        "app.nim",
    ),
}


@pytest.mark.parametrize("name", PANICS)
def test_a_place_in_a_source_file_is_no_host(name):
    log, code, place = PANICS[name]
    world = dies(log, code)
    world.service("inventory", 8080, {"app": "inventory"})
    told = asked(world)
    never = (f"reach {place}", "namespace rs", "namespace zig", "namespace nim", "Fix the code")
    check(told, Want(cause=("dependency-unavailable",), says=("inventory",), never=never))


TIMEOUTS = {
    "44-python": "connecting to ledger:5432\nTraceback (most recent call last):\n"
    '  File "/app/main.py", line 9, in <module>\n    socket.create_connection((host, port), timeout=5)\n'
    '  File "/usr/local/lib/python3.12/socket.py", line 865, in create_connection\n    raise exceptions[0]\n'
    "TimeoutError: timed out\n",
    "44-java": 'Exception in thread "main" java.net.SocketTimeoutException: Connect timed out\n'
    "\tat java.base/sun.nio.ch.NioSocketImpl.timedFinishConnect(NioSocketImpl.java:546)\n"
    "\tat java.base/java.net.Socket.connect(Socket.java:751)\n\tat org.example.Main.main(Main.java:12)\n",
    "44-ruby": '/app/main.rb:3:in `initialize\': Connection timed out - connect(2) for "ledger" port 5432'
    " (Errno::ETIMEDOUT)\n\tfrom /app/main.rb:3:in `new'\n\tfrom /app/main.rb:3:in `<main>'\n",
}


@pytest.mark.parametrize("name", TIMEOUTS)
def test_a_time_out_behind_a_policy_is_the_policys(name):
    world = dies(TIMEOUTS[name], 1, lived=6, env={"LEDGER_HOST": "ledger", "LEDGER_PORT": "5432"})
    world.service("ledger", 5432, {"app": "ledger"}, ready=1)
    world.workload("ledger", c("ledger"), age=86400)
    world.add(
        "NetworkPolicy",
        "deny-egress",
        spec={"podSelector": {"matchLabels": {"app": "app"}}, "policyTypes": ["Egress"], "egress": []},
    )
    told = asked(world)
    check(told, Want(cause=("dependency-unavailable",), never=("Fix the code", "crashed")))
    assert "deny-egress" in told.summary + "".join(item.path + item.quote for item in told.evidence)


VALUES = {
    "45-python": "Traceback (most recent call last):\n"
    '  File "/app/main.py", line 4, in <module>\n    size = int(os.environ["POOL_SIZE"])\n'
    "ValueError: invalid literal for int() with base 10: 'many'\n",
    "45-node": "/app/main.js:4\nif (!Number.isInteger(Number(process.env.POOL_SIZE))) throw new RangeError('many is no"
    " size')\n                                                       ^\n\nRangeError: many is no size\n    at Object."
    "<anonymous> (/app/main.js:4:57)\n",
    "45-ruby": '/app/main.rb:4:in `Integer\': invalid value for Integer(): "many" (ArgumentError)\n\tfrom'
    " /app/main.rb:4:in `<main>'\nsize = Integer(ENV.fetch('POOL_SIZE'))\n",
}


def edited(world: World, name: str, back: float) -> None:
    """Say that a ConfigMap was written that many seconds before the look."""
    for item in world.objects["ConfigMap"]:
        if item["metadata"]["name"] == name:
            item["metadata"]["managedFields"] = [
                {"manager": "kubectl-edit", "operation": "Update", "time": ago(back), "fieldsV1": {"f:data": {}}}
            ]


@pytest.mark.parametrize("name", ["45-python"])
def test_a_value_that_was_edited_is_the_configuration(name):
    world = World()
    world.add("ConfigMap", "app-settings", data={"POOL_SIZE": "many"}, age=86400)
    world = dies(VALUES[name], env={"POOL_SIZE": config("app-settings", "POOL_SIZE")}, world=world, restarts=1, lived=2)
    edited(world, "app-settings", 80)
    told = asked(world)
    check(told, Want(cause=("bad-config",), says=("POOL_SIZE",), never=("Fix the code",)))
    said = told.summary + told.remedy.text + "".join(told.remedy.commands)
    assert "app-settings" in said


def test_a_second_bad_edit_is_held_against_this_trouble():
    """Row 46: what ended a week ago, and was got over, does not date the crash of today."""
    world = World()
    world.add("ConfigMap", "app-settings", data={"POOL_SIZE": "many"}, age=30 * 86400)
    (pod,) = world.workload(
        "app",
        c("app", env={"POOL_SIZE": config("app-settings", "POOL_SIZE")}),
        statuses={"app": crash(1, VALUES["45-python"], shape="backoff", restarts=9)},
        age=20 * 86400,
    )
    world.event(pod, "BackOff", "Back-off restarting failed container app", container="app", back=30, count=2)
    world.event(pod, "Started", "Started container app", container="app", back=75, type="Normal")
    # The container ran for six days before it ended a minute ago: the four restarts before that were another trouble.
    status = world.objects["Pod"][0]["status"]["containerStatuses"][0]
    status["lastState"] = ended(1, lived=2, back=70)
    status["restartCount"] = 2
    world.objects["Event"][0]["firstTimestamp"] = ago(7 * 86400)
    edited(world, "app-settings", 600)
    told = asked(world)
    assert any("app-settings" in change.what for change in told.changed), told.changed


def test_a_rollout_that_takes_a_hosts_port_is_undone():
    """Row 47: hostNetwork is what the revision brought, and its port is taken on the node."""
    world = dies(
        "listen tcp 0.0.0.0:8080: bind: address already in use\n",
        ports=[8080],
        pod_spec={"hostNetwork": True},
        before={},
    )
    for item in world.objects["ReplicaSet"]:
        if item["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "1":
            item["spec"]["template"]["spec"].pop("hostNetwork", None)
    told = asked(world)
    check(told, Want(cause=("port-conflict",), undo=True))


@pytest.mark.parametrize("field", ["hostPID", "dnsPolicy"])
def test_a_rollout_that_changed_something_else_is_not_undone_for_a_port(field):
    world = dies(
        "listen tcp 0.0.0.0:8080: bind: address already in use\n", ports=[8080], pod_spec={field: True}, before={}
    )
    for item in world.objects["ReplicaSet"]:
        if item["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "1":
            item["spec"]["template"]["spec"].pop(field, None)
    check(asked(world), Want(cause=("port-conflict",), undo=False))


def _killed(*, killing: bool, unhealthy: float = 3, kind: str = "live", probe: str = "Liveness") -> World:
    world = World()
    status = crash(137, "serving\n", shape="backoff", lived=400, restarts=6)
    (pod,) = world.workload("app", c("app", **{kind: http("/up", 8080)}), statuses={"app": status}, age=86400)
    message = f'{probe} probe failed: Get "http://10.42.0.17:8080/up": context deadline exceeded'
    world.event(pod, "Unhealthy", message, container="app", back=70 + 30 + unhealthy, count=12)
    if killing:
        told = f"Container app failed {probe.lower()} probe, will be restarted"
        world.event(pod, "Killing", told, container="app", back=100, count=4, type="Normal")
    else:
        told = f"Container app failed {probe.lower()} probe, will be restarted"
        world.event(pod, "Killing", told, container="app", back=1500, count=3, type="Normal")
    return world


@pytest.mark.parametrize("unhealthy", [1, 3, 8])
def test_a_kill_stays_confirmed_when_only_its_newest_event_was_dropped(unhealthy):
    """Row 48: the kubelet's rate limit drops events; the probe failed seconds before the end, as at the kills before."""
    told = asked(_killed(killing=False, unhealthy=unhealthy))
    check(told, Want(cause=("liveness-probe-failed",), sure=True))


def test_a_kill_with_its_event_is_confirmed():
    check(asked(_killed(killing=True)), Want(cause=("liveness-probe-failed",), sure=True))


SUBPATHS = {
    "49-missing-extension": ("nginx", {"nginx.conf": "x"}, "nginx.conf"),
    "49-typo": ("app.yml", {"app.yaml": "x", "other.txt": "y"}, "app.yaml"),
    "49-case": ("Config.toml", {"config.toml": "x"}, "config.toml"),
}


@pytest.mark.parametrize("name", SUBPATHS)
def test_a_key_mounted_by_subpath_is_the_configmaps(name):
    """Row 49: the runtime makes a directory of a key that is not there, and cannot mount it onto the file."""
    asked_for, data, near = SUBPATHS[name]
    world = World()
    world.add("ConfigMap", "web-files", data=data)
    message = (
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed:"
        " unable to start container process: error during container init: error mounting"
        f' "/var/lib/kubelet/pods/1/volume-subpaths/files/app/0" to rootfs at "/etc/app/{asked_for}": mount'
        f" src=/var/lib/kubelet/pods/1/volume-subpaths/files/app/0, dst=/etc/app/{asked_for}, flags=MS_BIND|MS_REC: not a"
        " directory: Are you trying to mount a directory onto a file (or vice-versa)?: unknown"
    )
    world.workload(
        "app",
        c("app", mounts={f"/etc/app/{asked_for}": f"files:{asked_for}"}),
        spec={"volumes": [{"name": "files", "configMap": {"name": "web-files"}}]},
        statuses={"app": crash(128, "", reason="StartError", message=message, shape="terminated")},
    )
    told = asked(world)
    check(
        told,
        Want(cause=("missing-configmap",), says=(asked_for, "web-files"), never=("what the volume's driver says",)),
    )
    assert near in told.summary + told.remedy.text


INJECTED = (
    "kube-root-ca.crt",
    "openshift-service-ca.crt",
    "istio-ca-root-cert",
    "my-org-ca.crt",
    "linkerd-identity-trust-roots",
)


@pytest.mark.parametrize("name", INJECTED)
def test_what_the_platform_injects_is_no_suspect(name):
    """Row 50: a bundle that changes for everybody does not explain one workload's end."""
    world = World()
    world.add("ConfigMap", name, data={"ca.crt": "x"}, age=86400)
    volume = {"name": "bundle", "projected": {"sources": [{"configMap": {"name": name}}]}}
    world = dies("fatal: boom\n", world=world, pod_spec={"volumes": [volume]})
    edited(world, name, 400)
    told = asked(world)
    assert not any(name in change.what for change in told.changed), told.changed


def test_a_bundle_that_the_team_named_itself_is_a_suspect():
    world = World()
    world.add("ConfigMap", "payment-settings", data={"a": "x"}, age=86400)
    volume = {"name": "settings", "configMap": {"name": "payment-settings"}}
    world = dies("fatal: boom\n", world=world, pod_spec={"volumes": [volume]})
    edited(world, "payment-settings", 400)
    assert any("payment-settings" in change.what for change in asked(world).changed)
