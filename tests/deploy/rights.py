"""Which rights requests take, and which a ClusterRole of deploy/ grants: (verb, group, resource/subresource)."""

from __future__ import annotations

from pathlib import Path

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy" / "kubernetes"
_VERBS = {"POST": "create", "PATCH": "patch", "DELETE": "delete", "PUT": "update"}


def asked(requests):
    """The rights that these requests take of whoever sends them; what is no resource (/version) takes none."""
    return {right for request in requests for right in _of(request)}


def granted(file, role):
    """The rights that a ClusterRole of a file grants."""
    return rights_of(rules(file, role))


def rights_of(these):
    """The rights that rules grant."""
    return {
        (verb, group, resource)
        for rule in these
        for verb in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }


def rules(file, role):
    """The rules of a ClusterRole of a file."""
    found = [item for item in documents(file) if (item["kind"], item["metadata"]["name"]) == ("ClusterRole", role)]
    assert len(found) == 1, f"{role} stands {len(found)} times in {file}"
    return found[0]["rules"]


def documents(file):
    """The objects of a file."""
    return [item for item in yaml.safe_load_all((DEPLOY / file).read_text()) if item]


def _of(request):
    """Whoever asks as somebody else takes the right to be them; the rest is asked of that person's rights."""
    if request.headers.get("impersonate-user"):
        yield ("impersonate", "", "users")
        if request.groups:
            yield ("impersonate", "", "groups")
        return
    group, path = _parts(request.path)
    if not path:
        return
    if path[0] == "namespaces" and len(path) > 2:
        path = path[2:]
    read = "get" if len(path) > 1 else "watch" if request.flag("watch") else "list"
    yield (_VERBS.get(request.method, read), group, "/".join((path[0], *path[2:])))


def _parts(path):
    """The API group, and what stands behind its version."""
    match path.strip("/").split("/"):
        case ["api", _version, *rest]:
            return "", rest
        case ["apis", group, _version, *rest]:
            return group, rest
    return "", []
