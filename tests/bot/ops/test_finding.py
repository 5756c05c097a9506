"""Finding what is meant, through the real service over the demo's cluster: lists, successors, near names."""

from __future__ import annotations

import pytest

from bot.demo.cluster.workspace import Workspace
from bot.demo.slack.blockkit import blocks_errors, blocks_too_long
from tests.support.service import living_world

PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n- {slack: U0BEN, user: nobody@example.com}\n"


@pytest.fixture
async def on(tmp_path):
    people = tmp_path / "people.yaml"
    people.write_text(PEOPLE)
    async with living_world(tmp_path, Workspace(), people_file=people, read_guard="enforce") as world:
        yield world


async def told(on, text, user="U0ANNA", *, after=1):
    """What a person alone is told after a command, past the first sign of life."""
    seen = len(whispers(on, user))
    await on.slack.acts.command(user, "C0GENERAL", text)
    await on.settled()
    messages = await on.until(lambda: len(found := whispers(on, user)) > seen + after and found)
    for message in messages:
        assert blocks_errors(message["blocks"]) == []
        assert not blocks_too_long(message["blocks"])
    return messages[-1]


def whispers(on, user):
    return [item.message for item in on.slack.workspace.history("C0GENERAL", user) if item.only_for]


def buttons(message):
    return [block["accessory"]["value"] for block in message["blocks"] if "value" in block.get("accessory", {})]


async def test_what_fails_now_is_listed_for_who_may_read_it_each_with_a_button_that_opens_its_diagnosis(on):
    listed = await told(on, "")
    everywhere = buttons(listed)
    assert "Sorted: what crashes first" in listed["text"]
    assert len({target.partition("/")[0] for target in everywhere}) > 3
    assert not any("healthy" in target for target in everywhere)
    assert on.posts("C0GENERAL") == []
    in_one = await told(on, "-n production")
    targets = buttons(in_one)
    assert targets
    assert all(target.startswith("production/") for target in targets)
    assert buttons(await told(on, "production")) == targets
    block = next(block for block in in_one["blocks"] if "accessory" in block)
    message = next(
        item for item in reversed(on.slack.workspace.history("C0GENERAL", "U0ANNA")) if buttons(item.message)
    )
    press = {"block_id": message.message["blocks"][1]["block_id"], "action_id": "look"}
    await on.slack.acts.act("U0ANNA", "C0GENERAL", message.ts, press)
    await on.until(lambda: on.posts("C0GENERAL"))
    assert block["accessory"]["value"].rpartition("/")[2] in on.posts("C0GENERAL")[0].message["text"]


async def test_who_may_read_nothing_is_told_of_nothing(on):
    for text in ("", "-n production"):
        message = await told(on, text, "U0BEN")
        assert buttons(message) == []
        assert "api-deployment" not in str(message)
        assert "nobody@example.com may not list pods" in message["text"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("production/api-deploymnet", "production/deployment/api-deployment"),
        ("api-deplyoment", "production/deployment/api-deployment"),
        ("storefront/api-deployment", None),
        ("production/deployment/storefrnt", "storefront/deployment/storefront"),
    ],
)
async def test_near_names_are_offered_wherever_they_are(on, asked, meant):
    if meant is None:
        await on.slack.acts.command("U0ANNA", "C0GENERAL", asked)
        await on.settled()
        assert whispers(on, "U0ANNA")
        return
    message = await told(on, asked)
    assert "Did you mean" in message["text"]
    assert buttons(message)[0] == meant
    assert on.posts("C0GENERAL") == []
    # Somebody who may read nothing is offered nothing.
    assert meant not in str(await told(on, asked, "U0BEN"))


async def test_a_namespace_that_is_not_there_is_named_as_that(on):
    for asked in ("prodution/api-deployment", "-n prodution"):
        message = await told(on, asked)
        assert "There is no namespace `prodution`. Did you mean `production`" in message["text"]


async def test_the_successor_of_a_pod_that_was_replaced_is_diagnosed_and_that_is_said(on):
    pod = next(
        item["metadata"]["name"] for item in on.cluster.store.all("Pod", "production")
        if item["metadata"]["name"].startswith("api-deployment-")
    )  # fmt: skip
    gone = f"{pod[:-5]}zzzzz"
    await on.slack.acts.command("U0ANNA", "C0GENERAL", f"production/{gone}")
    await on.settled()
    _line, answer = on.posts("C0GENERAL")
    said = str(answer.message["blocks"])
    assert f"Pod {gone} is gone" in said
    assert f"{pod} took its place" in said
