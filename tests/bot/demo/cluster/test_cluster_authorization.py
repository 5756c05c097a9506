import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.cluster import Caller
from bot.demo.cluster.authorization import Ask, decide
from bot.demo.cluster.protobuf import MAGIC, decode
from bot.demo.cluster.wire import ApiError
from tests.support.standin import APPS, CORE, STRATEGIC, Client, client_of

RBAC = "rbac.authorization.k8s.io"
REVIEWS = "/apis/authorization.k8s.io/v1"


def role(kind, name, *rules, namespace=""):
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": meta, "rules": list(rules)}


def binding(kind, name, ref, subject, namespace=""):
    meta = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": kind,
        "metadata": meta,
        "roleRef": {"kind": ref[0], "name": ref[1]},
        "subjects": [subject],
    }


def rule(verbs, resources, groups=("",), names=()):
    made = {"verbs": list(verbs), "resources": list(resources), "apiGroups": list(groups)}
    return made | ({"resourceNames": list(names)} if names else {})


@pytest.fixture
def client():
    client = client_of("app-after-rollout")
    for obj in (
        role("ClusterRole", "reader", rule(["get", "list"], ["pods", "pods/log"])),
        role("ClusterRole", "all-logs", rule(["get"], ["*/log"])),
        role("ClusterRole", "root", rule(["*"], ["*"], ["*"])),
        role(
            "ClusterRole", "speaker", rule(["impersonate"], ["users"], names=["ann"]), rule(["impersonate"], ["groups"])
        ),
        role("Role", "one", rule(["patch"], ["deployments"], ["apps"], ["storefront"]), namespace="production"),
        role("Role", "reviewer", rule(["create"], ["subjectaccessreviews"], ["authorization.k8s.io"])),
        role("ClusterRole", "reviewer", rule(["create"], ["subjectaccessreviews"], ["authorization.k8s.io"])),
        binding("ClusterRoleBinding", "readers", ("ClusterRole", "reader"), {"kind": "Group", "name": "team"}),
        binding("ClusterRoleBinding", "roots", ("ClusterRole", "root"), {"kind": "User", "name": "rita"}),
        binding("ClusterRoleBinding", "speakers", ("ClusterRole", "speaker"), {"kind": "User", "name": "bot"}),
        binding("ClusterRoleBinding", "reviews", ("ClusterRole", "reviewer"), {"kind": "User", "name": "bot"}),
        binding("RoleBinding", "ones", ("Role", "one"), {"kind": "User", "name": "ann"}, "production"),
        binding("RoleBinding", "here", ("ClusterRole", "reader"), {"kind": "User", "name": "ben"}, "production"),
        binding("RoleBinding", "gone", ("Role", "missing"), {"kind": "User", "name": "ben"}, "production"),
        binding(
            "ClusterRoleBinding",
            "logs",
            ("ClusterRole", "all-logs"),
            {"kind": "ServiceAccount", "name": "robot", "namespace": "tools"},
        ),
    ):
        client.cluster.store.load(obj)
    for user in ("ann", "ben", "bot", "rita"):
        client.cluster.tokens[user] = Caller(user, ("system:authenticated",))
    return client


@pytest.mark.parametrize(
    ("user", "groups", "ask", "allowed"),
    [
        ("x", ["team"], Ask("list", "pods"), True),
        ("x", ["team"], Ask("get", "pods", subresource="log", namespace="any", name="p"), True),
        ("x", ["team"], Ask("delete", "pods", namespace="any", name="p"), False),
        ("x", ["team"], Ask("get", "secrets", namespace="any"), False),
        ("x", ["other"], Ask("list", "pods"), False),
        ("x", ["system:masters"], Ask("delete", "nodes", name="n"), True),
        ("rita", [], Ask("patch", "deployments", "apps", namespace="n", name="d"), True),
        ("ann", [], Ask("patch", "deployments", "apps", namespace="production", name="storefront"), True),
        ("ann", [], Ask("patch", "deployments", "apps", namespace="production", name="other"), False),
        ("ann", [], Ask("patch", "deployments", "apps", namespace="production"), False),
        ("ann", [], Ask("patch", "deployments", "", namespace="production", name="storefront"), False),
        ("ann", [], Ask("patch", "deployments", "apps", "scale", "production", "storefront"), False),
        ("ann", [], Ask("patch", "deployments", "apps", namespace="staging", name="storefront"), False),
        ("ben", [], Ask("list", "pods", namespace="production"), True),
        ("ben", [], Ask("list", "pods"), False),
        ("system:serviceaccount:tools:robot", [], Ask("get", "pods", subresource="log", namespace="n"), True),
        ("system:serviceaccount:tools:robot", [], Ask("get", "pods", namespace="n"), False),
        ("system:serviceaccount:other:robot", [], Ask("get", "pods", subresource="log", namespace="n"), False),
    ],
)
def test_rbac_decides(client, user, groups, ask, allowed):
    assert decide(client.cluster.store, Caller(user, tuple(groups)), ask).allowed is allowed


def as_user(client, token):
    return Client(client.cluster, token)


def test_requests_are_authorised_for_the_caller(client):
    ben = as_user(client, "ben")
    assert ben("GET", f"{CORE}/pods")[0] == 200
    status, refusal = ben("GET", "/api/v1/pods")
    assert (status, refusal["reason"]) == (403, "Forbidden")
    assert refusal["message"] == (
        'pods is forbidden: User "ben" cannot list resource "pods" in API group "" at the cluster scope'
    )
    status, refusal = ben("PATCH", f"{APPS}/deployments/storefront", {}, content_type=STRATEGIC)
    assert refusal["message"] == (
        'deployments.apps "storefront" is forbidden: User "ben" cannot patch resource "deployments" '
        'in API group "apps" in the namespace "production"'
    )


def test_callers_must_be_known(client):
    assert as_user(client, "wrong")("GET", f"{CORE}/pods")[0] == 401
    anonymous = client.raw("GET", f"{CORE}/pods", headers={"authorization": ""})
    assert anonymous.status == 403
    assert b"system:anonymous" in anonymous.body


def test_impersonation_needs_the_right_and_then_counts(client):
    bot = as_user(client, "bot")
    path = f"{APPS}/deployments/storefront"
    assert bot("PATCH", path, {}, content_type=STRATEGIC)[0] == 403
    assert bot("PATCH", path, {}, content_type=STRATEGIC, headers={"impersonate-user": "ann"})[0] == 200
    status, refusal = bot("PATCH", path, {}, content_type=STRATEGIC, headers={"impersonate-user": "rita"})
    assert (status, 'cannot impersonate resource "users"' in refusal["message"]) == (403, True)
    ann = {"impersonate-user": "ann"}
    assert bot("GET", "/api/v1/pods", headers=ann)[0] == 403
    assert bot("GET", "/api/v1/pods", headers=ann, groups=("team",))[0] == 200
    assert as_user(client, "ben")("GET", f"{CORE}/pods", headers=ann)[0] == 403
    assert bot("GET", f"{CORE}/pods", groups=("team",))[0] == 400


def test_reviews(client):
    bot = as_user(client, "bot")
    attributes = {"verb": "patch", "group": "apps", "resource": "deployments", "namespace": "production"}
    spec = {"user": "ann", "resourceAttributes": attributes | {"name": "storefront"}}
    status, review = bot("POST", f"{REVIEWS}/subjectaccessreviews", {"spec": spec})
    assert status == 201
    assert review["status"] == {
        "allowed": True,
        "reason": 'RBAC: allowed by RoleBinding "ones/production" of Role "one" to User "ann"',
    }
    spec["user"] = "ben"
    assert bot("POST", f"{REVIEWS}/subjectaccessreviews", {"spec": spec})[1]["status"] == {"allowed": False}
    assert as_user(client, "ben")("POST", f"{REVIEWS}/subjectaccessreviews", {"spec": spec})[0] == 403
    own = as_user(client, "ben")(
        "POST", f"{REVIEWS}/selfsubjectaccessreviews", {"spec": {"resourceAttributes": attributes}}
    )
    assert own[1]["status"] == {"allowed": False}
    me = as_user(client, "ben")("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {})[1]
    assert me["status"]["userInfo"]["username"] == "ben"
    assert bot("POST", f"{REVIEWS}/subjectaccessreviews", {"spec": {}})[0] == 400
    assert bot("GET", f"{REVIEWS}/subjectaccessreviews")[0] == 405


def field(number, value):
    return bytes([number << 3 | 2, len(value)]) + value


def test_reviews_in_protobuf():
    attributes = field(1, b"production") + field(2, b"patch") + field(3, b"apps") + field(5, b"deployments")
    kind = field(1, field(1, b"authorization.k8s.io/v1") + field(2, b"SelfSubjectAccessReview"))
    body = MAGIC + kind + field(2, field(2, field(1, attributes)))
    assert decode(body)["spec"] == {
        "resourceAttributes": {"namespace": "production", "verb": "patch", "group": "apps", "resource": "deployments"}
    }


@given(st.binary(max_size=60))
def test_any_protobuf_is_read_or_refused(data):
    try:
        found = decode(MAGIC + data)
    except ApiError as refusal:
        found = refusal.status()
    assert found.get("code", 400) == 400
    assert "metadata" in found
