from __future__ import annotations

import pytest

from bot.cluster.access import OWN_REVIEWS, REVIEWS, Reviewer, Right
from bot.model.policy import Identity
from tests.fakes.kube_api import Play, status_of

ALICE = Identity(user="alice@example.com", groups=("on call",))
PATCH = Right(verb="patch", group="apps", resource="deployments", namespace="production", name="api")


async def test_a_yes_is_the_clusters(api, connection):
    api.on(REVIEWS, {"status": {"allowed": True, "reason": 'RBAC: allowed by RoleBinding "oncall/production"'}})
    review = await Reviewer(connection).may(ALICE, PATCH)
    assert review.allowed
    assert review.reason == 'RBAC: allowed by RoleBinding "oncall/production"'
    assert api.seen[0].method == "POST"
    assert api.seen[0].body["spec"] == {
        "user": "alice@example.com",
        "groups": ["on call", "system:authenticated"],
        "resourceAttributes": {
            "verb": "patch", "group": "apps", "resource": "deployments", "namespace": "production", "name": "api",
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("play", "why"),
    [
        (Play({"status": {"allowed": False}}), ""),
        (Play({"status": {"allowed": True, "denied": True, "reason": "webhook"}}), ": webhook"),
        (Play({"status": {"allowed": "true"}}), ""),
        (Play({"status": {}}), ""),
        (Play({"status": None}), ""),
        (Play({}), ""),
        (Play([True]), ""),
        (Play({"status": {"allowed": False, "evaluationError": "no role"}}), ": no role"),
        (Play(b"{"), ": the cluster could not be asked (the reply is no valid JSON (JSONDecodeError))"),
        (Play(status_of(403, "no"), status=403), ": the cluster could not be asked (403 Forbidden: no)"),
        (Play(status_of(500, "no"), status=500), ": the cluster could not be asked (500 Internal Server Error: no)"),
        (Play({"status": {"allowed": True}}, status=302), ": the cluster could not be asked (302 Found)"),
    ],
)
async def test_every_doubt_is_a_no_that_names_the_right(api, connection, play, why):
    api.on(REVIEWS, play)
    review = await Reviewer(connection).may(ALICE, PATCH)
    assert not review.allowed
    known = "could not be asked" not in why
    assert review.reason == (
        f"{'' if known else 'it is not known whether '}alice@example.com may {'not ' if known else ''}"
        f'patch deployments.apps "api" in namespace production{why}'
    )
    assert review.check == (
        "kubectl auth can-i patch deployments.apps/api -n production --as alice@example.com '--as-group=on call'"
    )


async def test_no_answer_is_a_no(api, connection, monkeypatch):
    monkeypatch.setattr("bot.cluster.access.WITHIN_S", 0.2)
    api.on(REVIEWS, Play(hang=True))
    review = await Reviewer(connection).may(ALICE, PATCH)
    assert not review.allowed
    assert "gave no whole answer within 0.2 s" in review.reason


async def test_a_review_is_asked_again_after_a_passing_fault(api, connection):
    api.on(REVIEWS, Play(status=503), Play({"status": {"allowed": True}}))
    assert (await Reviewer(connection).may(ALICE, PATCH)).allowed


async def test_what_the_bot_itself_may(api, connection):
    api.on(OWN_REVIEWS, {"status": {"allowed": False}})
    review = await Reviewer(connection).bot_may(
        Right(verb="get", resource="pods", subresource="log", namespace="production")
    )
    assert review.reason == "tester may not get pods/log in namespace production"


async def test_whose_credentials_the_bot_has_is_asked_about_as_itself(api, connection):
    """Their groups are what the API server says, so nobody has to claim ``system:masters`` for them."""
    api.on(OWN_REVIEWS, {"status": {"allowed": False}})
    api.on(REVIEWS, {"status": {"allowed": True}})
    me = Identity(user="system:admin")
    reviewer = Reviewer(connection, own=me)
    review = await reviewer.may(me, PATCH)
    assert not review.allowed
    assert review.check == "kubectl auth can-i patch deployments.apps/api -n production"
    assert set(api.seen[0].body["spec"]) == {"resourceAttributes"}
    assert await reviewer.unable() == ""
    assert (await reviewer.may(ALICE, PATCH)).allowed
    assert api.seen[1].body["spec"]["user"] == ALICE.user


async def test_who_cannot_ask_about_people_says_which_right_is_missing(api, connection):
    api.on(OWN_REVIEWS, {"status": {"allowed": False}})
    said = await Reviewer(connection).unable()
    assert said == f"{connection.who} may not create subjectaccessreviews.authorization.k8s.io"
