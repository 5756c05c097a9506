"""Asking over two clusters: which one is named, which has it, which is meant, and what is said of one that is away."""

import pytest

from bot.demo.cluster import several, single
from tests.support.clusters import EU, US, clusters_world, grant

BOTH, ONLY_US = "oom-python", "config-invalid-value"
"""Recordings, each in a namespace of its name; ``production`` is in prod-eu alone."""
API = "deployment/api-deployment"


def clusters():
    return {EU: several([BOTH]), US: several([BOTH, ONLY_US])}


async def ask(running, text, user="U0ANNA"):
    """Ask, and return what the person was told since, and what was posted."""
    told, posted = len(running.told(user)), len(running.posts("C0GENERAL"))
    await running.slack.acts.command(user, "C0GENERAL", text)

    async def done():
        return await running.service.store.incidents.waiting() == 0

    await running.until_awaited(done)
    await running.until(lambda: len(running.told(user)) > told or len(running.posts("C0GENERAL")) > posted)
    return running.told(user)[told:], [stored.message for stored in running.posts("C0GENERAL")[posted:]]


def buttons(message):
    return [
        element
        for block in message["blocks"]
        for element in (*block.get("elements", ()), block.get("accessory") or {})
        if str(element.get("action_id", "")).startswith("look")
    ]


async def press(running, message, button, user="U0ANNA"):
    block_id = next(
        block["block_id"]
        for block in message["blocks"]
        if button in (*block.get("elements", ()), block.get("accessory"))
    )
    action = {key: button[key] for key in ("type", "action_id", "value")} | {"block_id": block_id}
    await running.slack.acts.act(user, "C0GENERAL", message["ts"], action)


async def test_a_cluster_is_named_before_what_is_asked_for(tmp_path):
    async with clusters_world(tmp_path, clusters()) as running:
        told, posted = await ask(running, f"prod-us/{BOTH}/{API}")
        assert told == []
        assert all("cluster prod-us" in message["text"] for message in posted)
        told, _posted = await ask(running, f"PROD-EU {BOTH}/{API}")
        assert told == []
        told, _posted = await ask(running, f"prod-us {API} -n {ONLY_US}")
        assert told == []
        placed = await running.service.store.incidents.recent(9)
        assert [one.cluster for one in placed] == [US, EU, US]


async def test_a_name_that_one_cluster_has_is_looked_up_there(tmp_path):
    async with clusters_world(tmp_path, clusters()) as running:
        _told, posted = await ask(running, f"{ONLY_US}/{API}")
        assert "cluster prod-us" in posted[0]["text"]
        incident = (await running.service.store.incidents.recent(1))[0]
        assert (incident.cluster, incident.cause != "not-found") == (US, True)


async def test_a_name_that_several_have_is_asked_about_with_a_button_each(tmp_path):
    async with clusters_world(tmp_path, clusters()) as running:
        (message,), posted = await ask(running, f"{BOTH}/{API}")
        assert posted == []
        assert f"`{BOTH}/{API}` is in 2 clusters" in message["text"]
        eu, us = buttons(message)
        assert [one["text"]["text"] for one in (eu, us)] == [EU, US]
        await press(running, message, us)
        line = await running.until(lambda: running.posts("C0GENERAL"))
        assert "cluster prod-us" in line[0].message["text"]


async def test_what_no_cluster_has_is_said_and_a_cluster_that_is_misspelt_is_named_right(tmp_path):
    async with clusters_world(tmp_path, clusters()) as running:
        (message,), _ = await ask(running, "shop/checkout")
        assert "I find no `shop/checkout` in any cluster where you may look" in message["text"]
        assert [one["value"] for one in buttons(message)] == ["/prod-eu/shop/checkout", "/prod-us/shop/checkout"]
        (message,), _ = await ask(running, "prod-ue")
        assert "There is no cluster of that name; did you mean prod-eu" in message["text"]
        for wrong in (f"prod-ue/{BOTH}/api-deployment", f"prod-ue/{BOTH}/{API}"):
            (message,), _ = await ask(running, wrong)
            assert 'there is no cluster "prod-ue" here; did you mean prod-eu' in message["text"]
        (message,), _ = await ask(running, "help")
        assert "/crashloop prod-eu/production/api" in message["text"]


async def test_without_a_target_what_fails_is_listed_of_each_cluster_and_its_buttons_ask_there(tmp_path):
    async with clusters_world(tmp_path, clusters()) as running:
        (message,), _ = await ask(running, "prod-us")
        assert "cluster prod-us" in str(message["blocks"]).lower()
        assert sorted(one["value"] for one in buttons(message)) == [f"prod-us/{ONLY_US}/{API}", f"prod-us/{BOTH}/{API}"]
        await running.slack.acts.command("U0ANNA", "C0GENERAL", "")
        lists = await running.until(lambda: len(running.told("U0ANNA")) == 3 and running.told("U0ANNA")[1:])
        values = {one["value"] for message in lists for one in buttons(message)}
        assert values == {f"prod-us/{ONLY_US}/{API}", f"prod-us/{BOTH}/{API}", f"prod-eu/{BOTH}/{API}"}
        for message in lists:
            for button in buttons(message):
                await press(running, message, button)
                line = f"cluster {EU if button['value'].startswith(EU) else US}"
                await running.until(
                    lambda line=line: any(line in one.message["text"] for one in running.posts("C0GENERAL"))
                )


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize("hangs", [True, False])
async def test_one_that_is_away_is_said_and_the_other_answers(tmp_path, hangs, guarded):
    made, more = {EU: single(BOTH), US: single(ONLY_US)}, {"collect_deadline_s": 2}
    if guarded:
        (tmp_path / "people.yaml").write_text("- {slack: U0ANNA, user: anna@example.com}\n")
        more |= {"people_file": tmp_path / "people.yaml", "read_guard": "enforce"}
        for cluster in made.values():
            grant(cluster, "anna@example.com")
    async with clusters_world(tmp_path, made, **more) as running:
        running.away(US, hangs=hangs)
        told, posted = await ask(running, f"production/{API}")
        assert "asked in cluster prod-eu. prod-us did not answer just now" in told[0]["text"]
        line = posted or [stored.message for stored in await running.until(lambda: running.posts("C0GENERAL"))]
        assert "cluster prod-eu" in line[0]["text"]
        (message,), _ = await ask(running, "shop/checkout")
        assert "prod-us did not answer just now, so I do not know whether it is there, too" in message["text"]
        running.back(US)
        await running.until_awaited(lambda: _is_open(running, US))


async def _is_open(running, name):
    """Whether a question goes to a cluster again: it answers."""
    told, _ = await ask(running, f"shop/{name}")
    return told and "did not answer" not in told[0]["text"]


async def test_who_may_look_into_one_cluster_alone_is_asked_nothing_about_the_other(tmp_path):
    for name, people in (
        (EU, "- {slack: U0ANNA, user: anna@example.com}\n"),
        (US, "- {slack: U0BEN, user: ben@example.com}\n"),
    ):
        (tmp_path / f"{name}.people").write_text(people)
    own = {name: {"people_file": str(tmp_path / f"{name}.people"), "read_guard": "enforce"} for name in (EU, US)}
    made = clusters()
    grant(made[EU], "anna@example.com")
    grant(made[US], "ben@example.com")
    async with clusters_world(tmp_path, made, own=own) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", f"{BOTH}/{API}")
        lines = await running.until(lambda: len(running.posts("C0GENERAL")) == 2 and running.posts("C0GENERAL"))
        assert "cluster prod-eu" in lines[0].message["text"]
        (message,), posted = await ask(running, f"prod-us/{BOTH}/{API}")
        assert "I may not show you this (READ_GUARD)" in message["text"]
        assert posted == []


async def test_the_message_shortcut_asks_in_the_cluster_that_the_message_names(tmp_path):
    async with clusters_world(tmp_path, clusters()) as running:
        (pod,) = running.apis[US].cluster.store.all("Pod", ONLY_US)
        name = pod["metadata"]["name"]
        text = f"Down\ncluster: prod-us\nnamespace: {ONLY_US}\npod: {name}"
        posted = await running.slack.post_as_app("C0GENERAL", "Pager", text)
        await running.slack.acts.shortcut("U0ANNA", "C0GENERAL", posted.ts, "diagnose_message")
        thread = running.slack.workspace.thread
        answer = await running.until(
            lambda: len(thread("C0GENERAL", posted.ts)) > 1 and thread("C0GENERAL", posted.ts)[1]
        )
        assert "cluster prod-us" in answer.message["text"]
        posted = await running.slack.post_as_app("C0GENERAL", "Pager", f"Down\nnamespace: {ONLY_US}\npod: {name}")
        await running.slack.acts.shortcut("U0ANNA", "C0GENERAL", posted.ts, "diagnose_message")
        said = await running.until(
            lambda: [one for one in running.told("U0ANNA") if "CLUSTER/NAMESPACE/POD" in one["text"]]
        )
        assert "no pod or workload of a cluster named in that message" in said[0]["text"]
