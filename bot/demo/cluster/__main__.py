"""Serve recordings by hand, for kubectl or anything else that speaks to a cluster.

python -m bot.demo.cluster                     every scenario, alive, each in its own namespace
python -m bot.demo.cluster SCENARIO            one, exactly as recorded: namespace production, the clock stands still
python -m bot.demo.cluster SCENARIO SCENARIO   several, as recorded, each in a namespace of its name

SCENARIO is an id or any folder in the recordings' form.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo.cluster import ClusterStandIn, Workspace, several, single
from bot.demo.cluster.recordings import RecordingError

if TYPE_CHECKING:
    from bot.demo.cluster.cluster import Cluster


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.demo.cluster", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenario", nargs="*", help="a scenario's id, or a folder")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    chosen = parser.parse_args(arguments)
    try:
        cluster = _cluster(chosen.scenario)
    except RecordingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(cluster, chosen.port))
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"cannot listen on 127.0.0.1:{chosen.port}: {error}\n")
        return 2
    return 0


def _cluster(scenarios: list[str]) -> Cluster:
    if not scenarios:
        return Workspace().cluster
    return single(scenarios[0]) if len(scenarios) == 1 else several(scenarios)


async def _serve(cluster: Cluster, port: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with ClusterStandIn(cluster, port=port) as server:
        with tempfile.TemporaryDirectory(prefix="crashloop-cluster-") as folder:
            path = Path(folder) / "kubeconfig"
            namespaces = [each["metadata"]["name"] for each in cluster.store.all("Namespace")]
            namespace = "production" if "production" in namespaces or not namespaces else namespaces[0]
            path.write_text(server.kubeconfig_text(namespace=namespace))
            lines = (
                f"serving on {server.url}; stop with Ctrl-C",
                f"kubectl --kubeconfig {path} get pods --all-namespaces",
                f"crashloop diagnose POD   with KUBECONFIG={path}",
            )
            sys.stdout.write("\n".join(lines) + "\n")
            sys.stdout.flush()
            await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
