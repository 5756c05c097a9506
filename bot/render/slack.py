"""A diagnosis as Slack messages: one line for the channel, the full answer for its thread.

The verdict first, then the evidence, what changed and what to do; what is long is folded. Every message is within
Slack's limits whatever the cluster said: when it would not fit, quotes get shorter and lists end earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render import changed, proof, words
from bot.render.blocks import ADVICE, MESSAGE_BLOCKS, MESSAGE_JSON, actions, container, context, section, weight
from bot.render.message import Message
from bot.render.mrkdwn import code, fence, packed, prose, quoted
from bot.render.outcomes import Step, outcome, recovered
from diagnostics.diagnosis import Verdict
from diagnostics.sanitize import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.render.message import Block, Offer
    from diagnostics.diagnosis import Diagnosis, Evidence, Link

__all__ = [
    "Step",
    "answer",
    "channel_line",
    "failure",
    "help_text",
    "looking",
    "outcome",
    "recovered",
]

LINE = 126
"""Characters of the channel's line that are aimed at: it is the notification too; a locked phone shows two lines."""

LEAST = 60
"""Characters of the summary that are kept in the line, however long the workload's name is."""


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
    _Detail(sentence=700, quote=600, shown=proof.SHOWN, folded=15, listed=25, commands=4, command=900),
    _Detail(sentence=500, quote=400, shown=proof.SHOWN, folded=8, listed=15, commands=4, command=600),
    _Detail(sentence=300, quote=250, shown=4, folded=4, listed=8, commands=3, command=400),
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


def failure(sentence: str, *, again: bool = False) -> Message:
    """Return a failure as one sentence: never an exception, never silence. ``again``: it is tried again by itself."""
    return _line(f"⚠️ {prose(sentence, 1000)}" + (". I try again, and answer here." if again else ""))


def help_text(problem: str = "") -> Message:
    """Return how to ask, after what was wrong with the question."""
    return _line("\n".join(part for part in (f"⚠️ {prose(problem, 600)}" if problem else "", _USAGE) if part))


def channel_line(diagnosis: Diagnosis, note: str = "") -> Message:
    """Return the incident in one line: the workload, the cause with the number that proves it, how sure, how many pods.

    ``note`` is said last.
    """
    text = _headline(diagnosis)
    return _line(f"{text}. {prose(note, 200)}" if note else text)


def answer(diagnosis: Diagnosis, offers: Sequence[Offer] = (), *, run: str = "", notes: Sequence[str] = ()) -> Message:
    """Return the full answer. ``notes`` say why a button is missing beyond what the diagnosis itself advises."""
    blocks: list[Block] = []
    for detail in _DETAILS:
        blocks = list(_answer(diagnosis, offers, run, notes, detail))
        if weight(blocks) <= MESSAGE_JSON:
            break
    return Message(_headline(diagnosis), tuple(blocks[:MESSAGE_BLOCKS]))


def _line(text: str) -> Message:
    return Message(text, (section(text),))


def _headline(diagnosis: Diagnosis) -> str:
    status, where = words.status(diagnosis), words.workload(diagnosis)
    calm = _calm(diagnosis)
    scope = diagnosis.scope
    pods = f" · {scope.failing} of {scope.of} pods" if scope.of > 1 and not calm else ""
    sure = "" if calm else f" · {status.word.lower()}"
    lead = f"{status.word} — " if calm else ""
    room = max(LEAST, LINE - len(f"{status.glyph} {lead}{where}: {sure}{pods}"))
    summary = words.brief(diagnosis.summary, room)
    name = where.rpartition("/")[2]
    # The workload's own name is not said twice: `production/api` crashed.
    summary = summary.removeprefix(f"{name} ") if summary.startswith(f"{name} ") else f": {summary}"
    gap = "" if summary.startswith(":") else " "
    summary = f"{gap}{prose(summary, 300)}"
    return f"{status.glyph} {f'*{status.word}* — ' if calm else ''}{code(where, 260)}{summary}{sure}{pods}"


def _calm(diagnosis: Diagnosis) -> bool:
    return diagnosis.verdict is Verdict.NOT_FAILING or diagnosis.cause == "not-found"


def _answer(
    diagnosis: Diagnosis, offers: Sequence[Offer], run: str, notes: Sequence[str], detail: _Detail
) -> Iterable[Block]:
    status, calm = words.status(diagnosis), _calm(diagnosis)
    title = "" if calm else f"*{prose(words.title(diagnosis.cause), 120)}* · "
    word = f"*{status.word}*" if calm else status.word.lower()
    yield section(f"{status.glyph} {title}{word}\n{prose(diagnosis.summary, detail.sentence)}")
    kind = words.kind(diagnosis)
    place = f"{prose(kind, 60)} {code(words.workload(diagnosis), 260)}".strip()
    yield context([" · ".join([place, *(prose(part, 200) for part in words.circumstances(diagnosis))])])
    if diagnosis.unread:
        unread = [
            f"⚠️ Could not read {prose(item.what, 120)}: {prose(item.why, detail.quote)}" for item in diagnosis.unread
        ]
        yield context(packed(_first(unread, detail.listed)))
    if not calm:
        yield from _evidence(diagnosis, detail)
        yield from _lists(diagnosis, detail)
    yield from _to_do(diagnosis, offers, notes, detail)
    yield from _folded(diagnosis, detail)
    footer = [words.cost(diagnosis), f"run {run}" if run else ""]
    if any(footer):
        yield context([" · ".join(prose(part, 100) for part in footer if part)])


def _evidence(diagnosis: Diagnosis, detail: _Detail) -> Iterable[Block]:
    open_ones = diagnosis.evidence[: detail.shown]
    if open_ones:
        heading = ["*What is known*"] if diagnosis.verdict is Verdict.UNDETERMINED else []
        yield from (section(text) for text in packed([*heading, *_quotes(diagnosis, open_ones, detail.quote)]))


def _quotes(diagnosis: Diagnosis, evidence: Sequence[Evidence], limit: int) -> Iterable[str]:
    """Give each log as one block under its name, and every other quote a line with the place it stands in."""
    for group in proof.groups(evidence):
        if group.heading:
            lines = "\n".join(shortened(item.quote, limit, limit // 4) for item in group.items)
            yield f"*{prose(group.heading, 200)}*\n{fence(lines, 2600)}"
            continue
        for item in group.items:
            implied = proof.implied(item)
            text = prose(implied) if implied else quoted(item.quote, limit)
            gap = "\n" if text.startswith("```") else " "
            yield f"• {prose(proof.label(item, diagnosis), 220)}:{gap}{text}"


def _lists(diagnosis: Diagnosis, detail: _Detail) -> Iterable[Block]:
    if len(diagnosis.chain) > 1:
        links = [f"{code(words.place(link.target), 200)} ({prose(_named(link), 120)})" for link in diagnosis.chain[:6]]
        yield from _list("*From here to the root*", [" → ".join(links)], detail.listed)
    for heading, effects in changed.sections(diagnosis)[:3]:
        lines = [f"• {prose(effect, detail.sentence)}" for effect in effects]
        head, more = heading.partition(" (")[::2]
        title = f"*{prose(head, 200)}*" + (f" ({prose(more, 300)}" if more else "")
        yield from _list(title, lines, detail.listed // 3)
    also = [
        f"• {prose(words.title(item.cause), 120)}: {prose(item.summary, detail.sentence)}" for item in diagnosis.also
    ]
    yield from _list("*Also true*", also, detail.listed // 3)
    if diagnosis.verdict is Verdict.UNDETERMINED:
        yield from _list("*Checked, and not the cause*", _ruled_out(diagnosis, detail), detail.listed)


def _named(link: Link) -> str:
    title = words.title(link.cause) if link.cause else link.summary.rstrip(".") or "cause unknown"
    return title[:1].lower() + title[1:]


def _ruled_out(diagnosis: Diagnosis, detail: _Detail) -> list[str]:
    return [
        f"• {prose(words.title(item.cause), 120)}: {prose(item.because, detail.quote)}"
        for item in diagnosis.ruled_out[: detail.listed]
    ]


def _list(title: str, lines: Sequence[str], most: int) -> Iterable[Block]:
    if lines or title.startswith(("*Began", "*Revision")):
        yield from (section(text) for text in packed([title, *_first(lines, most)]))


def _to_do(diagnosis: Diagnosis, offers: Sequence[Offer], notes: Sequence[str], detail: _Detail) -> Iterable[Block]:
    """Say what to do; the buttons stand right under it, the same by hand after them."""
    remedy = diagnosis.remedy
    commands = [fence(command, detail.command) for command in remedy.commands[: detail.commands]]
    is_told = bool(commands) or (bool(remedy.text) and not _calm(diagnosis))
    paragraphs = [f"*What to do*\n{prose(remedy.text, 1200)}"] if is_told else []
    yield from (section(text) for text in packed(paragraphs if offers else [*paragraphs, *commands]))
    if offers:
        yield actions(offers)
    advice = [*_without_button(diagnosis, offers, detail), *(prose(note, detail.sentence) for note in notes)]
    if advice:
        yield {**context(packed(_first(advice, detail.listed))), "block_id": ADVICE}
    if offers and commands:
        done = f" rollout {offers[0].action} " in remedy.commands[0]
        first, rest = (commands[:1], commands[1:]) if done else ([], commands)
        if first:
            yield {**section(f"*The same by hand*\n{first[0]}"), "block_id": f"{ADVICE}-by-hand"}
        yield from (section(text) for text in packed(["*For good*", *rest] if rest else []))


def _folded(diagnosis: Diagnosis, detail: _Detail) -> Iterable[Block]:
    shown = 0 if _calm(diagnosis) else detail.shown
    more = diagnosis.evidence[shown : shown + detail.folded]
    if more:
        title = f"More evidence ({len(more)})" if shown else "Evidence"
        yield container(title, packed(list(_quotes(diagnosis, more, detail.quote))))
    if diagnosis.ruled_out and diagnosis.verdict is not Verdict.UNDETERMINED:
        yield container(f"Ruled out ({len(diagnosis.ruled_out)})", packed(_ruled_out(diagnosis, detail)))


def _without_button(diagnosis: Diagnosis, offers: Sequence[Offer], detail: _Detail) -> Iterable[str]:
    offered = {offer.action for offer in offers}
    for advice in diagnosis.actions:
        because = prose(advice.because, detail.sentence)
        if advice.helps and advice.action in offered:
            yield f"*{advice.action.capitalize()}* helps: {because}."
        elif advice.helps:
            yield f"*{advice.action.capitalize()}* would help ({because}), but there is no button for it here."
        elif diagnosis.failing and advice.helps is None:
            yield f"*{advice.action.capitalize()}*: not known whether it helps; {because}."
        elif diagnosis.failing:
            yield f"No *{advice.action}*: {because}."


def _first(parts: Sequence[str], most: int) -> list[str]:
    most = max(most, 1)
    rest = len(parts) - most
    return [*parts[:most], f"… and {rest} more"] if rest > 0 else list(parts)
