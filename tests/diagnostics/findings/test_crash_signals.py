"""The signal that a dump names comes before the one that the exit code is: abort is only the way out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.findings import crash_signals


@pytest.mark.parametrize(
    ("code", "dump", "signal"),
    [
        (134, "#  SIGBUS (0x7) at pc=0x00007f2b1c0a1b2c, pid=1, tid=7", "SIGBUS"),
        (134, "#  SIGSEGV (0xb) at pc=0x00007f2b1c0a1b2c", "SIGSEGV"),
        (134, "Type=Bus error vmState=0x00000000\nSignal_Number=00000007 Error_Value=00000000", "SIGBUS"),
        (134, "J9Generic_Signal_Number=00000018 Signal_Number=0000000b", "SIGSEGV"),
        (134, "terminate called after throwing an instance of 'std::out_of_range'", "SIGABRT"),
        (134, "", "SIGABRT"),
        (139, "#  SIGBUS (0x7)", "SIGSEGV"),
        (2, "[signal SIGBUS: bus error code=0x2 addr=0x7f1c]", "SIGBUS"),
        (2, "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0]", ""),
        (1, "", ""),
        (None, "", ""),
    ],
)
def test_the_dump_names_it(code, dump, signal):
    assert crash_signals.named(code, dump) == signal


@given(st.text(), st.none() | st.integers())
def test_no_text_breaks_it(dump, code):
    assert crash_signals.named(code, dump) in {"", *crash_signals.CODES.values()}
