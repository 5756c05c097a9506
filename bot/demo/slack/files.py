"""Files: uploaded and shared in three calls (docs.slack.dev/reference/methods/files.getUploadURLExternal)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot.demo.slack import limits as most
from bot.demo.slack.calls import ApiError, Call
from bot.demo.slack.model import Author, Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.slack.workspace import Workspace


PNG = b"\x89PNG\r\n\x1a\n"
"""How every PNG begins (RFC 2083)."""


@dataclass(slots=True)
class File:
    """A file: announced by name and length, then taken, then shared in a channel."""

    id: str
    name: str
    length: int
    alt: str = ""
    content: bytes | None = None
    shared: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether it is one that a page shows."""
        return (self.content or b"").startswith(PNG)

    def to_slack(self, base_url: str) -> Json:
        """Return the file object of a message."""
        kind = "png" if self.is_picture else "text" if self.name.endswith((".log", ".txt")) else "binary"
        link = f"{base_url}/files/{self.id}/{self.name}"
        told: Json = {"id": self.id, "name": self.name, "title": self.name, "filetype": kind, "size": self.length,
                      "url_private": link, "url_private_download": link}  # fmt: skip
        return told | ({"mimetype": "image/png", "alt_txt": self.alt} if self.is_picture else {})


class Files:
    """The workspace's files. ``base_url`` is where this server is, once it listens."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tickets: dict[str, File] = {}
        self.base_url = ""
        self.by_id: dict[str, File] = {}

    def methods(self) -> dict[str, Callable[[Call], Json]]:
        """Return the Web API methods over this state."""
        return {
            "files.getUploadURLExternal": self.announce,
            "files.completeUploadExternal": self.share,
        }

    def announce(self, call: Call) -> Json:
        """files.getUploadURLExternal."""
        name, length = call.needed("filename"), call.needed("length")
        if not length.isdigit() or not 0 < int(length) <= most.FILE:
            raise ApiError("invalid_arguments", ["length must be the number of bytes"])
        alt = call.text("alt_txt")
        if len(alt) > most.ALT:
            raise ApiError("invalid_arguments", ["alt_txt is too long"])
        file = File(id=self._workspace.serial("F0"), name=name, length=int(length), alt=alt)
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = self.by_id[file.id] = file
        return {"ok": True, "upload_url": f"{self.base_url}/upload/{ticket}", "file_id": file.id}

    def share(self, call: Call) -> Json:
        """files.completeUploadExternal: the message with the files, in a thread when one is named."""
        given = call.data("files")
        if not isinstance(given, list) or not given:
            raise ApiError("invalid_arguments", ["missing required field: files"])
        files = [self.by_id.get(str(item.get("id"))) if isinstance(item, dict) else None for item in given]
        if any(file is None or file.content is None or file.shared for file in files):
            raise ApiError("file_not_found")
        taken = [file for file in files if file is not None]
        room = call.workspace.room(call.needed("channel_id"))
        if room is None or (room.private and not room.app_is_member):
            raise ApiError("channel_not_found")
        if not room.app_is_member:
            raise ApiError("not_in_channel")
        thread_ts = call.text("thread_ts")
        if thread_ts and call.workspace.find(room.id, thread_ts) is None:
            raise ApiError("thread_not_found")
        shown = [file.to_slack(self.base_url) for file in taken]
        content: Json = {"text": call.text("initial_comment"), "files": shown, "subtype": "file_share"}
        call.workspace.post(room.id, Author(user=call.workspace.app.user_id), content, thread_ts=thread_ts)
        for file in taken:
            file.shared = True
        return {"ok": True, "files": [{"id": file.id, "title": file.name} for file in taken]}

    async def upload(self, request: web.Request) -> web.Response:
        """Take the bytes of an announced file, once."""
        file = self._tickets.pop(request.match_info["ticket"], None)
        content = await request.read()
        if file is None or len(content) != file.length:
            return web.Response(status=400, text="not the file that was announced")
        file.content = content
        return web.Response(text=f"OK - {file.length}")

    def download(self, file_id: str) -> web.Response:
        """Return a shared picture, any other shared file as an attachment: a browser must not take it for a page."""
        file = self.by_id.get(file_id)
        if file is None or file.content is None or not file.shared:
            raise web.HTTPNotFound
        headers = {"X-Content-Type-Options": "nosniff"}
        if file.is_picture:
            return web.Response(body=file.content, content_type="image/png", headers=headers)
        headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.content, content_type="text/plain", charset="utf-8", headers=headers)
