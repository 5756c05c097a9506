"""A real Prometheus with real rules over kube-state-metrics' shapes, a real Alertmanager and its own Slack message.

The exporter is scraped as kube-prometheus-stack scrapes it: honor_labels, and the target's own labels on every series.
What the pair sends, by webhook and by Alertmanager's default Slack template, leads to the right thread.
"""

import asyncio
import json
import shutil

import aiohttp
import pytest
import yaml
from aiohttp import web

from tests.acceptance.rig import ALERTMANAGER, ROOT, Process, free_port, reachable
from tests.alerts.zoo import pods, zoo
from tests.support.service import TOKEN, fleet_world

PROMETHEUS = shutil.which("prometheus")
pytestmark = pytest.mark.skipif(
    PROMETHEUS is None or ALERTMANAGER is None,
    reason="no prometheus or alertmanager on the path (Debian: apt-get install prometheus prometheus-alertmanager)",
)

DEFAULTS = {
    "groups": [
        {
            "name": "kubernetes-apps",
            "rules": [
                {
                    "alert": "KubeDeploymentReplicasMismatch",
                    "expr": 'kube_deployment_spec_replicas{job="kube-state-metrics"}'
                    ' > kube_deployment_status_replicas_available{job="kube-state-metrics"}',
                    "labels": {"severity": "warning"},
                    "annotations": {
                        "description": "Deployment {{ $labels.namespace }}/{{ $labels.deployment }} has not matched.",
                        "runbook_url": "https://runbooks.example/kubedeploymentreplicasmismatch",
                    },
                },
                {"alert": "Watchdog", "expr": "vector(1)", "labels": {"severity": "none"}},
                {
                    "alert": "KubeNodeNotReady",
                    "expr": 'kube_node_status_condition{job="kube-state-metrics",condition="Ready",status="true"} == 0',
                    "labels": {"severity": "warning"},
                },
            ],
        }
    ]
}
"""kubernetes-mixin's expressions, without the times that a test would have to wait for."""


def metrics(pod):
    """The exporter's page for the zoo: a Deployment without its replicas, a crash loop, a node, as 2.x prints them."""
    return "\n".join(
        [
            'kube_deployment_spec_replicas{namespace="zoo",deployment="cage-api"} 1',
            'kube_deployment_status_replicas_available{namespace="zoo",deployment="cage-api"} 0',
            f'kube_pod_container_status_waiting_reason{{namespace="farm",pod="{pod}",container="web",uid="u1",'
            'reason="CrashLoopBackOff"} 1',
            'kube_node_status_condition{node="n4",condition="Ready",status="true"} 0',
            "",
        ]
    )


class Stack:
    """Prometheus, Alertmanager and an exporter, on loopback."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.slack = []
        self._runner = None

    async def start(self, webhook, pod, exporter_pod):
        app = web.Application()

        async def exported(_request):
            return web.Response(text=metrics(pod))

        app.router.add_get("/metrics", exported)
        app.router.add_post("/slack", self._keep)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        alertmanager = await self._alertmanager(webhook, f"http://127.0.0.1:{port}/slack")
        await self._prometheus(port, exporter_pod, alertmanager)
        return alertmanager

    async def _keep(self, request):
        self.slack.append(json.loads(await request.text()))
        return web.Response(text="ok")

    async def _alertmanager(self, webhook, slack):
        port = free_port()
        config = self.folder / "alertmanager.yaml"
        routes = {"group_by": ["namespace"], "group_wait": "300ms", "group_interval": "1s", "repeat_interval": "1h"}
        config.write_text(
            yaml.safe_dump(
                {
                    "route": {"receiver": "both", **routes},
                    "receivers": [
                        {
                            "name": "both",
                            "webhook_configs": [
                                {"url": webhook, "http_config": {"authorization": {"credentials": TOKEN}}}
                            ],
                            "slack_configs": [{"api_url": slack, "channel": "#alerts"}],
                        }
                    ],
                }
            )
        )
        await self._run("alertmanager", [
            ALERTMANAGER, f"--config.file={config}", f"--storage.path={self.folder / 'am'}",
            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
        ])  # fmt: skip
        await reachable(f"http://127.0.0.1:{port}/-/ready")
        return f"http://127.0.0.1:{port}"

    async def _prometheus(self, exporter, exporter_pod, alertmanager):
        port = free_port()
        (self.folder / "defaults.yaml").write_text(yaml.safe_dump(DEFAULTS))
        # The pack as it is, but for its waiting times.
        pack = yaml.safe_load((ROOT / "deploy/prometheus/rules.yaml").read_text())
        for rule in pack["groups"][0]["rules"]:
            rule["for"] = "0s"
        (self.folder / "pack.yaml").write_text(yaml.safe_dump(pack))
        target = {
            "namespace": "mon",
            "pod": exporter_pod,
            "container": "kube-state-metrics",
            "service": "ksm",
            "endpoint": "http",
        }
        config = self.folder / "prometheus.yaml"
        config.write_text(
            yaml.safe_dump({
                "global": {"scrape_interval": "500ms", "scrape_timeout": "400ms", "evaluation_interval": "500ms",
                           "external_labels": {"prometheus": "mon/kube-prom-prometheus"}},
                "rule_files": [str(self.folder / "defaults.yaml"), str(self.folder / "pack.yaml")],
                "scrape_configs": [
                    {"job_name": "kube-state-metrics", "honor_labels": True,
                     "static_configs": [{"targets": [f"127.0.0.1:{exporter}"], "labels": target}]}
                ],
                "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager.removeprefix("http://")]}]}]},
            })
        )  # fmt: skip
        await self._run("prometheus", [
            PROMETHEUS, f"--config.file={config}", f"--storage.tsdb.path={self.folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ])  # fmt: skip

    async def _run(self, name, arguments):
        process = Process(arguments, self.folder, name)
        self.processes.append(process)
        await process.start()

    async def end(self):
        for process in self.processes:
            await process.end()
        if self._runner is not None:
            await self._runner.cleanup()


async def test_default_rules_the_pack_and_the_default_slack_message_lead_to_the_right_thread(tmp_path):
    cluster = zoo()
    (pod,) = pods(cluster, "farm", "b-api")
    (exporter,) = pods(cluster, "mon", "metrics-kube-state-metrics")
    stack = Stack(tmp_path)
    port = free_port()
    api = f"http://127.0.0.1:{port}/alertmanager"
    try:
        alertmanager = await stack.start(api, pod, exporter)
        async with fleet_world(
            tmp_path, cluster, http=True, http_port=port, alert_message_channels=("C0ALERTS",),
            alert_message_senders=("B0ALERTMANA",), alertmanager_url=alertmanager, watch_every_s=300.0,
        ) as on:  # fmt: skip
            # Both come by webhook: the Deployment behind the exporter's own labels, the pod of the pack's rule.
            wanted = {"Deployment zoo/cage-api", "Deployment farm/b-api"}
            await on.until_awaited(lambda: failing(on, wanted), 60)
            # Alertmanager's own message holds values alone. Its labels are asked of the real API.
            await on.until(
                lambda: any("KubeDeploymentReplicasMismatch" in json.dumps(item) for item in stack.slack), 30
            )
            sent = next(item for item in stack.slack if "KubeDeploymentReplicasMismatch" in json.dumps(item))
            assert "deployment" not in sent["attachments"][0]["title"]
            posted = await on.slack.post_as_app("C0ALERTS", "alertmanager", "", sent["attachments"])
            replies = await on.until(lambda: replies_to(on, posted), 30)
            # The line of the webhook's incident stands already: the message's thread points to it.
            assert any("Answered" in reply["text"] for reply in replies)
            watchdog = [item for item in stack.slack if "Watchdog" in json.dumps(item)]
            quiet = (
                await on.slack.post_as_app("C0ALERTS", "alertmanager", "", watchdog[0]["attachments"])
                if watchdog
                else None
            )
            await on.settled()
            assert quiet is None or replies_to(on, quiet) == []
            recent = await on.service.store.incidents.recent(50)
            assert not any("kube-state-metrics" in str(incident.workload or incident.subject) for incident in recent)
            assert await failing(on, wanted)
    finally:
        await stack.end()


async def failing(on, wanted):
    recent = await on.service.store.incidents.recent(50)
    found = {
        str(one.workload) for one in recent if one.verdict in ("confirmed", "likely", "undetermined") and one.workload
    }
    return found == wanted


def replies_to(on, posted):
    return [
        item.message
        for item in on.posts("C0ALERTS")
        if item.message.get("thread_ts") == posted.ts and item.ts != posted.ts
    ]


async def test_alertmanagers_default_message_alone_is_answered_in_its_thread(tmp_path):
    cluster = zoo()
    (pod,) = pods(cluster, "farm", "b-api")
    (exporter,) = pods(cluster, "mon", "metrics-kube-state-metrics")
    stack = Stack(tmp_path)
    try:
        # The webhook leads nowhere: there is nothing but the message.
        alertmanager = await stack.start(f"http://127.0.0.1:{free_port()}/nobody", pod, exporter)
        async with fleet_world(
            tmp_path, cluster, http=True, alert_message_channels=("C0ALERTS",),
            alert_message_senders=("B0ALERTMANA",), alertmanager_url=alertmanager, watch_every_s=300.0,
        ) as on:  # fmt: skip
            async with asyncio.timeout(45), aiohttp.ClientSession():
                await on.until(
                    lambda: any(" zoo " in item["attachments"][0]["title"] + " " for item in stack.slack), 45
                )
            sent = next(item for item in stack.slack if " zoo " in item["attachments"][0]["title"] + " ")
            posted = await on.slack.post_as_app("C0ALERTS", "alertmanager", "", sent["attachments"])
            replies = await on.until(lambda: replies_to(on, posted), 30)
            await on.settled()
            assert await failing(on, {"Deployment zoo/cage-api"})
            assert len(replies) == 1
    finally:
        await stack.end()
