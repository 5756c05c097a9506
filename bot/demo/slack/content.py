"""What a message may hold, whichever way it comes: by a method, by a response URL, in an acknowledgement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.slack import limits as most
from bot.demo.slack.blockkit import blocks_errors, blocks_too_long
from bot.demo.slack.calls import ApiError

if TYPE_CHECKING:
    from bot.demo.slack.model import Json


def checked_content(given: Json, text_limit: int = most.MESSAGE_TEXT) -> Json:
    """Return text, blocks, attachments and metadata, or refuse them as Slack does (``ApiError``)."""
    text, blocks = given.get("text") or "", given.get("blocks")
    attachments, metadata = given.get("attachments"), given.get("metadata")
    if not isinstance(text, str) or len(text) > text_limit:
        raise ApiError("msg_too_long")
    if blocks:
        errors = blocks_errors(blocks)
        if errors:
            raise ApiError("invalid_blocks", errors)
        if blocks_too_long(blocks):
            raise ApiError("msg_blocks_too_long")
    if attachments is not None and not isinstance(attachments, list):
        raise ApiError("invalid_attachments")
    if attachments and len(attachments) > most.ATTACHMENTS:
        raise ApiError("too_many_attachments")
    _check_metadata(metadata)
    if not (text or blocks or attachments):
        raise ApiError("no_text")
    return {"text": text, "blocks": blocks, "attachments": attachments, "metadata": metadata}


def _check_metadata(metadata: Any) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise ApiError("metadata_must_be_sent_from_app" if metadata == "" else "invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
