"""Kubeconfig entries that hold all they need: a server, its certificate's authority, a token or a client certificate.

``kubernetes.aio`` reads these too, but its import alone takes longer than a whole diagnosis, so it is left to those
entries that need it: plugins, providers, files, proxies, passwords, and whatever is not known here.
"""

from __future__ import annotations

import base64
import ssl
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLUSTER = frozenset(
    {"server", "certificate-authority-data", "insecure-skip-tls-verify", "tls-server-name", "extensions"}
)
_USER = frozenset({"token", "client-certificate-data", "client-key-data", "extensions"})
_TEXTS = ("server", "certificate-authority-data", "tls-server-name", "token", "client-certificate-data")


@dataclass(frozen=True, slots=True)
class Plain:
    """What the library's ``Configuration`` would hold."""

    host: str
    cluster: Mapping[str, Any]
    user: Mapping[str, Any]
    api_key: dict[str, str] = field(default_factory=dict)
    refresh_api_key_hook: None = None
    proxy: None = None

    @property
    def tls_server_name(self) -> str | None:
        """Return the name that the server's certificate must bear, where it is another than the host."""
        return self.cluster.get("tls-server-name")

    def tls(self) -> ssl.SSLContext | bool:
        """Return how the server is verified, as the library does it. Raises OSError or ValueError."""
        if not self.host.startswith("https"):
            return True
        authority = self.cluster.get("certificate-authority-data")
        context = ssl.create_default_context(cadata=_decoded(authority).decode() if authority else None)
        certificate = self.user.get("client-certificate-data")
        if certificate:
            with tempfile.NamedTemporaryFile() as file:  # the ssl module takes a path only; 0600, gone at once
                file.write(_decoded(certificate) + b"\n" + _decoded(self.user.get("client-key-data") or ""))
                file.flush()
                context.load_cert_chain(file.name)
        if self.cluster.get("insecure-skip-tls-verify"):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def plain(cluster: Mapping[str, Any], user: Mapping[str, Any]) -> Plain | None:
    """Return the configuration that the two entries are, or None where they need the library."""
    known = cluster.keys() <= _CLUSTER and user.keys() <= _USER
    texts = all(isinstance(each.get(key, ""), str) for each in (cluster, user) for key in _TEXTS)
    if not known or not texts or not isinstance(cluster.get("insecure-skip-tls-verify", False), bool):
        return None
    token = user.get("token")
    return Plain(
        host=cluster["server"].rstrip("/"),
        cluster=cluster,
        user=user,
        api_key={"BearerToken": f"Bearer {token}"} if token else {},
    )


def _decoded(data: str) -> bytes:
    return base64.standard_b64decode(data)
