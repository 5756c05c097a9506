"""A signal ends a program, its log says why: a fatal record, a panic or the trace that the program prints of itself."""

from __future__ import annotations

import pytest

from tests.kinds.world import Want, asked, check, dies

UNSAID = ("no line of its log was recognised", "native trace or a core dump")
PUBLIC = "docker.io/acme/store:1.4.0"
CPP = (
    "2026-11-25 20:31:59 pool.cpp:92:loop(): [WARNING] Closing idle connection 10.240.16.3:36409\n"
    "Error: signal 11:\n"
    "relayd(_Z13crash_handleri+0x2a)[0x55b0ac52a4ea]\n"
    "/lib/x86_64-linux-gnu/libc.so.6(+0x3c050)[0x7f34a4fd4050]\n"
    "relayd(+0xafd4c3)[0x55b0accb44c3]\n"
    "relayd(_ZN9RelayPool5closeEv+0x8b)[0x55b0ac5cdf0b]\n"
    "relayd(_ZN6Server3runEv+0x9a1)[0x55b0ac581a11]\n"
    "/lib/x86_64-linux-gnu/libc.so.6(+0x89134)[0x7f34a5021134]"
)

CASES = {
    "fatal-then-term-then-dump": (
        lambda: dies(
            "[Thu Aug 12 12:18:11 2026] [12] loaded 2 tables\n"
            "[Thu Aug 12 12:18:54 2026] [13] FATAL: quorum key file /keys/q is of another cluster\n"
            "[Thu Aug 12 12:18:54 2026] [1] caught SIGTERM, shutting down\n"
            "------- FATAL: CRASH DUMP -------\n[Thu Aug 12 12:18:54 2026] [    1]\n"
            "Handling signal 11\nCrash!!! Handling signal 11\n"
            "stored(_Z12printTraceib+0xcb)[0x55f31fb2c2fb]\n/lib/x86_64-linux-gnu/libpthread.so.0(+0x12980)[0x7fa0a1b8d980]",
            139,
            image=PUBLIC,
        ),
        Want(
            cause=(None, "bad-config", "stale-state", "app-crash"),
            says=("of another cluster",),
            never=UNSAID,
            sure=False,
        ),
    ),
    "fatal-resolves-then-segfault": (
        lambda: dies(
            "2026-11-22 03:11:10 [1] INFO: joining\n"
            "2026-11-22 03:11:12 [1] FATAL: cannot resolve store-1.store-headless: Name or service not known\n"
            "2026-11-22 03:11:12 [1] INFO: received SIGTERM, shutting down\nSegmentation fault (core dumped)",
            139,
            image=PUBLIC,
        ),
        Want(cause=("dependency-unavailable",), says=("store-1",), never=UNSAID),
    ),
    "rust-hook-record": (
        lambda: dies(
            "2026-08-28T02:31:54.010349Z  INFO engine::open: replaying region 12\n"
            "2026-08-28T02:31:58.402119Z ERROR telemetry::hook: panicked at src/engine/src/table/rows.rs:314:46:\n"
            "called `Option::unwrap()` on a `None` value backtrace=   0: core::panicking::panic_fmt::h79463041cd375e0d\n"
            "   1: core::option::unwrap_failed::h0d4f5caf8c712f77\n"
            "   2: engine::table::RowHelper::new::ha8a4db1a6aa2f239\n"
            "   3: std::sys::backtrace::__rust_begin_short_backtrace::h5c0d2b1f7a3e9f10\n"
            ' panic.file="src/engine/src/table/rows.rs" panic.line=314\nThe store had a problem and crashed.',
            134,
            image=PUBLIC,
        ),
        Want(cause=("app-crash",), says=("unwrap()",), remedy=("rows.rs:314",), never=UNSAID),
    ),
    "rust-expect-abort": (
        lambda: dies(
            "thread 'compactor-0' panicked at src/compact.rs:88:17:\nassertion failed: level < self.levels.len()\n"
            "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
            134,
            image=PUBLIC,
        ),
        Want(cause=("app-crash",), says=("assertion failed",), remedy=("compact.rs:88",), never=UNSAID),
    ),
    "signal-n-with-trace": (
        lambda: dies(CPP, 139, image=PUBLIC),
        Want(cause=("app-crash",), says=("SIGSEGV", "RelayPool"), remedy=("RelayPool",), never=UNSAID),
    ),
    "gdb-style-frames": (
        lambda: dies(
            "[1] 2026/11/22 ready\n*** Received signal 11 (SIGSEGV) ***\n"
            "#0  0x00007f1c in raise () from /lib64/libc.so.6\n"
            "#1  0x000055d1 in blobs::Index::merge(blobs::Page*) at /build/src/index.cc:210\n"
            "#2  0x000055d2 in main () at /build/src/main.cc:20",
            139,
            image=PUBLIC,
        ),
        Want(cause=("app-crash",), says=("Index::merge",), never=UNSAID),
    ),
    "assert-of-c": (
        lambda: dies(
            "loading\nblobd: src/index.c:210: merge_pages: Assertion `left != right' failed.\nAborted (core dumped)",
            134,
            image=PUBLIC,
        ),
        Want(cause=("app-crash",), says=("Assertion",), never=UNSAID),
    ),
    "stack-trace-block": (
        lambda: dies(
            "query 17 started\n<Fatal> BaseDaemon: ########################################\n"
            "<Fatal> BaseDaemon: (version 24.3) (from thread 41) Received signal Segmentation fault (11)\n"
            "<Fatal> BaseDaemon: Stack trace: 0x0000aa 0x0000bb\n"
            "<Fatal> BaseDaemon: 3. colstore::Reader::next(colstore::Block&) @ 0x0000aa\n"
            "<Fatal> BaseDaemon: 4. main @ 0x0000bb",
            139,
            image=PUBLIC,
        ),
        Want(cause=("app-crash",), says=("SIGSEGV",), never=UNSAID),
    ),
    # the other direction: nothing but the signal
    "silent-signal": (
        lambda: dies("listening on 7000\naccepted 3 clients", 139, image=PUBLIC),
        Want(cause=("app-crash",), says=("SIGSEGV", "no line of its log"), remedy=("native trace",), sure=True),
    ),
    # the other direction: an error that was logged long before is no reason for the fault of native code
    "error-lived-on": (
        lambda: dies(
            "2026-11-22 03:11:10 ERROR: client 7 sent a bad frame, dropped\n"
            + "\n".join(f"2026-11-22 03:12:{i:02d} INFO: served request {i}" for i in range(50)),
            139,
            image=PUBLIC,
        ),
        Want(cause=("app-crash",), says=("SIGSEGV",), never=("bad frame",), sure=True),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_log_says_why_a_signal_ended_it(name):
    build, want = CASES[name]
    check(asked(build()), want)
