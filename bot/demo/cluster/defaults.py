"""What the API server writes into an object where its lists are replaced whole.

A client's `apply` compares such a list as it stands in the file with what the server made of it, so an element that the
server completed differs for ever. Other defaults stand in maps, or in lists that are merged by a key, and change
nothing there: they are left out. (kubernetes/pkg/apis/networking/v1/defaults.go and pkg/apis/rbac/v1/defaults.go.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields

if TYPE_CHECKING:
    from bot.demo.cluster.wire import Object

RBAC = "rbac.authorization.k8s.io"


def complete(obj: Object) -> None:
    """Add the defaults of a NetworkPolicy, a RoleBinding or a ClusterRoleBinding; leave other kinds as they are."""
    if obj.get("kind") == "NetworkPolicy":
        _policy(obj)
    if obj.get("kind") in {"RoleBinding", "ClusterRoleBinding"}:
        for subject in fields.items(obj, "subjects"):
            if subject.get("kind") in {"User", "Group"}:
                subject.setdefault("apiGroup", RBAC)


def _policy(obj: Object) -> None:
    for direction in ("ingress", "egress"):
        for rule in fields.items(obj, "spec", direction):
            for port in fields.items(rule, "ports"):
                port.setdefault("protocol", "TCP")
