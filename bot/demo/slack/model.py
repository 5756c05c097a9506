"""Who and what is in the workspace, and how it looks on Slack's wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

TEAM_ID = "T0CRASHLP"
TEAM_DOMAIN = "crashloop-demo"

Json = dict[str, Any]

SCOPES = (
    *("commands", "chat:write", "app_mentions:read", "channels:history", "groups:history", "channels:read"),
    *("groups:read", "users:read", "users:read.email", "usergroups:read"),
)
"""What the app was installed with: the bot scopes of ``deploy/slack``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of the workspace. ``note`` tells the page's reader who this is ("SRE, may restart and undo")."""

    id: str
    name: str
    real_name: str
    email: str = ""
    email_confirmed: bool = True
    title: str = ""
    note: str = ""
    team_id: str = TEAM_ID
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False
    tz_offset: int = 0

    def to_slack(self) -> Json:
        """Return the user object of ``users.info`` (with the scopes users:read and users:read.email)."""
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "tz": "Etc/UTC",
            "tz_offset": self.tz_offset,
            "is_bot": False,
            "is_app_user": False,
            "is_admin": False,
            "is_owner": False,
            "is_email_confirmed": self.email_confirmed,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            **({"is_stranger": True} if self.is_stranger else {}),
            "profile": {
                "real_name": self.real_name,
                "display_name": self.real_name,
                "title": self.title,
                **({"email": self.email} if self.email else {}),
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The app under test: its ids, name, the command it registered and its message shortcuts (callback id, name)."""

    id: str = "A0CRASHLP"
    bot_id: str = "B0CRASHLP"
    user_id: str = "U0CRASHLP"
    name: str = "crashloop"
    command: str = "/crashloop"
    usage: str = "[namespace/]pod"
    description: str = "Find out why a pod is crash looping"
    shortcuts: tuple[tuple[str, str], ...] = (("diagnose_message", "Diagnose this alert"),)
    scopes: tuple[str, ...] = SCOPES
    app_token_scopes: tuple[str, ...] = ("connections:write",)

    def profile(self) -> Json:
        """Return the ``bot_profile`` that stands in each message of the app."""
        return {"id": self.bot_id, "app_id": self.id, "name": self.name, "deleted": False, "team_id": TEAM_ID}

    def to_slack(self) -> Json:
        """Return the user object of the app's bot user."""
        return {
            "id": self.user_id,
            "team_id": TEAM_ID,
            "name": self.name,
            "real_name": self.name,
            "deleted": False,
            "is_bot": True,
            "is_app_user": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "profile": {"real_name": self.name, "bot_id": self.bot_id, "api_app_id": self.id},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel. ``members`` empty means everybody; ``app_is_member`` false makes the app an outsider.

    Into an ``archived`` one nothing can be posted.
    """

    id: str
    name: str
    topic: str = ""
    private: bool = False
    members: tuple[str, ...] = ()
    app_is_member: bool = True
    archived: bool = False

    def to_slack(self, member_count: int) -> Json:
        """Return the conversation object of ``conversations.info``."""
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_private": self.private,
            "is_im": False,
            "is_archived": self.archived,
            "is_member": self.app_is_member,
            "num_members": member_count,
            "topic": {"value": self.topic},
            "purpose": {"value": ""},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Usergroup:
    """A user group (``@sre``) and the ids of its members."""

    id: str
    handle: str
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who a message is from: a person, the app, or another app (``username`` and ``bot_id``, as a webhook posts)."""

    user: str = ""
    bot_id: str = ""
    username: str = ""


@dataclass(slots=True, kw_only=True)
class Stored:
    """A message as kept: its wire form, and to whom alone it is shown (empty: to all)."""

    channel: str
    message: Json
    only_for: str = ""

    @property
    def ts(self) -> str:
        """Return the message's id in its channel."""
        return str(self.message["ts"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that happened in the workspace. ``only_for``: the one person who sees it, or empty."""

    kind: str
    """``posted``, ``changed``, ``deleted``, ``views``, ``home``, ``reaction``."""
    channel: str = ""
    message: Json = field(default_factory=dict)
    only_for: str = ""
    previous: Json = field(default_factory=dict)


DEFAULT_PEOPLE = (
    Person(id="U0ANNA", name="anna", real_name="Anna Berg", email="anna@example.com", title="SRE"),
    Person(id="U0BEN", name="ben", real_name="Ben Ito", email="ben@example.com", title="Developer"),
    Person(
        id="U0GUEST", name="gita", real_name="Gita Rao", email="gita@partner.example", title="Guest", is_restricted=True
    ),
)
DEFAULT_ROOMS = (
    Room(id="C0ALERTS", name="alerts", topic="What pages us"),
    Room(id="C0GENERAL", name="general", topic="Everything else"),
)
