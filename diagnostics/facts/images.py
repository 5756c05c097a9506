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


BASES: Final = frozenset(
    {"almalinux", "alpine", "amazonlinux", "archlinux", "busybox", "centos", "clearlinux", "debian", "fedora"}
    | {"mageia", "oraclelinux", "photon", "rockylinux", "ubi8", "ubi9", "ubi-minimal", "ubuntu", "leap"}
)
"""Images of an operating system alone: their command is a shell (Docker Official Images, "os"; Red Hat's UBI)."""
_INTERPRETERS: Final = frozenset({"erlang", "groovy", "haskell", "irb", "julia", "node", "openjdk", "perl", "python"})
"""Images of a language alone: their command is its prompt, which ends without a terminal."""


def bare(image: str) -> bool:
    """Whether the image holds no program of its own to run: an operating system or a language's interpreter."""
    name = repository(image).rpartition("/")[2]
    official = repository(image).removeprefix("docker.io/").removeprefix("library/").count("/") == 0
    return name in BASES or (official and name in _INTERPRETERS)


MOVED: Final = (
    ("docker.io/bitnami/", "docker.io/bitnamilegacy/"),
    ("k8s.gcr.io/", "registry.k8s.io/"),
    ("gcr.io/google_containers/", "registry.k8s.io/"),
    ("gcr.io/google-containers/", "registry.k8s.io/"),
    ("quay.io/coreos/kube-state-metrics", "registry.k8s.io/kube-state-metrics/kube-state-metrics"),
    ("gcr.io/kubebuilder/kube-rbac-proxy", "quay.io/brancz/kube-rbac-proxy"),
)
"""Where publishers moved whole repositories: Bitnami's versioned images (August 2025, frozen there), Kubernetes' own
(registry.k8s.io, March 2023), kubebuilder's proxy (2025)."""


def moved(image: str) -> str:
    """Return the reference at which its publisher keeps the same image now, or nothing where it is not known."""
    first, slash, _ = image.partition("/")
    hosted = bool(slash) and ("." in first or ":" in first)
    whole = image if hosted else f"docker.io/{image}"
    return next((new + whole.removeprefix(old) for old, new in MOVED if whole.startswith(old)), "")
