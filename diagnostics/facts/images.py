"""Whose image is it? Its reference tells whether the team may have built it, or whether everybody pulls it."""

from __future__ import annotations

from typing import Final

PUBLISHERS: Final = frozenset(
    {
        "cr.fluentbit.io",
        "cr.l5d.io",
        "cr.weaviate.io",
        "docker.elastic.co",
        "docker.io",
        "docker.redpanda.com",
        "gcr.io",
        "ghcr.io",
        "index.docker.io",
        "k8s.gcr.io",
        "lscr.io",
        "mcr.microsoft.com",
        "nvcr.io",
        "public.ecr.aws",
        "quay.io",
        "registry.access.redhat.com",
        "registry.k8s.io",
        "registry.opensource.zalan.do",
        "registry.redhat.io",
        "xpkg.upbound.io",
    }
)
"""Registries from which anybody may pull. A team may publish there too, so that this is a likelihood."""


def public(image: str) -> bool:
    """Whether the image comes from a registry for everybody: a team that runs it has most likely not written it.

    A reference without a registry's host is Docker Hub's.
    """
    host, slash, _ = image.partition("/")
    named = bool(slash) and ("." in host or ":" in host or host == "localhost")
    return bool(image) and (not named or host in PUBLISHERS or host.endswith((".docker.io", ".gcr.io")))


def repository(image: str) -> str:
    """Return the image without tag and digest, as a person calls it: ``quay.io/acme/db``."""
    name = image.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name
