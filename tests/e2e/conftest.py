from __future__ import annotations

import os

import pytest

from tests.e2e.ground import LIVE, ground

WHERE = [
    "stand-in",
    pytest.param(
        "live",
        marks=[
            pytest.mark.skipif(LIVE not in os.environ, reason=f"{LIVE} is not set: no live cluster to prove it on"),
            pytest.mark.enable_socket,
        ],
    ),
]


@pytest.fixture(params=WHERE)
async def where(request, tmp_path):
    """The stand-in, and a live cluster when there is one."""
    async with ground(request.param, tmp_path) as made:
        yield made
