"""What the causes that the log decides tell a reader: who is at fault, whom to ask, which tool repairs it."""

from __future__ import annotations

import pytest

from diagnostics.engine import diagnose
from tests.composed.world import Truth, World, c, crash

DRIVER = "ImportError: libcuda.so.1: cannot open shared object file: No such file or directory\n"
EXPIRED = (
    "GET https://idp.acme.example/token\nSystem.Security.Authentication.AuthenticationException: The remote certificate"
    " is invalid because of errors in the certificate chain: NotTimeValid\n"
)
RIGHT = "googleapi: Error 403: Possibly missing permission cloudsql.instances.get on resource x, notAuthorized\n"


def told(log, **spec):
    world = World()
    world.workload("app", c("app", **spec), statuses={"app": crash(1, log)})
    return diagnose(world.snapshot(Truth("deployment/app", "", "app")))


@pytest.mark.parametrize(
    ("log", "cause", "words"),
    [
        (DRIVER, "node-prerequisite", ("comes from the node", "nvidia.com/gpu")),
        (EXPIRED, "tls-certificate", ("expired or is not valid yet", "openssl s_client -connect idp.acme.example:443")),
        (RIGHT, "dependency-auth-failed", ("Grant cloudsql.instances.get",)),
        ("error: Dirty database version 17. Fix and force version.\n", "stale-state", ("migrate force 17", "half-way")),
        ("FATAL:  database files are incompatible with server\n", "incompatible-data", ("pg_upgrade",)),
        (
            'panic: strconv.ParseInt: parsing "tcp://10.96.44.3:8086": invalid syntax: INFLUX_PORT is invalid\n',
            "bad-config",
            ("enableServiceLinks", "influx"),
        ),
    ],
)
def test_the_answer_says_what_a_reader_needs(log, cause, words):
    found = told(log)
    shown = " ".join((found.summary, found.remedy.text, *found.remedy.commands))
    assert found.cause == cause
    assert all(word in shown for word in words)
    assert "\\n" not in shown
    assert "which its spec does not set" not in shown


def test_an_option_of_the_arguments_is_quoted_with_its_value():
    words = "ValueError: it does not fit. Try increasing `gpu_share` or decreasing `max_len_x` when starting.\n"
    found = told(words, args=["--max-len-x", "131072"])
    assert found.cause == "bad-config"
    assert {"--max-len-x", "131072"} <= {item.quote for item in found.evidence}
    assert "does not know" not in found.summary


def test_the_configmap_of_the_refused_file_is_named():
    world = World()
    world.add("ConfigMap", "relay-props", data={"relay.properties": "x"})
    said = "java.lang.IllegalArgumentException: requirement failed: relay.names must contain at least one value\n"
    volumes = [{"name": "props", "configMap": {"name": "relay-props"}}]
    world.workload(
        "app", c("app", mounts={"/etc/relay": "props"}), statuses={"app": crash(1, said)}, spec={"volumes": volumes}
    )
    found = diagnose(world.snapshot(Truth("deployment/app", "", "app")))
    assert found.cause == "bad-config"
    assert "ConfigMap relay-props" in found.remedy.text
