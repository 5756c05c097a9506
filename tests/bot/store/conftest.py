"""Every test of the store runs on both databases: one contract."""

import pytest

from tests.support.stores import on_postgresql


@pytest.fixture(params=["sqlite", "postgresql"], autouse=True)
def database(request):
    if request.param == "sqlite":
        yield None
    else:
        with on_postgresql() as url:
            yield url
