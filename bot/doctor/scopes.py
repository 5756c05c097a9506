"""Pure: the scopes of the Slack app, what each is for, and what is lost without it. As in ``deploy/slack``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from bot.model.policy import People
    from bot.settings import Settings


def _always(_settings: Settings, _people: People) -> bool:
    return True


def _never(_settings: Settings, _people: People) -> bool:
    return False


def _by_email(settings: Settings, people: People) -> bool:
    return people.trust_email or bool(settings.protected_namespaces) or any(entry.email for entry in people.entries)


def _by_files(settings: Settings, _people: People) -> bool:
    return settings.log_files or settings.prometheus_pictures


def _by_usergroup(_settings: Settings, people: People) -> bool:
    return bool(people.usergroups)


@dataclass(frozen=True, slots=True)
class Scope:
    """A bot scope: what it is for, and whether these settings need it."""

    name: str
    purpose: str
    needed: Callable[[Settings, People], bool] = _always
    in_manifest: bool = True
    """Whether the manifests ask for it; one that they do not is added by who switches on what needs it."""


SCOPES = (
    Scope("commands", "/crashloop and the message shortcut"),
    Scope("chat:write", "answers"),
    Scope("app_mentions:read", "@crashloop in threads"),
    Scope("channels:history", "alert messages, and finding an own message again"),
    Scope("groups:history", "the same in private channels"),
    Scope("users:read", "telling members from guests and strangers"),
    Scope("users:read.email", "people that PEOPLE_FILE or TRUST_SLACK_EMAIL knows by e-mail", _by_email),
    Scope("usergroups:read", "user groups in PEOPLE_FILE", _by_usergroup),
    Scope("channels:read", "looking at the channels of the settings (crashloop doctor)", _never),
    Scope("groups:read", "the same for private channels", _never),
    Scope("files:write", "files in threads (LOG_FILES, PROMETHEUS_PICTURES)", _by_files, in_manifest=False),
)


def missing(held: AbstractSet[str], settings: Settings, people: People) -> list[Scope]:
    """Return the scopes that these settings need and the token lacks."""
    return [scope for scope in SCOPES if scope.name not in held and scope.needed(settings, people)]


def spared(held: AbstractSet[str], settings: Settings, people: People) -> list[Scope]:
    """Return the scopes of the manifests that the token lacks and nothing here needs."""
    asked = [scope for scope in SCOPES if scope.in_manifest]
    return [scope for scope in asked if scope.name not in held and not scope.needed(settings, people)]
