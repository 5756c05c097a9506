"""The Helm chart, and values with which it is installed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

import yaml

from tests.deploy.rights import DEPLOY

CHART = DEPLOY.parent / "helm" / "crashloop"
WORKING = {
    "default": {},
    "namespaces": {"rbac": {"scope": "namespaces", "namespaces": ["a", "b"]}},
    "postgresql": {"store": "postgresql", "replicas": 2},
    "http": {"ingress": {"enabled": True, "className": "nginx", "host": "bot.example.com", "tlsSecret": "bot-tls"}},
    "clusters": {
        "kubeconfigSecret": "crashloop-clusters",
        "clusters": [
            {"name": "prod-eu", "in_cluster": True, "default": True},
            {
                "name": "prod-us",
                "context": "us",
                "alert_names": ["us-east-1"],
                "alert_channel": "#alerts-us",
                "people": [{"slack": "U1", "user": "alice@example.com"}],
                "protected_namespaces": ["payments"],
            },
        ],
        "settings": {"ALERT_CHANNEL": "C1"},
    },
    "all": {
        "people": [{"slack": "U1", "user": "alice@example.com", "groups": ["oncall"]}],
        "programs": [{"name": "pager", "token_sha256": "0" * 64, "user": "pager@example.com", "groups": ["readers"]}],
        "signatures": {"acme.toml": "# none\n"},
        "rbac": {"act": {"namespaces": ["payments"]}, "impersonate": {"users": ["alice@example.com"]}},
        "podMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "grafanaDashboard": {"enabled": True},
        "podAnnotations": {"team": "sre"},
        "tolerations": [{"key": "infra", "operator": "Exists"}],
        "settings": {"ALERT_CHANNEL": "C1", "WATCH_EVERY_S": 60, "ACTION_REASON_REQUIRED": True},
    },
}


@dataclass
class Chart:
    binary: str
    folder: object

    def helm(self, *arguments, values=None, name="crashloop", namespace="crashloop"):
        file = self.folder / "values.yaml"
        file.write_text(yaml.safe_dump(values or {}))
        command = (self.binary, *arguments, name, str(CHART), "--namespace", namespace, "--values", str(file))
        if arguments[0] == "lint":
            command = (self.binary, *arguments, str(CHART), "--values", str(file))
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def render(self, values=None, **more):
        ran = self.helm("template", values=values, **more)
        assert ran.returncode == 0, ran.stderr
        return [item for item in yaml.safe_load_all(ran.stdout) if item]
