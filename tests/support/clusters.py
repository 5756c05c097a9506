"""One bot over several cluster stand-ins, each with its own login, people and answer; one may be away and come back."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import yaml

from bot.app import build
from bot.demo.cluster import DEMO_TOKEN, ClusterStandIn
from bot.demo.cluster.faults import Fault
from bot.demo.cluster.people import API as RBAC
from bot.demo.cluster.people import rules_of_readers
from bot.demo.slack.server import SlackStandIn
from tests.support.service import OFTEN, PATIENCE_S, SWEEP_S, TOKEN, World, _set, patient, settings_for
from tests.support.stores import with_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from bot.demo.cluster import Cluster

EU, US = "prod-eu", "prod-us"


class Several(World):
    """A running service over several clusters, by name."""

    def __init__(self, slack: SlackStandIn, apis: Mapping[str, ClusterStandIn], service: Any) -> None:
        self.apis = apis
        super().__init__(slack, next(iter(apis.values())), service, None)

    def away(self, name: str, *, hangs: bool = True) -> None:
        """Let a cluster's API be away: it takes connections and never answers, or it cuts them."""
        self.apis[name].cluster.faults.add(Fault("hang" if hangs else "reset"))

    def back(self, name: str) -> None:
        """Let it answer again."""
        self.apis[name].cluster.faults.clear()

    async def notify(self, *alerts: dict[str, Any]) -> tuple[int, str]:
        """Send alerts as Alertmanager does; return the answer."""
        body = {"version": "4", "alerts": [{"status": "firing"} | one for one in alerts]}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{self.base}/alertmanager", json=body) as reply,
        ):
            return reply.status, await reply.text()

    async def ready(self) -> tuple[int, str]:
        """Return what /readyz answers."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.health}/readyz") as reply:
            return reply.status, await reply.text()

    def told(self, user: str, channel: str = "C0GENERAL") -> list[dict[str, Any]]:
        """Return what a person alone was told, after the first sign of life."""
        stored = self.slack.workspace.history(channel, user)
        own = [item.message for item in stored if item.only_for == user]
        return [message for message in own if not message["text"].startswith("🔎 Asked")]


def alert(cluster: str, namespace: str, pod: str, **labels: str) -> dict[str, Any]:
    """An alert as Prometheus sends it, with the external label of its cluster."""
    named = {"cluster": cluster} if cluster else {}
    made = {"alertname": "KubePodCrashLooping", "namespace": namespace, "pod": pod, "severity": "critical"}
    return {"labels": made | named | labels, "startsAt": "2026-01-01T00:00:00Z"}


def grant(cluster: Cluster, user: str, rules: list[dict[str, Any]] | None = None) -> None:
    """Let a user read everything in a cluster, or what the rules say."""
    name = user.partition("@")[0]
    meta, version = {"creationTimestamp": "2026-01-01T00:00:00Z"}, {"apiVersion": f"{RBAC}/v1"}
    role = {"kind": "ClusterRole", "metadata": meta | {"name": name}, "rules": rules or rules_of_readers()}
    bound = {
        "kind": "ClusterRoleBinding", "metadata": meta | {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": name},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": user}],
    }  # fmt: skip
    for item in (role, bound):
        cluster.store.load(version | item)


@asynccontextmanager
async def clusters_world(
    folder: Path,
    clusters: Mapping[str, Cluster],
    *,
    own: Mapping[str, Mapping[str, Any]] | None = None,
    token: str = DEMO_TOKEN,
    tick_s: float | None = None,
    clock: Callable[[], float] | None = None,
    before: Callable[[Mapping[str, ClusterStandIn]], None] = lambda _apis: None,
    **more: Any,
) -> AsyncIterator[Several]:
    """Run one bot over these clusters. ``own`` are keys of CLUSTERS_FILE by cluster; ``before`` runs before the bot."""
    async with AsyncExitStack() as stack:
        apis = {
            name: await stack.enter_async_context(ClusterStandIn(of, tick_s=tick_s)) for name, of in clusters.items()
        }
        entries = []
        for name, api in apis.items():
            (folder / f"{name}.kubeconfig").write_text(api.kubeconfig_text(token=token))
            entries.append(
                {"name": name, "kubeconfig": str(folder / f"{name}.kubeconfig"), **(own or {}).get(name, {})}
            )
        (folder / "clusters.yaml").write_text(yaml.safe_dump(entries))
        before(apis)
        stack.enter_context(patient())
        stack.enter_context(_set(OFTEN, SWEEP_S))
        slack = await stack.enter_async_context(SlackStandIn(ack_s=PATIENCE_S))
        settings = settings_for(slack, folder, clusters_file=folder / "clusters.yaml", **more)
        if not settings.database_url:
            settings.data_dir.mkdir(mode=0o700, exist_ok=True)
            with_tables(settings.data_dir / "crashloop.db")
        service = await stack.enter_async_context(build(settings, settle_s=0.5, clock=clock))
        await service.start()
        try:
            running = Several(slack, apis, service)
            await running.until(lambda: slack.delivery.connected)
            yield running
        finally:
            for api in apis.values():
                api.cluster.faults.clear()
            await service.stop()
