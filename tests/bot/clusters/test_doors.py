"""Programs, the Home tab, reports and the doctor over two clusters: each shows what may be known of which."""

import hashlib
import json
from contextlib import asynccontextmanager

import aiohttp
import pytest
import yaml

from bot.demo.cluster import several
from bot.doctor.doctor import doctor_of
from tests.acceptance.fleet import Fleet
from tests.bot.ops.test_home import home
from tests.support.clusters import EU, US, alert, clusters_world, grant

SCENARIO, OTHER = "config-invalid-value", "oom-python"
API = "deployment/api-deployment"


@pytest.fixture(autouse=True)
def asked_at_once(monkeypatch):
    """Whether a cluster answers is asked whenever somebody wants to know."""
    monkeypatch.setattr("bot.ops.contact.FRESH_S", 0.0)


@asynccontextmanager
async def programs(folder):
    """A program that may read all of prod-eu and nothing of prod-us, and one that may read both."""
    made = {EU: several([SCENARIO]), US: several([SCENARIO, OTHER])}
    for name, users in ((EU, ("narrow", "wide")), (US, ("wide",))):
        for user in users:
            grant(made[name], f"{user}@example.com")
    known = [
        {"name": name, "token_sha256": hashlib.sha256(name.encode()).hexdigest(), "user": f"{name}@example.com"}
        for name in ("narrow", "wide")
    ]
    (folder / "programs.yaml").write_text(yaml.safe_dump(known))
    more = {"api_programs_file": folder / "programs.yaml", "collect_deadline_s": 2}
    async with clusters_world(folder, made, **more) as running, aiohttp.ClientSession(running.base) as session:

        async def ask(method, path, body=None, token="wide"):  # noqa: S107 — of a test
            data = None if body is None else json.dumps(body).encode()
            sent = {"Authorization": f"Bearer {token}"}
            async with session.request(method, path, data=data, headers=sent) as answer:
                return answer.status, await answer.json()

        yield running, ask


async def test_a_program_names_the_cluster_and_sees_what_it_may_read_there(tmp_path):
    async with programs(tmp_path) as (_running, ask):
        target = f"{OTHER}/{API}"
        for body in ({"target": f"prod-us/{target}"}, {"target": target, "cluster": US}):
            status, found = await ask("POST", "/v1/diagnose", body)
            assert (status, found["cause"]) == (200, "oom-killed")
        status, found = await ask("POST", "/v1/diagnose", {"target": target, "cluster": EU})
        assert status == 404
        status, found = await ask("POST", "/v1/diagnose", {"target": target})
        assert (status, found["error"]) == (400, "cluster is missing: one of prod-eu, prod-us")
        status, found = await ask("POST", "/v1/diagnose", {"target": target, "cluster": "prod-ue"})
        assert (status, found["error"]) == (400, 'there is no cluster "prod-ue" here; did you mean prod-eu or prod-us?')
        status, found = await ask("POST", "/v1/diagnose", {"target": f"prod-us/{target}"}, token="narrow")
        assert status == 403


@pytest.mark.threat("Reading", "a program or person is told what fails in a cluster where it may not look")
async def test_what_fails_is_listed_of_the_clusters_that_one_may_read_and_who_is_away_is_said(
    tmp_path, record_property
):
    async with programs(tmp_path) as (running, ask):
        for name in (EU, US):
            pod = running.apis[name].cluster.store.all("Pod", SCENARIO)[0]["metadata"]["name"]
            await running.notify(alert(name, SCENARIO, pod, alertname=f"Down-{name}"))

        async def listed():
            _status, found = await ask("GET", "/v1/diagnoses")
            return len([one for one in found["diagnoses"] if one["cause"]]) == 2 and found

        found = await running.until_awaited(listed)
        assert {one["cluster"] for one in found["diagnoses"]} == {EU, US}
        assert "away" not in found
        _status, found = await ask("GET", "/v1/diagnoses?cluster=prod-us")
        assert [one["cluster"] for one in found["diagnoses"]] == [US]
        _status, found = await ask("GET", "/v1/diagnoses", token="narrow")
        record_property("tried", 2)
        record_property("held", f"{sum(one['cluster'] == EU for one in found['diagnoses'])} of 1 own, 1 withheld")
        assert [one["cluster"] for one in found["diagnoses"]] == [EU]
        status, found = await ask("GET", "/v1/diagnoses?cluster=x")
        assert (status, found["error"]) == (400, 'there is no cluster "x" here; there are prod-eu, prod-us')
        running.away(US)
        status, found = await ask("GET", "/v1/diagnoses")
        assert (status, [one["cluster"] for one in found["diagnoses"]]) == (200, [EU])
        assert found["away"][US].startswith("the cluster at ")


async def test_the_home_tab_tells_of_both_and_which_one_is_away(tmp_path):
    eu, us = Fleet(1, 1), Fleet(2, 2)
    async with clusters_world(tmp_path, {EU: eu.cluster, US: us.cluster}, collect_deadline_s=2) as running:
        await running.notify(alert(EU, *eu.pods[0]), alert(US, *us.pods[1]))

        async def shown():
            told = await home(running, "U0ANNA")
            return told.count("/api-deployment`") == 2 and told

        told = await running.until_awaited(shown)
        assert "being looked at" not in told
        assert "`prod-eu/team-00/api-deployment`" in told
        assert "`prod-us/team-01/api-deployment`" in told
        assert "/crashloop prod-eu/production/api" in told
        running.away(US)
        told = await home(running, "U0ANNA")
        assert "🔌 Cluster prod-us: the cluster at " in told
        assert "`prod-eu/team-00/api-deployment`" in told
        assert "team-01" not in told
        # A guest is told nothing of either, neither where they are nor that one is away.
        told = await home(running, "U0GUEST")
        assert told.startswith("I may not show you this: ")
        assert "prod-" not in told


async def test_a_report_comes_from_the_cluster_that_is_named_or_the_only_one_that_can_be_meant(tmp_path):
    eu, us = Fleet(1, 1), Fleet(1, 1)
    quick = {"watch_every_s": 0.3, "recovery_hold_s": 0.2}
    own = {US: {"alert_channel": "C0GENERAL"}}
    async with clusters_world(tmp_path, {EU: eu.cluster, US: us.cluster}, own=own, **quick) as running:
        await running.notify(alert(EU, *eu.pods[0]), alert(US, *us.pods[0]))

        async def failing():
            return len([one for one in await running.service.store.incidents.failing(9) if one.cause]) == 2

        await running.until_awaited(failing)
        for of in (eu, us):
            of.remove("team-00")

        async def over():
            return len(await running.service.store.incidents.recovered(0.0, 9)) == 2

        await running.until_awaited(over)

        async def ask(text, channel="C0GENERAL"):
            before = running.told("U0ANNA", channel)
            await running.slack.acts.command("U0ANNA", channel, text)
            return await running.until(
                lambda: [
                    one["text"]
                    for one in running.told("U0ANNA", channel)[len(before) :]
                    if not one["text"].startswith("📄 Writing")
                ]
            )

        (said,) = await ask("report team-00/api-deployment", "C0GENERAL")
        assert "was told of in clusters prod-" in said
        assert "say report prod-" in said
        (said,) = await ask("report prod-us/team-00/api-deployment", "C0GENERAL")
        assert "cluster prod-us" in said
        (said,) = await ask("report", "C0ALERTS")
        assert "cluster prod-eu" in said


async def examined(running):
    """What the doctor finds with the settings of the running service."""
    async with doctor_of(running.service.settings) as doctor:
        return await doctor.examine()


async def test_the_doctor_looks_at_each_cluster_and_says_which_one_is_wrong(tmp_path):
    eu, us = Fleet(1, 1), Fleet(1, 1)
    async with clusters_world(tmp_path, {EU: eu.cluster, US: us.cluster}) as running:
        report = await examined(running)
        assert {result.check for result in report.broken} <= {"clock"}
        checks = [result.check for result in report.results]
        for name in (EU, US):
            for check in ("cluster", "rights to read", "people map", "Alertmanager"):
                assert f"{name}: {check}" in checks
        assert len(checks) == len(set(checks))
        running.away(US, hangs=False)
        report = await examined(running)
        assert {result.check for result in report.broken} - {"clock"} == {"prod-us: cluster"}
        unchecked = next(result for result in report.results if result.check == "prod-us: rights to read")
        assert unchecked.sentence == "not looked at: see prod-us: cluster"
