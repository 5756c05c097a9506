import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.cluster import Fault
from tests.support.standin import APPS, CORE, JSON_PATCH, MERGE, STRATEGIC, client_of

DEPLOYMENT = f"{APPS}/deployments/storefront"
PARTIAL = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"


@pytest.fixture
def client():
    return client_of("app-after-rollout")


def test_get_and_lists(client):
    pods = client.names(f"{CORE}/pods")
    assert len(pods) == 2
    assert client.get(f"{CORE}/pods/{pods[0]}")["kind"] == "Pod"
    everywhere = client.get("/api/v1/pods")
    assert (everywhere["kind"], everywhere["apiVersion"], len(everywhere["items"])) == ("PodList", "v1", 2)
    assert client.get("/api/v1/namespaces/other/pods")["items"] == []
    assert client.names("/api/v1/namespaces") == ["production"]
    assert client.names(f"{APPS}/replicasets", labelSelector="app=storefront,pod-template-hash notin (7699bf9d76)") == [
        "storefront-5c57cf4884"
    ]
    events = client.get(f"{CORE}/events", fieldSelector=f"involvedObject.name={pods[0]},involvedObject.kind=Pod")
    assert {event["involvedObject"]["name"] for event in events["items"]} == {pods[0]}
    assert client.names("/api/v1/pods", fieldSelector="spec.nodeName=node-1,status.phase=Running") == pods


def test_pages(client):
    everything = client.names(f"{CORE}/events")
    names, token = [], ""
    while True:
        page = client.get(f"{CORE}/events", limit="5", **({"continue": token} if token else {}))
        names += [item["metadata"]["name"] for item in page["items"]]
        token = page["metadata"].get("continue", "")
        if not token:
            break
        assert len(page["items"]) == 5
        assert page["metadata"]["remainingItemCount"] == len(everything) - len(names)
    assert names == everything
    assert client("GET", f"{CORE}/events", **{"continue": "nonsense"})[0] == 400


def test_metadata_only(client):
    one = client("GET", DEPLOYMENT, headers={"accept": PARTIAL})[1]
    assert sorted(one) == ["apiVersion", "kind", "metadata"]
    assert (one["kind"], one["metadata"]["name"]) == ("PartialObjectMetadata", "storefront")
    accept = PARTIAL.replace("Metadata;", "MetadataList;")
    many = client("GET", f"{CORE}/pods", headers={"accept": accept})[1]
    assert many["kind"] == "PartialObjectMetadataList"
    assert all("spec" not in item for item in many["items"])


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", f"{CORE}/pods/none", 404, 'pods "none" not found'),
        ("GET", f"{APPS}/deployments/none", 404, 'deployments.apps "none" not found'),
        ("DELETE", f"{CORE}/pods", 405, "does not allow this method"),
        ("POST", DEPLOYMENT, 405, "does not allow this method"),
        ("PATCH", f"{APPS}/deployments/none", 404, 'deployments.apps "none" not found'),
    ],
)
def test_refusals_are_status_objects(client, method, path, status, said):
    answer = client(method, path, {} if method == "PATCH" else None, content_type=MERGE)
    assert answer[0] == status
    assert (answer[1]["kind"], answer[1]["status"], answer[1]["code"]) == ("Status", "Failure", status)
    assert said in answer[1]["message"]


def test_unknown_paths_are_404(client):
    for path in ("/api/v1/namespaces/production/unicorns", "/apis/none/v1/x", "/nothing", "/api/v2/pods"):
        assert client.raw("GET", path).status == 404


@pytest.mark.parametrize(
    "path", ["/version", "/api", "/apis", "/api/v1", "/apis/apps", "/apis/apps/v1", "/apis/batch/v1"]
)
def test_discovery(client, path):
    assert client.get(path)
    assert client.raw("GET", "/readyz").body == b"ok"


def test_a_patch_changes_bumps_and_names_its_manager(client):
    before = client.get(DEPLOYMENT)
    patch = {"spec": {"template": {"metadata": {"annotations": {"a": "b"}}}}}
    status, after = client("PATCH", DEPLOYMENT, patch, content_type=STRATEGIC, fieldManager="crashloop-bot")
    assert status == 200
    assert after["metadata"]["generation"] == before["metadata"]["generation"] + 1
    assert int(after["metadata"]["resourceVersion"]) > int(before["metadata"]["resourceVersion"])
    entry = after["metadata"]["managedFields"][-1]
    assert (entry["manager"], entry["operation"], entry["time"]) == ("crashloop-bot", "Update", "2026-11-22T12:37:07Z")
    assert entry["fieldsV1"] == {"f:spec": {"f:template": {"f:metadata": {"f:annotations": {}}}}}
    assert after["status"] == before["status"]


def test_metadata_changes_do_not_bump_the_generation_and_no_change_changes_nothing(client):
    before = client.get(DEPLOYMENT)
    after = client("PATCH", DEPLOYMENT, {"metadata": {"labels": {"x": "y"}}}, content_type=MERGE)[1]
    assert after["metadata"]["generation"] == before["metadata"]["generation"]
    again = client("PATCH", DEPLOYMENT, {"metadata": {"labels": {"x": "y"}}}, content_type=MERGE)[1]
    assert again == after


def test_dry_run_keeps_nothing(client):
    before = client.get(DEPLOYMENT)
    status, shown = client("PATCH", DEPLOYMENT, {"spec": {"replicas": 5}}, content_type=MERGE, dryRun="All")
    assert (status, shown["spec"]["replicas"]) == (200, 5)
    assert client.get(DEPLOYMENT) == before
    assert client("PATCH", DEPLOYMENT, {}, content_type=MERGE, dryRun="Some")[0] == 422
    pod = client.names(f"{CORE}/pods")[0]
    assert client("DELETE", f"{CORE}/pods/{pod}", dryRun="All")[0] == 200
    assert pod in client.names(f"{CORE}/pods")


def test_preconditions(client):
    old = client.get(DEPLOYMENT)["metadata"]
    stale = {"metadata": {"resourceVersion": "1"}, "spec": {"replicas": 3}}
    for query in ({}, {"dryRun": "All"}):
        status, refusal = client("PATCH", DEPLOYMENT, stale, content_type=MERGE, **query)
        assert (status, refusal["reason"]) == (409, "Conflict")
        assert "please apply your changes to the latest version" in refusal["message"]
    test = {"op": "test", "path": "/metadata/resourceVersion", "value": "1"}
    change = {"op": "replace", "path": "/spec/replicas", "value": 3}
    assert client("PATCH", DEPLOYMENT, [test, change], content_type=JSON_PATCH)[0] == 422
    test["value"] = old["resourceVersion"]
    assert client("PATCH", DEPLOYMENT, [test, change], content_type=JSON_PATCH)[0] == 200
    assert client("PATCH", DEPLOYMENT, {"metadata": {"uid": "other"}}, content_type=MERGE)[0] == 409
    pod = client.names(f"{CORE}/pods")[0]
    assert client("DELETE", f"{CORE}/pods/{pod}", {"preconditions": {"uid": "other"}})[0] == 409


def test_put(client):
    deployment = client.get(DEPLOYMENT)
    deployment["spec"]["replicas"] = 4
    assert client("PUT", DEPLOYMENT, deployment)[1]["spec"]["replicas"] == 4
    assert client("PUT", DEPLOYMENT, deployment)[0] == 409


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({"spec": {"template": {"spec": {"containers": []}}}}, "spec.template.spec.containers: Required value"),
        ({"spec": {"template": {"spec": {"containers": [{"name": "web"}]}}}}, "image: Required value"),
        ({"spec": {"selector": {"matchLabels": {"app": "x"}}}}, "field is immutable"),
        ({"spec": {"template": {"metadata": {"labels": {"app": "x"}}}}}, "does not match template `labels`"),
    ],
)
def test_what_is_not_valid_is_422(client, patch, said):
    status, refusal = client("PATCH", DEPLOYMENT, patch, content_type=MERGE)
    assert (status, refusal["reason"]) == (422, "Invalid")
    assert said in refusal["message"]


def test_the_name_cannot_be_patched(client):
    assert client("PATCH", DEPLOYMENT, {"metadata": {"name": "x"}}, content_type=MERGE)[0] == 400


def test_events_can_be_posted(client):
    event = {"metadata": {"generateName": "crashloop."}, "involvedObject": {"name": "storefront"}, "reason": "Undo"}
    status, made = client("POST", f"{CORE}/events", event)
    assert status == 201
    assert made["metadata"]["name"].startswith("crashloop.")
    assert client("POST", f"{CORE}/events", made)[0] == 409
    assert client("POST", f"{CORE}/events", b"not json")[0] == 400


def test_scale(client):
    status, scale = client("PATCH", f"{DEPLOYMENT}/scale", {"spec": {"replicas": 3}}, content_type=MERGE)
    assert (status, scale["spec"]["replicas"]) == (200, 3)
    assert client.get(f"{DEPLOYMENT}/scale")["spec"]["replicas"] == 3
    assert client("PATCH", f"{DEPLOYMENT}/scale", {"spec": {"replicas": -3}}, content_type=MERGE)[0] == 422


def test_faults(client):
    faults = client.cluster.faults
    faults.add(Fault("throttle", "pods", retry_after_s=7, times=1))
    reply = client.raw("GET", f"{CORE}/pods")
    assert (reply.status, reply.headers["Retry-After"]) == (429, "7")
    assert client.raw("GET", f"{CORE}/pods").status == 200
    faults.add(Fault("forbid", "pods/log"))
    faults.add(Fault("error", "events", status=503))
    faults.add(Fault("broken-json", "replicasets"))
    faults.add(Fault("hang", "nodes"))
    pod = client.names(f"{CORE}/pods")[0]
    assert client.raw("GET", f"{CORE}/pods/{pod}/log").status == 403
    assert client.raw("GET", f"{CORE}/events").status == 503
    with pytest.raises(json.JSONDecodeError):
        json.loads(client.raw("GET", f"{APPS}/replicasets").body)
    assert client.raw("GET", "/api/v1/nodes").hang
    faults.clear()
    assert client.raw("GET", "/api/v1/nodes").status == 200


@settings(max_examples=60)
@given(
    st.sampled_from(["GET", "PUT", "POST", "PATCH", "DELETE"]),
    st.sampled_from([DEPLOYMENT, f"{CORE}/pods", f"{APPS}/deployments", "/api", "/apis/", f"{DEPLOYMENT}/scale", "//"]),
    st.binary(max_size=40)
    | st.sampled_from([b"{}", b"[]", b"null", b'{"metadata":{}}', b'{"metadata":3}', b'{"spec":null}']),
    st.sampled_from(["application/json", JSON_PATCH, MERGE, STRATEGIC]),
)
def test_no_request_breaks_it(method, path, body, content_type):
    reply = client_of("app-after-rollout").raw(method, path, body, content_type=content_type)
    assert 200 <= reply.status < 500
