"""The dashboard and the rules about the bot ask for what the bot really counts, and Prometheus takes their queries."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.ops.metrics import Metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "helm/crashloop/dashboards/crashloop.json").read_text())
RULES = yaml.safe_load((DEPLOY / "prometheus/bot-rules.yaml").read_text())
QUERIES = [
    (f"{panel['title']}/{target['refId']}", target["expr"])
    for panel in DASHBOARD["panels"]
    for target in panel.get("targets", [])
]
RULE_QUERIES = [(rule["alert"], rule["expr"]) for group in RULES["groups"] for rule in group["rules"]]


def series():
    """Name of each series of /metrics → the labels that it may have."""
    found = {}
    metrics = Metrics()
    labelled = {metric._name: set(metric._labelnames) for metric in vars(metrics).values() if hasattr(metric, "_name")}
    for family in metrics.registry.collect():
        labels = labelled[family.name]
        for suffix in {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}.get(family.type, ("",)):
            found[family.name + suffix] = labels | ({"le"} if suffix == "_bucket" else set())
    return found


def names_in(query):
    return set(re.findall(r"\bcrashloop_\w+", query))


@pytest.mark.parametrize(("where", "query"), [*QUERIES, *RULE_QUERIES], ids=lambda value: str(value)[:40])
def test_a_query_names_what_there_is(where, query):
    known = series()
    assert names_in(query), where
    assert names_in(query) <= set(known)
    grouped = {label.strip() for found in re.findall(r"by \(([^)]*)\)", query) for label in found.split(",")}
    matched = set(re.findall(r"[{,]\s*(\w+)\s*(?:=|!=|=~|!~)", query))
    allowed = {"cluster"} | {label for name in names_in(query) for label in known[name]}
    assert grouped | matched <= allowed


def test_every_series_is_on_the_dashboard():
    """What nobody looks at is not worth counting."""
    shown = {name for _, query in QUERIES for name in names_in(query)}
    stems = {re.sub(r"_(bucket|count|sum)$", "", name) for name in series()}
    assert stems <= {re.sub(r"_(bucket|count|sum)$", "", name) for name in shown}


def test_panels_explain_themselves_and_do_not_overlap():
    taken = set()
    for panel in DASHBOARD["panels"]:
        assert panel["type"] == "row" or panel["description"]
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool on the path")
def test_prometheus_takes_each_query(tmp_path):
    rules = []
    for number, (_, query) in enumerate(QUERIES):
        plain = query.replace("$__rate_interval", "5m").replace("$__range", "5m")
        rules.append({"record": f"crashloop:panel:{number}", "expr": plain})
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
