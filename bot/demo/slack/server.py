"""The stand-in as one server on loopback: Web API, Socket Mode, response URLs, and the page."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Self

from aiohttp import web

from bot.demo.slack import limits as most
from bot.demo.slack.acts import ActError, Acts
from bot.demo.slack.calls import ApiError
from bot.demo.slack.delivery import Delivery
from bot.demo.slack.faults import Faults
from bot.demo.slack.model import DEFAULT_PEOPLE, DEFAULT_ROOMS, App, Author, Json, Person, Room, Stored, Usergroup
from bot.demo.slack.page.routes import PageRoutes
from bot.demo.slack.uploads import Uploads
from bot.demo.slack.views import Views
from bot.demo.slack.webapi import WebApi
from bot.demo.slack.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from bot.demo.slack.faults import Fault
    from bot.demo.slack.model import Change

__all__ = ["ActError", "SlackStandIn"]


class SlackStandIn:
    """A Slack workspace on ``http://host:port``. ``port`` 0 takes a free one; ``OSError`` when it is taken.

    ``scenarios`` gives the cards of the page's panel (see ``page/routes.py`` for their fields); ``fire`` sets one off,
    ``how`` being ``webhook`` or ``message``, and may return where (``{"channel": ..., "ts": ...}``).
    ``clock`` gives seconds since the epoch: it stamps messages and ends triggers and response URLs.
    """

    def __init__(  # noqa: PLR0913 — the parts of a workspace, all by name
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        users: Iterable[Person] = DEFAULT_PEOPLE,
        channels: Iterable[Room] = DEFAULT_ROOMS,
        usergroups: Iterable[Usergroup] = (),
        app: App | None = None,
        scenarios: Callable[[], list[Json]] = list,
        fire: Callable[[str, str], Awaitable[Json | None]] | None = None,
        clock: Callable[[], float] = time.time,
        event_retry_delays_s: tuple[float, ...] = most.EVENT_RETRY_DELAYS_S,
        ack_s: float = most.ACK_S,
    ) -> None:
        self.bot_token = f"xoxb-{secrets.token_hex(12)}"
        self.app = app or App()
        self.app_token = f"xapp-1-{self.app.id}-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self.workspace = Workspace(users, channels, self.app, clock, usergroups)
        self.views = Views(self.workspace)
        self.uploads = Uploads(self.workspace)
        self.faults = Faults()
        self.delivery = Delivery(self.signing_secret, event_retry_delays_s, ack_s)
        self.acts = Acts(self.workspace, self.views, self.delivery)
        self.api = WebApi(
            self.workspace, self.views, self.uploads, self.faults, (self.bot_token, self.app_token), clock
        )
        self.api.open_socket = self._new_socket_url
        self._host, self._port = host, port
        self._tickets: set[str] = set()
        self._page = PageRoutes(self.acts, scenarios, fire)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The page's address, without a trailing slash."""
        return f"http://{'127.0.0.1' if self._host == '0.0.0.0' else self._host}:{self._port}"  # noqa: S104 — compared

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL must be to reach this workspace."""
        return f"{self.url}/api/"

    async def start(self) -> None:
        """Listen. From here on ``url``, ``api_url`` and ``port`` are true."""
        server = web.Application(client_max_size=4 * 1024 * 1024)
        server.router.add_route("*", "/api/{method}", self.api.handle)
        server.router.add_get("/link/{ticket}", self._socket)
        server.router.add_post("/hooks/{token}", self._hook)
        server.router.add_post("/upload/{ticket}", self.uploads.upload)
        server.router.add_get("/files/{file}/{name}", self.uploads.download)
        self._page.add_to(server, any_host=self._host not in {"127.0.0.1", "localhost", "::1"})
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            self._runner = None
            raise
        self._port = self._runner.addresses[0][1]
        self.acts.base_url = self.uploads.base_url = self.url

    async def stop(self) -> None:
        """Stop listening and end all connections."""
        self._page.stop()
        self.api.stop()
        await self.delivery.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def deliver_to(self, request_url: str) -> None:
        """Deliver over signed HTTP to this address (when no Socket Mode connection is open)."""
        self.delivery.request_url = request_url

    def set_fault(self, method: str, fault: Fault | None) -> None:
        """Switch a fault on for a Web API method (``*``: any), or off with None."""
        self.faults.set(method, fault)

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Tell ``listener`` every change of the workspace; the function returned ends that."""
        return self.workspace.subscribe(listener)

    async def post_as_app(
        self, channel: str, username: str, text: str, attachments: list[Json] | None = None, thread_ts: str = ""
    ) -> Stored:
        """Post as another app through a classic webhook does (subtype ``bot_message``), such as Alertmanager."""
        room = self.workspace.room(channel)
        if room is None:
            raise ActError(f"There is no channel {channel!r} in this workspace.")
        bot_id = "B0" + "".join(letter for letter in username.upper() if letter.isalnum())[:9]
        author = Author(bot_id=bot_id, username=username)
        content: Json = {"text": text, "attachments": attachments}
        return self.workspace.post(room.id, author, content, thread_ts=thread_ts)

    def _new_socket_url(self) -> str:
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"{self.url.replace('http://', 'ws://', 1)}/link/{ticket}"

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            return web.Response(status=403, text="this ticket is unknown or used")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(max_msg_size=1024 * 1024)
        await socket.prepare(request)
        self._page.connection_changed()
        try:
            await self.delivery.serve_socket(socket, self.app.id)
        finally:
            self._page.connection_changed()
        return socket

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        if not isinstance(body, dict):
            return web.Response(status=400, text="invalid_payload")
        try:
            self.acts.respond(request.match_info["token"], body)
        except ApiError as error:
            status = 404 if error.code in {"expired_url", "used_url"} else 400
            return web.json_response(error.to_slack(), status=status)
        return web.Response(text="ok")
