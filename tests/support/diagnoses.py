"""Diagnoses as the engine makes them, written out: what the renderers are held to."""

from __future__ import annotations

from diagnostics.diagnosis import (
    Advice,
    Change,
    Diagnosis,
    Evidence,
    Finding,
    Link,
    Remedy,
    RuledOut,
    Scope,
    Verdict,
)
from diagnostics.snapshot import Target, Unread

POD = "api-7d4b9c6f5-xkp2z"
STATE = "status.containerStatuses[api].lastState.terminated"

OOM = Diagnosis(
    target=Target(kind="Pod", namespace="production", name=POD, pod=POD),
    verdict=Verdict.CONFIRMED,
    cause="oom-killed",
    summary="The kernel killed container api for exceeding its memory limit of 96Mi, 5 times.",
    container="api",
    evidence=(
        Evidence(source="pod", path=STATE, quote="reason=OOMKilled exitCode=137", at="2026-11-22T11:58:02Z"),
        Evidence(source="pod", path="spec.containers[api].resources.limits", quote="memory=96Mi"),
        Evidence(
            source="log",
            path="api/previous",
            quote="cache: 91 MiB in 18,204 entries, loading catalogue…",
            at="2026-11-22T11:58:01Z",
        ),
        Evidence(
            source="event",
            path=f"BackOff on Pod production/{POD} (api)",
            quote="Back-off restarting failed container api in pod api-7d4b9c6f5-xkp2z_production(0c1d)",
            at="2026-11-22T11:59:40Z",
        ),
    ),
    facts={"limit": "96Mi", "restarts": 5, "exit_code": 137},
    changed=(
        Change(
            what="container api, resources.limits.memory",
            old="512Mi",
            new="96Mi",
            at="2026-11-22T11:50:00Z",
            before_first_crash_s=240,
            by="helm",
        ),
    ),
    ruled_out=(
        RuledOut(cause="liveness-probe-failed", because="no Killing event for this container, and no liveness probe"),
        RuledOut(cause="killed-externally", because="the kernel is on record as the one who killed it"),
    ),
    remedy=Remedy(
        text="Raise the memory limit above what the program needs, or undo to revision 3, whose limit was 512Mi.",
        commands=(
            "kubectl -n production set resources deployment/api -c api --limits=memory=512Mi --requests=memory=256Mi",
            "kubectl -n production rollout undo deployment/api --to-revision=3",
        ),
    ),
    actions=(
        Advice(action="restart", helps=False, because="the limit would still be 96Mi"),
        Advice(action="undo", helps=True, because="revision 3 ran for 6 d with a limit of 512Mi", to_revision=3),
    ),
    scope=Scope(failing=3, of=3, nodes=("node-1",)),
    workload="Deployment production/api",
    next_restart="2026-11-22T12:01:40Z",
    since="2026-11-22T11:54:00Z",
    cluster="prod-eu",
    took_ms=412,
    requests=9,
)

DEPENDENCY = Diagnosis(
    target=Target(
        kind="Deployment",
        namespace="payments",
        name="ledger",
        pod="ledger-6f5-aaaaa",
        note="found in namespace payments",
    ),
    verdict=Verdict.LIKELY,
    cause="dependency-unavailable",
    summary="postgres-0 cannot write because its disk is full, so ledger cannot reach postgres:5432.",
    container="ledger",
    evidence=(
        Evidence(
            source="log",
            path="ledger/previous",
            quote="panic: dial tcp 10.96.0.12:5432: connect: connection refused\n\tgoroutine 1 [running]: `main.main`",
        ),
    ),
    chain=(
        Link(cause="dependency-unavailable", target="Deployment payments/ledger", summary="postgres:5432 refuses"),
        Link(cause="disk-full", target="StatefulSet payments/postgres", summary="No space left on device"),
    ),
    also=(
        Finding(
            cause="readiness-probe-failed",
            verdict=Verdict.CONFIRMED,
            summary="postgres-0 is not ready.",
            evidence=(Evidence(source="pod", path="status.conditions[Ready]", quote="status=False"),),
        ),
    ),
    unread=(Unread(what="events", why='403 Forbidden: events is forbidden: User "sa" cannot list resource "events"'),),
    remedy=Remedy(
        text="Give the claim of postgres-0 more room.", commands=("kubectl -n payments get pvc data-postgres-0",)
    ),
    actions=(Advice(action="restart", helps=False, because="the dependency would still be down"),),
    workload="Deployment payments/ledger",
    took_ms=1280,
    requests=23,
)

UNDETERMINED = Diagnosis(
    target=Target(kind="Pod", namespace="production", name="batch-0", pod="batch-0"),
    verdict=Verdict.UNDETERMINED,
    cause=None,
    summary="Container batch exits with code 3 after 2 s, 14 times, and prints nothing that is known.",
    container="batch",
    evidence=(Evidence(source="pod", path=STATE.replace("api", "batch"), quote="reason=Error exitCode=3"),),
    facts={"restarts": 14},
    ruled_out=(RuledOut(cause="oom-killed", because="reason is Error, no OOM event on the node"),),
    unread=(Unread(what="previous log of batch in production/batch-0", why="the kubelet has already removed it"),),
    remedy=Remedy(text="Look at what the program prints.", commands=("kubectl -n production logs batch-0 -c batch",)),
    took_ms=300,
    requests=1,
)

HEALTHY = Diagnosis(
    target=Target(kind="Deployment", namespace="production", name="web", pod="web-1"),
    verdict=Verdict.NOT_FAILING,
    cause="healthy",
    summary="All 2 pods are ready, with no restart in the last 6 h.",
    workload="Deployment production/web",
)

NOT_FOUND = Diagnosis(
    target=Target(kind="Pod", namespace="production", name="api-7d4b9c-xxxxx"),
    verdict=Verdict.NOT_FAILING,
    cause="not-found",
    summary="There is no pod api-7d4b9c-xxxxx in namespace production; api-7d4b9c-xkp2z replaced it.",
    remedy=Remedy(
        text="Ask for the pod that replaced it.", commands=("crashloop diagnose production/api-7d4b9c-xkp2z",)
    ),
)

HOSTILE = Diagnosis(
    target=Target(kind="Pod", namespace="x", name="y", pod="y"),
    verdict=Verdict.CONFIRMED,
    cause="app-crash",
    summary="<!channel> <@U123> &amp; <https://evil.example|kubectl> ``` *bold* \x1b[31mred\x1b[0m \u202etxt",
    evidence=(
        Evidence(source="log", path="a/current", quote="``` <!here> ```` & <@U1> \u202e\u0000 שלום 👩‍🚀"),
        Evidence(source="log", path="a/current", quote="&" * 5000),
        Evidence(source="<!here>", path="<#C1>", quote="x" * 5000),
    ),
    remedy=Remedy(text="<!everyone>", commands=("echo '```<!channel>'", "&" * 4000)),
    workload="Deployment x/<!channel>",
    since="<!date^1^{time}|never>",
    cluster="<!here>",
)

SAMPLES = {
    "oom-killed": OOM,
    "dependency": DEPENDENCY,
    "undetermined": UNDETERMINED,
    "healthy": HEALTHY,
    "not-found": NOT_FOUND,
    "hostile": HOSTILE,
}
