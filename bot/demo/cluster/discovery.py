"""Discovery: enough for kubectl and every client that asks what there is."""

from __future__ import annotations

from bot.demo.cluster.resources import RESOURCES, Resource
from bot.demo.cluster.wire import Object, Reply, json_reply


def discover(path: str, server: str) -> Reply | None:
    """Return the answer to a discovery path, None when the path is none."""
    parts = [part for part in path.split("/") if part]
    if parts in (["healthz"], ["livez"], ["readyz"]):
        return Reply(200, b"ok", content_type="text/plain")
    document = version(server) if parts == ["version"] else _document(parts)
    return json_reply(document) if document else None


def _document(parts: list[str]) -> Object | None:
    match parts:
        case ["api"]:
            addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"}]
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}
        case ["api", "v1"]:
            return _resource_list("", "v1")
        case ["apis"]:
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": _groups()}
        case ["apis", group]:
            found = next((each for each in _groups() if each["name"] == group), None)
            return {"kind": "APIGroup", "apiVersion": "v1", **found} if found else None
        case ["apis", group, name] if any((group, name) == (each.group, each.version) for each in RESOURCES):
            return _resource_list(group, name)
        case _:
            return None


def version(server: str) -> Object:
    """Return /version for a server such as v1.36.2."""
    major, minor, *_ = [*server.removeprefix("v").split("."), "0"]
    return {
        "major": major,
        "minor": minor,
        "gitVersion": server,
        "gitCommit": "",
        "gitTreeState": "clean",
        "goVersion": "",
        "compiler": "gc",
        "platform": "linux/amd64",
    }


def _groups() -> list[Object]:
    seen = dict.fromkeys((each.group, each.version) for each in RESOURCES if each.group)
    return [
        {
            "name": group,
            "versions": [{"groupVersion": f"{group}/{name}", "version": name}],
            "preferredVersion": {"groupVersion": f"{group}/{name}", "version": name},
        }
        for group, name in seen
    ]


def _resource_list(group: str, version_name: str) -> Object:
    members = [each for each in RESOURCES if (each.group, each.version) == (group, version_name)]
    group_version = f"{group}/{version_name}" if group else version_name
    resources = [entry for each in members for entry in _entries(each)]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources}


def _entries(resource: Resource) -> list[Object]:
    entry: Object = {
        "name": resource.plural,
        "singularName": resource.kind.lower(),
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
    }
    if resource.short:
        entry["shortNames"] = list(resource.short)
    if resource.kind in {"Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Service", "Job", "CronJob"}:
        entry["categories"] = ["all"]
    subs: list[Object] = [
        {
            "name": f"{resource.plural}/{sub}",
            "singularName": "",
            "namespaced": resource.namespaced,
            "kind": resource.kind,
            "verbs": ["get", "patch", "update"]
            if sub in {"status", "scale"}
            else ["create" if sub == "eviction" else "get"],
        }
        for sub in resource.subresources
    ]
    return [entry, *subs]
