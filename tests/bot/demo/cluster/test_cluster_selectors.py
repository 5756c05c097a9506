import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.cluster.selectors import field_selector, label_selector, matches_fields, matches_labels, selects
from bot.demo.cluster.wire import ApiError

POD = {
    "kind": "Pod",
    "metadata": {"name": "a", "namespace": "n", "labels": {"app": "web", "tier": "front", "empty": ""}},
    "spec": {"nodeName": "node-1"},
    "status": {"phase": "Running"},
}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("", True),
        ("app=web", True),
        ("app==web", True),
        ("app = web , tier=front", True),
        ("app=api", False),
        ("app!=api", True),
        ("missing!=x", True),
        ("empty=", True),
        ("app", True),
        ("!app", False),
        ("! missing", True),
        ("app in (api, web)", True),
        ("app in (api)", False),
        ("app notin (api),tier", True),
        ("missing notin (x)", True),
        ("missing in (x)", False),
        ("empty in ()", True),
        ("app,tier in (front,back),!gone", True),
    ],
)
def test_label_selectors(selector, expected):
    assert matches_labels(label_selector(selector), POD) is expected


@pytest.mark.parametrize(
    "selector", ["=", "app=web,", "app in web", "app in (web", "a=b=c", ",", "(a)", "!", "in (a)b"]
)
def test_unreadable_label_selectors_are_400(selector):
    with pytest.raises(ApiError) as error:
        label_selector(selector)
    assert error.value.code == 400


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        outcome = matches_labels(label_selector(text), POD)
    except ApiError as refusal:
        outcome = refusal.code
    assert outcome in {True, False, 400}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("metadata.name=a", True),
        ("metadata.name!=a", False),
        ("spec.nodeName=node-1,status.phase=Running", True),
        ("spec.nodeName=", False),
        ("status.phase!=Succeeded,status.phase!=Failed", True),
        ("spec.hostNetwork=", True),
    ],
)
def test_field_selectors(selector, expected):
    assert matches_fields(field_selector(selector, "Pod"), POD) is expected


def test_an_events_fields():
    event = {
        "metadata": {"name": "e"},
        "involvedObject": {"name": "p", "kind": "Pod"},
        "source": {"component": "kubelet"},
    }
    assert matches_fields(field_selector("involvedObject.name=p,source=kubelet", "Event"), event)
    assert not matches_fields(field_selector("involvedObject.kind=Node", "Event"), event)


@pytest.mark.parametrize("selector", ["spec.replicas=1", "involvedObject.name=x", "nonsense"])
def test_fields_that_a_kind_does_not_select_by_are_400(selector):
    with pytest.raises(ApiError) as error:
        field_selector(selector, "Deployment")
    assert error.value.code == 400


def test_a_specs_selector():
    selector = {
        "matchLabels": {"app": "web"},
        "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["front"]},
            {"key": "gone", "operator": "DoesNotExist"},
        ],
    }
    assert selects(selector, {"app": "web", "tier": "front"})
    assert not selects(selector, {"app": "web", "tier": "back"})
    assert not selects(selector, {"app": "web", "tier": "front", "gone": "no"})
