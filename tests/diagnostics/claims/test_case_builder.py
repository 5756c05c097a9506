"""Events in both forms, the right instance's log, absences, reach, owners, times: the small parts of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diagnostics.answer import ranking, scope
from diagnostics.claims import case_builder, catalogue
from diagnostics.diagnosis import Fault, Finding, Verdict
from diagnostics.engine import diagnose
from diagnostics.examples import NAMESPACE, NOW, POD, Example, ago, event, running, terminated, waiting
from diagnostics.facts.pods import backoff, clock, events
from diagnostics.facts.workloads import gitops
from diagnostics.snapshot import Lead, Unread
from tests.composed.world import Truth, World, c, crash, secret, up, waits

GONE = "unable to retrieve container logs for containerd://" + "a" * 64
LOOP = waiting("CrashLoopBackOff", "back-off 2m40s restarting failed container=api pod=api_production(uid)")


def case_of(**example):
    return case_builder.case_of(Example(title="", hit=True, **example).snapshot(), catalogue.builtin())


def test_a_new_style_event_reads_like_an_old_one():
    raw = {
        "regarding": {"kind": "Pod", "name": POD, "namespace": NAMESPACE, "fieldPath": "spec.initContainers{wait}"},
        "note": "(combined from similar events): it failed",
        "reason": "Failed",
        "eventTime": ago(500),
        "series": {"count": 7, "lastObservedTime": ago(9)},
    }
    told = events.parse(raw)
    assert (told.container, told.message, told.count) == ("wait", "it failed", 7)
    assert (NOW - told.last, NOW - told.first) == (timedelta(seconds=9), timedelta(seconds=500))


def test_a_namesakes_events_stay_out():
    stranger = event("BackOff", "of the pod that was here before")
    stranger["involvedObject"] = stranger["involvedObject"] | {"uid": "another"}
    own = event("BackOff", "of this one", age=30)
    assert [told.message for told in case_of(events=(stranger, own)).events] == ["of this one"]


def test_a_static_pods_events_carry_its_hash():
    raw = event("BackOff", "static")
    raw["involvedObject"] = raw["involvedObject"] | {"uid": "0a1b2c"}
    pod = {"metadata": {"annotations": {"kubernetes.io/config.hash": "0a1b2c"}}}
    assert [told.message for told in case_of(events=(raw,), pod=pod).events] == ["static"]


@pytest.mark.parametrize(
    ("status", "current", "previous", "read"),
    [
        ({"state": terminated(1), "lastState": terminated(1, ended=90)}, "the crash", GONE, "the crash"),
        ({"state": running(3), "lastState": terminated(1)}, "starting again", "the crash", "the crash"),
        ({"state": LOOP, "lastState": terminated(1)}, "the crash", "the crash", "the crash"),
        ({"state": LOOP, "lastState": terminated(1)}, GONE, GONE, None),
        ({"state": running(300), "ready": False}, "waiting for db", None, "waiting for db"),
    ],
)
def test_the_log_of_the_instance_that_ended(status, current, previous, read):
    lines = case_of(status=status, log=current, previous=previous).transcript.verbatim
    assert lines == ((read,) if read else ())


def test_lines_of_another_instance_are_left_out():
    snapshot = Example(title="", hit=True, status={"state": running(2), "lastState": terminated(1)}).snapshot()
    log = replace(
        Example(title="", hit=True, log="old\nnew").snapshot().logs[0],
        instance="previous",
    )
    stamped = tuple(replace(line, at=ago(age)) for line, age in zip(log.lines, (400, 20.5), strict=True))
    case = case_builder.case_of(replace(snapshot, logs=(replace(log, lines=stamped),)), catalogue.builtin())
    assert case.transcript.verbatim == ("new",)


def test_the_next_start_is_read_from_the_kubelets_words():
    case = case_of(status={"state": LOOP, "lastState": terminated(1, ended=20)})
    assert backoff.next_restart(case) == ago(20 - 160)


def test_without_those_words_no_time_is_given():
    assert backoff.next_restart(case_of(status={"state": terminated(1)})) == ""


def not_found(made, target):
    got = diagnose(made.snapshot(Truth(target, "not-found")))
    assert got.cause == "not-found"
    return got


def test_what_took_a_missing_pods_place():
    made = World()
    (alive,) = made.workload("web", c("web"), statuses={"web": up()})
    got = not_found(made, f"pod/{alive.rpartition('-')[0]}-zzzzz")
    assert (got.facts["replaced_by"], got.facts["near"]) == ([alive], [alive])
    assert alive in got.summary


def test_an_older_revisions_pod_is_replaced_by_the_deployments():
    made = World()
    (alive,) = made.workload("web", c("web"), statuses={"web": up()})
    got = not_found(made, "pod/web-5d9c7b6f8-gone1")
    assert got.facts["replaced_by"] == [alive]
    assert "deployment/web" in got.remedy.text


def test_a_name_prefix_alone_is_no_kinship():
    made = World()
    made.workload("web-admin", c("web"), statuses={"web": up()})
    assert not_found(made, "pod/web-5d9c7b6f8-gone1").facts["replaced_by"] == []


def test_the_last_words_about_a_pod_that_is_gone():
    made = World()
    made.event("web-1", "Evicted", "The node was low on resource: memory.", back=60)
    quotes = [item.quote for item in not_found(made, "pod/web-1").evidence]
    assert quotes == ["The node was low on resource: memory."]


def test_other_workloads_with_the_same_trouble_are_named():
    made = World()
    for name in ("mail", "sms"):
        made.workload(
            name,
            c("app", env={"TOKEN": secret("smtp", "token")}),
            statuses={"app": waits("CreateContainerConfigError", 'secret "smtp" not found')},
        )
    got = diagnose(made.snapshot(Truth("deployment/sms", "missing-secret")))
    assert got.facts["also_failing"] == ["Deployment mail (1 pod)"]


def test_the_reach_counts_the_workloads_pods_and_their_nodes():
    made = World()
    made.workload("shop", c("app"), replicas=3, statuses={"app": crash(1)})
    made.objects["Pod"][2]["status"]["containerStatuses"][0].update(
        state={"running": {"startedAt": "2026-11-21T00:00:00Z"}}, lastState={}, restartCount=0, ready=True
    )
    case = case_builder.case_of(made.snapshot(Truth("deployment/shop", None)), catalogue.builtin())
    told = scope.scope(case)
    assert (told.failing, told.of, told.nodes) == (2, 3, ("node-1",))


@pytest.mark.parametrize(
    ("metadata", "owner"),
    [
        ({"annotations": {"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:p/x"}}, "Argo CD application shop"),
        ({"labels": {"argocd.argoproj.io/instance": "shop"}}, "Argo CD application shop"),
        ({"managedFields": [{"manager": "argocd-controller"}]}, "Argo CD"),
        ({"labels": {"kustomize.toolkit.fluxcd.io/name": "apps"}}, "Flux Kustomization apps"),
        (
            {
                "labels": {"kustomize.toolkit.fluxcd.io/name": "apps"},
                "annotations": {"kustomize.toolkit.fluxcd.io/reconcile": "disabled"},
            },
            "",
        ),
        ({"managedFields": [{"manager": "helm-controller"}]}, "Flux"),
        ({"ownerReferences": [{"kind": "Kafka", "name": "main", "controller": True}]}, "Kafka main"),
        ({"annotations": {"meta.helm.sh/release-name": "shop"}}, "Helm release shop"),
        ({"labels": {"app.kubernetes.io/instance": "shop"}}, ""),
    ],
)
def test_who_manages_it_from_outside(metadata, owner):
    assert gitops.owner({"metadata": metadata}) == owner


def found(cause, verdict, fault=Fault.UNKNOWN, **facts):
    return Finding(cause=cause, verdict=verdict, summary="", evidence=(), container="api", fault=fault, facts=facts)


KILL = found("liveness-probe-failed", Verdict.CONFIRMED, sub_cause="app-unhealthy")
DOWN = found("dependency-unavailable", Verdict.LIKELY, Fault.DEPENDENCY)
CRASH = found("app-crash", Verdict.CONFIRMED)
WELL = found("recovered", Verdict.NOT_FAILING, Fault.NONE)


def order(*findings, **example):
    status = example.pop("status", {"state": LOOP, "lastState": terminated(1)})
    return [item.cause for item in ranking.ranked(case_of(status=status, **example), findings)]


def test_the_specific_stands_before_the_generic_however_sure():
    assert order(CRASH, DOWN) == ["dependency-unavailable", "app-crash"]


def test_the_dependency_stands_before_the_kill_that_follows_from_it():
    assert order(KILL, DOWN) == ["dependency-unavailable", "liveness-probe-failed"]


def test_a_probe_that_is_wrong_itself_follows_from_nothing():
    slow = replace(KILL, conclusive=True)
    assert order(DOWN, slow) == ["liveness-probe-failed", "dependency-unavailable"]


def test_what_a_container_got_over_is_not_the_answer():
    well = {"state": running(5000), "ready": True, "restartCount": 1, "lastState": terminated(1, ended=5001)}
    assert order(CRASH, WELL, status=well) == ["recovered"]


def test_what_fails_now_stands_before_what_does_not():
    assert order(WELL, CRASH) == ["app-crash", "recovered"]


def test_an_unread_source_that_could_tell_otherwise_lowers_the_confidence():
    clean = found("exits-cleanly", Verdict.CONFIRMED)
    case = case_of(status={"state": LOOP, "lastState": terminated(0, "Completed")})
    blind = replace(case, snapshot=replace(case.snapshot, unread=(Unread(what="Event production", why="403"),)))
    elsewhere = replace(case, snapshot=replace(case.snapshot, unread=(Unread(what="Event default", why="403"),)))
    assert ranking.lowered(blind, clean).verdict is Verdict.LIKELY
    assert ranking.lowered(elsewhere, clean).verdict is Verdict.CONFIRMED
    assert ranking.lowered(blind, found("oom-killed", Verdict.CONFIRMED)).verdict is Verdict.CONFIRMED


def test_now_is_never_before_what_was_seen():
    snapshot = Example(title="", hit=True, status={"state": running(5)}).snapshot()
    assert clock.believable(replace(snapshot, now=NOW - timedelta(days=3))).now >= NOW - timedelta(seconds=5)
    assert clock.believable(snapshot).now == NOW


def test_now_is_not_long_after_a_live_nodes_last_report():
    node = {
        "kind": "Node",
        "metadata": {"name": "node-1"},
        "status": {"conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": ago(60)}]},
    }
    snapshot = Example(title="", hit=True, status={"state": running(5)}, objects=(node,)).snapshot()
    assert clock.believable(replace(snapshot, now=NOW + timedelta(days=3))).now <= NOW + timedelta(minutes=2)


def test_a_saved_snapshot_gives_the_same_answer_though_leads_are_noted():
    snapshot = Example(title="", hit=True, status={"state": LOOP, "lastState": terminated(137, "OOMKilled")}).snapshot()
    more = replace(snapshot, answered=snapshot.answered | {Lead(kind="Node", name="node-1")})
    assert diagnose(more).cause == diagnose(snapshot).cause
