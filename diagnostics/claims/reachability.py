"""What a check of a host can find: the problem on the way to it, and the evidence."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnostics.diagnosis import Evidence


class Problem(enum.StrEnum):
    """What is wrong with the way to a host, or that nothing wrong was found."""

    NONE = ""
    LOCAL = "local"  # localhost, and no container of the pod is known to own the port
    NO_SERVICE = "no-service"
    NO_NAMESPACE = "no-namespace"
    SELECTOR = "selector"  # the Service selects no pod
    SCALED_TO_ZERO = "scaled-to-zero"
    NOT_READY = "not-ready"  # it selects pods, none is ready
    PORT = "port"  # the Service has no such port, or its targetPort names none
    TARGET_PORT = "target-port"  # the Service sends to a port that the ready pods behind it do not declare
    NO_MEMBER = "no-member"  # a pod of a StatefulSet that wants fewer
    NOT_HEADLESS = "not-headless"  # a single pod's name, below a Service that has an address of its own
    POLICY = "policy"  # a NetworkPolicy keeps them apart
    EXTERNAL = "external"  # outside the cluster: cannot be checked from here
    UNKNOWN = "unknown"  # the objects that could tell were not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the objects say of a host and port. ``sentence`` tells it in words, ``evidence`` proves it."""

    host: str
    port: int | None
    problem: Problem
    sentence: str = ""
    service: str = ""
    """``namespace/name`` of the Service, whether it exists or not."""
    alias: str = ""
    """The name outside the cluster that an ExternalName Service stands for."""
    near: tuple[str, ...] = ()
    pods: tuple[str, ...] = ()
    """``namespace/name`` of the pods behind the Service."""
    workload: str = ""
    """``Kind namespace/name`` that is scaled to zero, or that a wrong selector misses."""
    evidence: tuple[Evidence, ...] = ()

    @property
    def target(self) -> str:
        """Return ``host:port``, or the host alone."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port is None else f"{shown}:{self.port}"
