"""How often the answers were right in this installation, for people and as JSON, and its misses to make tests of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.cli.misses import export
from bot.model.accuracy import ENOUGH, Accuracy, Ended, accuracy
from bot.model.errors import BotError
from bot.model.feedback import NOTHING, OTHER
from bot.render.words import span
from bot.store import Store
from diagnostics.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.cli.misses import Exported
    from bot.model.accuracy import CauseFigures, Miss
    from bot.model.feedback import Feedback

SCHEMA = 1
"""The version of the JSON: it goes up when something in it means another thing than before."""

UNDETERMINED = "(undetermined)"

_UNITS = {"m": 60.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}
_LONGEST_S = 10 * 365 * 86400.0
_SAID = {NOTHING: "nothing was wrong", OTHER: "something else"}
_ENDS = ((Ended.BUTTON, "button"), (Ended.ITSELF, "itself"), (Ended.SOMEBODY, "somebody"), (Ended.OPEN, "open"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyReport:
    """The figures of the last ``since_s`` seconds, and what was exported; None where nothing was to be."""

    since_s: float
    figures: Accuracy
    exported: Exported | None


def period(given: str) -> float:
    """Return a length of time in seconds: ``45m``, ``12h``, ``30d``, ``2w``. Raises ``BotError``."""
    number, unit = given[:-1], given[-1:]
    seconds = float(number) * _UNITS[unit] if number.isascii() and number.isdigit() and unit in _UNITS else 0.0
    if not 0 < seconds <= _LONGEST_S:
        raise BotError(f"--since {given[:40]!r} is no length of time; write 12h, 30d or 2w")
    return seconds


async def read(url: str, since_s: float, folder: Path | None = None) -> AccuracyReport:
    """Read the store and count; write the misses into ``folder``, if one is given. Raises ``BotError``."""
    store = await Store.open(url)
    try:
        figures = accuracy(await store.feedback.answered(since_s), await store.feedback.words(since_s))
        exported = None
        if folder is not None:
            exported = await export(figures.misses, store.feedback.snapshot, folder)
    finally:
        await store.close()
    return AccuracyReport(since_s=since_s, figures=figures, exported=exported)


def text(report: AccuracyReport) -> str:
    """Return the figures for a terminal. Small numbers stay numbers: a share of four says nothing."""
    figures = report.figures
    incidents = f"{figures.incidents} incident{'s' * (figures.incidents != 1)} answered"
    lines = [f"Last {span(report.since_s)}: {incidents}. By people's word {_judged(figures)}."]
    if figures.causes:
        lines += ["", *_table(figures.causes)]
    if figures.misses:
        lines += ["", "Wrong by people's word:", *(line for miss in figures.misses for line in _miss(miss))]
    return "\n".join(lines) + "\n"


def document(report: AccuracyReport) -> dict[str, Any]:
    """Return the figures as plain data."""
    figures = report.figures
    return {
        "schema": SCHEMA,
        "since_s": round(report.since_s),
        "incidents": figures.incidents,
        "right": figures.right,
        "wrong": figures.wrong,
        "disputed": figures.disputed,
        "causes": [
            {
                "cause": one.cause or None, "said": one.said, "right": one.right, "wrong": one.wrong,
                "disputed": one.disputed, "ended": {end.value: one.ended[end] for end in Ended},
            }
            for one in figures.causes
        ],
        "misses": [_entry(miss) for miss in figures.misses],
        "exported": None if report.exported is None else [str(path) for path in report.exported.folders],
    }  # fmt: skip


def exported(result: Exported) -> str:
    """Return what was written, in one line."""
    parts = [f"{len(result.folders)} written"]
    parts += [f"{result.there} there already"] if result.there else []
    if result.without:
        parts.append(f"{result.without} without a snapshot: the workload failed no more when it was judged")
    return f"misses: {', '.join(parts)}"


def as_json(data: dict[str, Any]) -> str:
    """Return plain data as text."""
    return json.dumps(data, ensure_ascii=False, indent=2)


def _judged(figures: Accuracy) -> str:
    judged = figures.right + figures.wrong
    share = f" ({figures.right / judged:.0%} of {judged})" if judged >= ENOUGH else ""
    disputed = f", {figures.disputed} disputed" if figures.disputed else ""
    return f"{figures.right} right{share}, {figures.wrong} wrong{disputed}, the others nobody judged"


def _table(causes: Sequence[CauseFigures]) -> Iterator[str]:
    """Give the table: a cause a line, numbers to the right; 0 is a dot, so that what there is stands out."""
    disputed = any(one.disputed for one in causes)
    heads = ["said", "right", "wrong", *(["disputed"] if disputed else []), *(name for _end, name in _ENDS)]
    rows = [
        [one.said, one.right, one.wrong, *([one.disputed] if disputed else []), *(one.ended[end] for end, _ in _ENDS)]
        for one in causes
    ]
    names = [one.cause or UNDETERMINED for one in causes]
    wide = max(len(name) for name in ("cause", *names))
    judged = len(heads) - len(_ENDS)
    yield f"{'':<{wide}}{'':>{sum(len(head) + 2 for head in heads[:judged])}}  ended by"
    yield f"{'cause':<{wide}}" + "".join(f"  {head}" for head in heads)
    for name, row in zip(names, rows, strict=True):
        counts = zip(heads, row, strict=True)
        yield f"{name:<{wide}}" + "".join(f"  {count or '·':>{len(head)}}" for head, count in counts)


def _miss(miss: Miss) -> Iterator[str]:
    newest = miss.newest
    when = datetime.fromtimestamp(newest.given_at, UTC)
    kept = "with its snapshot" if miss.with_snapshot is not None else "no snapshot"
    said = newest.cause or UNDETERMINED
    yield f"  {when:%Y-%m-%d}  {clean_line(newest.workload)}  said {said} ({newest.verdict}); {kept}"
    for word in miss.words:
        own = f": {clean_line(word.text)}" if word.text else ""
        yield f"              {clean_line(word.user)} says {_truth(word)}{own}"


def _truth(word: Feedback) -> str:
    return "that it is right" if word.says_right else _SAID.get(word.truth, word.truth)


def _entry(miss: Miss) -> dict[str, Any]:
    newest = miss.newest
    return {
        "incident": newest.incident_id,
        "workload": newest.workload,
        "verdict": newest.verdict,
        "said": newest.cause or None,
        "summary": newest.summary,
        "really": newest.truth,
        "disputed": miss.disputed,
        "snapshot": miss.with_snapshot is not None,
        "words": [
            {
                "user": word.user, "at": datetime.fromtimestamp(word.given_at, UTC).isoformat(timespec="seconds"),
                "truth": word.truth, "right": word.says_right, "text": word.text,
            }
            for word in miss.words
        ],
    }  # fmt: skip
