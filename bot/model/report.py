"""Pure: a history put in order for its report. Nothing is said that no row says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.model.history import Turn
from bot.model.incident import ALERTED, target_of
from bot.render import words
from bot.render.changed import effect
from bot.render.headline import shortly
from bot.render.phrases import Code, plain
from bot.render.report import EVENTS, At, Event, Report, Text, Who, middle_left_out
from diagnostics.diagnosis import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.model.history import Acted, History, Milestone

SUMMARY = 300
_ENDS = frozenset({"done", "unhelpful", "failed", "superseded", "unknown"})
_BEFORE_S = 1.0
"""Two moments nearer to each other are one."""

_SAID = {
    "changed": " was carried out: ",
    "done": " held: ",
    "unhelpful": " did not help: ",
    "failed": " did not go through: ",
    "superseded": " was not done: ",
    "unknown": ": what came of it is not known: ",
}


def report_of(history: History, cluster: str = "") -> Report:
    """Return the report of an incident."""
    incident = history.incident
    spans = list(_spans(history))
    diagnosis = history.diagnosis or {}
    events = sorted(_events(history, spans), key=lambda event: event.at)
    return Report(
        target=target_of(incident),
        cluster=cluster,
        began_at=spans[0][0] if spans else 0.0,
        ended_at=spans[-1][1] if spans else 0.0,
        lasted_s=tuple(end - began for began, end in spans),
        ended=_ended(incident.ended_by),
        verdict=incident.verdict,
        cause=incident.cause,
        summary=str(diagnosis.get("summary") or incident.summary),
        changed=tuple(plain(effect(_change(change))) for change in diagnosis.get("changed", ())),
        evidence=tuple(_quote(item) for item in diagnosis.get("evidence", ())),
        deeds=tuple(_deeds(history.acts)),
        events=middle_left_out(events, EVENTS),
        companions=tuple(target_of(companion) for companion in history.companions),
        link=incident.permalink,
        run=incident.id[:8],
    )


def _spans(history: History) -> Iterable[tuple[float, float]]:
    """Give from when to when it failed, each time. An incident older than the milestones has what its row says."""
    incident, began = history.incident, 0.0
    for turn in history.milestones:
        if turn.turn is Turn.VERDICT:
            began = began or turn.since or turn.at
        elif began:
            yield began, max(turn.since, began)
            began = 0.0
    if not history.milestones and incident.began_at and incident.well_since:
        yield incident.began_at, max(incident.well_since, incident.began_at)


def _ended(ended_by: str) -> Text:
    """Return what ended it, and who did it: the store keeps after a tab each who asked and who approved."""
    what, *users = ended_by.split("\t")
    if not what:
        return ()
    if len(users) > 1:
        return (what, ", asked by ", Who(users[0]), ", approved by ", Who(users[1]))
    return (what, ", by ", Who(users[0])) if users else (what,)


def _events(history: History, spans: Sequence[tuple[float, float]]) -> Iterable[Event]:
    incident = history.incident
    yield from _begun(history, spans)
    back = False
    for number, turn in enumerate(history.milestones):
        if turn.turn is Turn.RECOVERED:
            yield from _over(turn)
            back = True
            continue
        word = "Back: " if back else "Verdict changed: " if number else "Verdict: "
        back = False
        yield Event(turn.at, (word, *_verdict(turn.summary, turn.verdict, turn.cause)))
    if not history.milestones and incident.recovered_at:
        yield Event(incident.recovered_at, ("Over: ended by ", *_ended(incident.ended_by)))
    for silence in history.silences:
        yield Event(silence.at, (Who(silence.user), " silenced its alerts until ", At(silence.until)))
        if silence.ended_at:
            yield Event(silence.ended_at, ("That silence was undone",))
    # Who was refused was told so alone.
    yield from (_act(act) for act in history.acts if act.entry.get("event") != "denied")


def _begun(history: History, spans: Sequence[tuple[float, float]]) -> Iterable[Event]:
    """Give how it began: the first crash that is known, the alerts, the question."""
    incident = history.incident
    started = [alert.started_at for alert in history.alerts if alert.started_at]
    first = min([incident.created_at, *started])
    if spans and spans[0][0] < first - _BEFORE_S:
        yield Event(spans[0][0], ("First failure that is known",))
    for alert in history.alerts:
        name = alert.name or "without a name"
        if alert.started_at:
            yield Event(alert.started_at, ("Alert ", Code(name), " fires, as Alertmanager says"))
        if alert.over_at:
            yield Event(alert.over_at, ("Alert ", Code(name), " is resolved"))
    if incident.origin in ALERTED:
        yield Event(incident.created_at, ("The first alert reached crashloop, about ", Code(str(incident.subject))))
    else:
        yield Event(incident.created_at, (Who(incident.user), " asked about ", Code(str(incident.subject))))


def _over(turn: Milestone) -> Iterable[Event]:
    yield Event(turn.since, ("Its pods are well",))
    held = words.span(turn.at - turn.since)
    ended = _ended(turn.ended_by)
    yield Event(turn.at, (f"Over: well for {held}", *(("; ended by ", *ended) if ended else ())))


def _verdict(summary: str, verdict: str, cause: str) -> Text:
    return (shortly(summary, SUMMARY), f" ({words.title(cause or None)}, {verdict})")


def _act(act: Acted) -> Event:
    entry = act.entry
    event = str(entry.get("event") or "")
    detail = str(entry.get("outcome") or "")
    said = _SAID.get(event, f" {event}: ")
    label = _label(entry)
    if event in ("claimed", "proposed"):
        reason = str(entry.get("reason") or "")
        why = (f": {reason}",) if reason else ()
        second = str(entry.get("second") or "")
        agreed = (", and ", Who(second), " agreed") if second else ()
        verb = " pressed " if event == "claimed" else " asked for "
        return Event(act.at, (_who(entry), verb, label, *agreed, *_as_whom(entry), *why))
    return Event(act.at, (label, said, detail))


def _deeds(acts: Sequence[Acted]) -> Iterable[Text]:
    """Give each press that went through: who, as whom, why, who agreed, what came of it in the end."""
    by_offer: dict[str, list[Mapping[str, Any]]] = {}
    for act in acts:
        by_offer.setdefault(str(act.entry.get("offer") or ""), []).append(act.entry)
    for entries in by_offer.values():
        claimed = next((entry for entry in entries if entry.get("event") == "claimed"), None)
        if claimed is None:
            continue
        second, reason = str(claimed.get("second") or ""), str(claimed.get("reason") or "")
        ends = [entry for entry in entries if entry.get("event") in _ENDS]
        outcome = str(ends[-1].get("outcome") or ends[-1]["event"]) if ends else "what came of it is not written down"
        yield (
            _who(claimed), ": ", _label(claimed), *_as_whom(claimed),
            *((", approved by ", Who(second)) if second else ()),
            f"; why: {reason}" if reason else "; no reason given",
            f"; {outcome}",
        )  # fmt: skip


def _who(entry: Mapping[str, Any]) -> Who:
    return Who(str(entry.get("slack_user") or ""), str(entry.get("kubernetes_user") or ""))


def _as_whom(entry: Mapping[str, Any]) -> Text:
    """Say with whose credentials it was done, where a press was let through."""
    if entry.get("event") != "claimed":
        return ()
    acted_as = str(entry.get("acted_as") or "")
    return (", done as ", Code(acted_as)) if acted_as else (", done with the bot's own account",)


def _label(entry: Mapping[str, Any]) -> str:
    action = words.act(str(entry.get("action") or "button"))
    return f"{action.capitalize()} of {words.place(str(entry.get('target') or ''))}"


def _change(change: Mapping[str, Any]) -> Change:
    return Change(
        what=str(change.get("what") or ""), old=str(change.get("from") or ""), new=str(change.get("to") or "")
    )


def _quote(item: Mapping[str, Any]) -> tuple[str, str]:
    at = f", {item['at']}" if item.get("at") else ""
    return str(item.get("quote") or ""), f"{item.get('source') or ''} {item.get('path') or ''}{at}".strip()
