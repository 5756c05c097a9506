"""A real Alertmanager tells the real bot, which is killed in between: nothing is lost, nothing is doubled."""

import pytest

from tests.acceptance.answers import answers, doubled
from tests.acceptance.fleet import Fleet
from tests.acceptance.rig import ALERTMANAGER, MISSING, alert, push, rig, until

pytestmark = pytest.mark.skipif(ALERTMANAGER is None, reason=MISSING)


async def test_groups_repeats_and_resolves_reach_a_bot_that_is_killed_in_between(tmp_path):
    fleet = Fleet(count=4, pods=12)
    async with rig(tmp_path, fleet.cluster) as on:
        bot = await on.bot(WATCH_EVERY_S="0.5", RECOVERY_HOLD_S="0.5")
        # Two Alertmanagers that know nothing of each other: every alert comes twice, as after a partition.
        _first, one = await on.alertmanager("one", bot.url)
        _second, two = await on.alertmanager("two", bot.url)
        await bot.ready()
        early = [alert(*pod) for pod in fleet.pods if pod[0] in {"team-00", "team-01"}]
        for url in (one, two):
            await push(url, early)
        await until(on.own, what="the first line")
        await bot.end()
        # While nobody listens, further groups begin: Alertmanager tries them again.
        late = [alert(*pod) for pod in fleet.pods if pod[0] in {"team-02", "team-03"}]
        for url in (one, two):
            await push(url, late)
        await bot.start()
        await until(lambda: len(answers(on.own())) == 4, 75, "four answers")
        assert doubled(on.own()) == []
        assert {len(found) for found in answers(on.own()).values()} == {1}

        # The alerts resolve, and the pods still crash: said, not believed.
        for url in (one, two):
            await push(url, [alert(*pod, ended=True) for pod in fleet.pods if pod[0] == "team-00"])
        await until(lambda: any("has resolved, but the pods" in message["text"] for message in on.own()))

        # The pods are gone, and the bot is killed before it can say so.
        fleet.remove("team-01")
        await bot.end()
        await bot.start()
        await until(lambda: any("Recovered after" in message["text"] for message in on.own()), 75, "the recovery")
        assert doubled(on.own()) == []
        assert {len(found) for found in answers(on.own()).values()} == {1}
        lines = [message for message in on.own() if message.get("thread_ts") in (None, message["ts"])]
        assert len(lines) == 4
