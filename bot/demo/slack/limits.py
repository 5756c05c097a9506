"""Slack's published limits, as data, apart from the product's own constants on purpose: a wrong one there shows here.

Source: docs.slack.dev/reference/block-kit and /reference/methods, read November 2026, checked against the constants in
slack_sdk 3.47's models. Units: characters for texts, items for lists.
"""

from __future__ import annotations

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000
UPDATE_TEXT = 4_000
MESSAGE_BLOCKS_JSON = 13_200
"""All blocks of a message as JSON. Undocumented: slackapi/bolt-js#2509 met ``msg_blocks_too_long`` from about here."""
ATTACHMENTS = 100

FILE = 1_073_741_824
"""Bytes of a file (1 GB)."""

ALT = 1_000
"""Characters of a picture's alt_txt."""

ID = 255  # block_id, action_id, callback_id
TEXT = 3_000
FIELDS = 10
FIELD_TEXT = 2_000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
CONTAINER_CHILDREN = 10
CONTAINER_TITLE = 150
CONTAINER_SUBTITLE = 150
MARKDOWN_TEXT = 12_000
TABLE_ROWS = 100
TABLE_COLUMNS = 20
ALERT_TEXT = 200

BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
URL = 3_000
ACCESSIBILITY_LABEL = 75
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTION_DESCRIPTION = 75
SELECT_OPTIONS = 100
OVERFLOW_OPTIONS = 5
CHOICE_OPTIONS = 10
PLACEHOLDER = 150
INPUT_LENGTH = 3_000
INPUT_LABEL = 2_000
INPUT_HINT = 2_000
ALT_TEXT = 2_000

VIEW_TITLE = 24
VIEW_BUTTON = 24
PRIVATE_METADATA = 3_000
VIEW_STACK = 3

RESPONSE_URL_USES = 5
RESPONSE_URL_S = 1_800
TRIGGER_S = 3
ACK_S = 3
EVENT_RETRY_DELAYS_S = (0.0, 60.0, 300.0)
SOCKETS = 10
