"""A cluster to prove things on: the stand-in with its real RBAC objects, or a live one (KUBECONFIG_E2E).

Everything is made through the API in namespaces of its own, and taken away again. The bot is a ServiceAccount with the
rules of deploy/kubernetes; the workloads are busybox and, where no pod is needed, have none.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.actions.rollout.templates import numbered, same_template, template_of
from bot.cluster.connection import connect
from bot.cluster.live import Live
from bot.cluster.resources import RESOURCES
from bot.demo.cluster import Caller, Cluster, ClusterStandIn
from bot.demo.cluster.authorization import AUTHENTICATED
from diagnostics import fields

LIVE = "KUBECONFIG_E2E"
IMAGE = "busybox:1.36"
KINDS = {"Deployment": "web", "StatefulSet": "db", "DaemonSet": "agent"}
RBAC = "rbac.authorization.k8s.io"
DEPLOY = Path(__file__).parents[2] / "deploy" / "kubernetes"
CLUSTER_KINDS = ("ClusterRoleBinding", "ClusterRole", "Namespace")


@dataclass
class Ground:
    admin: object
    bot: object
    kubeconfig: Path
    tag: str
    cluster: Cluster | None
    """The stand-in's state; None on a live cluster."""
    made: list = field(default_factory=list)
    stamp: int = 0

    def namespace(self, name):
        return f"{self.tag}-{name}"

    async def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json-patch+json"} if method == "PATCH" else None
        reply = await self.admin.request(method, path, body=body, headers=headers, within_s=30.0)
        assert reply.ok, reply.failure()
        return reply.json()

    async def make(self, item):
        resource = RESOURCES[item["kind"]]
        item = {"apiVersion": resource.api_version} | item
        meta = item["metadata"]
        made = await self.call("POST", resource.path(meta.get("namespace", "")), item)
        self.made.append((item["kind"], meta.get("namespace", ""), meta["name"]))
        return made

    async def make_namespace(self, name):
        await self.make({"kind": "Namespace", "metadata": {"name": self.namespace(name)}})

    async def cluster_role(self, name, rules):
        await self.make({"kind": "ClusterRole", "metadata": {"name": self.namespace(name)}, "rules": rules})

    async def bind(self, role, subjects, namespace="", kind="ClusterRole"):
        meta = {"name": f"{self.namespace(role)}-{secrets.token_hex(3)}"} | (
            {"namespace": namespace} if namespace else {}
        )
        name = self.namespace(role) if kind == "ClusterRole" else role
        await self.make({
            "kind": "RoleBinding" if namespace else "ClusterRoleBinding", "metadata": meta, "subjects": subjects,
            "roleRef": {"apiGroup": RBAC, "kind": kind, "name": name},
        })  # fmt: skip

    async def spread(self):
        """Wait until every API server of a live cluster has heard of new RBAC objects: their caches lag a little."""
        if self.cluster is None:
            await asyncio.sleep(3.0)

    async def make_workload(self, kind, namespace, name="", *, replicas=0, commands=("one", "two")):
        """Make a workload, and a revision for each command."""
        name = name or KINDS[kind]
        await self.make({"kind": kind, "metadata": {"name": name, "namespace": namespace},
                         "spec": spec(kind, name, commands[0], replicas)})  # fmt: skip
        await self.settled(kind, namespace, name)
        for number, command in enumerate(commands[1:], 2):
            path = "/spec/template/spec/containers/0/command"
            patch = [{"op": "replace", "path": path, "value": ["sh", "-c", script(command)]}]
            await self.call("PATCH", RESOURCES[kind].path(namespace, name), patch)
            await self.settled(kind, namespace, name, revisions=number)
        return await self.workload(kind, namespace, name)

    async def workload(self, kind, namespace, name=""):
        return await Live(self.admin).workload(kind, namespace, name or KINDS[kind])

    async def settled(self, kind, namespace, name="", revisions=1, within_s=60.0):
        """Wait until the controller has seen the workload, and keeps its template as a revision."""
        async with asyncio.timeout(within_s):
            while True:
                found = await self.workload(kind, namespace, name)
                meta = found.object["metadata"]
                kept = numbered(found)
                same = [number for number, each in kept.items() if same_template(each, template_of(found.object))]
                current = bool(same) and max(same) == max(kept)
                seen = fields.whole(found.object, "status", "observedGeneration") == meta["generation"]
                if seen and current and len(kept) >= revisions:
                    return found
                await asyncio.sleep(0.02 if self.cluster else 0.2)

    async def clean(self):
        for kind in CLUSTER_KINDS:
            for made, _namespace, name in self.made:
                if made == kind:
                    await self.admin.request("DELETE", RESOURCES[kind].path("", name), within_s=30.0)


def script(command):
    return command if " " in command else f"echo {command}; exec sleep 3600"


def spec(kind, name, command, replicas):
    labels = {"app": name}
    pod = {
        "terminationGracePeriodSeconds": 1,
        "containers": [{"name": "main", "image": IMAGE, "command": ["sh", "-c", script(command)], "resources": {}}],
    }
    made = {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}
    if kind == "DaemonSet":
        pod["nodeSelector"] = {"crashloop.example/no-such-node": "true"}
        return made
    return made | {"replicas": replicas} | ({"serviceName": name} if kind == "StatefulSet" else {})


def rules(file, role):
    """The rules of a ClusterRole of deploy/kubernetes."""
    documents = yaml.safe_load_all((DEPLOY / file).read_text())
    return next(item["rules"] for item in documents if item["metadata"]["name"] == role and "rules" in item)


@asynccontextmanager
async def ground(where, folder):
    """A cluster with a bot that may read, ask and record, and act as nobody yet."""
    tag = f"crashloop-e2e-{secrets.token_hex(3)}"
    async with AsyncExitStack() as stack:
        cluster = None
        kubeconfig = folder / "admin.kubeconfig"
        if where == "stand-in":
            from datetime import UTC, datetime  # noqa: PLC0415 — the stand-in's clock

            cluster = Cluster(clock=lambda: datetime.now(UTC))
            # Controllers in a hurry: nobody waits for real pods here.
            server = await stack.enter_async_context(ClusterStandIn(cluster, tick_s=0.02))
            kubeconfig.write_text(server.kubeconfig_text())
        else:
            kubeconfig = Path(os.environ[LIVE])
        admin = await stack.enter_async_context(connect(str(kubeconfig)))
        made = Ground(admin, None, kubeconfig, tag, cluster)
        stack.push_async_callback(made.clean)
        await made.make_namespace("bot")
        home = made.namespace("bot")
        await made.make({"kind": "ServiceAccount", "metadata": {"name": "crashloop", "namespace": home}})
        account = [{"kind": "ServiceAccount", "name": "crashloop", "namespace": home}]
        for file, role in (("rbac-read.yaml", "crashloop-reader"), ("rbac-read.yaml", "crashloop-reviewer")):
            await made.cluster_role(role, rules(file, role))
            await made.bind(role, account)
        if cluster is not None:
            groups = ("system:serviceaccounts", f"system:serviceaccounts:{home}", AUTHENTICATED)
            cluster.tokens["e2e-bot"] = Caller(f"system:serviceaccount:{home}:crashloop", groups)
            text = server.kubeconfig_text(token="e2e-bot")
        else:
            request = {
                "apiVersion": "authentication.k8s.io/v1",
                "kind": "TokenRequest",
                "spec": {"expirationSeconds": 3600},
            }
            answer = await made.call("POST", RESOURCES["ServiceAccount"].path(home, "crashloop", "token"), request)
            text = as_token(kubeconfig, answer["status"]["token"])
        bot = folder / "bot.kubeconfig"
        bot.touch(mode=0o600)
        bot.write_text(text)
        made.bot = await stack.enter_async_context(connect(str(bot)))
        yield made


def as_token(kubeconfig, token):
    """The same cluster, with a token instead of the administrator's credentials."""
    config = yaml.safe_load(kubeconfig.read_text())
    context = next(item["context"] for item in config["contexts"] if item["name"] == config["current-context"])
    cluster = next(item["cluster"] for item in config["clusters"] if item["name"] == context["cluster"])
    authority = cluster.get("certificate-authority")
    if authority and not Path(authority).is_absolute():
        cluster["certificate-authority"] = str((kubeconfig.parent / authority).resolve())
    return yaml.safe_dump({
        "apiVersion": "v1", "kind": "Config", "current-context": "e2e",
        "clusters": [{"name": "e2e", "cluster": cluster}],
        "users": [{"name": "bot", "user": {"token": token}}],
        "contexts": [{"name": "e2e", "context": {"cluster": "e2e", "user": "bot"}}],
    })  # fmt: skip
