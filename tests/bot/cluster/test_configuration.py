from __future__ import annotations

import base64
import json
from pathlib import Path

import certifi
import pytest
import yaml
from kubernetes.aio.config import incluster_config

from bot.cluster import configuration
from bot.cluster.configuration import load_access
from bot.cluster.errors import ConfigurationError
from tests.fakes.kube_api import kubeconfig_for

SECRET = "s3cr3t-t0ken-value"


@pytest.fixture(autouse=True)
def nothing_around(monkeypatch, tmp_path):
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def written(tmp_path, document, name="kubeconfig"):
    path = tmp_path / name
    path.write_text(document if isinstance(document, str) else yaml.safe_dump(document))
    return str(path)


async def test_kubeconfig_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("KUBECONFIG", written(tmp_path, kubeconfig_for("http://127.0.0.1:1/prefix/")))
    access = await load_access()
    assert (access.server, access.namespace, access.who, access.context) == (
        "http://127.0.0.1:1/prefix",
        "production",
        "tester",
        "test",
    )
    assert access.authorization() == "Bearer t0ken"


async def test_several_files_are_merged_as_kubectl_does(tmp_path):
    first = kubeconfig_for("http://127.0.0.1:1")
    second = yaml.safe_load(yaml.safe_dump(kubeconfig_for("http://127.0.0.1:2")).replace("test", "other"))
    paths = ":".join([written(tmp_path, first, "a"), str(tmp_path / "missing"), written(tmp_path, second, "b")])
    access = await load_access(paths, "other")
    assert access.context == "other"


async def test_tokens_from_files_and_basic_passwords(tmp_path):
    token = tmp_path / "token"
    token.write_text(SECRET)
    access = await load_access(written(tmp_path, kubeconfig_for("http://127.0.0.1:1", tokenFile=str(token))))
    assert access.authorization() == f"Bearer {SECRET}"


async def test_an_exec_plugin_gives_the_token(tmp_path):
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": SECRET},
    }
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "echo",
        "args": [json.dumps(credential)],
        "interactiveMode": "Never",
    }
    access = await load_access(written(tmp_path, kubeconfig_for("http://127.0.0.1:1", exec=plugin)))
    assert access.authorization() == f"Bearer {SECRET}"


def _changed(change):
    document = kubeconfig_for("http://127.0.0.1:1", token=SECRET)
    change(document)
    return document


FAILING = {"apiVersion": "client.authentication.k8s.io/v1", "command": "false", "args": []}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("clusters: [", "is not valid YAML (line 1)"),
        ("", "is empty or no kubeconfig"),
        ("just text", "is empty or no kubeconfig"),
        (_changed(lambda d: d.pop("current-context")), "has no current-context (it has: test)"),
        (_changed(lambda d: d.update({"current-context": "x"})), 'context "x" is not in kubeconfig'),
        (_changed(lambda d: d.pop("contexts")), "(it has: none)"),
        (_changed(lambda d: d["clusters"][0]["cluster"].pop("server")), 'cluster "c" of context "test" has no server'),
        (_changed(lambda d: d.pop("users")), 'user "tester" of context "test" is not in kubeconfig'),
        (_changed(lambda d: d["clusters"][0]["cluster"].update(server="ftp://x")), "no http(s) address"),
        (
            _changed(lambda d: d["users"][0]["user"].update({"auth-provider": {"name": "oidc", "x": SECRET}})),
            "cannot be used: oidc: missing configuration",
        ),
        (
            _changed(
                lambda d: d["clusters"][0]["cluster"].update(
                    {"server": "https://127.0.0.1:1", "certificate-authority": "/no/such/ca"}
                )
            ),
            "/no/such/ca",
        ),
        (_changed(lambda d: d["users"][0]["user"].update(exec=FAILING) or d["users"][0]["user"].pop("token")),
         'the command "false" of kubeconfig user "tester" gave no credentials'),
    ],
)  # fmt: skip
async def test_a_bad_kubeconfig_is_one_sentence_without_credentials(tmp_path, document, sentence):
    path = written(tmp_path, document)
    with pytest.raises(ConfigurationError) as failed:
        await load_access(path)
    said = str(failed.value)
    assert sentence in said
    assert SECRET not in said
    assert "\n" not in said


async def test_a_missing_file_is_named():
    with pytest.raises(ConfigurationError, match="kubeconfig /no/such/file does not exist"):
        await load_access("/no/such/file")


async def test_no_configuration_at_all():
    with pytest.raises(ConfigurationError, match="no cluster is configured: KUBECONFIG is not set"):
        await load_access()


@pytest.fixture
def account(tmp_path, monkeypatch):
    payload = base64.urlsafe_b64encode(b'{"sub": "system:serviceaccount:ops:crashloop"}').decode().rstrip("=")
    (tmp_path / "token").write_text(f"header.{payload}.signature")
    (tmp_path / "namespace").write_text("ops\n")
    (tmp_path / "ca.crt").write_text(Path(certifi.where()).read_text())
    monkeypatch.setattr(configuration, "ACCOUNT_FOLDER", tmp_path)
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(tmp_path / "token"))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(tmp_path / "ca.crt"))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "6443")
    return tmp_path


async def test_in_a_pod_the_service_account_is_used(account):
    access = await load_access()
    assert (access.server, access.namespace, access.context) == ("https://[fd00::1]:6443", "ops", "in-cluster")
    assert access.who == "system:serviceaccount:ops:crashloop"
    assert access.authorization() == f"bearer {(account / 'token').read_text()}"


async def test_in_a_pod_without_a_token(account):
    (account / "token").unlink()
    with pytest.raises(ConfigurationError, match=r"the pod's ServiceAccount in .* cannot be used: Service token file"):
        await load_access()


@pytest.mark.usefixtures("account")
async def test_in_a_pod_there_are_no_contexts():
    with pytest.raises(
        ConfigurationError, match='context "prod" was asked for, but there is no kubeconfig in this pod'
    ):
        await load_access(None, "prod")


async def test_loopback_never_goes_through_a_proxy(tmp_path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    near = await load_access(written(tmp_path, kubeconfig_for("http://127.0.0.1:1")))
    far = await load_access(written(tmp_path, kubeconfig_for("http://cluster.example.com")))
    assert (near.proxy, far.proxy) == (None, "http://127.0.0.1:9")
