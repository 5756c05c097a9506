"""Who somebody is, asked of the Slack stand-in."""

from contextlib import asynccontextmanager

import pytest

from bot.demo.slack.faults import Fault
from bot.demo.slack.server import SlackStandIn
from bot.model.errors import Refused, Temporary
from bot.slack.client import slack_client
from bot.slack.people import CACHE_S, People


@asynccontextmanager
async def people(clock=lambda: 0.0):
    async with SlackStandIn() as standin, slack_client(standin.bot_token, standin.api_url) as client:
        yield standin, People(client, clock)


async def test_the_facts_that_decide():
    async with people() as (_, known):
        anna, guest = await known.person("U0ANNA"), await known.person("U0GUEST")
        assert (anna.email, anna.guest, anna.bot, anna.deleted) == ("anna@example.com", False, False, False)
        assert anna.team.startswith("T")
        assert guest.guest


async def test_kept_for_reading_and_asked_anew_for_acting():
    now = 0.0
    async with people(lambda: now) as (standin, known):
        await known.person("U0ANNA")
        standin.set_fault("users.info", Fault(kind="server_error", times=-1))
        assert (await known.person("U0ANNA")).email == "anna@example.com"
        with pytest.raises(Temporary):
            await known.person("U0ANNA", fresh=True)
        now = CACHE_S
        with pytest.raises(Temporary):
            await known.person("U0ANNA")


async def test_somebody_slack_does_not_know():
    async with people() as (_, known):
        with pytest.raises(Refused, match="user_not_found"):
            await known.person("U0NOBODY")
