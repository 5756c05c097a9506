"""A Slack workspace on loopback: Web API, Socket Mode, signed HTTP deliveries, and a page to look at it.

It stands in for slack.com in the local workspace and in tests. It is strict: what Slack would refuse, it refuses.
"""

from bot.demo.slack.faults import Fault
from bot.demo.slack.model import App, Person, Room, Usergroup
from bot.demo.slack.server import SlackStandIn

__all__ = ["App", "Fault", "Person", "Room", "SlackStandIn", "Usergroup"]
