from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.cluster.controllers.retelling import latest
from bot.demo.cluster.controllers.stories import is_ready
from bot.demo.cluster.recordings import names
from bot.demo.cluster.workspace import card_texts
from bot.demo.prometheus import STALE_S
from tests.support.standin import Client, workspace

START = datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC)
FIRST = "api-deployment-bad-port"
POD = "api-deployment-7d4b9c-xkp2z"


@pytest.fixture
def world():
    return workspace(START)


@pytest.fixture(scope="module")
def unchanged():
    """A workspace for tests that only look."""
    return workspace(START)


def test_every_recording_has_a_card_and_a_namespace_of_its_own():
    assert sorted(card_texts()) == sorted(names())
    namespaces = [text["namespace"] for text in card_texts().values()]
    assert len(set(namespaces)) == len(namespaces)
    assert next(iter(card_texts())) == FIRST


def test_all_is_told_as_of_now_and_nothing_of_another_place(unchanged):
    _, client = unchanged
    for obj in client.cluster.store.everything():
        place = obj["metadata"].get("namespace", "")
        assert (latest(obj) or START) <= START, obj["metadata"]
        if place not in {"production", ""}:
            assert "production" not in str(obj)
    nodes = {pod["metadata"]["namespace"]: pod["spec"].get("nodeName") for pod in client.cluster.store.all("Pod")}
    placed = [node for node in nodes.values() if node]
    assert len(set(placed)) == len(placed)
    uids = [obj["metadata"]["uid"] for obj in client.cluster.store.everything()]
    assert len(set(uids)) == len(uids)


def test_what_a_card_lets_people_type_is_something_that_is_there(unchanged):
    made, client = unchanged
    commands = {card.id: card.command for card in made.cards()}
    assert commands["quota-exceeded"] == "/crashloop deployment/frontend -n frontend"
    pods = {(pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in client.cluster.store.all("Pod")}
    assert {(card.namespace, card.pod) for card in made.cards() if card.pod} <= pods


@pytest.mark.parametrize("minutes", [0, 30, 600])
def test_prometheus_has_what_it_has_of_every_cluster_however_long_the_demo_runs(world, minutes):
    made, client = world
    client._clock[0] += timedelta(minutes=minutes)
    now = client.cluster.clock().timestamp()
    fresh = {metric for metric, (_, points) in made.measured() if any(0 <= now - at <= STALE_S for at, _ in points)}
    assert fresh == {"container_memory_working_set_bytes", "kube_pod_container_status_restarts_total"}
    pod = client.cluster.store.find("Pod", "production", POD)
    (status,) = pod["status"]["containerStatuses"]
    counted = [points for _, (labels, points) in made.measured() if labels.get("uid") == pod["metadata"]["uid"]]
    assert [value for points in counted for _, value in points] == [status["restartCount"]]


def test_the_first_example(unchanged):
    made, client = unchanged
    card = made.card(FIRST)
    assert (card.namespace, card.pod, card.command) == ("production", POD, f"/crashloop {POD}")
    labels = card.alert.labels
    pod = client.get(f"/api/v1/namespaces/production/pods/{POD}")
    assert labels == {
        "alertname": "KubePodCrashLooping",
        "job": "kube-state-metrics",
        "severity": "warning",
        "endpoint": "http",
        "instance": "10.244.1.7:8080",
        "service": "kube-prometheus-stack-kube-state-metrics",
        "prometheus": "monitoring/kube-prometheus-stack-prometheus",
        "namespace": "production",
        "pod": POD,
        "uid": pod["metadata"]["uid"],
        "container": "api",
        "reason": "CrashLoopBackOff",
    }
    assert (
        f'Pod production/{POD} (api) is in waiting state (reason: "CrashLoopBackOff").'
        in card.alert.annotations["description"]
    )
    log = client.raw("GET", f"/api/v1/namespaces/production/pods/{POD}/log").body
    assert b"invalid value for DATABASE_PORT" in log


def test_its_story_ends_well_and_can_be_told_again(world):
    made, client = world
    path = "/apis/apps/v1/namespaces/production"
    old = client.get(f"{path}/replicasets/api-deployment-5b6d8f")["spec"]["template"]
    template = old | {"metadata": {"labels": {"app": "api-deployment"}}}
    patch = [{"op": "replace", "path": "/spec/template", "value": template}]
    anna = Client(client.cluster, "demo-anna")
    status, _ = anna("PATCH", f"{path}/deployments/api-deployment", patch, content_type="application/json-patch+json")
    assert status == 200
    client.wait(10)
    after = client.cluster.store.all("Pod", "production")
    assert [(pod["metadata"]["name"][:22], is_ready(pod)) for pod in after] == [("api-deployment-5b6d8f-", True)]
    before = made.card(FIRST).alert.labels["uid"]
    made.reset(FIRST)
    assert client.names("/api/v1/namespaces/production/pods") == [POD]
    assert made.card(FIRST).alert.labels["uid"] != before
    assert (
        client.get(f"{path}/deployments/api-deployment")["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
        == "2"
    )
    client.wait(5)
    assert client.names("/api/v1/namespaces/production/pods") == [POD]


@pytest.mark.parametrize(
    ("scenario", "name", "has"),
    [
        ("oom-python", "KubePodCrashLooping", {"container": "api"}),
        ("secret-missing-envfrom", "KubeContainerWaiting", {"reason": "CreateContainerConfigError"}),
        ("init-migration", "KubePodNotReady", {}),
        ("sidecar-crashes", "KubePodCrashLooping", {"container": "log-shipper"}),
        ("quota-exceeded", "KubeDeploymentReplicasMismatch", {"deployment": "frontend"}),
        ("job-backoff", "KubeJobFailed", {"job_name": "reindex", "job": "kube-state-metrics"}),
        ("unschedulable-memory", "KubePodNotReady", {}),
    ],
)
def test_alerts_are_those_that_prometheus_would_send(unchanged, scenario, name, has):
    labels = unchanged[0].card(scenario).alert.labels
    assert labels["alertname"] == name
    assert has.items() <= labels.items()
    assert labels["namespace"] == card_texts()[scenario]["namespace"]


def test_recorded_pods_go_on_crashing(world):
    _, client = world
    path = f"/api/v1/namespaces/production/pods/{POD}"
    before = client.get(path)["status"]["containerStatuses"][0]
    for _ in range(60):
        client._clock[0] += timedelta(seconds=5)
        client.wait(0.5)
    after = client.get(path)["status"]["containerStatuses"][0]
    assert after["restartCount"] > before["restartCount"]
    assert after["state"]["terminated"]["finishedAt"] > before["state"]["terminated"]["finishedAt"]
    assert client._clock[0] - datetime.fromisoformat(after["state"]["terminated"]["finishedAt"]) < timedelta(minutes=6)
    stamped = client.raw("GET", f"{path}/log", timestamps="true").body.decode()
    assert stamped[:19] == after["state"]["terminated"]["finishedAt"][:19]
    healthy = client.cluster.store.all("Pod", "homepage")
    assert all(is_ready(pod) for pod in healthy)
    recovered = client.cluster.store.all("Pod", "flaky")[0]["status"]["containerStatuses"][0]
    assert recovered["restartCount"] == 1


def test_who_may_do_what(world):
    _, client = world
    path = "/apis/apps/v1/namespaces/production/deployments/api-deployment"
    patch = {"metadata": {"annotations": {"x": "y"}}}
    tokens = {"demo-anna": 200, "demo-ben": 403, "demo-bot": 200}
    for token, status in tokens.items():
        caller = Client(client.cluster, token)
        assert caller("PATCH", path, patch, content_type="application/merge-patch+json")[0] == status
        assert caller("GET", "/api/v1/pods")[0] == 200
        assert caller("GET", "/api/v1/namespaces/production/secrets")[0] == 403
    bot = Client(client.cluster, "demo-bot")
    refused = bot(
        "PATCH",
        path,
        patch,
        content_type="application/merge-patch+json",
        headers={"impersonate-user": "ben@example.com"},
    )
    assert refused[0] == 403
    assert 'User "ben@example.com" cannot patch resource "deployments"' in refused[1]["message"]
