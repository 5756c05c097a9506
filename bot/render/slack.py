"""A diagnosis as Slack messages: one line for the channel, the full answer for its thread.

Both are made of the one description (``bot.render.description``). Every message is within Slack's limits whatever the
cluster said: when it would not fit, quotes get shorter and lists end earlier; the headline and its values stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.render import cause_page, words
from bot.render.blocks import (
    ADVICE,
    CONTAINER_CHILDREN,
    MESSAGE_BLOCKS,
    MESSAGE_JSON,
    actions,
    container,
    context,
    section,
    weight,
)
from bot.render.cuts import brief
from bot.render.description import describe, is_calm, line
from bot.render.headline import LONGEST, Headline, headline
from bot.render.message import Message
from bot.render.mrkdwn import SEPARATOR, code, fence, packed, phrase, prose, quoted, sentence
from bot.render.outcomes import Step, outcome
from bot.render.phrases import joined, marked
from bot.render.words import FAILING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.render.description import Description, Listed, Quote
    from bot.render.message import Block, Offer
    from diagnostics.diagnosis import Diagnosis

__all__ = [
    "Step",
    "answer",
    "channel_line",
    "failure",
    "looking",
    "outcome",
]

LINE = 160
"""Characters of the channel's line that are aimed at: it is the notification too; a phone shows three lines of it."""

LEAST = 100
"""Characters of the headline that are kept in the line, however long the workload's name is."""

OPEN_LINES = 2
"""Lines of the proving quote that stand open; the fold has all of them."""

OPEN_QUOTE = 300
"""Characters of the proving quote that stand open."""


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much is said: lengths in characters, counts in items."""

    headline: int
    sentence: int
    quote: int
    folded: int
    listed: int
    commands: int
    command: int


_DETAILS = (
    _Detail(headline=LONGEST, sentence=700, quote=600, folded=20, listed=25, commands=4, command=900),
    _Detail(headline=LONGEST, sentence=500, quote=400, folded=12, listed=12, commands=4, command=600),
    _Detail(headline=LONGEST, sentence=300, quote=250, folded=8, listed=6, commands=3, command=400),
    _Detail(headline=160, sentence=160, quote=120, folded=4, listed=3, commands=2, command=250),
    _Detail(headline=100, sentence=100, quote=80, folded=1, listed=1, commands=1, command=150),
)


def looking(target: str) -> Message:
    """Return the first sign of life. Slack lets nobody take it back from its reader: it stays true below the answer."""
    return _line(f"🔎 Asked about {code(words.place(target), 260)}: the answer follows.")


def looking_for_failures(namespace: str) -> Message:
    """Return the same for a question that names no workload. ``namespace`` empty means all."""
    return _line(f"🔎 Asked what fails now{f' in {code(namespace, 260)}' if namespace else ''}: the list follows.")


def failure(sentence: str, *, again: bool = False) -> Message:
    """Return a failure as one sentence: never an exception, never silence. ``again``: it is tried again by itself."""
    return _line(f"⚠️ {prose(sentence, 1000)}" + (". I try again, and answer here." if again else ""))


_LIKELY = " (likely)"


def channel_line(diagnosis: Diagnosis, note: str = "", ready: Sequence[str] = ()) -> Message:
    """Return the incident in one line: workload, verdict with its value, since which version, how many pods.

    ``ready`` names the actions whose buttons the answer has; ``note`` is said last.
    """
    text = _line_text(diagnosis, ready)
    return _line(f"{text}. {prose(note, 200)}" if note else text)


def verdict_in(line: str) -> str:
    """Return what a channel's line says is wrong, as mrkdwn; empty where it is no such line."""
    _where, colon, said = line.partition(SEPARATOR)[0].partition(": ")
    return said if colon and line[:1] in FAILING else ""


def answer(
    diagnosis: Diagnosis,
    offers: Sequence[Offer] = (),
    *,
    run: str = "",
    notes: Sequence[str] = (),
    own: Sequence[Block] = (),
) -> Message:
    """Return the full answer. ``notes`` say why a button is missing beyond what the diagnosis itself advises.

    ``own`` are the buttons that stand beside those of ``offers``.
    """
    described = describe(diagnosis, offers, run=run, notes=notes)
    blocks: list[Block] = []
    for detail in _DETAILS:
        blocks = list(_blocks(described, detail, own))
        if weight(blocks) <= MESSAGE_JSON:
            break
    return Message(
        _line_text(diagnosis, [offer.action for offer in offers if not offer.tried]), tuple(blocks[:MESSAGE_BLOCKS])
    )


def _line(text: str) -> Message:
    return Message(text, (section(text),))


def _line_text(diagnosis: Diagnosis, ready: Sequence[str]) -> str:
    status, where = words.status(diagnosis), words.workload(diagnosis)
    rest = [phrase(part, 80, 200) for part in line(diagnosis, ready)]
    # Where the word says something: how things stand, or that it is not certain.
    word = "" if status.is_sure else f" ({status.word.lower()})"
    room = max(LEAST, LINE - len(f"{status.glyph} {where}{word}: {' · '.join(rest)}"))
    told = headline(diagnosis)
    name = where.rpartition("/")[2]
    # The workload's own name is not said twice.
    if not is_calm(diagnosis) and told.text.startswith(f"{name} "):
        told, word = _predicate(told.without(f"{name} "), word)
    rest = [f"*{part}*" if part.endswith(" ready") else part for part in rest]
    said = phrase(told.within(room), LONGEST, 1500)
    return SEPARATOR.join([f"{status.glyph} {code(where, 260)}{word}: {said}", *rest])


def _predicate(told: Headline, word: str) -> tuple[Headline, str]:
    """Return what follows a name as its predicate: ``likely crashed, TypeError: …``, with one colon less."""
    verb, colon, rest = told.text.partition(": ")
    text = f"{verb}, {rest}" if colon and ": " in rest else told.text
    return (replace(told, text=f"likely {text}"), "") if word == _LIKELY else (replace(told, text=text), word)


def _blocks(told: Description, detail: _Detail, own: Sequence[Block]) -> Iterable[Block]:
    """Give the blocks in the order in which they are read: what stands open first, then the folds, then the footer."""
    head = [_title(told, detail), phrase(joined(told.whereabouts), detail.sentence)]
    yield from (section(text) for text in packed(part for part in head if part))
    yield from (section(text) for text in packed(_proof(told, detail)))
    yield from _to_do(told, detail, own)
    unread = [
        f"⚠️ Could not read {sentence(what, 120, 300)}: {sentence(why, detail.quote, 2000)}" for what, why in told.unread
    ]
    if unread:
        yield context(packed(_first(unread, detail.listed)))
    yield from _evidence(told, detail)
    yield from _by_hand(told, detail)
    footer = [
        sentence(told.certainty, 200, 600),
        " ".join(part for part in (prose(told.title, 120), code(told.cause, 60) if told.cause else "") if part),
        f"run {prose(told.run, 60)}" if told.run else "",
    ]
    if any(footer):
        yield context([SEPARATOR.join(part for part in footer if part)])


def _title(told: Description, detail: _Detail) -> str:
    text = phrase(told.headline.within(detail.headline), LONGEST, 2800)
    if told.calm:
        return f"{told.status.glyph} *{told.status.word}*: {text}"
    lead = "" if told.status.is_sure else f"{told.status.word}: "
    return f"{told.status.glyph} *{lead}{text}*"


def _proof(told: Description, detail: _Detail) -> Iterable[str]:
    """Give what proves it: where the root is, the one quote, what changed."""
    if told.chain:
        yield phrase(told.chain, 200)
    if told.quote is not None:
        yield _proving(told.quote, detail)
    if told.known:
        yield "*What is known*"
        yield from _quotes(told.known, detail)
    if told.more:
        yield sentence(told.more, detail.sentence)
    if told.change:
        yield phrase(told.change, detail.sentence)


def _proving(quote: Quote, detail: _Detail) -> str:
    if quote.fact is not None:
        return phrase(quote.fact, detail.quote)
    lines = [part for one in quote.lines for part in one.strip("\n").split("\n")]
    return fence("\n".join(_quoted_line(one, min(OPEN_QUOTE, detail.quote)) for one in lines[:OPEN_LINES]), 2600)


def _quoted_line(text: str, room: int) -> str:
    """Return a quoted line as it is when it fits, else cut between words without losing a value."""
    return text if len(text) <= room else brief(text, room)


def _quotes(quotes: Sequence[Quote], detail: _Detail) -> Iterable[str]:
    """Give the fact first and the place after it; a log's lines stand together under its name."""
    for quote in quotes:
        where = phrase(quote.place, 220, 500)
        if quote.fact is not None:
            yield f"• {phrase(quote.fact, detail.quote, 2300)}" + (f" · {where}" if where else "")
            continue
        text = "\n".join(_quoted_line(one, detail.quote) for one in quote.lines)
        shown = fence(text, 2300) if len(quote.lines) > 1 else quoted(text, 2300)
        if shown.startswith("```"):
            yield f"• {where or 'Quote'}:\n{shown}"
        else:
            yield f"• {shown}" + (f" · {where}" if where else "")


def _to_do(told: Description, detail: _Detail, own: Sequence[Block]) -> Iterable[Block]:
    """Say what to do; the buttons stand right under it."""
    command = fence(told.command, detail.command) if told.command else ""
    if told.do or command:
        do = phrase(marked(told.do, told.headline.names), 1200, 2800)
        texts = packed(part for part in (f"*Do this:* {do}".rstrip(), command) if part)
        yield from ({**section(text), "block_id": f"{ADVICE}-do-{part}"} for part, text in enumerate(texts))
    if told.caution:
        yield {**context([sentence(told.caution, 1200)]), "block_id": f"{ADVICE}-caution"}
    if told.offers or own:
        yield actions(told.offers, own)
    if told.notes:
        notes = [phrase(note, detail.sentence) for note in told.notes]
        yield {**context(packed(_first(notes, detail.listed))), "block_id": ADVICE}


def _evidence(told: Description, detail: _Detail) -> Iterable[Block]:
    texts = list(_quotes(told.evidence[: detail.folded], detail))
    if len(told.evidence) > detail.folded:
        texts.append(f"… and {len(told.evidence) - detail.folded} more")
    children = [section(text) for text in packed(texts)]
    ran = (("How it ran", told.timeline), ("Looked at", told.circumstances))
    children += [section(f"*{heading}*\n{phrase(part, 300)}") for heading, part in ran if part]
    for number, listed in enumerate(told.lists):
        own = f"{ADVICE}-list-{number}" if listed.about_actions else ""
        children += [
            {**section(text), **({"block_id": f"{own}-{part}"} if own else {})}
            for part, text in enumerate(packed(_entries(listed, detail)))
        ]
    if children:
        # The page is reference, and stands last; it must not be what is cut.
        about = [cause_page.leading(told.cause)] if words.is_known(told.cause) else []
        yield container(told.evidence_title, [*children[: CONTAINER_CHILDREN - len(about)], *about], "evidence")


def _entries(listed: Listed, detail: _Detail) -> list[str]:
    entries = [f"• {phrase(entry, detail.sentence)}" for entry in listed.entries]
    return [*([f"*{listed.heading}*"] if listed.heading else []), *_first(entries, detail.listed)]


def _by_hand(told: Description, detail: _Detail) -> Iterable[Block]:
    commands = [fence(command, detail.command) for command in told.commands[: detail.commands]]
    texts = [*([sentence(told.by_hand, 1200)] if told.by_hand else []), *commands]
    if texts:
        title = "Do it by hand" if commands else "More on what to do"
        yield container(title, [section(text) for text in packed(texts)], f"{ADVICE}-by-hand")


def _first(parts: Sequence[str], most: int) -> list[str]:
    most = max(most, 1)
    rest = len(parts) - most
    return [*parts[:most], f"… and {rest} more"] if rest > 0 else list(parts)
