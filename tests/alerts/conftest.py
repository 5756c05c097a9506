import pytest

from tests.alerts.service import alerted


@pytest.fixture
async def on(tmp_path):
    async with alerted(tmp_path) as service:
        yield service
