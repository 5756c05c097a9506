"""Whose certificate it is: the file that the program reads, with its Secret and key, or the side that presents it."""

from __future__ import annotations

import pytest

from diagnostics.engine import diagnose
from tests.composed.world import Truth, World, c, crash

AHEAD = (
    '{"level":"error","msg":"certs are not valid at now + lookahead","certLookahead":"2160h0m0s","error":"x509:'
    ' certificate has expired or is not yet valid: current time 2022-09-06T00:01:30Z is after 2022-09-05T23:41:07Z"}\n'
)
NAMES = (
    'Get "https://10.9.8.7:10250/stats": x509: cannot validate certificate for 10.9.8.7 because it doesn\'t contain any'
    " IP SANs\n"
)


def told(log, volumes=(), mounts=None):
    world = World()
    world.workload(
        "app", c("app", mounts=mounts or {}), statuses={"app": crash(1, log)}, spec={"volumes": list(volumes)}
    )
    found = diagnose(world.snapshot(Truth("deployment/app", "", "app")))
    assert found.cause == "tls-certificate"
    return found


def test_a_time_in_the_message_is_no_host_and_a_look_ahead_is_no_expiry():
    found = told(AHEAD)
    assert "before the 2160h0m0s that the program looks ahead" in found.summary
    assert "expired" not in found.summary
    assert not any("openssl" in command for command in found.remedy.commands)


def test_the_other_side_is_asked_on_its_own_port_and_without_a_name_for_an_address():
    found = told(NAMES)
    assert "10.9.8.7:10250" in found.summary
    assert "-connect 10.9.8.7:10250 </dev/null" in found.remedy.commands[0]
    assert "Secret" not in found.remedy.text
    assert "serverTLSBootstrap" in found.remedy.text


@pytest.mark.parametrize("copied", [False, True])
def test_an_empty_file_is_traced_to_its_secret_and_key(copied):
    items = [{"key": "tls.crt", "path": "node.crt"}]
    source = {"secret": {"name": "db-node", "items": items}}
    volumes = [{"name": "given", "projected": {"sources": [source]}}]
    volumes += [{"name": "certs", "emptyDir": {}}] if copied else []
    log = "could not parse certificate for /certs/node.crt: empty certificate file: node.crt\n"
    found = told(log, volumes, {"/certs": "certs" if copied else "given"})
    assert "/certs/node.crt, from Secret db-node: the file is empty" in found.summary
    assert "Secret db-node, key tls.crt" in found.remedy.text
    assert found.remedy.commands == ("kubectl -n production describe secret db-node",)


def test_a_text_that_is_no_pem_names_what_may_hold_it():
    volumes = [{"name": "conf", "configMap": {"name": "app-conf"}}]
    found = told("Failed to read trust anchors: not a PEM certificate\n", volumes, {"/conf": "conf"})
    assert "trust anchors" in found.summary
    assert "BEGIN and END" in found.remedy.text
    assert "ConfigMap app-conf" in found.remedy.text
    assert "dependency" not in found.advice("restart").because
