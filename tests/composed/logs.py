"""Scenarios of what only the output tells: where a value came from, whose port it was, which service was meant."""

from __future__ import annotations

from typing import Any

from tests.composed.world import Truth, World, c, crash, ended, up

IMAGE = "registry.example/app:2.0"
_REFUSED = "dial tcp 127.0.0.1:{}: connect: connection refused"


def _dies(
    log: str,
    *,
    code: int = 1,
    env: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
    world: World | None = None,
    **spec: Any,
) -> World:
    """One deployment ``app`` that dies with this output; ``before``: the variables of the revision before."""
    w = world or World()
    earlier = None if before is None else [{"containers": [c("app", IMAGE, env=before, **dict(spec))]}]
    message = spec.pop("message", "")
    volumes = spec.pop("volumes", None)
    w.workload(
        "app",
        c("app", IMAGE, env=env or {}, **spec),
        statuses={"app": crash(code, log, shape="backoff", message=message)},
        earlier=earlier,
        spec={"volumes": volumes} if volumes else None,
    )
    return w


def _truth(cause: str, *cite: str, never: tuple[str, ...] = (), undo: bool = False) -> Truth:
    return Truth("deployment/app", cause, "app", cite, never, undo=undo)


# --- where a value came from ------------------------------------------------------------------------------------------


def node_reads_an_unset_variable():
    log = (
        "/app/kafka.js:3\nconst brokers = process.env.KAFKA_BROKERS.split(',');\n"
        "                                           ^\n\n"
        "TypeError: Cannot read properties of undefined (reading 'split')\n    at Object.<anonymous> (/app/kafka.js:3:44)\n\nNode.js v20.18.0"
    )
    w = _dies(log, env={"NODE_ENV": "production"}, before={"NODE_ENV": "production", "KAFKA_BROKERS": "k:9092"})
    return _truth("bad-config", "KAFKA_BROKERS", never=("app-crash",), undo=True), w


def ruby_reads_an_unset_variable():
    log = (
        "/app/boot.rb:4:in `<main>': undefined method `split' for nil (NoMethodError)\n\n"
        'hosts = ENV["SEARCH_HOSTS"].split(",")\n                           ^^^^^^'
    )
    return _truth("bad-config", "SEARCH_HOSTS", never=("app-crash",)), _dies(log, env={"RAILS_ENV": "production"})


def python_converts_an_empty_variable():
    log = (
        'Traceback (most recent call last):\n  File "/app/main.py", line 7, in <module>\n'
        '    WORKERS = int(os.environ["WORKERS"])\n              ^^^^^^^^^^^^^^^^^^^^^^^^^^\n'
        "ValueError: invalid literal for int() with base 10: ''"
    )
    return _truth("bad-config", "WORKERS", never=("app-crash",)), _dies(log, env={"WORKERS": ""})


def python_none_of_its_own_data():
    log = (
        'Traceback (most recent call last):\n  File "/app/main.py", line 7, in total\n    return int(row["amount"])\n'
        "TypeError: int() argument must be a string, a bytes-like object or a real number, not 'NoneType'"
    )
    return _truth("app-crash", "NoneType", never=("bad-config",)), _dies(log, env={"REGION": "eu"})


def python_variable_is_set_and_the_code_is_wrong():
    log = (
        'Traceback (most recent call last):\n  File "/app/main.py", line 7, in <module>\n'
        '    users = lookup(os.environ.get("REGION")).names\n'
        "AttributeError: 'NoneType' object has no attribute 'names'"
    )
    return _truth("app-crash", "NoneType", never=("bad-config",)), _dies(log, env={"REGION": "eu"})


def bun_reads_an_unset_variable():
    log = (
        "12 | const max = Bun.env.POOL_MAX.length;\n                   ^\n"
        "TypeError: undefined is not an object (evaluating 'Bun.env.POOL_MAX.length')\n      at /app/index.ts:12:19\n\nBun v1.1.34"
    )
    return _truth("bad-config", "POOL_MAX", never=("app-crash",)), _dies(log)


# --- localhost --------------------------------------------------------------------------------------------------------


def log4j_line_of_a_localhost_default():
    log = (
        "2026-11-22 03:11:30,123 [main] ERROR c.a.Db - java.net.ConnectException: Connection refused: localhost/127.0.0.1:3306\n"
        "2026-11-22 03:11:30,124 [main] ERROR c.a.Main - giving up"
    )
    w = _dies(log, env={"DB_HOST_NAME": "shop-db"}, before={"DB_HOST": "shop-db"})
    return _truth("bad-config", "DB_HOST", "3306", never=("dependency-unavailable",), undo=True), w


def rails_falls_back_to_localhost():
    log = (
        "/usr/local/bundle/gems/pg-1.5.9/lib/pg/connection.rb:944:in `connect_start': connection to server at "
        '"127.0.0.1", port 5432 failed: Connection refused (PG::ConnectionBad)\n\tIs the server running on that host and '
        "accepting TCP/IP connections?\n\tfrom /usr/local/bundle/gems/pg-1.5.9/lib/pg/connection.rb:944:in `block'"
    )
    return _truth("bad-config", "5432", never=("dependency-unavailable",)), _dies(log, env={"RAILS_ENV": "production"})


def _beside(sidecar: Any, sidecar_args: list[str] | None = None, *, first: bool = True, **spec: Any) -> World:
    w = World()
    app, proxy = c("app", IMAGE), c("proxy", "registry.example/proxy:3", **spec)
    if sidecar_args:
        proxy["args"] = sidecar_args
    died = crash(1, "booting\n" + _REFUSED.format(6432), shape="backoff")
    w.workload("app", *((app, proxy) if first else (proxy, app)), statuses={"app": died, "proxy": sidecar})
    return w


def app_dies_of_its_proxys_bad_option():
    proxy = crash(2, "flag provided but not defined: -pool-sise\nUsage of proxy:", shape="backoff")
    w = _beside(proxy, ["--listen=:6432", "-pool-sise=5"])
    return Truth("deployment/app", "bad-config", "proxy", ("pool-sise",), ("dependency-unavailable",)), w


def app_dies_of_its_proxys_password():
    proxy = crash(1, 'FATAL: password authentication failed for user "pool"', shape="backoff")
    w = _beside(proxy, first=False, ports=[6432])
    return Truth("deployment/app", "dependency-auth-failed", "proxy", ("pool",), ("bad-config",)), w


def app_does_not_get_through_to_a_proxy_that_runs():
    w = _beside(up(500, log="proxy: listening on 127.0.0.1:6432"))
    return _truth("dependency-unavailable", "proxy", never=("bad-config",)), w


# --- refusals of several lines, without a host, with any prefix -------------------------------------------------------


def bun_cannot_reach_its_backend():
    w = World()
    w.service("stock", 8080, {"app": "stock"}, ready=0)
    log = (
        "error: Unable to connect. Is the computer able to access the url?\n"
        ' path: "http://stock:8080/v1/boot",\n errno: 0, code: "ConnectionRefused"\n\nBun v1.1.34 (Linux x64)'
    )
    return _truth("dependency-unavailable", "stock", never=("app-crash",)), _dies(log, world=w)


def libpq_question_behind_a_logger_prefix():
    w = World()
    w.service("orders-db", 5432, {"app": "orders-db"}, ready=0)
    log = (
        '2026-11-22 03:10:11,000 ERROR [db.pool] init failed: connection to server at "orders-db" (10.96.7.7), port 5432 '
        "failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?"
    )
    return _truth("dependency-unavailable", "orders-db"), _dies(log, world=w)


def redis_without_a_host_while_another_is_silent():
    w = World()
    w.service("billing", 8080, {"app": "billing"}, ready=0, ip="10.96.7.8")
    w.service("sessions", 6379, {"app": "sessions"}, ready=0)
    log = "redis.exceptions.ConnectionError: Connection refused (os error 111)"
    w = _dies(log, world=w, env={"REDIS_URL": "redis://sessions:6379", "BILLING_URL": "http://billing:8080"})
    return _truth("dependency-unavailable", "sessions"), w


def no_host_and_every_service_answers():
    w = World()
    w.service("matching-pg", 5432, {"app": "matching-pg"}, ready=2)
    w.workload("matching-pg", c("postgres", ports=[5432]), kind="StatefulSet", replicas=2, statuses={"postgres": up()})
    log = "Error: error communicating with database: Connection refused (os error 111)"
    return _truth("dependency-unavailable"), _dies(log, world=w, env={"DATABASE_URL": "x"})


# --- files, headers, options ------------------------------------------------------------------------------------------


def a_field_of_a_mounted_file_is_missing():
    w = World()
    w.add("ConfigMap", "ledger-config", data={"ledger.yaml": "settlement: {}"})
    log = 'config: /etc/ledger/ledger.yaml: field "settlement.currency" is required but missing'
    volumes = [{"name": "conf", "configMap": {"name": "ledger-config"}}]
    w = _dies(log, code=78, world=w, mounts={"/etc/ledger": "conf"}, volumes=volumes)
    return _truth("bad-config", "settlement.currency", "ledger-config"), w


def a_header_and_its_details():
    log = (
        "Error: failed to load config: 2 errors occurred:\n\t* listen address is required\n"
        "\t* tls.cert_file must be set when tls.enabled is true\n"
    )
    return _truth("bad-config", "tls.cert_file"), _dies(log)


def exit_78_says_configuration():
    return _truth("bad-config", "exitCode=78"), _dies("relay 2.1 starting\nrelay stopped", code=78)


def a_required_option_is_not_given():
    log = (
        "error: the following required arguments were not provided:\n  --listen <ADDR>\n\nUsage: relay --listen <ADDR>"
    )
    return _truth("bad-config", "--listen"), _dies(log, code=2, args=["run"])


def only_the_message_tells():
    w = _dies("ledger 0.3 starting\n", code=1, message="panic: LEDGER_KEY environment variable is not set\n")
    return _truth("bad-config", "LEDGER_KEY", never=("app-crash",)), w


def musl_says_first_what_is_missing():
    log = (
        "Error loading shared library libssl.so.3: No such file or directory (needed by /app/relay)\n"
        "Error relocating /app/relay: SSL_CTX_new: symbol not found\nError relocating /app/relay: EVP_md5: symbol not found"
    )
    return _truth("missing-library", "libssl.so.3"), _dies(log, code=127)


# --- the same words where nothing is wrong with them ------------------------------------------------------------------


def requests_with_missing_fields_are_no_crash():
    log = "\n".join(
        f'{{"level":"info","msg":"400 field \\"email\\" is required","route":"/signup/{i}"}}' for i in range(900)
    )
    w = World()
    w.workload("app", c("app", IMAGE), statuses={"app": up(90000, log=log)}, age=90100)
    return Truth("deployment/app", "healthy", kind="negative", never=("bad-config",)), w


def a_sidecar_was_late_once():
    w = World()
    before = "booting\n" + _REFUSED.format(6432)
    app = up(86000, restarts=1, last=ended(1, lived=2, back=86010), previous=before, log="connected to 127.0.0.1:6432")
    w.workload("app", c("app", IMAGE), c("proxy", ports=[6432]), statuses={"app": app, "proxy": up(86100)}, age=86200)
    return Truth("deployment/app", "recovered", kind="negative", never=("bad-config", "dependency-unavailable")), w


CASES = [
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__ and not name.startswith("_")
]
