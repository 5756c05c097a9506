"""What the API server answers."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import kubernetes

ROWS = [
    (
        'kubernetes version "1.20.11" is not compatible, need at least "1.21.0-0"',
        T.CLUSTER_VERSION,
        {"found": "1.20.11", "expected": "1.21.0-0"},
    ),
    (
        "requires Kubernetes >= 1.25.0, but the API server reports v1.23.17",
        T.CLUSTER_VERSION,
        {"expected": "1.25.0", "found": "1.23.17"},
    ),
    (
        "unsupported Kubernetes version v1.22.9: minimum supported version is v1.24.0",
        T.CLUSTER_VERSION,
        {"found": "1.22.9", "expected": "1.24.0"},
    ),
    (
        "chart requires kubeVersion: >=1.21.0-0 which is incompatible with Kubernetes v1.20.4",
        T.CLUSTER_VERSION,
        {"expected": "1.21.0-0", "found": "1.20.4"},
    ),
    (
        'no matches for kind "Certificate" in version "cert-manager.io/v1"',
        T.KIND_MISSING,
        {"resource": "Certificate", "version": "cert-manager.io/v1"},
    ),
    (
        "the server could not find the requested resource (get widgets.example.io)",
        T.KIND_MISSING,
        {"verb": "get", "resource": "widgets.example.io"},
    ),
    (
        'leases.coordination.k8s.io is forbidden: User "system:a" cannot list resource "leases"',
        T.RIGHT_DENIED,
        {"verb": "list", "user": "system:a", "resource": "leases.coordination.k8s.io"},
    ),
    (
        'failed calling webhook "v.example.io": no endpoints available for service "svc"',
        T.WEBHOOK_MISSING,
        {"resource": "v.example.io"},
    ),
    ("error received: leader election lost", T.UNREACHABLE, {"reason": "leader election"}),
]
HARMLESS = [
    "kubernetes version v1.28.3",
    "requires kubernetes client 28.1.0",
    "needs Kubernetes API access to 10.96.0.1",
    "connected to Kubernetes 1.28, requires at least 2 replicas",
    "server version 9.6 is not supported",
    "successfully acquired lease kube-system/x",
    "CRD widgets.example.io not found, skipping",
    "watching 3 kinds",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = kubernetes.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert kubernetes.terms(text) == ()
