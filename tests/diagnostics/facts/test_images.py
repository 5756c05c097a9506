"""Whose image it is, by its reference."""

from __future__ import annotations

import pytest

from diagnostics.facts.images import public, repository


@pytest.mark.parametrize(
    ("image", "everybodys"),
    [
        ("redis:7", True),
        ("bitnami/kafka:3.7", True),
        ("docker.io/library/nginx", True),
        ("quay.io/prometheus/prometheus:v2.53.0", True),
        ("eu.gcr.io/acme/api:1", True),
        ("registry.example/team/api:2.0", False),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:abc", False),
        ("localhost:5000/api", False),
        ("", False),
    ],
)
def test_a_registry_tells_whose_image_it_is(image, everybodys):
    assert public(image) is everybodys


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("quay.io/acme/db:1.2@sha256:abc", "quay.io/acme/db"),
        ("localhost:5000/api", "localhost:5000/api"),
        ("redis", "redis"),
    ],
)
def test_a_repository_has_no_tag(image, name):
    assert repository(image) == name
