"""What is asked for next: enough, nothing twice, and never what was refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnostics.examples import NOW
from diagnostics.leads import WAVE, leads
from diagnostics.snapshot import Lead, Snapshot, Target, Unread, query
from tests.composed.world import Truth, World, c, config, crash, waits

REFUSED = "dial tcp: connect to redis-cart.cache:6379: connection refused"


def start(kind="Pod", name="shop-1"):
    return Snapshot(target=Target(kind=kind, namespace="production", name=name), now=NOW)


def bare(made, target):
    """The world as read so far: only pods and events."""
    whole = made.snapshot(Truth(target, None))
    kept = {kind: whole.objects.get(kind, ()) for kind in ("Pod", "Event", "Deployment")}
    return replace(whole, objects=kept, answered=frozenset({Lead(kind="Pod", namespace="production")}), logs=())


def test_the_first_wave_is_the_target_its_namespace_and_its_events():
    assert leads(start("Deployment", "shop")) == (
        Lead(kind="Deployment", namespace="production", name="shop"),
        Lead(kind="Pod", namespace="production"),
        Lead(kind="Event", namespace="production"),
    )


def test_what_was_refused_is_not_asked_again():
    refused = Unread(what=str(Lead(kind="Event", namespace="production")), why="403 Forbidden")
    assert Lead(kind="Event", namespace="production") not in leads(replace(start(), unread=(refused,)))


def test_what_was_not_found_is_not_asked_again():
    asked = Lead(kind="Pod", namespace="production", name="shop-1")
    assert asked not in leads(replace(start(), answered=frozenset({asked})))


def test_a_pods_log_owner_node_and_configmaps_are_asked_for():
    made = World()
    (pod,) = made.workload("shop", c("app", env={"MODE": config("modes", "mode")}), statuses={"app": crash(1)})
    wanted = leads(bare(made, "deployment/shop"))
    assert Lead(kind="Log", namespace="production", name=pod, container="app", instance="current") in wanted
    assert Lead(kind="Log", namespace="production", name=pod, container="app", instance="previous") in wanted
    assert Lead(kind="ReplicaSet", namespace="production", labels="app=shop") in wanted
    assert Lead(kind="ConfigMap", namespace="production", name="modes") in wanted
    assert Lead(kind="Node", name="node-1") in wanted
    assert len(wanted) <= WAVE


def test_a_host_in_a_log_leads_to_its_namespace():
    made = World()
    made.workload("shop", c("app"), statuses={"app": crash(1, REFUSED)})
    wanted = leads(replace(bare(made, "deployment/shop"), logs=made.snapshot(Truth("deployment/shop", None)).logs))
    for kind in ("Service", "EndpointSlice", "Pod", "Event", "NetworkPolicy"):
        assert Lead(kind=kind, namespace="cache") in wanted
    assert Lead(kind="Namespace", name="cache") in wanted


def test_an_outside_host_leads_nowhere():
    made = World()
    made.workload("shop", c("app"), statuses={"app": crash(1, "dial tcp: lookup api.stripe.com: no such host")})
    snapshot = replace(bare(made, "deployment/shop"), logs=made.snapshot(Truth("deployment/shop", None)).logs)
    assert not any(lead.kind == "Service" for lead in leads(snapshot))


def test_a_secret_is_asked_for_without_its_values_and_only_where_it_matters():
    made = World()
    made.workload(
        "shop",
        c("app", envFrom=[{"secretRef": {"name": "token"}}]),
        statuses={"app": waits("CreateContainerConfigError", 'secret "token" not found')},
    )
    asked = [lead for lead in leads(bare(made, "deployment/shop")) if lead.kind == "Secret"]
    assert asked == [Lead(kind="Secret", namespace="production", metadata_only=True)]


def test_no_pod_leads_to_what_keeps_it_from_being_made():
    made = World()
    made.workload("shop", c("app"), pods=False, spec={"serviceAccountName": "clerk"})
    kinds = {lead.kind for lead in leads(bare(made, "deployment/shop"))}
    assert {"ReplicaSet", "ResourceQuota", "LimitRange", "ServiceAccount"} <= kinds


def test_a_missing_pod_leads_to_what_may_have_replaced_it():
    snapshot = replace(start(), answered=frozenset({Lead(kind="Pod", namespace="production")}))
    assert {"ReplicaSet", "Deployment", "StatefulSet", "Job"} <= {lead.kind for lead in leads(snapshot)}


PODS, EVENTS = (Lead(kind=kind, namespace="production") for kind in ("Pod", "Event"))


def crowded(snapshot):
    """The same, where only a beginning of the namespace's pods and events was read."""
    return replace(snapshot, answered=snapshot.answered - {PODS, EVENTS}, partial=frozenset({PODS, EVENTS}))


def about(name):
    return Lead(kind="Event", namespace="production", fields=f"involvedObject.name={name}")


def test_in_a_crowd_a_workloads_own_pods_and_events_are_asked_for_by_label_and_name():
    made = World()
    (pod,) = made.workload("shop", c("app"), statuses={"app": crash(1)})
    whole = made.snapshot(Truth("deployment/shop", None))
    wanted = leads(crowded(whole))
    assert Lead(kind="Pod", namespace="production", labels="app=shop") in wanted
    made_by = next(whole.all("ReplicaSet"))["metadata"]["name"]
    assert {about(pod), about("shop"), about(made_by)} <= set(wanted)
    assert PODS not in wanted
    assert EVENTS not in wanted


@pytest.mark.parametrize("above", ["there", "unread", "absent"])
def test_in_a_crowd_a_replicasets_pods_are_asked_for_unless_its_deployment_takes_them_in(above):
    made = World()
    made.workload("shop", c("app"), statuses={"app": crash(1)})
    whole = crowded(made.snapshot(Truth("deployment/shop", None)))
    deployment = Lead(kind="Deployment", namespace="production", name="shop")
    (pod,) = (pod["metadata"]["name"] for pod in whole.all("Pod"))
    seen = replace(whole, target=replace(whole.target, kind="Pod", name=pod))
    if above != "there":
        seen = replace(seen, objects={**seen.objects, "Deployment": ()}, answered=frozenset())
    if above == "unread":
        seen = replace(seen, unread=(Unread(what=str(deployment), why="403 Forbidden"),))
    if above == "absent":
        seen = replace(seen, answered=frozenset({deployment}))
    (made_by,) = seen.all("ReplicaSet")
    labels = query(made_by["spec"]["selector"]["matchLabels"])
    asked = {lead.labels for lead in leads(seen) if lead.kind == "Pod"} - {""}
    assert asked == ({"app=shop"} if above == "there" else {labels})


def test_without_a_crowd_nothing_is_asked_for_by_name():
    made = World()
    made.workload("shop", c("app"), statuses={"app": crash(1)})
    wanted = leads(made.snapshot(Truth("deployment/shop", None)))
    assert not any("involvedObject.name" in lead.fields for lead in wanted)
    assert not any(lead.kind == "Pod" and lead.labels for lead in wanted)


def test_in_a_crowd_the_pods_behind_a_service_are_asked_for_by_its_selector():
    made = World()
    made.workload("shop", c("app"), statuses={"app": crash(1, "dial tcp: connect to db:5432: connection refused")})
    made.workload("db", c("postgres"), statuses={"postgres": crash(1)})
    made.service("db", 5432, {"app": "db"})
    wanted = leads(crowded(made.snapshot(Truth("deployment/shop", None))))
    assert Lead(kind="Pod", namespace="production", labels="app=db") in wanted


def test_a_pods_deployment_is_asked_for_at_once_by_the_name_of_its_replicaset():
    made = World()
    (pod,) = made.workload("shop", c("app"), statuses={"app": crash(1)})
    whole = made.snapshot(Truth("deployment/shop", None))
    kept = {kind: whole.objects.get(kind, ()) for kind in ("Pod", "Event")}
    seen = replace(whole.focused(Target(kind="Pod", namespace="production", name=pod)), objects=kept, logs=())
    seen = replace(seen, answered=frozenset({PODS, EVENTS}))
    above = Lead(kind="Deployment", namespace="production", name="shop")
    replicaset = Lead(kind="ReplicaSet", namespace="production", name=next(whole.all("ReplicaSet"))["metadata"]["name"])
    assert above in leads(seen)
    assert replicaset not in leads(seen)
    # There is no such Deployment: then the ReplicaSet itself is asked for.
    assert replicaset in leads(replace(seen, answered=seen.answered | {above}))
