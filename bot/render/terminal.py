"""A diagnosis for people at a terminal: the same description as in Slack, with nothing folded.

Prose is wrapped to the width, commands never: they are meant to be copied. Quotes are wrapped on a terminal, and whole
when the text goes elsewhere, so that it can be searched. Colour is decoration; every
word is there without it. Foreign text is printed as text, never as markup or as a terminal command.
"""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from bot.render.cuts import brief
from bot.render.description import describe
from bot.render.phrases import joined, plain
from diagnostics.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from bot.render.description import Description, Quote
    from bot.render.links import Link
    from bot.render.phrases import Phrase
    from diagnostics.diagnosis import Diagnosis

WIDEST = 100
"""Prose is not wrapped later than this, however wide the window."""

QUOTE = 1200
"""Longest line of a quote or command; ``-o json`` has it whole."""

NARROWEST = 30
_LISTED = 40
"""Entries of one list; more is for ``-o json``."""


def render(
    diagnosis: Diagnosis,
    links: Sequence[Link] = (),
    *,
    colour: bool,
    width: int,
    wrap_quotes: bool = False,
    zone: tzinfo | None = UTC,
) -> str:
    """Return the text, with ANSI colours when wanted; times in ``zone``, None is the machine's own.

    It ends in a line break.
    """
    told = describe(diagnosis)
    out = _Page(colour=colour, width=width, wrap_quotes=wrap_quotes, zone=zone)
    _verdict(out, told)
    _proof(out, told)
    _to_do(out, told)
    _unread(out, told)
    _evidence(out, told)
    _by_hand(out, told)
    _links(out, links)
    _footer(out, told)
    return out.text()


class _Page:
    """Lines of text on a console that writes into memory."""

    def __init__(self, *, colour: bool, width: int, wrap_quotes: bool, zone: tzinfo | None) -> None:
        self._file = io.StringIO()
        self._wrap_quotes = wrap_quotes
        self._zone = zone
        self._width = max(NARROWEST, min(width, WIDEST))
        self._console = Console(
            file=self._file,
            width=self._width,
            force_terminal=colour,
            no_color=not colour,
            color_system="standard" if colour else None,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=False,
        )

    def text(self) -> str:
        return "".join(line.rstrip(" ") for line in self._file.getvalue().splitlines(keepends=True) if line)

    def plain(self, phrase: Phrase) -> str:
        return plain(phrase, self._zone)

    def blank(self) -> None:
        self._file.write("\n")

    def heading(self, words_: str) -> None:
        self.blank()
        self.prose(Text(_one_line(words_), style="bold"))

    def prose(self, text: str | Text, *, indent: str = "", hanging: str = "", style: str = "") -> None:
        """Print running text, wrapped; lines after the first begin with ``hanging``."""
        whole = Text(_one_line(text), style=style) if isinstance(text, str) else text
        room = max(10, self._width - len(hanging or indent))
        for number, line in enumerate(whole.wrap(self._console, room)):
            line.rstrip()
            self._console.print(Text(indent if number == 0 else hanging or indent) + line, soft_wrap=True)

    def item(self, text: str) -> None:
        self.prose(text, indent="  - ", hanging="    ")

    def items(self, entries: Sequence[str]) -> None:
        for entry in entries[:_LISTED]:
            self.item(entry)
        if len(entries) > _LISTED:
            self.item(f"… and {len(entries) - _LISTED} more")

    def quote(self, text: str, *, indent: str, style: str) -> None:
        """Print verbatim text; on a terminal, lines that are too long go on behind the same bar."""
        if not self._wrap_quotes:
            self.verbatim(text, indent=indent, style=style)
            return
        for line in text.split("\n"):
            whole = Text(_within(line).expandtabs(4), style=style)
            for piece in whole.wrap(self._console, max(10, self._width - len(indent))) or [Text()]:
                self._console.print(Text(indent) + piece, soft_wrap=True)

    def verbatim(self, text: str, *, indent: str, style: str = "") -> None:
        """Print text as it is, never wrapped."""
        for line in text.split("\n"):
            self._console.print(Text(indent) + Text(_within(line), style=style), soft_wrap=True)


def _within(line: str) -> str:
    """Return a line that may be quoted: cut when it is a whole page, but never by a value."""
    whole = clean_line(line)
    return whole if len(whole) <= QUOTE else brief(whole, QUOTE)


def _verdict(out: _Page, told: Description) -> None:
    line = Text()
    style = f"bold {told.status.colour}"
    if told.calm or not told.status.is_sure:
        line.append(told.status.word.upper(), style=style)
        line.append("  ")
    line.append(_one_line(told.headline.text), style=style if told.status.is_sure else "bold")
    out.prose(line)
    out.prose(out.plain(joined(told.whereabouts)), style="dim")


def _proof(out: _Page, told: Description) -> None:
    """Print what proves it: where the root is, the one quote, what changed."""
    quotes = [quote for quote in (told.quote, *told.known) if quote is not None]
    if told.chain or quotes or told.more or told.change:
        out.blank()
    if told.chain:
        out.prose(out.plain(told.chain))
    if told.known:
        out.prose(Text("What is known", style="bold"))
    _quotes(out, quotes)
    if quotes and (told.more or told.change):
        out.blank()
    if told.more:
        out.prose(told.more)
    if told.change:
        out.prose(out.plain(told.change))


def _quotes(out: _Page, quotes: Sequence[Quote]) -> None:
    for quote in quotes[:_LISTED]:
        where = out.plain(quote.place)
        if quote.fact is not None:
            out.item(out.plain(quote.fact))
        else:
            for line in quote.lines:
                out.quote(line, indent="  │ ", style="cyan")
        if where:
            out.prose(where, indent="    ", style="dim")


def _to_do(out: _Page, told: Description) -> None:
    if told.do:
        out.blank()
        line = Text("Do this: ", style="bold")
        line.append(Text(_one_line(told.do)))
        out.prose(line)
    if told.command:
        out.blank()
        out.verbatim(told.command, indent="    ", style="green")
    if told.caution:
        out.blank()
        out.prose(told.caution)


def _unread(out: _Page, told: Description) -> None:
    if told.unread:
        out.blank()
    for what, why in told.unread[:_LISTED]:
        out.prose(f"Could not read {what}: {why}", indent="! ", hanging="  ", style="yellow")


def _evidence(out: _Page, told: Description) -> None:
    lists = [listed for listed in told.lists if listed.entries]
    if not told.evidence and not lists and not told.timeline and not told.circumstances:
        return
    out.heading(told.evidence_title.partition(" (")[0])
    _quotes(out, told.evidence)
    if told.timeline:
        out.item(out.plain(told.timeline))
    if told.circumstances:
        out.item(f"looked at {out.plain(told.circumstances)}")
    for listed in lists:
        if listed.heading:
            out.heading(listed.heading)
        out.items([out.plain(entry) for entry in listed.entries])


def _by_hand(out: _Page, told: Description) -> None:
    if not (told.by_hand or told.commands):
        return
    out.heading("Do it by hand" if told.commands else "More on what to do")
    if told.by_hand:
        out.prose(told.by_hand, indent="  ")
    for command in told.commands:
        out.blank()
        out.verbatim(command, indent="    ", style="green")


def _links(out: _Page, links: Sequence[Link]) -> None:
    """Print where to look on; an address is never wrapped, so that it can be opened."""
    if not links:
        return
    out.heading("Links")
    wide = max(len(link.label) for link in links)
    for link in links:
        out.verbatim(f"{link.label.ljust(wide)}  {link.url}", indent="  ")


def _footer(out: _Page, told: Description) -> None:
    cause = f"{told.title} ({told.cause})" if told.title else told.cause
    parts = [part for part in (told.certainty, cause, told.cost) if part]
    if parts:
        out.blank()
        out.prose(" · ".join(parts), style="dim")


def _one_line(text: str) -> str:
    return " ".join(" ".join(clean_line(line) for line in text.split("\n")).split())
