from __future__ import annotations

import pytest

from bot.cluster.actuator import Actuator, Conflict, Done, Refused, Unclear
from bot.model.policy import Identity
from tests.fakes.kube_api import Play, status_of

PATH = "/apis/apps/v1/namespaces/production/deployments/api"
POD = "/api/v1/namespaces/production/pods/api-1"
BEFORE = {
    "kind": "Deployment",
    "metadata": {"name": "api", "namespace": "production", "uid": "u1", "resourceVersion": "7"},
}
CHANGE = ({"op": "add", "path": "/spec/x", "value": 1},)
TEST_FAILED = "the server rejected our request due to an error in our request"


async def test_a_patch_is_guarded_signed_and_impersonated(api, connection):
    api.on(f"PATCH {PATH}", {"metadata": {"generation": 2}})
    person = Identity(user="alice", groups=("a", "b"))
    result = await Actuator(connection).patch(BEFORE, CHANGE, dry_run=True, as_user=person)
    assert result == Done({"metadata": {"generation": 2}})
    (seen,) = api.seen
    assert seen.query == {"fieldManager": "crashloop-bot", "dryRun": "All"}
    assert seen.headers["Content-Type"] == "application/json-patch+json"
    assert seen.headers["Impersonate-User"] == "alice"
    assert seen.groups == ["a", "b"]
    assert seen.body == [
        {"op": "test", "path": "/metadata/uid", "value": "u1"},
        {"op": "test", "path": "/metadata/resourceVersion", "value": "7"},
        *CHANGE,
    ]


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        (Play(status_of(409, "the object has been modified"), status=409), Conflict("it changed in the meantime")),
        (Play(status_of(422, TEST_FAILED), status=422), Conflict("it changed in the meantime")),
        (Play(status_of(404, "gone"), status=404), Conflict("it does not exist any more")),
        (
            Play(status_of(422, 'Deployment.apps "api" is invalid'), status=422),
            Refused('the cluster refused it: 422 Unprocessable Entity: Deployment.apps "api" is invalid'),
        ),
        (
            Play(status_of(403, "exceeded quota"), status=403),
            Refused("the cluster refused it: 403 Forbidden: exceeded quota"),
        ),
        (
            Play(status_of(400, 'admission webhook "x" does not support dry run'), status=400),
            Refused(
                'the cluster refused it: 400 Bad Request: admission webhook "x" does not support dry run',
                dry_run_unsupported=True,
            ),
        ),
        (Play(status_of(500, "etcd"), status=500), Unclear("the cluster answered 500 Internal Server Error: etcd")),
        (Play(b"{"), Unclear("the reply is no valid JSON (JSONDecodeError)")),
    ],
)
async def test_answers_are_typed_and_nothing_is_tried_again(api, connection, play, expected):
    api.on(f"PATCH {PATH}", play)
    assert await Actuator(connection).patch(BEFORE, CHANGE, dry_run=False) == expected
    assert len(api.seen) == 1
    assert "dryRun" not in api.seen[0].query


async def test_a_lost_connection_is_unclear(api, connection):
    api.on(f"PATCH {PATH}", Play(reset=True))
    assert isinstance(await Actuator(connection).patch(BEFORE, CHANGE, dry_run=False), Unclear)
    assert len(api.seen) == 1


async def test_a_pod_is_deleted_by_its_uid(api, connection):
    api.on(f"DELETE {POD}", {"kind": "Status", "status": "Success"})
    result = await Actuator(connection).delete_pod("production", "api-1", "u9")
    assert isinstance(result, Done)
    assert api.seen[0].body["preconditions"] == {"uid": "u9"}
