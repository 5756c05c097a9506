"""The one door to the API server: raw requests with deadlines, retries and bounds. No model classes.

What it promises: every call ends within its deadline (a stream: when nothing comes for its time); reads are
tried again on 429 (after ``Retry-After``), 5xx and lost connections, writes never are (only a 401, which the server
refused before doing anything, leads to one renewal of the credentials); at most eight requests are under way at a time;
a reply's body is bounded.
What it does not promise: that a write that timed out did not happen; nor that a DELETE is sent once (aiohttp itself
repeats one when the connection was lost before any answer), so a DELETE must carry its uid as a precondition.
"""

from __future__ import annotations

import asyncio
import functools
import json
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from bot.cluster.configuration import IN_CLUSTER, Access, load_access, load_pod_access
from bot.cluster.errors import BadReply, ConfigurationError, NotSent, TimedOut, Unreachable
from bot.network.clock import date_of
from bot.network.failures import reason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

CONCURRENT = 8
"""Requests under way at a time: a diagnosis must never burden a cluster that is in trouble."""
TRIES = 4
"""Tries of one read, the first included."""
BACKOFF_S = (0.1, 0.4, 1.0)
"""Pauses between tries when the server names none."""
BODY_BYTES = 32 * 1024 * 1024
"""Longest body: a page of 500 pods of 60 KiB each."""
CHUNK_BYTES = 64 * 1024
LINE_BYTES = 8 * 1024 * 1024
"""Longest line of a stream: etcd takes objects of 1.5 MiB at most (--max-request-bytes), as JSON more."""
DEADLINE_S = 8.0
"""Seconds that a call may take, all tries included, when the caller does not say."""

Query = tuple[tuple[str, str], ...]


class Sink(Protocol):
    """Takes a body piece by piece, so that a log of any size needs bounded memory."""

    def reset(self) -> None:
        """Forget everything: the request is tried again."""

    def feed(self, chunk: bytes) -> bool:
        """Take a piece; return False to read no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer of the API server, whatever its status. ``body`` is empty when a sink took it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status says success."""
        return 200 <= self.status < 300

    @property
    def date(self) -> datetime | None:
        """The server's clock from the ``Date`` header (whole seconds), or None when there is none."""
        return date_of(self.headers)

    @property
    def status_object(self) -> bool:
        """Whether the API server itself says so: any failure of its own is a Status; a proxy's page is none."""
        try:
            data = self._said()
        except BadReply:
            return False
        return isinstance(data, dict) and data.get("kind") == "Status"

    @property
    def absent(self) -> bool:
        """Whether the API server says that there is no such object."""
        return self.status == HTTPStatus.NOT_FOUND and self.status_object

    def failure(self) -> str:
        """Return status and message of a failure: ``403 Forbidden: pods is forbidden: User ...``."""
        try:
            phrase = f" {HTTPStatus(self.status).phrase}"
        except ValueError:
            phrase = ""
        message = self.message()
        return f"{self.status}{phrase}: {message}" if message else f"{self.status}{phrase}"

    def json(self) -> Any:
        """Return the body as plain data. Raises ``BadReply`` when it is no JSON."""
        try:
            data = json.loads(self.body.decode("utf-8", errors="replace"), parse_constant=lambda _: None)
        except (ValueError, RecursionError) as error:
            raise BadReply(f"the reply is no valid JSON ({type(error).__name__})") from error
        return _without_surrogates(data) if b"\\u" in self.body else data

    def message(self) -> str:
        """Return what the server says about a failure: the Status object's message, else the body's start.

        Of a web page no more is said than that it is one.
        """
        start = self.body[:MESSAGE_LENGTH]
        if start.lstrip().startswith(b"<"):
            return WEB_PAGE
        try:
            data = self._said()
        except BadReply:
            data = start.decode("utf-8", errors="replace")
        message = data.get("message") if isinstance(data, dict) else data
        return " ".join(message.split())[:MESSAGE_LENGTH] if isinstance(message, str) else ""

    def _said(self) -> Any:
        """Return a failure's body as plain data. Raises ``BadReply`` when it is no JSON, or longer than any Status."""
        if len(self.body) > STATUS_BYTES:
            raise BadReply("the reply is too long for a Status")
        return self.json()


WEB_PAGE = "a web page, and no answer of the Kubernetes API"

STATUS_BYTES = 64 * 1024
"""Longest failure that is looked into: a Status object has a few hundred bytes."""
MESSAGE_LENGTH = 300
"""Characters of a server's message that are passed on."""


class Stream:
    """An answer that goes on. ``reply`` has its status, and its body where that is no 200."""

    def __init__(self, reply: Reply, response: aiohttp.ClientResponse, quiet_s: float) -> None:
        self.reply = reply
        self._response = response
        self._quiet_s = quiet_s

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield each line as it comes, until the server ends the answer. A last one without its end is left out.

        Raises ``BadReply`` on a line longer than ``LINE_BYTES``.
        """
        rest = bytearray()
        while True:
            async with asyncio.timeout(self._quiet_s):
                chunk = await self._response.content.readany()
            if not chunk:
                return
            rest += chunk
            *whole, left = rest.split(b"\n") if b"\n" in chunk else (rest,)
            rest = bytearray(left)
            if len(rest) > LINE_BYTES:
                raise BadReply(f"a line of the stream is longer than {LINE_BYTES // 1024 // 1024} MiB")
            for line in whole:
                if line.strip():
                    yield bytes(line)


class Connection:
    """A connection to one cluster. Made by ``connect``."""

    def __init__(self, access: Access, session: aiohttp.ClientSession, renew: Any = None) -> None:
        self._access = access
        self._session = session
        self._renew = renew
        self._renewing = asyncio.Lock()
        self._slots = asyncio.Semaphore(CONCURRENT)
        self.tries = 0
        """Requests sent since the connection was made, repeated tries included."""

    @property
    def namespace(self) -> str:
        """The default namespace."""
        return self._access.namespace

    @property
    def server(self) -> str:
        """The API server's address."""
        return self._access.server

    @property
    def who(self) -> str:
        """The user that is logged in, as far as it is known."""
        return self._access.who

    @property
    def context(self) -> str:
        """The kubeconfig's context, or ``in-cluster``."""
        return self._access.context

    @property
    def cluster(self) -> str:
        """What people call the cluster, as far as the login tells: the context, or in a pod the API server's host.

        Of an EKS context, which is a whole ARN, only the cluster's name is told: the rest holds the account's number.
        """
        if self._access.context == IN_CLUSTER:
            return urlsplit(self._access.server).hostname or ""
        context = self._access.context
        return context.rpartition("/")[2] if context.startswith("arn:") else context

    async def request(  # noqa: PLR0913 — the one door: all that can be said of a request, by name
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        within_s: float = DEADLINE_S,
        sink: Sink | None = None,
        again: bool | None = None,
    ) -> Reply:
        """Send one request and return the answer, whatever its status.

        ``path`` is below the server's address; ``body`` is sent as JSON. ``sink`` takes the body of a 200.
        ``again`` says whether it may be tried again within the deadline: only what changes nothing (default: a GET).
        Raises ``Unreachable`` (``NotSent`` where nothing went out), ``TimedOut`` or ``BadReply`` (body too large).
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + within_s
        again = method == "GET" if again is None else again
        renewed = False
        for attempt in range(TRIES + 1):
            try:
                async with asyncio.timeout_at(ends):
                    reply = await self._once(method, path, query, headers, body, sink)
                    if reply.status == 401 and not renewed and self._renew is not None:
                        renewed = True
                        await self._renewed(self._access)
                        continue
            except TimeoutError as error:
                raise TimedOut(f"{self._address_words()} gave no whole answer within {within_s:g} s") from error
            except (aiohttp.ClientError, OSError) as error:
                pause = _backoff(attempt)
                last = attempt + 1 >= TRIES or not again or isinstance(error, aiohttp.ClientSSLError)
                if last or loop.time() + pause >= ends:
                    lost = NotSent if isinstance(error, aiohttp.ClientConnectorError) else Unreachable
                    raise lost(f"cannot reach {self._address_words()}: {reason(error)}") from error
            else:
                pause = _retry_after(reply, attempt)
                if not again or not _passing(reply.status) or attempt + 1 >= TRIES or loop.time() + pause >= ends:
                    return reply
            await asyncio.sleep(pause)
        raise Unreachable(f"{self._address_words()} gave no answer in {TRIES} tries")

    async def check(self, within_s: float) -> Reply:
        """Raise ``ClusterError`` when no API server answers there; else return what it says of its version.

        What it lets us do is another question, so that may be a refusal.
        """
        reply = await self.request("GET", "/version", within_s=within_s, again=False)
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or not (reply.ok or reply.status_object):
            raise BadReply(f"{self._address_words()} answered {reply.failure()}")
        reply.json()
        return reply

    @asynccontextmanager
    async def stream(self, path: str, *, query: Query = (), quiet_s: float) -> AsyncIterator[Stream]:
        """Open a GET whose answer goes on, line by line, such as a watch. It takes no turn of the other requests.

        ``quiet_s`` is how long nothing may come. Tried once: whoever follows a stream begins anew in any case, and
        credentials that were refused are renewed for that. Raises ``Unreachable``, ``TimedOut`` or ``BadReply``, in
        the block as well.
        """
        try:
            async with AsyncExitStack() as stack:
                async with asyncio.timeout(quiet_s):
                    response = await stack.enter_async_context(self._sent("GET", path, query, None, None))
                    refused = b"" if response.status == HTTPStatus.OK else await _body(response, None)
                reply = Reply(status=response.status, headers=response.headers, body=refused)
                if reply.status == HTTPStatus.UNAUTHORIZED and self._renew is not None:
                    await self._renewed(self._access)
                yield Stream(reply, response, quiet_s)
        except TimeoutError as error:
            raise TimedOut(f"{self._address_words()} said nothing for {quiet_s:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            lost = NotSent if isinstance(error, aiohttp.ClientConnectorError) else Unreachable
            raise lost(f"cannot reach {self._address_words()}: {reason(error)}") from error

    async def _once(
        self, method: str, path: str, query: Query, headers: Mapping[str, str] | None, body: Any, sink: Sink | None
    ) -> Reply:
        async with self._slots, self._sent(method, path, query, headers, body) as response:
            taken = await _body(response, sink if response.status == 200 else None)
            return Reply(status=response.status, headers=response.headers, body=taken)

    def _sent(
        self, method: str, path: str, query: Query, headers: Mapping[str, str] | None, body: Any
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        sent = CIMultiDict({"Accept": "application/json", "User-Agent": "crashloop"})
        sent.update(headers or {})
        if authorization := self._access.authorization():
            sent["Authorization"] = authorization
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        self.tries += 1
        return self._session.request(
            method,
            URL(self._access.server + path, encoded=True).update_query(query),
            headers=sent,
            data=None if body is None else json.dumps(body).encode(),
            ssl=self._access.tls,
            proxy=self._access.proxy,
            server_hostname=self._access.tls_server_name,
            allow_redirects=False,
        )

    async def _renewed(self, used: Access) -> None:
        """Read the configuration again after a 401, once for all requests that met it together."""
        async with self._renewing:
            if self._access is used:
                self._access = await self._renew()

    def _address_words(self) -> str:
        return f"the cluster at {self._access.server} (context {self._access.context})"


@asynccontextmanager
async def connect(
    kubeconfig: str | None = None, context: str | None = None, *, in_cluster: bool = False
) -> AsyncIterator[Connection]:
    """Connect to the cluster that kubectl would use, or to the one given, or to the one that this pod runs in.

    Nothing is sent yet. Raises ``ConfigurationError`` when there is no usable configuration.
    """
    load = load_pod_access if in_cluster else functools.partial(load_access, kubeconfig, context)
    access = await load()

    async def renew() -> Access:
        try:
            return await load()
        except ConfigurationError:
            return access

    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=None), read_bufsize=CHUNK_BYTES
    ) as session:
        yield Connection(access, session, renew)


async def _body(response: aiohttp.ClientResponse, sink: Sink | None) -> bytes:
    if sink is not None:
        sink.reset()
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            if not sink.feed(chunk):
                break
        return b""
    taken = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        taken += chunk
        if len(taken) > BODY_BYTES:
            raise BadReply(f"the reply is larger than {BODY_BYTES // 1024 // 1024} MiB")
    return bytes(taken)


def _passing(status: int) -> bool:
    """Whether another try may get another answer."""
    return status == 429 or status >= 500


def _backoff(attempt: int) -> float:
    return BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)]


def _retry_after(reply: Reply, attempt: int) -> float:
    """Return seconds to wait: ``Retry-After`` when it is a number (Kubernetes sends whole seconds), else our own."""
    wait = reply.headers.get("Retry-After", "").strip()
    return float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else _backoff(attempt)


def _without_surrogates(data: Any) -> Any:
    r"""Replace what ``\ud800`` and the like become: no text that cannot be encoded may travel on."""
    if isinstance(data, str):
        return data.encode("utf-8", errors="replace").decode() if not data.isascii() else data
    if isinstance(data, list):
        return [_without_surrogates(item) for item in data]
    if isinstance(data, dict):
        return {_without_surrogates(key): _without_surrogates(value) for key, value in data.items()}
    return data
