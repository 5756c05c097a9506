"""No way into the workspace is spared the check: methods, response URLs, acknowledgements."""

import pytest

from bot.demo.slack import limits as most
from bot.demo.slack.calls import ApiError
from bot.demo.slack.content import checked_content

LONG = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
BAD = {
    "msg_too_long": {"text": "x" * (most.MESSAGE_TEXT + 1)},
    "invalid_blocks": {"text": "x", "blocks": [{"type": "section"}]},
    "msg_blocks_too_long": {"text": "x", "blocks": [LONG] * 40},
    "invalid_attachments": {"text": "x", "attachments": {}},
    "too_many_attachments": {"text": "x", "attachments": [{}] * (most.ATTACHMENTS + 1)},
    "invalid_metadata_format": {"text": "x", "metadata": {"event_type": 1}},
    "no_text": {},
}


@pytest.mark.parametrize("code", BAD)
async def test_a_response_url_refuses_what_a_method_refuses(code, slack):
    with pytest.raises(ApiError, match=code):
        checked_content(BAD[code])
    token = slack.views.new_response_url("C0GENERAL", "U0ANNA")
    with pytest.raises(ApiError, match=code):
        slack.acts.respond(token, BAD[code])
