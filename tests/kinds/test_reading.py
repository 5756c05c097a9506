"""What a line and the objects say together: read, looked up, and told as it is. Each kind with its counter-example."""

from __future__ import annotations

import pytest

from tests.composed.world import World, c, crash, up
from tests.kinds.world import Want, asked, check, dies

FORBIDDEN = (
    'WARN  PropertySource: cannot read the ConfigMap. Message: configmaps "app" is forbidden: User'
    ' "system:serviceaccount:production:default" cannot get resource "configmaps" in API group "" in the namespace'
    ' "production"'
)
LACKS = (
    "ERROR application run failed\njava.lang.IllegalArgumentException: Could not resolve placeholder 'ledger.url' in"
    " value"
    ' "${ledger.url}"\n\tat org.springframework.util.PropertyPlaceholderHelper.parse(PropertyPlaceholderHelper.java:180)'
)
WORK = "\n".join(f"INFO  bean {number} ready" for number in range(60))
NO_HOST = (
    "ERROR [main] SolrCore java.lang.IllegalArgumentException: A HostProvider may not be empty!\n"
    "\tat org.apache.zookeeper.client.StaticHostProvider.<init>(StaticHostProvider.java:88)\n"
    "\tat org.apache.search.SearchZkClient.<init>(SearchZkClient.java:140)\n"
)
UP_WITHOUT = (
    "INFO [main] Started o.e.j.w.WebAppContext@3c9754d8{/search,file:///opt/webapp/,UNAVAILABLE}{/opt/webapp}\n"
    "INFO [main] Server Started @2940ms"
)
UP = "INFO [main] Started o.e.j.w.WebAppContext@3c9754d8{/search,file:///opt/webapp/,AVAILABLE}\nINFO [main] Server Started @2940ms"
BUG = (
    "1:M 20 Nov 2026 13:10:01.000 * Ready to accept connections tcp\n\n=== CACHE BUG REPORT START: Cut & paste from"
    " here ===\n"
    "1:M 20 Nov 2026 13:10:01.000 # Guru Meditation: unknown type in reply(). #blocked.cpp:246\n\n------ INFO OUTPUT"
    " ------\n"
    "# Server\nuptime_in_seconds:4200\nmaster_failover_state:no-failover\n=== CACHE BUG REPORT END. ===\n"
    "       Please report the crash by opening an issue on github:\n"
    "  Suspect RAM error? Use cache-server --test-memory to verify it."
)


LOST = (
    'Config file not found because "Config File ".ledger" Not Found in "[/]""\n'
    "panic: runtime error: invalid memory address or nil pointer dereference\n"
    "[signal SIGSEGV: segmentation violation code=0x1 addr=0xd8 pc=0xac53f9]\n\ngoroutine 1 [running]:\n"
    "example.com/ledger/store.Open(0x0)\n\t/src/store/open.go:22 +0x69\n"
)


def _probed(log, **env):
    """A program that its liveness probe had killed."""
    world = dies(log, 143, env=env, lived=52, live={"httpGet": {"path": "/search/info", "port": 8983}})
    pod = next(iter(world.objects["Pod"]))["metadata"]["name"]
    killed = "Container app failed liveness probe, will be restarted"
    world.event(pod, "Killing", killed, type="Normal", container="app")
    world.event(pod, "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 404", container="app")
    return world


CASES = {
    "a-config-source-that-may-not-be-read-is-why-the-property-is-missing": (
        lambda: dies(f"{FORBIDDEN}\n{WORK}\n{LACKS}"),
        Want(cause=("dependency-auth-failed",), says=("may not get configmaps",), sure=False),
    ),
    "without-a-refusal-it-is-the-property": (
        lambda: dies(f"{WORK}\n{LACKS}"),
        Want(cause=("bad-config",), says=("ledger.url",)),
    ),
    "a-refusal-of-something-else-is-no-reason-for-a-property": (
        lambda: dies(f"{FORBIDDEN.replace('configmaps', 'pods').replace('PropertySource', 'Peers')}\n{WORK}\n{LACKS}"),
        Want(cause=("bad-config",), says=("ledger.url",)),
    ),
    "a-crash-report-says-why-it-died-of-a-signal": (
        lambda: dies(BUG, 139),
        Want(cause=("app-crash",), says=("SIGSEGV", "Guru Meditation: unknown type"), never=("does not say why",)),
    ),
    "an-exception-that-was-caught-does-not-explain-a-signal": (
        lambda: dies("ERROR cannot flush the cache: connection refused\nINFO serving on 0.0.0.0:8080", 139),
        Want(cause=("app-crash",), never=("connection refused",)),
    ),
    "a-file-that-the-configmap-does-not-hold": (
        lambda: dies(
            "Error: failed to read root-ca: open /etc/pki/ca.pem: no such file or directory",
            files={"/etc/pki": "ca/dex-ca.crt"},
        ),
        Want(
            cause=("bad-config",),
            says=("ConfigMap ca is mounted there and has no key ca.pem", "dex-ca.crt"),
            remedy=("has no key ca.pem, only dex-ca.crt", "add ca.pem itself"),
            never=("which ConfigMap ca provides", "Correct key ca.pem"),
        ),
    ),
    "a-file-that-the-configmap-holds-is-corrected-there": (
        lambda: dies("Error: /etc/pki/app.yaml:3: unknown key 'lisen'", files={"/etc/pki": "ca/app.yaml"}),
        Want(cause=("bad-config",), says=("which ConfigMap ca provides",), remedy=("Correct key app.yaml",)),
    ),
    "a-server-that-is-up-without-its-application-failed-before-its-probe-did": (
        lambda: _probed(NO_HOST + UP_WITHOUT, ZK_HOST="/", SEARCH_PORT="8983"),
        Want(cause=("bad-config",), says=("ZK_HOST", "may not be empty"), never=("does not serve that path",)),
    ),
    "a-server-whose-application-came-up-all-the-same-is-its-probes": (
        lambda: _probed(NO_HOST + UP, ZK_HOST="/", SEARCH_PORT="8983"),
        Want(cause=("liveness-probe-failed",)),
    ),
    "two-variables-that-the-crash-spells-name-none": (
        lambda: _probed(NO_HOST + UP_WITHOUT, ZK_HOST="/", SEARCH_HOST="x"),
        Want(cause=("app-crash", "liveness-probe-failed"), never=("ZK_HOST", "SEARCH_HOST")),
    ),
    "where-it-listens-is-not-what-it-cannot-reach": (
        lambda: dies("serving on 0.0.0.0:8080\nFATAL cannot open the ledger: connection refused"),
        Want(cause=("dependency-unavailable",), never=("0.0.0", "to itself")),
    ),
    "a-configuration-that-is-mounted-and-not-asked-for-is-what-the-fault-lacks": (
        lambda: dies(LOST, 2, files={"/etc/ledger": "ledger/ledger.yaml"}, args=["migrate", "--yes"]),
        Want(
            cause=("bad-config",), says=("ConfigMap ledger", "/etc/ledger"), remedy=("below /etc/ledger",), sure=False
        ),
    ),
    "a-fault-of-a-program-that-was-told-of-its-configuration-is-the-codes": (
        lambda: dies(
            LOST,
            2,
            files={"/etc/ledger": "ledger/ledger.yaml"},
            args=["migrate", "--config", "/etc/ledger/ledger.yaml"],
        ),
        Want(cause=("app-crash",)),
    ),
    "a-fault-of-a-program-that-worked-meanwhile-is-the-codes": (
        lambda: dies(
            LOST.replace(
                "\npanic", "\nINFO serving orders\nINFO order 1 stored\nINFO order 2 stored\nINFO order 3 stored\npanic"
            ),
            2,
            files={"/etc/ledger": "ledger/ledger.yaml"},
            args=["migrate", "--yes"],
        ),
        Want(cause=("app-crash",)),
    ),
    "a-resource-that-the-api-does-not-serve-is-named-with-its-version": (
        lambda: dies(
            "E0909 07:21:31.204118 1 main.go:73] Failed to list v1 volumesnapshots with error=the server could not find the"
            " requested resource (get volumesnapshots.snapshot.storage.k8s.io)\nE0909 07:21:42.790022 1 main.go:92] Exiting"
            " due to failure to ensure CRDs exist during startup: timed out waiting for the condition"
        ),
        Want(
            cause=("cluster-prerequisite",),
            says=("needs v1 of volumesnapshots.snapshot.storage.k8s.io",),
            remedy=("get crd volumesnapshots.snapshot.storage.k8s.io",),
        ),
    ),
    "a-kind-that-a-line-misses-in-its-own-words-is-named": (
        lambda: dies("ERROR operator: LedgerPlan is not queryable; 404 page not found. Is the CRD installed?"),
        Want(cause=("cluster-prerequisite",), says=("kind LedgerPlan",)),
    ),
    "an-optional-kind-that-is-not-there-decides-nothing": (
        lambda: dies(
            "WARN operator: LedgerPlan CRD is not installed, support for this is disabled\n"
            "ERROR operator: cannot read the settings: LEDGER_HOST is not set",
            env={"OTHER": "x"},
        ),
        Want(cause=("bad-config",), says=("LEDGER_HOST",)),
    ),
    "a-rule-told-beforehand-is-no-complaint": (
        lambda: dies(
            "If a password is not provided, the setup will quit.\nNo custom admin password found. Please provide a"
            " password via"
            " the environment variable STORE_ADMIN_PASSWORD."
        ),
        Want(cause=("bad-config",), says=("STORE_ADMIN_PASSWORD",), never=("If a password",)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_kind(name):
    build, want = CASES[name]
    check(asked(build()), want)


def _service(world, name, port, selector):
    world.add("Service", name, spec={"clusterIP": "10.96.7.9", "selector": selector, "ports": [{"port": port}]})


def test_the_near_service_is_the_one_with_the_word_that_only_the_name_has():
    world = dies("java.net.UnknownHostException: app-hdfs\n\tat java.net.InetAddress.getAllByName(InetAddress.java:1)")
    _service(world, "app", 9083, {"app": "app"})
    _service(world, "app-postgresql", 5432, {"app": "pg"})
    _service(world, "hdfs-namenode", 8020, {"app": "hdfs"})
    told = asked(world)
    assert told.cause == "dependency-unavailable"
    assert "there is hdfs-namenode" in told.summary.replace("production/", "")
    assert "production/app and" not in told.summary
    assert "hdfs-namenode exists" in told.remedy.text


@pytest.mark.parametrize(
    ("spec", "log", "place"),
    [
        ({"args": ["--store=hdfs://app-hdfs:8020"]}, "starting", "args[0] of app"),
        (
            {"env": {"CORE_fs_defaultFS": "x"}},
            " - Setting fs.defaultFS=hdfs://app-hdfs:8020",
            "variable CORE_fs_defaultFS",
        ),
        ({"env": {"CORE_fs_defaultFS": "x"}}, " - Setting fs.defaultFS=hdfs://app-hdfs-2:8020", "its pod template"),
        ({"env": {"OTHER": "x"}}, " - Setting fs.defaultFS=hdfs://app-hdfs:8020", "its pod template"),
    ],
)
def test_where_the_address_is_given_is_told_when_the_log_or_an_argument_shows_it(spec, log, place):
    world = dies(
        f"{log}\njava.net.UnknownHostException: app-hdfs\n\tat java.net.InetAddress.lookup(InetAddress.java:1)", **spec
    )
    told = asked(world)
    assert told.cause == "dependency-unavailable"
    assert f" in {place}, or create" in told.remedy.text


def _evicted(usages, threshold="2146223340", available="1883424Ki"):
    using = "".join(
        f"Container {name} was using {size}, request is 10Mi, has larger consumption of ephemeral-storage. "
        for name, size in usages
    )
    message = f"The node was low on resource: ephemeral-storage. Threshold quantity: {threshold}, available: {available}. {using}"
    world = World()
    world.workload("app", c("app"), c("side"), statuses={"app": crash(137, ""), "side": up()})
    pod = next(iter(world.objects["Pod"]))
    pod["status"] |= {"phase": "Failed", "reason": "Evicted", "message": message}
    return world, f"pod/{pod['metadata']['name']}"


def test_an_eviction_names_the_container_that_used_most_and_the_node_where_that_is_nothing():
    world, pod = _evicted([("side", "10304Ki"), ("app", "52676Ki")])
    told = asked(world, pod)
    assert told.cause == "evicted"
    assert "container app used 52676Ki" in told.summary
    assert "too little to have filled the node" in told.summary
    assert "Free or enlarge the disk" in told.remedy.text
    assert "have it written to a claim" not in told.remedy.text


def test_a_few_megabytes_fill_no_node_where_the_message_names_no_threshold():
    world, pod = _evicted([("app", "108488Ki")])
    item = next(iter(world.objects["Pod"]))
    item["status"]["message"] = item["status"]["message"].replace(
        "Threshold quantity: 2146223340, available: 1883424Ki. ", ""
    )
    told = asked(world, pod)
    assert "container app used 108488Ki" in told.summary
    assert "Free or enlarge the disk" in told.remedy.text


def test_an_eviction_of_a_container_that_filled_the_node_is_its_own():
    world, pod = _evicted([("side", "10304Ki"), ("app", "9Gi")])
    told = asked(world, pod)
    assert "container app used 9Gi" in told.summary
    assert "too little" not in told.summary
    assert "have it written to a claim" in told.remedy.text


def _beside(reason):
    world = World()
    world.workload("app", c("app"), replicas=2, statuses={"app": up()})
    pod = world.objects["Pod"][1]
    pod["status"] |= {"phase": "Failed", "reason": reason, "message": "The node was low on resource: memory."}
    return asked(world), pod["metadata"]["name"]


def test_a_pod_that_was_evicted_and_replaced_is_told_of_beside_the_one_that_is_well():
    told, left = _beside("Evicted")
    assert told.cause == "healthy"
    assert f"Pod {left} was replaced (Evicted: " in told.summary
    assert "what is left of it is a record" in told.summary
    assert any("reason=Evicted" in item.quote for item in told.evidence)


REFUSES = "ERROR Configuration is invalid\n==========\n\nErrors:\n\n1) Configuration property 'web.user' was not used\n\n=========="


def _two_configmaps(*, shared):
    """A worker with two ConfigMaps; another workload that is well mounts the one that is named."""
    world = World()
    mounts = [{"name": name, "configMap": {"name": name}} for name in ("worker", "catalog")]
    other = {"volumes": [{"name": "x", "configMap": {"name": shared}}]}
    world.workload("main", c("main", mounts={"/x": "x"}), statuses={"main": up()}, spec=other)
    for name in ("worker", "catalog"):
        world.add("ConfigMap", name, data={"a.properties": "x"})
    return dies(
        REFUSES, 100, world=world, mounts={"/etc/a": "worker", "/etc/b": "catalog"}, pod_spec={"volumes": mounts}
    )


@pytest.mark.parametrize(("shared", "named"), [("catalog", "worker"), ("worker", "catalog")])
def test_of_two_configmaps_the_one_with_which_no_other_workload_is_well_is_meant(shared, named):
    told = asked(_two_configmaps(shared=shared))
    assert told.cause == "bad-config"
    assert f" of ConfigMap {named}, key a.properties" in told.remedy.text


def test_of_two_configmaps_that_nobody_else_reads_neither_is_named():
    told = asked(_two_configmaps(shared="else"))
    assert "ConfigMap" not in told.remedy.text.partition(";")[0]
