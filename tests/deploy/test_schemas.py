"""The plain manifests and what the chart renders, against the schemas of the Kubernetes versions that it runs on."""

from __future__ import annotations

import pytest
import yaml

from tests.deploy.chart import CHART, WORKING
from tests.deploy.rights import DEPLOY, documents
from tests.support.schemas import Schemas
from tests.support.wheels import NoWheelError

VERSIONS = ("1.28", "1.32", "1.37")
"""The oldest that the chart takes, one between, and the newest."""
OWN_DEFINITIONS = {"PodMonitor"}
"""Kinds of which the API server knows only what their definition brings."""


@pytest.fixture(params=VERSIONS, scope="module")
def schemas(request):
    try:
        return Schemas(request.config.cache.mkdir("schemas"), request.param)
    except NoWheelError as why:
        pytest.skip(f"no schemas: {why}")


def wrong(schemas, objects):
    found = {f"{item['kind']}/{item['metadata']['name']}": schemas.faults(item) for item in objects}
    unknown = {name.partition("/")[0] for name, faults in found.items() if faults is None}
    assert unknown <= OWN_DEFINITIONS
    return {name: faults for name, faults in found.items() if faults}


def test_the_oldest_is_the_one_that_the_chart_asks_for():
    asked = yaml.safe_load((CHART / "Chart.yaml").read_text())["kubeVersion"]
    assert asked == f">={VERSIONS[0]}.0-0"


@pytest.mark.parametrize(
    "file", sorted(path.name for path in DEPLOY.glob("*.yaml") if path.name != "kustomization.yaml")
)
def test_the_plain_manifests_are_taken(schemas, file):
    assert wrong(schemas, documents(file)) == {}


@pytest.mark.parametrize("values", WORKING)
def test_what_the_chart_renders_is_taken(schemas, chart, values):
    assert wrong(schemas, chart.render(WORKING[values])) == {}


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (lambda pod: pod["containers"][0].update(imagePullPolcy="Always"), "$.spec.template.spec.containers[0]"),
        (lambda pod: pod["containers"][0]["ports"][0].update(containerPort="http"), "ports[0].containerPort"),
        (lambda pod: pod.pop("containers"), "$.spec.template.spec"),
    ],
)
def test_a_field_that_nobody_knows_is_found(schemas, broken, place):
    (deployment,) = [item for item in documents("deployment.yaml") if item["kind"] == "Deployment"]
    broken(deployment["spec"]["template"]["spec"])
    (faults,) = wrong(schemas, [deployment]).values()
    assert any(place in fault for fault in faults), faults
