"""What tests of the command line share."""

from __future__ import annotations

import signal

import pytest


@pytest.fixture
def interruptible():
    """A shell that runs the tests in the background lets its children ignore SIGINT: ours must not inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
