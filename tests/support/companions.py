"""Incidents as a list shows them, with any foreign text in them."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.render.incidents import Companion
from bot.render.traits import Traits
from diagnostics.diagnosis import Verdict
from tests.support.odd import TEXT

_ONE = st.builds(
    Companion,
    target=TEXT,
    verdict=st.sampled_from(["", *(verdict.value for verdict in Verdict)]),
    cause=TEXT,
    summary=TEXT,
    root=TEXT,
    severity=st.sampled_from(["", "critical", "warning"]),
    over=st.booleans(),
    traits=st.builds(Traits, told=TEXT, do=TEXT, change=TEXT, image=TEXT, node=TEXT),
    began_at=st.floats(0, 4e9),
    look=TEXT,
)
COMPANIONS = st.lists(_ONE, max_size=90) | st.builds(lambda one, count: [one] * count, _ONE, st.integers(0, 3000))
