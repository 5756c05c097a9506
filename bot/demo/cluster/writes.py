"""Changes: create, update, patch, delete, with dry-run, preconditions and managedFields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.cluster import patches
from bot.demo.cluster.defaults import complete
from bot.demo.cluster.normal import normalise
from bot.demo.cluster.ownership import note_change
from bot.demo.cluster.protobuf import document
from bot.demo.cluster.validation import check_change, check_new
from bot.demo.cluster.wire import (
    ApiError,
    Object,
    Reply,
    Request,
    bad_request,
    conflict,
    copied,
    json_reply,
    method_not_allowed,
    not_found,
)

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.cluster.logs import LogBook
    from bot.demo.cluster.resources import Route
    from bot.demo.cluster.store import Store


def answer(store: Store, logs: LogBook, route: Route, request: Request, now: datetime) -> Reply:
    """Answer a POST, PUT, PATCH or DELETE."""
    if route.subresource and route.subresource not in {"status", "scale", "eviction"}:
        raise method_not_allowed()
    dry = _dry_run(request)
    if route.subresource == "eviction" or request.method == "DELETE":
        return _delete(store, logs, route, request, dry=dry)
    if request.method == "POST":
        return _create(store, route, request, now, dry=dry)
    old = store.get(route.resource, route.namespace, route.name)
    if route.subresource == "scale":
        return _scale(store, old, request, dry=dry)
    new = _updated(old, request) if request.method == "PUT" else _patched(old, request)
    return _save(store, route, request, old, new, now, dry=dry)


def _save(store: Store, route: Route, request: Request, old: Object, new: Object, now: datetime, *, dry: bool) -> Reply:
    _keep_identity(route, old, new)
    if route.subresource == "status":
        new["spec"] = copied(old.get("spec"))
    elif "status" in old:
        new["status"] = copied(old["status"])
    normalise(new)
    complete(new)
    check_change(route.resource, old, new)
    note_change(new, old, _manager(request), now, route.subresource)
    if dry:
        _check_version(route, old, new)
        if new.get("spec") != old.get("spec") and "generation" in old["metadata"]:
            new["metadata"]["generation"] = old["metadata"]["generation"] + 1
        return json_reply(new)
    return json_reply(store.save(new))


def _dry_run(request: Request) -> bool:
    value = request.query.get("dryRun", "")
    if value not in {"", "All"}:
        raise ApiError(422, "Invalid", f'dryRun: Unsupported value: "{value}": supported values: "All"')
    return value == "All"


def _create(store: Store, route: Route, request: Request, now: datetime, *, dry: bool) -> Reply:
    obj = _object(request)
    if obj.get("kind", route.resource.kind) != route.resource.kind:
        raise bad_request(f"{obj.get('kind')} in a path of {route.resource.plural}")
    meta = obj.setdefault("metadata", {})
    if not isinstance(meta, dict):
        raise bad_request("metadata is not an object")
    obj |= {"kind": route.resource.kind, "apiVersion": route.resource.api_version}
    if route.resource.namespaced:
        if not route.namespace:
            raise method_not_allowed()
        if meta.setdefault("namespace", route.namespace) != route.namespace:
            raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
        if store.find("Namespace", "", route.namespace) is None:
            raise not_found("namespaces", "", route.namespace)
    if not meta.get("name") and meta.get("generateName"):
        meta["name"] = f"{meta['generateName']}{store.version % 100000:05d}"
    normalise(obj)
    complete(obj)
    check_new(route.resource, obj)
    if route.resource.group == "apps":
        meta["generation"] = 1
    note_change(obj, {}, _manager(request), now)
    return json_reply(obj if dry else store.create(obj, now), 201)


def _delete(store: Store, logs: LogBook, route: Route, request: Request, *, dry: bool) -> Reply:
    old = store.get(route.resource, route.namespace, route.name)
    options = request.json() if request.body else {}
    if route.subresource == "eviction":
        options = options.get("deleteOptions") or {}
    wanted = options.get("preconditions") or {} if isinstance(options, dict) else {}
    for key in ("uid", "resourceVersion"):
        if wanted.get(key) and wanted[key] != old["metadata"].get(key):
            why = f"the {key} in the precondition ({wanted[key]}) does not match the {key} in record"
            raise conflict(route.resource.plural, route.resource.group, route.name, why)
    if not dry:
        store.delete(route.resource.kind, route.namespace, route.name)
        if route.resource.kind == "Pod":
            logs.drop(route.namespace, route.name)
    if route.subresource == "eviction":
        return json_reply({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201)
    return json_reply(old)


def _object(request: Request) -> Object:
    obj = document(request)
    if not isinstance(obj, dict):
        raise bad_request("the object provided is unrecognized (must be of type Object)")
    return obj


def _updated(old: Object, request: Request) -> Object:
    new = _object(request)
    if not isinstance(new.get("metadata"), dict):
        raise bad_request("metadata is missing")
    new["metadata"].setdefault("resourceVersion", old["metadata"]["resourceVersion"])
    return {"kind": old["kind"], "apiVersion": old["apiVersion"]} | new


def _patched(old: Object, request: Request) -> Object:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip()
    result: Any = patches.apply(content_type, copied(old), request.json())
    if not isinstance(result, dict) or not isinstance(result.get("metadata"), dict):
        raise ApiError(422, "Invalid", "the patched object is no object with metadata")
    return result


def _keep_identity(route: Route, old: Object, new: Object) -> None:
    meta, was = new["metadata"], old["metadata"]
    for key in ("name", "namespace"):
        if key in was and meta.get(key, was[key]) != was[key]:
            message = f"the {key} of the object ({meta.get(key)}) does not match the {key} on the URL ({was[key]})"
            raise bad_request(message)
    if meta.get("uid", was.get("uid")) != was.get("uid"):
        why = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {was.get('uid')}"
        raise conflict(route.resource.plural, route.resource.group, was["name"], why)
    meta.setdefault("resourceVersion", was["resourceVersion"])
    for key in ("name", "namespace", "uid", "creationTimestamp", "generation"):
        if key in was:
            meta[key] = was[key]


def _check_version(route: Route, old: Object, new: Object) -> None:
    if new["metadata"]["resourceVersion"] != old["metadata"]["resourceVersion"]:
        why = "the object has been modified; please apply your changes to the latest version and try again"
        raise conflict(route.resource.plural, route.resource.group, route.name, why)


def _manager(request: Request) -> str:
    agent = request.headers.get("user-agent", "").partition("/")[0]
    return request.query.get("fieldManager") or agent or "unknown"


def _scale(store: Store, old: Object, request: Request, *, dry: bool) -> Reply:
    body = (
        request.json()
        if request.method == "PUT"
        else patches.apply(
            request.headers.get("content-type", "").partition(";")[0].strip(),
            {"spec": {"replicas": old["spec"].get("replicas", 1)}},
            request.json(),
        )
    )
    replicas = (body.get("spec") or {}).get("replicas", 0) if isinstance(body, dict) else None
    if not isinstance(replicas, int) or replicas < 0:
        raise ApiError(422, "Invalid", f"spec.replicas: Invalid value: {replicas}: must be a number of at least 0")
    new = copied(old)
    new["spec"]["replicas"] = replicas
    saved = new if dry else store.save(new)
    meta = {key: saved["metadata"][key] for key in ("name", "namespace", "uid", "resourceVersion")}
    scale = {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": meta, "spec": {"replicas": replicas}}
    return json_reply(scale)
