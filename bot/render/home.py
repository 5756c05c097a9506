"""The Home tab: what fails now, what recovered today, what waits for this person's word, how to ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.render import questions, words
from bot.render.blocks import section
from bot.render.classes import short
from bot.render.incidents import ended_by
from bot.render.mrkdwn import SEPARATOR, at, code, packed, person, prose
from bot.render.own_buttons import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.render.message import Block

LISTED = 15
"""Entries of a list; the rest is counted."""

OPEN = "open_thread"
"""The ``action_id`` of a row's button: Slack opens its address, and tells of the press."""

DAY_S = 86_400.0
_CAUSES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An incident as the tab lists it. Times are seconds since the epoch.

    ``cause`` is an id. ``said`` is what its line in the channel says, as mrkdwn; empty where that may tell of more
    namespaces than this person's.
    """

    target: str
    verdict: str = ""
    cause: str = ""
    said: str = ""
    began_at: float = 0.0
    well_since: float = 0.0
    lasted_s: float = 0.0
    ended: str = ""
    """By what it ended, and after tabs the Slack users."""
    assignee: str = ""
    """The Slack user who works on it."""
    link: str = ""
    cluster: str = ""
    """Which of several clusters it is in."""


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
    cluster: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What one person may know of what goes on."""

    midnight: float = 0.0
    """When the reader's day began: what is later is told without a date."""
    failing: Sequence[Listed] = ()
    is_cut: bool = False
    """Whether there are more that fail than were looked at."""
    recovered: Sequence[Listed] = ()
    approvals: Sequence[Approval] = ()


def tab(overview: Overview, notices: Sequence[tuple[str, str]] = (), clusters: Sequence[str] = ()) -> list[Block]:
    """Return the tab's blocks. ``notices`` are the rules whose alerts cannot be used, and why.

    ``clusters`` are the names of several.
    """
    since = overview.midnight
    made = [
        *_list(
            "Failing now, with an open incident",
            [_row(_failing(one, since), one.link) for one in overview.failing],
            "🟢 No incident is open. `/crashloop` lists whatever else fails.",
            ": `/crashloop` lists all that fails",
            is_cut=overview.is_cut,
        ),
        *_list("Waiting for approval", [_row(_approval(one, since), one.link) for one in overview.approvals], ""),
        *_list(
            "Recovered today", [_row(_recovered(one, since), one.link) for one in overview.recovered], "Nothing yet."
        ),
        {"type": "divider"},
        *questions.help_text(clusters=clusters).blocks,
    ]
    if notices:
        told = (f"• {code(rule, 120)}: {prose(why, 200)}" for rule, why in notices)
        made += _sections(["*Alerts that I cannot use*", *told])
    return made


def of_several(overviews: Mapping[str, Overview]) -> Overview:
    """Return what goes on in several clusters as one: each entry says where. Keys are the clusters' names."""
    return Overview(
        is_cut=any(one.is_cut for one in overviews.values()),
        midnight=max((one.midnight for one in overviews.values()), default=0.0),
        failing=sorted(
            (replace(entry, cluster=name) for name, one in overviews.items() for entry in one.failing),
            key=lambda entry: -entry.began_at,
        ),
        recovered=sorted(
            (replace(entry, cluster=name) for name, one in overviews.items() for entry in one.recovered),
            key=lambda entry: -entry.well_since,
        ),
        approvals=[replace(entry, cluster=name) for name, one in overviews.items() for entry in one.approvals],
    )


def away(clusters: Mapping[str, str]) -> list[Block]:
    """Return a line for each cluster of which nothing can be shown, and why."""
    return _sections(f"🔌 Cluster {prose(name, 100)}: {prose(why, 400)}" for name, why in clusters.items())


def refusal(sentence: str) -> list[Block]:
    """Return the tab of somebody who may be shown nothing: one sentence, why."""
    return [section(prose(sentence, 600))]


def _list(title: str, rows: Sequence[Block], empty: str, way: str = "", *, is_cut: bool = False) -> list[Block]:
    """Return a list under its title, a row each; nothing at all when it is empty and there is no word for that.

    ``way`` leads to what is only counted; ``is_cut``: there is more than that.
    """
    if not rows:
        return _sections([f"*{title}*", empty]) if empty else []
    least = "at least " if is_cut else ""
    rest = [section(f"… and {least}{len(rows) - LISTED} more{way}")] if len(rows) > LISTED else []
    return [section(f"*{title}* ({least}{len(rows)})"), *rows[:LISTED], *rest]


def _row(text: str, link: str) -> Block:
    """Return an entry with the button that opens its thread."""
    if not link:
        return section(text)
    label = {"type": "plain_text", "text": "Open thread", "emoji": False}
    return {**section(text), "accessory": {"type": "button", "action_id": OPEN, "text": label, "url": link}}


def _sections(lines: Iterable[str]) -> list[Block]:
    return [section(text) for text in packed(lines)]


def _failing(one: Listed, midnight: float) -> str:
    if not one.verdict:
        return _line("⚪", one, f"being looked at{mark(one.assignee)}", f"since {_at(one.began_at, midnight)}")
    is_said = one.verdict == "confirmed" or one.said.startswith(f"{one.verdict} ")
    sure = "" if is_said else f", {prose(one.verdict, 20)}"
    glyph, since = words.glyph(one.verdict), f"since {_at(one.began_at, midnight)}"
    well = f"well since {_at(one.well_since, midnight)}, not over yet" if one.well_since else ""
    return _line("🟡" if one.well_since else glyph, one, f"{_cause(one)}{sure}{mark(one.assignee)}", since, well)


def _recovered(one: Listed, midnight: float) -> str:
    ended = f"ended by {ended_by(one.ended)}" if one.ended else ""
    when = f"at {_at(one.well_since, midnight)} after {words.span(one.lasted_s)}"
    was = prose(short(one.cause), _CAUSES)  # as its line in the channel says it
    return _line("🟢", one, was, when, ended)


def _approval(one: Approval, midnight: float) -> str:
    why = f": {prose(one.reason, 200)}" if one.reason else ""
    asked = "you asked for it, somebody else must agree" if one.own else f"{person(one.asked_by)} asks for it"
    until = f"until {_at(one.until, midnight)}"
    return SEPARATOR.join([f"✋ *{prose(one.label, 100)}* of {_place(one)}: {asked}{why}", until])


def _line(glyph: str, one: Listed, *parts: str) -> str:
    first, *rest = parts
    return SEPARATOR.join(part for part in (f"{glyph} {_place(one)}: {first}", *rest) if part)


def _at(seconds: float, midnight: float) -> str:
    """Return when it was: the hour alone within the reader's own day, which ``midnight`` began."""
    return at(seconds, dated=not 0 < midnight <= seconds < midnight + DAY_S)


def _place(one: Listed | Approval) -> str:
    place = words.place(one.target)
    return code(f"{one.cluster}/{place}" if one.cluster else place, 200)


def _cause(one: Listed) -> str:
    return one.said or prose(words.title(one.cause or None), _CAUSES)
