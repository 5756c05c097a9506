"""Writes the rules as a PrometheusRule for the Prometheus operator, on standard output: ``make rules``."""

from __future__ import annotations

import sys
from pathlib import Path

HEAD = """\
# Made from rules.yaml by `make rules`; change that one. Unlike it, this is for the Prometheus operator.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: crashloop
  namespace: monitoring
spec:
"""


def prometheus_rule(rules: str) -> str:
    """Return the PrometheusRule of a plain rules file, its comments on the rules kept."""
    body = rules[rules.index("groups:") :]
    return HEAD + "".join(f"  {line}" if line.strip() else line for line in body.splitlines(keepends=True))


if __name__ == "__main__":
    sys.stdout.write(prometheus_rule((Path(__file__).parent / "rules.yaml").read_text()))
