"""For every test: slow machines fail no property, Slack takes every message as it was made, garbage is what is new."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings

from bot.demo.slack.calls import ApiError
from tests.support import each as many
from tests.support.compiled import compiled_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _pytest.terminal import TerminalReporter

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# Thousands of tests are collected and live to the end: nothing of them is garbage.
gc.disable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--case", default="", help="of tests with many cases: try those whose name holds this text")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    if said := many.summed(terminalreporter):
        terminalreporter.write_line(said)


@pytest.fixture
def each(request: pytest.FixtureRequest, record_property: Callable[[str, Any], None]) -> many.Each:
    """Try many cases in one test: ``each(cases, check, named)``."""
    return many.Each(request.config.getoption("--case"), record_property)


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


CONTENT = frozenset({
    "invalid_blocks", "msg_blocks_too_long", "msg_too_long", "invalid_attachments", "too_many_attachments",
    "invalid_metadata_format", "metadata_must_be_sent_from_app", "no_text", "invalid_arguments",
})  # fmt: skip
"""What the Slack stand-in says of a message, a dialog or a Home tab that Slack would not take."""

ITS_OWN_TESTS = Path(__file__).parent / "bot" / "demo" / "slack"
"""Where the stand-in is given what it must refuse: the only place."""


@pytest.fixture(autouse=True)
def every_message_is_taken_at_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which the stand-in refused what was sent: the plain form that follows would hide it.

    A refusal that a test asks for (``Fault``) does not come this way.
    """
    refused: list[tuple[str, list[str]]] = []
    made = ApiError.__init__

    def noted(self: ApiError, code: str, *reasons: Any, **more: Any) -> None:
        made(self, code, *reasons, **more)
        if code in CONTENT:
            refused.append((code, self.reasons))

    with patch.object(ApiError, "__init__", noted):
        yield
    if ITS_OWN_TESTS not in request.path.parents:
        assert refused == []
