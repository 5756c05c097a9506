"""The dialog that asks before an action: what it would do, and why the person wants it. Plain JSON, Slack's limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.render.blocks import context, section
from bot.render.mrkdwn import packed, person, phrase, plain, prose
from bot.render.words import capitalized

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.render.phrases import Phrase

CALLBACK = "offer"
REASON_BLOCK, REASON_ACTION = "reason", "text"
REASON = 500
"""Units of a reason, which the thread and the audit trail show."""
TITLE = 24
"""Slack's limit of a dialog's title and of its buttons (docs.slack.dev, view objects)."""


def loading(label: str) -> dict[str, Any]:
    """Return the dialog at once, before anything is known."""
    return _view(label, [section("🔎 Looking at what this would do, and whether you may …")])


def refusal(label: str, text: str) -> dict[str, Any]:
    """Return the dialog that says why not. ``text`` is mrkdwn already."""
    return {**_view(label, [section(text)]), "close": _plain("Close")}


def question(  # noqa: PLR0913 — all that a dialog shows, by name
    label: str,
    *,
    title: str,
    submit: str,
    sentence: Phrase,
    downtime: str,
    cluster: str,
    changes: Sequence[Phrase],
    reasons: Sequence[str],
    risks: Sequence[str],
    about: Mapping[str, str],
    reason_required: bool,
    tried: str = "",
    proposed_by: str = "",
    proposed_reason: str = "",
    second_needed: bool = False,
) -> dict[str, Any]:
    """Return the dialog that asks. ``about`` comes back with the answer: which offer, and where its button stands.

    ``reasons`` say why it should help, ``risks`` what speaks against it; ``downtime`` is what it costs, said first.
    ``tried`` is that it was done before and did not hold (mrkdwn).
    """
    asked = f"*{prose(label, 150)}?*"
    blocks = [section(f"{asked} {prose(downtime, 300)}".rstrip())]
    where = f"*Cluster {prose(cluster, 200)}*: " if cluster else ""
    blocks.append(section(f"{where}{phrase(sentence, 1000)}"))
    blocks += [section(tried)] if tried else []
    said = (("What changes", changes), ("Why it should help", _phrases(reasons)), ("Risk", _phrases(risks)))
    for heading, entries in said:
        lines = [f"• {capitalized(phrase(one, 300))}" for one in entries]
        blocks += [section(text) for text in packed([f"*{heading}*", *lines] if lines else [])]
    if proposed_by:
        why = f": {prose(proposed_reason, REASON)}" if proposed_reason else ", and gave no reason"
        blocks.append(section(f"{person(proposed_by)} asked for it{why}."))
    elif second_needed:
        blocks.append(context(["This namespace is protected: somebody else who may do it must approve."]))
    if not proposed_by:
        blocks.append(_reason(required=reason_required))
    return {
        **_view(title, blocks),
        "submit": _plain(submit),
        "callback_id": CALLBACK,
        "private_metadata": json.dumps(dict(about), separators=(",", ":")),
    }


def _phrases(sentences: Sequence[str]) -> list[Phrase]:
    return [(sentence,) for sentence in sentences]


def _reason(*, required: bool) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": REASON_BLOCK,
        "optional": not required,
        "label": _plain("Why", 100),
        "element": {"type": "plain_text_input", "action_id": REASON_ACTION, "max_length": REASON},
        "hint": _plain("Shown in the thread and in the audit trail.", 100),
    }


def _view(label: str, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "modal", "title": _plain(label), "close": _plain("Cancel"), "blocks": blocks}


def _plain(text: str, limit: int = TITLE) -> dict[str, Any]:
    return {"type": "plain_text", "text": plain(text, limit), "emoji": False}
