"""Questions to a person at a terminal. They stand on standard error: standard output carries the answer alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.installation.answers import AnswerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.installation.questions import Question


def ask(question: Question, default: str | None, fits: Callable[[str], str]) -> str:
    """Return the answer in its form; one that does not fit is said to be so, and asked for again."""

    def fitting(said: str) -> str:
        try:
            return fits(said)
        except AnswerError as error:
            raise click.UsageError(str(error)) from None

    answer: str = click.prompt(question.text, default=default, show_default=bool(default), value_proc=fitting, err=True)
    return answer


def may_replace(folder: str, names: list[str]) -> bool:
    """Return whether files that would say something else may be replaced."""
    click.echo(f"{', '.join(names)} in {folder} would say something else.", err=True)
    return click.confirm("Replace, and keep what is there beside it?", default=False, err=True)
