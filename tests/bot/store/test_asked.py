"""A question that becomes the incident of an alert, in both databases."""

from dataclasses import replace

import pytest

from bot.model.incident import Origin, State
from diagnostics.objects import ObjectRef
from tests.bot.store.test_incidents import alert as alert_request
from tests.bot.store.test_incidents import command, opened


@pytest.fixture
async def store(tmp_path):
    async with opened(tmp_path) as kept:
        yield kept


API = "Deployment production/api"
ROOT = "Workload production/api"


async def answered(store):
    """A question that is answered, and free."""
    ((asked, _new),) = await store.incidents.ingest([command()])
    await store.incidents.claim("me", 15)
    await store.incidents.update(asked, "me", summary_ts="1.0", channel="C1")
    await store.incidents.finish(
        asked, "me", State.ANSWERED, verdict="confirmed", cause="oom-killed", workload=API, root=ROOT
    )
    return await store.incidents.get(asked)


async def alerted(store):
    """An alert that is being looked at, and its repeat."""
    fired = alert_request("api-7d4b9c6f5-xkp2z", sighted=True)
    await store.incidents.ingest([fired])
    alert = await store.incidents.claim("me", 15)
    return replace(alert, workload=ObjectRef.parse(API)), fired


async def test_the_two_become_one_that_knows_the_alert_again(store):
    asked = await answered(store)
    alert, fired = await alerted(store)
    assert [one.id for one in await store.asked.about(alert, API, ROOT)] == [asked.id]
    assert await store.asked.leads(asked, alert, ROOT)
    assert await store.asked.lend(asked, alert, "me", ROOT, "2.0")
    assert await store.incidents.get(alert.id) is None
    kept = await store.incidents.get(asked.id)
    assert (kept.origin, kept.state, kept.relapse_ts, kept.summary_ts) == (Origin.ALERT, State.OPEN, "2.0", "1.0")
    assert await store.related.firing(asked.id) == (1, 1)
    assert await store.incidents.ingest([fired]) == [(asked.id, False)]
    assert await store.related.lead("another", f"{alert.addressed} {ROOT}") == asked.id


@pytest.mark.parametrize("why", ["somebody works on it", "the alert's lease is another's"])
async def test_nothing_changes_where_it_may_not(store, why):
    asked = await answered(store)
    alert, _fired = await alerted(store)
    owner = "me"
    if why == "somebody works on it":
        await store.incidents.schedule_check(asked.id)
        assert (await store.incidents.claim("another", 15)).id == asked.id
        assert not await store.asked.is_free(asked)
    else:
        owner = "another"
    assert not await store.asked.lend(asked, alert, owner, ROOT, "2.0")
    assert (await store.incidents.get(asked.id)).origin is not Origin.ALERT
    assert (await store.incidents.get(alert.id)).origin is Origin.ALERT
