"""What makes a container a server: its objects first, then what it says of itself and how it is started."""

import pytest

from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.findings import server_signs
from tests.composed.world import Truth, World
from tests.kinds.world import dies

PROBE = {"httpGet": {"path": "/", "port": 80}}


def _signs(log="done", world=None, **spec):
    made = dies(log, 0, world=world, **spec)
    case = case_of(made.snapshot(Truth("deployment/app", None, namespace="production")), builtin())
    return server_signs.declared(case, case.suspect), server_signs.sign(case, case.suspect)


def _selected():
    world = World()
    world.service("front", 80, {"app": "app"}, ready=0, ip="10.9.0.9")
    return world


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"readinessProbe": PROBE}, "readiness probe"),
        ({"startupProbe": PROBE}, "startup probe"),
        ({"ports": [9000]}, "port 9000"),
    ],
)
def test_the_objects_say_it(spec, words):
    assert all(words in said for said in _signs(**spec))


def test_a_service_that_selects_it_says_it():
    assert _signs(world=_selected())[0] == "Service front selects it"


@pytest.mark.parametrize(
    "spec",
    [
        {"log": "Server listening on http://0.0.0.0:3000"},
        {"log": "[startup] starting web server in background"},
        {"args": ["server", "start"]},
        {"command": ["/app/bin/httpd"]},
    ],
)
def test_the_program_itself_says_it(spec):
    declared, said = _signs(**spec)
    assert not declared
    assert said


@pytest.mark.parametrize(
    "spec",
    [
        {"log": "imported 120311 rows"},
        {"log": "MCP Server running on stdio"},
        {"args": ["--server-url=http://orders"]},
        {"args": ["migrate"]},
    ],
)
def test_a_batch_program_is_none(spec):
    assert _signs(**spec) == ("", "")
