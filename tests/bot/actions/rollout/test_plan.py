from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.actions.rollout import Plan, Refusal, Wanted, plan, plan_restart, plan_undo
from bot.actions.rollout.templates import same_template
from tests.bot.actions.rollout.builders import live, owned, pod, template

NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
KINDS = ("Deployment", "StatefulSet", "DaemonSet")
RESTARTED = "kubectl.kubernetes.io/restartedAt"


@pytest.mark.parametrize("kind", KINDS)
def test_restart_is_one_annotation(kind):
    made = plan_restart(live(kind), NOW)
    assert isinstance(made, Plan)
    assert made.operations == (
        {"op": "add", "path": "/spec/template/metadata/annotations", "value": {RESTARTED: "2026-11-22T10:00:00Z"}},
    )
    assert made.template["metadata"]["annotations"] == {RESTARTED: "2026-11-22T10:00:00Z"}
    assert made.from_revision == 2


def test_restart_keeps_other_annotations_and_escapes_its_own():
    found = live()
    found.object["spec"]["template"] = template("api:2", {"team": "a", RESTARTED: "2025-01-01T00:00:00Z"})
    made = plan_restart(found, NOW)
    assert made.operations == (
        {
            "op": "add",
            "path": "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt",
            "value": "2026-11-22T10:00:00Z",
        },
    )
    assert made.template["metadata"]["annotations"]["team"] == "a"
    assert found.object["spec"]["template"]["metadata"]["annotations"][RESTARTED] == "2025-01-01T00:00:00Z"


def test_restart_of_a_template_without_metadata():
    found = live()
    del found.object["spec"]["template"]["metadata"]
    (operation,) = plan_restart(found, NOW).operations
    assert operation["path"] == "/spec/template/metadata"


def test_restart_twice_in_a_second_is_refused():
    found = live()
    found.object["spec"]["template"] = template("api:2", {RESTARTED: "2026-11-22T10:00:00Z"})
    assert plan_restart(found, NOW) == Refusal("deployment production/api was restarted in this very second already")


def test_undo_of_a_deployment_takes_template_and_annotations_as_kubectl_does():
    found = live()
    found.object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] = "{}"
    made = plan_undo(found, 1)
    assert made.operations == (
        {"op": "add", "path": "/spec/template", "value": template("api:1")},
        {
            "op": "add",
            "path": "/metadata/annotations",
            "value": {
                "deployment.kubernetes.io/revision": "2",
                "kubectl.kubernetes.io/last-applied-configuration": "{}",
                "kubernetes.io/change-cause": "number 1",
            },
        },
    )
    assert (made.from_revision, made.to_revision) == (2, 1)
    assert made.notes == ("the next kubectl apply takes it back",)
    assert "pod-template-hash" in found.revisions[0]["spec"]["template"]["metadata"]["labels"]


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_undo_by_controller_revision(kind):
    made = plan_undo(live(kind), 1)
    assert made.operations == ({"op": "add", "path": "/spec/template", "value": template("api:1")},)
    assert (made.from_revision, made.to_revision) == (2, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_undo_to_what_is_there_already_is_refused(kind):
    made = plan_undo(live(kind), 2)
    assert made == Refusal(
        f"{kind.lower()} production/api has the template of revision 2 already; a rollback would change nothing"
    )


def test_undo_to_a_revision_that_is_gone_names_what_is_kept():
    assert plan_undo(live(), 7) == Refusal("revision 7 of deployment production/api is not kept any more (kept: 1, 2)")
    assert plan_undo(replace(live(), revisions=()), 1) == Refusal(
        "revision 1 of deployment production/api is not kept any more (kept: none)"
    )


@pytest.mark.parametrize("action", ["restart", "undo"])
def test_a_paused_deployment_is_refused(action):
    wanted = Wanted(action=action, kind="Deployment", namespace="production", name="api", revision=1)
    assert plan(wanted, live(paused=True), NOW) == Refusal(
        "deployment production/api is paused; resume it first: kubectl rollout resume deployment/api -n production"
    )


@pytest.mark.parametrize(
    ("marks", "owner"),
    [
        (
            {"annotations": {"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:production/api"}},
            "Argo CD application shop",
        ),
        ({"labels": {"kustomize.toolkit.fluxcd.io/name": "apps"}}, "Flux Kustomization apps"),
        ({"ownerReferences": [{"kind": "Database", "name": "main", "controller": True}]}, "Database main"),
    ],
)
def test_what_is_managed_from_outside_is_not_undone_but_can_be_restarted(marks, owner):
    found = live()
    found.object["metadata"].update(marks)
    git = "" if owner.startswith("Database") else ": revert the commit in Git"
    assert plan_undo(found, 1) == Refusal(
        f"deployment production/api is managed by {owner}, which would take a rollback back; change it there{git}"
    )
    assert isinstance(plan_restart(found, NOW), Plan)


def test_helm_goes_back_by_itself():
    found = live()
    found.object["metadata"]["annotations"]["meta.helm.sh/release-name"] = "api"
    assert plan_undo(found, 1) == Refusal(
        "deployment production/api is managed by Helm release api, which would take a rollback back;"
        " go back with it: helm rollback api -n production"
    )
    assert isinstance(plan_restart(found, NOW), Plan)


@pytest.mark.parametrize(
    ("kind", "spec", "note"),
    [
        ("Deployment", {"strategy": {"type": "Recreate"}}, "strategy Recreate: all pods stop before new ones start"),
        ("Deployment", {"replicas": 0}, "scaled to zero: no pod will start"),
        (
            "DaemonSet",
            {"updateStrategy": {"type": "OnDelete"}},
            "updateStrategy OnDelete: pods change only when they are deleted",
        ),
        (
            "StatefulSet",
            {"updateStrategy": {"rollingUpdate": {"partition": 2}}},
            "partition 2: pods with a lower ordinal stay as they are",
        ),
    ],
)
def test_consequences_are_said(kind, spec, note):
    assert note in plan_restart(live(kind, **spec), NOW).notes


def test_broken_pods_of_an_ordered_stateful_set_are_part_of_the_plan():
    pods = (pod("api-0", ready=True), pod("api-1", ready=False))
    assert plan_undo(live("StatefulSet", *pods), 1).delete_pods == (("api-1", "uid-api-1"),)
    assert plan_undo(live("StatefulSet", *pods, podManagementPolicy="Parallel"), 1).delete_pods == ()
    assert plan_undo(live("DaemonSet", *pods), 1).delete_pods == ()


def test_other_kinds_are_refused():
    found = live()
    job = replace(found, object={**found.object, "kind": "Job"})
    assert plan_restart(job, NOW) == Refusal("a Job cannot be restarted or rolled back")


def test_an_undo_without_a_revision_is_refused():
    wanted = Wanted(action="undo", kind="Deployment", namespace="production", name="api")
    assert isinstance(plan(wanted, live(), NOW), Refusal)


def test_templates_are_compared_as_kubectl_compares_them():
    one = template("api:1", digest="h1")
    other = copy.deepcopy(template("api:1"))
    other["metadata"].pop("creationTimestamp")
    other["spec"]["containers"][0].pop("resources")
    assert same_template(one, other)
    assert not same_template(one, template("api:1", {RESTARTED: "x"}))
    assert not same_template(one, template("api:2"))


def test_nothing_of_the_objects_is_shown():
    found = live()
    found.object["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "PASSWORD", "value": "canary"}]
    assert "canary" not in repr(plan_restart(found, NOW))


def test_odd_revisions_are_passed_over():
    odd = [
        owned("ReplicaSet", "x"),
        owned("ReplicaSet", "y", metadata={"annotations": {"deployment.kubernetes.io/revision": "²"}}),
    ]
    found = live()
    assert plan_undo(replace(found, revisions=(*odd, *found.revisions)), 1).to_revision == 1
