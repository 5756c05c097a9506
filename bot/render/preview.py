"""What would be posted to Slack, as JSON (``-o slack``): ready for Slack's Block Kit builder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.render.incidents import with_context
from bot.render.links import line
from bot.render.slack import answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.render.links import Link
    from diagnostics.diagnosis import Diagnosis


def slack_json(diagnosis: Diagnosis, links: Sequence[Link] = ()) -> str:
    """Return the thread's answer as one JSON object with ``text`` and ``blocks``."""
    message = with_context(answer(diagnosis), line(links))
    return json.dumps({"text": message.text, "blocks": message.blocks}, indent=2, ensure_ascii=False)
