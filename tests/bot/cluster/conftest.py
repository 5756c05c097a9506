from __future__ import annotations

import pytest

from bot.cluster.connection import connect
from tests.fakes.kube_api import serving


@pytest.fixture
async def api():
    async with serving() as fake:
        yield fake


@pytest.fixture
async def connection(api, tmp_path):
    async with connect(api.kubeconfig(tmp_path)) as opened:
        yield opened
