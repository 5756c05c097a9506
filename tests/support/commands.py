"""Commands of crashloop as processes of their own, with an environment and nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.command_line import commanded

ROOT = str(Path(__file__).parents[2])


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


async def process(folder, environment, *arguments):
    """A command of crashloop with this environment and no other, in a folder of its own."""
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": ROOT, "HOME": str(folder), "PYTHONWARNINGS": "error"}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments), cwd=folder, env=kept | environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def doctor(folder, environment, *arguments):
    code, out, err = await commanded(folder, {"HOME": str(folder)} | environment, "doctor", *arguments)
    assert err == ""
    for secret in (value for name, value in environment.items() if name.endswith(("TOKEN", "SECRET"))):
        assert secret not in out
    return code, out


@asynccontextmanager
async def serving(folder, environment):
    """``crashloop serve``, and what it logs: the events so far, filled while it runs."""
    service, events = await process(folder, environment, "serve"), []

    async def listen():
        async for line in service.stderr:
            events.append(json.loads(line))  # noqa: PERF401 — they are looked at while more come

    listening = asyncio.create_task(listen())
    try:
        await logged(events, "doctor.checked")
        yield events
    finally:
        service.send_signal(signal.SIGTERM)
        await service.wait()
        await listening
    assert service.returncode == 0


async def logged(events, name):
    async with asyncio.timeout(60):
        while not (found := [event for event in events if event["event"] == name]):  # noqa: ASYNC110 — looks from outside
            await asyncio.sleep(0.05)
    return found


def ports():
    return {"HTTP_PORT": str(free_port()), "HEALTH_PORT": str(free_port())}


def broken(out):
    return [(check["check"], check["sentence"]) for check in json.loads(out)["checks"] if check["state"] == "broken"]
