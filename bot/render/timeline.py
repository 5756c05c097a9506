"""The ends of a container as a line of text, to scale, after what it shows in words.

``Ended 5 times so far; 4 are dated, over 6 min: rev 2 ▏✕─✕──✕────✕ → next start 14:14``. Those without a date may lie
between the others: only status and events date an end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.phrases import Code, Moment, moment
from diagnostics.findings.wording import span

if TYPE_CHECKING:
    from bot.render.phrases import Phrase
    from diagnostics.diagnosis import Diagnosis

GAP = "─"
"""Between two marks: spaces become one on their way into Slack."""

WIDTH = 20
"""Columns from the first end to the last: a phone shows about 40 of this face, and a time follows."""

PICTURE = 3
"""Ends from which on a picture says more than their number: of two it always looks the same."""

MARKS = 10
"""Ends that are drawn, the newest: more would touch each other."""


def line(diagnosis: Diagnosis) -> Phrase:
    """Return the line; empty where fewer than two ends are dated."""
    told = diagnosis.timeline
    if told is None:
        return ()
    dated = [at for end in told.ends if (at := moment(end)) is not None]
    drawn = [at.timestamp() for at in dated[-MARKS:]]
    if len(drawn) < 2:
        return ()
    times, within = told.untimed + len(dated), span(drawn[-1] - drawn[0])
    which = f"so far; {len(drawn)} are {'dated' if told.untimed else 'drawn'}, over" if times > len(drawn) else "within"
    parts: list[str | Code | Moment] = [f"Ended {times} times {which} {within}"]
    if len(drawn) >= PICTURE:
        parts += [f": rev {told.revision} " if told.revision else ": ", Code(f"▏{_marks(drawn)}")]
    if diagnosis.next_restart:
        parts += [" → next start ", Moment(diagnosis.next_restart)]
    return tuple(part for part in parts if part)


def _marks(times: list[float]) -> str:
    """Return a mark for each time, in order and to scale, each in a column of its own."""
    first, length = times[0], max(times[-1] - times[0], 1.0)
    drawn = ""
    for at in times:
        drawn = f"{drawn.ljust(round((at - first) / length * (WIDTH - 1)), GAP)}✕"
    return drawn
