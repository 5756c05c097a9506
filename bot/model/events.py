"""Pure: what the outgoing webhook tells of an incident: one JSON document for each event.

Its form is public, and described in ``handlers/openapi.json`` (``webhooks``). It holds what the answer in Slack holds,
redacted once more, within the bounds of Slack's fullest answer.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.model.incident import State
from bot.render.headline import headline
from bot.render.links import ALERTS_OWN, foreign
from diagnostics import fields
from diagnostics.diagnosis import Diagnosis, Verdict
from diagnostics.patterns import encodable
from diagnostics.redact import redact_text
from diagnostics.sanitize import clean_line
from diagnostics.snapshot import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model.incident import Incident
    from bot.model.offer import OfferRecord

EVIDENCE, QUOTE, SENTENCE, COMMANDS, COMMAND = 20, 600, 700, 5, 900
"""Items of evidence, characters of a quote and of a sentence, commands, characters of a command: what the fullest of
``bot.render.slack``'s answers shows. A longer command is left out, for a cut one would be another one."""


class EventKind(enum.StrEnum):
    """What happened; the values are the document's ``type``."""

    OPENED = "incident.opened"  # its first verdict
    VERDICT_CHANGED = "incident.verdict_changed"
    STILL_FAILING = "incident.still_failing"
    RECOVERED = "incident.recovered"
    RELAPSED = "incident.relapsed"
    ACTION = "incident.action"
    TEST = "webhook.test"  # ``crashloop doctor --test-webhook``; no incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of an incident that was read just now. ``previous`` is the verdict and cause that stood before."""

    kind: EventKind
    previous: tuple[str, str] | None = None
    offer: OfferRecord | None = None
    """The button whose outcome it is; its state is the outcome."""


def dedup_key(incident_id: str) -> str:
    """Return what a pager knows an incident by: the same in all its events, a relapse's too."""
    return f"crashloop-{incident_id}"


def document(
    happened: Happened, incident: Incident, diagnosis: Mapping[str, Any], *, event_id: str, cluster: str
) -> str:
    """Return the document as JSON text. ``diagnosis`` is the incident's last one, as ``-o json`` has it, or empty."""
    target, remedy = fields.table(diagnosis, "target"), fields.table(diagnosis, "remedy")
    over = incident.state is State.RECOVERED
    data = {
        "event_id": event_id,
        "incident_id": incident.id,
        "dedup_key": dedup_key(incident.id),
        "state": "recovered" if over else "failing",
        "cluster": cluster,
        "namespace": namespace_of(incident),
        "workload": str(incident.workload or ""),
        "pod": fields.text(target, "pod"),
        "container": fields.text(diagnosis, "container"),
        "verdict": incident.verdict,
        "cause": incident.cause or None,
        "headline": _sentence(_headline(diagnosis) or incident.summary),
        "summary": _sentence(incident.summary),
        "evidence": [_quoted(item) for item in fields.items(diagnosis, "evidence")[:EVIDENCE]],
        "remedy": {
            "text": _sentence(fields.text(remedy, "text")),
            "commands": [
                redact_text(command)
                for command in fields.strings(remedy, "commands")[:COMMANDS]
                if len(command) <= COMMAND
            ],
        },
        "severity": clean_line(incident.severity)[:100] or None,
        "began_at": _moment(incident.began_at),
        "times_back": incident.returns,
        "part_of": incident.parent_id or None,
        "links": _links(incident),
        "previous": None
        if happened.previous is None
        else {"verdict": happened.previous[0], "cause": happened.previous[1] or None},
        "recovery": _recovery(incident) if happened.kind is EventKind.RECOVERED else None,
        "action": None if happened.offer is None else _action(happened.offer),
    }
    return _enveloped(happened.kind, incident.now, data)


def trial(event_id: str, at: float) -> str:
    """Return the document that only tries the way. ``at`` is in seconds since the epoch."""
    return _enveloped(EventKind.TEST, at, {"event_id": event_id, "headline": "crashloop tries its outgoing webhook"})


def namespace_of(incident: Incident) -> str:
    """Return the namespace that an incident is about, as far as it is known; else empty."""
    return incident.workload.namespace if incident.workload is not None else incident.subject.namespace or ""


def _enveloped(kind: EventKind, at: float, data: Mapping[str, Any]) -> str:
    return encodable(json.dumps({"type": str(kind), "timestamp": _moment(at), "data": data}, ensure_ascii=False))


def _headline(diagnosis: Mapping[str, Any]) -> str:
    """Return the headline that the answer has in Slack."""
    if not diagnosis:
        return ""
    target = fields.table(diagnosis, "target")
    told = Diagnosis(
        target=Target(
            kind=fields.text(target, "kind"),
            namespace=fields.text(target, "namespace"),
            name=fields.text(target, "name"),
        ),
        verdict=Verdict(diagnosis["verdict"]),
        cause=fields.text(diagnosis, "cause") or None,
        summary=fields.text(diagnosis, "summary"),
        container=fields.text(diagnosis, "container"),
        facts=fields.table(diagnosis, "facts"),
        workload=fields.text(diagnosis, "workload"),
    )
    return headline(told).text


def _quoted(item: Mapping[str, Any]) -> dict[str, str]:
    quote = redact_text("\n".join(map(clean_line, fields.text(item, "quote").split("\n"))))
    told = {name: _line(fields.text(item, name), QUOTE) for name in ("source", "path", "at")}
    return told | {"quote": _within(quote, QUOTE)}


def _sentence(text: str) -> str:
    return _line(" ".join(text.split()), SENTENCE)


def _line(text: str, room: int) -> str:
    return _within(redact_text(clean_line(text)), room)


def _within(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _links(incident: Incident) -> dict[str, str]:
    """Return the thread in Slack where it is known, and the alert's own links that may be shown."""
    named = {label: name for name, label in ALERTS_OWN}
    own = {named[link.label]: link.url for link in foreign(incident.links)}
    return ({"slack": incident.permalink} if incident.permalink else {}) | own


def _recovery(incident: Incident) -> dict[str, Any]:
    """Return how it ended. The store keeps what ended it, and after a tab each who pressed and who approved."""
    what, *people = incident.ended_by.split("\t")
    lasted = max(incident.well_since - incident.began_at, 0.0)
    return {
        "at": _moment(incident.recovered_at),
        "well_since": _moment(incident.well_since),
        "after_s": round(lasted),
        "ended_by": _sentence(what),
        "people": people,
    }


def _action(offer: OfferRecord) -> dict[str, Any]:
    people = [offer.proposed_by, offer.claimed_by]
    return {
        "action": offer.action,
        "target": offer.target,
        "outcome": str(offer.state),
        "detail": _sentence(offer.outcome),
        "reason": _sentence(offer.reason),
        "people": [who for who in dict.fromkeys(people) if who],
    }


def _moment(seconds: float) -> str:
    """Return a time as RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
