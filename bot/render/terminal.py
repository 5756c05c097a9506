"""A diagnosis for people at a terminal: the verdict, the proof, what to do.

Prose is wrapped to the width, commands never: they are meant to be copied. Quotes are wrapped on a terminal, and whole
when the text goes elsewhere, so that it can be searched. Colour is decoration; every
word is there without it. Foreign text is printed as text, never as markup or as a terminal command.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from bot.render import changed, proof, words
from diagnostics.diagnosis import Verdict
from diagnostics.sanitize import clean_line, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.diagnosis import Diagnosis

WIDEST = 100
"""Prose is not wrapped later than this, however wide the window."""

QUOTE = 1200
"""Longest line of a quote or command; ``-o json`` has it whole."""

NARROWEST = 30
_LISTED = 40
"""Entries of one list; more is for ``-o json``."""


def render(diagnosis: Diagnosis, *, colour: bool, width: int, wrap_quotes: bool = False) -> str:
    """Return the text, with ANSI colours when wanted. It ends in a line break."""
    out = _Page(colour=colour, width=width, wrap_quotes=wrap_quotes)
    _verdict(out, diagnosis)
    _proof(out, diagnosis)
    for heading, entries in _lists(diagnosis):
        out.heading(heading)
        for entry in entries[:_LISTED]:
            out.item(entry)
        if len(entries) > _LISTED:
            out.item(f"… and {len(entries) - _LISTED} more")
    _remedy(out, diagnosis)
    _ruled_out(out, diagnosis)
    footer = words.cost(diagnosis)
    if footer:
        out.blank()
        out.prose(footer, style="dim")
    return out.text()


class _Page:
    """Lines of text on a console that writes into memory."""

    def __init__(self, *, colour: bool, width: int, wrap_quotes: bool) -> None:
        self._file = io.StringIO()
        self._wrap_quotes = wrap_quotes
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

    def quote(self, text: str, *, indent: str, style: str) -> None:
        """Print verbatim text; on a terminal, lines that are too long go on behind the same bar."""
        if not self._wrap_quotes:
            self.verbatim(text, indent=indent, style=style)
            return
        for line in text.split("\n"):
            whole = Text(shortened(clean_line(line), QUOTE, 200).expandtabs(4), style=style)
            for piece in whole.wrap(self._console, max(10, self._width - len(indent))) or [Text()]:
                self._console.print(Text(indent) + piece, soft_wrap=True)

    def verbatim(self, text: str, *, indent: str, style: str = "") -> None:
        """Print text as it is, never wrapped."""
        for line in text.split("\n"):
            self._console.print(
                Text(indent) + Text(shortened(clean_line(line), QUOTE, 200), style=style), soft_wrap=True
            )


def _verdict(out: _Page, diagnosis: Diagnosis) -> None:
    status = words.status(diagnosis)
    calm = diagnosis.verdict is Verdict.NOT_FAILING or diagnosis.cause == "not-found"
    line = Text()
    line.append(status.word.upper(), style=f"bold {status.colour}")
    if not calm:
        line.append("  ")
        line.append(_one_line(words.title(diagnosis.cause)), style="bold")
        if diagnosis.cause:
            line.append(f"  ({_one_line(diagnosis.cause)})", style="dim")
    out.prose(line)
    place = f"{words.kind(diagnosis)} {words.workload(diagnosis)}".strip()
    out.prose(" · ".join([place, *words.circumstances(diagnosis)]), style="dim")
    out.blank()
    out.prose(diagnosis.summary)
    for item in diagnosis.unread[:_LISTED]:
        out.prose(f"Could not read {item.what}: {item.why}", indent="! ", hanging="  ", style="yellow")


def _proof(out: _Page, diagnosis: Diagnosis) -> None:
    if not diagnosis.evidence:
        return
    out.heading("What is known" if diagnosis.verdict is Verdict.UNDETERMINED else "Evidence")
    for group in proof.groups(diagnosis.evidence[:_LISTED]):
        if group.heading:
            out.prose(group.heading, indent="  ", style="dim")
        for item in group.items:
            if not group.heading:
                out.prose(proof.label(item, diagnosis), indent="  ", style="dim")
            implied = proof.implied(item)
            if implied:
                out.prose(implied, indent="  │ ")
            else:
                out.quote(item.quote, indent="  │ ", style="cyan")


def _lists(diagnosis: Diagnosis) -> Iterable[tuple[str, list[str]]]:
    chain = [f"{link.target}: {link.summary or words.title(link.cause)}" for link in diagnosis.chain]
    also = [f"{words.title(item.cause)}: {item.summary}" for item in diagnosis.also]
    lists = (("From here to the root", chain if len(chain) > 1 else []), ("Also true", also))
    return [*((heading, entries) for heading, entries in lists if entries), *changed.sections(diagnosis)]


def _remedy(out: _Page, diagnosis: Diagnosis) -> None:
    remedy = diagnosis.remedy
    advised = [advice for advice in diagnosis.actions if advice.because] if diagnosis.failing else []
    if remedy.commands or advised or (remedy.text and diagnosis.failing):
        out.heading("What to do")
        out.prose(remedy.text, indent="  ")
    for command in remedy.commands:
        out.blank()
        out.verbatim(command, indent="    ", style="green")
    if advised:
        out.blank()
    for advice in advised:
        helps = {True: "helps", False: "does not help", None: "may help, it is not known"}[advice.helps]
        out.item(f"{advice.action} {helps}: {advice.because}")


def _ruled_out(out: _Page, diagnosis: Diagnosis) -> None:
    if not diagnosis.ruled_out:
        return
    out.heading("Checked, and not the cause" if diagnosis.verdict is Verdict.UNDETERMINED else "Ruled out")
    for item in diagnosis.ruled_out[:_LISTED]:
        out.item(f"{words.title(item.cause)}: {item.because}")


def _one_line(text: str) -> str:
    return " ".join(" ".join(clean_line(line) for line in text.split("\n")).split())
