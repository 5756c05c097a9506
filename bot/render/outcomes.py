"""What is said about an action: pressed, under way, done, refused. One line each, with the person named."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from bot.render.blocks import OUTCOME, section
from bot.render.classes import short
from bot.render.message import Message
from bot.render.mrkdwn import SEPARATOR, at, code, fence, person, prose
from bot.render.words import place, span

if TYPE_CHECKING:
    from collections.abc import Sequence


class Step(enum.StrEnum):
    """Where an action stands. The value is the sentence: label, person and detail are filled in.

    The label is what stands on the button; of DENIED what it does ("roll back to 2.13.2"), of DONE what was done.
    FAILED is said of nothing that was changed.
    """

    CLAIMED = "⏳ {who} pressed *{label}*: checking the right to do it, then a dry run."
    PROPOSED = "✋ {who} asks for approval: *{label}*. {detail}"
    PROGRESS = "⏳ *{label}* ({by}): {detail}"
    UNKNOWN = "❔ *{label}* ({by}): not known yet whether it went through: {detail}"
    UNSETTLED = "❔ *{label}* ({by}) was sent, and what came of it cannot be found out: {detail}"
    UNHELPFUL = "⚠️ *{label}* ({by}) went through, but did not help: {detail}"
    DONE = "✅ *{label}* ({by}): {detail}"
    FAILED = "❌ *{label}* ({by}) did not go through: {detail}"
    DENIED = "⛔ You can't {label}: {detail}"
    TAKEN = "✋ {who} was first to press *{label}*. {detail}"
    EXPIRED = "⌛ *{label}* has expired, nothing was changed. {detail}"
    SUPERSEDED = "↪️ *{label}* belongs to an older answer, nothing was changed. {detail}"
    CONFLICT = "⚠️ *{label}* was not done, because the workload changed since this was shown: {detail}"


def outcome(
    step: Step, *, label: str, who: str = "", second: str = "", detail: str = "", commands: Sequence[str] = ()
) -> Message:
    """Return what to say of an action. ``who`` asked for it, ``second`` approved it: Slack user ids.

    ``commands`` are to be copied, such as a check.
    """
    sentence = step.value.format(
        label=prose(label, 100),
        who=person(who) if who else "Somebody",
        by=by_people(who, second) or "by somebody",
        detail=prose(detail, 1200),
    ).strip()
    check = ("To check:", *(fence(command, 400) for command in commands[:3])) if commands else ()
    text = "\n".join((sentence, *check))
    return Message(text, ({**section(text), "block_id": OUTCOME},))


def tried(did: str, when: float, came: str, *, anew: tuple[str, float], who: str = "", second: str = "") -> str:
    """Return that an action was tried before, as mrkdwn. ``did`` says what was done, ``came`` what came of it.

    ``anew`` is who wrote the workload's template since then, and when; empty where nobody is known to have.
    """
    by, (writer, since) = by_people(who, second), anew
    said = (
        f"🔁 Tried already, {at(when)}{f', {by}' if by else ''}: {prose(did, 100)}, but {prose(came.rstrip('.'), 300)}."
    )
    return f"{said} Since then {code(writer, 100)} has written its template anew ({at(since)})." if writer else said


def by_people(who: str, second: str = "") -> str:
    """Return who did it, as mrkdwn: ``by @Anna``, or ``asked by @Anna, approved by @Cara``. Empty: nobody is known."""
    if who and second:
        return f"asked by {person(who)}, approved by {person(second)}"
    return f"by {person(who)}" if who else ""


def report_written(target: str, link: str) -> str:
    """Return where the report of an incident stands, for who asked for it."""
    where = f"<{link}|in its thread>" if link else "in its thread"
    return f"📄 The report of {code(place(target), 260)} is {where}."


def over_line(target: str, *, after_s: float | None, was: str | None, ended: str, cluster: str) -> Message:
    """Return the line of an incident that is over: after how long, what it was, where, what ended it (mrkdwn).

    ``was`` is the cause, empty where none was known, None where nothing failed.
    """
    after = f" after {span(after_s)}" if after_s is not None else ""
    parts = [f"🟢 *Recovered{after}*: {code(place(target), 260)}"]
    if was is not None:
        parts.append(f"was: {prose(short(was), 100)}")
    if cluster:
        parts.append(f"cluster {prose(cluster, 100)}")
    if ended:
        parts.append(f"ended by {ended}")
    text = SEPARATOR.join(parts)
    return Message(text, (section(text),))
