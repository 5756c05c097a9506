"""A printed line steers the bot into another namespace: what comes of it, through the whole service on loopback."""

from __future__ import annotations

from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.actions.read_guard import ReadGuard
from bot.actions.recheck import Recheck
from bot.cluster.access import Reviewer
from bot.cluster.collector import Collector
from bot.demo.cluster.faults import Fault
from bot.demo.slack.faults import Fault as SlackFault
from bot.demo.slack.model import Person
from bot.model.offer import OfferRecord, OfferState
from bot.model.policy import Allow, Identity
from bot.model.scope import ChannelScope
from bot.render.words import place
from diagnostics.engine import diagnose
from tests.support.service import TOKEN, fleet_world
from tests.support.tenants import COMMAND, FIRST_ONLY, HOME, LINE, MARK, OTHER, PEOPLE, asked_in, heard, tenants

LINES = {
    "a host in full": LINE,
    "a short host": "panic: dial tcp: lookup ledger.vault on 10.96.0.10:53: no such host",
    "a host and its port": "Error: connect ECONNREFUSED ledger.vault:5432",
    "a URL": "requests.exceptions.ConnectionError: http://ledger.vault.svc:5432/v1/charge: Connection refused",
    "a database's address": "FATAL: could not connect to postgres://ledger.vault.svc.cluster.local:5432/app",
    "a time-out": "java.net.SocketTimeoutException: connect timed out: ledger.vault.svc.cluster.local:5432",
    "two dependencies": f"panic: dial tcp: lookup redis.shop on 10.96.0.10:53: no such host\n{LINE}",
}
"""What a program prints to lead into the other tenant's namespace."""


@asynccontextmanager
async def two_tenants(folder, line=LINE, **more):
    """Run the service over both; Anna may read both of them, Ben the first one."""
    people = folder / "people.yaml"
    people.write_text(PEOPLE)
    more = {"people_file": people} | more
    async with fleet_world(folder, tenants(line), **more) as world:
        world.said = heard(world.slack)
        yield world


async def ask(world, user="U0BEN", text=COMMAND):
    """Ask, and return all that was said since."""
    before = len(world.said)
    await world.slack.acts.command(user, "C0GENERAL", text)
    await world.settled()
    return "\n".join(world.said[before:])


async def alert(world, **labels):
    """Let Alertmanager notify of the first tenant's pod, and return all that was said since."""
    before = len(world.said)
    named = {"alertname": "KubePodCrashLooping", "namespace": HOME, "deployment": "till", **labels}
    body = {"version": "4", "status": "firing", "alerts": [{"status": "firing", "labels": named, "annotations": {},
            "startsAt": "2026-11-22T03:00:00Z", "fingerprint": ""}]}  # fmt: skip
    async with aiohttp.ClientSession() as session:
        address, bearer = f"{world.base}/alertmanager", {"Authorization": f"Bearer {TOKEN}"}
        async with session.post(address, json=body, headers=bearer) as answer:
            assert answer.status == 202
    await world.settled()
    return "\n".join(world.said[before:])


def pod_of(world, namespace):
    return next(item["metadata"]["name"] for item in world.cluster.store.all("Pod", namespace) if item["kind"] == "Pod")


def tells(world, said):
    """Whether anything of the other tenant was said but what the log line itself says."""
    return MARK in said or pod_of(world, OTHER) in said


def read(world):
    """Return what was asked of the cluster, but for whether it is there: the bot asks that by itself."""
    return [request for request in world.cluster.requests if request.path != "/version"]


@pytest.mark.threat("Reading", "a log line names a Service elsewhere, asked about by somebody who may not read there")
async def test_a_printed_line_opens_no_other_namespace_to_a_person(tmp_path, record_property):
    read = told = led = 0
    for number, line in enumerate(LINES.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with two_tenants(folder, line) as world:
            told += tells(world, await ask(world))
            read += len(asked_in(world.cluster, OTHER))
            led += tells(world, await ask(world, "U0ANNA"))
    record_property("tried", f"{len(LINES)} lines, {led} of which lead who may read both there")
    record_property("held", f"{read} reads there, {told} answers that tell of it")
    assert (read, told, led) == (0, 0, len(LINES))


async def test_what_may_not_be_read_is_said_and_the_answer_is_as_sure_as_the_rest_allows(tmp_path):
    async with two_tenants(tmp_path) as world:
        said = await ask(world)
        (incident,) = await world.service.store.incidents.recent(1)
        assert "Could not read Service, EndpointSlice" in said
        assert f"in namespace {OTHER}: {FIRST_ONLY} may not list services in namespace {OTHER}" in said
        assert "kubectl auth can-i list services -n vault" in said
        assert incident.verdict == "likely"
        assert "connection refused" in said


@pytest.mark.threat("Reading", "a log line names a Service of a namespace whose alerts go to another channel")
@pytest.mark.parametrize(
    ("routes", "labels"),
    [
        ({"channel_routes": {OTHER: "C0GENERAL"}}, {}),
        ({"channel_routes": {HOME: "C0GENERAL"}}, {}),
        ({"label_routes": {"team:shop": "C0GENERAL"}}, {"team": "shop"}),
        ({"label_routes": {"team:shop": "C0GENERAL"}, "channel_routes": {OTHER: "C0ALERTS"}}, {"team": "shop"}),
        ({"alert_message_channels": ("C0GENERAL",), "channel_routes": {HOME: "C0GENERAL"}}, {}),
    ],
)
async def test_a_printed_line_opens_no_other_namespace_to_a_channel(tmp_path, record_property, routes, labels):
    if "alert_message_channels" in routes:
        routes = routes | {"alert_message_senders": ("B0ALERTMANA",)}
    async with two_tenants(tmp_path, **routes) as world:
        said = await alert(world, **labels)
        assert "connection refused" in said
        record_property("tried", "an alert of the first tenant")
        record_property("held", f"{len(asked_in(world.cluster, OTHER))} reads of the other, nothing told of it")
        assert asked_in(world.cluster, OTHER) == []
        assert not tells(world, said)
        assert "CHANNEL_ROUTES" in said


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"channel_routes": {OTHER: "C0GENERAL"}, "channel_namespaces": {"C0ALERTS": "*"}},
        {"channel_routes": {OTHER: "C0GENERAL"}, "channel_namespaces": {"C0ALERTS": f"infra+{OTHER}"}},
        {"channel_routes": {OTHER: "C0ALERTS", "infra": "C0GENERAL"}},
    ],
)
async def test_an_alert_is_led_on_where_its_channel_may_be_told_of_it(tmp_path, settings):
    async with two_tenants(tmp_path, **settings) as world:
        assert tells(world, await alert(world))


@pytest.mark.threat("Reading", "a log line names a Service outside ALLOWED_NAMESPACES, whoever asks")
async def test_the_allowed_namespaces_bind_leads_too(tmp_path, record_property):
    async with two_tenants(tmp_path, allowed_namespaces=(HOME,)) as world:
        said = await ask(world, "U0ANNA") + await alert(world)
        assert "ALLOWED_NAMESPACES" in said
        record_property("tried", "a person with every right, and an alert")
        record_property("held", f"{len(asked_in(world.cluster, OTHER))} reads outside")
        assert asked_in(world.cluster, OTHER) == []
        assert not tells(world, said)


STRANGERS = {
    "a guest": {"is_restricted": True},
    "a guest of one channel": {"is_ultra_restricted": True},
    "somebody met over Slack Connect": {"is_stranger": True},
    "somebody of another workspace": {"team_id": "T0OTHER"},
    "a deactivated account": {"deleted": True},
}


def refusals(said):
    return sum("I may not show you this" in one for one in said)


@pytest.mark.threat("Reading", "a guest, a stranger or a deactivated account asks, and there is no people map")
async def test_strangers_are_refused_without_a_people_map_too(tmp_path, record_property):
    ways = 0
    async with two_tenants(tmp_path, people_file=None) as world:
        for number, kind in enumerate(STRANGERS.values()):
            person = Person(id=f"U0ODD{number}", name=f"odd{number}", real_name="Odd", **kind)
            world.slack.workspace.people[person.id] = person
            alerting = await world.slack.post_as_app("C0GENERAL", "x", f"pod: {pod_of(world, HOME)}\nnamespace: {HOME}")
            world.cluster.requests.clear()
            before = len(world.said)
            assert "I may not show you this" in await ask(world, person.id)
            await world.slack.acts.shortcut(person.id, "C0GENERAL", alerting.ts, "diagnose_message")
            world.slack.acts.say(person.id, "C0GENERAL", f"@crashloop {COMMAND}")
            # Each way is refused once. Of a shortcut Slack lets a deactivated account hear nothing.
            count = 2 if kind.get("deleted") else 3
            await world.until(lambda before=before, count=count: refusals(world.said[before:]) >= count)
            await world.settled()
            assert refusals(world.said[before:]) == count
            world.slack.acts.open_home(person.id)
            home = await world.until(lambda person=person: world.slack.views.homes.get(person.id))
            assert "I may not show you this" in str(home)
            assert "connection refused" not in str(world.said[before:]) + str(home)
            assert read(world) == []
            ways += 4
        assert "connection refused" in await ask(world, "U0BEN")
    record_property("tried", f"{len(STRANGERS)} kinds of accounts, by command, mention, shortcut and Home tab: {ways}")
    record_property("held", "0 requests to the cluster, each refused in words")


@pytest.mark.threat("Reading", "a command arrives that says nobody asks")
@pytest.mark.parametrize("mapped", [True, False])
async def test_nobody_may_read_nothing(tmp_path, record_property, mapped):
    async with two_tenants(tmp_path, **({} if mapped else {"people_file": None})) as world:
        acts, deliver = world.slack.acts, world.slack.delivery.ask
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(
                acts.delivery, "ask", lambda kind, payload: deliver(kind, {**payload, "user_id": "", "user_name": ""})
            )
            said = await ask(world)
        record_property("tried", "a command without a user")
        record_property("held", f"{len(read(world))} requests to the cluster")
        assert "I was not told who asks" in said
        assert read(world) == []


@pytest.mark.threat("Reading", "the cluster or Slack does not answer when it is asked what a person may read")
async def test_a_review_that_fails_is_a_no_in_clear_words(tmp_path, record_property):
    async with two_tenants(tmp_path) as world:
        world.cluster.faults.add(Fault("error", resource="subjectaccessreviews", status=500))
        said = await ask(world, "U0ANNA")
        assert "I may not show this: it is not known whether anna@example.com may get pods" in said or (
            "it is not known whether anna@example.com may get deployments" in said
        )
        read = asked_in(world.cluster, HOME) + asked_in(world.cluster, OTHER)
        world.cluster.faults.clear()
        world.slack.set_fault("users.info", SlackFault(kind="error", times=-1))
        assert "Slack does not say just now who U0BEN is" in await ask(world, "U0BEN")
        world.slack.set_fault("users.info", None)
        assert "connection refused" in await ask(world, "U0BEN")
        record_property("tried", "reviews answered 500, users.info failing")
        record_property("held", f"{len(read)} reads for who could not be reviewed")
        assert read == []


@pytest.mark.threat("Reading", "the Home tab of somebody who may read one namespace")
async def test_home_shows_what_the_viewer_may_read(tmp_path, record_property):
    async with two_tenants(tmp_path) as world:
        await ask(world, "U0ANNA")
        await ask(world, "U0ANNA", f"{OTHER}/deployment/ledger")
        await alert(world, namespace=OTHER, deployment="ledger")
        homes = {}
        for user in ("U0ANNA", "U0BEN"):
            world.slack.acts.open_home(user)
            homes[user] = str(await world.until(lambda user=user: world.slack.views.homes.get(user)))
        assert f"{OTHER}/ledger" in homes["U0ANNA"]
        assert place(COMMAND) in homes["U0BEN"]
        record_property("tried", "three incidents of two namespaces, asked about by who may read both")
        record_property("held", f"{homes['U0BEN'].count(OTHER)} mentions of the other namespace")
        assert OTHER not in homes["U0BEN"]
        assert not tells(world, homes["U0BEN"])


async def test_a_name_without_a_namespace_is_found_only_where_the_person_may_read(tmp_path):
    async with two_tenants(tmp_path) as world:
        assert "connection refused" in await ask(world, "U0BEN", "deployment/till")
        said = await ask(world, "U0BEN", "deployment/ledger")
        assert not tells(world, said)
        assert OTHER not in said
        assert tells(world, await ask(world, "U0ANNA", "deployment/ledger"))


@pytest.mark.threat("Reading", "an alert message, which quotes a log, names a pod of a namespace routed elsewhere")
async def test_a_message_is_not_answered_in_a_channel_of_others(tmp_path, record_property):
    routes = {"channel_routes": {OTHER: "C0GENERAL"}, "alert_message_channels": ("C0ALERTS",),
              "alert_message_senders": ("B0ALERTMANA",)}  # fmt: skip
    async with two_tenants(tmp_path, **routes) as world:
        name = pod_of(world, OTHER)
        before = len(world.said)
        await world.slack.post_as_app("C0ALERTS", "alertmanager", f"pod: {name}\nnamespace: {OTHER}")
        await world.until(lambda: any("CHANNEL_ROUTES" in one for one in world.said[before:]))
        record_property("tried", "a pod of the other tenant in a message")
        record_property("held", "its answer is refused there")
        assert MARK not in "".join(world.said[before:])


@pytest.mark.threat("Reading", "a node's alert tells a channel of pods of namespaces that are routed elsewhere")
async def test_a_node_tells_a_channel_of_its_own_namespaces(tmp_path, record_property):
    async with two_tenants(tmp_path, channel_routes={OTHER: "C0GENERAL"}) as world:
        for node in ("n1", "n2"):
            named = {"alertname": "KubeNodeNotReady", "node": node, "namespace": "", "deployment": ""}
            said = await alert(world, **named)
            assert (f"{HOME}/till" in said) is (node == "n1")
            assert not tells(world, said)
        assert "ledger" not in said  # of the second node: the first one's pod prints the name itself
        record_property("tried", "two nodes, one of which holds the other tenant alone")
        record_property("held", "nothing told of it")


@pytest.mark.threat("Reading", "the look before or after an action, which is told in the thread, is led elsewhere")
async def test_a_second_look_is_as_guarded_as_the_first(tmp_path, record_property):
    async with two_tenants(tmp_path) as world:
        looked = {}
        for user in ("U0ANNA", "U0BEN"):
            await ask(world, user)
            incident, *_ = await world.service.store.incidents.recent(1)
            world.cluster.requests.clear()
            collector = Collector(world.connection, deadline_s=60)
            guard = ReadGuard("enforce", identities(), Reviewer(world.connection), ChannelScope())
            offer = OfferRecord(
                id="x", incident_id=incident.id, action="restart", state=OfferState.CLAIMED, kind="Deployment",
                namespace=HOME, name="till", uid="u", generation=1,
            )  # fmt: skip
            diagnosis = await Recheck(collector, diagnose, guard).diagnose(offer, incident)
            looked[user] = (len(asked_in(world.cluster, OTHER)), MARK in diagnosis.summary)
        record_property("tried", "looks for who may read both, and for who may read the first")
        record_property("held", f"{looked['U0BEN'][0]} reads of the other for the latter")
        assert looked["U0ANNA"][0] > 0
        assert looked["U0ANNA"][1]
        assert looked["U0BEN"] == (0, False)


def identities():
    """Anna and Ben, as the people map of the tenants has them."""

    class Known:
        async def unfit(self, _user):
            return ""

        async def of(self, user, *, fresh):
            assert fresh is False
            return Allow(Identity(user=f"{user.removeprefix('U0').lower()}@example.com"))

    return Known()
