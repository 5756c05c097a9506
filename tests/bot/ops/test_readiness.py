"""Readiness of the real service: what it cannot do its work without, and since when that is away."""

from __future__ import annotations

import asyncio
from unittest.mock import patch
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.demo.cluster.faults import Fault
from bot.demo.slack.faults import Fault as SlackFault
from tests.support.postgres import fresh_database, run
from tests.support.service import world

POD = "production/deployment/api-deployment"


async def ready(running):
    async with aiohttp.ClientSession() as session, session.get(f"{running.health}/readyz") as answer:
        return answer.status, await answer.text()


@pytest.mark.threat("Readiness", "the API server is away")
@pytest.mark.parametrize("fault", ["reset", "error", "page"])
async def test_readiness_knows_whether_the_api_server_answers(tmp_path, record_property, fault):
    with patch("bot.ops.contact.FRESH_S", -1.0):
        async with world(tmp_path) as running:
            status, said = await ready(running)
            assert (status, "cluster: ok" in said) == (200, True)
            running.cluster.faults.add(Fault(fault, status=404 if fault == "page" else 503))
            status, said = await ready(running)
            assert status == 503
            assert "it last answered 0 s ago" in said
            assert "store: ok" in said
            running.cluster.faults.clear()
            assert (await ready(running))[0] == 200
            record_property("tried", f"the API server answers {fault}")
            record_property("held", "503 that names it and when it last answered; 200 when it is back")


@pytest.mark.threat("Readiness", "Slack takes nothing any more")
async def test_readiness_knows_the_last_success_towards_slack(tmp_path):
    async with world(tmp_path, http=True) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", POD)
        await running.settled()
        running.slack.set_fault("auth.test", SlackFault(kind="server_error", times=99))
        # What was posted a moment ago is proof enough.
        assert (await ready(running))[0] == 200
        with patch("bot.ops.contact.FRESH_S", -1.0):
            status, said = await ready(running)
        assert status == 503
        assert "slack: " in said
        assert "it last answered" in said


@pytest.mark.threat("Readiness", "the store can be read, but takes no write")
async def test_readiness_knows_whether_the_store_takes_a_write(tmp_path, record_property):
    with fresh_database() as address:
        name = urlsplit(address).path.strip("/")
        async with world(tmp_path, database_url=address) as running:
            engine = running.service.store._database._engine

            await asyncio.to_thread(run, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
            await engine.dispose()  # the setting counts for new connections
            status, said = await ready(running)
            assert (status, "store: the store cannot be reached" in said) == (503, True)
            await asyncio.to_thread(run, f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
            await engine.dispose()
            assert (await ready(running))[0] == 200
            record_property("tried", "a PostgreSQL that has become read-only, as after a failover")
            record_property("held", "503 that names the store; 200 when it takes writes again")


@pytest.mark.threat("Readiness", "something in between answers every read with an HTML 404")
async def test_a_page_that_says_404_is_no_absence(tmp_path, record_property):
    async with world(tmp_path, watch_every_s=0.5) as running:
        running.cluster.faults.add(Fault("page", status=404))
        await running.slack.acts.command("U0ANNA", "C0GENERAL", POD)
        await running.settled()
        (line, *_) = running.posts("C0GENERAL")
        assert "a web page, and no answer of the Kubernetes API" in line.message["text"]
        assert "does not exist" not in line.message["text"]
        running.cluster.faults.clear()
        await running.until(lambda: "memory" in line.message["text"])
        record_property("tried", "every read answered by a proxy's 404 page")
        record_property("held", "it is said that nothing could be read; the answer follows when it can")
