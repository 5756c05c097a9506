"""A receiver of the outgoing webhook on loopback: it keeps what arrives, and answers as a test says."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from handlers import api

KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"

_DESCRIPTION = json.loads(Path(api.__file__).with_name("openapi.json").read_text())
_REGISTRY = Registry().with_resource("api", Resource.from_contents(_DESCRIPTION, default_specification=DRAFT202012))
_BODY = "api#/webhooks/event/post/requestBody/content/application~1json/schema"


@dataclass
class Received:
    headers: dict[str, str]
    raw: bytes

    @property
    def document(self):
        return json.loads(self.raw)

    @property
    def data(self):
        return self.document["data"]

    @property
    def type(self):
        return self.document["type"]


@dataclass
class Hook:
    """``answers`` are given in turn: a status, (status, headers), or "hang"; 204 when none is left."""

    url: str = ""
    answers: list = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    taken: list[Received] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request):
        got = Received({name.lower(): value for name, value in request.headers.items()}, await request.read())
        self.received.append(got)
        self.arrived.set()
        answer = self.answers.pop(0) if self.answers else 204
        if answer == "hang":
            await asyncio.Event().wait()
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        if 200 <= status < 300:
            self.taken.append(got)
        return web.Response(status=status, headers=headers)

    @property
    def types(self):
        return [got.type for got in self.taken]


@asynccontextmanager
async def hooked(*answers, port=0, ssl=None):
    hook = Hook(answers=list(answers))
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", hook.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=ssl).start()
    scheme = "http" if ssl is None else "https"
    hook.url = f"{scheme}://127.0.0.1:{runner.addresses[0][1]}/events?token=very-secret-token"
    try:
        yield hook
    finally:
        await runner.cleanup()


def described(got):
    """Hold an event against the public description, its headers too."""
    Draft202012Validator({"$ref": _BODY}, registry=_REGISTRY).validate(got.document)
    for wanted in _DESCRIPTION["webhooks"]["event"]["post"]["parameters"]:
        Draft202012Validator(wanted["schema"]).validate(got.headers[wanted["name"]])
    assert got.data["event_id"] == got.headers["webhook-id"]


def signed_by_openssl(got, key=KEY):
    """The signature that another program makes of a request, by the specification's words."""
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.raw
    command = ("openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary")
    made = subprocess.run(command, input=signed, capture_output=True, check=True)
    return f"v1,{base64.b64encode(made.stdout).decode()}"


def bridge():
    """Return the bridge to a pager that deploy/README.md shows: ``verified`` and ``to_pager``."""
    page = (Path(api.__file__).parents[1] / "deploy" / "README.md").read_text()
    code = page.partition("```python\n")[2].partition("```\n")[0]
    made = {}
    exec(compile(code, "deploy/README.md", "exec"), made)  # noqa: S102 — the page's own words are what is tested
    return made["verified"], made["to_pager"]
