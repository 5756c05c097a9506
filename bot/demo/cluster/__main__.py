"""Serve recordings by hand: `python -m bot.demo.cluster SCENARIO [--port N]`, then point kubectl at it."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bot.demo.cluster import ClusterStandIn, single
from bot.demo.cluster.cluster import Cluster
from bot.demo.cluster.recordings import RecordingError


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot.demo.cluster", description=__doc__)
    parser.add_argument("scenario", nargs="+", help="a scenario's id, or a folder in the recordings' form")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    chosen = parser.parse_args(arguments)
    try:
        cluster = single(chosen.scenario[0])
    except RecordingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        asyncio.run(_serve(cluster, chosen.port))
    except OSError as error:
        sys.stderr.write(f"cannot listen on 127.0.0.1:{chosen.port}: {error.strerror}\n")
        return 2
    except KeyboardInterrupt:
        pass
    return 0


async def _serve(cluster: Cluster, port: int) -> None:
    async with ClusterStandIn(cluster, port=port) as server:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kubeconfig"
            path.write_text(server.kubeconfig_text())
            sys.stdout.write(f"serving on {server.url}\nkubectl --kubeconfig {path} get pods\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
