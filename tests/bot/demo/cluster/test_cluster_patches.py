from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.cluster.patches import JSON_PATCH, MERGE, STRATEGIC, apply, json_patch, merge
from bot.demo.cluster.strategic import strategic
from bot.demo.cluster.wire import ApiError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "name", "env"]), inner, max_size=3)
    ),
    max_leaves=12,
)
TEMPLATE = {
    "spec": {
        "containers": [
            {"name": "app", "image": "app:1", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
            {"name": "side", "image": "side:1", "ports": [{"containerPort": 80}], "args": ["x", "y"]},
        ],
        "volumes": [{"name": "v", "emptyDir": {}}],
    }
}


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([{"op": "add", "path": "/b", "value": 1}], {"a": [1, 2], "b": 1}),
        ([{"op": "add", "path": "/a/-", "value": 3}], {"a": [1, 2, 3]}),
        ([{"op": "add", "path": "/a/0", "value": 0}], {"a": [0, 1, 2]}),
        ([{"op": "replace", "path": "/a/1", "value": 9}], {"a": [1, 9]}),
        ([{"op": "remove", "path": "/a/0"}], {"a": [2]}),
        ([{"op": "test", "path": "/a/0", "value": 1}, {"op": "remove", "path": "/a"}], {}),
        ([{"op": "move", "from": "/a", "path": "/x~1y"}], {"x/y": [1, 2]}),
        ([{"op": "copy", "from": "/a/0", "path": "/b"}], {"a": [1, 2], "b": 1}),
        ([{"op": "replace", "path": "", "value": {"n": 1}}], {"n": 1}),
    ],
)
def test_json_patch(operations, expected):
    assert json_patch({"a": [1, 2]}, operations) == expected


@pytest.mark.parametrize(
    "operations",
    [
        [{"op": "test", "path": "/a/0", "value": 2}],
        [{"op": "test", "path": "/a/0", "value": True}],
        [{"op": "test", "path": "/none", "value": None}],
        [{"op": "remove", "path": "/none"}],
        [{"op": "replace", "path": "/none", "value": 1}],
        [{"op": "add", "path": "/a/7", "value": 1}],
        [{"op": "add", "path": "/a/01", "value": 1}],
        [{"op": "add", "path": "/none/x", "value": 1}],
    ],
)
def test_a_json_patch_that_does_not_apply_is_422(operations):
    with pytest.raises(ApiError) as error:
        json_patch({"a": [1, 2]}, operations)
    assert error.value.code == 422


@pytest.mark.parametrize("operations", [{}, "x", [1], [{"op": "add"}], [{"op": "fly", "path": "/a"}]])
def test_what_is_no_json_patch_is_400(operations):
    with pytest.raises(ApiError) as error:
        json_patch({"a": 1}, operations)
    assert error.value.code == 400


def test_merge_patch():
    assert merge({"a": {"b": 1, "c": [1]}, "d": 1}, {"a": {"b": None, "c": [2]}, "e": {"f": None, "g": 1}}) == {
        "a": {"c": [2]},
        "d": 1,
        "e": {"g": 1},
    }


def test_lists_of_the_template_merge_by_their_keys():
    patch = {
        "spec": {"containers": [{"name": "app", "env": [{"name": "B", "value": "3"}, {"name": "C", "value": "4"}]}]}
    }
    result = strategic(deepcopy(TEMPLATE), patch)
    app, side = result["spec"]["containers"]
    assert app["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "3"}, {"name": "C", "value": "4"}]
    assert (app["image"], side) == ("app:1", TEMPLATE["spec"]["containers"][1])


def test_lists_without_a_merge_key_are_replaced():
    result = strategic(deepcopy(TEMPLATE), {"spec": {"containers": [{"name": "side", "args": ["z"]}]}})
    assert result["spec"]["containers"][1]["args"] == ["z"]


def test_items_fields_and_values_can_be_deleted():
    patch = {
        "spec": {
            "containers": [{"name": "side", "$patch": "delete"}, {"name": "app", "image": None}],
            "volumes": None,
        }
    }
    result = strategic(deepcopy(TEMPLATE), patch)
    assert [list(each) for each in result["spec"]["containers"]] == [["name", "env"]]
    assert "volumes" not in result["spec"]


def test_a_map_can_be_replaced_as_controller_revisions_do():
    patch = {"spec": {"template": {"$patch": "replace", "spec": {"containers": [{"name": "n", "image": "i"}]}}}}
    old = {"spec": {"replicas": 3, "template": TEMPLATE}}
    assert strategic(deepcopy(old), patch) == {
        "spec": {"replicas": 3, "template": {"spec": {"containers": [{"name": "n", "image": "i"}]}}}
    }


def test_a_list_can_be_replaced():
    patch = {"spec": {"volumes": [{"$patch": "replace"}, {"name": "w", "emptyDir": {}}]}}
    assert strategic(deepcopy(TEMPLATE), patch)["spec"]["volumes"] == [{"name": "w", "emptyDir": {}}]


def test_set_element_order_moves_items():
    patch = {
        "spec": {
            "$setElementOrder/containers": [{"name": "side"}, {"name": "new"}, {"name": "app"}],
            "containers": [{"name": "new", "image": "n"}],
        }
    }
    result = strategic(deepcopy(TEMPLATE), patch)
    assert [each["name"] for each in result["spec"]["containers"]] == ["side", "new", "app"]


def test_retain_keys_drops_the_others():
    patch = {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}
    old = {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}
    assert strategic(old, patch) == {"strategy": {"type": "Recreate"}}


@pytest.mark.parametrize(
    "patch", [{"$patch": "explode"}, {"containers": [{"image": "no name"}]}, {"a": {"$retainKeys": "x"}}]
)
def test_a_strategic_patch_that_means_nothing_is_400(patch):
    with pytest.raises(ApiError) as error:
        strategic({"containers": [{"name": "a"}]}, patch)
    assert error.value.code == 400


@pytest.mark.parametrize("content_type", ["application/json", "application/apply-patch+yaml", ""])
def test_other_patch_forms_are_415(content_type):
    with pytest.raises(ApiError) as error:
        apply(content_type, {}, {})
    assert error.value.code == 415


@given(st.sampled_from([JSON_PATCH, MERGE, STRATEGIC]), JSON, JSON)
def test_any_patch_applies_or_is_refused(content_type, target, patch):
    code = 200
    try:
        apply(content_type, deepcopy(target), patch)
    except ApiError as refusal:
        code = refusal.code
    assert code in {200, 400, 422}


@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4))
def test_merging_twice_is_merging_once(patch):
    once = merge({"a": {"b": 1}}, patch)
    assert merge(once, patch) == once


@given(st.dictionaries(st.sampled_from(["a", "b", "env"]), JSON, max_size=4))
def test_putting_a_map_in_place_of_another_is_exact(value):
    def plain(each):
        if isinstance(each, dict):
            return {key: plain(inner) for key, inner in each.items() if inner is not None}
        return [plain(inner) for inner in each] if isinstance(each, list) else each

    assert strategic({"x": {"old": 1}}, {"x": {"$patch": "replace", **value}}) == {"x": plain(value)}
