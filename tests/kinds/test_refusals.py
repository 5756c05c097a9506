"""A program that says in its own words why it does not start has not crashed; one whose code fails has."""

from __future__ import annotations

import pytest

from tests.kinds.world import Want, asked, check, dies

NO_CRASH = ("crashed", "version without it", "issues of", "fix the code")
PUBLIC = "quay.io/example-project/widget:v1.4.0"
STATE = {"/data": {"persistentVolumeClaim": {"claimName": "data-app-0"}}}

CASES = {
    "java-not-initialised": (
        lambda: dies(
            "2026-05-09 08:59:02,425 ERROR meta.MetaServer: Failed to start meta server.\n"
            "java.io.IOException: Meta store is not initialized.\n"
            "    at org.acme.meta.Store.open(Store.java:252)\n    at org.acme.meta.MetaServer.main(MetaServer.java:1759)\n"
            "2026-05-09 08:59:02,427 INFO util.ExitUtil: Exiting with status 1: java.io.IOException: Meta store is not initialized.",
            image=PUBLIC,
            volumes=STATE,
        ),
        Want(cause=(None, "stale-state", "bad-config"), says=("not initialized",), never=NO_CRASH),
    ),
    "java-not-bootstrapped": (
        lambda: dies(
            'Exception in thread "main" java.lang.IllegalStateException: Cluster is not bootstrapped: please run'
            " 'ctl bootstrap' once before the first start\n"
            "\tat com.acme.node.Node.start(Node.java:93)\n\tat com.acme.node.Main.main(Main.java:12)",
            image=PUBLIC,
        ),
        Want(
            cause=(None, "stale-state", "bad-config"),
            says=("not bootstrapped",),
            remedy=("ctl bootstrap",),
            never=NO_CRASH,
        ),
    ),
    "klog-unimplemented": (
        lambda: dies(
            "I0429 07:21:44.805210       1 main.go:53] connecting to the runtime\n"
            "F0429 07:21:44.806871       1 main.go:59] cannot list sandboxes (make sure that the CRI v1 plugin of containerd is"
            " enabled): rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService",
            255,
            image=PUBLIC,
        ),
        Want(
            cause=(None, "node-prerequisite", "cluster-prerequisite", "bad-config"),
            says=("unknown service runtime.v1.RuntimeService",),
            remedy=("make sure that the CRI v1 plugin of containerd is enabled",),
            never=NO_CRASH,
        ),
    ),
    "go-unimplemented": (
        lambda: dies(
            '{"level":"info","msg":"watching ports"}\n'
            '{"level":"fatal","msg":"cannot watch policies: rpc error: code = Unimplemented desc = unknown method WatchPolicies'
            ' for service acme.v2.Policies"}',
            1,
            image=PUBLIC,
        ),
        Want(
            cause=(None, "node-prerequisite", "cluster-prerequisite", "incompatible-data", "dependency-unavailable"),
            says=("WatchPolicies",),
            remedy=("older",),
            never=NO_CRASH,
        ),
    ),
    "klog-please": (
        lambda: dies(
            "I0429 07:21:44.805210       1 main.go:53] node agent 2.0\n"
            "F0429 07:21:44.806871       1 main.go:59] interface br0 was made by release 1; please remove it with 'agentctl clean'"
            " before release 2 is started",
            255,
            image=PUBLIC,
        ),
        Want(
            cause=(None, "stale-state", "node-prerequisite"),
            says=("br0",),
            remedy=("please remove it with 'agentctl clean'",),
            never=NO_CRASH,
        ),
    ),
    "python-domain-exception": (
        lambda: dies(
            "Traceback (most recent call last):\n"
            '  File "/usr/local/lib/python3.12/site-packages/widget/cli.py", line 40, in main\n    ensure_ready()\n'
            '  File "/usr/local/lib/python3.12/site-packages/widget/state.py", line 12, in ensure_ready\n'
            '    raise NotReady("catalogue was never seeded")\n'
            "widget.state.NotReady: catalogue was never seeded. You must run `widget seed` first.",
            image=PUBLIC,
        ),
        Want(
            cause=(None, "stale-state", "bad-config"),
            says=("never seeded",),
            remedy=("widget seed",),
            never=NO_CRASH,
        ),
    ),
    "dotnet-domain-exception": (
        lambda: dies(
            "Unhandled exception. System.InvalidOperationException: The key ring was created by another tenant. Ensure that the"
            " tenant id matches the key ring.\n   at Acme.Keys.Ring.Open() in /src/Ring.cs:line 40\n"
            "   at Acme.Program.Main(String[] args) in /src/Program.cs:line 9",
            134,
            image=PUBLIC,
        ),
        Want(
            cause=(None, "stale-state", "bad-config"),
            says=("another tenant",),
            remedy=("Ensure that the tenant id matches",),
            never=("version without it", "native"),
        ),
    ),
    "go-panic-with-words": (
        lambda: dies(
            "panic: ring is locked by another site, ensure only one site writes to it\n\ngoroutine 1 [running]:\n"
            "main.main()\n\t/src/main.go:40 +0x1d",
            2,
            image=PUBLIC,
        ),
        Want(cause=("app-crash", "stale-state", None), says=("locked by another site",), never=("version without it",)),
    ),
    "shared-claim-of-a-statefulset": (
        lambda: dies(
            'INFO opening state\nfatal: stored node id "n-1" differs from configured node id "n-0"',
            image=PUBLIC,
            kind="StatefulSet",
            volumes={"/data": {"persistentVolumeClaim": {"claimName": "shared-data"}}},
        ),
        Want(
            cause=("stale-state",),
            says=("differs from configured",),
            remedy=("volumeClaimTemplates", "shared-data"),
            never=NO_CRASH,
        ),
    ),
    "state-of-another-setting": (
        lambda: dies("fatal: existing tunnel mtu 1400 does not match requested mtu 1450", image=PUBLIC),
        Want(cause=("stale-state", "bad-config"), says=("does not match requested",), never=NO_CRASH),
    ),
    # the other direction: bugs
    "go-nil": (
        lambda: dies(
            "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation]\n\n"
            "goroutine 1 [running]:\ngithub.com/acme/widget/ring.(*Ring).Add(0x0)\n"
            "\t/go/src/github.com/acme/widget/ring/ring.go:82 +0x1d",
            2,
            image=PUBLIC,
        ),
        Want(cause=("app-crash",), says=("crashed", "nil pointer"), remedy=("Add",), sure=True),
    ),
    "java-null": (
        lambda: dies(
            'Exception in thread "main" java.lang.NullPointerException: Cannot invoke "String.length()" because "s" is null\n'
            "\tat com.acme.Main.run(Main.java:31)\n\tat com.acme.Main.main(Main.java:12)",
            image=PUBLIC,
        ),
        Want(cause=("app-crash",), says=("crashed", "NullPointerException"), sure=True),
    ),
    "python-attribute": (
        lambda: dies(
            "Traceback (most recent call last):\n"
            '  File "/usr/local/lib/python3.12/site-packages/widget/cli.py", line 40, in main\n    x.run()\n'
            "AttributeError: 'NoneType' object has no attribute 'run'",
            image=PUBLIC,
        ),
        Want(cause=("app-crash",), says=("crashed",), remedy=("release",)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_is_no_crash(name):
    build, want = CASES[name]
    check(asked(build()), want)
