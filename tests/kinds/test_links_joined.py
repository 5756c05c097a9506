"""A variable that the line names without its value: it is a service link where a Service makes one, and nothing sets it."""

from __future__ import annotations

import pytest

from tests.composed.world import World
from tests.kinds.world import Want, asked, check, dies

REFUSED = {
    "kured": "Invalid value for env var named AGENT_METRICS_PORT",
    "python": "ValueError: AGENT_METRICS_PORT must be an integer",
    "spring": "Failed to bind properties: invalid value of AGENT_METRICS_PORT: not a number",
    "node": "Error: env AGENT_METRICS_PORT is not a valid port",
    "go": "fatal: could not parse AGENT_METRICS_PORT as int",
    "rust": "Error: invalid digit found in string for AGENT_METRICS_PORT",
}


def linked(log: str, **spec: object) -> World:
    world = World()
    ports = [{"port": 9090, "protocol": "TCP"}]
    world.add(
        "Service", "agent-metrics", spec={"clusterIP": "10.96.0.44", "ports": ports, "selector": {"app": "other"}}
    )
    return dies(log, world=world, **spec)


@pytest.mark.parametrize("name", REFUSED)
def test_a_variable_that_only_a_service_link_sets(name):
    told = asked(linked(REFUSED[name]))
    check(told, Want(cause=("bad-config",), says=("agent-metrics",), remedy=("enableServiceLinks",)))


@pytest.mark.parametrize("name", REFUSED)
def test_a_variable_that_the_spec_sets_is_no_link(name):
    told = asked(linked(REFUSED[name], env={"AGENT_METRICS_PORT": "x"}))
    check(told, Want(cause=("bad-config",), never=("enableServiceLinks",)))


def test_a_variable_that_is_missing_is_no_link():
    told = asked(linked("panic: required environment variable AGENT_METRICS_PORT is not set"))
    check(told, Want(cause=("bad-config",), never=("enableServiceLinks",)))


TOLD_BY_URL = {
    "php": "PHP Warning:  Redis::pconnect(): php_network_getaddresses: getaddrinfo failed: Name does not resolve in /usr/src/init.php on line 5\n"
    "PHP Fatal error:  Uncaught Exception: Error communicating with Redis: Connection to Redis tcp://cache-master:6379 in /usr/src/http.php:78",
    "amqp": "Error: connection refused while opening connection to broker amqp://queue-main:5672",
    "python": "OSError: could not connect to store http://store-main:9000: Name or service not known",
    "ruby": "Errno::ECONNREFUSED: Connection refused - connection to tcp://ledger-db:5432",
    "jdbc": "org.postgresql.util.PSQLException: Connection to orders-db:5432 refused. Check that the hostname and port are correct",
    "mongo": "MongoServerSelectionError: getaddrinfo ENOTFOUND docs-db, connection to mongodb://docs-db:27017",
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD_BY_URL)
def test_the_host_of_a_url_is_named_and_no_word_of_prose(name):
    told = asked(dies(TOLD_BY_URL[name]))
    host = {"php": "cache-master", "amqp": "queue-main", "python": "store-main", "ruby": "ledger-db", "jdbc": "orders-db", "mongo": "docs-db"}[name]  # fmt: skip
    check(told, Want(cause=("dependency-unavailable",), says=(host,), never=("service in", "reach in:", "reach while")))
