"""The report of an incident that is over: as a Slack message in its thread, and as Markdown, folded there to be copied.

Times are in UTC, with date and zone: a report is read later, by others, elsewhere, and held against logs. Foreign
text passes each form's own escapes; Slack's Markdown block is not used: it makes links and mentions of what it finds,
and what is to be copied is the source, which it does not show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from bot.render import cuts, words
from bot.render.blocks import (
    CONTAINER_CHILDREN,
    MESSAGE_BLOCKS,
    MESSAGE_JSON,
    container,
    context,
    header,
    section,
    weight,
)
from bot.render.message import Message
from bot.render.mrkdwn import code, escaped, fence, packed, person, prose, quoted, size
from bot.render.phrases import Code
from diagnostics.patterns import compiled
from diagnostics.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.render.message import Block

WRITE = "report"
"""The ``action_id`` of the button that asks for a report, and the ``block_id`` of its section."""

MARKDOWN = "markdown"
"""The ``block_id`` of the fold with the Markdown source."""

CHUNK = 2800
"""Units of one fence of it: a text holds 3,000."""

EVENTS = 60
"""Entries of the time line; of more than that the first and the last are told."""

QUOTES = 8
LONGEST_QUOTE = 600
LONGEST_TEXT = 500

_SPECIAL = compiled(r"([\\`*_{}\[\]<>|~&])")
_LEADING = compiled(r"^(\d*)([#+.)-])( |$)")
"""What would begin a heading or a list within an entry."""
_ESCAPED = r"\1\\\2\3"
_TICKS = compiled(r"`+")


@dataclass(frozen=True, slots=True)
class Who:
    """A person: the Slack user, and who that is to Kubernetes."""

    user: str
    kubernetes: str = ""


@dataclass(frozen=True, slots=True)
class At:
    """A point in time, in seconds since the epoch, within a text."""

    seconds: float


Text = tuple[str | Code | Who | At, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the time line."""

    at: float
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a report says, in its order."""

    target: str
    cluster: str = ""
    began_at: float = 0.0
    ended_at: float = 0.0
    lasted_s: tuple[float, ...] = ()
    """How long each time lasted: more than one when it came back."""
    ended: Text = ()
    verdict: str = ""
    cause: str = ""
    summary: str = ""
    changed: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    """Verbatim quotes, each with the place where it stands."""
    deeds: tuple[Text, ...] = ()
    """What people did by its buttons: who, as whom, why, what came of it."""
    events: tuple[Event, ...] = ()
    companions: tuple[str, ...] = ()
    link: str = ""
    run: str = ""


def moment(seconds: float) -> str:
    """Return a point in time as ``2026-11-22 14:02:31 UTC``."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def button(incident_id: str) -> Block:
    """Return what offers the report below a recovery."""
    label = {"type": "plain_text", "text": "Write the report", "emoji": False}
    accessory = {"type": "button", "action_id": WRITE, "text": label, "value": incident_id}
    said = section("📄 Its report holds the time line, cause, evidence, and who did what.")
    return {**said, "block_id": WRITE, "accessory": accessory}


def slack(report: Report) -> Message:
    """Return the report as a message: what does not fit is counted, the time line is shortened first."""
    text = f"📄 Report: {code(words.place(report.target), 260)}. {_lasted(report, _slack_piece)}"
    shown, piece = report, cache(_slack_piece)  # shortening draws what stays again
    while True:
        blocks = list(_slack_blocks(shown, piece))
        if _fits(blocks):
            source = _source(report)
            *above, footer = blocks
            whole = [*above, *source, footer]
            return Message(text, tuple(whole if _fits(whole) else blocks))
        shown = _shorter(shown)


def _fits(blocks: Sequence[Block]) -> bool:
    return weight(blocks) <= MESSAGE_JSON and len(blocks) <= MESSAGE_BLOCKS


def _source(report: Report) -> list[Block]:
    """Return the whole Markdown in a fold, to be copied; nothing where it is too long for one: half is of no use."""
    chunks: list[str] = []
    for line in markdown(report).rstrip().split("\n"):
        longer = f"{chunks[-1]}\n{line}" if chunks else line
        if chunks and size(escaped(longer, 4 * CHUNK)) <= CHUNK:
            chunks[-1] = longer
        else:
            chunks.append(line)
    if len(chunks) > CONTAINER_CHILDREN or any(size(escaped(chunk, 4 * CHUNK)) > CHUNK for chunk in chunks):
        return []
    return [container("As Markdown, to copy", [section(fence(chunk)) for chunk in chunks], MARKDOWN)]


def markdown(report: Report) -> str:
    """Return the report as Markdown (CommonMark)."""
    where = f" ({report.cluster})" if report.cluster else ""
    lines = [f"# Incident report: {_escape(words.place(report.target) + where)}", ""]
    for title, entries in _sections(report, _markdown_piece, _markdown_quote):
        lines += [f"## {title}", "", *(f"- {_LEADING.sub(_ESCAPED, entry)}" for entry in entries), ""]
    ends = [f"[Its thread]({report.link})" if report.link else "", f"run {_escape(report.run)}" if report.run else ""]
    return "\n".join([*lines, " · ".join(end for end in ends if end)]).rstrip() + "\n"


def _sections(
    report: Report, piece: Callable[[str | Code | Who | At], str], quote: Callable[[str], str]
) -> Iterable[tuple[str, list[str]]]:
    """Give each section's title and entries, drawn by the form's own ``piece`` and ``quote``."""

    def drawn(text: Text) -> str:
        return "".join(map(piece, text))

    yield "Summary", [_lasted(report, piece), *_span(report, drawn)]
    if report.summary:
        sure = f" ({words.title(report.cause or None)}, {report.verdict})" if report.verdict else ""
        yield "Cause", [drawn((report.summary, sure)), *(drawn(("Changed: ", change)) for change in report.changed)]
    if report.evidence:
        told = [f"{quote(text)} · {piece(place)}" for text, place in report.evidence[:QUOTES]]
        yield "Evidence", [*told, *_more(len(report.evidence) - QUOTES)]
    yield "Who did what", [drawn(deed) for deed in report.deeds] or [drawn(("Nobody pressed a button here.",))]
    yield "Time line", [f"{moment(event.at)}: {drawn(event.text)}" for event in report.events]


def _lasted(report: Report, piece: Callable[[str | Code | Who | At], str]) -> str:
    if not report.lasted_s:
        return piece("How long it lasted is not known")
    spans = [words.span(seconds) for seconds in report.lasted_s]
    times = f"{len(spans)} times: {', '.join(spans[:-1])} and {spans[-1]}" if len(spans) > 1 else spans[0]
    return piece(f"Lasted {times}") + (piece("; ended by ") + "".join(map(piece, report.ended)) if report.ended else "")


def _span(report: Report, drawn: Callable[[Text], str]) -> Iterable[str]:
    if report.began_at and report.ended_at:
        yield drawn(("From ", At(report.began_at), " to ", At(report.ended_at)))
    if report.companions:
        named, rest = report.companions[:QUOTES], len(report.companions) - QUOTES
        parts: list[str | Code | Who | At] = ["Also hit: "]
        for companion in named:
            parts += [*([", "] if len(parts) > 1 else []), Code(words.place(companion))]
        yield drawn((*parts, f" and {rest} more" if rest > 0 else ""))


def _more(count: int) -> list[str]:
    return [f"… and {count} more"] if count > 0 else []


def _slack_blocks(report: Report, piece: Callable[[str | Code | Who | At], str]) -> Iterable[Block]:
    where = f" · {report.cluster}" if report.cluster else ""
    yield header(f"Report: {words.place(report.target)}{where}")
    for title, entries in _sections(report, piece, _slack_quote):
        yield from (section(text) for text in packed([f"*{title}*", *(f"• {entry}" for entry in entries)]))
    footer = "crashloop report WORKLOAD prints this as Markdown"
    yield context([f"{footer} · run {prose(report.run, 60)}" if report.run else footer])


def _slack_piece(piece: str | Code | Who | At) -> str:
    if isinstance(piece, Code):
        return code(piece.text, 300)
    if isinstance(piece, At):
        return moment(piece.seconds)
    if isinstance(piece, Who):
        known = f" ({prose(piece.kubernetes, 100)})" if piece.kubernetes else ""
        return f"{person(piece.user)}{known}" if piece.user else known.strip(" ()") or "somebody"
    text = prose(cuts.brief(piece, LONGEST_TEXT) if len(piece) > LONGEST_TEXT else piece, 2 * LONGEST_TEXT)
    return f"{' ' * piece[:1].isspace()}{text}{' ' * (piece[-1:].isspace() and bool(text))}"


def _slack_quote(text: str) -> str:
    return quoted(text, LONGEST_QUOTE)


def _markdown_piece(piece: str | Code | Who | At) -> str:
    if isinstance(piece, Code):
        return _span_of_code(piece.text)
    if isinstance(piece, At):
        return moment(piece.seconds)
    if isinstance(piece, Who):
        slack = f"Slack user {piece.user}" if piece.user else ""
        both = f"{piece.kubernetes} ({slack})" if slack and piece.kubernetes else piece.kubernetes or slack
        return _escape(both or "somebody")
    return _escape(piece)


def _markdown_quote(text: str) -> str:
    return _span_of_code(text[:LONGEST_QUOTE])


def _escape(text: str) -> str:
    """Return foreign text as it is read: what Markdown would take for a mark is escaped."""
    return str(_SPECIAL.sub(r"\\\1", _one_line(text)))


def _span_of_code(text: str) -> str:
    """Return verbatim text in as many backticks as it does not hold (CommonMark, code spans)."""
    line = _one_line(text).strip() or " "
    longest = max((len(match.group(0)) for match in _TICKS.finditer(line)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def _one_line(text: str) -> str:
    return " ".join(clean_line(line) for line in text.split("\n"))


def _shorter(report: Report) -> Report:
    """Return the report with less in it: of the time line the middle goes first, then quotes and deeds."""
    events = report.events
    if len(events) > 8:
        return replace(report, events=middle_left_out(events, max(8, len(events) * 3 // 4)))
    if len(report.evidence) > 1:
        return replace(report, evidence=report.evidence[:-1])
    if len(report.deeds) > 1:
        return replace(report, deeds=report.deeds[:-1])
    bare = replace(report, events=events[:1], changed=(), evidence=())
    return replace(bare, summary=report.summary[:200], companions=report.companions[:2])


def middle_left_out(events: Sequence[Event], most: int) -> tuple[Event, ...]:
    """Return the first and the last entries of a time line, with a word on how many are left out between them."""
    if len(events) <= most:
        return tuple(events)
    before = most // 2
    after = most - before - 1
    first, last = events[:before], events[len(events) - after :]
    left = len(events) - before - after
    return (*first, Event(events[before].at, (f"… {left} more until then",)), *last)
