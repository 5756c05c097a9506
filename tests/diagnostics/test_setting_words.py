"""What the answer says of settings: nothing invented, a guess only likely, values that fit."""

from __future__ import annotations

from diagnostics.engine import diagnose
from tests.composed.world import Truth, World, c, crash


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
    # What the variable holds besides stays: of two equal options a JVM takes the last.
    assert 'ES_JAVA_OPTS="$(kubectl ' in told
    assert told.endswith(') -Xms2048m -Xmx2048m"')
