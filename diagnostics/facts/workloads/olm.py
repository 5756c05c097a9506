"""Whether the Operator Lifecycle Manager installed a workload, by the marks that it leaves (REFERENCE.md 5.7).

OLM keeps an operator's Deployment as its ClusterServiceVersion has it: what is changed by hand is put back. What lasts
is ``spec.config`` of the Subscription (resources, env, volumes, nodeSelector, tolerations, affinity).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.facts.workloads import owners

if TYPE_CHECKING:
    from diagnostics.snapshot import Object

OLM: Final = "OLM"
"""What the name of such an owner begins with."""
VERSION: Final = "ClusterServiceVersion"
_PACKAGE: Final = "operators.coreos.com/"
"""Prefix of the label ``operators.coreos.com/PACKAGE.NAMESPACE``."""
_INJECTED: Final = "OPERATOR_CONDITION_NAME"
"""The variable that OLM gives each container of an operator."""
_GLOBAL: Final = "openshift-operators"
"""The namespace in which OpenShift's OLM installs operators for all namespaces, and nothing else is meant to be."""


def subscription(item: Object) -> str:
    """Return who installed the workload, as an answer says it: ``OLM Subscription PACKAGE``; empty: not OLM."""
    labels = fields.labels(item, "metadata", "labels")
    version = labels.get("olm.owner") if labels.get("olm.owner.kind", VERSION) == VERSION else ""
    reference = owners.controller(item)
    owned = fields.text(reference, "kind") == VERSION
    package = next((key.removeprefix(_PACKAGE) for key in labels if key.startswith(_PACKAGE)), "")
    if package:
        space = fields.namespace(item)
        return f"{OLM} Subscription {package.removesuffix(f'.{space}')}"
    return f"{OLM} Subscription" if version or owned or _injected(item) or _by_place(item) else ""


def _injected(item: Object) -> bool:
    containers = fields.items(item, "spec", "template", "spec", "containers")
    return any(fields.text(entry, "name") == _INJECTED for one in containers for entry in fields.items(one, "env"))


def _by_place(item: Object) -> bool:
    """Whether it is an operator in a namespace that is there for OLM's operators alone."""
    named = fields.name(item).endswith(("-controller-manager", "-operator"))
    return fields.namespace(item) == _GLOBAL and fields.text(item, "kind") == "Deployment" and named
