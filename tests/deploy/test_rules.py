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


FORMS = {"rules": "prometheusrule.yaml", "bot-rules": "bot-prometheusrule.yaml"}
"""Each rules file, and its form for the operator."""


def rules(name):
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text())


@needs_promtool
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("what", ["check", "test"])
def test_promtool_is_content(name, what):
    file = f"{name}.yaml" if what == "check" else f"tests/{name}_test.yaml"
    done = subprocess.run([PROMTOOL, what, "rules", file], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", FORMS)
def test_every_rule_has_a_unit_test_that_fires(name):
    tested = {
        case["alertname"]
        for test in yaml.safe_load((FOLDER / f"tests/{name}_test.yaml").read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    assert tested == {rule["alert"] for group in rules(name)["groups"] for rule in group["rules"]}


@pytest.mark.parametrize(("name", "form"), FORMS.items())
def test_the_operators_form_is_made_from_the_plain_one(name, form):
    made = yaml.safe_load((FOLDER / form).read_text())
    assert made["kind"] == "PrometheusRule"
    assert made["spec"] == rules(name)
