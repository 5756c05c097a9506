"""What may be read for whom: a person's own rights, a channel's namespaces, and nothing for who is nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.actions.read_guard import ReadGuard
from bot.cluster.access import Review
from bot.cluster.errors import Forbidden
from bot.demo.cluster.workspace import Workspace
from bot.model.errors import Refused, Temporary
from bot.model.incident import Incident, Origin, State, Subject
from bot.model.policy import Allow, Deny, Identity
from bot.model.scope import ChannelScope
from diagnostics.objects import ObjectRef
from diagnostics.snapshot import Lead, Snapshot, Target
from tests.support.service import living_world

PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n- {slack: U0BEN, user: nobody@example.com}\n"
COMMAND = "storefront/deployment/storefront"
ALICE = Allow(Identity(user="alice"))
PODS, LOG = Lead(kind="Pod", namespace="shop"), Lead(kind="Log", namespace="shop", name="p", container="c")
VAULTS = Lead(kind="Pod", namespace="vault")
NODE_EVENTS = Lead(kind="Event", namespace="default", fields="involvedObject.kind=Node")
SNAPSHOT = Snapshot(target=Target(kind="Pod", namespace="shop", name="p"), now=datetime(2026, 11, 22, tzinfo=UTC))


class Identities:
    def __init__(self, found=ALICE, unfit=""):
        self.found, self.account = found, unfit

    async def of(self, _user, *, fresh):
        assert fresh is False
        return given(self.found)

    async def unfit(self, _user):
        return given(self.account)


def given(found):
    if isinstance(found, Exception):
        raise found
    return found


class Reviewer:
    """Lets rights through as they are written: ``list pods in namespace shop``."""

    def __init__(self, *allowed):
        self.allowed, self.asked = allowed, []

    async def may(self, identity, right):
        self.asked.append(str(right))
        return Review(allowed=str(right) in self.allowed, reason=f"{identity.user} may not {right}", check="can-i")


def guard(mode="enforce", identities=None, reviewer=None, scope=None, namespaces=()):
    return ReadGuard(mode, identities or Identities(), reviewer or Reviewer(), scope or ChannelScope(), namespaces)


def incident(origin=Origin.ALERT, **more):
    values = {"subject": Subject(kind="Pod", namespace="shop", name="p"), "addressed": "C0SHOP", **more}
    return Incident(id="1", origin=origin, state=State.OPEN, channel="C0SHOP", **values)


async def test_each_thing_is_held_against_the_right_to_read_it_by_hand():
    reviewer = Reviewer("list pods in namespace shop", 'get deployments.apps "api" in namespace shop')
    viewer = await guard(reviewer=reviewer).person("U1")
    assert await viewer.refusal(PODS) == ""
    assert await viewer.refusal(Lead(kind="Deployment", namespace="shop", name="api")) == ""
    refused = await viewer.refusal(LOG)
    assert refused == 'alice may not get pods/log "p" in namespace shop; check it: can-i'
    assert await viewer.refusal(Lead(kind="Pod")) == "alice may not list pods; check it: can-i"
    assert await viewer.refusal(Lead(kind="Node", name="n")) == 'alice may not get nodes "n"; check it: can-i'
    assert "in namespace default" in await viewer.refusal(NODE_EVENTS)


async def test_a_right_is_asked_for_once():
    reviewer = Reviewer("get pods in namespace shop")
    viewer = await guard(reviewer=reviewer).person("U1")
    for name in ("a", "b", "c"):
        assert await viewer.refusal(Lead(kind="Pod", namespace="shop", name=name)) == ""
    assert reviewer.asked == ["get pods in namespace shop"]


@pytest.mark.parametrize("mode", ["enforce", "warn", "off"])
@pytest.mark.parametrize("unfit", ["guests may not", Temporary("Slack does not say"), Refused("no scope", "x")])
async def test_whose_account_is_unfit_is_shown_nothing_in_any_mode(mode, unfit):
    with pytest.raises(Forbidden, match=r"I may not show you this: (guests may not|Slack does not say|no scope)"):
        await guard(mode, Identities(unfit=unfit)).person("U1")


@pytest.mark.parametrize("found", [Deny("not in the map"), Temporary("Slack does not say")])
async def test_who_is_nobody_to_the_cluster_is_shown_nothing(found):
    with pytest.raises(Forbidden, match=r"not in the map|Slack does not say"):
        await guard(identities=Identities(found)).person("U1")


async def test_warned_about_or_not_looked_at():
    viewer = await guard("warn").person("U1")
    assert await viewer.refusal(PODS) == ""
    (warned,) = viewer.noted(SNAPSHOT).unread
    assert (warned.what, warned.why) == (
        "as who asked: Pod shop",
        "alice may not list pods in namespace shop; check it: can-i",
    )
    unknown = await guard("warn", Identities(Deny("not in the map"))).person("U1")
    assert await unknown.refusal(PODS) == ""
    assert unknown.noted(SNAPSHOT).unread[0].why == "not in the map"
    unasked = await guard("off", Identities(Temporary("is not asked"))).person("U1")
    assert await unasked.refusal(PODS) == ""
    assert unasked.noted(SNAPSHOT) is SNAPSHOT


@pytest.mark.parametrize("mode", ["enforce", "warn", "off"])
async def test_the_allowed_namespaces_bind_everybody(mode):
    bound = guard(mode, reviewer=Reviewer("list pods in namespace shop"), namespaces=("shop",))
    for viewer in (await bound.person("U1"), await bound.viewer_of(incident())):
        assert await viewer.refusal(PODS) == ""
        for lead in (Lead(kind="Pod", namespace="vault"), Lead(kind="Pod"), Lead(kind="Namespace", name="vault")):
            assert "ALLOWED_NAMESPACES" in await viewer.refusal(lead)
        assert "ALLOWED_NAMESPACES" not in await viewer.refusal(NODE_EVENTS)


@pytest.mark.parametrize("origin", [Origin.COMMAND, Origin.MENTION, Origin.SHORTCUT])
async def test_whoever_asks_counts_not_whether_a_name_came_along(origin):
    with pytest.raises(Forbidden, match="not told"):
        await guard("off", Identities(unfit="I was not told who asks")).viewer_of(incident(origin, user=""))


SCOPE = ChannelScope(channels=frozenset({"C0SHOP", "C0VAULT"}), routes={"vault": "C0VAULT"}, default="C0SHOP")


@pytest.mark.parametrize(
    ("about", "lead", "shown"),
    [
        (incident(), PODS, True),
        (incident(), VAULTS, False),
        (incident(), Lead(kind="Namespace", name="vault"), False),
        (incident(), Lead(kind="Pod", namespace="unnamed"), True),
        (incident(), Lead(kind="Pod"), False),
        (incident(), Lead(kind="Node", name="n"), True),
        (incident(), NODE_EVENTS, True),
        (incident(), Lead(kind="Event", namespace="default"), True),
        (incident(addressed="C0VAULT"), PODS, True),  # routed there by a label
        (incident(addressed="C0VAULT"), Lead(kind="Pod", namespace="unnamed"), False),
        (incident(addressed="C0VAULT"), Lead(kind="Event", namespace="default"), False),
        (incident(Origin.MESSAGE, subject=Subject(namespace="vault", name="p")), VAULTS, False),
        (incident(Origin.MESSAGE, addressed="C0VAULT"), PODS, True),  # no route names the namespace
        (incident(workload=ObjectRef(kind="Deployment", namespace="vault", name="x")), VAULTS, True),
    ],
)  # fmt: skip
async def test_an_alert_shows_its_own_namespace_and_those_routed_to_its_channel(about, lead, shown):
    viewer = await guard(scope=SCOPE).viewer_of(about)
    assert (await viewer.refusal(lead) == "") is shown


@pytest.mark.parametrize("mode", ["enforce", "warn", "off"])
async def test_in_slack(tmp_path, mode):
    people = tmp_path / "people.yaml"
    people.write_text(PEOPLE)
    async with living_world(tmp_path, Workspace(), people_file=people, read_guard=mode) as world:
        await world.slack.acts.command("U0BEN", "C0GENERAL", COMMAND)
        await world.settled()
        public = world.posts("C0GENERAL")
        assert bool(public) is (mode != "enforce")  # a refusal is for the person alone
        history = world.slack.workspace.history("C0GENERAL", "U0BEN")
        said = str([item.message for item in history if item.message.get("bot_id")])
        assert ("NullPointerException" in said) is (mode != "enforce")
        assert ("nobody@example.com may not get deployments" in said) is (mode != "off")
        if mode == "enforce":
            await world.slack.acts.command("U0ANNA", "C0GENERAL", COMMAND)
            await world.settled()
            line = world.posts("C0GENERAL")[-1]
            assert "NullPointerException" in str(
                [item.message for item in world.slack.workspace.thread("C0GENERAL", line.ts)]
            )
