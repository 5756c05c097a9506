"""Pure: the manifest of the Slack app, as ``deploy/slack`` has it, and the link that opens it filled in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.doctor.scopes import SCOPES
from bot.installation.questions import HTTP

if TYPE_CHECKING:
    from bot.installation.answers import Answers

CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="
"""Opens "Create New App" with a manifest (docs.slack.dev, Configuring apps with app manifests, Sharing manifests)."""


def manifest(answers: Answers) -> dict[str, Any]:
    """Return the app's manifest for the mode that was chosen. Over HTTP it names the address that Slack calls."""
    over_http = answers["slack"] == HTTP
    address = f"{answers['public_url']}/slack/events" if over_http else ""
    called, requested = ({"url": address}, {"request_url": address}) if over_http else ({}, {})
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "crashloop",
            "description": "Finds why a pod is crash looping, and answers in the alert's thread",
            "background_color": "#1f2933",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "crashloop", "always_online": True},
            "shortcuts": [
                {
                    "name": "Diagnose this alert",
                    "type": "message",
                    "callback_id": "diagnose_message",
                    "description": "Find the root cause of the pod that this message names",
                }
            ],
            "slash_commands": [
                {
                    "command": "/crashloop",
                    "description": "Find why a pod is crash looping",
                    "usage_hint": "[namespace/]pod | deployment/name",
                    "should_escape": False,
                }
                | called
            ],
        },
        "oauth_config": {"scopes": {"bot": [scope.name for scope in SCOPES if scope.in_manifest]}},
        "settings": {
            "event_subscriptions": requested
            | {"bot_events": ["app_mention", "app_home_opened", "message.channels", "message.groups"]},
            "interactivity": {"is_enabled": True} | requested,
            "org_deploy_enabled": False,
            "socket_mode_enabled": not over_http,
            "token_rotation_enabled": False,
        },
    }


def link(answers: Answers) -> str:
    """Return the link that opens Slack's "Create New App" with the manifest filled in."""
    return CREATE + quote(json.dumps(manifest(answers), separators=(",", ":")), safe="")
