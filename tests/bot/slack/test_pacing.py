"""The pace of a channel, with a clock that is played."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.pacing import BURST, CHANNELS_KEPT, Pacing


def test_a_burst_goes_through_and_then_one_a_second():
    pacing = Pacing(lambda: 0.0)
    assert [pacing.delay("C1") for _ in range(BURST + 3)] == [0.0] * BURST + [1.0, 2.0, 3.0]
    assert pacing.delay("C2") == 0.0


@given(st.lists(st.floats(0, 3), min_size=1, max_size=40))
def test_never_more_than_the_burst_and_one_a_second(pauses):
    now = 0.0
    pacing = Pacing(lambda: now)
    sent = []
    for pause in pauses:
        now += pause
        sent.append(now + pacing.delay("C1"))
    assert sent == sorted(sent)
    for start in range(len(sent)):
        for end in range(start, len(sent)):
            assert end - start + 1 <= BURST + (sent[end] - sent[start]) + 1e-6


def test_the_memory_is_bounded():
    pacing = Pacing(lambda: 0.0)
    for number in range(CHANNELS_KEPT + 50):
        pacing.delay(f"C{number}")
    assert len(pacing._free_at) == CHANNELS_KEPT
