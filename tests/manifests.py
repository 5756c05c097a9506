"""``make manifests``: the plain manifests of deploy/kubernetes anew, from the chart, by the helm that the tests use."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from tests.support.helm import NoHelmError, helm

ROOT = Path(__file__).parents[1]
PLAIN = ROOT / "deploy" / "helm" / "plain.py"
KEPT = ROOT / ".pytest_cache" / "d" / "helm"
"""Where pytest's cache keeps it (``tests/deploy/conftest.py``)."""


def main() -> None:
    """Write them, or say why that cannot be."""
    KEPT.mkdir(parents=True, exist_ok=True)
    try:
        binary = helm(KEPT)
    except NoHelmError as why:
        sys.exit(str(why))
    runpy.run_path(str(PLAIN))["main"](binary)


if __name__ == "__main__":
    main()
