from __future__ import annotations

import json
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cluster import collector, keeping, logs, reads
from bot.cluster.collector import Collector
from bot.cluster.errors import AmbiguousTarget, BadReply, Forbidden, TimedOut, Unauthorized
from bot.cluster.resources import RESOURCES
from bot.model.target import parse_target
from diagnostics import redact
from diagnostics.claims.budget import OutOfTime
from diagnostics.snapshot import Lead, Presence, Snapshot
from tests.fakes.kube_api import Play, listed, status_of

NS = "/api/v1/namespaces/production"
POD = f"{NS}/pods/web"
LOG = f"{NS}/pods/web/log"
WEB = {"kind": "Pod", "metadata": {"name": "web", "namespace": "production", "uid": "u1"}, "spec": {}}

EVENTS = Lead(kind="Event", namespace="production")
PODS = Lead(kind="Pod", namespace="production")
SERVICES = Lead(kind="Service", namespace="production")
CURRENT = Lead(kind="Log", namespace="production", name="web", container="app", instance="current")


def asking(*wanted):
    """Stand in for the engine's leads: ask for these until each is answered or unread."""

    def leads(snapshot, _catalogue):
        unread = {entry.what for entry in snapshot.unread}
        return tuple(lead for lead in wanted if lead not in snapshot.answered and str(lead) not in unread)

    return leads


async def collect(connection, text, *wanted, **options):
    return await Collector(connection, leads=asking(*wanted), **options).collect(parse_target(text))


def why(snapshot, what):
    return {entry.what: entry.why for entry in snapshot.unread}[str(what)]


async def test_what_was_read_is_in_the_snapshot(api, connection):
    api.on(POD, WEB)
    api.on(f"{NS}/events", listed({"metadata": {"name": "e1", "namespace": "production"}, "reason": "BackOff"}))
    snapshot = await collect(connection, "web", EVENTS, CURRENT)
    assert snapshot.target.kind == "Pod"
    assert snapshot.one("Pod", "production", "web")["metadata"]["uid"] == "u1"
    assert [event["kind"] for event in snapshot.all("Event")] == ["Event"]
    assert snapshot.now.isoformat() == "2026-11-22T10:00:00+00:00"
    assert snapshot.server == connection.server
    assert snapshot.requests == 3
    assert snapshot.answered >= {Lead(kind="Pod", namespace="production", name="web"), EVENTS, CURRENT}
    assert snapshot.unread == ()
    assert Snapshot.from_json(snapshot.to_json()) == snapshot


class Shut:
    """Lets everything through but one kind."""

    def __init__(self, kind=""):
        self.kind = kind

    async def refusal(self, lead):
        return "not for you" if lead.kind == self.kind else ""


@pytest.mark.threat("Reading", "an alert's collection is shown what another one read a second ago, unasked")
async def test_what_is_shared_goes_through_each_gate(api, connection, record_property):
    api.on(POD, WEB)
    api.on(f"{NS}/events", listed({"metadata": {"name": "e1", "namespace": "production"}, "reason": "BackOff"}))
    collector = Collector(connection, leads=asking(EVENTS))
    for gate, events in ((Shut(), 1), (Shut("Event"), 0), (Shut(), 1)):
        snapshot = await collector.collect(parse_target("web"), gate, shared=True)
        assert len(list(snapshot.all("Event"))) == events
        assert [entry.why for entry in snapshot.unread] == ([] if events else ["not for you"])
    assert len(api.seen) == 2
    record_property("tried", "3 collections from the same answers, one of them for who may not see events")
    record_property("held", "0 events shown to them, 2 requests in all")


async def test_without_sharing_all_is_read_anew(api, connection):
    api.on(POD, WEB)
    api.on(f"{NS}/events", listed())
    collector = Collector(connection, leads=asking(EVENTS))
    for _ in range(2):
        await collector.collect(parse_target("web"))
    assert len(api.seen) == 4


async def test_env_values_never_enter(api, connection):
    spec = {"containers": [{"name": "app", "env": [{"name": "DATABASE_PASSWORD", "value": "hunter2-canary"}]}]}
    api.on(POD, {**WEB, "spec": spec})
    api.on(LOG, Play(b"2026-11-22T10:00:00Z password=hunter2-canary\n"))
    snapshot = await collect(connection, "web", CURRENT)
    assert "hunter2-canary" not in snapshot.to_json()


async def test_secrets_are_not_asked_for_unless_it_is_switched_on(api, connection):
    secret = Lead(kind="Secret", namespace="production", name="s", metadata_only=True)
    api.on(POD, WEB)
    snapshot = await collect(connection, "web", secret)
    assert snapshot.unread == ()
    assert secret not in snapshot.answered
    assert f"{NS}/secrets/s" not in api.paths()


async def test_of_a_secret_only_metadata_is_asked_for_and_kept(api, connection):
    secret = Lead(kind="Secret", namespace="production", name="s")
    api.on(POD, WEB)
    api.on(
        f"{NS}/secrets/s",
        {"kind": "Secret", "metadata": {"name": "s", "namespace": "production"}, "data": {"k": "Y2FuYXJ5"}},
    )
    snapshot = await collect(connection, "web", secret, secret_metadata=True)
    assert api.seen[-1].headers["Accept"] == "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
    assert snapshot.presence("Secret", "production", "s") is Presence.PRESENT
    assert "Y2FuYXJ5" not in snapshot.to_json()


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (Play(status_of(403, "events is forbidden"), status=403), "403 Forbidden: events is forbidden"),
        (Play(status_of(500, "boom"), status=500), "500 Internal Server Error: boom"),
        (Play(status_of(429, "slow"), status=429, headers={"Retry-After": "100"}), "429 Too Many Requests: slow"),
        (Play(b"{broken"), "the reply is no valid JSON (JSONDecodeError)"),
        (Play({"kind": "EventList"}), "the reply is no list of events"),
        (Play({"items": {"a": 1}}), "the reply is no list of events"),
        (Play([1, 2]), "the reply is no list of events"),
        (Play(status=302, headers={"Location": "http://127.0.0.1:1/"}), "302 Found"),
    ],
)
async def test_a_failed_read_is_noted_and_the_rest_goes_on(api, connection, play, reason):
    api.on(POD, WEB)
    api.on(f"{NS}/events", play)
    api.on(LOG, Play(b"hello\n"))
    snapshot = await collect(connection, "web", EVENTS, CURRENT)
    assert why(snapshot, EVENTS) == reason
    assert EVENTS not in snapshot.answered
    assert snapshot.presence("Event", "production", "x") is Presence.UNKNOWN
    assert snapshot.logs[0].lines[0].text == "hello"


@pytest.mark.parametrize("items", [None, [], [None, 1, "x", {}, {"metadata": None}]])
async def test_null_and_odd_items_are_an_empty_list(api, connection, items):
    api.on(POD, WEB)
    api.on(f"{NS}/events", {"kind": "EventList", "items": items})
    snapshot = await collect(connection, "web", EVENTS)
    assert list(snapshot.all("Event")) == []
    assert EVENTS in snapshot.answered


async def test_absence_is_an_answer(api, connection):
    config = Lead(kind="ConfigMap", namespace="production", name="settings")
    api.on(POD, WEB)
    snapshot = await collect(connection, "web", config)
    assert snapshot.presence("ConfigMap", "production", "settings") is Presence.ABSENT
    assert snapshot.unread == ()


async def test_lists_are_read_page_by_page(api, connection):
    api.on(POD, WEB)
    pages = [listed({"metadata": {"name": f"s{n}"}}, token="more" if n < 2 else "") for n in range(3)]
    api.on(f"{NS}/services", *pages)
    snapshot = await collect(connection, "web", SERVICES)
    assert len(list(snapshot.all("Service"))) == 3
    queries = [seen.query for seen in api.seen if seen.path.endswith("/services")]
    assert [query.get("continue") for query in queries] == [None, "more", "more"]
    assert {query["limit"] for query in queries} == {"500"}


async def test_a_list_without_end_is_bounded_and_said(api, connection):
    api.on(POD, WEB)
    api.on(f"{NS}/services", listed({"metadata": {"name": "s"}}, token="more"))
    snapshot = await collect(connection, "web", SERVICES)
    assert why(snapshot, SERVICES) == "only the first 4 were read"
    assert SERVICES not in snapshot.answered


@pytest.mark.threat("Size", "a namespace holds thousands of pods")
async def test_of_a_crowd_one_small_page_is_read_and_that_is_said(api, connection, record_property):
    api.on(POD, {**WEB, "spec": {"containers": [{"name": "app", "env": [{"name": "A", "value": "x"}]}]}})
    crowd = [{"metadata": {"name": f"p{n}", "namespace": "production"}, "spec": {"volumes": []}} for n in range(99)]
    page = listed(*crowd, WEB, token="more")
    page["metadata"]["remainingItemCount"] = 4900
    api.on(f"{NS}/pods", page)
    snapshot = await collect(connection, "web", PODS)
    queries = [seen.query for seen in api.seen if seen.path.endswith("/pods")]
    assert queries == [{"limit": "100"}]
    assert PODS in snapshot.partial
    assert PODS not in snapshot.answered
    assert why(snapshot, f"all of {PODS}") == "only the first 100 of 5,000 were read"
    assert snapshot.presence("Pod", "production", "elsewhere") is Presence.UNKNOWN
    # What was read whole stays whole, whatever the glimpse says of it.
    assert snapshot.one("Pod", "production", "web")["spec"]["containers"][0]["env"]
    assert "volumes" not in snapshot.one("Pod", "production", "p1")["spec"]
    record_property("tried", "a list of 5,000 pods")
    record_property("held", "100 of them asked for and kept")


async def test_a_middling_namespace_is_read_whole(api, connection):
    api.on(POD, WEB)
    page = listed({"metadata": {"name": "p1"}}, token="more")
    page["metadata"]["remainingItemCount"] = 400
    api.on(f"{NS}/pods", page, listed({"metadata": {"name": "p2"}}))
    snapshot = await collect(connection, "web", PODS)
    assert [seen.query["limit"] for seen in api.seen if seen.path.endswith("/pods")] == ["100", "400"]
    assert PODS in snapshot.answered
    assert snapshot.partial == frozenset()
    assert snapshot.unread == ()


@pytest.mark.threat("Size", "what takes the processor holds the event loop, and nobody is answered meanwhile")
async def test_decoding_stripping_redacting_and_thinking_are_off_the_loop(
    api, connection, monkeypatch, record_property
):
    where: dict[str, set[str]] = {}

    def watched(module, name):
        real = getattr(module, name)

        def noting(*args, **named):
            where.setdefault(name, set()).add(threading.current_thread().name)
            return real(*args, **named)

        monkeypatch.setattr(module, name, noting)

    for module, name in (
        (reads, "_object"), (reads, "_items"), (keeping, "stripped"), (keeping, "redacted"), (logs, "redact_lines"),
        (redact, "uncovered"),
    ):  # fmt: skip
        watched(module, name)
    leads = asking(EVENTS, CURRENT)

    def thinking(snapshot, catalogue):
        where.setdefault("leads", set()).add(threading.current_thread().name)
        return leads(snapshot, catalogue)

    api.on(POD, WEB)
    api.on(f"{NS}/events", listed({"metadata": {"name": "e1"}}))
    api.on(LOG, Play(b"password=x\n"))
    await Collector(connection, leads=thinking).collect(parse_target("web"))
    assert set(where) == {"_object", "_items", "stripped", "redacted", "redact_lines", "uncovered", "leads"}
    assert all(name.startswith("offload") for names in where.values() for name in names), where
    record_property("tried", f"{len(where)} kinds of work")
    record_property("held", "0 of them on the event loop")


@pytest.mark.threat("Size", "redacting a log takes longer than a read may take")
async def test_lines_that_take_too_long_to_redact_are_withheld_and_that_is_said(
    api, connection, monkeypatch, record_property
):
    monkeypatch.setitem(reads.Reader.__init__.__kwdefaults__, "redact_s", 0.0)
    api.on(POD, WEB)
    api.on(LOG, Play(b"one\ntwo\n"))
    snapshot = await collect(connection, "web", CURRENT)
    assert snapshot.logs[0].lines == ()
    assert why(snapshot, CURRENT) == "its newest 2 lines are withheld: redacting them took longer than 0 s"
    record_property("tried", "2 lines and no time at all")
    record_property("held", "0 lines kept, and the answer says so")


async def test_logs_that_take_too_long_to_understand_are_let_go_and_the_rest_goes_on(api, connection, monkeypatch):
    api.on(POD, WEB)
    api.on(LOG, Play(b"password=x\n"))
    api.on(f"{NS}/events", listed())
    leads = asking(EVENTS, CURRENT)

    def slow(snapshot, catalogue):
        if snapshot.logs:
            raise OutOfTime
        return leads(snapshot, catalogue)

    monkeypatch.setattr(collector, "remembering", lambda *_: slow)
    snapshot = await Collector(connection).collect(parse_target("web"))
    assert snapshot.logs == ()
    assert why(snapshot, CURRENT) == collector.TOO_SLOW
    assert EVENTS in snapshot.answered


async def test_a_page_that_fails_keeps_what_came_before(api, connection):
    api.on(POD, WEB)
    api.on(
        f"{NS}/services", listed({"metadata": {"name": "s"}}, token="t"), Play(status_of(410, "expired"), status=410)
    )
    snapshot = await collect(connection, "web", SERVICES)
    assert len(list(snapshot.all("Service"))) == 1
    assert why(snapshot, SERVICES) == "410 Gone: expired"


async def test_a_hanging_read_ends_with_the_deadline_and_the_rest_stands(api, connection):
    api.on(POD, WEB)
    api.on(f"{NS}/events", Play(hang=True))
    api.on(LOG, Play(b"hello\n"))
    began = time.monotonic()
    snapshot = await collect(connection, "web", EVENTS, CURRENT, deadline_s=0.5)
    assert time.monotonic() - began < 5
    assert why(snapshot, EVENTS) == "timed out after 0.5 s"
    assert snapshot.logs[0].lines[0].text == "hello"
    assert snapshot.took_ms >= 490


async def test_leads_left_over_at_the_deadline_are_said(api, connection):
    api.on(POD, WEB)
    api.on(f"{NS}/events", Play(hang=True))

    def leads(snapshot, _catalogue):
        return (CURRENT,) if snapshot.unread else (EVENTS,)

    snapshot = await Collector(connection, leads=leads, deadline_s=0.3).collect(parse_target("web"))
    assert why(snapshot, CURRENT) == "the 0.3 s for reading were over"


async def test_leads_that_never_end_are_bounded(api, connection):
    api.on(POD, WEB)

    def leads(snapshot, _catalogue):
        return (Lead(kind="ConfigMap", namespace="production", name=f"c{len(snapshot.answered)}"),)

    snapshot = await Collector(connection, leads=leads).collect(parse_target("web"))
    assert [entry.why for entry in snapshot.unread] == ["more than 16 rounds of reads"]
    assert len(api.seen) < 20


async def test_an_unknown_kind_is_said(api, connection):
    lead = Lead(kind="Spaceship", namespace="production", name="x")
    api.on(POD, WEB)
    assert why(await collect(connection, "web", lead), lead) == "reading Spaceship is not built in"


@pytest.mark.parametrize(
    ("play", "error", "said"),
    [
        (Play(status_of(401, "Unauthorized"), status=401), Unauthorized, "does not accept the credentials of tester"),
        (
            Play(status_of(403, "no"), status=403),
            Forbidden,
            "tester may not get pods in namespace production on http://",
        ),
        (Play(status_of(500, "boom"), status=500), BadReply, "Pod production/web could not be read from http://"),
        (Play(b"<html>"), BadReply, "the reply is no valid JSON"),
        (Play({"kind": "Status"}), BadReply, "the reply is no Pod"),
        (Play(hang=True), TimedOut, "gave no answer within 0.4 s"),
    ],
)
async def test_without_the_first_read_there_is_no_diagnosis(api, connection, play, error, said):
    api.on(POD, play)
    with pytest.raises(error) as failed:
        await collect(connection, "web", deadline_s=0.4 if play.hang else 8.0)
    assert said in str(failed.value)
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize("body", [
    'previous terminated container "app" in pod "web" not found',
    'container "app" in pod "web" is waiting to start: ContainerCreating',
])  # fmt: skip
async def test_no_log_is_an_answer(api, connection, body):
    api.on(POD, WEB)
    api.on(LOG, Play(status_of(400, body), status=400))
    snapshot = await collect(connection, "web", CURRENT)
    assert snapshot.logs == ()
    assert CURRENT in snapshot.answered
    assert snapshot.unread == ()


async def test_an_unexpected_400_is_unread(api, connection):
    api.on(POD, WEB)
    api.on(LOG, Play(status_of(400, "container app is not valid for pod web"), status=400))
    snapshot = await collect(connection, "web", CURRENT)
    assert why(snapshot, CURRENT) == "400 Bad Request: container app is not valid for pod web"


async def test_the_kubelets_excuse_is_kept_for_the_engine(api, connection):
    api.on(POD, WEB)
    api.on(LOG, Play(b"unable to retrieve container logs for containerd://abc"))
    snapshot = await collect(connection, "web", CURRENT)
    assert snapshot.logs[0].lines[0].text == "unable to retrieve container logs for containerd://abc"


async def test_how_a_log_is_asked_for(api, connection):
    previous = Lead(kind="Log", namespace="production", name="web", container="app", instance="previous")
    api.on(POD, WEB)
    await collect(connection, "web", previous)
    assert api.seen[-1].query == {"container": "app", "previous": "true", "tailLines": "2000", "timestamps": "true"}


async def test_a_log_of_one_64_mib_line_survives_in_bounded_memory(api, connection):
    api.on(POD, WEB)
    api.on(LOG, Play(b"2026-11-22T10:00:00Z " + b"\xff\x00A" * 21845, repeat=1024))
    snapshot = await collect(connection, "web", CURRENT, log_bytes=1000, deadline_s=60.0)
    (log,) = snapshot.logs
    assert log.cut
    assert sum(len(line.text) for line in log.lines) <= 1000
    assert snapshot.unread == ()


async def test_a_bare_name_is_a_workload_when_there_is_no_such_pod(api, connection):
    api.on(
        "/apis/apps/v1/namespaces/production/deployments/web", {"metadata": {"name": "web", "namespace": "production"}}
    )
    snapshot = await collect(connection, "web")
    assert (snapshot.target.kind, snapshot.target.name, snapshot.target.note) == ("Deployment", "web", "")
    assert snapshot.one("Deployment", "production", "web")["apiVersion"] == "apps/v1"


async def test_two_workloads_of_one_name_are_ambiguous(api, connection):
    for plural in ("deployments", "statefulsets"):
        api.on(
            f"/apis/apps/v1/namespaces/production/{plural}/web",
            {"metadata": {"name": "web", "namespace": "production"}},
        )
    with pytest.raises(AmbiguousTarget) as failed:
        await collect(connection, "web")
    assert tuple(map(str, failed.value.candidates)) == ("Deployment production/web", "StatefulSet production/web")


def elsewhere(api, *namespaces):
    for resource in RESOURCES.values():
        api.on(resource.path(), listed())
    api.on("/api/v1/pods", listed(*({"metadata": {"name": "web", "namespace": ns, "uid": ns}} for ns in namespaces)))


async def test_a_name_found_in_one_other_namespace_is_taken_and_said(api, connection):
    elsewhere(api, "payments")
    snapshot = await collect(connection, "web")
    assert snapshot.target.namespace == "payments"
    assert snapshot.target.note == "not in namespace production; found in namespace payments"
    assert [seen.query["fieldSelector"] for seen in api.seen if seen.path == "/api/v1/pods"] == ["metadata.name=web"]


async def test_a_name_found_in_several_namespaces_is_ambiguous(api, connection):
    elsewhere(api, "payments", "billing")
    with pytest.raises(AmbiguousTarget, match="Pod billing/web, Pod payments/web; say which one") as failed:
        await collect(connection, "web")
    assert tuple(map(str, failed.value.candidates)) == ("Pod billing/web", "Pod payments/web")


async def test_a_namespace_that_was_given_is_kept(api, connection):
    elsewhere(api, "payments")
    snapshot = await collect(connection, "production/web")
    assert snapshot.target.namespace == "production"
    assert snapshot.one("Pod", "production", "web") is None
    assert snapshot.one("Pod", "payments", "web") is not None


async def test_not_found_brings_what_is_near(api, connection):
    elsewhere(api)
    api.on(f"{NS}/pods", listed({"metadata": {"name": "web-2", "namespace": "production"}}))
    snapshot = await collect(connection, "web")
    assert (snapshot.target.kind, snapshot.target.name) == ("Pod", "web")
    assert [pod["metadata"]["name"] for pod in snapshot.all("Pod")] == ["web-2"]
    assert snapshot.presence("Pod", "production", "web") is Presence.ABSENT
    assert snapshot.unread == ()


async def test_other_namespaces_that_may_not_be_read_are_said_once(api, connection):
    for resource in RESOURCES.values():
        api.on(resource.path(), Play(status_of(403, "cluster scope"), status=403))
        api.on(resource.path("production"), listed())
    snapshot = await collect(connection, "web")
    assert [(entry.what, entry.why) for entry in snapshot.unread] == [
        ("other namespaces", "403 Forbidden: cluster scope")
    ]


@pytest.mark.parametrize("there", ["payments", "billing"])
async def test_only_the_namespaces_given_are_looked_into(api, connection, there):
    elsewhere(api, "payments", "billing")
    api.on(f"/api/v1/namespaces/{there}/pods/web", {"metadata": {"name": "web", "namespace": there}})
    snapshot = await collect(connection, "web", namespaces=("production", "payments"))
    assert snapshot.target.namespace == ("payments" if there == "payments" else "production")
    assert "/api/v1/pods" not in api.paths()
    assert not any("billing" in path for path in api.paths())


FIELDS = (
    *("metadata", "items", "spec", "status", "kind", "name", "namespace", "annotations", "labels", "ownerReferences"),
    *("containers", "initContainers", "env", "containerStatuses", "state", "lastState", "restartCount", "conditions"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(), JSON), JSON)
async def test_any_json_gives_a_snapshot(api, connection, odd, anything):
    """With the engine's own leads: whatever the API says, collecting ends in a snapshot that can be saved."""
    metadata = {**odd, "name": "web", "namespace": "production"}
    api.plays.clear()
    api.on(POD, Play(json.dumps({**odd, "kind": "Pod", "metadata": metadata}).encode()))
    api.on("*", Play(json.dumps({"items": [anything, odd, {"metadata": odd, **odd}]}).encode()))
    snapshot = await Collector(connection).collect(parse_target("production/web"))
    assert snapshot.one("Pod", "production", "web") is not None
    assert snapshot.to_json()


@pytest.mark.parametrize("code", [401, 403, 404, 500, 503])
async def test_an_add_on_that_does_not_answer_is_not_missed(api, connection, code):
    metrics = Lead(kind="PodMetrics", namespace="production")
    scaler = Lead(kind="VerticalPodAutoscaler", namespace="production")
    api.on(POD, WEB)
    refused = Play(status_of(code, "no"), status=code)
    api.on("/apis/metrics.k8s.io/v1beta1/namespaces/production/pods", refused)
    api.on("/apis/autoscaling.k8s.io/v1/namespaces/production/verticalpodautoscalers", refused)
    snapshot = await collect(connection, "web", metrics, scaler)
    assert snapshot.unread == ()
    assert snapshot.answered >= {metrics, scaler}


async def test_memory_in_use_is_read_where_metrics_are_served(api, connection):
    metrics = Lead(kind="PodMetrics", namespace="production")
    api.on(POD, WEB)
    used = {"metadata": {"name": "web", "namespace": "production"}, "containers": [{"name": "app", "usage": {}}]}
    api.on("/apis/metrics.k8s.io/v1beta1/namespaces/production/pods", listed(used))
    snapshot = await collect(connection, "web", metrics)
    assert snapshot.one("PodMetrics", "production", "web")["containers"][0]["name"] == "app"


@pytest.mark.parametrize(("given", "called"), [("", "test"), ("prod-eu", "prod-eu")])
async def test_the_snapshot_knows_what_the_cluster_is_called(api, connection, given, called):
    api.on(POD, WEB)
    snapshot = await collect(connection, "web", cluster=given)
    assert snapshot.cluster == called
    assert Snapshot.from_json(snapshot.to_json()).cluster == called
    older = json.loads(snapshot.to_json())
    del older["cluster"]
    assert Snapshot.from_json(json.dumps(older)).cluster == ""
