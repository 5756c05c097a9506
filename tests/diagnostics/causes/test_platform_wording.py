"""An end that is the platform's own is named as that, with what makes the way to it."""

from __future__ import annotations

import pytest

from diagnostics.engine import diagnose
from tests.composed.world import Truth, World, c, crash

API = 'Post "https://10.96.0.1:443/api/v1/namespaces/x/serviceaccounts/y/token": dial tcp 10.96.0.1:443: i/o timeout\n'
IMDS = "failed to get region: operation error ec2imds: GetMetadata, canceled, context deadline exceeded\n"
GOOGLE = "Get http://metadata.google.internal/computeMetadata/v1/: dial tcp: i/o timeout\n"


def told(log):
    world = World()
    world.workload("app", c("app"), statuses={"app": crash(1, log)})
    found = diagnose(world.snapshot(Truth("deployment/app", "", "app")))
    assert found.cause == "dependency-unavailable"
    return found


def test_the_api_server_is_known_by_its_paths():
    found = told(API)
    assert "the API server at 10.96.0.1:443" in found.summary
    assert "no Service" not in found.summary
    assert "kube-proxy" in found.remedy.text
    assert "kubernetes.io/service-name=kubernetes" in found.remedy.commands[0]


@pytest.mark.parametrize(("log", "hops"), [(IMDS, True), (GOOGLE, False)])
def test_the_instance_metadata_is_reached_through_the_node(log, hops):
    found = told(log)
    assert "the cloud's instance metadata" in found.summary
    assert ("hop limit" in found.remedy.text) is hops
    assert "providerID" in found.remedy.commands[0]


def test_an_outside_address_is_tried_from_a_pod():
    found = told("dial tcp 203.0.113.9:5432: i/o timeout\n")
    assert found.remedy.commands[0].endswith("-- nc -zv -w 5 203.0.113.9 5432")
