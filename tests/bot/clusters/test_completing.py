"""Messages that leave their labels out: whose they are is known where one Alertmanager alone knows such alerts."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot.alerts.model import Alert, Reading
from bot.clusters.alerts import ClusterAlerts
from bot.clusters.directory import Clusters
from tests.support.clusters import EU, US

READING = Reading(alerts=(Alert(name="Down"),), values_only=True, receiver="crashloop")


def served(name, url, known, *, default=False):
    """A cluster whose Alertmanager knows these alerts; none where it is not asked, or knows none of that name."""

    async def completed(reading):
        return [replace(alert) for alert in known] if known else reading.alerts

    settings = SimpleNamespace(alertmanager_url=url, cluster_name=(name,))
    return SimpleNamespace(name=name, default=default, settings=settings, alerts=SimpleNamespace(completed=completed))


async def divided(eu, us, reading=READING):
    alerts = ClusterAlerts(Clusters([served(EU, *eu), served(US, *us)], None), None)
    parts, rest = await alerts.divided(reading)
    return {cluster.name: part for cluster, part in parts}, rest


@pytest.mark.parametrize(
    ("eu", "us", "whose"),
    [
        (("http://eu", [Alert(name="Down")]), ("http://us", []), {EU}),
        (("http://eu", [Alert(name="Down")]), (None, []), {EU}),
        # One for both: its labels must say it.
        (("http://am", [Alert(name="Down", cluster=US)]), ("http://am", [Alert(name="Down", cluster=US)]), {US}),
        (("http://am", [Alert(name="Down")]), ("http://am", [Alert(name="Down")]), set()),
        # Both know such alerts: whose message it is, nobody can tell.
        (("http://eu", [Alert(name="Down")]), ("http://us", [Alert(name="Down")]), set()),
        ((None, []), (None, []), set()),
    ],
)
async def test_a_message_is_of_the_cluster_whose_alertmanager_alone_knows_its_alerts(eu, us, whose):
    parts, rest = await divided(eu, us)
    assert set(parts) == whose
    assert len(rest.alerts) == (0 if whose else 1)
    for part in parts.values():
        # It is asked once: each cluster's own part is whole by then.
        assert (part.values_only, part.receiver) == (False, "")


async def test_what_another_ones_alertmanager_knows_is_not_the_default_ones():
    clusters = [served(EU, "http://eu", [], default=True), served(US, "http://us", [Alert(name="Down")])]
    parts, _rest = await ClusterAlerts(Clusters(clusters, None), None).divided(READING)
    assert [cluster.name for cluster, _part in parts] == [US]
    clusters = [served(EU, "http://eu", [], default=True), served(US, "http://us", [])]
    parts, _rest = await ClusterAlerts(Clusters(clusters, None), None).divided(READING)
    assert [cluster.name for cluster, _part in parts] == [EU]


async def test_the_only_cluster_is_asked_about_whatever_a_message_names():
    only = served("", None, [])
    alerts = ClusterAlerts(Clusters([only], None), None)
    reading = replace(READING, alerts=(Alert(name="Down", cluster="elsewhere"),))
    ((cluster, part),), rest = await alerts.divided(reading)
    assert (cluster, part.alerts, rest.alerts) == (only, reading.alerts, ())
    assert alerts.whose(reading) == ""


async def test_a_message_that_names_its_cluster_is_looked_up_there_alone():
    reading = replace(READING, alerts=(Alert(name="Down", cluster=EU),))
    parts, rest = await divided(("http://eu", []), ("http://us", [Alert(name="Down")]), reading)
    assert set(parts) == {EU}
    assert rest.alerts == ()
