"""Plain kubeconfig entries are read as the library reads them, and without it."""

from __future__ import annotations

import base64
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

import certifi
import pytest
import yaml

from bot.cluster import configuration
from bot.cluster.configuration import load_access
from bot.cluster.errors import ConfigurationError
from bot.cluster.plain import plain
from tests.fakes.kube_api import kubeconfig_for

AUTHORITY = base64.b64encode(Path(certifi.where()).read_bytes()).decode()


def written(tmp_path, server, cluster=None, user=None):
    document = kubeconfig_for(server, **(user or {"token": "t0ken"}))
    document["clusters"][0]["cluster"] |= cluster or {}
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(document))
    return str(path)


def seen(access):
    tls = access.tls
    verified = None if isinstance(tls, bool) else (tls.check_hostname, tls.verify_mode, tls.verify_flags)
    certificates = None if isinstance(tls, bool) else len(tls.get_ca_certs())
    return access.server, access.authorization(), access.proxy, access.tls_server_name, verified, certificates


@pytest.mark.parametrize(
    "cluster",
    [
        {},
        {"certificate-authority-data": AUTHORITY},
        {"insecure-skip-tls-verify": True},
        {"certificate-authority-data": AUTHORITY, "tls-server-name": "kubernetes"},
        {"extensions": [{"name": "minikube"}]},
    ],
)
async def test_it_is_read_as_the_library_reads_it(tmp_path, monkeypatch, cluster):
    path = written(tmp_path, "https://10.0.0.1:6443/", cluster)
    own = seen(await load_access(path))
    monkeypatch.setattr(configuration, "plain", lambda *_: None)
    assert own == seen(await load_access(path))


@pytest.fixture
def certificate(tmp_path):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    key, made = tmp_path / "key", tmp_path / "certificate"
    asked = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=me", "-keyout", key, "-out", made)
    subprocess.run([openssl, *asked], check=True, capture_output=True)
    return {
        "client-certificate-data": base64.b64encode(made.read_bytes()).decode(),
        "client-key-data": base64.b64encode(key.read_bytes()).decode(),
    }


async def test_a_client_certificate(tmp_path, monkeypatch, certificate):
    loaded = []
    original = ssl.SSLContext.load_cert_chain
    monkeypatch.setattr(
        ssl.SSLContext,
        "load_cert_chain",
        lambda self, file, *more, **named: loaded.append(Path(file)) or original(self, file, *more, **named),
    )
    access = await load_access(written(tmp_path, "https://10.0.0.1:6443", user=certificate))
    assert isinstance(access.tls, ssl.SSLContext)
    assert [path.exists() for path in loaded] == [False]
    with pytest.raises(ConfigurationError, match="certificates of context"):
        await load_access(written(tmp_path, "https://10.0.0.1:6443", user=certificate | {"client-key-data": ""}))


@pytest.mark.parametrize(
    ("cluster", "user"),
    [
        ({"proxy-url": "http://proxy"}, {}),
        ({"certificate-authority": "/etc/ca"}, {}),
        ({"something-new": 1}, {}),
        ({"tls-server-name": 7}, {}),
        ({"insecure-skip-tls-verify": "true"}, {}),
        ({}, {"exec": {}}),
        ({}, {"auth-provider": {}}),
        ({}, {"tokenFile": "/t"}),
        ({}, {"username": "a", "password": "b"}),
        ({}, {"token": 7}),
        ({}, {"client-certificate": "/c"}),
    ],
)
def test_what_is_not_plain_is_left_to_the_library(cluster, user):
    assert plain({"server": "https://a"} | cluster, user) is None


def test_the_library_is_not_imported_for_it(tmp_path):
    path = written(tmp_path, "http://127.0.0.1:1")
    code = (
        "import asyncio, sys; from bot.cluster.configuration import load_access;"
        f"asyncio.run(load_access({path!r})); print('kubernetes' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
