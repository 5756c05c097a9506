"""Who asks must be able to read logs there: enforced, warned about, or not looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.actions.read_guard import ReadGuard
from bot.cluster.access import Review
from bot.cluster.errors import Forbidden
from bot.demo.cluster.workspace import Workspace
from bot.model.errors import Temporary
from bot.model.policy import Allow, Deny, Identity
from diagnostics.snapshot import Log, Snapshot, Target
from tests.support.service import living_world

PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n- {slack: U0BEN, user: nobody@example.com}\n"
COMMAND = "storefront/deployment/storefront"


def log(namespace):
    return Log(namespace=namespace, pod="p", container="c", instance="current", lines=())


SNAPSHOT = Snapshot(
    target=Target(kind="Pod", namespace="shop", name="p"), now=datetime(2026, 11, 22, tzinfo=UTC),
    logs=(log("shop"), log("data"), log("infra")),
)  # fmt: skip


class Identities:
    def __init__(self, found):
        self.found = found

    async def of(self, _user, *, fresh):
        assert fresh is False
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


class Reviewer:
    def __init__(self, *allowed):
        self.allowed = allowed

    async def may(self, identity, right):
        assert (right.verb, right.resource, right.subresource) == ("get", "pods", "log")
        return Review(allowed=right.namespace in self.allowed, reason=f"{identity.user} may not {right}", check="can-i")


ALICE = Allow(Identity(user="alice"))


async def test_what_may_not_be_read_elsewhere_is_left_out_and_said():
    read = await ReadGuard("enforce", Identities(ALICE), Reviewer("shop", "data")).read("U1", SNAPSHOT)
    assert [each.namespace for each in read.logs] == ["shop", "data"]
    (hidden,) = read.unread
    assert hidden.what == "logs for who asked, in namespace infra"


async def test_who_may_read_all_sees_all():
    guard = ReadGuard("enforce", Identities(ALICE), Reviewer("shop", "data", "infra"))
    assert await guard.read("U1", SNAPSHOT) is SNAPSHOT


@pytest.mark.parametrize("found", [ALICE, Deny("not in the map"), Temporary("Slack does not say")])
async def test_at_home_any_doubt_is_a_no(found):
    with pytest.raises(Forbidden, match="READ_GUARD"):
        await ReadGuard("enforce", Identities(found), Reviewer("data")).read("U1", SNAPSHOT)


async def test_warned_about_or_not_looked_at():
    read = await ReadGuard("warn", Identities(ALICE), Reviewer("shop")).read("U1", SNAPSHOT)
    assert read.logs == SNAPSHOT.logs
    assert len(read.unread) == 2
    assert await ReadGuard("off", Identities(ALICE), Reviewer()).read("U1", SNAPSHOT) is SNAPSHOT


async def test_an_alert_asks_nobody():
    snapshot = replace(SNAPSHOT, logs=())
    assert await ReadGuard("enforce", Identities(ALICE), Reviewer()).read("", snapshot) is snapshot


@pytest.mark.parametrize("mode", ["enforce", "warn", "off"])
async def test_in_slack(tmp_path, mode):
    people = tmp_path / "people.yaml"
    people.write_text(PEOPLE)
    async with living_world(tmp_path, Workspace(), people_file=people, read_guard=mode) as world:
        await world.slack.acts.command("U0BEN", "C0GENERAL", COMMAND)
        await world.settled()
        said = str([item.message for item in world.slack.workspace.history("C0GENERAL") if item.message.get("bot_id")])
        said += str(
            [item.message for item in world.slack.workspace.thread("C0GENERAL", world.posts("C0GENERAL")[0].ts)]
        )
        assert ("NullPointerException" in said) is (mode != "enforce")
        assert ("nobody@example.com may not get pods/log" in said) is (mode != "off")
        if mode == "enforce":
            await world.slack.acts.command("U0ANNA", "C0GENERAL", COMMAND)
            await world.settled()
            line = world.posts("C0GENERAL")[-1]
            assert "NullPointerException" in str(
                [item.message for item in world.slack.workspace.thread("C0GENERAL", line.ts)]
            )
