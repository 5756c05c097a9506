"""The people of the demo and their rights: RBAC objects like those of any cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.cluster.authorization import AUTHENTICATED, Caller

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.demo.cluster.wire import Object

ANNA, BEN, CARA = "anna@example.com", "ben@example.com", "cara@example.com"
BOT_TOKEN = "demo-bot"  # noqa: S105 — opens nothing but this stand-in on loopback
BOT = Caller(
    "system:serviceaccount:crashloop:crashloop",
    ("system:serviceaccounts", "system:serviceaccounts:crashloop", AUTHENTICATED),
)
TOKENS: dict[str, Caller] = {
    BOT_TOKEN: BOT,
    "demo-anna": Caller(ANNA, (AUTHENTICATED,)),
    "demo-ben": Caller(BEN, (AUTHENTICATED,)),
    "demo-cara": Caller(CARA, (AUTHENTICATED,)),
}
API = "rbac.authorization.k8s.io"
READ = ["get", "list", "watch"]
WORKLOADS = ["deployments", "replicasets", "statefulsets", "daemonsets", "controllerrevisions"]
BASICS = [
    *("pods", "pods/log", "events", "services", "configmaps", "persistentvolumeclaims", "serviceaccounts"),
    *("resourcequotas", "limitranges", "namespaces", "nodes", "persistentvolumes", "replicationcontrollers"),
]


def rules_of_readers() -> list[Object]:
    """Return what everybody in the demo may read: all that rbac-read.yaml lets the bot, and no Secrets."""
    return [
        _rule("", BASICS, READ),
        _rule("", ["pods"], ["watch"]),
        _rule("apps", WORKLOADS, READ),
        _rule("batch", ["jobs", "cronjobs"], READ),
        _rule("discovery.k8s.io", ["endpointslices"], READ),
        _rule("networking.k8s.io", ["networkpolicies"], READ),
        _rule(API, ["roles", "rolebindings", "clusterroles", "clusterrolebindings"], READ),
        _rule("apiextensions.k8s.io", ["customresourcedefinitions"], READ),
        _rule("autoscaling", ["horizontalpodautoscalers"], READ),
        _rule("policy", ["poddisruptionbudgets"], READ),
    ]


def objects() -> list[Object]:
    """Return the workspace's own objects: the bot's namespace and account, roles, bindings."""
    bot = {"kind": "ServiceAccount", "name": "crashloop", "namespace": "crashloop"}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "crashloop"}, "status": {"phase": "Active"}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "crashloop", "namespace": "crashloop"}},
        _role("crashloop-reader", rules_of_readers()),
        _role("crashloop-reviewer", [_rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"])]),
        _role(
            "crashloop-actor",
            [
                _rule("apps", ["deployments", "statefulsets", "daemonsets"], ["patch"]),
                _rule("", ["pods"], ["delete"]),
                _rule("", ["events"], ["create"]),
            ],
        ),
        # So that a change is made, and audited, as the person who clicked.
        _role("crashloop-impersonator", [_rule("", ["users", "groups"], ["impersonate"])]),
        *(
            _binding(f"crashloop-{name}", f"crashloop-{name}", [bot])
            for name in ("reader", "reviewer", "actor", "impersonator")
        ),
        _role("view", rules_of_readers()),
        _role(
            "release-engineer",
            [
                _rule("apps", ["deployments", "statefulsets", "daemonsets"], ["patch", "update"]),
                # An undone StatefulSet waits for its broken pod until somebody deletes it.
                _rule("", ["pods"], ["delete"]),
            ],
        ),
        _binding("everybody-views", "view", _users(ANNA, BEN, CARA)),
        _binding("anna-and-cara-release", "release-engineer", _users(ANNA, CARA)),
    ]


def _rule(group: str, resources: list[str], verbs: list[str]) -> Object:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}


def _role(name: str, rules: list[Object]) -> Object:
    return {"apiVersion": f"{API}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules}


def _users(*names: str) -> list[dict[str, Any]]:
    return [{"apiGroup": API, "kind": "User", "name": name} for name in names]


def _binding(name: str, role: str, subjects: Iterable[dict[str, Any]]) -> Object:
    return {
        "apiVersion": f"{API}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": API, "kind": "ClusterRole", "name": role},
        "subjects": list(subjects),
    }
