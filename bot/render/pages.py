"""The reference pages of the causes, read from their docstrings: their paragraphs, and the page for a terminal."""

from __future__ import annotations

import difflib
import inspect
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from diagnostics.causes import registry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class UnknownCause(Exception):  # noqa: N818 — named for what is the case, as the sentence says it
    """An id without a page: one sentence with near ones."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines without their common indent. ``is_listed``: a list or an example, whose lines stay as they are."""

    lines: tuple[str, ...]
    indent: str = ""
    is_listed: bool = False


def paragraphs(cause_id: str) -> list[tuple[str, Paragraph]]:
    """Return a page's paragraphs, each under its heading (empty: it goes on). Raises ``UnknownCause``."""
    module = next((module for module in registry() if cause_id == module.CAUSE.id), None)
    if module is None:
        raise UnknownCause(f"there is no cause {cause_id[:60]!r}")
    return list(_paragraphs(inspect.cleandoc(module.__doc__ or "")))


def ids() -> list[str]:
    """Return the ids of all causes that have a page."""
    return sorted(module.CAUSE.id for module in registry())


def index(*, colour: bool, of: Collection[str] = ()) -> str:
    """Return the list of all causes, or of those whose ids are in ``of``."""
    causes = [module.CAUSE for module in registry() if not of or module.CAUSE.id in of]
    wide = max(len(cause.id) for cause in causes)
    lines = [f"{_styled(cause.id.ljust(wide), colour=colour)}  {cause.title}" for cause in causes]
    return "\n".join([*lines, "", "crashloop causes ID shows a page."]) + "\n"


def page(cause_id: str, *, colour: bool, width: int) -> str:
    """Return the page of one cause, or what a word of an id or a title finds. Raises ``UnknownCause``."""
    modules = {module.CAUSE.id: module for module in registry()}
    module = modules.get(cause_id.strip().lower().replace("_", "-"))
    found = [] if module else _with_word(cause_id.strip().lower())
    if len(found) > 1:
        return index(colour=colour, of=found)
    module = modules[found[0]] if found else module
    if module is None:
        near = difflib.get_close_matches(cause_id.lower(), modules, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "crashloop causes lists all."
        raise UnknownCause(f"there is no cause {cause_id[:60]!r}; {hint}")
    body = inspect.cleandoc(module.__doc__ or "").replace("``", "`")
    heading = f"{_styled(module.CAUSE.id, colour=colour)}  {module.CAUSE.title}"
    return "\n".join([heading, "", *_wrapped(body, colour=colour, width=min(max(width, 40), 100))]) + "\n"


def _with_word(word: str) -> list[str]:
    """Return the ids of the causes that have the word, or a word that begins so, in id or title."""
    found = []
    for module in registry():
        words = f"{module.CAUSE.id} {module.CAUSE.title}".lower().replace("-", " ").split()
        if word and any(each.startswith(word) for each in words):
            found.append(module.CAUSE.id)
    return found


def _wrapped(body: str, *, colour: bool, width: int) -> Iterable[str]:
    """Fill the paragraphs anew."""
    for heading, paragraph in _paragraphs(body):
        if heading:
            yield _styled(heading, colour=colour)
        if paragraph.is_listed:
            yield from (f"{paragraph.indent}{line}" for line in paragraph.lines)
        else:
            yield from textwrap.wrap(
                " ".join(paragraph.lines),
                width,
                initial_indent=paragraph.indent,
                subsequent_indent=paragraph.indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
        yield ""


def _paragraphs(body: str) -> Iterable[tuple[str, Paragraph]]:
    """Give heading and paragraph; a line at the margin right before an indented one is a heading."""
    for paragraph in body.split("\n\n"):
        lines, heading = paragraph.split("\n"), ""
        if len(lines) > 1 and not lines[0].startswith(" ") and lines[1].startswith(" "):
            heading, lines = lines[0], lines[1:]
        indent = " " * (len(lines[0]) - len(lines[0].lstrip()))
        bare = tuple(line[len(indent) :] for line in lines)
        yield heading, Paragraph(bare, indent, is_listed=any(line.startswith((" ", "- ", "* ")) for line in bare))


def _styled(text: str, *, colour: bool) -> str:
    return click.style(text, bold=True) if colour else text
