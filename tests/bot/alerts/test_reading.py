"""The reader: whatever stands in a message or payload, what comes out are Kubernetes names and reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.about import subject_word, targets_of
from bot.alerts.messages import MESSAGE_CHARS, parts_of, unlinked
from bot.alerts.reading import Vocabulary, read_labels, read_message, read_notification
from bot.alerts.texts import TARGETS, bare_in, label_sets, targets_in

NAME = set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def said(text):
    return [str(target) for target in targets_in(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("namespace: prod\npod: api-7d4b9c6f5-xkp2z\ncontainer: web", ["Pod prod/api-7d4b9c6f5-xkp2z"]),
        ("*Namespace:* `prod`\n*Pod:* `api-0`", ["Pod prod/api-0"]),
        ("*Namespace*\nprod\n*Pod*\napi-0", ["Pod prod/api-0"]),
        ('namespace="prod", pod="api-0", job="kube-state-metrics"', ["Pod prod/api-0"]),
        ("namespace = prod deployment = api", ["Deployment prod/api"]),
        ('Pod prod/api-7d4b9c6f5-xkp2z (web) is in waiting state (reason: "x").', ["Pod prod/api-7d4b9c6f5-xkp2z"]),
        ("Deployment prod/api has not matched", ["Deployment prod/api"]),
        ("Job failed\njob_name: nightly-29\nnamespace: prod", ["Job prod/nightly-29"]),
        ("Job failed: jobName = 'feed-2992…', namespaceName = 'prod'", ["Job prod/feed-2992…"]),
        ("Namespace [prod] Pod [api-0]: Pod is crash looping", ["Pod prod/api-0"]),
        ("kubectl -n prod logs deploy/api", ["Deployment prod/api"]),
        ("pod: api-0\npod: api-1\nnamespace: prod", ["Pod prod/api-0", "Pod prod/api-1"]),
        ("see https://grafana.example/d/abc-123 and/or ask", []),
        ("Pod api... in namespace prod is not re...", ["Pod prod/api…"]),
        ("namespace: n\npod: x-kube-state-metrics-5f6d-x\ndeployment: api", ["Deployment n/api"]),
        ("namespace: n, pod: x-kube-state-metrics-5f6d-x, job_name: nightly", ["Job n/nightly"]),
        ("namespace: n\npod: api-7d4b9c6f5-xkp2z\ndeployment: api", ["Pod n/api-7d4b9c6f5-xkp2z"]),
        ("Helm upgrade failed for release prod/api with chart api@1.0", ["App prod/api"]),
        ("helmrelease/api.prod", ["App prod/api"]),
        ("Application api has degraded.", ["App api"]),
        ("Application api has been successfully synced.", []),
        ("lunch?", []),
        ("the pod is in the namespace of the team", []),
        ("pod: ../../secrets/x", []),
        ("Rolled out pod: Back-off", []),
        ("", []),
    ],
)  # fmt: skip
def test_targets_are_found_in_text(text, found):
    assert said(text) == found


def test_a_bare_word_is_only_taken_when_it_has_a_pods_shape_and_never_for_sure():
    assert [str(target) for target in bare_in("prod/api-7d4b9c6f5-xkp2z, zoo-inc/cage-api")] == [
        "Pod prod/api-7d4b9c6f5-xkp2z"
    ]
    assert not any(target.sure for target in bare_in("prod/api-0"))


def test_all_of_a_message_is_read():
    message = {
        "text": "",
        "attachments": [
            {"fields": [{"title": "namespace", "value": "prod"}, {"title": "pod", "value": "api-0"}]},
            None,
        ],
        "blocks": [{"type": "rich_text", "elements": [{"elements": [{"type": "text", "text": "ops"}]}]}],
    }  # fmt: skip
    (alert,) = read_message(message).alerts
    assert [str(target) for target in alert.targets] == ["Pod prod/api-0"]


def test_rich_text_is_read_as_it_is_seen():
    pieces = [{"type": "text", "text": "Crashing pod "}, {"type": "text", "text": "cage-0", "style": {"bold": True}}]
    section = {"type": "rich_text_section", "elements": [*pieces, {"type": "text", "text": " in namespace zoo"}]}
    (alert,) = read_message({"blocks": [{"type": "rich_text", "elements": [section]}]}).alerts
    assert [str(target) for target in alert.targets] == ["Pod zoo/cage-0"]


def test_links_read_as_their_labels_and_entities_as_characters():
    assert unlinked("<https://evil|api-0> &amp; <@U1> &lt;x&gt;") == "api-0 & @U1 <x>"


def test_a_links_address_is_kept_and_never_searched():
    message = {"text": "<https://x.example/?pod=evil-0&namespace=prod|Runbook> for nothing"}
    reading = read_message(message)
    assert [alert.targets for alert in reading.alerts] == [()]
    assert reading.alerts[0].links["runbook"].startswith("https://x.example/")


@pytest.mark.parametrize(
    ("link", "receiver"),
    [
        ("http://am.example:9093/#/alerts?receiver=slack", "slack"),
        ("http://am.example:9093/#/alerts?silenced=false&receiver=team%2Fslack", "team/slack"),
        ("http://am.example:9093/#/silences", ""),
        (None, ""),
    ],
)
def test_a_link_back_to_alertmanager_names_the_receiver(link, receiver):
    assert parts_of({"attachments": [{"title_link": link}]}).receiver == receiver


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("KubePodCrashLooping", "Pod"), ("KubeNodeNotReady", "Node"), ("KubeDeploymentReplicasMismatch", "Deployment"),
        ("KubeStatefulSetUpdateNotRolledOut", "StatefulSet"), ("KubeHpaMaxedOut", "HorizontalPodAutoscaler"),
        ("KubePersistentVolumeFillingUp", "PersistentVolumeClaim"), ("KubeQuotaExceeded", "ResourceQuota"),
        ("NodeJsHeapHigh", ""), ("kube_job_failed", "Job"), ("HighErrorRate", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_rule_says_by_its_name_what_it_is_about(rule, kind):
    assert subject_word(rule) == kind


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ({"pod": "p", "deployment": "d"}, ["Pod n/p", "Deployment n/d"]),
        ({"job_name": "nightly", "job": "kube-state-metrics"}, ["Job n/nightly"]),
        ({"pod": "ksm-5f6d-x", "exported_pod": "p", "container": "kube-state-metrics"}, ["Pod n/p"]),
        ({"pod": "x-kube-state-metrics-5f6d-x", "deployment": "d"}, ["Deployment n/d"]),
        ({"pod": "ksm", "exported_namespace": "z", "exported_deployment": "d"}, ["Deployment z/d"]),
        ({"pod": "api-0", "uid": "u", "container": "kube-state-metrics", "job": "kube-state-metrics"}, ["Pod n/api-0"]),
        ({"pod": "worker-0", "exported_namespace": "queue-7"}, ["Pod n/worker-0"]),
        ({"pod": "db-0", "job": "postgres-exporter", "container": "postgres-exporter"}, []),
    ],
)
def test_labels_name_the_target_and_what_to_try_instead(labels, found):
    targets, aside = targets_of({"namespace": "n", **labels})
    assert all(target.container is None for target in targets)
    named = [one for target in targets for one in (target, *target.instead)]
    assert [str(target) for target in named] == found
    assert all(item.why for item in aside)


GRAFANA = "Value: B=1\n - alertname = X\n - cluster = c\n - namespace = {}\n - pod = {}\nAnnotations:\n - summary = s"


def test_alerts_that_share_labels_are_told_apart_where_a_label_comes_again():
    text = "\n\n".join(GRAFANA.format(*where) for where in (("farm", "api-0"), ("kiosks", "till-1")))
    sets = label_sets(text)
    assert [(labels["alertname"], labels["namespace"], labels["pod"]) for labels in sets] == [
        ("X", "farm", "api-0"), ("X", "kiosks", "till-1"),
    ]  # fmt: skip


def test_a_headline_that_says_a_label_again_is_no_alert_of_its_own():
    assert label_sets("alertname: X\n" + GRAFANA.format("farm", "api-0"))[0]["pod"] == "api-0"


@pytest.mark.parametrize(
    ("who", "cluster"), [({"username": "Robusta"}, "edge"), ({"bot_profile": {"name": "Robusta"}}, "edge"), ({}, "")]
)
def test_a_line_source_is_a_cluster_only_where_its_sender_means_one(who, cluster):
    message = {"text": "Crashing pod api-0 in namespace zoo\n`Source:` edge", **who}
    assert read_message(message).alerts[0].cluster == cluster


def test_names_of_ones_own_count():
    labels = {"alertname": "X", "Team-NS": "prod", "workload_pod": "api-0"}
    own = Vocabulary.of({"Team-NS": "namespace", "workload_pod": "pod"})
    assert [str(target) for target in read_labels(labels, {}, own).targets] == ["Pod prod/api-0"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["text", "fields", "elements", "title", "value", "fallback", "type", "blocks", "rows"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(["text", "attachments", "blocks", "ts"]), JSON, max_size=4))
def test_any_message_is_read_without_complaint(message):
    reading = read_message(message)
    assert sum(len(part.text) + len(part.title) for part in parts_of(message).parts) <= MESSAGE_CHARS
    assert sum(len(alert.targets) for alert in reading.alerts) <= TARGETS


@given(st.dictionaries(st.text(max_size=20), JSON, max_size=5), JSON)
def test_any_labels_are_read_without_complaint(labels, annotations):
    reading = read_notification({"alerts": [{"labels": labels, "annotations": annotations}]})
    assert len(reading.alerts) == 1


@given(st.text(alphabet="ns/pod:=- a0.*`\n…[", max_size=300))
def test_what_is_found_are_kubernetes_names(text):
    for target in (*targets_in(text), *bare_in(text)):
        assert set(target.name) <= NAME
        assert len(target.name) <= 253
        assert target.why
