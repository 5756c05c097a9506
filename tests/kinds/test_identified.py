"""What the fatal line names is looked up in the objects: settings, options, credentials, capabilities, the kernel, tags.

Each kind has programs that differ in everything but the kind, and twins in which the look-up must stay silent.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.composed.world import World, c, http, secret, waits
from tests.kinds.world import Want, asked, check, dies

CLAIM = {"persistentVolumeClaim": {"claimName": "data"}}


def reads(log: str, path: str, text: str, *, name: str = "settings", **spec: Any) -> World:
    """A program that dies with the log, with a ConfigMap's file mounted at the path."""
    world = World()
    key = path.rpartition("/")[2]
    world.add("ConfigMap", name, data={key: text})
    volumes = [{"name": "conf", "configMap": {"name": name}}]
    mounts = {path.rpartition("/")[0]: "conf"}
    return dies(log, world=world, pod_spec={"volumes": volumes}, mounts=mounts, **spec)


MISSPELT = {
    "yaml, haskell": (
        'service: user error (AesonException "Error in $.settings.flags: key \\"searchVisibility\\" not found")',
        "/etc/svc/svc.yaml", "settings:\n  flags:\n    searchVisibilty: off\n", "searchVisibilty",
    ),
    "ini, python": (
        "configparser.NoOptionError: No option 'retention_days' in section: 'archive'",
        "/etc/archive/archive.ini", "[archive]\nretension_days = 3\n", "retension_days",
    ),
    "json, node": (
        'Error: config validation failed: "listenPort" is required', "/conf/server.json",
        '{"server": {"listenProt": 8080}}', "listenProt",
    ),
    "properties, java": (
        'org.acme.ConfigException: Missing required configuration "bootstrap.servers" which has no default value.',
        "/opt/relay/relay.properties", "bootstrap.server=kafka:9092\ngroup.id=a\n", "bootstrap.server",
    ),
    "toml, rust": (
        'Error: missing field `data_directory` for key "default" at line 3 column 1', "/etc/store/store.toml",
        "data_dirctory = '/data'\n", "data_dirctory",
    ),
    "yaml, unknown key": (
        "fatal: yaml: unmarshal errors: line 4: field retentoin not found in type config.Limits", "/etc/c/c.yaml",
        "limits:\n  retentoin: 3d\n", "retentoin",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISSPELT)
def test_a_key_that_a_mounted_file_spells_otherwise(name):
    log, path, text, found = MISSPELT[name]
    check(asked(reads(log, path, text)), Want(cause=("bad-config",), remedy=(found, "settings")))


@pytest.mark.parametrize("text", ["limits:\n  other: 1\n", "", "retention: on\nsearch: 5\n"])
def test_a_file_without_a_like_key_is_not_said_to_misspell(text):
    log = 'Error: config validation failed: "listenPort" is required'
    check(asked(reads(log, "/conf/server.yaml", text)), Want(cause=("bad-config",), never=("spell",)))


NAMED_VARIABLE = {
    "option list": ('❌ You provided an invalid option for the environment variable "TLS_MODE". Valid options are "off" or "on".', {"TLS_MODE": "OFF"}, "TLS_MODE"),
    "go": ('panic: strconv.ParseBool: parsing "": invalid syntax: METRICS_ENABLED', {"METRICS_ENABLED": ""}, "METRICS_ENABLED"),
    "shell": ("entrypoint.sh: line 9: ERROR: value of WORKER_COUNT must be one of 1 2 4", {"WORKER_COUNT": "3"}, "WORKER_COUNT"),
    "python": ("ValueError: LOG_FORMAT should be one of ['json', 'text']", {"LOG_FORMAT": "jsn"}, "LOG_FORMAT"),
    "node": ("Error: Unsupported value for env variable CACHE_DRIVER: expected redis|memory", {"CACHE_DRIVER": "rdis"}, "CACHE_DRIVER"),
    "rust": ('Error: unrecognized value in environment variable "RUST_PROFILE_KIND", allowed values: fast, slow', {"RUST_PROFILE_KIND": "x"}, "RUST_PROFILE_KIND"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED_VARIABLE)
def test_a_variable_that_the_line_names_is_what_is_corrected(name):
    log, env, variable = NAMED_VARIABLE[name]
    check(asked(dies(log, env=env)), Want(cause=("bad-config",), says=(variable,), remedy=(variable, "set env")))


PLACEHOLDER = {
    "rust client": ("thread 'main' panicked at src/meta.rs:9: dns error: failed to lookup address information: Name or service not known",
                    {"META_STORE_ENDPOINTS": "REPLACE-WITH-YOUR-ETCD-ENDPOINT:2379"}, {}, "META_STORE_ENDPOINTS"),
    "go client": ('level=fatal msg="dial tcp: lookup your-database-host: no such host"', {"DB_HOST": "your-database-host"}, {}, "DB_HOST"),
    "node client": ("Error: getaddrinfo ENOTFOUND <redis-host>", {"REDIS_URL": "redis://<redis-host>:6379"}, {}, "REDIS_URL"),
    "argument": ("Error: dial tcp: lookup CHANGEME: no such host", {}, {"args": ["--upstream=CHANGEME:9000"]}, "--upstream"),
    "python key": ("sentry_sdk.utils.BadDsn: Unsupported scheme ''", {"SENTRY_DSN": "<YOUR_SENTRY_DSN>", "MODE": "x"}, {}, "SENTRY_DSN"),
    "token": ("Error: 401 Unauthorized: invalid API token", {"VENDOR_API_TOKEN": "changeme", "REGION": "eu"}, {}, "VENDOR_API_TOKEN"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACEHOLDER)
def test_a_placeholder_that_was_never_replaced(name):
    log, env, spec, where = PLACEHOLDER[name]
    told = asked(dies(log, env=env, **spec))
    check(told, Want(cause=("bad-config", "dependency-unavailable", "dependency-auth-failed"), remedy=(where, "placeholder"),
                     never=("reach information", "hosts block")))  # fmt: skip


UNTOUCHED = {
    "a real host": ("Error: getaddrinfo ENOTFOUND redis.shop.internal", {"REDIS_URL": "redis://redis.shop.internal:6379"}),
    "another trouble": ("FATAL: disk full: no space left on device", {"EXAMPLE": "changeme"}),
    "a plain angle": ("panic: nil map", {"QUERY": "a < b and c > d"}),
}  # fmt: skip


@pytest.mark.parametrize("name", UNTOUCHED)
def test_no_placeholder_is_seen_where_none_matters(name):
    log, env = UNTOUCHED[name]
    assert "placeholder" not in asked(dies(log, env=env)).remedy.text


QUOTED = {
    "go json": ("clustering failure: error reading DNS configuration: invalid character '\\'' looking for beginning of value",
                {"args": ["-bootstrap-expect", "3", "-disco-config='{\"name\":\"svc\"}'"]}, "-disco-config"),
    "node json": ("SyntaxError: Unexpected token ' in JSON at position 0\n    at JSON.parse (<anonymous>)\n    at load (/app/a.js:3:9)",
                  {"args": ["--options", "'{\"a\":1}'"]}, "--options"),
    "python json": ("json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)", {"args": ["--labels='{\"a\": 1}'"]}, "--labels"),
    "a number": ("Error: invalid argument \"'8080'\" for \"--port\" flag: strconv.ParseInt: parsing \"'8080'\": invalid syntax",
                 {"args": ["--port='8080'"]}, "--port"),
    "a url": ('Error: parse "\\"http://store:9000\\"": first path segment in URL cannot contain colon',
              {"args": ['--store="http://store:9000"']}, "--store"),
    "a variable": ('Error: parse "\\"https://hub:9000\\"": first path segment in URL cannot contain colon',
                   {"env": {"HUB_URL": '"https://hub:9000"'}}, "HUB_URL"),
}  # fmt: skip


@pytest.mark.parametrize("name", QUOTED)
def test_the_quotes_of_a_shell_in_an_argument(name):
    log, spec, where = QUOTED[name]
    told = asked(dies(log, **spec))
    check(told, Want(cause=("bad-config",), remedy=(where, "quote"), never=("CoreDNS",)))


@pytest.mark.parametrize(
    ("log", "args"),
    [
        ("SyntaxError: Unexpected token < in JSON at position 0", ["--a=1"]),
        ("Error: invalid character '\\'' looking for beginning of value", ["--a={}"]),
        ("FATAL: no such table: users", ["--title='x'"]),
    ],
)
def test_no_quotes_are_blamed_that_are_not_there(log, args):
    assert "quote" not in asked(dies(log, args=args)).remedy.text.lower()


def definition(world: World, plural: str, group: str) -> None:
    versions = [{"name": "v1", "served": True, "storage": True}]
    made = world.add("CustomResourceDefinition", f"{plural}.{group}", spec={"group": group, "versions": versions})
    del made["metadata"]["namespace"]


WATCHED = {
    "caches": ("error starting manager: failed to wait for analysisrun caches to sync: timed out waiting for cache to be synced", "analysisrun"),
    "kind source": ('{"level":"error","msg":"Could not wait for Cache to sync","controller":"widget","error":"failed to wait for widget caches to sync: timed out waiting for cache to be synced for Kind *v1.Widget"}', "widget"),
    "kind is missing": ('panic: unable to create controller: no matches for kind "Gadget" in version "acme.example/v1"', "Gadget"),
    "resource": ("E1122 reflector.go:150] Failed to watch *v1beta1.Lamp: the server could not find the requested resource (get lamps.home.example)\nF1122 main.go:9] the server could not find the requested resource (get lamps.home.example)", "lamps.home.example"),
    "informer": ("fatal: failed to sync informers: timed out waiting for caches to sync for pipelines.ci.example", "pipelines.ci.example"),
    "kind source 2": ('setup problem running manager {"error": "failed to wait for bucketclaim caches to sync kind source: *v1alpha1.BucketClaim: timed out waiting for cache to be synced"}', "bucketclaim"),
}  # fmt: skip


@pytest.mark.parametrize("name", WATCHED)
def test_a_kind_that_is_not_among_the_definitions(name):
    log, kind = WATCHED[name]
    world = World()
    definition(world, "applications", "argo.example")
    told = asked(dies(log, lived=121, world=world))
    check(told, Want(cause=("cluster-prerequisite",), says=(kind,), remedy=(kind, "CustomResourceDefinition"),
                     never=("addresses",)))  # fmt: skip


def test_a_kind_that_is_served_may_lack_its_right():
    world = World()
    definition(world, "analysisruns", "argoproj.example")
    told = asked(dies(WATCHED["caches"][0], lived=121, world=world))
    check(told, Want(cause=("cluster-prerequisite", "dependency-auth-failed", "dependency-unavailable", None), sure=False,
                     never=("Install the CustomResourceDefinition",)))  # fmt: skip


def bound(
    world: World, role: str, subject: str, *, resource: str = "widgets", group: str = "acme.example", scoped: str = ""
) -> None:
    rules = [{"apiGroups": [group], "resources": [resource], "verbs": ["get", "list", "watch"]}]
    kind = "Role" if scoped else "ClusterRole"
    objects = [
        world.add(kind, role, scoped or "production", rules=rules),
        world.add(f"{kind}Binding", role, scoped or "production", roleRef={"kind": kind, "name": role},
                  subjects=[{"kind": "ServiceAccount", "name": subject.partition("/")[2], "namespace": subject.partition("/")[0]}]),
    ]  # fmt: skip
    if not scoped:
        for item in objects:
            del item["metadata"]["namespace"]


def may_not(
    resource: str = "widgets", group: str = "acme.example", where: str = "at the cluster scope", account: str = "keeper"
) -> str:
    return (f'F1122 main.go:7] failed to list: {resource}.{group} is forbidden: User "system:serviceaccount:production:{account}"'
            f' cannot list resource "{resource}" in API group "{group}" {where}')  # fmt: skip


@pytest.mark.parametrize("other", ["widget-system/keeper", "default/keeper", "keeper/keeper"])
def test_a_binding_whose_subject_is_in_another_namespace(other):
    world = World()
    bound(world, "keeper-role", other)
    told = asked(dies(may_not(), 255, world=world, pod_spec={"serviceAccountName": "keeper"}))
    check(
        told,
        Want(
            cause=("dependency-auth-failed",), remedy=("keeper-role", "production", other.partition("/")[0], "subject")
        ),
    )


@pytest.mark.parametrize(
    ("role", "subject", "resource"),
    [
        ("other", "production/someone", "widgets"),
        ("keeper", "production/keeper", "gadgets"),
        ("x", "default/other", "gadgets"),
    ],
)
def test_without_such_a_binding_the_right_is_given(role, subject, resource):
    world = World()
    bound(world, role, subject, resource=resource)
    told = asked(dies(may_not(), 255, world=world, pod_spec={"serviceAccountName": "keeper"}))
    check(told, Want(cause=("dependency-auth-failed",), remedy=("widgets",), never=("its subject",)))


UNASKED = {
    "mongo": "terminate called: OperationFailure: command listDatabases requires authentication, code: 13, codeName: Unauthorized",
    "redis": "redis.exceptions.AuthenticationError: NOAUTH Authentication required.",
    "elastic": 'fatal: 401 Unauthorized: {"error":{"type":"security_exception","reason":"missing authentication credentials for REST request [/]"}}',
    "nats": "panic: nats: Authorization Violation: authentication required",
    "rabbit": "FATAL: 401 not_authorised: no credentials given, authentication required",
    "postgres": "FATAL:  no password supplied: fe_sendauth: no password supplied",
}  # fmt: skip


@pytest.mark.parametrize("name", UNASKED)
def test_a_server_that_asks_for_a_login_where_none_is_given(name):
    told = asked(dies(UNASKED[name], env={"STORE_HOST": "store", "STORE_NAME": "orders"}, args=["-dbhost", "store"]))
    check(
        told,
        Want(
            cause=("dependency-auth-failed",),
            remedy=("no credential", "Secret"),
            never=("on both sides", "refused at getoriondatabases"),
        ),
    )


@pytest.mark.parametrize(
    ("log", "env"),
    [
        (UNASKED["redis"], {"REDIS_PASSWORD": secret("cache", "password")}),
        ('FATAL: password authentication failed for user "shop" (SQLSTATE 28P01)', {"DB_HOST": "store"}),
        (UNASKED["mongo"], {"MONGO_URI": secret("mongo", "uri")}),
    ],
)
def test_where_a_credential_is_given_or_refused_it_is_not_said_to_lack(log, env):
    told = asked(dies(log, env=env))
    check(told, Want(cause=("dependency-auth-failed",), never=("no credential",)))


BARRED = {
    "supervisor": ("supervisor: couldn't setuid to 1000: Could not set groups of effective user\n2024-04-19 08:42:45,478 INFO gave up: worker entered FATAL state", ["SETUID", "SETGID"], "SETGID"),
    "su-exec": ("su-exec: setgroups(0): Operation not permitted", ["ALL"], "SETGID"),
    "gosu": ('error: failed switching to "redis": operation not permitted', ["ALL"], "SETUID"),
    "chown": ("chown: changing ownership of '/data': Operation not permitted", ["ALL"], "CHOWN"),
    "nginx": ('nginx: [emerg] chown("/var/cache/nginx/client_temp", 101) failed (1: Operation not permitted)', ["ALL"], "CHOWN"),
    "postfix": ("fatal: setgid 101: initgroups failed: Operation not permitted", ["SETGID", "MKNOD"], "SETGID"),
}  # fmt: skip


@pytest.mark.parametrize("name", BARRED)
def test_a_capability_that_was_dropped(name):
    log, dropped, capability = BARRED[name]
    told = asked(dies(log, securityContext={"runAsUser": 0, "capabilities": {"drop": dropped}}))
    check(told, Want(cause=("permission-denied", "security-context-denied"), remedy=(capability, "capabilities"),
                     never=("daemon mode",)))  # fmt: skip


@pytest.mark.parametrize(
    "context",
    [{"runAsUser": 0}, {"runAsUser": 0, "capabilities": {"drop": ["ALL"], "add": ["CHOWN", "SETUID", "SETGID"]}}],
)
def test_a_capability_that_is_there_is_not_given_again(context):
    told = asked(dies(BARRED["chown"][0], securityContext=context))
    assert "capabilities" not in " ".join(told.remedy.commands)


def on_kernel(log: str, kernel: str) -> World:
    world = World()
    world.add("Node", "node-1", status={"nodeInfo": {"kernelVersion": kernel, "osImage": "CentOS Linux 7 (Core)", "architecture": "amd64"},
                                        "conditions": [{"type": "Ready", "status": "True"}]})  # fmt: skip
    return dies(log, world=world)


OLD_KERNEL = {
    "cgroup namespace": "nsenter: cannot open /proc/1/ns/cgroup: No such file or directory",
    "cgroup namespace, go": 'time="x" level=fatal msg="open /proc/self/ns/cgroup: no such file or directory"',
    "btf": "fatal: load program: open /sys/kernel/btf/vmlinux: no such file or directory",
    "btf, text": "Error: kernel without BTF support: /sys/kernel/btf/vmlinux: no such file or directory",
    "pressure": "panic: open /proc/pressure/memory: no such file or directory",
    "time namespace": "fatal: stat /proc/self/ns/time: no such file or directory",
}


@pytest.mark.parametrize("name", OLD_KERNEL)
def test_a_kernel_older_than_what_the_program_opens(name):
    told = asked(on_kernel(OLD_KERNEL[name], "3.10.0-1127.el7.x86_64"))
    check(told, Want(cause=("node-prerequisite",), remedy=("3.10.0", "newer kernel"), never=("kernel module",)))


@pytest.mark.parametrize("name", ["cgroup namespace", "pressure"])
def test_a_kernel_that_is_new_enough_is_not_called_old(name):
    assert "newer kernel" not in asked(on_kernel(OLD_KERNEL[name], "6.1.0-28-amd64")).remedy.text


MOVED = {
    "go": ("flag provided but not defined: -rate-interval", ["--rate-interval=5m"]),
    "cobra": ("Error: unknown flag: --enable-leader", ["--enable-leader"]),
    "python": ("usage: app [-h]\napp: error: unrecognized arguments: --pool", ["--pool"]),
    "rust": ("error: unexpected argument '--fast' found", ["--fast"]),
    "java": ("Error: Unknown option: '--legacy'", ["--legacy"]),
    "node": ("error: unknown option '--watch-all'", ["--watch-all"]),
}


@pytest.mark.parametrize("name", MOVED)
@pytest.mark.parametrize(
    ("image", "said"), [("registry.example/app:latest", True), ("registry.example/app:2.0", False)]
)
def test_an_option_that_a_floating_tag_lost(name, image, said):
    log, args = MOVED[name]
    told = asked(dies(log, 2, args=args, image=image, imagePullPolicy="Always"))
    check(told, Want(cause=("bad-config",), remedy=("pin",) if said else (), never=() if said else ("pin",)))


NO_HOST = {
    "rust resolver": "thread 'main' panicked at src/a.rs:3: dns error: failed to lookup address information: Name or service not known",
    "a caller": "FATAL: command listDatabases requires authentication (Unauthorized) from caller getOrionDatabases:496",
    "python resolver": "socket.gaierror: [Errno -2] Name or service not known",
    "prose": "fatal: connection refused while contacting remote server",
    "temporary": "Error: failed to lookup address information: Temporary failure in name resolution",
    "a place": "fatal: connect failed at reconnectLoop:88: connection refused",
}


@pytest.mark.parametrize("name", NO_HOST)
def test_a_word_of_prose_is_no_host(name):
    told = asked(dies(NO_HOST[name]))
    words = (
        "reach information",
        "service information",
        "refused at getoriondatabases",
        "reach remote",
        "reach server",
        "reach reconnectloop",
        "reach temporary",
    )
    check(told, Want(cause=("dependency-unavailable", "dependency-auth-failed", None), never=words, sure=False))


@pytest.mark.parametrize(
    "log",
    [
        "Error: dial tcp: lookup ledger-db: no such host",
        "fatal: connection refused: ledger-db:5432",
        "Error: connect ECONNREFUSED ledger-db:5432",
    ],
)
def test_a_host_that_is_one_is_named(log):
    world = World()
    world.add("Service", "other", spec={"clusterIP": "10.96.0.9", "ports": [{"port": 80}], "selector": {"app": "x"}})
    check(asked(dies(log, world=world)), Want(cause=("dependency-unavailable",), says=("ledger-db",)))


def served_by(log: str, port: int, *, scheme: str = "HTTP", answer: str = "") -> World:
    probe = {**http("/healthz", port), "timeoutSeconds": 5}
    probe["httpGet"]["scheme"] = scheme
    world = dies(log, 0, reason="Completed", lived=40, start=probe, ports=[port])
    for pod in world.objects["Pod"]:
        told = {"type": "Warning", "involvedObject": {"kind": "Pod", "name": pod["metadata"]["name"], "namespace": "production", "uid": pod["metadata"]["uid"],
                                                      "fieldPath": "spec.containers{app}"},
                "firstTimestamp": "2026-11-22T03:00:00Z", "count": 12}  # fmt: skip
        world.add("Event", "probe", reason="Unhealthy", message=answer, lastTimestamp="2026-11-22T03:10:40Z", **told)
        world.add("Event", "kill", reason="Killing", message="Container app failed startup probe, will be restarted",
                  lastTimestamp="2026-11-22T03:10:48Z", **{**told, "type": "Normal"})  # fmt: skip
    return world


PLAIN_TO_TLS = {
    "eof": ("Listening on https://localhost:443\nRunning", 'Startup probe failed: Get "http://10.1.0.4:443/healthz": EOF'),
    "malformed": ("serving TLS on :8443", 'Startup probe failed: Get "http://10.1.0.4:8443/healthz": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"'),
    "400": ("started HTTPS listener on 0.0.0.0:9443", "Startup probe failed: HTTP probe failed with statuscode: 400"),
    "reset": ("Now listening on: https://[::]:8443", 'Startup probe failed: Get "http://10.1.0.4:8443/healthz": read tcp 10.1.0.1:51002->10.1.0.4:8443: read: connection reset by peer'),
    "go tls": ("http: TLS handshake error from 10.1.0.1:40122: client sent an HTTP request to an HTTPS server", "Startup probe failed: HTTP probe failed with statuscode: 400"),
    "java": ("Tomcat started on port(s): 8443 (https) with context path ''", 'Startup probe failed: Get "http://10.1.0.4:8443/healthz": EOF'),
}  # fmt: skip


@pytest.mark.parametrize("name", PLAIN_TO_TLS)
def test_a_probe_without_tls_at_a_port_that_speaks_it(name):
    log, answer = PLAIN_TO_TLS[name]
    port = 443 if ":443" in answer else 9443 if "9443" in log else 8443
    told = asked(served_by(log, port, answer=answer))
    check(told, Want(cause=("startup-probe-failed",), remedy=("scheme", "HTTPS"), never=("does its duty",)))


def textual(names: tuple[str, ...]) -> World:
    world = World()
    message = "container has runAsNonRoot and image has non-numeric user (nobody), cannot verify user is non-root"
    status = waits("CreateContainerConfigError", message)
    world.workload("app", *(c(name) for name in names), statuses=dict.fromkeys(names, status), kind="StatefulSet",
                   spec={"securityContext": {"runAsNonRoot": True}})  # fmt: skip
    return world


@pytest.mark.parametrize("names", [("app", "reloader"), ("app", "one", "two"), ("a", "b")])
def test_all_containers_of_one_fault_are_mended_at_the_pod(names):
    told = asked(textual(names))
    check(told, Want(cause=("security-context-denied",), remedy=("runAsUser", '"securityContext":{"run')))
    patches = [command for command in told.remedy.commands if " patch " in command]
    assert patches, told.remedy
    assert all('"containers"' not in command for command in patches), patches


def test_a_single_container_is_mended_by_itself():
    told = asked(textual(("app",)))
    assert any('"containers"' in command for command in told.remedy.commands), told.remedy


def operated(log: str, api: str, kind: str) -> World:
    world = dies(log, kind="StatefulSet", env={"MODE": "x", "LEDGER_PORT": "x"})
    owner = {"apiVersion": api, "kind": kind, "name": "main", "uid": "u-1", "controller": True}
    world.objects["StatefulSet"][0]["metadata"]["ownerReferences"] = [owner]
    return world


@pytest.mark.parametrize(
    ("api", "kind"),
    [("monitoring.example/v1", "Prometheus"), ("db.example/v1", "PostgresCluster"), ("kafka.example/v1beta2", "Kafka")],
)
@pytest.mark.parametrize(
    "log", ["panic: required environment variable LEDGER_REGION is not set", "FATAL: LEDGER_PORT is not a number"]
)
def test_what_a_custom_resource_operates_is_mended_there(api, kind, log):
    told = asked(operated(log, api, kind), "statefulset/app")
    check(told, Want(cause=("bad-config",), remedy=(f"{kind} main", "operator")))


ON_A_CLAIM = {
    "json": "ERROR localEp host:6030 is different from that in /var/lib/store/node/endpoints.json and need reconfigured",
    "wal": "fatal: could not replay /var/lib/store/wal/000012: record of unknown type",
    "meta": "FATAL: /var/lib/store/meta.db holds node id 3, expected 1",
    "lock": "Error: /var/lib/store/raft/peers.json holds an unexpected set of peers",
    "journal": "fatal: journal at /var/lib/store/journal is not in the state it should be",
    "plugin": "LoadError: cannot load plugin /var/lib/store/plugins/up: dependency left out",
}  # fmt: skip


@pytest.mark.parametrize("name", ON_A_CLAIM)
def test_what_lies_on_a_claim_is_no_matter_of_the_image(name):
    told = asked(
        dies(ON_A_CLAIM[name], volumes={"/var/lib/store": CLAIM}, before={"image": "registry.example/app:1.9"})
    )
    remedy = f"{told.remedy.text} {' '.join(told.remedy.commands)}"
    assert "claim data" in remedy, (told.cause, told.summary, remedy)


@pytest.mark.parametrize("name", ON_A_CLAIM)
def test_what_lies_in_the_image_is_no_matter_of_a_claim(name):
    told = asked(dies(ON_A_CLAIM[name]))
    assert "claim" not in f"{told.remedy.text} {' '.join(told.remedy.commands)}".lower(), told.remedy
