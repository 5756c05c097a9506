"""Where the cluster is and how to log in: kubeconfig or in-cluster, read through ``kubernetes.aio`` where it is hard.

This is the only module that touches the client library's models of configuration. It takes from it what is hard
(exec plugins, OIDC refresh, files that change) and leaves its HTTP layer alone, because that layer rejects real replies
(see ``connection``). Messages of the library are not passed on: some contain the credentials. It is imported late: that
takes longer than a diagnosis, and most entries need nothing of it (see ``plain``).
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import yaml

from bot.cluster.errors import ConfigurationError
from bot.cluster.plain import Plain, plain
from diagnostics.fields import items, table, text

if TYPE_CHECKING:
    import ssl

ACCOUNT_FOLDER = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a pod finds its ServiceAccount (Kubernetes: Accessing the API from a Pod)."""


IN_CLUSTER = "in-cluster"
"""What the context is called where there is no kubeconfig."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """All that is needed to talk to one cluster."""

    server: str
    """Base address without a trailing slash; may carry a path prefix."""
    namespace: str
    """The default namespace."""
    who: str
    """The user as far as it is known: the kubeconfig's user, or the ServiceAccount."""
    context: str
    """The context's name, or ``in-cluster``."""
    configuration: Any
    tls: ssl.SSLContext | bool
    proxy: str | None
    tls_server_name: str | None

    def authorization(self) -> str:
        """Return the Authorization header, refreshed when the library says so; empty when there is none."""
        if self.configuration.refresh_api_key_hook is not None:
            self.configuration.refresh_api_key_hook(self.configuration)
        return str(self.configuration.api_key.get("BearerToken", ""))


async def load_access(kubeconfig: str | None = None, context: str | None = None) -> Access:
    """Work out the cluster as kubectl does: the path given, ``KUBECONFIG``, ``~/.kube/config``, then in-cluster.

    Raises ``ConfigurationError`` that names the file and what is wrong with it.
    """
    home = Path.home() / ".kube" / "config"
    paths = kubeconfig or os.environ.get("KUBECONFIG") or (str(home) if home.exists() else "")
    if paths:
        return await _from_kubeconfig(paths, context)
    if not os.environ.get("KUBERNETES_SERVICE_HOST"):
        raise ConfigurationError("no cluster is configured: KUBECONFIG is not set, ~/.kube/config does not exist")
    if context:
        raise ConfigurationError(f'context "{context}" was asked for, but there is no kubeconfig in this pod')
    return await load_pod_access()


async def load_pod_access() -> Access:
    """Return the cluster that this pod runs in, as its ServiceAccount. Raises ``ConfigurationError``."""
    if not os.environ.get("KUBERNETES_SERVICE_HOST"):
        raise ConfigurationError("in_cluster was asked for, but this is no pod of a cluster")
    from kubernetes.aio.client import Configuration  # noqa: PLC0415 — late: see above
    from kubernetes.aio.config import load_incluster_config  # noqa: PLC0415 — late, as above

    configuration = Configuration()
    try:
        load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
        namespace = (ACCOUNT_FOLDER / "namespace").read_text().strip()
    except Exception as error:
        raise ConfigurationError(
            f"the pod's ServiceAccount in {ACCOUNT_FOLDER} cannot be used: {_kind_of(error)}"
        ) from error
    who = _subject(str(configuration.api_key.get("BearerToken", ""))) or "the pod's ServiceAccount"
    return _access(configuration, namespace=namespace or "default", who=who, context=IN_CLUSTER)


async def _from_kubeconfig(paths: str, context: str | None) -> Access:
    documents = [_document(path) for path in _existing(paths)]
    chosen = context or next((text(each, "current-context") for each in documents if text(each, "current-context")), "")
    entry = _entry(documents, "contexts", chosen)
    if entry is None:
        known = ", ".join(sorted(text(item, "name") for each in documents for item in items(each, "contexts")))
        named = (
            f'context "{chosen}" is not in kubeconfig {paths}'
            if chosen
            else f"kubeconfig {paths} has no current-context"
        )
        raise ConfigurationError(f"{named} (it has: {known or 'none'})")
    cluster, user = text(entry, "context", "cluster"), text(entry, "context", "user")
    if not text(_entry(documents, "clusters", cluster), "cluster", "server"):
        raise ConfigurationError(f'cluster "{cluster}" of context "{chosen}" has no server in kubeconfig {paths}')
    if _entry(documents, "users", user) is None:
        # The library cannot do without; nor can a person make sense of what an anonymous user is refused.
        raise ConfigurationError(f'user "{user}" of context "{chosen}" is not in kubeconfig {paths}')
    own = table(_entry(documents, "clusters", cluster), "cluster"), table(_entry(documents, "users", user), "user")
    configuration = plain(*own) if len(documents) == 1 else None
    if configuration is None:
        configuration = await _through_the_library(paths, chosen)
    if table(_entry(documents, "users", user), "user", "exec") and not _has_credentials(configuration):
        command = text(_entry(documents, "users", user), "user", "exec", "command")
        raise ConfigurationError(f'the command "{command}" of kubeconfig user "{user}" gave no credentials')
    namespace = text(entry, "context", "namespace") or "default"
    return _access(configuration, namespace=namespace, who=user, context=chosen)


async def _through_the_library(paths: str, context: str) -> Any:
    from kubernetes.aio.client import Configuration  # noqa: PLC0415 — late: see above
    from kubernetes.aio.config import load_kube_config  # noqa: PLC0415 — late, as above

    configuration = Configuration()
    try:
        await load_kube_config(  # type: ignore[no-untyped-call]
            config_file=paths, context=context, client_configuration=configuration, persist_config=False
        )
    except Exception as error:
        raise ConfigurationError(
            f'context "{context}" of kubeconfig {paths} cannot be used: {_kind_of(error)}'
        ) from error
    return configuration


def _access(configuration: Any, *, namespace: str, who: str, context: str) -> Access:
    server = str(configuration.host).rstrip("/")
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f'the server of context "{context}" is no http(s) address')
    try:
        tls = _tls(configuration)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f'the certificates of context "{context}" cannot be used: {_kind_of(error)}'
        ) from error
    return Access(
        server=server,
        namespace=namespace,
        who=who,
        context=context,
        configuration=configuration,
        tls=tls,
        proxy=configuration.proxy or _proxy(parts.scheme, parts.hostname),
        tls_server_name=configuration.tls_server_name,
    )


def _tls(configuration: Any) -> ssl.SSLContext | bool:
    if isinstance(configuration, Plain):
        return configuration.tls()
    from kubernetes.aio.client.rest import RESTClientObject  # noqa: PLC0415 — late: see above

    context: ssl.SSLContext = RESTClientObject(configuration).ssl_context
    return context


def _proxy(scheme: str, host: str) -> str | None:
    """Return the environment's proxy; loopback never goes through one (as in Go's ``httpproxy``, so in kubectl)."""
    proxies = getproxies()
    if host in ("localhost", "127.0.0.1", "::1") or proxy_bypass(host):
        return None
    return proxies.get(scheme)


def _existing(paths: str) -> list[Path]:
    found = [path for path in (Path(part).expanduser() for part in paths.split(os.pathsep) if part) if path.exists()]
    if not found:
        raise ConfigurationError(f"kubeconfig {paths} does not exist")
    return found


def _document(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark is not None else ""
        raise ConfigurationError(f"kubeconfig {path} is not valid YAML{line}") from None
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"kubeconfig {path} cannot be read: {_kind_of(error)}") from error
    if not isinstance(document, dict):
        raise ConfigurationError(f"kubeconfig {path} is empty or no kubeconfig")
    return document


def _entry(documents: list[dict[str, Any]], section: str, name: str) -> dict[str, Any] | None:
    found = (item for each in documents for item in items(each, section) if text(item, "name") == name)
    return next(found, None) if name else None


def _has_credentials(configuration: Any) -> bool:
    return bool(configuration.api_key.get("BearerToken") or configuration.cert_file)


def _kind_of(error: Exception) -> str:
    """Say what kind of error it is without its text, which may quote the file; a missing file is named."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    message = str(error)
    known = ("File does not exist", "Service ", "oidc: ", "exec: process returned")
    return message.splitlines()[0][:120] if message.startswith(known) else type(error).__name__


def _subject(bearer: str) -> str:
    """Return the subject that a ServiceAccount token names (its payload is no secret), or an empty string."""
    parts = bearer.rpartition(" ")[2].split(".")
    if len(parts) != 3:
        return ""
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return ""
    return text(payload, "sub")
