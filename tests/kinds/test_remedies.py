"""What is advised, and whether a restart or an undo is said to help: by what is true of the objects."""

from __future__ import annotations

import copy

import pytest

from tests.composed.world import Status, World, ago, c, crash, done
from tests.kinds.world import Want, asked, check, dies

CLAIM = {"persistentVolumeClaim": {"claimName": "data"}}
EMPTY = {"emptyDir": {}}


def kept(log, *, path="/data", source=CLAIM, **spec):
    """A StatefulSet-like workload whose container dies with this output, with a volume at the path."""
    return dies(log, volumes={path: source}, **spec)


FORCED = {
    "31-ledger": kept(
        "ERROR refusing to start: node is not marked safe (clean=0 in state.dat). If you want to force it, set the"
        " environment variable LEDGER_FORCE_START=yes\n"
    ),
    "31-bootstrap": kept(
        "[ERROR] WSREP: It may not be safe to bootstrap the cluster from this node. It was not the last one to leave the"
        " cluster. To force cluster bootstrap with this node, edit the grastate.dat file manually and set"
        " safe_to_bootstrap to 1 .\n",
        path="/var/lib/mysql",
    ),
    "31-unclean": kept(
        "FATAL store: unclean shutdown detected, log is behind the snapshot; refusing to open /data/store.\n"
        "HINT: pass --unsafe-skip-recovery to open it anyway (data loss).\n"
    ),
}


@pytest.mark.parametrize("name", FORCED)
def test_a_guards_own_way_around_is_never_offered(name):
    told = asked(FORCED[name])
    check(told, Want(cause=("stale-state",), restart=False, never=("then remove",)))
    assert not any(switch in command for command in told.remedy.commands for switch in SWITCHES)
    for sentence in told.remedy.text.split(". "):
        assert sentence.startswith("Leave ") or not any(switch in sentence for switch in SWITCHES)


SWITCHES = ("LEDGER_FORCE_START", "safe_to_bootstrap", "unsafe-skip-recovery")


OPEN = {
    "32-keyfile": (
        "Key file /data/.key must be accessible by owner only\n",
        {"securityContext": {"fsGroup": 700, "runAsUser": 700}},
        "chmod 600 /data/.key",
    ),
    "32-ssh": (
        "Permissions 0660 for '/data/id_ed25519' are too open.\nIt is required that your private key files are NOT"
        " accessible by others.\n",
        {"securityContext": {"fsGroup": 2000}},
        "cp /in/id /data/id_ed25519 && chmod 400 /data/id_ed25519",
    ),
    "32-postgres": (
        'FATAL:  data directory "/data/pg" has invalid permissions\nDETAIL:  Permissions should be u=rwx (0700) or'
        " u=rwx,g=rx (0750).\n",
        {"securityContext": {"fsGroup": 999, "runAsUser": 999}},
        "chmod 700 /data/pg",
    ),
}


@pytest.mark.parametrize("name", OPEN)
def test_a_file_that_is_too_open_wants_no_other_group(name):
    log, spec, command = OPEN[name]
    init = (c("prepare", "registry.example/tools:1", command=["sh", "-c", command], mounts={"/data": "volume-0"}),)
    world = kept(log, pod_spec=spec, init=init, statuses={"prepare": done()})
    told = asked(world)
    check(
        told,
        Want(
            cause=("permission-denied",),
            remedy=("chmod",),
            never=("permission denied;", "Set fsGroup", '"fsGroup"', "may not use"),
            restart=True,
        ),
    )


def _pending(cases, name):
    """Return the names of the cases; that of the one which is not understood yet is expected to fail."""
    mark = pytest.mark.xfail(reason="these words are not understood yet", strict=True)
    return [pytest.param(each, marks=mark if each == name else ()) for each in cases]


def versions(log, old, new, **spec):
    """The same program with an older image in revision 1 and a newer one in revision 2, on a claim."""
    return kept(log, image=new, before={"image": old}, **spec)


WROTE = {
    "33-downgrade": versions(
        "[ERROR] Cannot boot server version 80026 on data directory built by version 80030. Downgrade is not"
        " supported\n[ERROR] Data Dictionary initialization failed.\n",
        "registry.example/db:8",
        "registry.example/db:8.0.26",
    ),
    "33-newer": versions(
        "FATAL:  database files are incompatible with server\nDETAIL:  The data directory was initialized by PostgreSQL"
        " version 14, which is not compatible with this version 16.1.\n",
        "registry.example/postgres:14",
        "registry.example/postgres:16.1",
    ),
    "41-backend": versions(
        "ERROR Unable to use the drive /vault: found backend type old, expected new\n",
        "registry.example/store:2023.1",
        "registry.example/store:2024.3",
        path="/vault",
    ),
    "41-format": versions(
        "panic: storage: format version 7 in /vault/MANIFEST is not supported, this build reads up to 6\n",
        "registry.example/kv:3.7",
        "registry.example/kv:3.6",
        path="/vault",
    ),
    "41-featureflags": versions(
        "FATAL: Metadata cluster version 3.4 in /vault is too old for this binary; supported: 3.6, 4.0\n",
        "registry.example/bus:3.5",
        "registry.example/bus:4.0",
        path="/vault",
    ),
}


@pytest.mark.parametrize("name", _pending(WROTE, "41-featureflags"))
def test_the_image_that_wrote_the_data_can_read_it(name):
    """Rows 33 and 41: what the earlier revision wrote, only the earlier revision's image reads: an undo helps."""
    told = asked(WROTE[name])
    check(told, Want(cause=("incompatible-data",), restart=False, undo=True, never=("a rollback does not repair",)))
    assert "revision 1" in told.advice("undo").because


FEATURE = {
    "35-shell": ('/opt/run/lib.sh: line 90:    31 Illegal instruction     (core dumped) "$@"\n', 132),
    "35-silent": ("", 132),
    "35-level": ("Fatal glibc error: CPU does not support x86-64-v2\n", 127),
    "35-avx": (
        "The TensorFlow library was compiled to use AVX instructions, but these aren't available on your machine."
        "\nAborted (core dumped)\n",
        134,
    ),
}


@pytest.mark.parametrize("name", FEATURE)
def test_a_cpu_feature_is_the_nodes(name):
    log, code = FEATURE[name]
    told = asked(dies(log, code))
    never = ("correct command", "Fix the code", "arguments")
    check(told, Want(cause=("node-prerequisite",), remedy=("node",), never=never))


LEFT = {
    "36-mkdir": "mkdir: cannot create directory '/shared/p': File exists\n",
    "36-ln": "ln: failed to create symbolic link '/shared/current': File exists\n",
    "36-git": "fatal: destination path '/shared/repo' already exists and is not an empty directory.\n",
}


@pytest.mark.parametrize("name", LEFT)
def test_what_lies_in_an_emptydir_dies_with_the_pod(name):
    init = (c("prepare", "registry.example/tools:1", mounts={"/shared": "volume-0"}),)
    code = 128 if "git" in name else 1
    failing = crash(code, LEFT[name], shape="backoff")
    world = dies("", volumes={"/shared": EMPTY}, init=init, statuses={"prepare": failing, "app": _waiting()})
    told = asked(world)
    check(told, Want(cause=("stale-state",), remedy=("rollout restart",), restart=True, undo=False))
    assert told.container == "prepare"


def test_the_same_on_a_claim_outlives_the_pod():
    init = (c("prepare", "registry.example/tools:1", mounts={"/shared": "volume-0"}),)
    failing = crash(1, LEFT["36-mkdir"], shape="backoff")
    world = dies("", volumes={"/shared": CLAIM}, init=init, statuses={"prepare": failing, "app": _waiting()})
    check(asked(world), Want(cause=("stale-state",), restart=False))


def _waiting() -> Status:
    return Status({"waiting": {"reason": "PodInitializing"}})


HOST = {
    "37-shell": "/cfg/run.sh: 4: /cfg/run.sh: cannot create /data/state: Permission denied\n",
    "37-python": "Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    open('/data/state',"
    " 'w')\nPermissionError: [Errno 13] Permission denied: '/data/state'\n",
    "37-go": 'level=error msg="cannot open state" err="open /data/state: permission denied"\n',
}


@pytest.mark.parametrize("name", HOST)
def test_fsgroup_does_nothing_on_a_hostpath(name):
    world = kept(HOST[name], pod_spec={"securityContext": {"fsGroup": 2000, "runAsUser": 1000}})
    world.add(
        "PersistentVolumeClaim",
        "data",
        spec={"volumeName": "pv-7", "accessModes": ["ReadWriteOnce"]},
        status={"phase": "Bound"},
    )
    volume = world.add(
        "PersistentVolume", "pv-7", spec={"hostPath": {"path": "/srv/data"}, "capacity": {"storage": "1Gi"}}
    )
    del volume["metadata"]["namespace"]
    told = asked(world)
    check(told, Want(cause=("permission-denied",), says=("/data/state",), remedy=("hostPath",), never=('"fsGroup"',)))


LIMITS = {
    "38-inotify": "Unhandled exception. System.IO.IOException: The configured user limit (128) on the number of inotify"
    " instances has been reached, or the per-process limit on the number of open file descriptors has been reached.\n"
    "   at System.IO.FileSystemWatcher.StartRaisingEvents()\n",
    "38-node": "Error: ENOSPC: System limit for number of file watchers reached, watch '/app/config'\n    at FSWatcher."
    "<computed> (node:internal/fs/watchers:247:19)\n",
    "38-go": 'level=fatal msg="cannot watch" err="too many open files (inotify_init)"\n',
    "40-maps": "bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low,"
    " increase to at least [262144]\n",
    "40-somaxconn": "FATAL: net.core.somaxconn is 128, at least 1024 is required\n",
    "40-hugepages": "FATAL: could not map anonymous shared memory: hugepages unavailable, check vm.nr_hugepages\n",
}


@pytest.mark.parametrize("name", _pending(LIMITS, "40-somaxconn"))
def test_a_kernel_limit_is_set_on_the_node(name):
    told = asked(dies(LIMITS[name], 139 if "inotify" in name else 1))
    never = ("Fix the code", "runs the same code again", "arguments and image")
    check(told, Want(cause=("node-prerequisite",), remedy=("sysctl", "node-1"), never=never))


HALF = {
    "39-liquibase": "Migration failed for changeset db/1.xml::1::ann: Reason: Table 'ITEMS' already exists [Failed SQL:"
    " (1050) CREATE TABLE ITEMS (id INT)]\n",
    "39-flyway": 'ERROR: Migration V7__add_lots.sql failed: SQL State : 42P07 Message : ERROR: relation "lots" already'
    " exists\n",
    "39-rails": "rake aborted!\nStandardError: An error has occurred, all later migrations canceled:\n"
    'PG::DuplicateColumn: ERROR:  column "lot" of relation "items" already exists\n',
}


@pytest.mark.parametrize("name", HALF)
def test_a_migration_that_meets_its_own_half_done_work(name):
    told = asked(dies(HALF[name]))
    check(told, Want(cause=("stale-state",), restart=False, never=("Fix the code",)))


REVISION = {
    "34-alembic": "FAILED: Can't locate revision identified by '9f31c0de77ab'\n",
    "34-django": "django.db.migrations.exceptions.NodeNotFoundError: Migration shop.0042_lots dependencies reference"
    " nonexistent parent node ('shop', '0041_9f31c0de77ab')\n",
    "34-schema": "FATAL: schema version 9f31c0de77ab of the database is unknown to this release\n",
}


@pytest.mark.xfail(
    reason="a reused ReplicaSet is dated by its own age, and its successor is no way back yet", strict=True
)
@pytest.mark.parametrize("name", ["34-alembic", "34-schema"])
def test_a_rollback_left_a_newer_schema_behind(name):
    """The current ReplicaSet is an old one, used again; the newer tag ran an hour ago and wrote the database."""
    world = dies(REVISION[name], image="registry.example/shop:1.4")
    _rolled_back(world, newer="registry.example/shop:1.5")
    told = asked(world)
    check(
        told,
        Want(
            cause=("stale-state", "incompatible-data"),
            says=("9f31c0de77ab",),
            undo=True,
            never=("46 d", "older code on a newer schema"),
        ),
    )


def _rolled_back(world, newer):
    """Make the workload's current revision one that is 46 days old and used again; ``newer`` ran until an hour ago."""
    (current,) = world.objects["ReplicaSet"]
    other = copy.deepcopy(current)
    current["metadata"]["creationTimestamp"] = ago(46 * 86400)
    current["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "3"
    current["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"] = "1"
    other["metadata"] |= {"name": "app-newer", "uid": "newer", "creationTimestamp": ago(7200)}
    other["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "2"}
    other["metadata"]["labels"] = {"app": "app", "pod-template-hash": "newer"}
    other["spec"]["template"]["spec"]["containers"][0]["image"] = newer
    other["spec"]["template"]["metadata"]["labels"] = {"app": "app", "pod-template-hash": "newer"}
    other["spec"]["selector"]["matchLabels"]["pod-template-hash"] = "newer"
    other["spec"]["replicas"] = 0
    other["status"] = {"replicas": 0}
    world.objects["ReplicaSet"].append(other)
    world.objects["Deployment"][0]["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "3"


# The kernel of the node, the heap, the port: the thing in question, and a number that follows from something.

UNLOADED = {
    "a bridge setting": (
        "F1122 checker: open /proc/sys/net/bridge/bridge-nf-call-ip6tables: no such file or directory\n",
        "br_netfilter",
    ),
    "conntrack": (
        'FATAL cannot read conntrack limit: "stat /proc/sys/net/netfilter/nf_conntrack_max: no such file or directory"\n',
        "nf_conntrack",
    ),
}


@pytest.mark.parametrize("name", UNLOADED)
def test_a_kernel_setting_that_is_not_there_wants_its_module(name):
    log, module = UNLOADED[name]
    told = asked(dies(log, kind="DaemonSet"))
    check(told, Want(cause=("node-prerequisite",), remedy=(f"kernel module {module}", f"modprobe {module}")))
    for word in ("ConfigMap", "securityContext.sysctls", "emptyDir"):
        assert word not in told.remedy.text


def test_a_watch_that_finds_no_files_left_is_inotifys():
    told = asked(
        dies("panic: could not create file watcher for certs: too many open files\n\ngoroutine 1 [running]:\n", 2)
    )
    check(told, Want(cause=("node-prerequisite",), says=("max_user_instances",), never=("limitnofile",)))


HEAPS = {
    "node, room in the limit": ("NODE_OPTIONS", "--max-old-space-size=512", "2Gi", "--max-old-space-size=1536", ""),
    "node, the limit is full": (
        "NODE_OPTIONS",
        "--max-old-space-size=1500",
        "2Gi",
        "--max-old-space-size=2250",
        "memory=3Gi",
    ),
    "java, the limit is full": ("JAVA_TOOL_OPTIONS", "-Xmx3g", "4Gi", "-Xmx4608m", "memory=6Gi"),
}
OUT_OF_HEAP = {
    "NODE_OPTIONS": "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
    "JAVA_TOOL_OPTIONS": 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n',
}


@pytest.mark.parametrize("name", HEAPS)
def test_a_heap_grows_and_its_limit_with_it_where_it_must(name):
    variable, now, limit, then, memory = HEAPS[name]
    told = asked(dies(OUT_OF_HEAP[variable], 134, env={variable: now}, limit=limit, lived=900))
    check(told, Want(cause=("heap-exhausted",), remedy=(then.lower(), now.lower()), restart=False))
    assert any(f'{variable}="$(' in command and command.endswith(f') {then}"') for command in told.remedy.commands)
    assert bool(memory) == any(memory and memory in command for command in told.remedy.commands)
    assert not any(now in command for command in told.remedy.commands)


def test_a_heap_that_the_command_sets_is_changed_there():
    told = asked(
        dies(OUT_OF_HEAP["NODE_OPTIONS"], 134, command=["node", "--max-old-space-size=256", "a.js"], limit="1Gi")
    )
    check(
        told, Want(cause=("heap-exhausted",), remedy=("in its command", "--max-old-space-size=768"), never=("set env",))
    )


def test_a_heap_that_has_most_of_the_limit_wants_a_higher_limit():
    env = {"JAVA_TOOL_OPTIONS": "-XX:MaxRAMPercentage=80"}
    told = asked(dies(OUT_OF_HEAP["JAVA_TOOL_OPTIONS"], 1, env=env, limit="1Gi"))
    check(told, Want(cause=("heap-exhausted",), remedy=("80 %", "memory=1536mi"), never=("-xmx",)))


EXPIRED = (
    "x509: certificate has expired or is not yet valid: current time 2026-11-22T10:00:00Z is after 2026-11-01T00:00:00Z"
)


def test_the_certificate_is_asked_for_at_the_port_of_its_service():
    world = World()
    world.service("ledger-db", 5432, {"app": "ledger-db"}, ready=1)
    world.workload(
        "ledger-db",
        c("postgres", "postgres:16"),
        kind="StatefulSet",
        spec={"volumes": [{"name": "pki", "secret": {"secretName": "ledger-db-cert"}}]},
    )
    log = f"failed to connect to `host=ledger-db.production.svc user=app database=app`: tls error ({EXPIRED})\n"
    told = asked(dies(log, world=world))
    check(
        told,
        Want(
            cause=("tls-certificate",), remedy=("secret ledger-db-cert", ":5432", "-starttls postgres"), never=(":443",)
        ),
    )


def test_without_a_port_no_port_is_asked():
    told = asked(dies(f"upstream: host=gate.partner.example tls error ({EXPIRED})\n"))
    check(told, Want(cause=("tls-certificate",), never=("s_client", ":443")))


def test_a_scheme_names_its_port():
    told = asked(dies(f'Get "https://gate.partner.example/v1/me": tls: failed to verify certificate: {EXPIRED}\n'))
    check(told, Want(cause=("tls-certificate",), remedy=("gate.partner.example:443",)))


def test_a_port_that_a_probe_asks_is_not_the_one_to_change():
    own = c("api", "registry.example/api:2", ports=[9000], ready={"tcpSocket": {"port": 9000}})
    world = World()
    log = "listen tcp :9000: bind: address already in use\n"
    world.workload("app", own, c("agent", "registry.example/agent:1"), statuses={"api": crash(1, log, shape="backoff")})
    check(
        asked(world),
        Want(cause=("port-conflict",), remedy=("the readinessprobe asks",), never=("give container api another",)),
    )


def test_an_init_container_that_seeks_an_object_names_it():
    told = asked(waiting_for('Error from server (NotFound): jobs.batch "schema-load" not found\n'))
    check(
        told, Want(cause=("init-container-failed",), remedy=("job schema-load", "ttlsecondsafterfinished", "get jobs"))
    )


def waiting_for(log):
    world = World()
    init = (c("wait", "registry.example/kubectl:1"),)
    world.workload(
        "app",
        c("app"),
        init=init,
        statuses={"wait": crash(1, log, shape="backoff"), "app": Status({"waiting": {"reason": "PodInitializing"}})},
        phase="Pending",
    )
    return world


def test_a_key_that_is_not_known_is_not_called_missing():
    log = "java.lang.IllegalArgumentException: unknown setting [index.turbo] please check that any required plugins are installed\n"
    told = asked(dies(log, files={"/srv/config": "search/search.yml"}))
    check(told, Want(cause=("bad-config",), says=("does not know",), never=("misses", "give index")))


def test_a_property_of_a_profile_that_is_not_active_is_told():
    log = (
        "2026-11-22 03:11:00 INFO c.e.T : No active profile set, falling back to 1 default profile: default\n"
        "java.lang.IllegalArgumentException: Could not resolve placeholder 'till.queue' in value \"${till.queue}\"\n"
    )
    told = asked(dies(log))
    check(told, Want(cause=("bad-config",), remedy=("spring_profiles_active",)))
    assert any("No active profile set" in item.quote for item in told.evidence)
    active = asked(dies(log, env={"SPRING_PROFILES_ACTIVE": "live"}))
    check(active, Want(cause=("bad-config",), never=("no profile is active",)))
