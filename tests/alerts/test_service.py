"""Every row of the table of real alerts, through the real service: as a webhook and as a signed Slack event."""

import json

import pytest

from tests.alerts.service import listed
from tests.alerts.zoo import pods, zoo

CLUSTER = zoo()
CAGE_API = pods(CLUSTER, "zoo", "cage-api")[0]
A_API = pods(CLUSTER, "zoo", "a-api")[0]
B_API = pods(CLUSTER, "farm", "b-api")[0]
MIGRATE = pods(CLUSTER, "zoo", "db-migrate")[0]
CLEANUP = pods(CLUSTER, "zoo", "db-cleanup")[0]
THUMBS = pods(CLUSTER, "zoo", "thumbs")[0]
TICKETS = pods(CLUSTER, "kiosks", "ticket-web")[0]
STATE_METRICS = pods(CLUSTER, "mon", "metrics-kube-state-metrics")[0]
KSM = {"job": "kube-state-metrics", "container": "kube-state-metrics", "pod": STATE_METRICS, "endpoint": "http"}


def everything(message):
    return json.dumps(message, ensure_ascii=False)


UNDERSTOOD = [
    ("A: the exporter's own pod", {"namespace": "zoo", "deployment": "cage-api", **KSM}, "Deployment zoo/cage-api"),
    ("A: without a scrape job", {"namespace": "zoo", "deployment": "cage-api", "pod": STATE_METRICS}, "Deployment zoo/cage-api"),
    ("A: a Job", {"namespace": "zoo", "job_name": "db-migrate", **KSM}, "Job zoo/db-migrate"),
    ("A: a StatefulSet", {"namespace": "zoo", "statefulset": "cage", **KSM}, "StatefulSet zoo/cage"),
    ("A: exported", {"exported_namespace": "zoo", "exported_pod": CAGE_API, "namespace": "mon", **KSM}, "Deployment zoo/cage-api"),
    ("C: kubernetes_", {"kubernetes_namespace": "zoo", "kubernetes_pod_name": CAGE_API}, "Deployment zoo/cage-api"),
    ("C: pod_name", {"namespace": "zoo", "pod_name": CAGE_API, "container_name": "web"}, "Deployment zoo/cage-api"),
    ("C: workload", {"namespace": "zoo", "workload": "cage", "workload_type": "statefulset"}, "StatefulSet zoo/cage"),
    ("C: owner", {"namespace": "zoo", "owner_kind": "Deployment", "owner_name": "cage-api"}, "Deployment zoo/cage-api"),
    ("C: created_by", {"namespace": "zoo", "created_by_kind": "StatefulSet", "created_by_name": "cage"}, "StatefulSet zoo/cage"),
    ("C: GMP", {"namespace_name": "zoo", "top_level_controller_type": "Deployment", "top_level_controller_name": "cage-api"}, "Deployment zoo/cage-api"),
    ("C: app label", {"namespace": "zoo", "label_app_kubernetes_io_name": "cage-api"}, "Deployment zoo/cage-api"),
    ("C: app", {"namespace": "zoo", "app": "cage-api"}, "Deployment zoo/cage-api"),
    ("C: Istio", {"destination_workload": "cage-api", "destination_workload_namespace": "zoo"}, "Deployment zoo/cage-api"),
    ("C: own names", {"namespace": "zoo", "zoo_pod": CAGE_API}, "Deployment zoo/cage-api"),
    ("H: cut", {"namespace": "zoo", "pod": f"{CAGE_API[:-5]}…"}, "Deployment zoo/cage-api"),
    ("static namespace", {"namespace": "monitoring", "pod": TICKETS}, "Deployment kiosks/ticket-web"),
    ("cluster: our own", {"namespace": "zoo", "pod": CAGE_API, "cluster": "prod-eu"}, "Deployment zoo/cage-api"),
]  # fmt: skip


@pytest.mark.parametrize(("labels", "workload"), [row[1:] for row in UNDERSTOOD], ids=[row[0] for row in UNDERSTOOD])
async def test_a_webhook_leads_to_the_workload_that_it_is_about(on, labels, workload):
    await on.webhook({"alertname": "Trouble", "severity": "warning", **labels})
    assert await on.answered() == {workload}


@pytest.mark.parametrize(("labels", "workload"), [row[1:] for row in UNDERSTOOD], ids=[row[0] for row in UNDERSTOOD])
async def test_a_message_that_lists_the_same_labels_leads_there_too(on, labels, workload):
    text = "\n".join(f"*{name}:* `{value}`" for name, value in {"alertname": "Trouble", **labels}.items())
    posted = await on.message(attachments=[{"title": "[FIRING:1] Trouble", "text": text, "color": "danger"}])
    assert await on.answered() == {workload}
    assert {message.get("thread_ts") for message in on.said()} == {posted.ts}


MESSAGES = [
    ("D: lines", f"*Namespace*\nzoo\n*Pod*\n{CAGE_API}", "Deployment zoo/cage-api"),
    ("D: Kind and Name", "Kind: Pod\nName: cage-0\nNamespace: zoo", "StatefulSet zoo/cage"),
    ("D: a sentence", "Crashing pod cage-0 in namespace zoo", "StatefulSet zoo/cage"),
    ("D: Datadog", "kube_namespace:zoo,pod_name:cage-0", "StatefulSet zoo/cage"),
    ("D: Sysdig", "kubernetes.namespace.name = 'zoo' and kubernetes.pod.name = 'cage-0'", "StatefulSet zoo/cage"),
    ("D: New Relic", "podName = 'cage-0', namespaceName = 'zoo'", "StatefulSet zoo/cage"),
    ("D: Google", "{namespace_name=zoo, pod_name=cage-0}", "StatefulSet zoo/cage"),
    ("D: kubelet", "Back-off restarting failed container web in pod cage-0_zoo(4b1f6d0e)", "StatefulSet zoo/cage"),
    ("D: Flux", "timeout waiting for: [Deployment/zoo/cage-api status: 'InProgress']", "Deployment zoo/cage-api"),
    ("G: a pod behind its namespace", f"look at zoo/{CAGE_API}", "Deployment zoo/cage-api"),
    ("H: cut", f"pod: {CAGE_API[:-5]}...\nnamespace: zoo", "Deployment zoo/cage-api"),
]
FORMS = {
    "text": lambda text: (text, None),
    "attachment": lambda text: ("", [{"text": text, "color": "danger", "fallback": "alert"}]),
    "blocks": lambda text: ("", [{"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}]),
    "rich text": lambda text: (
        "",
        [
            {
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [
                            {
                                "type": "rich_text_preformatted",
                                "elements": [{"type": "text", "text": text.replace("*", "")}],
                            }
                        ],
                    }
                ]
            }
        ],
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("text", "workload"), [row[1:] for row in MESSAGES], ids=[row[0] for row in MESSAGES])
async def test_a_message_leads_to_the_workload_whatever_its_form(on, text, workload, form):
    posted = await on.message(*FORMS[form](text))
    assert await on.answered() == {workload}
    assert {message.get("thread_ts") for message in on.said()} == {posted.ts}


QUIET = [
    ("Watchdog", {"alertname": "Watchdog", "severity": "none", "namespace": "mon", "prometheus": "mon/kube-prom"}),
    ("InfoInhibitor", {"alertname": "InfoInhibitor", "namespace": "zoo", "pod": CAGE_API, "severity": "none"}),
    ("info", {"alertname": "CPUThrottlingHigh", "namespace": "zoo", "pod": CAGE_API, "severity": "info"}),
]


@pytest.mark.parametrize("labels", [row[1] for row in QUIET], ids=[row[0] for row in QUIET])
async def test_what_pages_nobody_is_quiet_either_way(on, labels):
    await on.webhook(labels)
    assert "1 quiet" in on.answer
    await on.message(attachments=[{"title": f"[FIRING:1] {labels['alertname']}", "text": listed(labels)}])
    title = f"[FIRING:1] {labels['alertname']} ({' '.join(labels.values())})"
    await on.message(attachments=[{"title": title, "title_link": "http://am.example/#/alerts?receiver=slack"}])
    assert on.said() == []
    assert await on.answered() == set()


async def test_the_prometheus_label_is_never_a_target(on):
    title = "[FIRING:1] TargetDown (mon/kube-prom-prometheus warning)"
    await on.message(attachments=[{"title": title, "title_link": "http://am.example/#/alerts?receiver=slack"}])
    assert await on.answered() == set()


async def test_healthy_is_nothing_in_the_channel_and_a_line_in_the_alerts_own_thread(on):
    labels = {"alertname": "CPUThrottlingHigh", "namespace": "zoo", "pod": THUMBS, "severity": "warning"}
    await on.webhook(labels)
    assert on.said() == []
    posted = await on.message(
        attachments=[
            {
                "title": "[FIRING:1] CPUThrottlingHigh",
                "text": listed(labels | {"pod": pods(CLUSTER, "kiosks", "till")[0], "namespace": "kiosks"}),
            }
        ]
    )
    (line,) = on.said()
    assert line["thread_ts"] == posted.ts
    assert len(line["blocks"]) == 1


async def test_kube_state_metrics_itself_is_a_target_when_the_series_is_its_own(on):
    await on.webhook(
        {"alertname": "KubePodCrashLooping", "namespace": "mon", "reason": "CrashLoopBackOff", "uid": "u", **KSM}
    )
    (incident,) = await on.running.service.store.incidents.recent(9)
    assert incident.subject.name == STATE_METRICS
    await on.webhook({"alertname": "SomethingElse", "namespace": "mon", **KSM})
    assert "1 without anything to diagnose" in on.answer


async def test_two_jobs_whose_names_begin_alike_are_two_incidents(on):
    await on.webhook(*({"alertname": "KubePodNotReady", "namespace": "zoo", "pod": pod} for pod in (MIGRATE, CLEANUP)))
    assert await on.answered() == {"Job zoo/db-migrate", "Job zoo/db-cleanup"}
    assert len(await on.running.service.store.incidents.recent(9)) == 2


async def test_an_alert_of_another_cluster_is_said_not_answered(on):
    labels = {"alertname": "KubePodCrashLooping", "cluster": "other-eu", "namespace": "zoo", "pod": CAGE_API}
    await on.webhook(labels)
    await on.webhook(labels | {"pod": "cage-0"})
    (said,) = on.said()
    assert "about cluster other-eu, which I do not see" in said["text"]
    posted = await on.message(attachments=[{"title": "[FIRING:1] X", "text": listed(labels)}])
    assert await on.answered() == set()
    assert [message["thread_ts"] for message in on.said() if message.get("thread_ts")] == [posted.ts]


async def test_each_pod_keeps_its_own_namespace(on):
    text = f"namespace: zoo\npod: {A_API}\nnamespace: farm\npod: {B_API}"
    await on.message(attachments=[{"title": "[FIRING:2] KubePodCrashLooping", "text": text}])
    assert await on.answered() == {"Deployment zoo/a-api", "Deployment farm/b-api"}


async def test_a_resolved_message_begins_nothing_and_ends_what_is_known(on):
    resolved = [
        {"title": "[RESOLVED] KubePodCrashLooping", "text": f"namespace: zoo\npod: {CAGE_API}", "color": "good"}
    ]
    await on.message(attachments=resolved)
    assert on.said() == []
    await on.webhook({"alertname": "KubePodCrashLooping", "namespace": "zoo", "pod": CAGE_API})
    (incident,) = await on.running.service.store.incidents.recent(9)
    await on.message(attachments=resolved)
    await on.running.until_awaited(lambda: _resolved_note(on))
    assert await on.running.service.store.related.firing(incident.id) == (0, 1)


async def _resolved_note(on):
    return any("has resolved, but the pods" in message["text"] for message in on.said())


async def test_of_a_mixed_message_only_what_fires_is_looked_into(on):
    text = f"*Alerts Firing:*\nnamespace: zoo\npod: {A_API}\n*Alerts Resolved:*\nnamespace: farm\npod: {B_API}"
    await on.message(attachments=[{"title": "[FIRING:1] KubePodCrashLooping", "text": text}])
    assert await on.answered() == {"Deployment zoo/a-api"}
    await on.webhook(
        {"alertname": "X", "namespace": "zoo", "pod": CAGE_API},
        {"alertname": "X", "namespace": "farm", "pod": B_API, "__status__": "resolved"},
    )
    assert await on.answered() == {"Deployment zoo/a-api", "Deployment zoo/cage-api"}


@pytest.mark.parametrize("text", ["merged in zoo/cage-api", "Helm upgrade failed for release zoo/another"])
async def test_a_slash_between_two_words_is_no_pod(on, text):
    await on.message(text)
    assert await on.answered() == set()
    assert on.said() == []


async def test_a_release_is_the_workload_of_its_name_where_the_cluster_has_one(on):
    await on.message("Helm upgrade failed for release zoo/cage-api with chart cage-api@1.9.0: timed out waiting")
    assert await on.answered() == {"Deployment zoo/cage-api"}


async def test_annotations_are_read_when_labels_do_not_decide(on):
    await on.webhook(
        {"alertname": "Trouble", "severity": "warning"}, description="Pod zoo/cage-0 (web) is in waiting state."
    )
    assert await on.answered() == {"StatefulSet zoo/cage"}


async def test_nine_pods_are_all_answered_folded_by_their_root(on):
    named = {
        A_API: "zoo",
        CAGE_API: "zoo",
        "cage-0": "zoo",
        MIGRATE: "zoo",
        CLEANUP: "zoo",
        B_API: "farm",
        TICKETS: "kiosks",
    }
    text = "\n".join(f"namespace: {namespace}\npod: {pod}" for pod, namespace in named.items())
    posted = await on.message(attachments=[{"title": "[FIRING:7] KubePodCrashLooping", "text": text}])
    assert len(await on.answered()) == 7
    assert {message.get("thread_ts") for message in on.said()} == {posted.ts}


async def test_what_is_left_out_of_a_message_is_said(on):
    text = "\n".join(f"pod: cage-{number}" for number in range(70))
    await on.message(attachments=[{"title": "[FIRING:70] X", "text": f"namespace: zoo\n{text}"}])
    assert any("10 more are named" in message["text"] for message in on.said())


async def test_nothing_usable_is_said_once_for_a_rule_and_counted_and_listed_at_home(on):
    for _ in range(2):
        await on.webhook({"alertname": "QueueTooLong", "severity": "warning", "queue": "mails"})
    (said,) = on.said()
    assert all(word in said["text"] for word in ("QueueTooLong", "It has queue, severity", "by (namespace, pod)"))
    (line,) = await on.metrics('crashloop_alerts_total{alertname="QueueTooLong"')
    assert 'outcome="unusable"} 2.0' in line
    on.running.slack.acts.open_home("U0ANNA")
    home = await on.running.until(lambda: on.running.slack.views.homes.get("U0ANNA"))
    assert "QueueTooLong" in json.dumps(home)


async def test_what_was_here_and_is_gone_is_not_looked_for_elsewhere(on):
    alert = {"alertname": "KubePodNotReady", "namespace": "zoo", "pod": "cage-0"}
    await on.webhook(alert)
    for item in list(on.running.cluster.store.everything()):
        if item["metadata"]["name"] in ("cage", "cage-0"):
            twin = json.loads(json.dumps(item))
            twin["metadata"] |= {"namespace": "farm", "uid": f"other-{item['metadata']['uid']}"}
            on.running.cluster.store.delete(item["kind"], "zoo", item["metadata"]["name"])
            on.running.cluster.store.load(twin)
    await on.webhook(alert)
    assert "0 new incidents, 1 joined" in on.answer
    assert await on.answered() == {"StatefulSet zoo/cage"}


async def test_a_static_namespace_is_said(on):
    await on.webhook({"alertname": "TicketWebDown", "namespace": "monitoring", "pod": TICKETS})
    assert any("The alert says namespace monitoring; it is in kiosks" in everything(message) for message in on.said())


async def test_a_name_that_is_in_several_namespaces_is_nobodys(on):
    deployment = next(
        item for item in on.running.cluster.store.everything()
        if item["kind"] == "Deployment" and item["metadata"]["name"] == "ticket-web"
    )  # fmt: skip
    twin = json.loads(json.dumps(deployment))
    twin["metadata"] |= {"namespace": "farm", "uid": "another"}
    on.running.cluster.store.load(twin)
    await on.webhook({"alertname": "TicketErrors", "namespace": "monitoring", "deployment": "ticket-web"})
    assert "1 that could be about several things" in on.answer
    assert await on.answered() == set()


async def test_an_alerts_links_stand_in_the_answer(on):
    await on.webhook(
        {"alertname": "X", "namespace": "zoo", "pod": CAGE_API},
        runbook_url="https://runbooks.example/x", dashboard_url="https://grafana.example/d/1", silenceURL="https://s|<!here>",
    )  # fmt: skip
    answers = "".join(everything(message) for message in on.said())
    assert "<https://runbooks.example/x|Runbook>" in answers
    assert "<https://grafana.example/d/1|Dashboard>" in answers
    assert "<http://prometheus.example/graph?g0.expr=up|Alert rule>" in answers
    assert "<!here>" not in answers


NODE = {"alertname": "KubeNodeNotReady", "severity": "warning", "node": "n3", "namespace": "mon", "pod": STATE_METRICS}


async def test_a_nodes_alert_is_one_thread_with_what_fails_on_it(on):
    await on.webhook(NODE)
    lines = [message for message in on.said() if message.get("thread_ts") in (None, message["ts"])]
    (line,) = lines
    assert "7 workloads fail because of" in line["text"]
    assert len(await on.answered()) == 7
    assert {message["thread_ts"] for message in on.said() if message is not line} == {line["ts"]}


async def test_a_nodes_alert_is_quiet_when_nothing_fails_on_it(on):
    await on.webhook(NODE | {"node": "n4"})
    await on.webhook(
        {"alertname": "NodeClockSkew", "job": "node-exporter", "pod": "node-exporter-h5k2x", "instance": "n4:9100"}
    )
    posted = await on.message(
        attachments=[{"title": "[FIRING:1] KubeNodeNotReady", "text": listed(NODE | {"node": "n4"})}]
    )
    assert posted
    assert on.said() == []
