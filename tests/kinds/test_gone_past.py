"""A failure that the code went past: the fault that comes at once after it follows from it; one that comes later does not."""

from __future__ import annotations

import pytest

from tests.kinds.world import Want, asked, check, dies

TRACE = (
    "[signal SIGSEGV: segmentation violation code=0x1 addr=0x30 pc=0xd7adfd]\n\ngoroutine 1 [running]:\n"
    "example.com/acme/relay/store.(*Store).Open(0xc0000141e0)\n\t/src/store/store.go:44 +0x3d\n"
    "main.main()\n\t/src/main.go:10 +0x25"
)
NIL = f"panic: runtime error: invalid memory address or nil pointer dereference\n{TRACE}"

PAST = {
    "a setting": (
        "failed to load profile, error: 1 error(s) decoding:\n\n* cannot parse 'Workers' as int: strconv.ParseInt: parsing"
        f' "many": invalid syntax\n{NIL}',
        ("bad-config",), "Workers",
    ),
    "a file": (
        f"error reading config: open /etc/relay/relay.yaml: no such file or directory\n{NIL}",
        ("bad-config", "missing-configmap"), "/etc/relay/relay.yaml",
    ),
    "a right": (
        "could not open the journal: open /data/journal: permission denied\n"
        f"panic: runtime error: index out of range [0] with length 0\n{TRACE}",
        ("permission-denied",), "/data/journal",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAST)
def test_what_the_code_went_past_is_the_reason(name):
    log, cause, says = PAST[name]
    check(asked(dies(log, 2)), Want(cause=cause, says=(says,), never=("nil pointer", "without this fault")))


SURVIVED = {
    "work between": (
        "error reading cache: open /var/cache/relay: no such file or directory\nstarted with an empty cache\n"
        f"listening on :8080\nserved 41 requests\n{NIL}"
    ),
    "it gives no reason": f"error: relay had a hiccup\n{NIL}",
}


@pytest.mark.parametrize("name", SURVIVED)
def test_what_was_survived_is_not(name):
    check(asked(dies(SURVIVED[name], 2)), Want(cause=("app-crash",), says=("nil pointer",)))
