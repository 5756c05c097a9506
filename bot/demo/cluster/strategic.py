"""Strategic merge patch: lists of the pod template merge by their keys; `$patch`, `$setElementOrder`, `$retainKeys`.

The merge keys are the `patchMergeKey` tags of k8s.io/api (core/v1, apps/v1, meta/v1). A list whose field is not
named here is replaced, as the API does with lists that have no merge strategy.
"""

from __future__ import annotations

from typing import Any

from bot.demo.cluster.wire import bad_request

ORDER, PRIMITIVES, RETAIN = "$setElementOrder/", "$deleteFromPrimitiveList/", "$retainKeys"

MERGE_KEYS: dict[str, str] = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "env": "name",
    "ports": "containerPort",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "imagePullSecrets": "name",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
    "resourceClaims": "name",
    "ownerReferences": "uid",
    "conditions": "type",
    "secrets": "name",
    "addresses": "type",
    "taints": "key",
}
PRIMITIVE_LISTS = frozenset({"finalizers"})


def strategic(target: Any, patch: dict[str, Any]) -> Any:
    """Return a target after a strategic merge patch; ApiError 400 for a directive that is not known."""
    return _merge_map(target if isinstance(target, dict) else {}, patch)


def _merge_map(target: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    directive = patch.get("$patch")
    plain = {key: value for key, value in patch.items() if key != "$patch"}
    if directive == "replace":
        return dict(_clean(plain))
    if directive == "delete":
        return {}
    if directive not in {None, "merge"}:
        raise bad_request(f"Unknown patch type: {directive}")
    result = dict(target)
    if (retained := plain.pop(RETAIN, None)) is not None:
        if not isinstance(retained, list):
            raise bad_request(f"{RETAIN} must be a list")
        result = {key: value for key, value in result.items() if key in retained}
    for key, value in plain.items():
        if not key.startswith((ORDER, PRIMITIVES)):
            _merge_field(result, key, value, target=target)
    _apply_directives(result, plain)
    return result


def _merge_field(result: dict[str, Any], key: str, value: Any, *, target: dict[str, Any]) -> None:
    if value is None:
        result.pop(key, None)
    elif isinstance(value, dict):
        if value.get("$patch") == "delete":
            result.pop(key, None)
            return
        old = result.get(key)
        result[key] = _merge_map(old if isinstance(old, dict) else {}, value)
    elif isinstance(value, list):
        old = target.get(key) if key in result else None
        result[key] = _merge_list(key, old if isinstance(old, list) else [], value)
    else:
        result[key] = value


def _apply_directives(result: dict[str, Any], patch: dict[str, Any]) -> None:
    for directive, value in patch.items():
        if directive.startswith(PRIMITIVES) and isinstance(value, list):
            key = directive.removeprefix(PRIMITIVES)
            result[key] = [each for each in result.get(key) or [] if each not in value]
        if directive.startswith(ORDER) and isinstance(value, list):
            key = directive.removeprefix(ORDER)
            if isinstance(result.get(key), list):
                result[key] = _ordered(key, result[key], value)


def _merge_list(key: str, old: list[Any], patch: list[Any]) -> list[Any]:
    if key in PRIMITIVE_LISTS:
        return [*old, *(each for each in patch if each not in old)]
    merge_key = _merge_key(key, [*old, *patch])
    if merge_key is None or any(isinstance(each, dict) and each.get("$patch") == "replace" for each in patch):
        return [_clean(each) for each in patch if not (isinstance(each, dict) and each.get("$patch") == "replace")]
    result = list(old)
    for item in patch:
        if not isinstance(item, dict) or merge_key not in item:
            raise bad_request(f"map: does not contain declared merge key: {merge_key}")
        found = next((i for i, each in enumerate(result) if _is(each, merge_key, item)), None)
        if item.get("$patch") == "delete":
            result = [each for each in result if not _is(each, merge_key, item)]
        elif found is None:
            result.append(_clean(item))
        else:
            result[found] = _merge_map(result[found], item)
    return result


def _is(each: Any, merge_key: str, item: dict[str, Any]) -> bool:
    return isinstance(each, dict) and bool(each.get(merge_key) == item[merge_key])


def _merge_key(key: str, items: list[Any]) -> str | None:
    merge_key = MERGE_KEYS.get(key)
    if key == "ports" and any(isinstance(each, dict) and "port" in each for each in items):
        merge_key = "port"
    return merge_key if all(isinstance(each, dict) for each in items) else None


def _ordered(key: str, items: list[Any], order: list[Any]) -> list[Any]:
    """Put items into the order that the patch names; those it does not name keep their place behind what they followed.

    The server's own rule for unnamed items is the same in effect for one insertion; ties keep the live order.
    """
    merge_key = _merge_key(key, items)
    wanted = [each.get(merge_key) if isinstance(each, dict) and merge_key else each for each in order]
    named: dict[int, Any] = {}
    result: list[Any] = []
    for item in items:
        identity = item.get(merge_key) if merge_key and isinstance(item, dict) else item
        if identity in wanted:
            named[wanted.index(identity)] = item
        else:
            result.append((len(named), item))
    final = [named[position] for position in sorted(named)]
    for shift, (place, item) in enumerate(result):
        final.insert(min(place + shift, len(final)), item)
    return final


def _clean(value: Any) -> Any:
    """Drop directives from what is put in anew."""
    if isinstance(value, dict):
        return {
            key: _clean(each)
            for key, each in value.items()
            if not key.startswith(("$patch", RETAIN, ORDER, PRIMITIVES)) and each is not None
        }
    if isinstance(value, list):
        return [
            _clean(each)
            for each in value
            if not (isinstance(each, dict) and each.get("$patch") in {"delete", "replace"})
        ]
    return value
