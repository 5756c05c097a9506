"""A remedy is filled from the objects at hand: the option, the image, the number, the other holder of a name."""

from __future__ import annotations

import pytest

from tests.composed.world import Status, World, c, crash, http, up
from tests.kinds.test_probes import REFUSED, killed
from tests.kinds.world import Want, asked, check, dies

CLAIM = {"persistentVolumeClaim": {"claimName": "data"}}


def exe(command, **spec):
    """An exec probe."""
    names = {"period": "periodSeconds", "failures": "failureThreshold", "delay": "initialDelaySeconds"}
    return {"exec": {"command": [command]}, "timeoutSeconds": 3, **{names[key]: value for key, value in spec.items()}}


def forbidden(namespace, resource="configmaps", verb="list", account="default"):
    return (
        f'panic: {resource} is forbidden: User "system:serviceaccount:production:{account}" cannot {verb} resource'
        f' "{resource}" in API group "" in the namespace "{namespace}"'
    )


ELSEWHERE = {
    "one word": dies(forbidden("shop-old"), 2, args=["--watch-namespace=shop-old", "--v=2"]),
    "two words": dies(forbidden("ops", "secrets", "get"), 2, command=["/keeper"], args=["--namespace", "ops"]),
    "in the command": dies(forbidden("stage", "leases", "create"), 1, command=["/bin/lead", "-n=stage"]),
    "a lease of its own": dies(
        forbidden("kube-system", "leases", "get"), 1, args=["--leader-elect-resource-namespace=kube-system"]
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_namespace_that_an_argument_names_is_asked_about_first(name):
    told = asked(ELSEWHERE[name])
    check(told, Want(cause=("dependency-auth-failed",), remedy=("of its arguments", "-n production auth can-i")))
    assert not any("create role" in command for command in told.remedy.commands)


@pytest.mark.parametrize("args", [["--v=2"], ["--namespace=production"], ["--cluster=shop-old.example"]])
def test_a_namespace_that_nothing_names_is_where_the_right_lacks(args):
    told = asked(dies(forbidden("shop-old"), 2, args=args))
    check(told, Want(cause=("dependency-auth-failed",), remedy=("create role",), never=("of its arguments",)))


UNKNOWN_DATA = {
    "alembic": "ERROR [flask_migrate] Error: Can't locate revision identified by '9b1c22f0aa10'\n",
    "golang-migrate": "error: no migration found for version 20240311: read down for version 20240311 .: file does not exist\n",
    "django": "django.db.migrations.exceptions.NodeNotFoundError: Migration shop.0042_lots dependencies reference"
    " nonexistent parent node ('shop', '0041_9f31c0de77ab')\n",
    "schema": "FATAL: schema version 9f31c0de77ab of the database is unknown to this release\n",
}


@pytest.mark.parametrize("name", UNKNOWN_DATA)
def test_the_image_that_ran_with_the_data_until_the_rollout_may_read_it(name):
    world = dies(UNKNOWN_DATA[name], volumes={"/data": CLAIM}, before={"image": "registry.example/app:1.9"})
    told = asked(world)
    check(told, Want(cause=("stale-state", "incompatible-data", None), never=("older code on a newer schema",)))
    assert told.advice("undo").helps is not False


def test_without_an_earlier_image_nothing_is_undone():
    told = asked(dies(UNKNOWN_DATA["alembic"], volumes={"/data": CLAIM}))
    check(told, Want(cause=("stale-state", "incompatible-data"), undo=False, never=("registry.example/app:1.9",)))


def unstartable(words, **spec):
    message = f"failed to create containerd task: OCI runtime create failed: unable to start container process: {words}"
    return dies("", 128, reason="StartError", message=message, lived=0, **spec)


OVERRIDDEN = {
    "a path": unstartable('exec: "/srv/run": stat /srv/run: no such file or directory: unknown', command=["/srv/run"]),
    "a name": unstartable(
        'exec: "gateway": executable file not found in $PATH: unknown', command=["gateway"], args=["-x"]
    ),
    "with arguments": unstartable(
        'exec: "/app": stat /app: no such file or directory: unknown', command=["/app", "-a"]
    ),
    "an entry script": unstartable(
        'exec: "/docker-entrypoint.sh": stat /docker-entrypoint.sh: no such file or directory: unknown',
        command=["/docker-entrypoint.sh"],
    ),
}


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_a_command_of_the_spec_that_the_image_lacks_may_go(name):
    told = asked(OVERRIDDEN[name])
    check(told, Want(cause=("bad-entrypoint",), remedy=("the image's own entrypoint", '"command":null')))


def test_an_entrypoint_of_the_image_is_not_taken_out_of_the_spec():
    told = asked(unstartable('exec: "/srv/run": stat /srv/run: no such file or directory: unknown'))
    check(told, Want(cause=("bad-entrypoint",), never=('"command":null',)))


def untrusted(host):
    return f'Get "https://{host}/v2/auth": tls: failed to verify certificate: x509: certificate signed by unknown authority'


PUBLIC = {
    "go": f"[ERROR] error initializing client: {untrusted('acme.keysafe.com')}",
    "go, with a port": f"fatal: {untrusted('api.billing.io:443')}",
    "python": "requests.exceptions.SSLError: HTTPSConnectionPool(host='hooks.chat.com', port=443): Max retries exceeded"
    " with url: /services (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate"
    " verify failed: unable to get local issuer certificate (_ssl.c:1006)')))",
    "rust": "Error: error sending request for url (https://registry.crates.io/v1): invalid peer certificate: UnknownIssuer"
    " (unable to verify: unknown authority)",
}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_host_wants_the_bundle_of_public_authorities(name):
    check(asked(dies(PUBLIC[name])), Want(cause=("tls-certificate",), remedy=("ca-certificates",)))


@pytest.mark.parametrize("host", ["vault.security.svc:8200", "10.96.4.9:6443", "registry.corp.internal", "git.lan"])
def test_a_host_of_ones_own_has_an_authority_of_its_own(host):
    check(asked(dies(f"fatal: {untrusted(host)}")), Want(cause=("tls-certificate",), never=("ca-certificates",)))


def link(log):
    world = World()
    ports = [{"port": 8082, "targetPort": 8082}]
    world.add("Service", "app", spec={"clusterIP": "10.96.3.3", "selector": {"app": "app"}, "ports": ports})
    return asked(dies(log, world=world))


REFUSED_LINKS = {
    "deprecated": "+ [[ -n tcp://10.96.3.3:8082 ]]\nAPP_PORT is deprecated. Please use APP_LISTENERS instead.\n+ exit 1\n",
    "no longer": "ERROR: APP_PORT=tcp://10.96.3.3:8082 is no longer supported, use APP_BIND\n",
    "removed": "fatal: environment variable APP_PORT (tcp://10.96.3.3:8082) was removed, set APP_ADDRESS instead\n",
}


@pytest.mark.parametrize("name", REFUSED_LINKS)
def test_a_variable_that_must_not_be_set_is_not_set_otherwise(name):
    told = link(REFUSED_LINKS[name])
    check(told, Want(cause=("bad-config",), remedy=("enableServiceLinks",), never=("which wins over",)))


def test_a_variable_whose_value_is_refused_may_be_set():
    told = link('Error: invalid value "tcp://10.96.3.3:8082" for APP_PORT: not a number\n')
    check(told, Want(cause=("bad-config",), remedy=("enableServiceLinks", "APP_PORT")))


FROZEN = {"securityContext": {"readOnlyRootFilesystem": True, "runAsUser": 1000}}
PROGRAM = {
    "next": "[Error: EROFS: read-only file system, open '/app/.next/server/pages/en.html'] {",
    "python": "OSError: [Errno 30] Read-only file system: '/srv/site/settings.pyc'",
    "ruby": "Errno::EROFS: Read-only file system @ rb_sysopen - /usr/src/app/Gemfile.lock",
}


@pytest.mark.parametrize("name", PROGRAM)
def test_no_empty_volume_is_mounted_over_the_program(name):
    told = asked(dies(PROGRAM[name], workingDir="/srv/site", **FROZEN))
    check(told, Want(cause=("permission-denied",), remedy=("hides",)))
    assert not any("emptyDir" in command for command in told.remedy.commands)


@pytest.mark.parametrize("path", ["/run/lock/session.lock", "/var/run/app/app.pid", "/app/cache/x.bin"])
def test_scratch_gets_a_volume_of_its_own(path):
    told = asked(dies(f"OSError: [Errno 30] Read-only file system: '{path}'", **FROZEN))
    check(told, Want(cause=("permission-denied",), never=("hides",)))
    assert any("emptyDir" in command for command in told.remedy.commands)


CHECKED = {
    "a unit": "/opt/check.sh failed check: systemctl -q is-active blockd.service",
    "a role": "ERROR: replication role is unknown, expected master or slave",
    "a count": "cluster size 1, want 3: not healthy",
}


@pytest.mark.parametrize("name", CHECKED)
def test_what_a_probes_command_found_wrong_is_looked_at_before_more_time_is_given(name):
    world = killed(
        "Starting supervisor\n",
        exe("/opt/check.sh", period=25, failures=5, delay=40),
        kind="liveness",
        lived=176,
        answer=CHECKED[name],
        restarts=11,
    )
    told = asked(world)
    check(told, Want(cause=("liveness-probe-failed",), remedy=("exec", "/opt/check.sh"), never=("how long it needs",)))


def test_a_command_that_was_not_answered_may_want_more_time():
    world = killed(
        "Starting\n", exe("/opt/ping", period=5, failures=3), kind="liveness", lived=20, answer="connection refused"
    )
    check(asked(world), Want(cause=("liveness-probe-failed",), remedy=("startupProbe",)))


WRITTEN = {
    "mariadb": "[ERROR] InnoDB: Unsupported redo log format. The redo log was created with MariaDB 10.5.4.",
    "postgres": "FATAL:  database files are incompatible with server\nDETAIL:  The data directory was initialized by"
    " PostgreSQL version 15, which is not compatible with this version 16.2.",
}


@pytest.mark.parametrize(("name", "version"), [("mariadb", "10.5.4"), ("postgres", "15")])
def test_the_version_that_wrote_the_data_is_set(name, version):
    told = asked(dies(WRITTEN[name], volumes={"/data": CLAIM}, kind="StatefulSet", image="docker.io/acme/db:16.2-r3"))
    check(told, Want(cause=("incompatible-data",), remedy=("set image", f"docker.io/acme/db:<tag of {version}>")))


def killed_for_memory(log, limit="4Gi", lived=400, restarts=6):
    return dies(log, 137, reason="OOMKilled", limit=limit, lived=lived, restarts=restarts)


WORKERS = {
    "celery": "[INFO] .> concurrency: 20 (prefork)\n[INFO] celery@app ready.\n",
    "gunicorn": "".join(f"[INFO] Booting worker with pid: {n}\n" for n in range(11, 27)),
    "uwsgi": "".join(f"spawned uWSGI worker {n} (pid: {n + 20}, cores: 1)\n" for n in range(1, 13)),
    "puma": "[1] Puma starting in cluster mode...\n[1] * Workers: 16\n[1] * Listening on http://0.0.0.0:3000\n",
}


@pytest.mark.parametrize(("name", "number"), [("celery", 20), ("gunicorn", 16), ("uwsgi", 12), ("puma", 16)])
def test_many_workers_are_told_beside_the_limit(name, number):
    check(asked(killed_for_memory(WORKERS[name])), Want(cause=("oom-killed",), remedy=(f"{number} workers",)))


def test_few_workers_are_no_reason():
    told = asked(killed_for_memory("[INFO] .> concurrency: 2 (prefork)\n"))
    check(told, Want(cause=("oom-killed",), never=("workers",)))


@pytest.mark.parametrize(
    ("limit", "lived", "wanted"), [("500Mi", 8, "2Gi"), ("256Mi", 5, "1Gi"), ("500Mi", 4000, "1Gi")]
)
def test_who_dies_in_its_start_needs_an_unknown_amount_more(limit, lived, wanted):
    told = asked(killed_for_memory("loading\n", limit=limit, lived=lived))
    check(told, Want(cause=("oom-killed",), remedy=(f"memory={wanted}",)))


OPTIONS = {
    "NODE_OPTIONS": "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    "JAVA_TOOL_OPTIONS": 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
}


@pytest.mark.parametrize("variable", OPTIONS)
def test_a_variable_that_holds_other_options_keeps_them(variable):
    told = asked(dies(OPTIONS[variable], 134, env={variable: "--enable-source-maps"}, limit="4Gi"))
    check(told, Want(cause=("heap-exhausted",), remedy=(f'{variable}="$(kubectl',), never=("replaces it whole",)))


@pytest.mark.parametrize("variable", OPTIONS)
def test_a_variable_that_is_not_set_is_just_set(variable):
    told = asked(dies(OPTIONS[variable], 134, limit="4Gi"))
    check(told, Want(cause=("heap-exhausted",), never=("$(kubectl",)))


def holder(port, *, declared=False, args=(), network=True):
    """Another pod of node-1 that has the port of the node's network by its arguments or its declaration."""
    world = World()
    spec = {"args": list(args)}
    if declared:
        spec["ports"] = [port]
    world.workload(
        "other", c("exporter", **spec), statuses={"exporter": up()}, kind="DaemonSet", spec={"hostNetwork": network}
    )
    return asked(
        dies(f"listen tcp 0.0.0.0:{port}: bind: address already in use", world=world, pod_spec={"hostNetwork": True})
    )


@pytest.mark.parametrize(
    "made",
    [
        {"args": ["--web.listen-address=0.0.0.0:9100"]},
        {"args": ["--listen", ":9100"]},
        {"args": ["--port=9100"]},
        {"declared": True},
    ],
)
def test_the_pod_that_has_the_port_of_the_node_is_named(made):
    check(holder(9100, **made), Want(cause=("port-conflict",), remedy=("Pod production/other",)))


@pytest.mark.parametrize("made", [{"args": ["--upstream=10.0.0.1:19100"]}, {"args": ["--port=9100"], "network": False}])
def test_a_pod_that_has_it_not_is_not_accused(made):
    check(holder(9100, **made), Want(cause=("port-conflict",), never=("production/other",)))


DIRTY = "error: Dirty database version 17. Fix and force version."
LEFT = "FATAL: lock file /data/app.lock is left over from another run; remove it to start"


def test_what_only_the_log_speaks_for_takes_no_pod_away():
    told = asked(dies(DIRTY))
    check(told, Want(cause=("stale-state",), sure=False, never=("--replicas=0", "Scaled to 0")))


REPEATED = {
    "debug": '{"event": "Loaded related module", "level": "debug", "module": "tenants.signals"}',
    "info": "INFO  scanning plugin directory for extensions",
    "plain": "registered handler for topic orders",
}


@pytest.mark.parametrize("name", REPEATED)
def test_what_complains_of_nothing_is_not_to_be_mended(name):
    world = killed(
        f"{REPEATED[name]}\n" * 18,
        exe("/app/health", period=10, failures=3, delay=5),
        lived=36,
        answer="stat /dev/shm/worker: no such file or directory",
        restarts=9,
    )
    told = asked(world)
    check(told, Want(cause=("startup-probe-failed",), never=("Mend what its log says", "waits for others")))


@pytest.mark.parametrize(("cpu", "told"), [("250m", True), ("0.2", True), ("2", False)])
def test_a_small_cpu_limit_is_told_where_a_start_is_slow(cpu, told):
    world = killed(
        "compressing assets\n",
        http("/", 8000, period=10, failures=3, delay=15),
        kind="liveness",
        lived=46,
        answer=REFUSED.format(port=8000),
        resources={"limits": {"cpu": cpu, "memory": "512Mi"}},
    )
    assert (f"CPU limit of {cpu}" in asked(world).remedy.text) is told


@pytest.mark.parametrize(
    ("log", "env", "limit", "follows"),
    [
        (OPTIONS["NODE_OPTIONS"], {}, "512Mi", True),
        (OPTIONS["JAVA_TOOL_OPTIONS"], {}, "8Gi", True),
        (OPTIONS["NODE_OPTIONS"], {}, "8Gi", False),
        (
            "PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)",
            {},
            "512Mi",
            False,
        ),
    ],
)
def test_whether_a_heap_follows_the_limit_is_told_by_the_runtime(log, env, limit, follows):
    told = asked(dies(log, 134, env=env, limit=limit))
    check(told, Want(cause=("heap-exhausted",)))
    assert ("a higher limit raises the heap too" in told.remedy.text) is follows
    assert ("may not help" in told.remedy.text) is not follows


def test_the_remedy_of_a_long_chain_names_its_root_once():
    world = World()
    secret = {"TOKEN": {"valueFrom": {"secretKeyRef": {"name": "keys", "key": "token"}}}}
    waiting = {"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "keys" not found'}}
    world.workload("store", c("store", env=secret), statuses={"store": Status(waiting)})
    world.workload(
        "api",
        c("api"),
        statuses={"api": crash(1, "fatal: dial tcp 10.96.0.2:9000: connect: connection refused", shape="backoff")},
    )
    for number, name in enumerate(("store", "api"), start=2):
        ports = [{"port": 9000, "targetPort": 9000}]
        world.add("Service", name, spec={"clusterIP": f"10.96.0.{number}", "selector": {"app": name}, "ports": ports})
    told = asked(dies("fatal: dial tcp 10.96.0.3:9000: connect: connection refused", world=world))
    check(told, Want(cause=("dependency-unavailable",), remedy=("secret keys",)))
    assert told.remedy.text.lower().count(" first: ") == 1
    assert "production/store" in told.remedy.text
