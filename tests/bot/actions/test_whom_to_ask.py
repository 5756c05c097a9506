"""Whom to ask: people who may, as they are called, no more than a few, and nobody when it cannot be found out."""

import asyncio

import pytest

from bot.actions import whom_to_ask
from bot.actions.whom_to_ask import NAMED, WhomToAsk
from bot.cluster.access import Review, Right
from bot.model.errors import Temporary
from bot.model.owners import Owners
from bot.model.policy import Entry, Identity, People

RIGHT = Right(verb="patch", resource="deployments", group="apps", namespace="shop", name="web")
ASKS = Identity(user="ben@example.com")


class Reviews:
    """Lets everybody but one; ``hangs``: never answers."""

    def __init__(self, *, hangs):
        self.hangs = hangs

    async def may(self, identity, right):
        assert right == RIGHT
        if self.hangs:
            await asyncio.Event().wait()
        return Review(allowed=identity.user != "cara@example.com", reason="")


async def called(user):
    if user == "U0GONE":
        raise Temporary("Slack does not say")
    return {"U0ANNA": "anna"}.get(user, "")


def asked(*entries, hangs=False):
    whom = WhomToAsk(Owners(), lambda: People(entries=entries), called, Reviews(hangs=hangs))
    return whom.sentence(RIGHT, ASKS)


def entry(user, slack=""):
    return Entry(user=user, slack=slack, email="" if slack else user)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((entry("anna@example.com", "U0ANNA"),), "ask anna"),
        ((entry("anna@example.com", "U0ANNA"), entry("dan@example.com")), "ask anna or dan@example.com"),
        ((entry("eve@example.com", "U0GONE"),), "ask eve@example.com"),
        ((entry("ben@example.com"), entry("cara@example.com")), ""),
        ((Entry(usergroup="S012", groups=("sre",)),), ""),
        ((), ""),
    ],
)
async def test_those_who_may_are_named_and_not_who_asks(entries, said):
    assert await asked(*entries) == said


async def test_no_more_than_a_few_are_named():
    many = await asked(*(entry(f"p{number}@example.com") for number in range(9)))
    assert many == "ask p0@example.com, p1@example.com or p2@example.com"
    assert many.count("@") == NAMED


async def test_a_cluster_that_does_not_answer_names_nobody(monkeypatch):
    monkeypatch.setattr(whom_to_ask, "WITHIN_S", 0.01)
    assert await asked(entry("anna@example.com", "U0ANNA"), hangs=True) == ""
