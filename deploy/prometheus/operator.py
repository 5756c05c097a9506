"""Writes a rules file as a PrometheusRule for the Prometheus operator, on standard output: ``make rules``.

``operator.py rules.yaml crashloop``: the file beside this one, and what the PrometheusRule is called.
"""

from __future__ import annotations

import sys
from pathlib import Path

HEAD = """\
# Made from {file} by `make rules`; change that one. Unlike it, this is for the Prometheus operator.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: {name}
  namespace: monitoring
spec:
"""


def prometheus_rule(file: str, name: str) -> str:
    """Return the PrometheusRule of a plain rules file, its comments on the rules kept."""
    rules = (Path(__file__).parent / file).read_text()
    body = rules[rules.index("groups:") :]
    indented = "".join(f"  {line}" if line.strip() else line for line in body.splitlines(keepends=True))
    return HEAD.format(file=file, name=name) + indented


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.stdout.write(prometheus_rule(*sys.argv[1:]))
