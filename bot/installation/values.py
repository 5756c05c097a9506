"""Pure: the values of the Helm chart, and the people map among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from bot.installation.answers import ALL, Image
from bot.installation.questions import HTTP, POSTGRESQL
from bot.settings.values import names

if TYPE_CHECKING:
    from bot.installation.answers import Answers

REPLICAS = 2
"""With PostgreSQL: one goes on while the other is replaced."""


def values(answers: Answers) -> dict[str, Any]:
    """Return the values, without the people map: nothing secret is among them."""
    image = Image.of(answers["image"])
    made: dict[str, Any] = {
        "image": {key: value for key, value in _parts(image).items() if value},
        "settings": _settings(answers),
        "store": answers["store"],
        "rbac": _rbac(answers),
    }
    if answers["store"] == POSTGRESQL:
        made["replicas"] = REPLICAS
    policy: dict[str, Any] = {}
    if space := answers.get("monitoring_namespace"):
        policy["monitoringNamespace"] = space
    if answers["slack"] == HTTP:
        policy["ingressNamespaces"] = [answers["ingress_namespace"]]
    if policy:
        made["networkPolicy"] = policy
    if tls := answers.get("tls_secret"):
        host = urlsplit(answers["public_url"]).hostname
        made["ingress"] = {
            "enabled": True, "className": answers["ingress_class"], "host": host, "tlsSecret": tls,
        }  # fmt: skip
    return made


def person(answers: Answers) -> dict[str, Any] | None:
    """Return the entry of who installs it in the people map, or None."""
    if not answers.get("email"):
        return None
    entry: dict[str, Any] = {"email": answers["email"], "user": answers["user"]}
    groups = names(answers["groups"])
    return entry | {"groups": list(groups)} if groups else entry


def names_already(text: str, entry: dict[str, Any]) -> bool:
    """Whether a people map that stands in a values file has that very entry: then it is left as it is."""
    try:
        people = (yaml.safe_load(text) or {}).get("people")
    except (yaml.YAMLError, AttributeError, RecursionError):
        return False
    return isinstance(people, list) and entry in people


def _parts(image: Image) -> dict[str, str]:
    return {"repository": image.repository, "tag": image.tag, "digest": image.digest}


def _settings(answers: Answers) -> dict[str, str]:
    """Return the settings that are no secret. Where there is no ClusterRole, the chart itself sets what that takes."""
    act_in, spaces = answers["act_in"], answers["namespaces"]
    given = {
        "ALERT_CHANNEL": answers.get("channel", ""),
        "ALERTMANAGER_URL": answers.get("alertmanager_url", ""),
        "CLUSTER_NAME": answers["cluster_name"],
        "PUBLIC_URL": answers.get("public_url", ""),
        "ACTION_NAMESPACES": act_in,
        "ACTIONS_ENABLED": "" if act_in else "false",
        "ALLOWED_NAMESPACES": spaces if act_in and spaces != ALL else "",
    }
    return {name: value for name, value in given.items() if value}


def _rbac(answers: Answers) -> dict[str, Any]:
    """Return what it may read and change. Whoever acts must be reviewed, and that takes a ClusterRole."""
    act_in, spaces = answers["act_in"], answers["namespaces"]
    if act_in:
        return {"scope": "cluster", "act": {"enabled": True, "namespaces": list(names(act_in))}}
    if spaces == ALL:
        return {"scope": "cluster", "act": {"enabled": False}}
    return {"scope": "namespaces", "namespaces": list(names(spaces)), "act": {"enabled": False}}
