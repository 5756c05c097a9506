"""Pure: what a run wrote and what is left to do, for a terminal, as Markdown for the folder, and as plain data."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.installation.folder import Outcome
    from bot.installation.steps import Step

SCHEMA = 1
"""The version of the JSON: it goes up when something in it means another thing than before."""


def text(folder: str, outcomes: Mapping[str, Outcome], left: Sequence[str], todo: Sequence[Step], width: int) -> str:
    """Return what was written and the steps. Prose is wrapped to the width; commands and the link never."""
    lines = [f"{outcome.value:<10}{folder}/{name}" for name, outcome in outcomes.items()]
    lines += [f"{'left over':<10}{folder}/{name} is of an earlier run, and no step uses it" for name in left]
    for number, step in enumerate(todo, 1):
        lines += ["", f"{number}. {step.title}"]
        for sentence in step.sentences:
            lines += ["   " + line for line in _wrapped(sentence, width - 3)]
        lines += ["     " + line for command in step.commands for line in command.splitlines()]
    return "\n".join(lines) + "\n"


def markdown(todo: Sequence[Step]) -> str:
    """Return the steps as a page."""
    parts = ["# Installing crashloop", "The commands are for bash."]
    for number, step in enumerate(todo, 1):
        parts += [f"## {number}. {step.title}", *(_linked(sentence) for sentence in step.sentences)]
        if step.commands:
            parts.append("```sh\n" + "\n".join(step.commands) + "\n```")
    return "\n\n".join(parts) + "\n"


def data(folder: str, outcomes: Mapping[str, Outcome], left: Sequence[str], todo: Sequence[Step]) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "schema": SCHEMA,
        "folder": folder,
        "files": [{"name": name, "outcome": outcome.value} for name, outcome in outcomes.items()],
        "left_over": list(left),
        "steps": [
            {"title": step.title, "sentences": list(step.sentences), "commands": list(step.commands)} for step in todo
        ],
    }


def _wrapped(sentence: str, width: int) -> list[str]:
    return textwrap.wrap(sentence, max(width, 30), break_long_words=False, break_on_hyphens=False)


def _linked(sentence: str) -> str:
    return f"<{sentence}>" if sentence.startswith("https://") else sentence
