"""An incident over time, as Slack messages: came back, over, its companions, what was seen before."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render import report, words
from bot.render.blocks import (
    ACTIONS,
    BUTTON,
    BUTTON_VALUE,
    MESSAGE_BLOCKS,
    MESSAGE_JSON,
    context,
    section,
    weight,
    without_buttons,
    without_colour,
)
from bot.render.headline import shortly
from bot.render.message import Message
from bot.render.mrkdwn import SEPARATOR, code, packed, plain, prose, sentence
from bot.render.outcomes import by_people, over_line
from bot.render.own_buttons import ASSIGNEE, LASTING, mark
from bot.render.questions import LOOK
from bot.render.silences import BLOCK as SILENCE
from bot.render.traits import NO_TRAITS, Traits

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.render.message import Block

LISTED = 60
"""Workloads listed in one message, where they fit; the rest is counted."""

NAMED = 3
"""Workloads named in the channel's line."""

_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


_DOT = "· "

_TENSES = (
    ("pod is down", "pod was down"), ("pods down", "pods were down"), ("pod restarts", "pod restarted"),
    ("pods restart", "pods restarted"), (" is up", " was up"), (" are up", " were up"), (", up now", ""),
    ("pods created", "pods were created"),
)  # fmt: skip
"""What an answer says of its pods while they fail (``description``), and what it says when that is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Another incident, as a list shows it. ``over`` says that it is well again."""

    target: str
    verdict: str = ""
    cause: str = ""
    summary: str = ""
    root: str = ""
    """What it hangs on, as an object's name."""
    severity: str = ""
    """What its alert says."""
    over: bool = False
    holds: bool = False
    """Whether it is well, but not yet for as long as makes it over."""
    assignee: str = ""
    """The Slack user who works on it."""
    traits: Traits = NO_TRAITS
    """What a storm's answer compares."""
    began_at: float = 0.0
    """Since when it fails, in seconds since the epoch; 0: not known."""
    link: str = ""
    """Leads to the answer that tells of it; empty where none stands."""
    look: str = ""
    """What a button asks for that has it diagnosed: as it would be typed."""
    cluster: str = ""
    """Which cluster it is in, where that is not the one of whose thread tells of it."""

    @property
    def named(self) -> str:
        """Its target, with the cluster where that must be said."""
        return f"{self.cluster}/{self.target}" if self.cluster else self.target

    @property
    def place(self) -> str:
        """The same in short: ``prod-eu/production/api``."""
        place = words.place(self.target)
        return f"{self.cluster}/{place}" if self.cluster else place


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier incident of the same kind. ``link`` leads to its thread; ``ended`` says by what it ended."""

    ago_s: float
    link: str = ""
    ended: str = ""


def back(after_s: float, times: int, *, same_cause: bool) -> str:
    """Return the note of an incident that came back."""
    count = f"{_ORDINALS[times]} time" if times < len(_ORDINALS) else f"{times} times"
    cause = "same cause" if same_cause else "another cause than before"
    return f"Back after {words.span(after_s)}, {count} today, {cause}."


def unheld(label: str, after_s: float) -> str:
    """Return the note of an incident that a button was said to have ended: it is back after all."""
    return f"Back {words.span(after_s)} after {label}: it did not hold."


def also_hits(companions: Sequence[Companion]) -> str:
    """Return the note of a line that speaks for several workloads."""
    failing = [companion for companion in companions if not companion.over]
    if not failing:
        return f"The {len(companions)} other workloads are well again." if companions else ""
    named = ", ".join(companion.named for companion in failing[:NAMED])
    more = f" and {len(failing) - NAMED} more" if len(failing) > NAMED else ""
    return f"Also hits {named}{more}."


def companions_list(companions: Sequence[Companion]) -> Message:
    """Return the list of the workloads that fail for the same reason, for the thread."""
    failing = sum(not companion.over for companion in companions)
    title = f"*The same root hits {len(companions)} more*, {failing} of them still failing{in_clusters(companions)}:"
    listed, elsewhere = (
        _listed(title, companions),
        [one for one in companions if one.cluster and not (one.over or one.link)],
    )
    if not elsewhere or weight((*listed.blocks, *_asking(elsewhere))) > MESSAGE_JSON:
        return listed
    return Message(listed.text, (*listed.blocks, *_asking(elsewhere)))


def _asking(companions: Sequence[Companion]) -> list[Block]:
    """Return a button each for what is in another cluster: what helps here does nothing there."""
    elements = [
        {
            "type": "button", "action_id": f"{LOOK}_{number}", "value": one.look[:BUTTON_VALUE] or "-",
            "text": {"type": "plain_text", "text": plain(f"Answer {one.place}", BUTTON) or "-", "emoji": False},
        }
        for number, one in enumerate(companions[:ACTIONS])
    ]  # fmt: skip
    return [{"type": "actions", "elements": elements}]


def in_clusters(companions: Sequence[Companion]) -> str:
    """Return in which other clusters how many are, where they are: `` (2 in cluster prod-us)``."""
    counted = Counter(companion.cluster for companion in companions if companion.cluster)
    told = ", ".join(f"{count} in cluster {prose(name, 100)}" for name, count in sorted(counted.items()))
    return f" ({told})" if told else ""


def relapse(note: str, line: str, link: str = "") -> Message:
    """Return the news that an incident is back. ``line`` is its line, ``link`` leads to its answer."""
    answered = f" <{link}|The answer>" if link else ""
    return _line(f"🔁 *{prose(note, 200)}*{answered}\n{line}")


def news_over(target: str, *, after_s: float, again: bool) -> Message:
    """Return what becomes of such news when the incident is over: ``again`` where it had come back."""
    told = f"Came back, and is over again after {words.span(after_s)}" if again else f"Over after {words.span(after_s)}"
    return _line(f"🟢 *{told}*: {code(words.place(target), 260)}")


def goes_on(line: str, *, after_s: float, since: str, restarts: bool = False) -> Message:
    """Return the reminder that a failure goes on, so long after what ``since`` names. ``line`` is its line.

    ``restarts``: its pods work in between. That they are down is not said: the line says how many are.
    """
    how = "restarting" if restarts else "failing"
    return _line(f"⏳ *Still {how}, {words.span(after_s)} after {since}*\n{line}")


def changed(answer: Message, before: str) -> Message:
    """Return an answer that replaces another verdict, with what that one said: it is told as news."""
    said = deserialized(before)
    was = f"🔀 The verdict changed. Before: {said.text}" if said is not None else "🔀 The verdict changed."
    told = with_context(answer, [was])
    return Message(f"🔀 *Changed:* {answer.text}", told.blocks)


def superseded_answer(serialized_answer: str) -> Message | None:
    """Return an answer below which a newer one stands: it loses its buttons. None when there is none."""
    answer = deserialized(serialized_answer)
    if answer is None:
        return None
    newer = context(["↪️ No longer so: there is a newer answer below."])
    return _fitting(Message(answer.text, (newer, *_past(answer.blocks))))


def over(target: str, *, after_s: float, was: str | None, ended: str, cluster: str = "") -> Message:
    """Return the line of an incident that is over. ``ended``: what ended it, and after tabs the Slack users.

    The first asked for it, the second approved it.

    ``was`` is the cause, empty where none was known, None where nothing failed.
    """
    return over_line(target, after_s=after_s, was=was, ended=ended_by(ended), cluster=cluster)


def ended_by(ended: str) -> str:
    """Return what ended an incident, and who did it, as mrkdwn; ``ended`` as in ``over``."""
    what, *users = ended.split("\t")
    people = by_people(*users[:2]) if users else ""
    return f"{prose(what, 120)}, {people}" if people else prose(what, 120)


def recovered_answer(serialized_answer: str, recovery: Message, incident_id: str = "") -> Message | None:
    """Return an answer that is over: what it said stays as evidence; red goes, and what acts. None when there is none.

    *Not right?* stays: what it really was is known best by then. With ``incident_id`` the report is offered, which can
    be written from now on.
    """
    answer = deserialized(serialized_answer)
    if answer is None:
        return None
    offered = (report.button(incident_id),) if incident_id else ()
    return _fitting(Message(recovery.text, (*recovery.blocks, *offered, *over_now(answer.blocks))))


def over_now(blocks: Sequence[Block], instead: Sequence[Block] = ()) -> list[Block]:
    """Return the blocks of an answer that is over: nothing in them says in the present what is over.

    ``instead`` stands where the buttons stood.
    """
    return _was(_past(blocks, LASTING, instead))


def _past(blocks: Sequence[Block], lasting: Collection[str] = (), instead: Sequence[Block] = ()) -> list[Block]:
    """Return an answer's blocks without what is true only while it fails: the buttons, and its headline's colour.

    ``lasting`` are the action_ids of the buttons that it keeps.
    """
    standing = [block for block in blocks if block.get("block_id") not in (ASSIGNEE, SILENCE)]
    return without_colour(without_buttons(standing, instead, lasting=lasting))


def _was(blocks: list[Block]) -> list[Block]:
    """Return the blocks with how many pods fail, below the headline, in the past; names in it stay as they are."""
    if not blocks or blocks[0].get("type") != "section":
        return blocks
    text = blocks[0]["text"]
    head, newline, where = text["text"].rpartition("\n")
    if not newline:
        return blocks
    parts = [part if "`" in part else _past_tense(part) for part in where.split(_DOT)]
    return [{**blocks[0], "text": {**text, "text": f"{head}\n{_DOT.join(parts)}"}}, *blocks[1:]]


def _past_tense(part: str) -> str:
    for now, then in _TENSES:
        part = part.replace(now, then)
    return part


def serialized(message: Message) -> str:
    """Return a message as the store keeps it."""
    return json.dumps([message.text, list(message.blocks)], ensure_ascii=False, separators=(",", ":"))


def deserialized(text: str) -> Message | None:
    """Return a message that the store kept; None when it kept none."""
    if not text:
        return None
    shown, blocks = json.loads(text)
    return Message(shown, tuple(blocks))


def with_context(message: Message, lines: Sequence[str]) -> Message:
    """Return an answer with what the bot remembers below what to do. The lines must be escaped already."""
    if not lines:
        return message
    last = max(len(message.blocks) - 1, 1)
    at = next((index for index, block in enumerate(message.blocks) if block["type"] == "container"), last)
    remembered: list[Block] = [context([text]) for text in packed(lines, 1900)]
    blocks = (*message.blocks[:at], *remembered, *message.blocks[at:])
    # What is remembered is worth less than what was found: an answer that is full already stays as it is.
    fits = weight(blocks) <= MESSAGE_JSON and len(blocks) <= MESSAGE_BLOCKS
    return Message(message.text, blocks) if fits else message


def history(earlier: Sequence[Earlier]) -> str:
    """Return what was seen before: ``Second time in 7 days; last 43 s ago``, what ended it, older threads. mrkdwn."""
    if not earlier:
        return ""
    last, *older = earlier
    count = len(earlier) + 1
    time = f"{_ORDINALS[count].capitalize()} time" if count < len(_ORDINALS) else f"{count} times"
    ended = next((item.ended for item in earlier if item.ended), "")
    by = (
        f", ended by {ended_by(ended)}"
        if ended and last.ended
        else f"; once ended by {ended_by(ended)}"
        if ended
        else ""
    )
    before = [_ago(item) for item in older[:4] if item.link]
    return f"🕘 {time} in 7 days; last {_ago(last)}{by}{f'; before: {SEPARATOR.join(before)}' if before else ''}."


def _ago(earlier: Earlier) -> str:
    said = f"{words.span(earlier.ago_s)} ago"
    return f"<{earlier.link}|{said}>" if earlier.link else said


def same_root(target: str, link: str) -> str:
    """Return where the thread is that speaks for all workloads with this root, as mrkdwn."""
    where = f" <{link}|That thread> lists all that it hits." if link else ""
    return f"↪️ The root is {code(target, 260)}.{where}"


def pointer(link: str, summary: str | None) -> Message:
    """Return what another thread of the same alert is told. ``summary`` is None where the answer is not for there."""
    where = f"<{link}|in this thread>" if link else "in the bot's own thread"
    said = "" if summary is None else f": {prose(summary, 400) or 'being looked at'}"
    return _line(f"↪️ Answered {where}{said}")


def resolved_but_failing() -> str:
    """Return the note that trusts the pods more than the alert."""
    return "Its alert has resolved, but the pods still fail."


def holding(for_s: float, hold_s: float) -> str:
    """Return the note of pods that are well, but not for long enough."""
    return f"Well for {words.span(for_s)}; over when it holds for {words.span(hold_s)}."


def _listed(title: str, companions: Sequence[Companion]) -> Message:
    """Return a list as long as a message holds; the rest is counted."""
    lines = [_item(companion) for companion in companions[:LISTED]]
    while True:
        rest = len(companions) - len(lines)
        more = [f"… and {rest} more"] if rest else []
        blocks = tuple(section(text) for text in packed([title, *lines, *more]))
        if weight(blocks) <= MESSAGE_JSON or not lines:
            return Message(title, blocks)
        del lines[-max(1, len(lines) // 8) :]


def _item(companion: Companion) -> str:
    where = code(companion.named, 200)
    if companion.over:
        return f"• 🟢 {where}: well again"
    said = sentence(shortly(companion.summary, 150), 200, 600) or "being looked at"
    return f"• {words.glyph(companion.verdict)} {where}: {said}{mark(companion.assignee)}"


def _fitting(message: Message) -> Message:
    blocks = list(message.blocks[:MESSAGE_BLOCKS])
    while len(blocks) > 1 and weight(blocks) > MESSAGE_JSON:
        blocks.pop()
    return Message(message.text, tuple(blocks))


def _line(text: str) -> Message:
    return Message(text, (section(text),))
