"""What is asked of the network beside Slack's API and the cluster's: whether a port is open, a service answers."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import ssl
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.model.errors import Refused, Temporary
from bot.network.failures import reason, system_word, without_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

CALL_S = 10.0
"""How long one request may take: the edge gives a notification nine seconds at most."""

TOLD = 300
"""Characters of an answer that are passed on."""


async def connects(host: str, port: int, *, tls: bool = False, named: str = "") -> None:
    """Open a TCP connection, with ``tls`` a verified one, and close it.

    Raises ``Temporary`` with the reason when it cannot be; ``named`` is what it calls the other end.
    """
    context = await asyncio.to_thread(ssl.create_default_context) if tls else None
    try:
        async with asyncio.timeout(CALL_S):
            _reader, writer = await asyncio.open_connection(host, port, ssl=context)
    except (TimeoutError, OSError) as error:
        raise Temporary(f"cannot reach {named or f'{host}:{port}'}: {_unreached(error)}") from None
    writer.close()


def _unreached(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return "the TLS handshake failed"
    return "no answer came in time" if isinstance(error, TimeoutError) else system_word(error)


async def signed_challenge(url: str, secret: str, now: float) -> None:
    """Send what Slack sends to verify a Request URL, and raise unless it is answered as Slack wants it.

    Source: docs.slack.dev/reference/events/url_verification, and its signing of requests. ``now`` is in seconds since
    the epoch. ``Temporary`` when nothing answers, ``Refused`` with the HTTP status as code when what answers refuses.
    """
    challenge = secrets.token_urlsafe(16)
    body = json.dumps({"type": "url_verification", "challenge": challenge})
    stamp = str(int(now))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    status, answer = await _post(url, body, headers)
    if status != 200 or challenge not in answer:
        raise Refused(f"{url} answers {status}: {_line(answer)}", str(status))


async def send_alerts(url: str, token: str, notification: dict[str, Any]) -> tuple[int, str]:
    """Send a notification as Alertmanager does; return status and answer. ``Temporary`` when nothing answers."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    status, answer = await _post(url, json.dumps(notification), headers)
    return status, _line(answer)


async def _post(url: str, body: str, headers: Mapping[str, str]) -> tuple[int, str]:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_S)) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as reply,
        ):
            start = await reply.content.read(TOLD * 4)
            return reply.status, start.decode("utf-8", errors="replace")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Temporary(f"nothing answers at {without_credentials(url)}: {reason(error)}") from None


def _line(answer: str) -> str:
    said = " ".join(answer.split())[:TOLD]
    return "a web page" if said.startswith("<") else said or "nothing"
