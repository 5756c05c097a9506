"""Alerts of two clusters: each is answered in its own, in its own channel, and none that names none is lost."""

from bot.demo.cluster import several, single
from bot.model.incident import State
from tests.acceptance.fleet import Fleet
from tests.support.clusters import EU, US, alert, clusters_world

SCENARIO = "oom-python"


def pod_of(running, name, namespace="production"):
    return running.apis[name].cluster.store.all("Pod", namespace)[0]["metadata"]["name"]


async def settled(running):
    async def none_waits():
        return await running.service.store.incidents.waiting() == 0

    await running.until_awaited(none_waits)


def texts(running, channel="C0ALERTS"):
    return [stored.message["text"] for stored in running.posts(channel)]


async def test_an_alert_goes_by_its_label_to_its_cluster_and_that_ones_channel(tmp_path):
    own = {EU: {"alert_names": ["eu-west-1"]}, US: {"alert_channel": "C0GENERAL"}}
    async with clusters_world(tmp_path, {EU: single(SCENARIO), US: single(SCENARIO)}, own=own) as running:
        status, said = await running.notify(
            alert("EU-west-1", "production", pod_of(running, EU)), alert(US, "production", pod_of(running, US))
        )
        assert (status, said) == (202, "2 alerts: 2 new incidents, 0 joined\n")
        await settled(running)
        placed = {one.cluster: one.addressed for one in await running.service.store.incidents.recent(9)}
        assert placed == {EU: "C0ALERTS", US: "C0GENERAL"}
        assert all("cluster prod-eu" in text for text in texts(running))
        assert all("cluster prod-us" in text for text in texts(running, "C0GENERAL"))
        status, said = await running.notify(alert(US, "production", pod_of(running, US)))
        assert said == "1 alerts: 0 new incidents, 1 joined\n"


async def test_an_alert_without_a_cluster_or_of_an_unknown_one_is_told_once_and_guessed_at_never(tmp_path):
    async with clusters_world(tmp_path, {EU: single(SCENARIO), US: several([SCENARIO])}) as running:
        for _again in range(2):
            status, said = await running.notify(
                alert("", "production", pod_of(running, EU)),
                alert("prod-zz", "production", pod_of(running, EU)),
                alert("", "production", "", alertname="Watchdog"),
            )
            assert status == 202
            assert (
                said == "3 alerts: 0 new incidents, 0 joined, 1 quiet, 1 of another cluster, 1 that name no cluster\n"
            )
        await settled(running)
        told = sorted(texts(running))
        assert len(told) == 2
        assert "KubePodCrashLooping does not say which cluster it is about" in told[0]
        assert "with one of prod-eu, prod-us" in told[0]
        assert "This is about cluster prod-zz, which I do not see (I see prod-eu, prod-us)" in told[1]


async def test_an_alert_without_a_cluster_is_about_the_default_one(tmp_path):
    clusters = {EU: several([SCENARIO]), US: single(SCENARIO)}
    async with clusters_world(tmp_path, clusters, own={US: {"default": True}}) as running:
        _status, said = await running.notify(alert("", "production", pod_of(running, US)))
        assert said == "1 alerts: 1 new incidents, 0 joined\n"
        await settled(running)
        assert all("cluster prod-us" in text for text in texts(running))


async def test_one_root_in_two_clusters_is_one_thread_that_names_both_and_asks_for_each(tmp_path):
    eu, us = Fleet(1, 1), Fleet(1, 1)
    quick = {"watch_every_s": 0.3, "recovery_hold_s": 0.3}
    async with clusters_world(tmp_path, {EU: eu.cluster, US: us.cluster}, **quick) as running:
        await running.notify(alert(EU, *eu.pods[0]))
        await settled(running)
        await running.notify(alert(US, *us.pods[0]))
        line, _answer, listed = await running.until(
            lambda: len(running.posts("C0ALERTS")) == 3 and running.posts("C0ALERTS")
        )
        await running.until(lambda: "Also hits prod-us/team-00/api-deployment" in line.message["text"])
        assert "cluster prod-eu" in line.message["text"]
        assert "(1 in cluster prod-us)" in listed.message["text"]
        assert {one.message["thread_ts"] for one in (_answer, listed)} == {line.ts}
        (row,) = [block for block in listed.message["blocks"] if block["type"] == "actions"]
        (button,) = row["elements"]
        action = {key: button[key] for key in ("type", "action_id", "value")} | {"block_id": row["block_id"]}
        await running.slack.acts.act("U0ANNA", "C0ALERTS", listed.ts, action)
        theirs = await running.until(lambda: running.posts("C0ALERTS")[3:])
        assert "cluster prod-us" in theirs[0].message["text"]
        assert theirs[0].message["thread_ts"] == line.ts
        # It is over when it is over in both.
        eu.remove("team-00")
        await running.until(lambda: "api-deployment" in line.message["text"] and "🔴" not in line.message["text"])
        assert "Also hits prod-us" in line.message["text"]
        us.remove("team-00")

        async def over():
            found = await running.service.store.incidents.recovered(0.0, 9)
            return {one.cluster for one in found if one.state is State.RECOVERED} == {EU, US}

        await running.until_awaited(over)
        await running.until(lambda: "🟢" in line.message["text"])


async def test_what_is_called_the_same_and_fails_for_another_reason_is_another_thread(tmp_path):
    clusters = {EU: single("oom-python"), US: single("config-invalid-value")}
    async with clusters_world(tmp_path, clusters) as running:
        for name in (EU, US):
            await running.notify(alert(name, "production", pod_of(running, name)))
            await settled(running)
        lines = [one for one in running.posts("C0ALERTS") if one.message.get("thread_ts", one.ts) == one.ts]
        assert len(lines) == 2
        assert not any("Also hits" in one.message["text"] for one in lines)
