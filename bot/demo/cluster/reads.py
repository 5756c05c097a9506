"""GET: one object, a list, a log; whole or metadata only."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from bot.demo.cluster.logs import LogBook, options_of
from bot.demo.cluster.selectors import field_selector, label_selector, matches_fields, matches_labels
from bot.demo.cluster.tables import table
from bot.demo.cluster.wire import ApiError, Object, Reply, Request, bad_request, json_reply, text_reply

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.cluster.resources import Route
    from bot.demo.cluster.store import Store

META = "meta.k8s.io/v1"


def answer(store: Store, logs: LogBook, route: Route, request: Request, now: datetime) -> Reply:
    """Answer a get or a list. A watch is answered as its list: the HTTP shell makes a stream of it."""
    if route.name:
        obj = store.get(route.resource, route.namespace, route.name)
        if route.subresource == "log":
            return text_reply(logs.read(obj, options_of(request.query, now)))
        if route.subresource == "scale":
            return json_reply(_scale(obj))
        return shaped(request, obj, [obj], now)
    items = selected(store, route, request)
    page, meta = _page(items, request, store.version)
    listed = {"kind": f"{route.resource.kind}List", "apiVersion": route.resource.api_version}
    return shaped(request, listed | {"metadata": meta, "items": page}, page, now)


def selected(store: Store, route: Route, request: Request) -> list[Object]:
    """Return the objects of a collection that the request's selectors select."""
    return [obj for obj in store.all(route.resource.kind, route.namespace) if chosen(obj, route, request)]


def chosen(obj: Object, route: Route, request: Request) -> bool:
    """Tell whether a collection's namespace and the request's selectors select an object."""
    labels = label_selector(request.query.get("labelSelector", ""))
    fields = field_selector(request.query.get("fieldSelector", ""), route.resource.kind)
    inside = not route.namespace or obj["metadata"].get("namespace", "") == route.namespace
    return inside and matches_labels(labels, obj) and matches_fields(fields, obj)


def shaped(request: Request, document: Object, items: list[Object], now: datetime) -> Reply:
    """Return a document in the form that the Accept header asks for: whole, a table, or metadata only."""
    accept = request.headers.get("accept", "")
    if "as=PartialObjectMetadata" in accept:
        return json_reply(partial(document))
    if "as=Table" in accept and (drawn := table(document, items, now)):
        return json_reply(drawn)
    return json_reply(document)


def partial(document: Object) -> Object:
    """Return the PartialObjectMetadata(List) of an object or a list."""
    if "items" in document:
        items = [partial(item) for item in document["items"]]
        meta = document["metadata"]
        return {"kind": "PartialObjectMetadataList", "apiVersion": META, "metadata": meta, "items": items}
    return {"kind": "PartialObjectMetadata", "apiVersion": META, "metadata": document["metadata"]}


def _page(items: list[Object], request: Request, version: int) -> tuple[list[Object], Object]:
    meta: Object = {"resourceVersion": str(version)}
    after = _continued(request.query.get("continue", ""))
    if after:
        items = [item for item in items if _key(item) > after]
    try:
        limit = int(request.query.get("limit") or 0)
    except ValueError as error:
        raise bad_request(f"limit: {error}") from error
    if limit > 0 and len(items) > limit:
        token = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": _key(items[limit - 1])})
        meta["continue"] = base64.urlsafe_b64encode(token.encode()).decode()
        if not request.query.get("labelSelector") and not request.query.get("fieldSelector"):
            meta["remainingItemCount"] = len(items) - limit
        items = items[:limit]
    return items, meta


def _key(obj: Object) -> list[str]:
    return [obj["metadata"].get("namespace", ""), obj["metadata"]["name"]]


def _continued(token: str) -> list[str]:
    if not token:
        return []
    try:
        start: Any = json.loads(base64.urlsafe_b64decode(token))["start"]
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise ApiError(400, "BadRequest", f"continue key is not valid: {error}") from error
    return [str(part) for part in start]


def _scale(obj: Object) -> Object:
    meta = {
        key: value for key, value in obj["metadata"].items() if key in {"name", "namespace", "uid", "resourceVersion"}
    }
    replicas = obj["spec"].get("replicas", 1)
    status = {"replicas": obj.get("status", {}).get("replicas", 0)}
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": meta,
        "spec": {"replicas": replicas},
        "status": status,
    }
