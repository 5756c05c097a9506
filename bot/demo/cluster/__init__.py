"""A stand-in for a cluster: the recorded scenarios as a Kubernetes API over HTTP, alive after a change."""

from bot.demo.cluster.alerts import Alert
from bot.demo.cluster.authorization import Caller
from bot.demo.cluster.cluster import DEMO_TOKEN, Cluster
from bot.demo.cluster.faults import Fault
from bot.demo.cluster.people import BOT_TOKEN
from bot.demo.cluster.server import ClusterStandIn
from bot.demo.cluster.wire import Reply, Request
from bot.demo.cluster.workspace import Card, Workspace, several, single

__all__ = [
    "BOT_TOKEN",
    "DEMO_TOKEN",
    "Alert",
    "Caller",
    "Card",
    "Cluster",
    "ClusterStandIn",
    "Fault",
    "Reply",
    "Request",
    "Workspace",
    "several",
    "single",
]
