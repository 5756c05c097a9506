"""What the tests of the cluster stand-in share: a client without sockets and a clock that the test moves."""

from __future__ import annotations

import json
from datetime import timedelta

from bot.demo.cluster import DEMO_TOKEN, Request, Workspace, single
from bot.demo.cluster.controllers import tick
from bot.demo.cluster.recordings import load

JSON_PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPS = "/apis/apps/v1/namespaces/production"
CORE = "/api/v1/namespaces/production"


class Client:
    """Calls a cluster as one caller; `clock` stands still unless the test moves it."""

    def __init__(self, cluster, token=DEMO_TOKEN, clock=None):
        self.cluster = cluster
        self.token = token
        self._clock = clock

    def raw(self, method, path, body=None, *, content_type="application/json", groups=(), headers=None, **query):
        head = {"authorization": f"Bearer {self.token}", "content-type": content_type} | (headers or {})
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.cluster.handle(Request(method, path, query, head, data, groups))

    def __call__(self, method, path, body=None, **more):
        reply = self.raw(method, path, body, **more)
        return reply.status, json.loads(reply.body)

    def get(self, path, **query):
        status, document = self("GET", path, **query)
        assert status == 200, document
        return document

    def names(self, path, **query):
        return [item["metadata"]["name"] for item in self.get(path, **query)["items"]]

    def wait(self, seconds):
        """Let time pass in half seconds, the controllers running."""
        for _ in range(int(seconds * 2)):
            self._clock[0] += timedelta(seconds=0.5)
            tick(self.cluster)


def client_of(scenario):
    """Return a client of one recording whose clock the test moves."""
    recording = load(scenario)
    clock = [recording.at]
    return Client(single(recording, clock=lambda: clock[0]), clock=clock)


def workspace(start):
    """Return the whole workspace, a client of it, and its clock."""
    clock = [start]
    made = Workspace(clock=lambda: clock[0])
    return made, Client(made.cluster, clock=clock)


def pods(client, namespace="production"):
    return client.cluster.store.all("Pod", namespace)
