"""Stock sentences and the premise that each owns: one whose premise the objects do not bear out is left out.

A sentence that a cause prints for a whole kind of trouble is a statement about this pod all the same. Less text that is
true beats more text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from diagnostics import fields
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods.probe_texts import SLOW
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Advice
    from diagnostics.patterns import Pattern


class Stock(NamedTuple):
    """A sentence by its first words, what it takes for granted, and whether the objects bear that out."""

    begins: Pattern
    means: str
    holds: Callable[[Case, Sequence[Advice]], bool]


def _answers_late(case: Case, _: Sequence[Advice]) -> bool:
    told = [event.message for event in case.events if event.reason == "Unhealthy"]
    return not any(SLOW.search(message) is not None for message in told)


def _no_way_back(_: Case, advised: Sequence[Advice]) -> bool:
    return not any(item.helps and item.action == "undo" for item in advised)


def _own_end(case: Case, _: Sequence[Advice]) -> bool:
    return case.ended is not None and case.ended.ended_by is EndedBy.PROGRAM


def _floating(case: Case, _: Sequence[Advice]) -> bool:
    image = "" if case.suspect is None else fields.text(case.suspect.spec, "image")
    return "@sha256:" not in image


STOCK: Final = (
    Stock(compiled(r"^More time for the probe changes nothing"), "no answer that came too late", _answers_late),
    Stock(compiled(r"^The last thing that its log was at"), "no earlier revision that is the remedy", _no_way_back),
    Stock(compiled(r"^A restart runs the same code again"), "an end of the program's own", _own_end),
    Stock(compiled(r"^Its image has .{1,60}, which may be another release"), "an image by its tag", _floating),
)
"""The sentences, by their first words."""


def kept(case: Case, text: str, advised: Sequence[Advice]) -> str:
    """Return a remedy's text without the stock sentences whose premise does not hold."""
    return " ".join(item for item in sentences(text) if not _fails(case, item, advised))


def _fails(case: Case, sentence: str, advised: Sequence[Advice]) -> bool:
    return any(row.begins.match(sentence) is not None and not row.holds(case, advised) for row in STOCK)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text: each ends with a stop before a space and a capital letter."""
    found, begin = [], 0
    for index in range(len(text) - 2):
        if text[index] in ".!?" and text[index + 1] == " " and text[index + 2].isupper():
            found.append(text[begin : index + 1])
            begin = index + 2
    return [*found, text[begin:]] if text[begin:] else found
