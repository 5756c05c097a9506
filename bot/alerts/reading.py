"""The one reader: a notification or a message in, what was understood out. Pure, and it never raises."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.alerts import labels as names
from bot.alerts.about import cluster_of, named, targets_of
from bot.alerts.messages import parts_of
from bot.alerts.model import Alert, Aside, Reading
from bot.alerts.sentences import spoken_in
from bot.alerts.texts import TARGETS, bare_in, label_sets, targets_in, words_of
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.alerts.messages import Part
    from bot.alerts.model import Target

ALERTS = 2000
"""Alerts of one notification that are looked at. The rest is counted and said, never silently dropped."""

LABEL_CHARS = 1024
"""A label's value is cut here: names are at most 253 characters, everything else is only shown."""

LINK_CHARS = 2000
"""An alert's address is cut here: such a one is not shown any more (``bot.render.links``)."""

_SCHEMES = ("https://", "http://")

OVER = frozenset({"resolved", "ok", "normal", "closed", "recovered", "inactive", "nodata_resolved"})
"""What Alertmanager, Grafana and others call an alert that is over."""

LINKS = {
    "runbook": ("runbook_url", "runbookurl", "runbook", "runbook_link"),
    "dashboard": ("dashboard_url", "dashboardurl", "panelurl", "dashboard", "__dashboarduid__"),
    "silence": ("silenceurl", "silence_url"),
    "source": ("generatorurl", "source_url"),
}
"""What links are called in annotations and payloads, in small letters."""

TEXTS = ("description", "message", "summary", "text", "title")
"""The annotations that are read, the fullest first."""

_TITLE = compiled(r"\[(FIRING|RESOLVED)(?::[0-9]+)?\]\s*(.*)$")
_COMMON = compiled(r"^(.*?)\s*\(([^()]*)\)\s*$")
_SECTION = compiled(
    r"(?i)^[\s*_>:#•🔥✅🟢🔴🚨-]*(?:[a-z_]+:[\s*_]*)?(?:alerts?[\s_]+)?(firing|resolved)(?:\s+alerts?)?[\s*_:()\[\]0-9]*$"
)
_OVER = compiled(
    r"(?i)^[\s\[*_:>✅🟢-]*(?:[a-z_]+:[\s*_]*)?(?:\[?(?:resolved|recovered|closed|ok)\b)|"
    r"\b(?:incident|alert|issue|monitor)\b[^\n]{0,60}\b(?:closed|resolved|recovered)\b|"
    r"\b(?:has|have) (?:resolved|recovered)\b|^(?:closed|resolved)\b"
)
_SAYS = r"[*_`\"]*\s*[:=]+[\s*_`\"]*"
_RULE = compiled(
    r"(?i)\b(?:alert ?name|rule(?: name)?|monitor(?: name)?|policy|alert)" + _SAYS + r"([A-Za-z][A-Za-z0-9_.-]{2,120})"
)
_SEVERITY = compiled(r"(?i)\b(?:severity|priority|level|state)" + _SAYS + r"([A-Za-z]{2,20})\b")
_KEY_CLUSTER = compiled(
    r"(?i)\b((?:[a-z0-9_.]+ )?[a-z0-9_.]{0,40}cluster(?:[ _.]?name)?)"
    r"[*_`\"]*\s*[:=]+[*_`\"]*\s*(?:\n[ \t>]*)?[*_`\"']*([A-Za-z0-9][A-Za-z0-9_./:-]{0,120})"
)
SOURCE_SAYS_CLUSTER = ("robusta",)
"""Senders whose line ``Source: prod-eu`` names the cluster (Robusta's Slack sink); others say there what they like."""

_SOURCE = compiled(r"(?im)^[ \t>*_`]*source[*_`]*:[*_` \t]*([a-z0-9][a-z0-9_.-]{0,120})[*_` \t]*$")
_SEVERITIES = frozenset({"critical", "warning", "info", "none", "error", "major", "minor", "page", "high", "low"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What an installation calls things besides what everybody does: written name to role."""

    own: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, labels: Mapping[str, str]) -> Vocabulary:
        """Return that of the setting ALERT_LABELS: label to what it says, by its usual name."""
        return cls(own={names.written(label): names.ROLES[usual] for label, usual in labels.items()})


def read_notification(payload: Mapping[str, Any], vocabulary: Vocabulary = Vocabulary()) -> Reading:
    """Return what a webhook's body (Alertmanager 4, Grafana 1) holds. Its form was checked at the edge."""
    found, page = payload.get("alerts"), payload.get("externalURL")
    alerts = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    truncated = payload.get("truncatedAlerts")
    cut = truncated if isinstance(truncated, int) and not isinstance(truncated, bool) and truncated > 0 else 0
    return Reading(
        alerts=tuple(_alert(item, vocabulary, page if isinstance(page, str) else "") for item in alerts[:ALERTS]),
        left_out=cut + max(0, len(alerts) - ALERTS),
    )


def read_labels(
    labels: Mapping[str, str], annotations: Mapping[str, str], vocabulary: Vocabulary = Vocabulary()
) -> Alert:
    """Return what labels are about, and annotations where the labels do not decide."""
    targets, aside = targets_of(labels, vocabulary.own)
    namespace = _namespace(labels, aside, vocabulary)
    if (
        not targets
        or (targets[0].namespace is None and targets[0].kind not in ("Node", "PersistentVolume"))
        or not targets[0].sure
    ):
        told = _annotated(annotations, vocabulary, namespace)
        if told and targets:
            targets = (replace(told[0], instead=(*told[0].instead, *targets)), *told[1:])
        elif told:
            targets = tuple(told)
    return Alert(
        name=labels.get("alertname", "")[:200],
        severity=labels.get("severity", labels.get("priority", "")).lower(),
        cluster=cluster_of(labels, vocabulary.own),
        targets=targets,
        aside=aside,
        labels=labels,
    )


def read_message(message: dict[str, Any], vocabulary: Vocabulary = Vocabulary()) -> Reading:
    """Return what a Slack message holds: one alert for each of its parts and statuses that names something."""
    found = parts_of(message)
    whole = found.text
    name = _rule(found.parts, whole)
    severity = _said(_SEVERITY, whole)
    shared = spoken_in(whole, vocabulary.own)
    cluster = _cluster(whole, vocabulary) or _source(message, whole)
    alerts: list[Alert] = []
    values_only = False
    for part in found.parts:
        sections = _sections(part)
        for firing, text in sections:
            base = Alert(
                name=name, firing=firing, severity=severity, cluster=cluster, links=_links(found.links),
            )  # fmt: skip
            alerts += _listed(base, text, vocabulary) or [
                replace(base, targets=tuple(targets_in(text, vocabulary.own, shared)))
            ]
        title = _TITLE.search(part.title)
        values_only = values_only or bool(title)
    exact = [alert for alert in alerts if alert.targets]
    if not exact:
        exact = _guessed(found.parts, alerts)
    alerts = _merged(exact or alerts[:1])
    if values_only or any(_TITLE.search(part.title) for part in found.parts):
        alerts = [_titled(alert, found.parts) for alert in alerts]
    alerts, left_out = _limited(alerts)
    return Reading(
        alerts=tuple(alerts),
        left_out=left_out,
        receiver=found.receiver,
        values_only=values_only and not any(target.sure for alert in alerts for target in alert.targets),
        words=frozenset(part for word in words_of(whole) for part in (word, word.partition("/")[0])),
    )


def _listed(base: Alert, text: str, vocabulary: Vocabulary) -> list[Alert]:
    """Return an alert for each label set that a text lists, where they are about something."""
    made = []
    for labels in label_sets(text):
        read = read_labels(labels, {}, vocabulary)
        if read.targets:
            made.append(
                replace(
                    read, firing=base.firing, links=base.links, name=read.name or base.name,
                    severity=read.severity or base.severity, cluster=read.cluster or base.cluster,
                )
            )  # fmt: skip
    return made


def _alert(found: Mapping[str, Any], vocabulary: Vocabulary, page: str) -> Alert:
    """Return one alert of a notification. ``page`` is where its Alertmanager's own page is, as it says."""
    labels, annotations = _strings(found.get("labels")), _strings(found.get("annotations"))
    links = _links({**annotations, **{key: value for key, value in found.items() if isinstance(value, str)}})
    if "silence" not in links and labels and page.startswith(_SCHEMES):
        links["silence"] = _silencing(page, labels)
    status = found.get("status")
    return replace(
        read_labels(labels, annotations, vocabulary),
        firing=not (isinstance(status, str) and status.lower() in OVER),
        links=links,
        starts_at=str(found.get("startsAt") or "")[:64],
        fingerprint=str(found.get("fingerprint") or "")[:64],
    )


def _annotated(annotations: Mapping[str, str], vocabulary: Vocabulary, namespace: str | None) -> list[Target]:
    for key in TEXTS:
        text = annotations.get(key, "")
        found = targets_in(text, vocabulary.own, namespace) if text else []
        if found:
            return [replace(target, why=f"annotation {key}: {target.why}") for target in found]
    found = [target for key in TEXTS for target in bare_in(annotations.get(key, ""))]
    return found[:1]


def _namespace(labels: Mapping[str, str], aside: Sequence[Aside], vocabulary: Vocabulary) -> str | None:
    """Return the namespace that labels name, unless it goes with an exporter that was set aside."""
    if any("scraped" in item.why for item in aside):
        return None
    return next((value for key, value in labels.items() if names.role_of(key, vocabulary.own) == names.NAMESPACE), None)


def _silencing(page: str, labels: Mapping[str, str]) -> str:
    """Return where Alertmanager's page asks for a silence of these labels (Alertmanager, ui: ``#/silences/new``)."""
    matchers = ",".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in sorted(labels.items()))
    return f"{page.rstrip('/')}/#/silences/new?filter={quote(f'{{{matchers}}}', safe='')}"[:LINK_CHARS]


def _links(found: Mapping[str, str]) -> dict[str, str]:
    kept = {}
    for what, spellings in LINKS.items():
        url = next(
            (value for key, value in found.items() if key.lower() in spellings and value.startswith(_SCHEMES)),
            "",
        )
        url = url or next(
            (value for key, value in found.items() if what in key.lower() and value.startswith(_SCHEMES)),
            "",
        )
        if url:
            kept[what] = url[:LINK_CHARS]
    return kept


def _sections(part: Part) -> list[tuple[bool, str]]:
    """Return the texts of a part by whether they speak of what fires or of what is over."""
    title = _TITLE.search(part.title)
    firing = not (title and title.group(1) == "RESOLVED")
    if not title:
        firing = not (part.good or bool(_OVER.search(part.title)))
    sections: list[tuple[bool, list[str]]] = [(firing, [part.title])]
    for line in part.text.split("\n"):
        head = _SECTION.match(line)
        if head:
            sections.append((str(head.group(1)).lower() == "firing", []))
        sections[-1][1].append(line)
    return [(state, "\n".join(lines)) for state, lines in sections if any(line.strip() for line in lines)]


def _guessed(parts: Sequence[Part], alerts: Sequence[Alert]) -> list[Alert]:
    """Return what only the cluster can confirm: words ``a/b``, and the values of Alertmanager's default title."""
    made = []
    firing = dict(enumerate(alerts))
    texts = [text for part in parts for _firing, text in _sections(part)]
    for index, text in enumerate(texts):
        title = next((match for line in text.split("\n")[:1] if (match := _TITLE.search(line))), None)
        rest = text if title is None else text.partition("\n")[2]
        targets = bare_in(rest) if title is None else [*bare_in(rest), *_values(str(title.group(2)))]
        if targets and index in firing:
            made.append(replace(firing[index], targets=tuple(targets)))
    return made


def _values(title: str) -> list[Target]:
    """Return the values of a default title that may be names, with every namespace that they may be in."""
    words = [word for word in words_of(title) if word]
    plain = [word for word in words if "/" not in word]
    # ``mon/kube-prom-prometheus`` is the value of the label ``prometheus``: never a target.
    long = [
        word for word in plain if named("", None, word) is not None and ("-" in word or any(map(str.isdigit, word)))
    ]
    made = [named("", None, word, why="a value of Alertmanager's default title", sure=False) for word in long]
    return [target for target in made if target is not None]


def _merged(alerts: Sequence[Alert]) -> list[Alert]:
    """Join alerts of one message that are alike but for their targets; name each target once."""
    merged: dict[tuple[bool, str, str, str], Alert] = {}
    seen: set[tuple[bool, tuple[str, str | None, str]]] = set()
    for alert in alerts:
        fresh = tuple(target for target in alert.targets if (alert.firing, target.identity) not in seen)
        seen |= {(alert.firing, target.identity) for target in fresh}
        alike = (alert.firing, alert.name, alert.severity, alert.cluster)
        known = merged.get(alike)
        merged[alike] = replace(alert if known is None else known, targets=(*(known.targets if known else ()), *fresh))
    return [alert for alert in merged.values() if alert.targets or len(merged) == 1]


def _limited(alerts: Sequence[Alert]) -> tuple[list[Alert], int]:
    """Return the alerts with as many targets as are looked at, and how many were left out."""
    room, left_out = TARGETS, 0
    limited = []
    for alert in alerts:
        left_out += max(0, len(alert.targets) - room)
        limited.append(replace(alert, targets=alert.targets[:room]))
        room -= len(limited[-1].targets)
    return limited, left_out


def _titled(alert: Alert, parts: Sequence[Part]) -> Alert:
    """Add what a title of Alertmanager's says: the severity stands among the common labels' values."""
    title = next((match for part in parts if (match := _TITLE.search(part.title))), None)
    if title is None:
        return alert
    words = words_of(str(title.group(2)))
    severities = [word.lower() for word in words if word.lower() in _SEVERITIES]
    severity = alert.severity or (severities[-1] if severities else "")
    return replace(alert, severity=severity)


def _rule(parts: Sequence[Part], whole: str) -> str:
    said = _said(_RULE, whole)
    if said:
        return said
    for part in parts:
        title = _TITLE.search(part.title)
        if title:
            found = [word for word in words_of(str(title.group(2))) if word[:1].isupper() and word.isalnum()]
            return found[0] if found else ""
    return ""


def _said(pattern: Any, text: str) -> str:
    match = pattern.search(text)
    return "" if match is None else str(match.group(1))


def _cluster(text: str, vocabulary: Vocabulary) -> str:
    for match in _KEY_CLUSTER.finditer(text):
        words = str(match.group(1)).split()
        if any(names.role_of(" ".join(words[at:]), vocabulary.own) == names.CLUSTER for at in range(len(words))):
            return str(match.group(2)).rstrip(".:/")
    return ""


def _source(message: Mapping[str, Any], text: str) -> str:
    """Return the cluster that a message's line ``Source`` names, where its sender means a cluster by it."""
    profile = message.get("bot_profile")
    said = (message.get("username"), profile.get("name") if isinstance(profile, dict) else "")
    if not any(isinstance(who, str) and who.lower().startswith(SOURCE_SAYS_CLUSTER) for who in said):
        return ""
    return _said(_SOURCE, text)


def _strings(found: Any) -> dict[str, str]:
    return {
        name: value[:LABEL_CHARS]
        for name, value in (found if isinstance(found, dict) else {}).items()
        if isinstance(name, str) and isinstance(value, str)
    }
