"""What a dialog says before an action: names, never values; pods, downtime, autoscalers and budgets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.actions.rollout import plan_restart, plan_undo
from bot.actions.rollout.effect import effect, unavailable_meanwhile
from bot.cluster.around import Around, _protects, _scales
from tests.bot.actions.rollout.builders import live as living
from tests.bot.actions.rollout.builders import pod

NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
SECRET = "hunter2-do-not-show"


NONE = "no pod will be replaced; 4 stay as they are"
UP, DOWN = pod("a", ready=True), pod("b", ready=False)


def test_fields_are_named_and_environment_values_never_shown():
    live = living()
    container = live.object["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": "DB_PASSWORD", "value": SECRET}, {"name": "PORT", "value": "8080"}]
    container["args"] = [f"--password={SECRET}"]
    shown = effect(plan_undo(live, 1), live)
    text = str(shown)
    assert "env DB_PASSWORD" in text
    assert "env PORT" in text
    assert "args of" in text
    assert SECRET not in text
    assert "8080" not in text
    assert "goes back from revision 2 to the pod template of revision 1" in shown.sentence


def test_a_restart_changes_no_field():
    live = living("Deployment", UP, DOWN)
    shown = effect(plan_restart(live, NOW), live)
    assert shown.changes == ()
    assert "2 pods will be replaced (1 ready now)" in shown.notes


@pytest.mark.parametrize(
    ("kind", "spec", "word"),
    [
        ("Deployment", {"strategy": {"type": "Recreate"}, "replicas": 3}, "Recreate"),
        ("StatefulSet", {"replicas": 1}, "the only pod stops"),
        ("DaemonSet", {}, "on each node"),
    ],
)
def test_downtime_is_said_when_there_is_something_to_lose(kind, spec, word):
    well = living(kind, UP, **spec)
    assert unavailable_meanwhile(well)
    assert any(note.startswith("downtime:") and word in note for note in effect(plan_restart(well, NOW), well).notes)
    ill = living(kind, DOWN, **spec)
    assert not unavailable_meanwhile(ill)
    assert any("nothing more is lost" in note for note in effect(plan_restart(ill, NOW), ill).notes)


def test_a_rolling_update_costs_nobody_anything():
    assert not unavailable_meanwhile(living("Deployment", UP, replicas=3))
    surging = {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    assert not unavailable_meanwhile(living("DaemonSet", UP, updateStrategy=surging))


def test_autoscalers_budgets_and_what_could_not_be_read_are_noted():
    live = living()
    scaler = {
        "metadata": {"name": "api"}, "status": {"currentReplicas": 5},
        "spec": {"maxReplicas": 5, "scaleTargetRef": {"kind": "Deployment", "name": "api"}},
    }  # fmt: skip
    labels = live.object["spec"]["template"]["metadata"]["labels"]
    budget = {
        "metadata": {"name": "api"},
        "spec": {"selector": {"matchLabels": labels}},
        "status": {"disruptionsAllowed": 0},
    }
    assert _scales(scaler, live.object)
    assert _protects(budget, labels)
    assert not _protects(budget, {"app": "other"})
    around = Around((scaler,), (budget,), ("PodDisruptionBudgets could not be read (403 Forbidden)",))
    notes = " | ".join(effect(plan_restart(live, NOW), live, around).notes)
    assert "HorizontalPodAutoscaler api keeps the number of pods (5 of at most 5, at its maximum" in notes
    assert "PodDisruptionBudget api (it allows 0 disruptions now) does not hold a rollout back" in notes
    assert "403 Forbidden" in notes


def runs(name, number, *, ready=True, **status):
    """A pod that runs a revision of the builders', whatever the kind."""
    made = pod(name, ready=ready, uid="w1", labels={"controller-revision-hash": f"h{number}"}, **status)
    made["metadata"]["ownerReferences"] = [{"uid": f"uid-api-h{number}", "controller": True}]
    return made


@pytest.mark.parametrize(
    ("kind", "spec", "said"),
    [
        ("Deployment", {}, "1 of 4 pods will be replaced (0 ready now); 3 stay as they are"),
        ("StatefulSet", {}, "1 of 4 pods will be replaced (0 ready now); 3 stay as they are"),
        ("DaemonSet", {}, "1 of 4 pods will be replaced (0 ready now); 3 stay as they are"),
        ("StatefulSet", {"updateStrategy": {"rollingUpdate": {"partition": 4}}}, NONE),
        ("DaemonSet", {"updateStrategy": {"type": "OnDelete"}}, NONE),
    ],
)  # fmt: skip
def test_an_undo_counts_the_pods_that_do_not_run_its_template_already(kind, spec, said):
    pods = (runs("a-0", 1), runs("a-1", 1), runs("a-2", 1), runs("a-3", 2, ready=False))
    live = living(kind, *pods, **spec)
    assert said in effect(plan_undo(live, 1), live).notes


def test_what_has_ended_or_is_going_is_not_counted():
    going = pod("c", ready=True)
    going["metadata"]["deletionTimestamp"] = "2026-11-22T10:00:00Z"
    live = living("Deployment", UP, DOWN, going, pod("d", ready=False, phase="Failed"))
    assert "2 pods will be replaced (1 ready now)" in effect(plan_restart(live, NOW), live).notes
