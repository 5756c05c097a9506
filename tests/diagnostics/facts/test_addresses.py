"""Hosts and ports as programs write them."""

from __future__ import annotations

import pytest

from diagnostics.facts import addresses


@pytest.mark.parametrize("place", ["client.rb:75", "main.go:91", "index.ts:12", "App.java:3", "ruby_connection.rb:75"])
def test_a_place_in_a_program_is_no_host(place):
    assert addresses.parsed(place) is None


@pytest.mark.parametrize(
    ("names", "place"),
    [
        ({"host": "db", "port": "5432"}, ("db", 5432)),
        ({"host": "db.shop.svc", "addr": "db.shop.svc:5432"}, ("db.shop.svc", 5432)),
        ({"host": "db", "addr": "10.0.0.7:5432"}, ("db", None)),
        ({"url": "redis://cache"}, ("cache", 6379)),
        ({"host": "no host at all", "addr": "db:5432"}, ("db", 5432)),
        ({"why": "refused"}, None),
    ],
)
def test_the_port_may_stand_under_another_name_of_the_same_host(names, place):
    assert addresses.address(names) == place
