"""Two people at once, a hundred times over: one change each time, and everybody is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager

import pytest

from bot.actions.audit_writer import AuditWriter
from bot.actions.authorization import Authorization, Click
from bot.actions.confirmation import Confirmation
from bot.actions.denials import Denials
from bot.actions.execution import ClusterOperations, Execution
from bot.actions.identities import Identities
from bot.actions.people_map import PeopleFile
from bot.actions.read_guard import ReadGuard
from bot.actions.recheck import Recheck
from bot.actions.service import ActionService
from bot.actions.whom_to_ask import WhomToAsk
from bot.cluster.access import Reviewer
from bot.cluster.actuator import Actuator
from bot.cluster.around import Surroundings
from bot.cluster.collector import Collector
from bot.cluster.live import Live
from bot.demo.slack import Person, Room, SlackStandIn
from bot.model.incident import Origin, Request, State, Subject, key
from bot.model.offer import OfferRecord, OfferState
from bot.model.owners import Owners
from bot.model.policy import Policy
from bot.model.scope import ChannelScope
from bot.ops.metrics import Metrics
from bot.render.simpler import SIMPLER
from bot.slack.client import slack_client
from bot.slack.modals import Modals
from bot.slack.notifier import Notifier
from bot.slack.pacing import Pacing
from bot.slack.people import People
from bot.slack.usergroups import Usergroups
from bot.store import Store
from bot.store.offers import new_id
from diagnostics.claims.catalogue import builtin
from diagnostics.engine import diagnose
from tests.e2e.ground import ground
from tests.e2e.test_who_may import RELEASE, somebody

ROUNDS = 100
USERS = ("U0ANNA", "U0BEN")
PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n- {slack: U0BEN, user: ben@example.com}\n"


class Floor:
    """The press flow over a stand-in cluster and Slack, without the service around it; two bots share the store."""

    def __init__(self, ground, store, slack, incident, bots, team):
        self.ground, self.store, self.slack, self.incident = ground, store, slack, incident
        self.bots, self.team = bots, team
        self.namespace = ground.namespace("race")

    async def offered(self, action="restart", revision=None):
        found = await self.ground.settled("Deployment", self.namespace)
        meta = found.object["metadata"]
        record = OfferRecord(
            id=new_id(), incident_id=self.incident, action=action, state=OfferState.OFFERED, kind="Deployment",
            namespace=self.namespace, name="web", uid=meta["uid"], generation=meta["generation"], revision=revision,
            channel="C0RACE", message_ts="1.1", team=self.team,
        )  # fmt: skip
        await self.store.offers.replace(record.incident_id, [record], 600)
        return record

    def press(self, user, offer, bot=0):
        click = Click(
            offer_id=offer.id, action=offer.action, user=user, team=self.team, channel="C0RACE", message_ts="1.1"
        )
        return self.bots[bot].press(click)

    def patches(self):
        return [
            request for request in self.ground.cluster.requests
            if request.method == "PATCH" and "dryRun" not in request.query
            and request.headers["authorization"].endswith("e2e-bot")
        ]  # fmt: skip

    def told(self):
        everything = [item for user in USERS for item in self.slack.workspace.history("C0RACE", user)]
        return [item.message["text"] for item in everything if item.only_for]


@asynccontextmanager
async def pressing(made, store, client, owner, folder):
    live, actuator = Live(made.bot), Actuator(made.bot)
    notifier = Notifier(client, SIMPLER, Pacing(rate=10_000.0, burst=10_000))
    file = PeopleFile(folder / "people.yaml", trust_email=False)
    identities = Identities(People(client), Usergroups(client), file.people)
    reviewer = Reviewer(made.bot)
    whom = WhomToAsk(Owners(), file.people, identities.name, reviewer)
    authorization = Authorization(
        store=store, identities=identities, policy=Policy(), live=live, reviewer=reviewer, whom=whom
    )
    catalogue, metrics, audit = builtin(), Metrics(), AuditWriter(store, actuator)
    guard = ReadGuard("off", identities, Reviewer(made.bot), ChannelScope())
    collector = Collector(made.bot, catalogue=catalogue)
    recheck = Recheck(collector, lambda snapshot: diagnose(snapshot, catalogue), guard)
    running = set()

    def start(work, _name):
        task = asyncio.create_task(work())
        running.add(task)
        task.add_done_callback(running.discard)

    yield ActionService(
        store=store, notifier=notifier, authorization=authorization, audit=audit, metrics=metrics,
        owner=owner, start=start, denials=Denials(0),
        confirmation=Confirmation(
            authorization=authorization, guard=guard, around=Surroundings(made.bot), modals=Modals(client), store=store,
        ),
        execution=Execution(
            store=store, notifier=notifier, identities=identities, audit=audit, metrics=metrics, owner=owner,
            operations=ClusterOperations(live=live, actuator=actuator, recheck=recheck, settle_s=0.0, every_s=0.01),
            wake=lambda: None,
        ),
    )  # fmt: skip
    await asyncio.gather(*running)


@pytest.fixture
async def floor(tmp_path):
    persons = [Person(id=user, name=user.lower(), real_name=user, email="") for user in USERS]
    (tmp_path / "people.yaml").write_text(PEOPLE)
    async with (
        ground("stand-in", tmp_path) as made,
        SlackStandIn(users=persons, channels=[Room(id="C0RACE", name="race", topic="")]) as slack,
        slack_client(slack.bot_token, slack.api_url) as client,
    ):
        await made.cluster_role("releases", RELEASE)
        account = {"kind": "ServiceAccount", "name": "crashloop", "namespace": made.namespace("bot")}
        people = [*somebody("User", "anna@example.com"), *somebody("User", "ben@example.com")]
        await made.bind("releases", [account, *people])
        await made.make_namespace("race")
        await made.make_workload("Deployment", made.namespace("race"))
        url = f"sqlite+aiosqlite:///{tmp_path / 'crashloop.db'}"
        one, two = await Store.open(url), await Store.open(url)
        asked = Request(origin=Origin.COMMAND, dedup_key=key("race"), subject=Subject(name="web"), channel="C0RACE")
        ((incident, _new),) = await one.incidents.ingest([asked])
        # Nothing runs there, and that is known: what is offered is what is true.
        await one.incidents.claim("test", 60)
        await one.incidents.finish(incident, "test", State.ANSWERED, cause="scaled-to-zero")
        team = await People(client).own_team()
        async with (
            pressing(made, one, client, "bot-1", tmp_path) as first,
            pressing(made, two, client, "bot-2", tmp_path) as second,
        ):
            yield Floor(made, one, slack, incident, (first, second), team)
        await asyncio.gather(one.close(), two.close())


async def test_two_people_at_once_a_hundred_times(floor):
    """On two replicas of the bot with one store."""
    for number in range(1, ROUNDS + 1):
        # A restart writes the second into the template, so that a second one within it changes nothing; an undo flips.
        kept = sorted((await floor.ground.settled("Deployment", floor.namespace)).revisions, key=revision_of)
        offer = await floor.offered("undo", revision_of(kept[0]))
        await asyncio.gather(*(floor.press(user, offer, bot) for bot, user in enumerate(USERS)))
        assert len(floor.patches()) == number
        assert (await floor.store.offers.get(offer.id)).state is OfferState.DONE
    assert sum("was first to press" in text for text in floor.told()) == ROUNDS
    events = Counter([row.read()["event"] async for row in floor.store.audit.rows()])
    assert events == {"claimed": ROUNDS, "changed": ROUNDS, "done": ROUNDS, "denied": ROUNDS}


def revision_of(replica_set):
    return int(replica_set["metadata"]["annotations"]["deployment.kubernetes.io/revision"])


async def test_a_double_click_is_one_press(floor):
    offer = await floor.offered()
    await asyncio.gather(floor.press("U0ANNA", offer), floor.press("U0ANNA", offer))
    assert len(floor.patches()) == 1
    (said,) = floor.told()
    assert "<@U0ANNA> was first" in said


async def test_pressed_again_after_it_was_done_it_does_not_flip_back(floor):
    offer = await floor.offered("undo", 1)
    await floor.press("U0ANNA", offer)
    before = (await floor.ground.settled("Deployment", floor.namespace)).object["spec"]
    await floor.press("U0ANNA", offer)
    await floor.press("U0BEN", offer)
    assert len(floor.patches()) == 1
    assert (await floor.ground.workload("Deployment", floor.namespace)).object["spec"] == before
    assert len([text for text in floor.told() if "was first" in text]) == 2


@pytest.mark.parametrize("what", ["rollout", "uid", "expiry", "restart-of-the-bot"])
async def test_what_is_not_as_it_was_shown_changes_nothing(floor, what):
    offer = await floor.offered("undo", 1)
    if what == "rollout":
        patch = [{"op": "replace", "path": "/spec/template/spec/containers/0/command", "value": ["sh", "-c", "three"]}]
        await floor.ground.call("PATCH", f"/apis/apps/v1/namespaces/{floor.namespace}/deployments/web", patch)
    elif what == "uid":
        await floor.ground.call("DELETE", f"/apis/apps/v1/namespaces/{floor.namespace}/deployments/web")
        for orphan in floor.ground.cluster.store.all("ReplicaSet", floor.namespace):  # as garbage collection does
            floor.ground.cluster.store.delete("ReplicaSet", floor.namespace, orphan["metadata"]["name"])
        await floor.ground.make_workload("Deployment", floor.namespace)
    elif what == "expiry":
        async with floor.store.offers._database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE offers SET expires_at = 1")
    await floor.press("U0ANNA", offer, bot=1)  # never saw the offer being made, as after a restart
    if what == "restart-of-the-bot":
        assert len(floor.patches()) == 1
        assert (await floor.store.offers.get(offer.id)).state is OfferState.DONE
        return
    assert floor.patches() == []
    expected = OfferState.EXPIRED if what == "expiry" else OfferState.SUPERSEDED
    assert (await floor.store.offers.get(offer.id)).state is expected
    assert (await floor.store.incidents.get(floor.incident)).state is State.OPEN  # a new answer offers anew
    posts = [item.message["text"] for item in floor.slack.workspace.history("C0RACE")] + floor.told()
    assert any(said in text for text in posts for said in ("changed since", "made anew", "has expired"))


@pytest.mark.parametrize(("policy", "named"), [
    (Policy(per_person=2), "ACTIONS_PER_PERSON"),
    (Policy(per_workload=2), "ACTIONS_PER_WORKLOAD"),
    (Policy(enabled=False), "ACTIONS_ENABLED"),
    (Policy(channels=frozenset({"C0OTHER"})), "ACTION_CHANNELS"),
    (Policy(namespaces=frozenset({"other"})), "ACTION_NAMESPACES"),
])  # fmt: skip
async def test_what_the_settings_forbid_is_denied_at_the_press_too(floor, policy, named):
    for revision in (1, 2):
        await floor.press("U0ANNA", await floor.offered("undo", revision))
    assert len(floor.patches()) == 2
    floor.bots[0]._authorization.policy = policy
    offer = await floor.offered("undo", 3)
    await floor.press("U0ANNA", offer)
    assert len(floor.patches()) == 2
    assert named in floor.told()[-1]
    assert (await floor.store.offers.get(offer.id)).state is OfferState.OFFERED
    *_, last = [row.read() async for row in floor.store.audit.rows()]
    assert last["event"] == "denied"
