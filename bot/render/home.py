"""The Home tab: what fails now, what recovered today, what waits for this person's word, how to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render import questions, words
from bot.render.blocks import section
from bot.render.mrkdwn import SEPARATOR, at, code, packed, person, prose
from bot.render.own_buttons import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.render.message import Block

LISTED = 15
"""Entries of a list; the rest is counted."""

_CAUSES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An incident as the tab lists it. Times are seconds since the epoch.

    ``cause`` is an id: what the answer says besides may tell of more namespaces than this person's.
    """

    target: str
    verdict: str = ""
    cause: str = ""
    began_at: float = 0.0
    well_since: float = 0.0
    lasted_s: float = 0.0
    ended: str = ""
    """By what it ended, and after a tab the Slack user."""
    assignee: str = ""
    """The Slack user who works on it."""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An action that waits for a second person. ``own``: the reader asked for it, and somebody else must agree."""

    label: str
    target: str
    asked_by: str
    reason: str = ""
    until: float = 0.0
    own: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What one person may know of what goes on."""

    failing: Sequence[Listed] = ()
    recovered: Sequence[Listed] = ()
    approvals: Sequence[Approval] = ()


def tab(overview: Overview, notices: Sequence[tuple[str, str]] = ()) -> list[Block]:
    """Return the tab's blocks. ``notices`` are the rules whose alerts cannot be used, and why."""
    made = [
        *_list(
            "Failing now, with an open incident",
            [_failing(one) for one in overview.failing],
            "🟢 No incident is open. `/crashloop` lists whatever else fails.",
        ),
        *_list("Recovered today", [_recovered(one) for one in overview.recovered], "Nothing yet."),
        *_list("Waiting for approval", [_approval(one) for one in overview.approvals], ""),
        {"type": "divider"},
        *questions.help_text().blocks,
    ]
    if notices:
        told = (f"• {code(rule, 120)}: {prose(why, 200)}" for rule, why in notices)
        made += _sections(["*Alerts that I cannot use*", *told])
    return made


def refusal(sentence: str) -> list[Block]:
    """Return the tab of somebody who may be shown nothing: one sentence, why."""
    return [section(prose(sentence, 600))]


def _list(title: str, lines: Sequence[str], empty: str) -> list[Block]:
    """Return a list under its title; nothing at all when it is empty and there is no word for that."""
    if not (lines or empty):
        return []
    count = f" ({len(lines)})" if lines else ""
    rest = [f"… and {len(lines) - LISTED} more"] if len(lines) > LISTED else []
    return _sections([f"*{title}*{count}", *(lines[:LISTED] or [empty]), *rest])


def _sections(lines: Iterable[str]) -> list[Block]:
    return [section(text) for text in packed(lines)]


def _failing(one: Listed) -> str:
    if not one.verdict:
        return _line("⚪", one, f"being looked at{mark(one.assignee)}", f"since {at(one.began_at)}")
    sure = "" if one.verdict == "confirmed" else f", {prose(one.verdict, 20)}"
    glyph, since = words.glyph(one.verdict), f"since {at(one.began_at)}"
    well = f"well since {at(one.well_since)}, not over yet" if one.well_since else ""
    return _line("🟡" if one.well_since else glyph, one, f"{_cause(one)}{sure}{mark(one.assignee)}", since, well)


def _recovered(one: Listed) -> str:
    what, _, user = one.ended.partition("\t")
    by = f" ({person(user)})" if user else ""
    ended = f"ended by {prose(what, 120)}{by}" if what else ""
    return _line("🟢", one, _cause(one), f"at {at(one.well_since)} after {words.span(one.lasted_s)}", ended)


def _approval(one: Approval) -> str:
    why = f": {prose(one.reason, 200)}" if one.reason else ""
    asked = "you asked for it, somebody else must agree" if one.own else f"{person(one.asked_by)} asks for it"
    thread = f"<{one.link}|its button>" if one.link else ""
    parts = [f"✋ *{prose(one.label, 100)}* of {_place(one.target)}: {asked}{why}", f"until {at(one.until)}", thread]
    return SEPARATOR.join(part for part in parts if part)


def _line(glyph: str, one: Listed, *parts: str) -> str:
    first, *rest = parts
    thread = f"<{one.link}|its thread>" if one.link else ""
    return SEPARATOR.join(part for part in (f"{glyph} {_place(one.target)}: {first}", *rest, thread) if part)


def _place(target: str) -> str:
    return code(words.place(target), 200)


def _cause(one: Listed) -> str:
    return prose(words.title(one.cause or None), _CAUSES)
