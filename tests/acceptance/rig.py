"""Real processes: bots that can be killed, an Alertmanager, and the two stand-ins in the test's own process."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import yaml

from bot.demo.cluster import DEMO_TOKEN, ClusterStandIn
from bot.demo.slack.server import SlackStandIn
from tests.acceptance.answers import marker

ROOT = Path(__file__).parents[2]
TOKEN = "alertmanager-token-for-tests"
CHANNEL = "C0ALERTS"
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
MISSING = "no prometheus-alertmanager on the path (Debian: apt-get install prometheus-alertmanager; .ci/run does)"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A child process that can be killed and started again, with its output in a file."""

    def __init__(self, arguments, folder: Path, name: str, environment=None, cwd: Path = ROOT) -> None:
        self.arguments, self.name, self.environment, self.cwd = arguments, name, environment, cwd
        self.output = folder / f"{name}.log"
        self.peak_kib = 0
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.output.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self.arguments, cwd=self.cwd, env=self.environment, stdout=output, stderr=output
            )

    def measure(self) -> None:
        """Remember the most memory that it ever held (VmHWM, proc(5))."""
        if self._process is None or self._process.returncode is not None:
            return
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return
        peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
        self.peak_kib = max(self.peak_kib, int(peak.split()[1]))

    def cpu_s(self) -> float:
        """Seconds of processor time that it used (utime and stime, proc(5))."""
        assert self._process is not None
        words = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    async def end(self, number: int = signal.SIGKILL) -> None:
        self.measure()
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)
            await self._process.wait()

    def said(self) -> str:
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    @property
    def ended(self) -> bool:
        return self._process is not None and self._process.returncode is not None


class Bot(Process):
    """``crashloop serve`` as it runs in production, its settings from the environment alone."""

    def __init__(self, rig: Rig, name: str, **settings: str) -> None:
        self.port = free_port()
        environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        environment |= {
            "SLACK_BOT_TOKEN": rig.slack.bot_token,
            "SLACK_SIGNING_SECRET": rig.slack.signing_secret,
            "SLACK_API_URL": rig.slack.api_url,
            "ALERTMANAGER_TOKEN": TOKEN,
            "ALERT_CHANNEL": CHANNEL,
            "KUBECONFIG": str(rig.kubeconfig),
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(self.port),
            "HEALTH_PORT": str(self.port),
            "DATA_DIR": str(rig.folder / f"data-{name}"),
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        # In the rig's folder: a developer's own .env must not be read.
        super().__init__([sys.executable, "-m", "bot", "serve"], rig.folder, name, environment, cwd=rig.folder)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alertmanager"

    async def ready(self, within_s: float = 120.0) -> None:
        """Wait until it is ready: long, where the machine is shared. It must not have ended by itself."""
        await reachable(f"http://127.0.0.1:{self.port}/readyz", within_s, self)


class Rig:
    """What the processes meet: Slack, a cluster, a folder."""

    def __init__(self, folder: Path, slack: SlackStandIn, api: ClusterStandIn) -> None:
        self.folder, self.slack, self.api = folder, slack, api
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(api.kubeconfig_text(token=DEMO_TOKEN))
        self.processes: list[Process] = []
        self.calls: Counter[str] = Counter()
        slack.subscribe(lambda change: self.calls.update([change.kind]))

    async def bot(self, name: str = "bot", **settings: str) -> Bot:
        bot = Bot(self, name, **settings)
        self.processes.append(bot)
        await bot.start()
        return bot

    async def alertmanager(self, name: str, *urls: str) -> tuple[Process, str]:
        process, url = await alertmanager(self.folder, name, *urls)
        self.processes.append(process)
        return process, url

    def own(self) -> list[dict]:
        """Every message of the bot's, oldest first."""
        return [item.message for item in self.slack.workspace.history(CHANNEL) if marker(item.message)]


async def alertmanager(folder: Path, name: str, *urls: str) -> tuple[Process, str]:
    """Start an Alertmanager that tells the given webhooks, and return its address."""
    assert ALERTMANAGER, MISSING
    port = free_port()
    config = folder / f"{name}.yaml"
    hooks = [
        {"url": url, "send_resolved": True, "http_config": {"authorization": {"credentials": TOKEN}}} for url in urls
    ]
    config.write_text(
        yaml.safe_dump({
            "route": {
                "receiver": "crashloop", "group_by": ["namespace", "alertname"], "group_wait": "200ms",
                "group_interval": "1s", "repeat_interval": "3s",
            },
            "receivers": [{"name": "crashloop", "webhook_configs": hooks}],
        })
    )  # fmt: skip
    arguments = [
        ALERTMANAGER, f"--config.file={config}", f"--storage.path={folder / name}",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    process = Process(arguments, folder, name)
    await process.start()
    url = f"http://127.0.0.1:{port}"
    await reachable(f"{url}/-/ready")
    return process, url


@asynccontextmanager
async def rig(folder: Path, cluster):
    async with SlackStandIn() as slack, ClusterStandIn(cluster, tick_s=None) as api:
        on = Rig(folder, slack, api)
        try:
            yield on
        finally:
            for process in on.processes:
                await process.end()


async def reachable(url: str, within_s: float = 20.0, process: Process | None = None) -> None:
    async with asyncio.timeout(within_s), aiohttp.ClientSession() as session:
        while True:
            assert process is None or not process.ended, f"{process.name} ended by itself:\n{process.said()[-2000:]}"
            try:
                async with session.get(url) as reply:
                    if reply.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


async def until(found, within_s: float = 30.0, what: str = ""):
    try:
        async with asyncio.timeout(within_s):
            while not (result := found()):  # noqa: ASYNC110 — looks from outside
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(what or "it did not come about") from None
    return result


def alert(namespace: str, pod: str, name: str = "KubePodCrashLooping", *, ended: bool = False) -> dict:
    """An alert as Prometheus pushes it to Alertmanager's API v2."""
    pushed = {
        "labels": {"alertname": name, "namespace": namespace, "pod": pod, "container": "api", "severity": "warning"},
        "annotations": {"description": f"Pod {namespace}/{pod} is crash looping."},
        "generatorURL": "http://127.0.0.1/graph",
    }
    if ended:
        pushed["endsAt"] = datetime.now(UTC).isoformat()
    return pushed


async def push(url: str, alerts: list[dict]) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{url}/api/v2/alerts", json=alerts) as reply:
        assert reply.status == 200, await reply.text()
