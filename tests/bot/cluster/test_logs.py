from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.cluster import logs
from bot.cluster.logs import Tail, readable
from diagnostics.snapshot import LogLine

STAMP = "2026-11-22T10:00:00.123456789Z"


def read(raw: bytes, keep: int = 1000, piece: int = 7) -> Tail:
    tail = Tail(keep)
    for start in range(0, len(raw), piece):
        assert tail.feed(raw[start : start + piece])
    return tail


def test_stamps_are_split_off():
    tail = read(f"{STAMP} one\n2026-11-22T10:00:01+02:00 two\n{STAMP} \n{STAMP}\n".encode())
    assert tail.lines() == (
        LogLine(STAMP, "one"),
        LogLine("2026-11-22T10:00:01+02:00", "two"),
        LogLine(STAMP, ""),
        LogLine(STAMP, ""),
    )
    assert not tail.cut


def test_what_is_no_stamp_stays():
    said = "unable to retrieve container logs for containerd://abc"
    assert read(said.encode()).lines() == (LogLine("", said),)
    assert read(b"2026-11-22 10:00:00 hello\n").lines() == (LogLine("", "2026-11-22 10:00:00 hello"),)


def test_an_empty_log_has_no_lines():
    assert read(b"").lines() == ()


def test_the_newest_lines_are_kept_whole():
    tail = read(b"".join(b"%s line %d\n" % (STAMP.encode(), number) for number in range(100)), keep=200)
    assert tail.cut
    assert [line.text for line in tail.lines()] == ["line 95", "line 96", "line 97", "line 98", "line 99"]
    assert all(line.at == STAMP for line in tail.lines())


def test_a_single_endless_line_keeps_its_end():
    tail = read(b"x" * 10_000 + b" the end", keep=100)
    (line,) = tail.lines()
    assert line.text == "the end"  # the rest of a word may be the rest of a secret


def test_memory_stays_bounded():
    tail = Tail(1000)
    for _ in range(10_000):
        tail.feed(b"y" * 997)
        assert len(tail._bytes) <= 3000


def test_reading_ends_at_the_total_bound(monkeypatch):
    monkeypatch.setattr(logs, "TOTAL_BYTES", 5000)
    tail = Tail(100)
    fed = [tail.feed(b"z" * 1000) for _ in range(6)]
    assert fed == [True] * 5 + [False]
    assert tail.gave_up


def test_other_line_ends_do_not_split():
    assert read("a\x0bb\u2028c\rd\n".encode()).lines() == (LogLine("", "a\x0bb\u2028c\rd"),)


@given(st.binary(max_size=3000), st.integers(1, 500), st.integers(1, 100))
def test_any_bytes_become_lines_within_the_bound(raw, keep, piece):
    tail = read(raw, keep, piece)
    lines = tail.lines()
    assert sum(len(line.text) + len(line.at) for line in lines) <= keep
    assert tail.cut == (len(raw) > keep)
    if not tail.cut and b"Z" not in raw:
        assert "\n".join(line.text for line in lines) == raw.removesuffix(b"\n").decode(errors="replace")


def test_reset_forgets():
    tail = read(b"first\n")
    tail.reset()
    assert tail.lines() == ()
    assert tail.total == 0


def never():
    return False


def test_lines_are_bounded_cleaned_and_redacted_in_this_order():
    tail = read(b"\x1b[31mpass\x1b[1mword\x1b[0m=hunter2-canary\npass\x00word=hunter2-canary\nfine\n")
    lines, withheld = readable(tail, never)
    assert [line.text for line in lines] == ["password=[redacted]", "password=[redacted]", "fine"]
    assert withheld == 0


def test_what_the_time_is_not_enough_for_is_withheld():
    asked = iter([False, False, True])
    lines, withheld = readable(read(b"one\ntwo\nthree\nfour\n"), lambda: next(asked))
    assert [line.text for line in lines] == ["one"]  # the third line could have named what the second one says
    assert withheld == 3


def test_a_value_whose_name_is_withheld_is_withheld():
    asked = iter([False, True])
    lines, withheld = readable(read(b"value: hunter2-canary\nname: DB_PASSWORD\n"), lambda: next(asked))
    assert (lines, withheld) == ((), 2)


def test_a_key_over_several_lines_is_still_one():
    key = "-----BEGIN PRIVATE KEY-----\nMIIEcanary\n-----END PRIVATE KEY-----\nafter\n"
    lines, _ = readable(read(key.encode()), never)
    assert "MIIEcanary" not in str(lines)
    assert lines[-1].text == "after"
