"""What an offer is called: on its button, within a sentence, when it is done. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model.offer import OfferRecord
    from diagnostics.objects import ObjectRef

DIALOG_CHARS = 24
"""Slack's limit of a dialog's title and of its buttons (docs.slack.dev, view objects)."""


def label(entry: OfferRecord) -> str:
    """Return what stands on the button, and what its outcome is told under: people think in versions."""
    return f"Roll back to {_goal(entry)}" if entry.action == "undo" else f"Restart {entry.name}"


def act(entry: OfferRecord) -> str:
    """Return what it does, within a sentence: ``roll back to 2.13.2 (revision 1)``."""
    named = label(entry)
    return f"{named[:1].lower()}{named[1:]}"


def did(entry: OfferRecord) -> str:
    """Return what was done, as it is told when it held."""
    return f"Rolled back to {_goal(entry)}" if entry.action == "undo" else f"Restarted {entry.name}"


def ended_by(entry: OfferRecord, of: ObjectRef | None = None) -> str:
    """Return what a press that ended an incident is remembered as: what it did, then after a tab each who it was by.

    ``of`` names the workload where it is another one than the incident's.
    """
    what = f"rollback to {_goal(entry)}" if entry.action == "undo" else "restart"
    second = (entry.claimed_by,) if entry.proposed_by else ()
    return "\t".join((f"{what}{f' of {of.path}' if of is not None else ''}", asked_by(entry), *second))


def asked_by(entry: OfferRecord) -> str:
    """Return the Slack user who wants it: who asked first, where two agreed."""
    return entry.proposed_by or entry.claimed_by


def people(entry: OfferRecord) -> dict[str, str]:
    """Return who asked for it and who approved it, as ``outcome`` takes them."""
    return {"who": asked_by(entry), "second": entry.claimed_by if entry.proposed_by else ""}


def _goal(entry: OfferRecord) -> str:
    return f"{entry.version} (revision {entry.revision})" if entry.version else f"revision {entry.revision}"


def brief_label(entry: OfferRecord) -> str:
    """Return the same where there is room for a word or two: a dialog's title and its button hold 24 characters."""
    if entry.action != "undo":
        whole = label(entry)
        return whole if len(whole) <= DIALOG_CHARS else "Restart"
    named = f"Roll back to {entry.version or f'revision {entry.revision}'}"
    return named if len(named) <= DIALOG_CHARS else "Roll back"
