"""Set-ups that doctor looks at: the two stand-ins, the rights of deploy/, and an environment that names all of it."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.demo.cluster import BOT_TOKEN, ClusterStandIn, single
from bot.demo.cluster.people import BOT
from bot.demo.slack import Room, SlackStandIn
from bot.settings import Settings
from tests.deploy.rights import documents

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from bot.demo.cluster import Cluster

PEOPLE = "- {slack: U0ANNA, user: alice@example.com, groups: [payments-oncall]}\n"
"""Whom rbac-impersonate.yaml names."""
NAMESPACE = "production"
FILES = ("rbac-read.yaml", "rbac-act.yaml", "rolebinding-act.yaml", "rbac-impersonate.yaml")
ROOMS = (
    Room(id="C0ALERTS", name="alerts"),
    Room(id="C0OTHER", name="other", app_is_member=False),
    Room(id="C0SECRET", name="secret", private=True, app_is_member=False),
    Room(id="C0OLD", name="old", archived=True),
)
DEAD = "http://127.0.0.1:9"
"""Where nothing listens: the port of discard."""


def nothing(*_given: Any) -> None:
    """Change nothing."""


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """What is different from a set-up in which all is well.

    ``env`` replaces variables ({slack} and the like stand for what runs), None takes one away. ``slack`` and
    ``cluster`` change the stand-ins; ``without`` are the names of RBAC objects that were not applied; ``ahead_s`` is
    how far the clocks of Slack and the API server are ahead of ours.
    """

    env: Mapping[str, str | None] = field(default_factory=dict)
    people: str | None = PEOPLE
    slack: Callable[[SlackStandIn], object] = nothing
    cluster: Callable[[Cluster], object] = nothing
    without: tuple[str, ...] = ()
    ahead_s: tuple[float, float] = (0.0, 0.0)
    http: bool = False


@asynccontextmanager
async def running(folder: Path, setup: SetUp) -> AsyncIterator[dict[str, str]]:
    """Run the stand-ins of a set-up, and give the environment that names them: the whole of it."""
    slack_ahead, cluster_ahead = setup.ahead_s
    async with AsyncExitStack() as stack:
        cluster = single("healthy", lambda: datetime.now(UTC) + timedelta(seconds=cluster_ahead))
        _grant(cluster, setup.without)
        setup.cluster(cluster)
        api = await stack.enter_async_context(ClusterStandIn(cluster, tick_s=None))
        slack = SlackStandIn(channels=ROOMS, clock=lambda: time.time() + slack_ahead)
        await stack.enter_async_context(slack)
        setup.slack(slack)
        (folder / "kubeconfig").write_text(api.kubeconfig_text("crashloop", BOT_TOKEN))
        if setup.people is not None:
            (folder / "people.yaml").write_text(setup.people)
        yield _environment(folder, slack, setup)


def _environment(folder: Path, slack: SlackStandIn, setup: SetUp) -> dict[str, str]:
    given: dict[str, str | None] = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": None if setup.http else slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret if setup.http else None,
        "SLACK_API_URL": slack.api_url,
        "KUBECONFIG": str(folder / "kubeconfig"),
        "ALERT_CHANNEL": "C0ALERTS",
        "ALERTMANAGER_TOKEN": "canary-alertmanager-token",
        "PEOPLE_FILE": str(folder / "people.yaml"),
        "ACTION_NAMESPACES": NAMESPACE,
        "DATA_DIR": str(folder / "data"),
        "HTTP_HOST": "127.0.0.1",
    }
    words = {"folder": str(folder), "slack": slack.url, "slack_host": urlsplit(slack.url).netloc, "dead": DEAD}
    given |= {name: value if value is None else value.format_map(words) for name, value in setup.env.items()}
    return {name: value for name, value in given.items() if value is not None}


def _grant(cluster: Cluster, without: tuple[str, ...]) -> None:
    cluster.tokens[BOT_TOKEN] = BOT
    for item in (one for file in FILES for one in documents(file)):
        if f"{item['kind']} {item['metadata']['name']}" in without:
            continue
        meta = item["metadata"] | {"creationTimestamp": "2026-01-01T00:00:00Z"}
        meta |= {"namespace": NAMESPACE} if item["kind"] == "RoleBinding" else {}
        cluster.store.load(item | {"metadata": meta})


def variables() -> list[str]:
    """Return every variable that a setting reads, and those by which a cluster is found."""
    return [*(name.upper() for name in Settings.model_fields), "KUBERNETES_SERVICE_HOST"]
