"""Whose it is, as Slack shows it: a line in the answer that mentions nobody, and one reply that does, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.blocks import section
from bot.render.message import Message
from bot.render.mrkdwn import SEPARATOR, code, person, prose
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

_GROUP = compiled(r"\AS[A-Z0-9]{2,}\z")


def line(owner: str, deployer: str) -> str:
    """Return the answer's line; either may be empty. Names stay text."""
    parts = [
        f"Owner: {prose(owner, 80)}" if owner else "",
        f"last deployed by {prose(deployer, 80)}" if deployer else "",
    ]
    said = SEPARATOR.join(part for part in parts if part)
    return f"👥 {said[:1].upper()}{said[1:]}" if said else ""


def call(target: str, mention: str, where: str, deployer: str = "") -> Message:
    """Return the reply that mentions the owner, and who deployed it; either may be empty. Both are Slack ids."""
    parts = [
        f"{_mention(mention)}: {code(target, 260)} is yours ({prose(where, 200)})." if mention else "",
        f"{person(deployer)} deployed {'it' if mention else code(target, 260)} last, and it broke with that."
        if deployer
        else "",
    ]
    text = f"👥 {' '.join(part for part in parts if part)}"
    return Message(text, (section(text),))


def not_there(channel: str, keys: Sequence[str], code_: str) -> str:
    """Return the sentence about a channel that a mark under one of ``keys`` names and that takes no message here."""
    where = f"by the annotation or label {' or '.join(keys)}"
    return f"This belongs in {channel} ({where}), which takes no message of mine ({code_}): invite me there."


def _mention(slack: str) -> str:
    return f"<!subteam^{slack}>" if _GROUP.search(slack) else person(slack)
