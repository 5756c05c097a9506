"""The outgoing webhook of the whole service: what an alert's incident becomes arrives, whatever the receiver does."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack, asynccontextmanager
from unittest.mock import patch

import aiohttp
import pytest
from pydantic import SecretStr

from tests.bot.ops.test_alert_groups import firing, notify
from tests.support.hook import SECRET, described, hooked, signed_by_openssl
from tests.support.postgres import fresh_database
from tests.support.service import world
from tests.support.stores import asyncio_url

POD = "api-deployment-76c8b4d957-trf9r"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """The settings of the store."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield {}
        else:
            yield {"database_url": SecretStr(asyncio_url(stack.enter_context(fresh_database())))}
