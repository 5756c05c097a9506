"""Who refused whom: the party at fault is not the one whose name stands first in the line."""

from __future__ import annotations

import pytest

from tests.composed.world import World
from tests.kinds.world import Want, asked, check, dies

DNS = "cluster's DNS"
HOOK = 'admission webhook call: failed calling webhook "{0}": failed to call webhook: Post "https://{1}.{2}.svc:443/mutate?timeout=10s": {3}'


def _with(name, port, ready, log, code=1, **spec):
    w = World()
    w.service(name, port, {"app": name}, ready=ready, ip="10.9.0.7")
    return dies(log, code, world=w, **spec)


def _hook(why, code=1):
    said = HOOK.format("vjob.queue.io", "queue-hook", "queue-system", why)
    return dies(
        f"2026/11/22 03:11:10 creating default queues\n2026/11/22 03:11:11 fatal: Internal error occurred: {said}", code
    )


CASES = {
    "webhook-unknown-authority": (
        lambda: _hook("x509: certificate signed by unknown authority"),
        Want(
            cause=("tls-certificate",),
            says=("API server", "vjob.queue.io"),
            remedy=("caBundle",),
            never=("Mount the CA", "app gets no TLS", "SSL_CERT_FILE"),
        ),
    ),
    "webhook-expired": (
        lambda: _hook(
            "x509: certificate has expired or is not yet valid: current time 2026-11-22T03:11:11Z is after 2026-11-01T00:00:00Z"
        ),
        Want(cause=("tls-certificate",), says=("API server", "expired"), never=("Mount the CA", "app gets no TLS")),
    ),
    "webhook-md5": (
        lambda: _hook(
            'x509: certificate signed by unknown authority (possibly because of "x509: cannot verify signature: insecure algorithm'
            ' MD5-RSA" while trying to verify candidate authority certificate "queue-ca")'
        ),
        Want(
            cause=("tls-certificate",),
            says=("MD5-RSA",),
            remedy=("SHA-256", "caBundle"),
            never=("Mount the CA", "authority is not trusted", "app gets no TLS"),
        ),
    ),
    "client-insecure-algorithm": (
        lambda: dies(
            'fatal: Get "https://registry.corp.example:8443/v2/": x509: certificate signed by unknown authority (possibly because of'
            ' "x509: cannot verify signature: insecure algorithm SHA1-RSA (temporarily override with GODEBUG=x509sha1=1)" while trying'
            ' to verify candidate authority certificate "corp")'
        ),
        Want(
            cause=("tls-certificate",),
            says=("SHA1-RSA", "registry.corp.example"),
            remedy=("SHA-256",),
            never=("Mount the CA", "GODEBUG", "caBundle"),
        ),
    ),
    "lookup-timeout": (
        lambda: _with(
            "ledger",
            50051,
            1,
            'level=fatal msg="cannot reach ledger: dial tcp: lookup ledger.production.svc.cluster.local on 10.96.0.10:53: read udp'
            ' 10.244.0.31:50718->10.96.0.10:53: i/o timeout"',
        ),
        Want(
            cause=("dependency-unavailable",),
            says=("DNS", "10.96.0.10:53"),
            remedy=("CoreDNS", "kube-dns"),
            never=("why ledger", "get service ledger"),
        ),
    ),
    "lookup-refused": (
        lambda: dies(
            "panic: open queue: dial tcp: lookup jobs.example.com on 10.43.0.10:53: read udp 10.42.0.3:4242->10.43.0.10:53: read:"
            " connection refused\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:10 +0x1",
            2,
        ),
        Want(cause=("dependency-unavailable",), says=("DNS", "10.43.0.10:53"), remedy=("CoreDNS",)),
    ),
    "lookup-no-such-host": (
        lambda: dies("fatal: dial tcp: lookup jobs-queue on 10.43.0.10:53: no such host"),
        Want(cause=("dependency-unavailable",), says=("jobs-queue",), never=("CoreDNS pods",)),
    ),
    "postgres-no-database-python": (
        lambda: _with(
            "pg",
            5432,
            1,
            "Traceback (most recent call last):\n"
            '  File "/usr/local/lib/python3.12/site-packages/psycopg2/__init__.py", line 122, in connect\n'
            "    conn = _connect(dsn)\n"
            'psycopg2.OperationalError: connection to server at "pg" (10.9.0.7), port 5432 failed: FATAL:  database "tickets" does not'
            " exist",
        ),
        Want(
            cause=("bad-config", "not-found", "dependency-unavailable"),
            says=('database "tickets" does not exist',),
            remedy=("CREATE DATABASE",),
            never=("credentials", "password"),
        ),
    ),
    "mysql-unknown-database": (
        lambda: _with("db", 3306, 1, "Error 1049 (42000): Unknown database 'tickets'\nexit status 1"),
        Want(
            cause=("bad-config", "not-found", "dependency-unavailable"),
            says=("tickets",),
            remedy=("CREATE DATABASE",),
            never=("credentials", "password"),
        ),
    ),
    "postgres-wrong-password": (
        lambda: _with("pg", 5432, 1, 'FATAL:  password authentication failed for user "tickets"\nexit status 1'),
        Want(cause=("dependency-auth-failed",), says=("password",), never=("CREATE DATABASE",)),
    ),
    "python-name-missing": (
        lambda: dies(
            "Traceback (most recent call last):\n"
            '  File "/app/main.py", line 3, in <module>\n    from jinjalike import Markup\n'
            "ImportError: cannot import name 'Markup' from 'jinjalike' (/usr/local/lib/python3.11/site-packages/jinjalike/__init__.py)"
        ),
        Want(
            cause=("missing-library",),
            says=("Markup", "jinjalike"),
            remedy=("version",),
            never=("has no module", "Build the image with jinjalike"),
        ),
    ),
    "node-name-missing": (
        lambda: dies(
            "file:///app/server.mjs:1\nimport { parseQuery } from 'urlkit';\n         ^^^^^^^^^^\n"
            "SyntaxError: The requested module 'urlkit' does not provide an export named 'parseQuery'\n"
            "    at ModuleJob._instantiate (node:internal/modules/esm/module_job:180:21)"
        ),
        Want(
            cause=("missing-library", "app-crash"), says=("parseQuery",), remedy=("version",), never=("has no module",)
        ),
    ),
    "python-module-missing": (
        lambda: dies(
            "Traceback (most recent call last):\n"
            '  File "/app/main.py", line 3, in <module>\n    import jinjalike\n'
            "ModuleNotFoundError: No module named 'jinjalike'"
        ),
        Want(cause=("missing-library",), says=("has no module jinjalike",)),
    ),
    "loader-of-a-plugin-on-a-volume": (
        lambda: dies(
            "agent 2.0\n/plugins/oracle: error while loading shared libraries: libclntsh.so.21.1: cannot open shared object file:"
            " No such file or directory\nfatal: plugin oracle exited",
            volumes={"/plugins": {"emptyDir": {}}},
        ),
        Want(
            cause=("missing-library",),
            says=("libclntsh.so.21.1", "/plugins/oracle"),
            remedy=("LD_LIBRARY_PATH=/plugins",),
            never=("image registry.example/app:2.0 has no", "Build the image with"),
        ),
    ),
    "address-set-nowhere": (
        lambda: _with(
            "cache-service",
            6379,
            1,
            "Error: getaddrinfo ENOTFOUND cache\n    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26) {\n"
            "  errno: -3008,\n  code: 'ENOTFOUND',\n  syscall: 'getaddrinfo',\n  hostname: 'cache'\n}",
            env={"CACHE_SERVER": "cache-service"},
        ),
        Want(
            cause=("dependency-unavailable",),
            says=("cache",),
            remedy=("own default", "cache-service"),  # values are not in a snapshot: nothing can say more
        ),
    ),
    "address-set-in-env": (
        lambda: _with(
            "cache-service",
            6379,
            1,
            "Error: getaddrinfo ENOTFOUND cache\n    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26) {\n"
            "  errno: -3008,\n  code: 'ENOTFOUND',\n  syscall: 'getaddrinfo',\n  hostname: 'cache'\n}",
            env={"CACHE_SERVER": "cache"},
        ),
        Want(cause=("dependency-unavailable",), remedy=("CACHE_SERVER",), never=("image's default",)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_party_at_fault_is_named(name):
    build, want = CASES[name]
    check(asked(build()), want)


ES = "reindex: elasticsearch responded 403 security_exception: action [indices:admin/create] is unauthorized for user [reindex]"
ELSEWHERE = {
    "elasticsearch": (ES, ("In Elasticsearch, give", "user [reindex]", "indices:admin/create")),
    "elasticsearch names what grants it": (
        f"{ES} with effective roles [reader] on indices [orders], this action is granted by the index privileges [create_index,manage]",
        ("In Elasticsearch, give", "index privileges create_index,manage"),
    ),
    "opensearch": (
        "responded 403 security_exception: no permissions for [indices:admin/create] and User [name=reindex, backend_roles=[]]",
        ("In OpenSearch,", "user reindex", "indices:admin/create"),
    ),
    "any server": (
        'fatal: Get "https://api.acme.example/v2/projects/7": 403 Forbidden',
        ("At api.acme.example, give",),
    ),
    "a path that looks like the cluster's": (
        'fatal: Get "https://git.acme.example/api/v1/users": 403 Forbidden',
        ("At git.acme.example, give",),
    ),
    "kubernetes in another server's path": (
        'fatal: Post "https://login.acme.example:8443/kubernetes/session": 403 Forbidden',
        ("At login.acme.example, give",),
    ),
    "nobody named": ("fatal: upload failed: server responded with status 403 Forbidden", ("At the server", "give")),
}
"""What a server that is not the cluster's says when it refuses, and what is to be done there."""


@pytest.mark.parametrize("name", ELSEWHERE)
def test_who_refused_is_where_the_right_is_given(name):
    log, remedy = ELSEWHERE[name]
    told = asked(dies(log))
    check(
        told,
        Want(
            cause=("dependency-auth-failed",),
            remedy=remedy,
            never=("can-i", "rolebindings", "create role", "ServiceAccount"),
        ),
    )


CLUSTER = (
    "kubernetes.client.exceptions.ApiException: (403)",
    "Traceback (most recent call last):\n"
    '  File "/app/venv/lib/python3.12/site-packages/kubernetes/client/rest.py", line 238, in request\n    raise it\n'
    "ApiException: (403)\nReason: Forbidden",
    'fatal: Get "https://10.96.0.1:443/api/v1/widgets": 403 Forbidden',
    'fatal: Get "https://shop.eu-west-1.eks.amazonaws.com/api/v1/nodes": 403 Forbidden',
)


@pytest.mark.parametrize("log", CLUSTER)
def test_only_the_api_servers_refusal_asks_for_the_accounts_rights(log):
    told = asked(dies(log))
    check(told, Want(cause=("dependency-auth-failed",), remedy=("Give ServiceAccount", "can-i")))
