"""Where an answer leads on: the crash's minute, the application of the object's marks, an alert's addresses held."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.model.links import Links, crashed_at
from bot.render.links import Link, foreign, line
from diagnostics.diagnosis import Diagnosis, Verdict
from diagnostics.facts.workloads.gitops import application
from diagnostics.snapshot import Snapshot, Target

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def pod(**state):
    status = {"name": "api", "lastState": {"terminated": {"finishedAt": "2026-11-21T08:30:00Z"}}, **state}
    sidecar = {"name": "proxy", "state": {"terminated": {"finishedAt": "2026-11-21T08:59:00Z"}}}
    return {
        "kind": "Pod",
        "metadata": {"namespace": "shop", "name": "api-1-x"},
        "status": {"containerStatuses": [status, sidecar]},
    }


def deployment(**metadata):
    return {"kind": "Deployment", "metadata": {"namespace": "shop", "name": "api", **metadata}}


TARGET = Target(kind="Deployment", namespace="shop", name="api", pod="api-1-x")
FAILING = Diagnosis(
    target=TARGET, verdict=Verdict.CONFIRMED, cause="oom-killed", summary="x", container="api",
    workload="Deployment shop/api", cluster="prod-eu",
)  # fmt: skip


def snapshot(**metadata):
    return Snapshot(target=TARGET, now=NOW, objects={"Pod": (pod(),), "Deployment": (deployment(**metadata),)})


def urls(links, **metadata):
    return {link.label: link.url for link in links.lead_on(snapshot(**metadata), FAILING)}


def test_names_and_the_time_of_the_crash_are_filled_in():
    links = Links(
        logs="https://l/{cluster}/{namespace}/{kind}/{workload}/{pod}/{container}?f={from_ms}&t={to_ms}",
        dashboard="https://d/?f={from_iso}&t={to_iso}&s={from_s}",
        more={"Traces": "https://t/{workload}"},
    )
    made = urls(links)
    crash = datetime(2026, 11, 21, 8, 30, tzinfo=UTC).timestamp()
    assert made["Logs"] == (
        f"https://l/prod-eu/shop/Deployment/api/api-1-x/api?f={int(crash - 300) * 1000}&t={int(crash + 60) * 1000}"
    )
    assert made["Dashboard"] == (
        f"https://d/?f=2026-11-21T07%3A30%3A00Z&t=2026-11-21T08%3A40%3A00Z&s={int(crash - 3600)}"
    )
    assert list(made) == ["Logs", "Dashboard", "Traces"]


def test_without_an_end_the_time_is_that_since_which_it_fails_else_now():
    empty = Snapshot(target=TARGET, now=NOW)
    assert crashed_at(empty, FAILING) == NOW
    assert crashed_at(empty, replace(FAILING, since="2026-11-21T08:00:00+00:00")).hour == 8


def test_what_is_not_known_makes_no_link_and_what_is_well_leads_nowhere():
    links = Links(logs="https://l/{container}", dashboard="https://d/{namespace}")
    assert [link.label for link in links.lead_on(snapshot(), replace(FAILING, container=""))] == ["Dashboard"]
    assert links.lead_on(snapshot(), replace(FAILING, verdict=Verdict.NOT_FAILING)) == []


TRACKED = "argocd.argoproj.io/tracking-id"


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        ({"annotations": {TRACKED: "store:apps/Deployment:shop/api"}}, ("Argo CD", "application", "store", "")),
        (
            {"annotations": {TRACKED: "team_store:apps/Deployment:shop/api"}},
            ("Argo CD", "application", "store", "team"),
        ),
        ({"annotations": {TRACKED: "store:apps/Deployment:shop/other"}}, None),
        ({"annotations": {TRACKED: "store:apps/ReplicaSet:shop/api"}}, None),
        ({"labels": {"app.kubernetes.io/instance": "store"}}, None),
        (
            {"labels": {"app.kubernetes.io/instance": "store"}, "managedFields": [{"manager": "argocd-controller"}]},
            ("Argo CD", "application", "store", ""),
        ),
        (
            {"labels": {"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux"}},
            ("Flux", "Kustomization", "apps", "flux"),
        ),
        (
            {"labels": {"helm.toolkit.fluxcd.io/name": "shop", "helm.toolkit.fluxcd.io/namespace": "shop"}},
            ("Flux", "HelmRelease", "shop", "shop"),
        ),
        ({"labels": {"app.kubernetes.io/instance": "store", "app.kubernetes.io/managed-by": "Helm"}}, None),
    ],
)  # fmt: skip
def test_the_application_is_the_objects_own_word(metadata, found):
    deployed = application(deployment(**metadata))
    assert (deployed and (deployed.system, deployed.kind, deployed.name, deployed.namespace)) == found


def test_argo_cd_and_flux_are_led_to_each_in_its_own_place():
    links = Links(
        argocd="https://argo/applications/{application_namespace}/{application}",
        flux="https://flux/{kind}/{application_namespace}/{application}",
    )
    tracked = {TRACKED: "team_store:apps/Deployment:shop/api"}
    assert urls(links, annotations=tracked) == {"Argo CD": "https://argo/applications/team/store"}
    marks = {"helm.toolkit.fluxcd.io/name": "store", "helm.toolkit.fluxcd.io/namespace": "flux"}
    assert urls(links, labels=marks) == {"Flux": "https://flux/HelmRelease/flux/store"}
    assert urls(links) == {}
    # An application whose namespace nobody says has no address that names one.
    assert urls(links, annotations={TRACKED: "store:apps/Deployment:shop/api"}) == {}


def test_an_alerts_own_dashboard_stands_beside_ours_under_another_name():
    brought = {
        "dashboard": "https://g/d/1",
        "runbook": "https://r/x",
        "silence": "https://a/#/silences/new?filter=%7B%7D",
    }
    both = Links(dashboard="https://d/").lead_on(snapshot(), FAILING, brought)
    assert [link.label for link in both] == ["Dashboard", "Alert's dashboard", "Runbook", "Silence this alert only"]
    alone = Links().lead_on(snapshot(), FAILING, brought)
    assert [link.label for link in alone] == ["Dashboard", "Runbook", "Silence this alert only"]
    same = Links(dashboard="https://g/d/1").lead_on(snapshot(), FAILING, brought)
    assert [link.label for link in same] == ["Dashboard", "Runbook", "Silence this alert only"]


HOSTILE = (
    "javascript:alert(1)", "https://", "https://user:pw@evil.example/", "https://slack.com@evil.example/", "https://x/|y",
    "https://x/><!channel>", "https://xn/\u202eevil", "https://ex\u0430mple.com/", "https://x/" + "a" * 1000,
    "https://x/ y", "https://x/`y`", "ftp://x/", "//x/", "https://x/?token=ghp_0123456789abcdefghijklmnopqrstuvwxyzA",
    "https://[::1", "https://x\\@y/",
)  # fmt: skip


@pytest.mark.threat("Outcomes", "an alert's link pings a channel, hides its host, carries a secret or runs a script")
def test_an_address_that_could_mislead_is_not_shown(record_property):
    shown = [url for url in HOSTILE if foreign({"runbook": url})]
    record_property("tried", len(HOSTILE))
    record_property("held", len(HOSTILE) - len(shown))
    assert shown == []


@pytest.mark.parametrize(
    "url",
    [
        "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping",
        "http://prometheus-k8s-0:9090/graph?g0.expr=kube_pod%7Bjob%3D%22x%22%7D+%3E+0&g0.tab=1",
        "http://10.0.0.1:9093/#/silences/new?filter=%7Balertname%3D%22X%22%7D",
        "https://grafana.example.com/alerting/silence/new?alertmanager=grafana&matcher=alertname%3DX&orgId=1",
    ],
)
def test_the_addresses_that_alerts_bring_are_shown(url):
    assert foreign({"source": url}) == [Link("Alert rule", url)]


def test_links_are_one_short_line_whose_texts_are_ours():
    shown = line([Link("Logs", "https://l/?a=1&b=2"), Link("Runbook", "https://r/")])
    assert shown == ["🔗 <https://l/?a=1&amp;b=2|Logs>\N{NO-BREAK SPACE}· <https://r/|Runbook>"]
    assert line([]) == []
    long = [Link(f"L{number}", f"https://l/{'x' * 1000}") for number in range(12)]
    texts = line(long)
    assert all(len(text) <= 3000 for text in texts)
    assert sum(text.count("<https") for text in texts) == 10
