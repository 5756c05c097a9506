"""A chart as a PNG, for a thread on a phone: large type, one curve, one limit, on a card of its own.

Slack shows a picture at a third of this size on a phone, on white or on nearly black: the card brings its own ground,
and its type is three times what a reader needs. Drawn at twice the size and scaled down, which smooths the lines.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFont

from diagnostics.findings.wording import span
from diagnostics.sanitize import clean_line

if TYPE_CHECKING:
    from bot.render.chart import Chart

WIDTH: Final = 1200
HEIGHT: Final = 640
"""Pixels of the picture: Slack's own previews are at most 1024 wide, a phone's screen is about 1170."""

SCALE: Final = 2
MARGIN: Final = (176, 176, 48, 88)
"""Left, upper, right and lower margin of the plot, in pixels: its labels stand left of it."""

EDGE: Final = 48
"""Where words begin, in pixels from the card's edge."""

_CARD, _EDGE, _INK, _MUTED = "#ffffff", "#d9dce1", "#1d1c1d", "#5b6068"
_CURVE, _FILL, _LIMIT, _GRID = "#1264a3", "#e3eef7", "#c0143c", "#e9ebee"


def png(chart: Chart) -> bytes:
    """Return the picture. It takes some tens of milliseconds of processor time and ten megabytes."""
    return _Canvas(chart).drawn()


class _Canvas:
    """One drawing; positions are in pixels of the finished picture."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._image = Image.new("RGBA", (WIDTH * SCALE, HEIGHT * SCALE), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)

    def drawn(self) -> bytes:
        """Draw it all, from the ground up."""
        self._draw.rounded_rectangle(
            _scaled(1, 1, WIDTH - 2, HEIGHT - 2), radius=24 * SCALE, fill=_CARD, outline=_EDGE, width=2 * SCALE
        )
        self._text(EDGE, 34, self._chart.title, 40, _MUTED)
        self._text(EDGE, 84, self._chart.headline, 54, _INK)
        self._grid()
        self._curve()
        self._limit()
        self._ends()
        self._times()
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        small.quantize(128, method=Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
        return out.getvalue()

    def _x(self, at: float) -> float:
        length = max(self._chart.stop - self._chart.start, 1.0)
        room = WIDTH - MARGIN[0] - MARGIN[2] - 24  # what ends at the edge has its mark within the plot
        return MARGIN[0] + room * min(max((at - self._chart.start) / length, 0.0), 1.0)

    def _y(self, value: float) -> float:
        room = HEIGHT - MARGIN[1] - MARGIN[3]
        return HEIGHT - MARGIN[3] - room * min(max(value / self._chart.top, 0.0), 1.0)

    def _grid(self) -> None:
        whole = self._chart.limit or self._chart.top
        for share in (0.0, 0.5) if self._chart.limit else (0.0, 0.5, 1.0):
            y = self._y(whole * share)
            self._draw.line(_scaled(MARGIN[0], y, WIDTH - MARGIN[2], y), fill=_GRID, width=3 * SCALE)
            self._text(MARGIN[0] - 16, y - 20, self._chart.labels(whole * share), 32, _MUTED, right=True)

    def _curve(self) -> None:
        ground = self._y(0)
        for piece in self._chart.pieces:
            line = [(self._x(at), self._y(value)) for at, value in piece]
            if len(line) == 1:
                x, y = line[0]
                self._draw.ellipse(_scaled(x - 4, y - 4, x + 4, y + 4), fill=_CURVE)
                continue
            area = [(line[0][0], ground), *line, (line[-1][0], ground)]
            self._draw.polygon([(x * SCALE, y * SCALE) for x, y in area], fill=_FILL)
            self._draw.line([(x * SCALE, y * SCALE) for x, y in line], fill=_CURVE, width=6 * SCALE, joint="curve")

    def _limit(self) -> None:
        if self._chart.limit is None:
            return
        y, x = self._y(self._chart.limit), float(MARGIN[0])
        while x < WIDTH - MARGIN[2]:
            self._draw.line(_scaled(x, y, min(x + 22, WIDTH - MARGIN[2]), y), fill=_LIMIT, width=4 * SCALE)
            x += 36
        self._text(MARGIN[0] - 16, y - 20, self._chart.limit_label, 32, _LIMIT, right=True)

    def _ends(self) -> None:
        """Cross where it ended: at the limit where that was reached, else on the ground."""
        y = self._y(self._chart.limit or 0.0)
        for at in self._chart.ends:
            x, arm = self._x(at), 14
            for (left, upper), (right, lower) in (((-arm, -arm), (arm, arm)), ((-arm, arm), (arm, -arm))):
                self._draw.line(_scaled(x + left, y + upper, x + right, y + lower), fill=_LIMIT, width=8 * SCALE)

    def _times(self) -> None:
        """Say how long it is, and when it ends."""
        y = HEIGHT - MARGIN[3] + 18
        self._text(MARGIN[0], y, f"{span(self._chart.stop - self._chart.start)} before", 34, _MUTED)
        self._text(WIDTH - MARGIN[2], y, self._chart.clock, 34, _MUTED, right=True)

    def _text(self, x: float, y: float, words: str, points: int, colour: str, *, right: bool = False) -> None:
        """Write a line; one that is too long for the picture is written smaller."""
        words = " ".join(clean_line(words).split())
        room = (WIDTH - EDGE - MARGIN[2]) * SCALE
        face = ImageFont.load_default(points * SCALE)
        while (length := self._draw.textlength(words, font=face)) > room and points > 16:
            points -= 2
            face = ImageFont.load_default(points * SCALE)
        self._draw.text((x * SCALE - (length if right else 0), y * SCALE), words, font=face, fill=colour)


def _scaled(*edges: float) -> list[float]:
    return [edge * SCALE for edge in edges]
