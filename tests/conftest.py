"""For every test: no property may fail because the machine is slow, and the garbage collector walks what is new."""

import gc

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# Eighteen thousand tests are collected and live to the end: nothing of them is garbage.
gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
