"""Slack's errors through the real service: what is transient passes, what is set wrong is shown and kept, and what
Slack does not take as it is comes as one plain message. No incident ends without a word."""

import aiohttp
import pytest

from bot.demo.slack.faults import Fault
from bot.model.incident import State
from tests.bot.ops.test_service import alert, notify, thread_of
from tests.support.service import world

TRANSIENT = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited")
WORKSPACE = ("token_revoked", "invalid_auth", "account_inactive", "missing_scope")
CHANNEL = ("not_in_channel", "channel_not_found", "is_archived", "a_code_that_nobody_knows")
CONTENT = ("msg_too_long", "invalid_blocks", "invalid_attachments", "invalid_blocks_format")


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Let nobody wait a minute for the next try."""
    monkeypatch.setattr("bot.incidents.investigation.KEPT_S", 0.2)
    monkeypatch.setattr("bot.slack.standing.PROBE_S", 0.1)
    monkeypatch.setattr("bot.app.PROBE_S", 0.2)


async def page(running, path):
    async with aiohttp.ClientSession() as session, session.get(f"{running.health}{path}") as answer:
        return answer.status, await answer.text()


async def told(running):
    """The alert's line and its one answer, once they stand there."""
    await running.settled()
    (line,) = [
        stored for stored in running.posts("C0ALERTS") if stored.message.get("thread_ts", stored.ts) == stored.ts
    ]
    (answer,) = thread_of(running, line)
    (incident,) = await running.service.store.incidents.recent(9)
    assert incident.state is State.ANSWERED
    return line, answer


FAULTS = [
    *(Fault(kind="error", code=code, times=4) for code in TRANSIENT),
    Fault(kind="server_error", times=4),
    Fault(kind="html", times=4),
]


@pytest.mark.threat("Slack", "its servers fail for a moment, in whatever words")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.code if fault.kind == "error" else fault.kind)
async def test_what_is_transient_is_tried_again_from_the_row(tmp_path, fault):
    async with world(tmp_path) as running:
        running.slack.set_fault("chat.postMessage", fault)
        assert (await notify(running, alert()))[0] == 202
        await told(running)


@pytest.mark.threat("Slack", "a token is revoked or a channel archived while alerts come in")
@pytest.mark.parametrize("code", [*WORKSPACE, *CHANNEL])
async def test_what_is_set_wrong_is_kept_and_shown_until_it_works_again(tmp_path, code):
    async with world(tmp_path) as running:
        running.slack.set_fault(
            "*" if code in WORKSPACE else "chat.postMessage", Fault(kind="error", code=code, times=-1)
        )
        assert (await notify(running, alert()))[0] == 202

        async def shown():
            status, said = await page(running, "/readyz")
            return status if code in said else 0

        assert await running.until_awaited(shown) == (503 if code in WORKSPACE else 200)
        assert f'code="{code}"' in (await page(running, "/metrics"))[1]
        # It fires again meanwhile, and joins what is still to be told.
        assert (await notify(running, alert()))[0] == 202
        assert await running.service.store.incidents.waiting() == 1
        running.slack.set_fault("*", None)
        running.slack.set_fault("chat.postMessage", None)
        await told(running)

        async def over():
            status, said = await page(running, "/readyz")
            return status == 200 and code not in said

        assert await running.until_awaited(over)


@pytest.mark.threat("Slack", "it takes a message's text but not its form")
@pytest.mark.parametrize("code", CONTENT)
async def test_what_slack_does_not_take_as_it_is_comes_as_one_plain_message(tmp_path, code):
    async with world(tmp_path) as running:
        for method in ("chat.postMessage", "chat.update"):
            running.slack.set_fault(method, Fault(kind="error", code=code, times=-1, of_blocks=True))
        assert (await notify(running, alert()))[0] == 202
        line, answer = await told(running)
        assert "api-deployment" in line.message["text"]
        assert not answer.message.get("blocks")
        assert "memory" in answer.message["text"]
