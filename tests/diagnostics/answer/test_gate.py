"""Each rule of the remedy gate, met and not met; and over every composed case: nothing that a rule refuses is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnostics.answer import effects, gate
from diagnostics.claims import case_builder, catalogue
from diagnostics.diagnosis import Advice, Clause, Premise, Remedy
from diagnostics.findings import premises
from tests.composed.world import Truth, World, c, crash

RESTART = "kubectl -n production rollout restart deployment/api"


def case(log="boom", *, serving=False, **spec):
    made = World()
    made.workload("api", c("app", "api:1", **spec), statuses={"app": crash(1, log)})
    snapshot = made.snapshot(Truth("deployment/api", "app-crash"))
    found = case_builder.case_of(snapshot, catalogue.builtin())
    ready = {"metadata": {"name": "api-2"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    return replace(found, siblings=(ready,)) if serving else found


def withheld(at, command, *advice):
    found = gate.passed(at, Remedy(text="Do it.", commands=(command,)), advice)
    assert bool(found.withheld) != (command in found.remedy.commands)
    return found.withheld[0].because if found.withheld else ""


LIMIT = {"resources": {"limits": {"memory": "100Mi"}}}


@pytest.mark.parametrize(
    ("limit", "because"),
    [("100Mi", "it is set so already"), ("110Mi", "100Mi → 110Mi would change next to nothing"), ("200Mi", "")],
)
def test_it_changes_something_and_by_enough(limit, because):
    command = f"kubectl -n production set resources deployment/api -c app --limits=memory={limit}"
    assert withheld(case(**LIMIT), command) == because


def test_a_port_is_a_name_and_no_amount():
    at = case(livenessProbe={"tcpSocket": {"port": 8081}})
    patch = '{"spec":{"template":{"spec":{"containers":[{"name":"app","livenessProbe":{"tcpSocket":{"port":8080}}}]}}}}'
    assert withheld(at, f"kubectl -n production patch deployment/api --type=strategic -p '{patch}'") == ""


@pytest.mark.parametrize(
    ("log", "offered"),
    [
        ("ERROR node is not safe. If you want to force it, set LEDGER_FORCE_START=yes", False),
        ("ERROR set LEDGER_FORCE_START to skip the check (unsafe)", False),
        ("ERROR LEDGER_FORCE_START must be set", True),
    ],
)
def test_a_guards_own_way_around_is_never_offered(log, offered):
    command = "kubectl -n production set env deployment/api -c app LEDGER_FORCE_START=yes"
    assert (withheld(case(log), command) == "") is offered


def test_nothing_that_serves_is_taken_down():
    command = "kubectl -n production scale deployment/api --replicas=0"
    assert withheld(case(serving=True), command) == "1 of its pods serve"
    assert withheld(case(), command) == ""


def test_a_claim_is_never_deleted():
    assert withheld(case(), "kubectl -n production delete pvc data-api-0") == "it would delete data"


def test_a_command_that_the_answer_says_is_of_no_use_is_not_shown():
    no = Advice(action="restart", helps=False, because="new pods would fail the same way")
    yes = Advice(action="restart", helps=True, because="the state dies with the pod")
    assert withheld(case(), RESTART, no) == no.because
    assert withheld(case(), RESTART, yes) == ""


def test_a_sentence_that_sends_back_goes_where_there_is_no_way_back():
    no = Advice(action="undo", helps=False, because="this is the first revision")
    told = gate.passed(case(), Remedy(text="Correct the image. Roll back to the earlier revision."), (no,))
    assert told.remedy.text == "Correct the image"
    kept = gate.passed(case(), Remedy(text="Correct it. An undo would read the same content."), (no,))
    assert kept.remedy.text.endswith("the same content.")


def test_what_was_set_for_safety_is_named_when_it_is_overwritten():
    at = case(securityContext={"runAsUser": 999})
    patch = '{"spec":{"template":{"spec":{"containers":[{"name":"app","securityContext":{"runAsUser":10001}}]}}}}'
    told = gate.passed(
        at,
        Remedy(text="Use another user.", commands=(f"kubectl -n production patch deployment/api -p '{patch}'",)),
        (),
    )
    assert told.remedy.text == "Use another user. It replaces runAsUser 999."


def test_a_change_that_brings_another_failure_is_not_offered():
    command = "kubectl -n production set image deployment/api app=api:2"
    told = gate.passed(case(), Remedy(text="", commands=(command,)), (), lambda change: f"no {change.name}")
    assert told.withheld[0].because == "no api"
    assert effects.effect(command) is not None


@pytest.mark.parametrize(("replicas", "because"), [(1, "it has so many replicas already"), (3, "")])
def test_a_scale_to_what_is_wanted_already_is_none(replicas, because):
    assert withheld(case(), f"kubectl -n production scale deployment/api --replicas={replicas}") == because


@pytest.mark.parametrize(("image", "because"), [("api:1", "it is set so already"), ("api:2", "")])
def test_an_image_that_runs_already_is_no_change(image, because):
    assert withheld(case(), f"kubectl -n production set image deployment/api app={image}") == because


@pytest.mark.parametrize(
    ("value", "because"), [("-Xmx512m", "it is set so already"), ("-Xmx1024m", ""), ("<value>", "")]
)
def test_a_heap_that_is_set_already_is_no_change(value, because):
    """Of a variable's value a snapshot keeps the heap alone."""
    at = case(env={"JAVA_OPTS": "-Xmx512m"})
    assert withheld(at, f"kubectl -n production set env deployment/api -c app 'JAVA_OPTS={value}'") == because


def _clause(**changed):
    return Clause(**{"text": "Do that first.", "premise": Premise.BATCH, "instead": "See which it is."} | changed)


def test_a_clause_whose_premise_is_shown_stays():
    remedy = Remedy(text="Do that first. Then rest.", clauses=(_clause(),))
    kept = gate.premised(case("12 rows read\nimport finished\n"), remedy)
    assert kept == remedy


def test_a_clause_whose_premise_is_not_shown_gives_way_with_its_commands():
    remedy = Remedy(
        text="Do that first. Then rest.",
        commands=("kubectl a", "kubectl b"),
        clauses=(_clause(commands=("kubectl a",)),),
    )
    weaker = gate.premised(case("12 rows read\n"), remedy)
    assert weaker == Remedy(text="See which it is. Then rest.", commands=("kubectl b",))


@pytest.mark.parametrize(
    ("premise", "of", "log", "spec", "shown"),
    [
        (Premise.OF_IMAGE, "/app/state", "", {}, True),
        (Premise.OF_IMAGE, "/dev/net", "", {}, False),
        (Premise.OF_IMAGE, "/state", "", {}, False),
        (Premise.OF_IMAGE, "/state/x", "", {"workingDir": "/state"}, True),
        (Premise.BACKGROUND, "", "daemonized with pid 7\n", {}, True),
        (Premise.BACKGROUND, "", "up\n", {"command": ["sh", "-c", "service acme start"]}, True),
        (Premise.BACKGROUND, "", "up\n", {"command": ["acme", "--dont-fork"]}, False),
        (Premise.OTHER_VERSION, "15", "", {}, True),
        (Premise.OTHER_VERSION, "0.0", "", {}, False),
        (Premise.OTHER_VERSION, "", "", {}, False),
        (Premise.CHANGED, "", "", {}, False),
        (Premise.UNHEALTHY, "", "", {}, True),
    ],
)
def test_a_premise_is_shown_by_line_or_object(premise, of, log, spec, shown):
    at = case(log or "boom", **spec)
    assert premises.shown(at, _clause(premise=premise, of=of)) is shown


def test_every_premise_can_be_judged():
    assert {premises.shown(case(), _clause(premise=premise)) for premise in Premise} <= {True, False}
