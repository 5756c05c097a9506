"""A real Prometheus over recorded samples: blocks made by promtool, served on loopback, nothing scraped."""

import asyncio
import shutil
import subprocess
from contextlib import asynccontextmanager

from tests.acceptance.rig import Process, free_port, reachable

PROMETHEUS, PROMTOOL = shutil.which("prometheus"), shutil.which("promtool")
MISSING = "no prometheus and promtool on the path (Debian: apt-get install prometheus)"


def line(metric, labels, at, value):
    """One sample in OpenMetrics' text form."""
    inner = ",".join(f'{name}="{told}"' for name, told in labels.items())
    return f"{metric}{{{inner}}} {value} {at:.3f}"


def page(*families):
    """The text of families: (name, type, lines)."""
    text = []
    for name, kind, lines in families:
        text += [f"# TYPE {name} {kind}", *lines]
    return "\n".join([*text, "# EOF", ""])


def cadvisor(uid, run, *, namespace="production", pod="api-7d4b9c6f5-xkp2z", container="api", **more):
    """The labels that the kubelet's cAdvisor gives, as kube-prometheus-stack scrapes them."""
    slug = uid.replace("-", "_")
    return {
        "container": container,
        "endpoint": "https-metrics",
        "id": f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{slug}.slice/cri-containerd-{run}.scope",
        "image": "registry.example/api:1.0.0",
        "instance": "10.0.0.5:10250",
        "job": "kubelet",
        "metrics_path": "/metrics/cadvisor",
        "name": run,
        "namespace": namespace,
        "node": "node-1",
        "pod": pod,
        "service": "kubelet",
        **more,
    }


def state_metrics(uid, *, namespace="production", pod="api-7d4b9c6f5-xkp2z", container="api", prefix="", **more):
    """The labels of kube-state-metrics; with a ``prefix``, as a scrape without honor_labels leaves them."""
    place = {f"{prefix}namespace": namespace, f"{prefix}pod": pod, f"{prefix}container": container}
    own = {"namespace": "monitoring", "pod": "ksm-1", "container": "ksm"} if prefix else {}
    return {**own, **place, "uid": uid, "instance": "10.0.0.9:8080", "job": "kube-state-metrics", **more}


@asynccontextmanager
async def recorded(folder, text):
    """Run a Prometheus that holds these samples; give its address."""
    folder.mkdir(parents=True, exist_ok=True)
    source, data = folder / "samples.txt", folder / "data"
    source.write_text(text)
    made = await asyncio.to_thread(
        subprocess.run,
        [PROMTOOL, "tsdb", "create-blocks-from", "openmetrics", str(source), str(data)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    (folder / "prometheus.yaml").write_text("global: {scrape_interval: 1h}\n")
    port = free_port()
    process = Process(
        [
            PROMETHEUS, f"--config.file={folder / 'prometheus.yaml'}", f"--storage.tsdb.path={data}",
            "--storage.tsdb.retention.time=30y", f"--web.listen-address=127.0.0.1:{port}",
        ],
        folder, "prometheus",
    )  # fmt: skip
    await process.start()
    try:
        await reachable(f"http://127.0.0.1:{port}/-/ready", process=process)
        yield f"http://127.0.0.1:{port}"
    finally:
        await process.end()
