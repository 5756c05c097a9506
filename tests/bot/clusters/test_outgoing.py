"""The outgoing webhook over several clusters: one address, one outbox, and each event names its own cluster."""

from pydantic import SecretStr

from bot.demo.cluster.people import BOT_TOKEN
from bot.demo.cluster.workspace import Workspace
from tests.bot.clusters.test_presses import CARD, Pressing
from tests.support.clusters import EU, US, alert, clusters_world
from tests.support.hook import SECRET, described, hooked
from tests.support.service import hurried

CHANNELS = {EU: "C0GENERAL", US: "C0ALERTS"}


async def none_waits(running):
    return await running.service.store.outbox.waiting() == (0, 0.0)


async def test_each_event_names_its_own_cluster_from_the_alert_to_the_button(tmp_path):
    spaces = {name: Workspace(hurried(), [CARD]) for name in (EU, US)}
    labels = spaces[EU].card(CARD).alert.labels
    (tmp_path / "people").write_text("- {slack: U0ANNA, user: anna@example.com}\n")
    own = {name: {"alert_channel": CHANNELS[name], "people_file": str(tmp_path / "people")} for name in (EU, US)}
    async with hooked() as hook:
        told = {"outgoing_webhook_url": SecretStr(hook.url), "outgoing_webhook_secret": SecretStr(SECRET)}
        made = {name: space.cluster for name, space in spaces.items()}
        more = {"tick_s": 0.05, "token": BOT_TOKEN, "own": own, **told}
        async with clusters_world(tmp_path, made, **more) as running:
            await running.notify(*(alert(name, **dict(labels)) for name in (EU, US)))
            await running.until(lambda: len(hook.taken) == 2)
            await Pressing(running, {EU: running.posts("C0GENERAL")[0]}).press(EU)
            await running.until(lambda: "incident.action" in hook.types)
            await running.until_awaited(lambda: none_waits(running))
    for got in hook.taken:
        described(got)
    opened = {got.data["cluster"]: got.data["incident_id"] for got in hook.taken if got.type == "incident.opened"}
    assert set(opened) == {EU, US}
    (acted,) = [got.data for got in hook.taken if got.type == "incident.action"]
    assert (acted["cluster"], acted["incident_id"]) == (EU, opened[EU])
    assert acted["action"]["people"] == ["U0ANNA"]
