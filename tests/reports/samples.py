"""Small reports for the tests of the composer: the shapes a report may have, each once."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.reports.form import parsed

HERE = Path("sample.yaml")

BASE = """
id: sample
source: nobody/nothing#1
truth: {target: deployment/api, cause: bad-config, container: api, restart_helps: false, undo_helps: true}
workloads:
- kind: Deployment
  name: api
  age_s: 900
  containers:
  - name: api
    image: registry.example.com/api:1.2
    spec:
      env: [{name: DB_PASSWORD, value: hunter2-canary}, {name: PORT, value: 8080}]
      envFrom: [{configMapRef: {name: api-config}}]
      ports: [{name: http, containerPort: 8080}]
      readinessProbe: {httpGet: {path: /ready, port: http}}
    status:
      exit: 1
      ran_s: 4
      restarts: 6
      log: |
        starting
        connecting with password=hunter2-canary
        FATAL: no such setting
  old_revisions:
  - age_s: 200000
    containers: [{name: api, image: 'registry.example.com/api:1.1'}]
objects:
- kind: Service
  metadata: {name: api}
  spec: {selector: {app.kubernetes.io/name: api}, ports: [{port: 80, targetPort: http}]}
- kind: Service
  metadata: {name: far, namespace: elsewhere}
  spec: {selector: {app: far}, ports: [{port: 80}]}
"""


def sample(change=None, text=BASE):
    """Return the report of a text, after ``change`` was made to its data."""
    data = yaml.safe_load(text)
    if change is not None:
        change(data)
    return parsed(data, HERE)
