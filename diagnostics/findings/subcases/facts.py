"""Facts of the objects that a sub-case may demand, and the names that its texts may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import named
from diagnostics.facts import images
from diagnostics.facts.workloads import onset
from diagnostics.findings import image_paths, lookups, premises, state_places
from diagnostics.findings.commands import pod_name, subject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from diagnostics.claims.case import Case

    Fact = Callable[[Case, Mapping[str, str]], bool]

_ROLE: Final = "eks.amazonaws.com/role-arn"
_POD_IDENTITY: Final = "AWS_CONTAINER_CREDENTIALS_FULL_URI"


def values(case: Case) -> dict[str, str]:
    """Return the names that any text may use; one that is not known is empty."""
    suspect = case.suspect
    image = "" if suspect is None else fields.text(suspect.spec, "image")
    return {
        "container": "" if suspect is None else suspect.name,
        "pod": "" if case.pod is None else pod_name(case),
        "workload": subject(case),
        "namespace": case.namespace,
        "account": "" if case.pod is None else fields.text(case.pod, "spec", "serviceAccountName") or "default",
        "image": image,
        "repository": images.repository(image) if image else "",
        "node": fields.text(case.pod, "spec", "nodeName"),
        "command": _command(case),
        "places": lookups.places(case),
    }


VALUES: Final = (
    "container",
    "pod",
    "workload",
    "namespace",
    "account",
    "image",
    "repository",
    "node",
    "command",
    "places",
)
"""The names of ``values``."""


def _command(case: Case) -> str:
    """Return what the container is told to run, as the spec says it; empty where the image decides."""
    spec = {} if case.suspect is None else case.suspect.spec
    words = (*fields.strings(spec, "command"), *fields.strings(spec, "args"))
    return " ".join(words)[:120] if len(" ".join(words)) <= 120 else ""


def _kind_of(case: Case, names: Mapping[str, str]) -> str:
    path = names.get("path", "")
    return named.file(case, path).kind if path.startswith("/") else ""


def _variable(case: Case, names: Mapping[str, str]) -> named.State:
    return named.variable(case, names["var"]).state if names.get("var") else named.State.UNKNOWN


def _env(case: Case, variable: str) -> bool:
    spec = {} if case.suspect is None else case.suspect.spec
    return any(fields.text(item, "name") == variable for item in fields.items(spec, "env"))


def _federated(case: Case, _: Mapping[str, str]) -> bool:
    """Whether the pod's ServiceAccount stands for a role of the cloud."""
    account = fields.text(case.pod, "spec", "serviceAccountName") or "default"
    held = case.snapshot.one("ServiceAccount", case.namespace, account)
    return _ROLE in fields.labels(held or {}, "metadata", "annotations") or _env(case, "AWS_ROLE_ARN")


def _killed_before(case: Case, _: Mapping[str, str]) -> bool:
    """Whether the kubelet ended the container for a probe before: what it had begun was cut off."""
    return any(event.reason == "Killing" and "probe" in event.message for event in case.events)


def _host_network(case: Case, _: Mapping[str, str]) -> bool:
    return fields.flag(case.pod, "spec", "hostNetwork")


FACTS: Final[dict[str, Fact]] = {
    "stdin-open": lambda case, _: case.suspect is not None and fields.flag(case.suspect.spec, "stdin"),
    "on-claim": lambda case, names: _kind_of(case, names) == "PersistentVolumeClaim",
    "on-emptydir": lambda case, names: _kind_of(case, names) == "emptyDir",
    "on-hostpath": lambda case, names: _kind_of(case, names) == "hostPath",
    "on-volume": lambda case, names: bool(_kind_of(case, names)),
    "of-kernel": lambda _, names: image_paths.of_kernel(names.get("path", "")),
    "set": lambda case, names: _variable(case, names) is named.State.PRESENT,
    "empty": lambda case, names: _variable(case, names) is named.State.EMPTY,
    "unset": lambda case, names: _variable(case, names) is named.State.ABSENT,
    "federated": _federated,
    "pod-identity": lambda case, _: _env(case, _POD_IDENTITY),
    "killed-before": _killed_before,
    "host-network": _host_network,
    "no-volume": lambda case, _: state_places.no_volume(case),
    "placed": lambda case, _: bool(fields.text(case.pod, "spec", "nodeName")),
    "never-ready": lambda case, _: onset.never_ready(case),
    "other-image": lambda case, _: premises.other_image(case),
}
"""Each fact by its name; it is asked with what the pattern named."""


def hold(case: Case, demanded: tuple[str, ...], names: Mapping[str, str]) -> bool:
    """Whether all that is demanded is so."""
    return all(FACTS[name.removeprefix("not-")](case, names) is not name.startswith("not-") for name in demanded)
