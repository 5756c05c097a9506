"""What a cause is called in a few words, where it is counted or stands in a line: eight times bad configuration."""

from __future__ import annotations

SHORT = {
    "app-crash": "program crash",
    "bad-config": "bad configuration",
    "bad-entrypoint": "command cannot be run",
    "cluster-prerequisite": "kind or webhook missing",
    "deadline-exceeded": "deadline exceeded",
    "dependency-auth-failed": "credentials refused",
    "dependency-unavailable": "dependency unavailable",
    "disk-full": "disk full",
    "evicted": "evicted",
    "exits-cleanly": "ends with exit code 0",
    "healthy": "nothing wrong",
    "heap-exhausted": "heap limit reached",
    "image-pull-failed": "image not pulled",
    "incompatible-data": "data of another version",
    "init-container-failed": "init container failed",
    "job-held-open": "Job held open by a sidecar",
    "killed-externally": "ended from outside",
    "lifecycle-hook-failed": "lifecycle hook failed",
    "liveness-probe-failed": "liveness probe failed",
    "missing-configmap": "ConfigMap missing",
    "missing-library": "module or library missing",
    "missing-secret": "Secret missing",
    "node-prerequisite": "node lacks a prerequisite",
    "node-unhealthy": "unhealthy node",
    "not-found": "not found",
    "oom-killed": "out of memory",
    "permission-denied": "permission denied",
    "pod-create-rejected": "pods rejected",
    "port-conflict": "port conflict",
    "readiness-probe-failed": "readiness probe failed",
    "recovered": "recovered",
    "scaled-to-zero": "scaled to zero",
    "security-context-denied": "security context denied",
    "stale-state": "leftover state",
    "starting": "starting",
    "startup-probe-failed": "startup probe failed",
    "tls-certificate": "TLS certificate",
    "unschedulable": "not schedulable",
    "volume-mount-failed": "volume not mounted",
}


def short(cause: str | None) -> str:
    """Return a cause in a few words; an id without any is read as words itself."""
    if not cause:
        return "no known cause"
    return SHORT.get(cause) or cause.replace("-", " ")
