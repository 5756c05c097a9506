"""The rule pack: Prometheus' own tool takes it and its unit tests hold, and both of its forms say the same."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "deploy/prometheus"
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="no promtool on the path (Debian: apt-get install prometheus)"
)


def rules():
    return yaml.safe_load((FOLDER / "rules.yaml").read_text())


@needs_promtool
@pytest.mark.parametrize("arguments", [("check", "rules", "rules.yaml"), ("test", "rules", "tests/rules_test.yaml")])
def test_promtool_is_content(arguments):
    done = subprocess.run([PROMTOOL, *arguments], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_has_a_unit_test_that_fires():
    tested = {
        case["alertname"]
        for test in yaml.safe_load((FOLDER / "tests/rules_test.yaml").read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    assert tested == {rule["alert"] for group in rules()["groups"] for rule in group["rules"]}


def test_the_operators_form_is_made_from_the_plain_one():
    made = yaml.safe_load((FOLDER / "prometheusrule.yaml").read_text())
    assert made["kind"] == "PrometheusRule"
    assert made["spec"] == rules()
