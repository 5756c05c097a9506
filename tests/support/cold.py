"""What one command costs from the shell: the CPU time of a process of its own, user and system.

Compiled modules are kept, as after an installation, whatever the environment of the tests says.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo.cluster import ClusterStandIn, single

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNS = 7
COMMAND = Path(sys.executable).with_name("crashloop")
COMPLETING = {"_CRASHLOOP_COMPLETE": "bash_complete", "COMP_WORDS": "crashloop dia", "COMP_CWORD": "1"}


def python_ms() -> float:
    """Return the same for an interpreter that does nothing: what no command can be below."""
    return statistics.median(_once([sys.executable, "-c", ""], dict(os.environ)) for _ in range(RUNS))


def cpu_ms(arguments: Sequence[str], **environment: str) -> float:
    """Return the median CPU milliseconds of the command."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {**os.environ, **environment, "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        _once([COMMAND, *arguments], kept)
        return statistics.median(_once([COMMAND, *arguments], kept) for _ in range(RUNS))


def _once(command: Sequence[str | Path], environment: dict[str, str]) -> float:
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return (used.ru_utime + used.ru_stime) * 1000


def diagnose_ms(scenario: str, target: str) -> float:
    """Return the same for a diagnosis of a recording that is served on loopback."""
    return asyncio.run(_diagnose_ms(scenario, target))


async def _diagnose_ms(scenario: str, target: str) -> float:
    async with ClusterStandIn(single(scenario), tick_s=None) as server:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kubeconfig"
            path.write_text(server.kubeconfig_text())
            return await asyncio.to_thread(cpu_ms, ["diagnose", target], KUBECONFIG=str(path))
