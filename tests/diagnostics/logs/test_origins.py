"""The variable behind a crash, the neighbour behind a port, the service behind a refusal without a host."""

from __future__ import annotations

import pytest
from diagnostics.logs import blocks, origins
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims import candidates, case_builder, pod_ports, target_address
from diagnostics.claims.catalogue import builtin
from diagnostics.engine import diagnose
from diagnostics.facts import addresses
from tests.composed.world import Truth, World, c, crash, up

READS = [
    ('int(os.environ["POOL"])', "POOL"),
    ('int(os.environ.get("POOL"))', "POOL"),
    ("float(os.getenv('POOL', ''))", "POOL"),
    ("const a = process.env.POOL.split(',')", "POOL"),
    ('const a = process.env["POOL"].length', "POOL"),
    ('ENV["POOL"].split', "POOL"),
    ('ENV.fetch("POOL").to_i', "POOL"),
    ('System.getenv("POOL").trim()', "POOL"),
    ('os.Getenv("POOL")', "POOL"),
    ("$_ENV['POOL']", "POOL"),
    ("getenv('POOL')", "POOL"),
    ('Environment.GetEnvironmentVariable("POOL")', "POOL"),
    ('System.get_env("POOL")', "POOL"),
    ('Deno.env.get("POOL").length', "POOL"),
    ("Bun.env.POOL.length", "POOL"),
    ("import.meta.env.POOL.length", "POOL"),
]


def found(*lines: str) -> list[origins.Origin]:
    crashes = blocks.blocks(lines, lines)
    return list(origins.origins(lines, crashes, range(len(lines))))


@pytest.mark.parametrize(("code", "name"), READS)
def test_the_line_of_code_names_the_variable(code, name):
    lines = ["Traceback (most recent call last):", '  File "/a.py", line 2, in <module>', f"    {code}"]
    told = found(*lines, "TypeError: int() argument must be a string, not 'NoneType'")
    assert [(item.var, item.lack) for item in told] == [(name, "none")]


@pytest.mark.parametrize(
    ("error", "lack"),
    [
        ("TypeError: Cannot read properties of undefined (reading 'split')", "none"),
        ("AttributeError: 'NoneType' object has no attribute 'split'", "none"),
        ("ValueError: invalid literal for int() with base 10: ''", "empty"),
        ("ValueError: could not convert string to float: ''", "empty"),
        ('java.lang.NumberFormatException: For input string: ""', "empty"),
        ("ValueError: invalid literal for int() with base 10: 'eight'", "form"),
        ("TypeError: Invalid URL", "form"),
    ],
)
def test_what_the_error_lacks(error, lack):
    told = found("Traceback (most recent call last):", '  File "/a.py", line 2', '    x(os.environ["A_B"])', error)
    assert [item.lack for item in told] == [lack]


@pytest.mark.parametrize(
    "lines",
    [
        ("Traceback (most recent call last):", '  File "/a.py", line 2', "    x(row[1])", "TypeError: 'NoneType'"),
        ("Traceback (most recent call last):", '  File "/a.py"', '    x(os.environ["A"])', "OSError: no route"),
        (
            "Traceback (most recent call last):",
            '  File "/a.py"',
            '    config("name").x',
            "TypeError: 'NoneType' object",
        ),
        ("reading os.environ['A'] now", "TypeError: fine"),
    ],
)
def test_no_origin(lines):
    assert found(*lines) == []


@given(st.lists(st.text(max_size=80), max_size=30))
def test_no_text_breaks_the_search(lines):
    assert isinstance(found(*lines), list)


@pytest.mark.parametrize("place", ["client.rb:75", "main.go:91", "index.ts:12", "App.java:3", "ruby_connection.rb:75"])
def test_a_place_in_a_program_is_no_host(place):
    assert addresses.parsed(place) is None


def test_what_the_rollout_took_away():
    w = World()
    log = "dial tcp 127.0.0.1:6379: connect: connection refused"
    w.workload(
        "app",
        c("app", env={"REDISURL": "x"}),
        statuses={"app": crash(1, log)},
        earlier=[{"containers": [c("app", env={"REDIS_URL": "x"})]}],
    )
    case = case_builder.case_of(w.snapshot(Truth("deployment/app", "bad-config")), builtin())
    names, proof = target_address.taken(case, case.suspect)
    assert names == ("REDIS_URL",)
    assert proof[0].quote == "name=REDIS_URL"


@pytest.mark.parametrize(
    ("spec", "log", "owns"),
    [
        ({"ports": [6432]}, "", True),
        ({"args": ["--port=6432"]}, "", True),
        ({"args": ["--listen", ":6432"]}, "", True),
        ({"args": ["--upstream=tcp://db:6432"]}, "", False),
        ({}, "proxy: listening on 127.0.0.1:6432", True),
        ({}, "proxy: forwarded 6432 bytes", False),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_whose_port_it_is(spec, log, owns, first):
    w = World()
    app, proxy = c("app"), c("proxy", **dict(spec))
    died = crash(1, "dial tcp 127.0.0.1:6432: connect: connection refused")
    w.workload("app", *((app, proxy) if first else (proxy, app)), statuses={"app": died, "proxy": up(log=log)})
    case = case_builder.case_of(w.snapshot(Truth("deployment/app", None)), builtin())
    owner = pod_ports.owner(case.snapshot, case.pod, case.containers, "app", 6432)
    assert (owner is not None and owner[0].name == "proxy") is owns
    assert case.suspect is not None
    assert case.suspect.name == "app"


def silent(variable: str, *services: tuple[str, int], words: str = "Connection refused (os error 111)") -> str:
    """The Service that is thought of when the log names none."""
    w = World()
    for number, (name, port) in enumerate(services):
        w.service(name, port, {"app": name}, ready=0, ip=f"10.96.9.{number}")
    w.workload("app", c("app", env={variable: "x"}), statuses={"app": crash(1, f"Error: {words}")})
    case = case_builder.case_of(w.snapshot(Truth("deployment/app", "dependency-unavailable")), builtin())
    best = candidates.best(case)
    return "" if best is None else best.reach.host


def test_which_service_may_be_meant():
    assert silent("PG_DSN", ("ledger", 5432), ("cache", 6379)) == "ledger"
    assert silent("REDIS_URL", ("ledger", 5432), ("sessions", 6379)) == "sessions"
    assert silent("ORDERS_URL", ("orders", 8080), ("stock", 8080)) == "orders"
    assert silent("AMQP_HOST", ("mq", 5672), ("stock", 8080)) == "mq"


def test_no_guess_between_equals_and_none_without_a_hint():
    assert silent("DATABASE_URL", ("ledger", 5432), ("books", 5432)) == ""
    assert silent("LOG_LEVEL", ("ledger", 5432)) == ""


def test_a_guess_is_only_likely():
    w = World()
    w.service("ledger", 5432, {"app": "ledger"}, ready=0)
    log = "Error: error communicating with database: Connection refused (os error 111)"
    w.workload("app", c("app", env={"DATABASE_URL": "x"}), statuses={"app": crash(1, log)})
    told = diagnose(w.snapshot(Truth("deployment/app", "dependency-unavailable")))
    assert (told.cause, str(told.verdict)) == ("dependency-unavailable", "likely")
    assert "ledger" in told.summary


def remedy_of(log: str, code: int = 1, **spec: object) -> str:
    w = World()
    w.workload("app", c("app", **spec), statuses={"app": crash(code, log)})
    told = diagnose(w.snapshot(Truth("deployment/app", "bad-config")))
    return "\n".join((told.summary, told.remedy.text, *told.remedy.commands))


def test_no_variable_is_invented():
    told = remedy_of("error: invalid config: storage.path must not be empty")
    assert "storage.path" in told
    assert "STORAGE_PATH" not in told


def test_a_missing_option_is_called_missing():
    told = remedy_of("Error: missing required flag --listen")
    assert "needs the option --listen" in told
    assert "does not know" not in told


def test_rights_at_the_cluster_scope_need_a_cluster_role():
    user = "system:serviceaccount:production:default"
    told = remedy_of(
        f'nodes is forbidden: User "{user}" cannot list resource "nodes" in API group "" at the cluster scope'
    )
    assert "clusterrolebinding" in told
    assert " -A" in told


def test_an_image_of_another_architecture_is_built_for_several():
    assert "linux/arm64" in remedy_of("exec /app/server: exec format error", code=255)


def test_a_service_link_is_called_by_its_name():
    w = World()
    w.service("redis", 6379, {"app": "redis"}, ready=1, ip="10.96.7.7")
    log = 'invalid value for REDIS_PORT: "tcp://10.96.7.7:6379"'
    w.workload("app", c("app"), statuses={"app": crash(1, log)})
    told = diagnose(w.snapshot(Truth("deployment/app", "bad-config")))
    assert told.cause == "bad-config"
    assert "service links" in told.summary
    assert "enableServiceLinks" in " ".join(told.remedy.commands)


def test_the_heap_variable_gets_a_value_that_fits_the_limit():
    told = remedy_of("java.lang.OutOfMemoryError: Java heap space", limit="4Gi", env={"ES_JAVA_OPTS": "-Xms1g -Xmx1g"})
    assert "ES_JAVA_OPTS=-Xms2048m -Xmx2048m" in told
