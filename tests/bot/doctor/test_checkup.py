"""The checks within the running service: once for all who ask, anew when they are old, shown to operators alone."""

from __future__ import annotations

import asyncio
import json

from bot.doctor.checkup import FRESH_S, Checkup
from bot.doctor.report import Report, broken, ok
from tests.support.service import world


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


async def test_who_asks_together_is_answered_by_one_run():
    clock, runs = Clock(), []

    async def examine():
        runs.append(clock.now)
        await asyncio.sleep(0)
        return Report(results=(ok("store", "it works"),), at=clock.now)

    checkup = Checkup(examine, clock)
    assert not checkup.fresh
    await asyncio.gather(checkup.run(), checkup.run(), checkup.run())
    assert (runs, checkup.fresh) == ([1000.0], True)
    clock.now += FRESH_S
    assert not checkup.fresh
    assert "1 min ago" in json.dumps(checkup.blocks())
    await checkup.run()
    assert len(runs) == 2


async def test_what_is_broken_is_logged_a_line_each(monkeypatch):
    told = []
    monkeypatch.setattr("bot.doctor.checkup._log.warning", lambda event, **more: told.append((event, more["check"])))

    async def examine():
        return Report(results=(ok("a", "b"), broken("store", "it is full", "make room"), broken("Slack", "x", "y")))

    await Checkup(examine, Clock()).run()
    assert told == [("doctor.broken", "store"), ("doctor.broken", "Slack")]


async def test_home_shows_them_to_operators_and_to_nobody_else(tmp_path):
    async with world(tmp_path, operators=("U0ANNA", "U0GUEST"), alert_rules_channel="C0GONE") as running:
        for user in ("U0ANNA", "U0BEN", "U0GUEST"):
            running.slack.acts.open_home(user)
            await running.until(lambda user=user: running.slack.views.homes.get(user))
        shown = await running.until(
            lambda: "failed" in json.dumps(running.slack.views.homes["U0ANNA"]) and running.slack.views.homes["U0ANNA"]
        )
        assert "channel C0GONE" in json.dumps(shown)
        assert "Checks of the bot" not in json.dumps(running.slack.views.homes["U0BEN"])
        assert "Checks of the bot" not in json.dumps(running.slack.views.homes["U0GUEST"]), "a guest is shown nothing"


async def test_an_operator_whom_the_people_map_leaves_out_sees_them_too(tmp_path):
    (tmp_path / "people.yaml").write_text("[]\n")
    async with world(tmp_path, operators=("U0ANNA",), people_file=tmp_path / "people.yaml") as running:
        running.slack.acts.open_home("U0ANNA")
        shown = await running.until(
            lambda: (
                "names nobody" in json.dumps(running.slack.views.homes.get("U0ANNA", {}))
                and running.slack.views.homes["U0ANNA"]
            )
        )
    assert "I may not show you this" in json.dumps(shown)
