"""The curve of what was measured: measured points only, and words that say the same for who cannot see it."""

import io
import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.render.chart import chart
from bot.render.drawing import HEIGHT, WIDTH, png
from diagnostics.engine import diagnose
from diagnostics.examples import event
from diagnostics.series import Measure
from tests.diagnostics.findings.test_measurements import LEAK, LEVEL_THEN_KILLED, PROBE, counters
from tests.support.measures import END, MI, killed, memory, rising, series


def drawn(*measured, **killing):
    snapshot = killed(*measured, **killing)
    return chart(snapshot, diagnose(snapshot))


def throttled(share):
    said = 'Liveness probe failed: Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout)'
    return drawn(
        *counters(share), lived=900, limit="", reason="Error", code=137,
        events=(
            event("Unhealthy", said, age=50),
            event("Killing", "Container api failed liveness probe, will be restarted", age=50, kind="Normal"),
        ),
        livenessProbe=PROBE, resources={"limits": {"cpu": "100m"}},
    )  # fmt: skip


def test_a_leak_is_drawn_against_its_limit_up_to_its_end():
    got = drawn(LEAK)
    assert (got.title, got.headline) == ("Memory of api", "From 177Mi to 508Mi, limit 512Mi")
    assert got.pieces == (LEAK.points,)
    assert (got.limit, got.limit_label, got.ends, got.stop) == (512 * MI, "512Mi", (END,), END)
    assert got.top > 512 * MI
    assert got.clock == "ended 22 Nov, 11:59 UTC"


def test_its_description_says_the_numbers():
    assert drawn(LEAK).alt == (
        "Memory of api of pod production/api-7d4b9c6f5-xkp2z over 7 h: from 177Mi to 508Mi, limit 512Mi; 177Mi at first"
        " and 508Mi last, ended at 11:59:40 UTC; 720 samples."
    )
    assert drawn(LEVEL_THEN_KILLED).headline == "184Mi, then the limit of 512Mi"


def test_a_gap_stays_a_gap_and_runs_stay_apart():
    broken = replace(LEAK, points=LEAK.points[:200] + LEAK.points[320:])
    earlier = memory(rising(200, 500, 60), end=END - 6 * 3600 - 60)
    got = drawn(earlier, broken)
    assert [len(piece) for piece in got.pieces] == [60, 200, 400]
    assert {point for piece in got.pieces for point in piece} == {*earlier.points, *broken.points}


def test_throttling_is_drawn_as_a_share_between_samples():
    got = throttled(0.87)
    assert got.title == "CPU throttling of api"
    assert got.headline == "87% of its periods at most"
    assert [round(value, 2) for piece in got.pieces for _, value in piece] == [0.87] * 10
    assert throttled(0.1) is None


@pytest.mark.parametrize(
    "measured",
    [(), (memory([100, 200, 300, 400]),), (replace(LEAK, container="sidecar"),)],
    ids=["none", "four", "other"],
)
def test_little_is_not_drawn(measured):
    assert drawn(*measured) is None


def test_what_memory_does_not_explain_is_not_drawn():
    assert drawn(LEAK, reason="Error", code=1) is None


def test_the_picture_is_a_small_png_of_its_size_with_ink_on_it():
    content = png(drawn(LEAK))
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
    assert len(content) < 60_000
    colours = picture.convert("RGBA").convert("RGB").getcolors(WIDTH * HEIGHT)
    blue = sum(count for count, (red, green, blue) in colours if red < 80 and blue > 130 and green < 130)
    red = sum(count for count, (red, green, blue) in colours if red > 160 and green < 80 and blue < 100)
    assert blue > 3000
    assert red > 1000


def test_the_corners_are_clear_so_that_it_stands_on_any_ground():
    picture = Image.open(io.BytesIO(png(drawn(LEAK)))).convert("RGBA")
    assert picture.getpixel((0, 0))[3] < 20
    assert picture.getpixel((WIDTH // 2, 20))[3] > 250


def test_two_are_drawn_at_once_as_alone():
    told = drawn(LEAK)
    alone, found = png(told), []
    threads = [threading.Thread(target=lambda: found.append(png(told))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 3


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.floats(min_value=END - 90_000, max_value=END + 600),
            st.floats(allow_nan=False, allow_infinity=False, min_value=-1e18, max_value=1e18),
        ),
        max_size=40,
    ),
    st.text(min_size=1, max_size=80),
)
def test_whatever_was_measured_it_is_drawn_or_left(points, name):
    told = drawn(series(Measure.MEMORY, sorted(points)))
    if told is not None:
        assert len(told.alt) <= 1000
        assert png(replace(told, title=f"Memory of {name}"))[:8] == b"\x89PNG\r\n\x1a\n"
