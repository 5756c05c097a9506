"""Pure: a report as lines for a terminal, as JSON, and as blocks for the Home tab."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from bot.doctor.report import State
from bot.render.blocks import context
from bot.render.mrkdwn import fence, packed, prose

if TYPE_CHECKING:
    from bot.doctor.report import Report, Result

MARKS = {State.OK: "✓", State.BROKEN: "✗", State.OFF: "–", State.UNCHECKED: "–"}  # noqa: RUF001 — a dash
_COLOURS = {State.OK: "32", State.BROKEN: "31", State.OFF: "2", State.UNCHECKED: "2"}
SCHEMA = 1
"""The version of the JSON: it goes up when something in it means another thing than before."""

RULE = 1200
"""Characters of a rule that the Home tab shows; the terminal and the log have it whole."""

NAME = 20
"""Columns of a check's name; a longer one has a line of its own."""


def text(report: Report, *, colour: bool, width: int) -> str:
    """Return the report for a terminal. Prose is wrapped to the width, rules never: they are meant to be copied."""
    lines = [line for result in report.results for line in _lines(result, colour=colour, width=width)]
    return "\n".join([*lines, "", _summary(report)]) + "\n"


def document(report: Report) -> dict[str, Any]:
    """Return the report as plain data."""
    return {"schema": SCHEMA, "ok": report.sound, "checks": [_entry(result) for result in report.results]}


def as_json(data: dict[str, Any]) -> str:
    """Return plain data as text."""
    return json.dumps(data, ensure_ascii=False, indent=2)


def blocks(report: Report | None, ago_s: float) -> list[dict[str, Any]]:
    """Return the Home tab's blocks: what is broken with its fix, and how many other checks passed.

    ``ago_s`` is how long ago the checks ended; without a report they are still running.
    """
    if report is None:
        return [context(["Checks of the bot are under way; open this tab again in a moment."])]
    others = sum(result.state is State.OK for result in report.results)
    when = f"{ago_s / 60:.0f} min ago" if ago_s >= 60 else "just now"
    if not report.broken:
        return [context([f"✓ Checks of the bot: all {others} passed ({when})"])]
    head = f"*Checks of the bot* ({when})\n{len(report.broken)} failed, {others} passed"
    return [_section(part) for part in packed([head, *map(_fault, report.broken)])]


def _fault(result: Result) -> str:
    told = f"✗ *{prose(result.check, 100)}*: {prose(result.sentence)}\n> {prose(result.fix)}"
    return f"{told}\n{fence(result.rule, RULE)}" if result.rule else told


def _section(told: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": told, "verbatim": True}}


def _lines(result: Result, *, colour: bool, width: int) -> list[str]:
    mark = _coloured(MARKS[result.state], _COLOURS[result.state], colour=colour)
    name = result.check.ljust(NAME)
    room = max(width - NAME - 4, 30)
    said = _wrapped(result.sentence, room)
    first, rest = (said[0], said[1:]) if len(result.check) <= NAME else ("", said)
    lines = [f"{mark} {name}  {first}".rstrip(), *(" " * (NAME + 4) + line for line in rest)]
    if result.fix:
        begin, *more = _wrapped(result.fix, room - 2)
        lines += [" " * (NAME + 4) + f"→ {begin}", *(" " * (NAME + 6) + line for line in more)]
    return [*lines, *(" " * (NAME + 6) + line for line in result.rule.splitlines())]


def _wrapped(said: str, width: int) -> list[str]:
    return textwrap.wrap(said, width, break_long_words=False, break_on_hyphens=False) or [""]


def _summary(report: Report) -> str:
    failed, count = len(report.broken), len(report.results)
    passed = sum(result.state is State.OK for result in report.results)
    if failed:
        return f"{failed} of {count} checks failed: each has one thing to do."
    return f"{passed} checks passed, {count - passed} are off or could not be made. Nothing is wrong."


def _coloured(mark: str, code: str, *, colour: bool) -> str:
    return f"\x1b[{code}m{mark}\x1b[0m" if colour else mark


def _entry(result: Result) -> dict[str, str]:
    entry = {"check": result.check, "state": result.state.value, "sentence": result.sentence}
    return entry | {key: value for key, value in (("fix", result.fix), ("rule", result.rule)) if value}
