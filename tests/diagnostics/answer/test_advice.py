"""Would a restart or an undo help? The traps of REFERENCE.md 5.4, each met once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnostics.answer import advice
from diagnostics.claims import case_builder, catalogue
from diagnostics.diagnosis import Fault, Finding, Verdict
from tests.composed.world import Truth, World, c, config, crash, secret

PANIC = "panic: assignment to entry in nil map"


def finding(fault=Fault.TEMPLATE, *names, verdict=Verdict.CONFIRMED):
    return Finding(
        cause="app-crash",
        verdict=verdict,
        summary="it crashes",
        evidence=(),
        container="app",
        fault=fault,
        fault_names=names,
    )


def world(now, *earlier, kind="Deployment", age=300, before=None, **more):
    """A workload whose newest template is ``now``, after ``earlier`` ones, crashing since its rollout."""
    made = World()
    made.workload(
        "shop",
        now,
        kind=kind,
        age=age,
        earlier=[{"containers": [item]} for item in earlier],
        statuses={"app": crash(2, PANIC)},
        **more,
    )
    if before:
        before(made)
    return made


def undo(made, found, change=lambda case: case, kind="deployment"):
    snapshot = made.snapshot(Truth(f"{kind}/shop", "app-crash"))
    case = change(case_builder.case_of(snapshot, catalogue.builtin()))
    return next(item for item in advice.advise(case, found) if item.action == "undo")


def restart(made, found):
    snapshot = made.snapshot(Truth("deployment/shop", "app-crash"))
    case = case_builder.case_of(snapshot, catalogue.builtin())
    return next(item for item in advice.advise(case, found) if item.action == "restart")


NEW, OLD = c("app", "shop:2"), c("app", "shop:1")


def test_a_new_image_that_crashes_from_its_rollout_on_is_undone():
    told = undo(world(NEW, OLD), finding())
    assert (told.helps, told.to_revision) == (True, 1)
    assert "image of app" in told.because


def test_without_an_earlier_revision_there_is_no_undo():
    assert undo(world(NEW), finding()).because == "this is the first revision"


def test_a_restart_of_the_same_template_is_no_way_back():
    told = undo(world(OLD, OLD), finding())
    assert (told.helps, told.because) == (
        False,
        "the earlier revisions have the same template: they were only restarts",
    )


def test_an_old_rollout_that_ran_well_is_not_blamed():
    """The same template ran for a day before: going back would bring back other code, not remove the fault."""
    made = world(NEW, OLD, age=80_000)
    pod = next(item for item in made.objects["Pod"])
    pod["status"]["containerStatuses"][0]["restartCount"] = 3
    told = undo(made, finding())
    assert not told.helps


def test_what_a_configmap_says_is_in_no_revision():
    now, old = (
        c("app", "shop:1", env={"MODE": config("shop", "mode")}, limit="128Mi"),
        c("app", "shop:1", env={"MODE": config("shop", "mode")}),
    )
    told = undo(world(now, old), finding(Fault.CONTENT, "shop"))
    assert (told.helps, told.because) == (
        False,
        "a rollback brings back the template, not what a ConfigMap or Secret says",
    )


def test_another_image_may_have_taken_the_content_that_this_one_refuses():
    now, old = (
        c("app", "shop:2", env={"MODE": config("gear", "mode")}),
        c("app", "shop:1", env={"MODE": config("gear", "mode")}),
    )
    assert undo(world(now, old), finding(Fault.CONTENT, "gear")).helps is None
    read = world(now, old, before=lambda made: made.add("ConfigMap", "gear", data={"mode": "x"}, age=900_000))
    assert undo(read, finding(Fault.CONTENT, "gear")).helps is True


def test_a_reference_that_came_with_the_rollout_is_undone():
    now, old = c("app", env={"TOKEN": secret("shop-token", "token")}), c("app")
    assert undo(world(now, old), finding(Fault.REFERENCE, "shop-token", "token")).to_revision == 1


def test_a_reference_that_was_always_there_is_not():
    now = c("app", "shop:2", env={"TOKEN": secret("shop-token", "token")})
    old = c("app", "shop:1", env={"TOKEN": secret("shop-token", "token")})
    told = undo(world(now, old), finding(Fault.REFERENCE, "shop-token", "token"))
    assert (told.helps, told.because) == (False, "the earlier revision refers to the same object")


def test_kept_state_is_not_undone():
    told = undo(world(NEW, OLD), finding(Fault.KEPT_STATE))
    assert not told.helps
    assert "may make it worse" in told.because


@pytest.mark.parametrize("fault", [Fault.CLUSTER, Fault.OUTSIDE, Fault.POD_STATE, Fault.DEPENDENCY])
def test_what_is_not_the_templates_fault_is_not_undone(fault):
    assert not undo(world(NEW, OLD), finding(fault)).helps


def test_a_host_setting_that_came_with_the_rollout_is_undone_though_the_dependency_is_named():
    now, old = c("app", env={"DB_HOST": "pg.wrong"}), c("app", env={"DB_HOST": "pg"})
    assert undo(world(now, old), finding(Fault.DEPENDENCY)).to_revision == 1


def test_a_revision_known_to_have_failed_is_passed_over():
    def failed(made):
        second = next(item for item in made.objects["ReplicaSet"] if made_by(item) == "2")
        second["metadata"]["creationTimestamp"] = "2026-11-22T03:05:00Z"
        pod = f"{second['metadata']['name']}-abcde"
        made.event(pod, "BackOff", "Back-off restarting failed container app in pod x", container="app", back=400)

    told = undo(world(c("app", "shop:3"), OLD, NEW, before=failed), finding())
    assert told.to_revision == 1


def made_by(item):
    return item["metadata"]["annotations"]["deployment.kubernetes.io/revision"]


def test_a_paused_rollout_says_to_resume_first():
    told = undo(
        world(NEW, OLD, before=lambda made: made.objects["Deployment"][0]["spec"].update(paused=True)), finding()
    )
    assert not told.helps
    assert "resume it first" in told.because


@pytest.mark.parametrize(
    ("labels", "annotations", "owner", "helps"),
    [
        ({}, {"argocd.argoproj.io/tracking-id": "web:apps/Deployment:p/shop"}, "Argo CD application web", False),
        ({"kustomize.toolkit.fluxcd.io/name": "apps"}, {}, "Flux Kustomization apps", False),
        ({"helm.toolkit.fluxcd.io/name": "shop"}, {}, "Flux HelmRelease shop", False),
        ({}, {"meta.helm.sh/release-name": "shop"}, "Helm release shop", True),
    ],
)
def test_an_owner_outside_is_named(labels, annotations, owner, helps):
    told = undo(world(NEW, OLD, labels=labels, annotations=annotations), finding())
    assert (told.helps, owner in told.because) == (helps, True)


def test_a_job_keeps_no_revisions():
    made = World()
    made.workload("shop", NEW, kind="Job", statuses={"app": crash(2, PANIC)})
    assert undo(made, finding(), kind="job").because == "a Job keeps no revisions"


def test_a_bare_pod_has_nothing_to_undo():
    told = undo(world(NEW, OLD), finding(), change=lambda case: replace(case, workload=None))
    assert told.because == "no controller with revisions makes this pod"


def test_no_history_kept_is_said():
    made = world(NEW, before=lambda made: made.objects["Deployment"][0]["spec"].update(revisionHistoryLimit=0))
    assert "revisionHistoryLimit is 0" in undo(made, finding()).because


def test_nothing_helps_where_nothing_is_wrong():
    found = finding(Fault.NONE, verdict=Verdict.NOT_FAILING)
    assert not undo(world(NEW, OLD), found).helps
    assert not restart(world(NEW, OLD), found).helps


def test_state_that_dies_with_the_pod_is_cleared_by_a_restart():
    assert restart(world(NEW), finding(Fault.POD_STATE)).helps


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.POD_STATE])
def test_a_restart_does_not_mend_what_stays(fault):
    told = restart(world(NEW), finding(fault))
    assert (told.helps, bool(told.because)) == (False, True)


def test_a_container_that_is_started_once_is_not_started_again():
    made = world(NEW, spec={"restartPolicy": "Never"})
    for fault in (Fault.UNKNOWN, Fault.DEPENDENCY, Fault.PREREQUISITE):
        because = restart(made, finding(fault)).because
        assert because.startswith("its container is started once only (restartPolicy Never), and ")
    assert "again and again" in restart(world(NEW), finding(Fault.UNKNOWN)).because


def test_what_is_outside_is_not_said_to_stay_as_it_is():
    assert restart(world(NEW), finding(Fault.DEPENDENCY)).because.endswith("a new pod would meet the same outside")


def annotated(first, second, kind="Deployment"):
    made = world(OLD, c("app", "shop:1"), kind=kind)
    held = "ReplicaSet" if kind == "Deployment" else "ControllerRevision"
    for item, marks in zip(made.objects[held], (first, second), strict=True):
        spec = item["spec"] if kind == "Deployment" else item["data"]["spec"]
        metadata = {**spec["template"]["metadata"], "annotations": marks}
        spec["template"] = {**spec["template"], "metadata": metadata}
    return made


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_another_checksum_is_no_mere_restart(kind):
    made = annotated({"checksum/config": "a"}, {"checksum/config": "b"}, kind)
    told = undo(made, finding(), kind=kind.lower())
    assert told.helps is False
    assert told.because.startswith("the earlier revisions differ in checksum/config alone")
    stamp = "kubectl.kubernetes.io/restartedAt"
    same = annotated({"checksum/config": "a"}, {"checksum/config": "a", stamp: "2026-11-22T03:00:00Z"}, kind)
    assert undo(same, finding(), kind=kind.lower()).because.endswith("they were only restarts")


def test_a_volume_of_a_claim_template_is_no_difference():
    """A controller gives it to every pod, whether a template lists it or not."""
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "data-shop-0"}}
    other = {"name": "tmp", "emptyDir": {}}

    def made(claimed):
        found = world(NEW, OLD, kind="StatefulSet")
        found.objects["StatefulSet"][0]["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": claimed}}]
        first = found.objects["ControllerRevision"][0]["data"]["spec"]["template"]
        first["spec"] = {**first["spec"], "volumes": [volume, other]}
        snapshot = found.snapshot(Truth("statefulset/shop", "app-crash"))
        return {item.what for item in case_builder.case_of(snapshot, catalogue.builtin()).changed}

    assert not any("data" in what for what in made("data"))
    assert any(what.startswith("pod volumes[data]") for what in made("other"))
    assert any(what.startswith("pod volumes[tmp]") for what in made("data"))


def test_what_was_never_started_does_not_crash():
    made = world(NEW, OLD)
    assert "; the crashing began" in undo(made, finding()).because
    for pod in made.objects["Pod"]:
        pod["status"]["phase"] = "Pending"
        for status in pod["status"]["containerStatuses"]:
            message = "no such image"
            status.update(
                restartCount=0, lastState={}, state={"waiting": {"reason": "ErrImagePull", "message": message}}
            )
    made.event(made.objects["Pod"][0]["metadata"]["name"], "Failed", "Error: ErrImagePull", back=290)
    told = undo(made, finding())
    assert told.helps is True
    assert "; the trouble began" in told.because
