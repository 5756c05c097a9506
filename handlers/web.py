"""The two web servers: what Slack, Alertmanager and programs send, and, on a port of its own, health and metrics.

Whatever reaches them is answered in a line: what is no HTTP is 400, what breaks in here is 503, and the log gets a
line of each. No body is ever decompressed: nobody who should speak with the bot compresses, and a kilobyte may hold a
gigabyte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from handlers.api import errors_as_json
from handlers.limits import ALERT_BODY_BYTES, HEADERS_S, LINGER_S
from handlers.slack_guard import SlackGuard

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.typedefs import Handler
    from slack_bolt.async_app import AsyncApp

    from bot.settings import Settings
    from handlers.alertmanager import AlertmanagerWebhook
    from handlers.api import Api
    from handlers.health import Health
    from handlers.slack_guard import Memory

_log = structlog.get_logger(__name__)


def build_web_app(
    settings: Settings,
    slack: AsyncApp,
    webhook: AlertmanagerWebhook | None,
    memory: Memory,
    clock: Callable[[], float],
    api: Api | None = None,
) -> web.Application:
    """Build what is reached from outside. ``clock`` gives epoch seconds, against which Slack's timestamps are held."""
    outermost = [] if api is None else [errors_as_json]
    app = web.Application(client_max_size=ALERT_BODY_BYTES, middlewares=[*outermost, _unbroken])
    secrets = settings.slack_signing_secrets
    if secrets and not settings.socket_mode:
        guard = SlackGuard(secrets, memory, slack.async_dispatch, clock)
        app.router.add_post("/slack/events", guard.__call__)
    if webhook is not None:
        app.router.add_post("/alertmanager", webhook.__call__)
    if api is not None:
        api.add_to(app)
    return app


def build_health_app(health: Health) -> web.Application:
    """Build what the kubelet and Prometheus ask."""
    app = web.Application(middlewares=[_unbroken])
    add_health(app, health)
    return app


def add_health(app: web.Application, health: Health) -> None:
    """Let an application serve health and metrics."""
    app.router.add_get("/livez", health.livez)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_get("/metrics", health.metrics)


def build_runner(app: web.Application) -> web.AppRunner:
    """Return what runs an application: patient with nobody, and brief in the log."""
    return web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,
        keepalive_timeout=HEADERS_S,
        lingering_time=LINGER_S,
        logger=_Brief(),
    )


@web.middleware
async def _unbroken(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 503 when a handler breaks: whoever sent it may send it again."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:  # noqa: BLE001 — whatever it is, the sender gets a line and the log the trace
        _log.exception("web.broken", path=request.path[:100])
        return web.Response(status=503, text="not now\n")


class _Brief:
    """What aiohttp takes for its logger: it would write a trace and the offending bytes for each broken request."""

    @staticmethod
    def exception(_message: str, *_given: object, exc_info: BaseException | None = None) -> None:
        """Log what kind of error it was, and nothing of what was sent."""
        _log.info("web.refused", error=type(exc_info).__name__)

    @staticmethod
    def debug(_message: str, *_given: object, exc_info: BaseException | None = None) -> None:
        """Log what is no HTTP at all: port scanners come by."""
        _log.debug("web.no_http", error=type(exc_info).__name__)
