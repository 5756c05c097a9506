"""Posts and updates, once each: paced, patient with 429, and never blindly again after an ambiguous failure.

What Slack refuses is of three kinds (``bot.slack.errors``): transient, and tried again; set wrong somewhere, and kept
until it works again (``Misconfigured``); or the message's own form, and sent once more as plain text.

``chat.postMessage`` has no idempotency key: when a connection is lost after Slack took the message, posting again
shows it twice. So every message carries a marker in its metadata, and after an ambiguous failure (a lost connection,
a time-out, 5xx) the marker is looked for before anything is posted again.
"""

from __future__ import annotations

import asyncio
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.model.errors import Misconfigured, Refused, Temporary
from bot.render.cluster import InCluster
from bot.slack.errors import Kind, details_of, is_everywhere, kind_of, places
from bot.slack.pacing import Pacing
from bot.slack.standing import WORKSPACE, Standing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

_log = structlog.get_logger(__name__)

EVENT_TYPE = "crashloop"
"""The metadata's event_type on every message of ours: the marker's name, and how own messages are known."""

PATIENCE_S = 3.0
"""The longest Retry-After that is waited for in place; a longer one is given back, so that nothing blocks others."""

ATTEMPTS = 3
LOOK_BACK = 100
"""Messages a page, when a marker is searched: a channel's newest page, and of a thread every page up to ``PAGES``."""

PAGES = 10


class Postable(Protocol):
    """A message as ``bot.render`` makes it."""

    @property
    def text(self) -> str:
        """The notification text."""
        ...

    @property
    def blocks(self) -> Sequence[dict[str, Any]]:
        """The Block Kit blocks."""
        ...


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands. ``channel`` is its id, whatever name it was posted under."""

    channel: str
    ts: str
    found: bool = False
    """Whether an earlier attempt had posted it: what stands there may be older than what was to be posted."""


class Notifier:
    """The only writer to Slack.

    ``simpler`` makes a message over, first without blocks that a workspace may not know, at last as plain text.
    ``standing`` is told what works and what somebody must set right, ``succeeded``
    hears of every call that Slack took, ``waited`` of every wait: why (pace, limited) and seconds. ``place`` names the
    cluster in whatever does not name it.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        simpler: Sequence[Callable[[Any], Postable]],
        pacing: Pacing | None = None,
        standing: Standing | None = None,
        succeeded: Callable[[], None] = lambda: None,
        waited: Callable[[str, float], None] = lambda _why, _seconds: None,
        place: InCluster | None = None,
    ) -> None:
        self._place = place or InCluster("")
        self._succeeded = succeeded
        self._waited = waited
        self._client = client
        self._simpler = simpler
        self._pacing = pacing or Pacing()
        self.standing = standing or Standing()
        self._home = ""

    def named(self, place: InCluster) -> Notifier:
        """Return one that names another cluster, and shares everything else with this one."""
        made = copy.copy(self)
        made._place = place  # noqa: SLF001 — its own
        return made

    async def post(
        self,
        channel: str,
        message: Postable,
        *,
        marker: str,
        thread_ts: str = "",
        posted_before: bool = False,
        broadcast: bool = False,
    ) -> Posted:
        """Post once, and return where the message stands.

        ``posted_before`` says that an earlier attempt may have posted it: then the marker is looked for first.
        ``broadcast`` shows a reply in the channel too.
        Raises ``Temporary`` (try again, with ``posted_before``), ``Misconfigured`` among them, or ``Refused``: it is
        not to be had at all. Slack's own word stands in ``code``.
        """
        if posted_before:
            found = await self._find(channel, marker, thread_ts)
            if found:
                return Posted(channel, found, found=True)
        for attempt in range(1, ATTEMPTS + 1):
            self._waited("pace", await self._pacing.wait(channel))
            try:
                return await self._post(channel, message, marker, thread_ts, broadcast=broadcast)
            except _Ambiguous as error:
                found = await self._find(channel, marker, thread_ts)
                if found:
                    return Posted(channel, found)
                _log.warning("slack.post_lost", channel=channel, attempt=attempt, error=str(error))
        raise Temporary("Slack does not take messages just now")

    async def _post(self, channel: str, message: Postable, marker: str, thread_ts: str, *, broadcast: bool) -> Posted:
        arguments: dict[str, Any] = {
            "channel": channel,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"marker": marker}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread_ts:
            arguments |= {"thread_ts": thread_ts} | ({"reply_broadcast": True} if broadcast else {})
        response = await self._send(self._client.chat_postMessage, arguments, message)
        posted = Posted(str(response.get("channel") or channel), str(response["ts"]))
        self.standing.worked(channel, posted.channel)
        return posted

    async def update(self, channel: str, ts: str, message: Postable) -> None:
        """Replace a message of ours. Idempotent, so an ambiguous failure is simply tried again."""
        for _attempt in range(ATTEMPTS):
            try:
                await self._send(self._client.chat_update, {"channel": channel, "ts": ts}, message)
            except _Ambiguous as error:
                _log.warning("slack.update_lost", channel=channel, error=str(error))
            else:
                self.standing.worked(channel)
                return
        raise Temporary("Slack does not take updates just now")

    async def probe(self) -> bool:
        """Ask Slack who we are, while it refuses everything: nobody else may come who would find that it is over.

        Always False: there is nothing more to do at once.
        """
        if any(problem.channel == WORKSPACE for problem in self.standing.problems()):
            try:
                await self._call(self._client.auth_test, {})
            except (_Ambiguous, Temporary, Refused) as error:
                _log.info("slack.still_refused", error=str(error))
            else:
                self.standing.worked()
        return False

    async def ephemeral(self, channel: str, user: str, text: str, thread_ts: str = "") -> None:
        """Tell one person, where they are. Lost when Slack fails: it is never worth a second message."""
        arguments = {"channel": channel, "user": user, "text": self._place.text(text)}
        if thread_ts:
            arguments["thread_ts"] = thread_ts
        try:
            await self._call(self._client.chat_postEphemeral, arguments)
        except (_Ambiguous, Temporary, Refused) as error:
            _log.warning("slack.ephemeral_lost", channel=channel, error=str(error))

    async def whisper(
        self,
        channel: str,
        user: str,
        message: Postable,
        *,
        marker: str,
        thread_ts: str = "",
        posted_before: bool = False,
    ) -> None:
        """Tell one person what is worth saying: where they are, or in person where the bot may not write.

        Raises ``Temporary`` or ``Refused``. After an ambiguous failure it may come twice: an ephemeral message has no
        marker that could be looked for.
        """
        arguments: dict[str, Any] = {"channel": channel, "user": user}
        if thread_ts:
            arguments["thread_ts"] = thread_ts
        try:
            await self._send(self._client.chat_postEphemeral, arguments, message)
        except _Ambiguous as error:
            raise Temporary("Slack does not take messages just now") from error
        except (Misconfigured, Refused) as error:
            if isinstance(error, Misconfigured) and is_everywhere(error.code):
                raise
            _log.info("slack.whisper_in_person", channel=channel, code=error.code)
            await self.post(user, message, marker=marker, posted_before=posted_before)

    async def publish(self, user: str, blocks: Sequence[dict[str, Any]]) -> None:
        """Set a person's Home tab."""
        view = {"type": "home", "blocks": self._place.blocks(blocks)}
        try:
            await self._call(self._client.views_publish, {"user_id": user, "view": view})
        except _Ambiguous as error:
            raise Temporary("Slack does not take the Home tab just now") from error

    async def _send(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], arguments: dict[str, Any], message: Postable
    ) -> AsyncSlackResponse:
        message = self._place.message(message)
        for simpler in self._simpler:
            try:
                return await self._call(method, arguments | {"text": message.text, "blocks": list(message.blocks)})
            except Refused as error:
                if kind_of(error.code) is not Kind.CONTENT:
                    raise
                _log.warning(
                    "slack.form_refused",
                    channel=arguments["channel"],
                    code=error.code,
                    where=places(error.details, message.blocks),
                )
                message = simpler(message)
        return await self._call(method, arguments | {"text": message.text, "blocks": list(message.blocks)})

    async def _find(self, channel: str, marker: str, thread_ts: str) -> str:
        """Return the ts of our message with that marker, or empty. ``Temporary`` when it cannot be known."""
        arguments: dict[str, Any] = {"channel": channel, "limit": LOOK_BACK, "include_all_metadata": True}
        method: Callable[..., Awaitable[AsyncSlackResponse]] = self._client.conversations_history
        if thread_ts:
            method = self._client.conversations_replies
            arguments["ts"] = thread_ts
        for _page in range(PAGES if thread_ts else 1):
            try:
                response = await self._call(method, arguments)
            except _Ambiguous as error:
                raise Temporary("Slack does not say whether it took a message") from error
            except (Misconfigured, Refused) as error:
                # Without the right to read there, posting twice is the lesser evil next to silence.
                _log.warning("slack.marker_unread", channel=channel, code=error.code)
                return ""
            for message in response.get("messages") or []:
                if _marked(message, marker):
                    return str(message["ts"])
            # A thread comes oldest first, so that what was posted last stands on its last page.
            arguments["cursor"] = (response.get("response_metadata") or {}).get("next_cursor") or ""
            if not arguments["cursor"]:
                break
        return ""

    async def reach(self) -> None:
        """Ask Slack who we are, as proof that it answers. Raises ``Temporary`` or ``Refused``."""
        try:
            await self._call(self._client.auth_test, {})
        except _Ambiguous as error:
            raise Temporary("Slack does not say just now whether it is there") from error

    async def link(self, channel: str, ts: str, thread_ts: str = "") -> str:
        """Return a message's address for people, or empty when Slack does not say what the workspace's is."""
        if not self._home:
            try:
                self._home = str((await self._call(self._client.auth_test, {})).get("url") or "")
            except (_Ambiguous, Temporary, Refused) as error:
                _log.warning("slack.home_unknown", error=str(error))
        if not self._home:
            return ""
        place = f"{self._home.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
        return f"{place}?thread_ts={thread_ts}&cid={channel}" if thread_ts else place

    async def _call(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], arguments: dict[str, Any]
    ) -> AsyncSlackResponse:
        """Make one call. A short 429 is waited for in place: nothing was taken, so it is never ambiguous."""
        for _attempt in range(ATTEMPTS):
            try:
                response = await method(**arguments)
            except SlackApiError as error:
                status, retry_after_s, code = _reason(error)
                kind = kind_of(code)
                if status >= 500 or kind is Kind.TRANSIENT:
                    raise _Ambiguous(code or f"HTTP {status}") from None
                if kind is Kind.CONFIGURATION:
                    if is_everywhere(code):
                        self.standing.failed("", code)
                    raise Misconfigured(f"Slack refuses {method.__name__}: {code}", code) from None
                if kind is not Kind.LIMITED:
                    raise Refused(
                        f"Slack refuses {method.__name__}: {code}", code, details_of(error.response.data)
                    ) from None
                if retry_after_s > PATIENCE_S:
                    raise Temporary("Slack asks to wait", retry_after_s) from None
                self._waited("limited", retry_after_s)
                await asyncio.sleep(retry_after_s)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise _Ambiguous(type(error).__name__) from None
            else:
                self._succeeded()
                return response
        raise Temporary("Slack asks to wait", PATIENCE_S)


class _Ambiguous(Exception):  # noqa: N818 — never leaves this module
    """Slack may have taken it, or not."""


def _marked(message: dict[str, Any], marker: str) -> bool:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return metadata.get("event_type") == EVENT_TYPE and payload.get("marker") == marker


def _reason(error: SlackApiError) -> tuple[int, float, str]:
    """Return the HTTP status, the wait that Slack asks for in seconds, and Slack's word for the error."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", 0) or 0
    headers = getattr(response, "headers", None) or {}
    try:
        retry_after_s = max(0.0, float(headers.get("Retry-After", 1)))
    except (TypeError, ValueError):
        retry_after_s = 1.0
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else ""
    if status == 429 and not code:
        code = "ratelimited"
    return int(status), retry_after_s, code if isinstance(code, str) else ""
