"""What a dialog says before an action: names, never values; pods, downtime, autoscalers and budgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.actions.rollout import plan_restart, plan_undo
from bot.actions.rollout.effect import effect, unavailable_meanwhile, version_step
from bot.actions.rollout.templates import number_of
from bot.cluster.around import Around, _protects, _scales
from bot.render.phrases import plain
from tests.bot.actions.rollout.builders import live as living
from tests.bot.actions.rollout.builders import pod, revision

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
    assert "goes back from 2 (revision 2) to the pod template of 1 (revision 1)" in plain(shown.sentence)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
@pytest.mark.parametrize("restarts", [1, 2])
def test_a_restart_is_told_with_the_revision_that_brought_its_program(kind, restarts):
    """An answer says with which revision the trouble came: a restart since then has another number."""
    live = living(kind)
    made = []
    for number in range(3, 3 + restarts):
        anew = revision(kind, number)
        keeps = anew["spec"]["template"] if kind == "Deployment" else anew["data"]["spec"]["template"]
        keeps["spec"]["containers"][0]["image"] = "api:2"
        keeps["metadata"]["annotations"] = {"kubectl.kubernetes.io/restartedAt": f"2026-11-22T10:0{number}:00Z"}
        made.append(anew)
    newest = 2 + restarts
    live.object["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = str(newest)
    live.object["status"]["updateRevision"] = f"api-{newest}"
    live.object["spec"]["template"]["metadata"]["annotations"] = dict(keeps["metadata"]["annotations"])
    live = replace(live, revisions=(*live.revisions, *made))
    wanted = (
        f"goes back from 2 (revision {newest}, the same program as revision 2) to the pod template of 1 (revision 1)"
    )
    assert wanted in plain(effect(plan_undo(live, 1), live).sentence)


def test_that_a_value_differs_is_said_and_that_it_stays_hidden():
    live = living()
    for item, value in ((live.object, "abc"), *((each, "5432") for each in live.revisions if number_of(each) == 1)):
        item["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "DATABASE_PORT", "value": value}]
    changes = [plain(change) for change in effect(plan_undo(live, 1), live).changes]
    assert "env DATABASE_PORT of api: the value changes (hidden)" in changes
    assert "abc" not in str(changes)


TOLD = "2.14.0 (revision 2) to {}2.13.2 (revision 1)"


@pytest.mark.parametrize(
    ("now", "then", "told"),
    [
        ("reg.example:5000/shop/api:2.14.0", "reg.example:5000/shop/api:2.13.2", TOLD),
        ("reg.example:5000/shop/api:2.14.0", "other.example/api:2.13.2", "revision 2 to {}revision 1"),
        ("reg.example:5000/shop/api", "reg.example:5000/shop/api:2.13.2", "revision 2 to {}revision 1"),
    ],
)  # fmt: skip
def test_versions_are_named_where_the_tag_is_what_changed(now, then, told):
    live = living()
    live.object["spec"]["template"]["spec"]["containers"][0]["image"] = now
    earlier = next(item for item in live.revisions if number_of(item) == 1)
    earlier["spec"]["template"]["spec"]["containers"][0]["image"] = then
    shown = effect(plan_undo(live, 1), live)
    assert f"goes back from {told.format('the pod template of ')}." in plain(shown.sentence)
    assert (version_step(plan_undo(live, 1), live) is not None) == (told is TOLD)
    image = next(said for change in shown.changes if (said := plain(change)).startswith("image of "))
    assert image.endswith(": 2.14.0 → 2.13.2" if told is TOLD else f": {now} → {then}")


@pytest.mark.parametrize(
    ("now", "then", "step"),
    [
        ("release 4.1.0", "release 4.0.0", ("4.1.0", "4.0.0")),
        ("v4.1.0-rc.1", "v4.0.0", ("v4.1.0-rc.1", "v4.0.0")),
        ("release 4.1.0", "release 4.1.0", None),
        ("release 4.1.0: faster", "release 4.0.0: safer", None),
        ("release 4.1.0", "4.0.0", None),
        ("use replica 1", "use replica 2", None),
        ("release 4.1.0", "", None),
    ],
)
def test_where_no_image_changes_the_version_is_the_one_word_in_which_the_change_causes_differ(now, then, step):
    live = living()
    for item in (live.object, *live.revisions):
        container = item["spec"]["template"]["spec"]["containers"][0]
        container |= {"image": "api:1", "command": ["run", "old" if number_of(item) == 1 else "new"]}
    for item in live.revisions:
        item["metadata"]["annotations"]["kubernetes.io/change-cause"] = now if number_of(item) == 2 else then
    assert version_step(plan_undo(live, 1), live) == step


def test_a_restart_changes_no_field():
    live = living("Deployment", UP, DOWN)
    shown = effect(plan_restart(live, NOW), live)
    assert shown.changes == ()
    assert "2 pods will be replaced (1 ready now)" in shown.notes


@pytest.mark.parametrize(
    ("kind", "spec", "word"),
    [
        ("Deployment", {"strategy": {"type": "Recreate"}, "replicas": 3}, "Strategy Recreate stops all pods"),
        ("Deployment", {"strategy": {"type": "Recreate"}, "replicas": 1}, "Its only pod is replaced"),
        (
            "Deployment",
            {"strategy": {"rollingUpdate": {"maxUnavailable": 1}}, "replicas": 1},
            "Its only pod is replaced",
        ),
        (
            "Deployment",
            {"strategy": {"rollingUpdate": {"maxUnavailable": "100%"}}, "replicas": 1},
            "Its only pod is replaced",
        ),
        ("StatefulSet", {"replicas": 1}, "Its only pod is replaced"),
        ("DaemonSet", {}, "On each node the pod stops"),
    ],
)
def test_downtime_is_said_when_there_is_something_to_lose(kind, spec, word):
    well = living(kind, UP, **spec)
    assert unavailable_meanwhile(well)
    told = effect(plan_restart(well, NOW), well).downtime
    assert told.startswith(word)
    assert told.endswith(": expect brief downtime.")
    ill = living(kind, DOWN, **spec)
    assert not unavailable_meanwhile(ill)
    whose = "All its pods are" if spec.get("replicas") == 3 else "Its only pod is"
    assert effect(plan_restart(ill, NOW), ill).downtime == f"{whose} down already: this adds no downtime."
    both = living(kind, DOWN, pod("c", ready=False), **spec)
    assert effect(plan_restart(both, NOW), both).downtime == "All its pods are down already: this adds no downtime."


def test_a_rolling_update_costs_nobody_anything():
    several = living("Deployment", UP, pod("c", ready=True), replicas=3)
    assert not unavailable_meanwhile(several)
    assert effect(plan_restart(several, NOW), several).downtime == ""
    for unavailable in (0, "25%", "99%"):
        only = living("Deployment", UP, replicas=1, strategy={"rollingUpdate": {"maxUnavailable": unavailable}})
        assert not unavailable_meanwhile(only)
        assert effect(plan_restart(only, NOW), only).downtime.endswith(": expect no downtime.")
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
