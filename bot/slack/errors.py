"""Pure: what Slack's words for an error mean for whoever called: later, once it is set right, in other words, never.

Sources: the errors listed at docs.slack.dev/reference/methods for chat.postMessage, chat.update, conversations.history
and auth.test, and the warnings there that ``internal_error`` and ``fatal_error`` may have been carried out in part.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from diagnostics import fields
from diagnostics.patterns import compiled
from diagnostics.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DETAIL, DETAILS = 200, 5
"""Characters of one of Slack's words about a refused part, and how many of them are passed on."""

_BLOCK = compiled(r"blocks/([0-9]{1,3})")  # both of its forms: ``blocks/3: ...`` and ``[json-pointer:/blocks/3/text]``


class Kind(enum.Enum):
    """What an error means."""

    TRANSIENT = "transient"
    """On Slack's side, and over soon. It may have been carried out nevertheless."""
    LIMITED = "limited"
    """Too many calls: nothing was carried out, and Slack says how long to wait."""
    CONFIGURATION = "configuration"
    """Somebody must set something right; then the same call works. Also what no list names: nothing is lost by it."""
    CONTENT = "content"
    """What was sent is not taken in this form."""
    TARGET = "target"
    """What it is about is not there, or cannot be changed."""


_TRANSIENT = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "external_timeout"})
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_CONTENT = frozenset({
    "msg_too_long", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments",
    "too_many_attachments", "attachment_payload_limit_exceeded", "no_text", "invalid_metadata_format",
    "invalid_metadata_schema", "metadata_too_large", "metadata_must_be_sent_from_app", "only_one_table_allowed",
    "invalid_arguments", "invalid_array_arg", "markdown_text_conflict", "block_mismatch", "update_failed",
})  # fmt: skip
_TARGET = frozenset({
    "message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed", "cannot_reply_to_message",
    "invalid_ts", "invalid_thread_ts", "thread_locked", "user_not_found", "user_not_in_channel", "hash_conflict",
    "not_enabled", "expired_trigger_id", "cant_delete_message",
})  # fmt: skip
_WORKSPACE = frozenset({
    "token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive", "missing_scope",
    "not_allowed_token_type", "no_permission", "org_login_required", "ekm_access_denied", "enterprise_is_restricted",
    "team_access_not_granted", "team_not_found", "two_factor_setup_required", "access_denied", "accesslimited",
    "app_not_installed", "deprecated_endpoint", "method_deprecated",
})  # fmt: skip


def kind_of(code: str) -> Kind:
    """Return what Slack's word for an error means; an empty one is an answer that was none."""
    if not code or code in _TRANSIENT:
        return Kind.TRANSIENT
    if code in _LIMITED:
        return Kind.LIMITED
    if code in _CONTENT:
        return Kind.CONTENT
    return Kind.TARGET if code in _TARGET else Kind.CONFIGURATION


def is_everywhere(code: str) -> bool:
    """Whether an error of configuration holds for the whole workspace, rather than for the channel it came from."""
    return code in _WORKSPACE


def details_of(reply: Any) -> tuple[str, ...]:
    """Return what Slack says of the parts that it refuses: ``errors`` and ``response_metadata.messages`` of a reply."""
    said = (*fields.strings(reply, "errors"), *fields.strings(reply, "response_metadata", "messages"))
    short = (clean_line(text.removeprefix("[ERROR] "))[:DETAIL] for text in said)
    return tuple(dict.fromkeys(short))[:DETAILS]


def places(details: Sequence[str], blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return each of those words with the type of the block that it points to, such as ``container: ...``."""
    told = []
    for detail in details:
        pointed = _BLOCK.search(detail)
        number = int(pointed[1]) if pointed else len(blocks)
        told.append(f"{blocks[number].get('type')}: {detail}" if number < len(blocks) else detail)
    return told
