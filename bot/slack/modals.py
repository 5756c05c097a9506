"""Dialogs: opened within the three seconds of a trigger, filled when it is known what to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from bot.model.errors import BotError
from bot.render.cluster import InCluster
from bot.slack.people import asked

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

_log = structlog.get_logger(__name__)


class Modals:
    """Opens and fills dialogs. A dialog is a help, never the only place where something is said.

    ``place`` names the cluster in them.
    """

    def __init__(self, client: AsyncWebClient, place: InCluster | None = None) -> None:
        self._client = client
        self._place = place or InCluster("")

    async def open(self, trigger_id: str, view: dict[str, Any]) -> str:
        """Open a dialog; returns its id, or nothing when Slack does not open it (the trigger is too old, mostly)."""
        try:
            response = await asked(
                self._client.views_open(trigger_id=trigger_id, view=self._place.view(view)), "which dialog it opened"
            )
        except BotError as error:
            _log.warning("modal.not_opened", error=str(error))
            return ""
        return str((response.get("view") or {}).get("id") or "")

    async def fill(self, view_id: str, view: dict[str, Any]) -> bool:
        """Replace what an open dialog says. False when it is closed already, or Slack does not take it."""
        try:
            await asked(
                self._client.views_update(view_id=view_id, view=self._place.view(view)), "whether it filled the dialog"
            )
        except BotError as error:
            _log.warning("modal.not_filled", error=str(error))
            return False
        return True
