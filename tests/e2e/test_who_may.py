"""Six people, four namespaces, two actions, three kinds: exactly who has the right may, and nobody else writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.authorization import Authorization, Click, Denied
from bot.actions.identities import Identities
from bot.actions.offers import wanted
from bot.actions.people_map import PeopleFile
from bot.actions.rollout import State, execute
from bot.actions.rollout.templates import numbered, same_template, template_of
from bot.actions.whom_to_ask import WhomToAsk
from bot.cluster.access import Reviewer
from bot.cluster.actuator import Actuator
from bot.cluster.live import Live
from bot.demo.slack import Person, SlackStandIn
from bot.model.incident import Origin, Request, Subject, key
from bot.model.offer import OfferRecord, OfferState
from bot.model.owners import Owners
from bot.model.policy import Identity, Policy
from bot.slack.client import slack_client
from bot.slack.people import People
from bot.slack.usergroups import Usergroups
from bot.store import Store
from bot.store.offers import new_id
from diagnostics import fields
from tests.e2e.ground import KINDS, RBAC, rules

NAMESPACES = ("pay", "shop", "infra", "data")
ACTIONS = ("restart", "undo")
PEOPLE = ("anna", "ben", "carl", "dora", "emil", "fay")
EVERYWHERE = {(namespace, kind) for namespace in NAMESPACES for kind in KINDS}
MAY = {
    "anna": EVERYWHERE,  # ClusterRoleBinding
    "ben": set(),  # may look
    "carl": {("pay", kind) for kind in KINDS},  # RoleBinding
    "dora": {(namespace, kind) for namespace in ("shop", "infra") for kind in KINDS},  # by a group
    "emil": {("data", "Deployment")},  # a Role of one resource
    "fay": {("shop", "Deployment")},  # a Role of one name
}
WORKLOADS = ["deployments", "statefulsets", "daemonsets"]
RELEASE = [
    {"apiGroups": ["apps"], "resources": WORKLOADS, "verbs": ["patch"]},
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["delete"]},
]


def user(ground, name):
    return f"{name}@{ground.tag}.example"


def somebody(kind, name):
    return [{"apiGroup": RBAC, "kind": kind, "name": name}]


async def people(ground):
    """The RBAC objects: what everybody may, and that the bot may be any of them."""
    sre = f"{ground.tag}-sre"
    await ground.cluster_role("releases", RELEASE)
    await ground.cluster_role("looks", rules("rbac-read.yaml", "crashloop-reader"))
    await ground.bind("releases", somebody("User", user(ground, "anna")))
    await ground.bind("looks", somebody("User", user(ground, "ben")))
    await ground.bind("releases", somebody("User", user(ground, "carl")), ground.namespace("pay"))
    for namespace in ("shop", "infra"):
        await ground.bind("releases", somebody("Group", sre), ground.namespace(namespace))
    only = {"verbs": ["patch"], "apiGroups": ["apps"]}
    for name, namespace, rule in (
        ("emil", "data", only | {"resources": ["deployments"]}),
        ("fay", "shop", only | {"resources": WORKLOADS, "resourceNames": [KINDS["Deployment"]]}),
    ):
        meta = {"name": name, "namespace": ground.namespace(namespace)}
        await ground.make({"kind": "Role", "metadata": meta, "rules": [rule]})
        await ground.bind(name, somebody("User", user(ground, name)), ground.namespace(namespace), kind="Role")
    names = [user(ground, name) for name in PEOPLE]
    await ground.cluster_role("impersonator", [
        {"apiGroups": [""], "resources": ["users"], "resourceNames": names, "verbs": ["impersonate"]},
        {"apiGroups": [""], "resources": ["groups"], "resourceNames": [sre], "verbs": ["impersonate"]},
    ])  # fmt: skip
    account = {"kind": "ServiceAccount", "name": "crashloop", "namespace": ground.namespace("bot")}
    await ground.bind("impersonator", [account])
    await ground.spread()
    return "".join(
        f"- {{slack: U0{name.upper()}, user: {user(ground, name)}, groups: [{sre if name == 'dora' else ''}]}}\n"
        for name in PEOPLE
    )


class Desk:
    """Offers made and pressed, over the real authorization; as many seconds later as there were presses before."""

    def __init__(self, ground, store, authorization, team):
        self.ground, self.store, self.authorization, self.team = ground, store, authorization, team
        self.presses = 0
        self.incident = ""

    async def offered(self, action, kind, namespace):
        found = await self.ground.settled(kind, self.ground.namespace(namespace))
        meta = found.object["metadata"]
        kept = numbered(found)
        other = [
            number for number, each in kept.items() if not same_template(bare(each), bare(template_of(found.object)))
        ]
        record = OfferRecord(
            id=new_id(), incident_id=self.incident, action=action, state=OfferState.OFFERED, kind=kind,
            namespace=meta["namespace"], name=meta["name"], uid=meta["uid"], generation=meta["generation"],
            revision=max(other) if action == "undo" else None, channel="C1", message_ts="1.1", team=self.team,
        )  # fmt: skip
        await self.store.offers.replace(record.incident_id, [record], 600)
        return record

    async def press(self, name, offer):
        click = Click(
            offer_id=offer.id,
            action=offer.action,
            user=f"U0{name.upper()}",
            team=self.team,
            channel="C1",
            message_ts="1.1",
        )
        authorized = await self.authorization.authorize(click, await self.authorization.find_offer(click))
        return await self.carried(offer, authorized.as_user)

    async def carried(self, offer, as_user):
        self.presses += 1
        now = datetime.now(UTC) + timedelta(seconds=self.presses)
        bot = self.ground.bot
        return await execute(wanted(offer), live=Live(bot), actuator=Actuator(bot), now=now, as_user=as_user)


def bare(template):
    """The template without the restart's annotation, as the engine compares revisions."""
    metadata = fields.table(template, "metadata")
    return {**template, "metadata": {**metadata, "annotations": {}}}


@pytest.fixture
async def desk(where, tmp_path):
    for name in NAMESPACES:
        await where.make_namespace(name)
        for kind in KINDS:
            await where.make_workload(kind, where.namespace(name))
    (tmp_path / "people.yaml").write_text(await people(where))
    persons = [Person(id=f"U0{name.upper()}", name=name, real_name=name, email="") for name in PEOPLE]
    async with SlackStandIn(users=persons) as slack, slack_client(slack.bot_token, slack.api_url) as client:
        store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'crashloop.db'}")
        known = People(client)
        file = PeopleFile(tmp_path / "people.yaml", trust_email=False)
        identities, reviewer = Identities(known, Usergroups(client), file.people), Reviewer(where.bot)
        authorization = Authorization(
            store=store, identities=identities, policy=Policy(), live=Live(where.bot), reviewer=reviewer,
            whom=WhomToAsk(Owners(), file.people, identities.name, reviewer), act_as="user",
        )  # fmt: skip
        made = Desk(where, store, authorization, await known.own_team())
        asked = Request(origin=Origin.COMMAND, dedup_key=key("e2e"), subject=Subject(name="x"), channel="C1")
        ((made.incident, _new),) = await store.incidents.ingest([asked])
        yield made
        await store.close()


def writes(ground):
    """What the bot's requests changed on the stand-in."""
    return [
        request for request in (ground.cluster.requests if ground.cluster else ())
        if request.method in ("PATCH", "DELETE") and "dryRun" not in request.query
        and request.headers["authorization"].endswith("e2e-bot")
    ]  # fmt: skip


async def test_exactly_who_has_the_right_may_and_nobody_else_writes(desk):
    wrong = []
    for person in PEOPLE:
        for namespace in NAMESPACES:
            for kind in KINDS:
                for action in ACTIONS:
                    expected = (namespace, kind) in MAY[person]
                    went = await one_press(desk, person, namespace, kind, action)
                    if went is not expected:
                        wrong.append((person, namespace, kind, action, went))
    assert wrong == []


async def one_press(desk, person, namespace, kind, action):
    """Whether it went through. Who is denied wrote nothing, by the bot and, without it, by the cluster itself."""
    offer = await desk.offered(action, kind, namespace)
    before = len(writes(desk.ground))
    try:
        outcome = await desk.press(person, offer)
    except Denied as error:
        because = error.because
    else:
        assert outcome.state is State.CHANGED, outcome
        assert outcome.generation == offer.generation + 1
        await desk.ground.settled(kind, offer.namespace)
        return True
    assert "may not patch" in because
    groups = (f"{desk.ground.tag}-sre",) if person == "dora" else ()
    outcome = await desk.carried(offer, Identity(user=user(desk.ground, person), groups=groups))
    assert outcome.state is State.REFUSED, outcome
    assert "forbidden" in outcome.sentence.lower(), outcome
    now = await desk.ground.workload(kind, offer.namespace)
    assert now.object["metadata"]["generation"] == offer.generation
    assert len(writes(desk.ground)) == before
    return False
