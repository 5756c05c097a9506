"""The queries against a real Prometheus: labels as cAdvisor and kube-state-metrics give them, samples as scraped."""

from dataclasses import replace

import pytest

from bot.prometheus.client import PrometheusError, prometheus
from bot.prometheus.measuring import Asked, Measuring
from bot.prometheus.queries import METRICS, Subject, bare
from diagnostics.engine import diagnose
from diagnostics.series import Measure
from tests.support.measures import END, MI, killed, rising
from tests.support.prometheus import (
    MISSING,
    PROMETHEUS,
    PROMTOOL,
    cadvisor,
    line,
    page,
    recorded,
    state_metrics,
)

pytestmark = pytest.mark.skipif(PROMETHEUS is None or PROMTOOL is None, reason=MISSING)

UID, FORMER = "0f6b7c1e-aaaa-bbbb-cccc-0123456789ab", "99999999-aaaa-bbbb-cccc-0123456789ab"
SUBJECT = Subject(namespace="production", pod="api-7d4b9c6f5-xkp2z", containers=("api",), uids=(UID,))
MEMORY = METRICS[Measure.MEMORY]
RUN = "a" * 64


def leak(labels, *, end=END, start=180, stop=505):
    values = rising(start, stop, 720)
    return [line(MEMORY, labels, end - 12 - 30 * (719 - n), value * MI) for n, value in enumerate(values)]


def restarts(labels, *, first=0):
    name = METRICS[Measure.RESTARTS]
    return [line(name, labels, END - 4000 + 30 * n, first + (n >= 20) + (n >= 80)) for n in range(130)]


async def measured(url, subject=SUBJECT, matchers=None, span_s=86_400, **opening):
    async with prometheus(url, **opening) as client:
        return await Measuring(client, matchers or {}, budget_s=30).measured(Asked(subject, END + 20, span_s))


async def test_the_samples_of_each_run_are_found_as_they_were_scraped(tmp_path):
    labels = [cadvisor(UID, "b" * 64), cadvisor(UID, RUN)]
    text = page(
        (
            MEMORY,
            "gauge",
            leak(labels[1]) + [line(MEMORY, labels[0], END - 30_000 + 30 * n, 90 * MI) for n in range(9)],
        ),
        ("kube_pod_container_status_restarts", "counter", restarts(state_metrics(UID))),
    )
    async with recorded(tmp_path, text) as url:
        found = await measured(url)
    assert found.unread == ()
    memory = [item for item in found.series if item.measure is Measure.MEMORY]
    assert [(item.run, len(item.points)) for item in memory] == [("1", 9), ("2", 720)]
    assert memory[1].points[-1] == (pytest.approx(END - 12, abs=0.001), 508 * MI)
    # Between the runs there are seven hours without a sample, and none is made up.
    assert memory[1].points[0][0] - memory[0].points[-1][0] > 8000
    counted = [item for item in found.series if item.measure is Measure.RESTARTS]
    assert [value for _, value in counted[0].points][::40] == [0, 1, 2, 2]


async def test_the_answer_says_what_prometheus_held(tmp_path):
    snapshot = killed()
    pod = dict(snapshot.objects["Pod"][0])
    pod["metadata"] = pod["metadata"] | {"uid": UID}
    snapshot = replace(snapshot, objects={**snapshot.objects, "Pod": (pod,)})
    async with recorded(tmp_path, page((MEMORY, "gauge", leak(cadvisor(UID, RUN))))) as url, prometheus(url) as client:
        measuring = Measuring(client, {}, budget_s=30)
        asked = measuring.wanted(snapshot)
        found = await measuring.measured(asked)
    assert asked.subject == SUBJECT
    got = diagnose(replace(snapshot, measured=found.series))
    assert "Its memory grew steadily from 177Mi to 508Mi over 6 h." in got.summary


async def test_a_pod_of_that_name_before_it_or_in_another_cluster_is_not_it(tmp_path):
    text = page((
        MEMORY, "gauge",
        leak(cadvisor(FORMER, "c" * 64, cluster="b"), start=900, stop=1900) + leak(cadvisor(UID, RUN, cluster="a")),
    ))  # fmt: skip
    async with recorded(tmp_path, text) as url:
        found = await measured(url)
    assert [max(value for _, value in item.points) for item in found.series] == [508 * MI]


async def test_without_a_label_that_tells_two_at_a_time_are_too_many_until_matchers_say_which(tmp_path):
    def bare_labels(cluster):
        wanted = cadvisor(UID, RUN, cluster=cluster)
        return {name: wanted[name] for name in ("namespace", "pod", "container", "cluster")}

    text = page((MEMORY, "gauge", leak(bare_labels("eu")) + leak(bare_labels("us"), start=900, stop=1900)))
    async with recorded(tmp_path, text) as url:
        both, one = await measured(url), await measured(url, matchers={"cluster": "eu"})
    assert both.series == ()
    assert "PROMETHEUS_MATCHERS" in both.unread[0].why
    assert [max(value for _, value in item.points) for item in one.series] == [508 * MI]


async def test_two_replicas_that_scrape_the_same_run_are_one_series(tmp_path):
    labels = cadvisor(UID, RUN)
    other = leak(labels | {"prometheus_replica": "b"})
    text = page((MEMORY, "gauge", leak(labels | {"prometheus_replica": "a"}) + other))
    async with recorded(tmp_path, text) as url:
        found = await measured(url)
    assert [len(item.points) for item in found.series] == [720]


async def test_restarts_are_found_where_the_scrape_renamed_their_labels(tmp_path):
    renamed = restarts(state_metrics(UID, prefix="exported_"))
    async with recorded(tmp_path, page(("kube_pod_container_status_restarts", "counter", renamed))) as url:
        found = await measured(url)
    assert [(item.measure, item.container, item.points[-1][1]) for item in found.series] == [
        (Measure.RESTARTS, "api", 2.0)
    ]


async def test_what_prometheus_does_not_hold_is_not_measured(tmp_path):
    async with recorded(tmp_path, page((MEMORY, "gauge", leak(cadvisor(UID, RUN))))) as url:
        elsewhere = await measured(url, replace(SUBJECT, namespace="staging"))
        long_ago = await measured(url, span_s=5)
        async with prometheus(url) as client:
            assert (await client.version())[0].isdigit()
            assert await client.count(bare(MEMORY, {"cluster": "none"})) == 0
    assert (elsewhere.series, elsewhere.unread) == ((), ())
    assert (long_ago.series, long_ago.unread) == ((), ())


async def test_a_query_that_prometheus_refuses_is_told_in_its_own_words(tmp_path):
    async with recorded(tmp_path, page((MEMORY, "gauge", leak(cadvisor(UID, RUN))))) as url, prometheus(url) as client:
        with pytest.raises(PrometheusError, match=r"it answers HTTP 400: invalid parameter .query."):
            await client.samples("not{a", at=END, span_s=60)


@pytest.mark.parametrize("odd", ['quo"te', "back\\slash", "line\nbreak", 'x"} or vector(1) or up{a="'])
async def test_odd_names_are_quoted_as_prometheus_reads_them(tmp_path, odd):
    labels = {"namespace": "production", "pod": "p", "container": "api"}
    async with recorded(tmp_path, page((MEMORY, "gauge", leak(labels)))) as url:
        found = await measured(url, replace(SUBJECT, pod=odd), matchers={"cluster": odd})
    assert (found.series, found.unread) == ((), ())
