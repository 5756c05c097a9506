"""The web server's routes: health for the kubelet, and what Slack and Alertmanager send where they are set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from handlers.limits import ALERT_BODY_BYTES
from handlers.slack_guard import SlackGuard

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.async_app import AsyncApp

    from bot.settings import Settings
    from handlers.alertmanager import AlertmanagerWebhook
    from handlers.health import Health
    from handlers.slack_guard import Memory


def build_web_app(
    settings: Settings,
    slack: AsyncApp,
    webhook: AlertmanagerWebhook | None,
    memory: Memory,
    health: Health,
    clock: Callable[[], float],
) -> web.Application:
    """Build it. ``clock`` gives epoch seconds, against which Slack's timestamps are held."""
    app = web.Application(client_max_size=ALERT_BODY_BYTES)
    app.router.add_get("/livez", health.livez)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_get("/metrics", health.metrics)
    if settings.slack_signing_secret is not None and not settings.socket_mode:
        guard = SlackGuard(settings.slack_signing_secret.get_secret_value(), memory, slack.async_dispatch, clock)
        app.router.add_post("/slack/events", guard.__call__)
    if webhook is not None:
        app.router.add_post("/alertmanager", webhook.__call__)
    return app
