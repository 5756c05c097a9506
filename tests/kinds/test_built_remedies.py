"""The remedy is built from the quoted line and the objects at hand: each kind, and what only looks like it."""

from __future__ import annotations

import pytest

from tests.composed.world import Status, c, crash
from tests.kinds.world import Want, asked, check, dies

CLAIM = {"persistentVolumeClaim": {"claimName": "books-0"}}
EMPTY = ("Find out in its code", "Mend what the words", "among the issues of", "more than that is known")
"""Sentences that help nobody where the line or the objects say more."""


def prepared(log, code=1, *, image="registry.example/tools:1", kind="DaemonSet", **spec):
    """A workload whose init container ``prepare`` fails with this output."""
    waiting = Status({"waiting": {"reason": "PodInitializing"}})
    init = (c("prepare", image, **spec),)
    statuses = {"prepare": crash(code, log, shape="backoff"), "app": waiting}
    return dies("", kind=kind, init=init, statuses=statuses)


REFUSED = (
    "[2026:11:22 03:11:01]: taking the lock of /var/ledger/books\n"
    "bash: /var/ledger/books/.lock: Permission denied\n"
    "[2026:11:22 03:11:02]: starting the listener\n"
    "[2026:11:22 03:11:02]: listener ready\n"
    '[FATAL] Cannot create directory "/var/ledger/books/2026".\n'
)


def test_a_refusal_on_a_claim_wants_the_claims_group():
    told = asked(dies(REFUSED, volumes={"/var/ledger/books": CLAIM}, pod_spec={"securityContext": {"runAsUser": 700}}))
    check(told, Want(cause=("app-crash", "permission-denied"), remedy=("fsgroup 700", '"fsgroup":700'), never=EMPTY))


def test_a_refusal_elsewhere_is_not_the_claims():
    log = REFUSED.replace("/var/ledger/books/.lock", "/opt/ledger/.lock").replace("/var/ledger/books/2026", "/opt/x")
    told = asked(dies(log, volumes={"/var/ledger/books": CLAIM}))
    assert "gives /var/ledger/books" not in told.remedy.text


IN_USE = {
    "module": "Unloading acmegpu...\nCould not unload acmegpu kernel modules, driver is in use\n",
    "device": "error: cannot claim /dev/acme0: device or resource busy\n",
}


@pytest.mark.parametrize("name", IN_USE)
def test_a_driver_in_use_is_let_go_by_who_uses_it(name):
    told = asked(prepared(IN_USE[name]))
    check(
        told,
        Want(
            cause=("init-container-failed", "node-prerequisite", "port-conflict", "stale-state"),
            remedy=("in use", "node"),
            never=(*EMPTY, "rmmod -f"),
        ),
    )
    assert any("debug node/" in command for command in told.remedy.commands)


OLD_CLUSTER = {
    "compatible": (
        'FATAL version check failed: kubernetes version "v1.22.5" is not supported, requires at least "v1.25.0"\n',
        "1.25",
    ),
    "panic": (
        "panic: this controller needs Kubernetes 1.27 or newer, the server runs 1.24.9\n\ngoroutine 1 [running]:\n",
        "1.27",
    ),
}


@pytest.mark.parametrize("name", OLD_CLUSTER)
def test_a_program_for_a_newer_cluster_wants_that_or_an_older_release(name):
    log, wanted = OLD_CLUSTER[name]
    told = asked(dies(log, image="docker.io/acme/controller:2.0"))
    check(
        told,
        Want(
            cause=("app-crash", "cluster-prerequisite", "bad-config"),
            remedy=(wanted, "upgrade the cluster", "a release of docker.io/acme/controller"),
            never=EMPTY,
        ),
    )


def test_a_program_that_wants_a_newer_interpreter_does_not_want_a_newer_cluster():
    log = "RuntimeError: version check failed: python 3.8.1 is not supported, requires at least 3.10\n"
    told = asked(dies(log))
    assert "upgrade the cluster" not in told.remedy.text.lower()


SCHEMA = (
    "2026/11/22 03:11AM FTL main.go:403 > The database schema version does not fit the server version. Please consider"
    " going back to the former server version.\n"
)


def test_data_that_do_not_fit_a_floating_tag_want_a_pinned_one_and_a_copy_first():
    told = asked(dies(SCHEMA, image="acme/panel:latest", volumes={"/data": CLAIM}))
    check(
        told,
        Want(
            cause=("app-crash", "incompatible-data"),
            remedy=("copy", "books-0", "latest", "pin"),
            never=(*EMPTY, "delete"),
            restart=False,
        ),
    )
    assert told.remedy.text.lower().index("copy") < told.remedy.text.lower().index("pin")


ABSENT = {
    "exit 1": ("Error: no acme accelerator devices found on this node\n", 1),
    "exit 0": ("E1122 03:11:01.1 1 main.go:97] No acme network device found\n", 0),
}


@pytest.mark.parametrize("name", ABSENT)
def test_a_device_that_the_node_lacks_wants_the_nodes_that_have_it(name):
    log, code = ABSENT[name]
    told = asked(dies(log, code, kind="DaemonSet"))
    check(
        told,
        Want(
            cause=("app-crash", "exits-cleanly", "node-prerequisite", "not-found", None),
            remedy=("nodeselector", "label"),
            never=(*EMPTY, "run it as a Job", "foreground"),
            sure=None if code else False,  # a clean exit says less than a refusal
        ),
    )


DAMAGED = (
    'panic: FATAL: part "/var/ledger/books/0007" is listed in "/var/ledger/books/parts.json", but is missing on disk;'
    ' ensure "/var/ledger/books/parts.json" contents is not corrupted; remove "/var/ledger/books/parts.json" to rebuild'
    " its list\n\ngoroutine 1 [running]:\ngithub.com/acme/ledger/lib/store.mustOpen({0xc0})\n"
    "\t/go/src/github.com/acme/ledger/lib/store/open.go:180 +0x1e\n"
)


def test_a_half_deleted_part_is_moved_aside_on_its_claim():
    told = asked(dies(DAMAGED, 2, image="acme/ledger:3", volumes={"/var/ledger": CLAIM}))
    check(
        told,
        Want(
            cause=("app-crash", "stale-state"),
            remedy=("copy", "books-0", "parts.json"),
            never=EMPTY,
            restart=False,
        ),
    )


def test_a_bus_error_asks_for_memory_that_the_node_cannot_back():
    log = "Unhandled exception\nType=Bus error vmState=0x00000000\nSignal_Number=00000007 Error_Value=00000000\n"
    told = asked(dies(log, 134, image="acme/reviews:1"))
    check(told, Want(cause=("app-crash", "node-prerequisite"), remedy=("nr_hugepages", "node"), never=("core dump",)))


GO = (
    "panic: runtime error: invalid memory address or nil pointer dereference\n"
    "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4653a1]\n\ngoroutine 1 [running]:\n"
    "github.com/acme-labs/ledger/server.(*Store).loadEverything(0x0)\n"
    "\t/go/src/github.com/acme-labs/ledger/server/store.go:226 +0x495\nmain.main()\n\t/go/src/main.go:9 +0x1\n"
)


def test_the_tracker_is_the_one_of_the_stack_trace():
    told = asked(dies(GO, 2, image="docker.io/somebody/ledgerd:3.60"))
    check(
        told,
        Want(
            cause=("app-crash",),
            remedy=("github.com/acme-labs/ledger", "loadEverything"),
            never=("issues of docker.io", "issues of somebody"),
        ),
    )


def test_without_such_a_path_no_tracker_is_made_of_the_images_name():
    log = GO.replace("github.com/acme-labs/ledger/server", "ledger.example/server")
    told = asked(dies(log, 2, image="docker.io/somebody/ledgerd:3.60"))
    check(told, Want(cause=("app-crash",), never=("issues of docker.io", "github.com", "issues of somebody")))


@pytest.mark.parametrize(
    ("image", "floats"), [("acme/ledgerd", True), ("acme/ledgerd:latest", True), ("acme/ledgerd:3.60", False)]
)
def test_a_floating_tag_is_to_be_pinned(image, floats):
    told = asked(dies(GO, 2, image=image))
    assert ("pin" in told.remedy.text.lower()) is floats, told.remedy.text


NATIVE = (
    'Exception in thread "main" java.lang.NullPointerException\n'
    "\tat com.oracle.svm.core.containers.CgroupUtil.readStringValue(CgroupUtil.java:57)\n"
    "\tat com.oracle.svm.core.JavaMainWrapper.run(JavaMainWrapper.java:153)\n"
)


def test_a_runtimes_frame_is_not_the_teams_code():
    told = asked(dies(NATIVE, image="registry.acme.example/quotes:1"))
    check(told, Want(cause=("app-crash",), never=("CgroupUtil.java:57: a restart", "Fix the code", EMPTY[0])))
    own = asked(dies(NATIVE.replace("com.oracle.svm.core", "com.acme.shop"), image="registry.acme.example/quotes:1"))
    check(own, Want(cause=("app-crash",), remedy=("fix the code at cgrouputil.java:57",)))


def test_words_that_nothing_can_be_built_from_say_so():
    told = asked(prepared("tally: 3 of 5 vouchers agree, giving up\n", 3))
    check(told, Want(cause=("init-container-failed",), remedy=("no remedy is known",), never=EMPTY[:3]))
