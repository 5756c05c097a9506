"""The house rules that a test can hold."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for top in ("bot", "handlers", "diagnostics") for path in (ROOT / top).rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_one_duty_and_fits_on_a_few_screens(path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_foreign_text_never_meets_the_backtracking_engine(path):
    imports = [line for line in path.read_text().splitlines() if line.startswith(("import re", "from re "))]
    assert all(line.startswith("import re2") for line in imports)


def test_the_top_level_is_the_owners():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not tracked:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in tracked.splitlines()}
    assert top <= {
        *("pyproject.toml", "bot", "handlers", "diagnostics", "tests", "deploy", ".env.example"),
        *("README.md", "CHANGELOG.md", "LICENSE", "Makefile", "requirements.lock", ".ci", ".gitignore"),
    }


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_locks_hold_hashes_and_no_addresses(lock):
    text = (ROOT / lock).read_text()
    pinned = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert len(pinned) > 20
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(pinned)
