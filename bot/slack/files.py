"""Files for a thread: the flow of three calls that replaced files.upload (docs.slack.dev/messaging/working-with-files).

Slack names an address, takes the bytes there, and then shares the file where it is told to. Nothing of it is tried
again: after an ambiguous failure the file may stand there already, and whoever asked can look and press once more.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from bot.model.errors import Refused, Temporary
from bot.network.failures import reason
from bot.render.cluster import InCluster
from bot.slack.people import asked

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

ALT = 1000
"""Characters of a picture's description (files.getUploadURLExternal, alt_txt)."""

UPLOAD_S = 30.0
"""How long the bytes may take to Slack: a megabyte over a slow line."""


class Files:
    """Puts files into threads. Needs the scope files:write. ``place`` names the cluster in what is said with a file."""

    def __init__(self, client: AsyncWebClient, place: InCluster | None = None) -> None:
        self._client = client
        self._place = place or InCluster("")

    async def share(
        self, channel: str, thread_ts: str, name: str, content: bytes, comment: str, *, alt: str = ""
    ) -> None:
        """Put a file into a thread, with a comment (mrkdwn). ``Refused`` or ``Temporary``; Slack's word is in ``code``.

        ``channel`` is a channel's id, ``alt`` what a picture shows for who cannot see it.
        """
        described = {"alt_txt": alt[:ALT]} if alt else {}
        place = await asked(
            self._client.files_getUploadURLExternal(filename=name, length=len(content), **described),
            "where it takes a file",
        )
        await self._upload(str(place.get("upload_url") or ""), content)
        shared = self._client.files_completeUploadExternal(
            files=[{"id": str(place.get("file_id") or ""), "title": name}],
            channel_id=channel,
            thread_ts=thread_ts,
            initial_comment=self._place.text(comment),
        )
        await asked(shared, "whether it took the file")

    async def _upload(self, url: str, content: bytes) -> None:
        """Send the bytes where Slack said: over https, or to the very host of the Web API (the local workspace's)."""
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.netloc != urlsplit(self._client.base_url).netloc:
            raise Refused("Slack names an address for the file that is not https", "bad_upload_url")
        session = self._client.session
        assert session is not None, "the client is made with a session"  # noqa: S101 — wiring, not input
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(len(content))}
        timeout = aiohttp.ClientTimeout(total=UPLOAD_S)
        try:
            async with session.post(
                url, data=io.BytesIO(content), headers=headers, timeout=timeout, allow_redirects=False
            ) as reply:
                if reply.status != 200:
                    raise Temporary(f"Slack did not take the file's bytes (HTTP {reply.status})")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Temporary(f"cannot send the file to Slack: {reason(error)}") from None
