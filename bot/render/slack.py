"""A diagnosis as Slack messages: one line for the channel, the full answer for its thread.

The verdict first, then the evidence, what changed and what to do; what is long is folded. Every message is within
Slack's limits whatever the cluster said: when it would not fit, quotes get shorter and lists end earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render import words
from bot.render.blocks import (
    MESSAGE_BLOCKS,
    MESSAGE_JSON,
    actions,
    container,
    context,
    header,
    section,
    weight,
)
from bot.render.message import Message
from bot.render.mrkdwn import code, fence, packed, prose, quoted
from bot.render.outcomes import Step, outcome, recovered
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.render.message import Block, Offer
    from diagnostics.diagnosis import Diagnosis, Evidence

__all__ = [
    "Step",
    "answer",
    "channel_line",
    "classic",
    "failure",
    "help_text",
    "looking",
    "outcome",
    "recovered",
]

TEXT = 600
"""Units of the notification text: a locked screen shows far less, chat.update takes 4,000."""


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much is said: lengths in units, counts in items."""

    sentence: int
    quote: int
    shown: int
    """Quotes that stand open; the rest is folded."""
    folded: int
    listed: int
    commands: int
    command: int


_DETAILS = (
    _Detail(sentence=700, quote=600, shown=3, folded=15, listed=25, commands=4, command=900),
    _Detail(sentence=500, quote=400, shown=3, folded=8, listed=15, commands=4, command=600),
    _Detail(sentence=300, quote=250, shown=3, folded=4, listed=8, commands=3, command=400),
    _Detail(sentence=160, quote=120, shown=2, folded=0, listed=4, commands=2, command=250),
    _Detail(sentence=100, quote=80, shown=1, folded=0, listed=2, commands=1, command=150),
)


_USAGE = """*Ask why something crashes:*
• `/crashloop api-7d4b9c6f5-xkp2z`: a pod
• `/crashloop production/api-7d4b9c6f5-xkp2z`: a pod of another namespace
• `/crashloop deployment/api -n production -c web`: a workload, and one container of it
In a thread, mention me instead (`@crashloop production/api`), or use the message shortcut on an alert."""


def looking(target: str) -> Message:
    """Return the first sign of life."""
    return _line(f"🔎 Looking at {code(target, 260)} …")


def failure(sentence: str) -> Message:
    """Return a failure as one sentence: never an exception, never silence."""
    return _line(f"⚠️ {prose(sentence, 1000)}")


def help_text(problem: str = "") -> Message:
    """Return how to ask, after what was wrong with the question."""
    return _line("\n".join(part for part in (f"⚠️ {prose(problem, 600)}" if problem else "", _USAGE) if part))


def channel_line(diagnosis: Diagnosis, note: str = "") -> Message:
    """Return the incident in one line: verdict, workload, the number that proves it. ``note`` is said last."""
    text = _headline(diagnosis)
    if diagnosis.scope.of > 1 and diagnosis.failing:
        text += f" {diagnosis.scope.failing} of {diagnosis.scope.of} pods."
    return _line(f"{text} {prose(note, 200)}" if note else text)


def answer(diagnosis: Diagnosis, offers: Sequence[Offer] = (), *, run: str = "", notes: Sequence[str] = ()) -> Message:
    """Return the full answer. ``notes`` say why a button is missing beyond what the diagnosis itself advises."""
    blocks: list[Block] = []
    for detail in _DETAILS:
        blocks = list(_answer(diagnosis, offers, run, notes, detail))
        if weight(blocks) <= MESSAGE_JSON:
            break
    return Message(_headline(diagnosis), tuple(blocks[:MESSAGE_BLOCKS]))


def classic(message: Message) -> Message:
    """Return the message without blocks that a workspace may not know: containers are opened."""
    blocks: list[Block] = []
    for block in message.blocks:
        if block["type"] == "container":
            blocks.append(section(f"*{prose(block['title']['text'], 200)}*"))
            blocks += block["child_blocks"]
        else:
            blocks.append(block)
    return Message(message.text, tuple(blocks[:MESSAGE_BLOCKS]))


def _line(text: str) -> Message:
    return Message(text, (section(text),))


def _headline(diagnosis: Diagnosis) -> str:
    status = words.status(diagnosis)
    where = code(words.workload(diagnosis), 260)
    if diagnosis.verdict is Verdict.NOT_FAILING or diagnosis.cause == "not-found":
        return f"{status.glyph} *{status.word}* — {where}: {prose(diagnosis.summary, TEXT)}"
    name = prose(words.title(diagnosis.cause), 120)
    return f"{status.glyph} *{name}* ({status.word.lower()}) — {where}: {prose(diagnosis.summary, TEXT)}"


def _answer(
    diagnosis: Diagnosis, offers: Sequence[Offer], run: str, notes: Sequence[str], detail: _Detail
) -> Iterable[Block]:
    status = words.status(diagnosis)
    calm = diagnosis.verdict is Verdict.NOT_FAILING or diagnosis.cause == "not-found"
    yield header(f"{status.word if calm else words.title(diagnosis.cause)} — {words.workload(diagnosis)}")
    yield section(f"{status.glyph} *{status.word}.* {prose(diagnosis.summary, detail.sentence)}")
    glance = [prose(part, 200) for part in words.circumstances(diagnosis)]
    if glance:
        yield context([" · ".join(glance)])
    if diagnosis.unread:
        unread = [
            f"⚠️ Could not read {prose(item.what, 120)}: {prose(item.why, detail.quote)}" for item in diagnosis.unread
        ]
        yield context(packed(_first(unread, detail.listed)))
    yield from _evidence(diagnosis, detail)
    yield from _lists(diagnosis, detail)
    yield from _remedy(diagnosis, detail)
    yield from _folded(diagnosis, detail)
    if offers:
        yield actions(offers)
    missing = [*_without_button(diagnosis, offers, detail), *(prose(note, detail.sentence) for note in notes)]
    if missing:
        yield context(packed(_first(missing, detail.listed)))
    footer = [words.cost(diagnosis), f"run {run}" if run else ""]
    if any(footer):
        yield context([" · ".join(prose(part, 100) for part in footer if part)])


def _evidence(diagnosis: Diagnosis, detail: _Detail) -> Iterable[Block]:
    if diagnosis.evidence:
        heading = "*Strongest facts*" if diagnosis.verdict is Verdict.UNDETERMINED else "*Evidence*"
        quotes = [_quote(item, detail.quote) for item in diagnosis.evidence[: detail.shown]]
        yield from (section(text) for text in packed([heading, *quotes]))


def _quote(item: Evidence, limit: int) -> str:
    return f"{quoted(item.quote, limit)}\n↳ {prose(words.origin(item), 220)}"


def _lists(diagnosis: Diagnosis, detail: _Detail) -> Iterable[Block]:
    chain = [
        f"{number}. {prose(link.target, 200)}: {prose(link.summary or words.title(link.cause), detail.sentence)}"
        for number, link in enumerate(diagnosis.chain, 1)
    ]
    yield from _list("*Where it leads*", chain, detail.listed)
    for when, effects in words.changes(diagnosis)[:3]:
        title = f"*What changed*{f': {prose(when, 200)}' if when else ''}"
        yield from _list(title, [f"• {prose(effect, detail.sentence)}" for effect in effects], detail.listed // 3)
    also = [
        f"• {prose(words.title(item.cause), 120)}: {prose(item.summary, detail.sentence)}" for item in diagnosis.also
    ]
    yield from _list("*Also true*", also, detail.listed // 3)


def _list(title: str, lines: Sequence[str], most: int) -> Iterable[Block]:
    if lines:
        yield from (section(text) for text in packed([title, *_first(lines, most)]))


def _remedy(diagnosis: Diagnosis, detail: _Detail) -> Iterable[Block]:
    remedy = diagnosis.remedy
    if remedy.text or remedy.commands:
        commands = [fence(command, detail.command) for command in remedy.commands[: detail.commands]]
        yield from (section(text) for text in packed([f"*What to do*\n{prose(remedy.text, 1200)}", *commands]))


def _folded(diagnosis: Diagnosis, detail: _Detail) -> Iterable[Block]:
    more = diagnosis.evidence[detail.shown : detail.shown + detail.folded]
    if more:
        yield container(f"More evidence ({len(more)})", packed([_quote(item, detail.quote) for item in more]))
    if diagnosis.ruled_out:
        facts = [
            f"• *{prose(item.cause, 60)}*: {prose(item.because, detail.quote)}"
            for item in diagnosis.ruled_out[: detail.listed]
        ]
        yield container(f"Ruled out ({len(diagnosis.ruled_out)})", packed(facts))


def _without_button(diagnosis: Diagnosis, offers: Sequence[Offer], detail: _Detail) -> Iterable[str]:
    offered = {offer.action for offer in offers}
    for advice in diagnosis.actions:
        because = prose(advice.because, detail.sentence)
        if advice.helps and advice.action in offered:
            yield f"*{advice.action.capitalize()}* would help: {because}"
        elif advice.helps:
            yield f"*{advice.action.capitalize()}* would help ({because}), but there is no button for it here."
        elif diagnosis.failing:
            yield f"No *{advice.action}* button: {because}"


def _first(parts: Sequence[str], most: int) -> list[str]:
    most = max(most, 1)
    rest = len(parts) - most
    return [*parts[:most], f"… and {rest} more"] if rest > 0 else list(parts)
