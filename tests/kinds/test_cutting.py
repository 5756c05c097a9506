"""What an answer quotes stays whole: paths, names and keys; a headline keeps the clause that decides."""

from __future__ import annotations

import pytest

from tests.kinds.world import Want, asked, check, dies

LONG = "registry-of-all-things"

CASES = {
    "relative-script": (
        lambda: dies("/app/start: line 10: bin/rails: No such file or directory", 127),
        Want(cause=("bad-entrypoint",), says=("bin/rails",), never=(" /rails",)),
    ),
    "relative-node": (
        lambda: dies(
            "Error: ENOENT: no such file or directory, open 'config/production.json'\n    at Object.openSync (node:fs:601:3)\n"
            "    at load (/app/src/load.js:9:4) {\n  errno: -2,\n  code: 'ENOENT',\n  syscall: 'open',\n  path: 'config/production.json'\n}"
        ),
        Want(cause=("bad-config",), says=("config/production.json",), never=(" /production.json",)),
    ),
    "relative-go": (
        lambda: dies('level=fatal msg="open conf/app.yaml: no such file or directory"'),
        Want(cause=("bad-config",), says=("conf/app.yaml",), never=(" /app.yaml",)),
    ),
    "relative-python": (
        lambda: dies("FileNotFoundError: [Errno 2] No such file or directory: 'settings/base.toml'"),
        Want(cause=("bad-config",), says=("settings/base.toml",), never=(" /base.toml",)),
    ),
    "relative-dot": (
        lambda: dies("Error: cannot read ./certs/server.pem: No such file or directory (os error 2)"),
        Want(cause=("bad-config", "tls-certificate"), says=("certs/server.pem",), never=(" /server.pem", " /certs")),
    ),
    "relative-c-daemon": (
        lambda: dies("fopen: etc/daemon.conf: No such file or directory"),
        Want(cause=("bad-config",), says=("etc/daemon.conf",), never=(" /daemon.conf",)),
    ),
    "yaml-scalar": (
        lambda: dies(
            "Unable to parse config: /etc/shipper/shipper.yaml: yaml: unmarshal errors:\n"
            "  line 1: cannot unmarshal !!str `/etc/sh...` into main.Config",
            files={"/etc/shipper": "shipper/shipper.yaml"},
        ),
        Want(
            cause=("bad-config",),
            says=("shipper.yaml",),
            never=("accept /etc/sh", "Correct /etc/sh", "setting /etc/sh"),
        ),
    ),
    "yaml-scalar-in-a-field": (
        lambda: dies(
            "error loading config: yaml: unmarshal errors:\n  line 14: cannot unmarshal !!str `30 seco...` into time.Duration",
        ),
        Want(cause=("bad-config",), says=("line 14",), never=("accept 30 seco", "Correct 30 seco")),
    ),
    "json-cut": (
        lambda: dies(
            'Error parsing /etc/app/app.json: invalid value "postgres://db.pro..." for field url',
            files={"/etc/app": "app/app.json"},
        ),
        Want(cause=("bad-config",), never=("accept postgres://db.pro",)),
    ),
    "go-prefix-then-long-sentence": (
        lambda: dies(
            "2026/11/22 07:30AM FTL github.com/acme/panel/api/cmd/panel/main.go:403 > failed initialising the proxy table because route"
            f" 17 names upstream {LONG}, which is neither declared nor built in"
        ),
        Want(cause=(None, "bad-config"), says=(LONG,), never=("07:30AM FTL", "main.go:403 >")),
    ),
    "klog-prefix": (
        lambda: dies(
            "F1122 03:11:01.101212       1 /go/src/github.com/acme/ctl/cmd/controller/app/server.go:188] cannot weave the lattice of order"
            f" seven with {LONG}"
        ),
        Want(cause=(None,), says=("lattice", LONG), never=("server.go:188]", "F1122")),
    ),
    "tsv-zap-prefix": (
        lambda: dies(
            "2026-11-22T03:11:01.101Z\tFATAL\tcmd/manager/controllers/reconcile/main.go:412\tcannot weave the lattice of order seven\t"
            f'{{"error": "{LONG} is not self-adjoint"}}'
        ),
        Want(cause=(None,), says=("lattice",), never=("main.go:412", "FATAL")),
    ),
    "rust-tracing-prefix": (
        lambda: dies(
            "2026-11-22T03:11:01.101212Z ERROR ThreadId(01) node_core::network::service::lattice: crates/core/src/network/service.rs:118:"
            f" cannot weave the lattice of order seven with {LONG}"
        ),
        Want(cause=("app-crash", None), says=("lattice",), never=("service.rs:118", "ThreadId")),
    ),
    "python-logging-prefix": (
        lambda: dies(
            "[2026-11-22 03:11:01,101] {/usr/local/lib/python3.12/site-packages/weaver/service.py:118} CRITICAL - cannot weave the lattice of"
            f" order seven with {LONG}"
        ),
        Want(cause=(None,), says=("lattice", LONG), never=("service.py:118", "CRITICAL -")),
    ),
    "glog-cpp-prefix": (
        lambda: dies(
            "F20261122 03:11:01.101212     1 weave_service_impl.cc:118] Check failed: order == 7 (8 vs. 7) lattice of wrong order",
            134,
        ),
        Want(cause=("app-crash",), says=("lattice",), never=("weave_service_impl.cc:118]", "F2026")),
    ),
    "long-panic-keeps-the-clause": (
        lambda: dies(
            'panic: FATAL: block "/srv/partitions/20250712/datadb/18512514E91BCCB6" is listed in'
            ' "/srv/partitions/20250712/datadb/blocks.json", but is missing on disk; ensure "/srv/partitions/20250712/datadb/blocks.json"'
            " contents is not corrupted\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x1d",
            2,
        ),
        Want(cause=("stale-state", "app-crash", "incompatible-data"), says=("missing on disk",)),
    ),
    "dotted-key-whole": (
        lambda: dies(
            "java.lang.IllegalArgumentException: unknown setting [cluster.routing.allocation.disk.watermark.flood_stage.frozen.max_headroomm]"
            " please check that any required plugins are installed, or check the breaking changes documentation for removed settings"
        ),
        Want(
            cause=("bad-config",), says=("cluster.routing.allocation.disk.watermark.flood_stage.frozen.max_headroomm",)
        ),
    ),
    "long-variable-whole": (
        lambda: dies(
            "ValueError: the environment variable SHOP_ORDERS_PAYMENT_PROVIDER_CALLBACK_SIGNING_KEY_ROTATION_INTERVAL must be set before the"
            " payment provider can be configured for this deployment"
        ),
        Want(cause=("bad-config",), says=("SHOP_ORDERS_PAYMENT_PROVIDER_CALLBACK_SIGNING_KEY_ROTATION_INTERVAL",)),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_cutting(case):
    built, want = CASES[case]
    check(asked(built()), want)
