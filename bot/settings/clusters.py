"""Several clusters and one Slack app: the file that lists them (CLUSTERS_FILE).

A YAML list::

    - name: prod-eu                     # what people type and read
      context: prod-eu                  # of the kubeconfig
      alert_names: [eu-west-1-prod]     # what else its alerts' label ``cluster`` says
      people_file: /etc/crashloop/people-eu.yaml
      alert_channel: "#alerts-eu"
      alertmanager_url: http://alertmanager.eu.example.com:9093
    - name: prod-us
      kubeconfig: /etc/crashloop/us/kubeconfig
      protected_namespaces: [payments]
    - name: tools
      in_cluster: true                  # the one that the bot runs in
      default: true                     # alerts that name no cluster are about it

Besides these keys a cluster takes whatever of the settings is about a cluster, its people, what may be done there and
where its alerts go (``OWN``), by its name in small letters. What is left out is as the environment says. Files are
named relative to the folder of this one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.settings.measuring import MeasuringSettings
from bot.settings.settings import Settings, SettingsError, problem
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "CLUSTERS_FILE"

MOST = 50
"""Clusters of one bot: each has its own workers and connections."""

OWN = frozenset({
    "kubeconfig", "allowed_namespaces", "collect_deadline_s", "log_bytes", "read_secret_metadata",
    "people_file", "trust_slack_email", "read_guard", "act_as", "actions_enabled", "action_channels",
    "action_namespaces", "namespace_actions", "protected_namespaces", "action_reason_required", "actions_per_workload",
    "alert_channel", "alert_rules_channel", "channel_routes", "channel_namespaces", "label_routes", "owner_channels",
    "alert_severities", "alert_quiet", "alertmanager_url", "silence_max_hours", "watch_pods", "watch_hold_s",
    *MeasuringSettings.model_fields,
})  # fmt: skip
"""The settings that a cluster may have of its own."""

_FILES = ("kubeconfig", "people_file", "prometheus_token_file", "prometheus_ca_file")
"""Those of them that name files: relative to the folder of CLUSTERS_FILE."""

_NAME = compiled(r"\A[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?\z")

_WORDS = frozenset({"help", "report", "diagnose"})
"""What a command may begin with besides a cluster."""

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=253)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterEntry:
    """One of several clusters. ``name`` is empty where there is one, which has no name of its own in the store."""

    name: str
    settings: Settings
    in_cluster: bool = False
    default: bool = False
    """Whether what names no cluster is about it."""


class _Keys(BaseModel):
    """The keys of an entry that are no settings."""

    model_config = ConfigDict(extra="ignore")

    name: _Text
    context: _Text | None = None
    alert_names: tuple[_Text, ...] = ()
    in_cluster: bool = False
    default: bool = False


class _Derived(Settings):
    """Settings made from others and from nothing else."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: Any, init_settings: Any, env_settings: Any, dotenv_settings: Any, file_secret_settings: Any
    ) -> tuple[Any, ...]:
        """Look at what is given alone."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def clusters_of(settings: Settings) -> tuple[ClusterEntry, ...]:
    """Return the clusters that are served: those of CLUSTERS_FILE, else the one of the settings, without a name.

    Raises ``SettingsError`` with one sentence that names the file, the cluster and the key.
    """
    path = settings.clusters_file
    if path is None:
        return (ClusterEntry(name="", settings=settings, default=True),)
    if settings.cluster_name:
        raise SettingsError(f"CLUSTER_NAME is set as well as {FILE}: there each cluster has its own name", FILE)
    found = _list(path)
    entries = tuple(_entry(item, number, settings, path) for number, item in enumerate(found, 1))
    _apart(entries, path)
    return entries if len(entries) > 1 else (replace(entries[0], default=True),)


def alert_names(path: Path) -> tuple[tuple[str, ...], bool]:
    """Return what alerts call the clusters of a file, and whether one that names none is about one of them.

    Raises ``SettingsError``. Of the entries no more is looked at than that: no other setting need be there.
    """
    keys = [_keys(item, f"cluster {number}", path) for number, item in enumerate(_list(path), 1)]
    names = tuple(name for one in keys for name in (one.name, *one.alert_names))
    return names, len(keys) == 1 or any(one.default for one in keys)


def _list(path: Path) -> Sequence[Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, f"cannot be read ({type(error).__name__})") from error
    except (yaml.YAMLError, RecursionError):
        raise _wrong(path, "is not valid YAML") from None
    if not isinstance(found, list) or not 0 < len(found) <= MOST:
        raise _wrong(path, f"must be a list of 1 to {MOST} clusters")
    return found


def _entry(item: Any, number: int, settings: Settings, path: Path) -> ClusterEntry:
    where = f"cluster {number}"
    keys = _keys(item, where, path)
    if not _NAME.fullmatch(keys.name):
        raise _wrong(path, f"{where}: its name must have small letters, digits, '-', '_' and '.' only")
    where = f"cluster {keys.name}"
    if keys.name in _WORDS:
        raise _wrong(path, f"{where}: a cluster cannot be called that: a command means something else by it")
    unknown = sorted(set(item) - set(_Keys.model_fields) - OWN)
    if unknown:
        known = "is one for all clusters" if unknown[0] in Settings.model_fields else "is no key here"
        raise _wrong(path, f"{where}: {unknown[0][:40]} {known}")
    if keys.in_cluster and (keys.context or item.get("kubeconfig")):
        raise _wrong(path, f"{where}: in_cluster goes without context and kubeconfig")
    own = {key: value for key, value in item.items() if key in OWN}
    own |= {key: _beside(path, own[key]) for key in own if key in _FILES and isinstance(own[key], str)}
    own |= {"cluster_name": (keys.name, *keys.alert_names), "clusters_file": None}
    if keys.context:
        own["kube_context"] = keys.context
    elif keys.in_cluster or own.get("kubeconfig"):
        own |= {"kube_context": None, **({"kubeconfig": None} if keys.in_cluster else {})}
    try:
        derived = _Derived(**{name: getattr(settings, name) for name in Settings.model_fields} | own)
    except ValidationError as error:
        first = problem(error.errors(include_input=False, include_url=False)[0])
        raise _wrong(path, f"{where}: {first}") from None
    return ClusterEntry(name=keys.name, settings=derived, in_cluster=keys.in_cluster, default=keys.default)


def _keys(item: Any, where: str, path: Path) -> _Keys:
    if not isinstance(item, dict) or not all(isinstance(key, str) for key in item):
        raise _wrong(path, f"{where} must have a name, and keys")
    try:
        return _Keys.model_validate(item)
    except ValidationError as error:
        raise _wrong(path, f"{where}: {_sentence(error)}") from None


def _beside(path: Path, given: str) -> str:
    """Return the path of a file, or of several separated as in PATH, that stand beside the list of clusters."""
    return os.pathsep.join(str(path.parent / Path(part).expanduser()) for part in given.split(os.pathsep) if part)


def _apart(entries: Sequence[ClusterEntry], path: Path) -> None:
    """Refuse two clusters that could be taken for each other."""
    seen: dict[tuple[Any, ...], int] = {}
    for number, entry in enumerate(entries):
        own = entry.settings
        marks: dict[tuple[Any, ...], str] = {("name", name.lower()): f"are called {name}" for name in own.cluster_name}
        marks["where", own.kubeconfig, own.kube_context, entry.in_cluster] = "are reached in the same way"
        if own.prometheus_url:
            series = ("series", own.prometheus_url, tuple(sorted(own.prometheus_matchers.items())))
            marks[series] = "measure by the same series: give each its prometheus_matchers"
        if entry.default:
            marks["default",] = "are the default"
        for mark, both in marks.items():
            first = seen.setdefault(mark, number)
            if first != number:
                raise _wrong(
                    path, f"clusters {first + 1} ({entries[first].name}) and {number + 1} ({entry.name}) {both}"
                )


def _sentence(error: ValidationError) -> str:
    """Say the first thing that is wrong, and nothing of what stands there."""
    first = error.errors(include_input=False, include_url=False)[0]
    key = str(first["loc"][0]) if first["loc"] else "it"
    return f"{key} {'is missing' if first['type'] == 'missing' else 'is not of its form'}"


def _wrong(path: Path, sentence: str) -> SettingsError:
    return SettingsError(f"{FILE}: {path}: {sentence}", FILE)
