"""The two commands for a newcomer: what ``make demo`` says and does, in a folder of its own with stand-ins for pip."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKE = shutil.which("make")
SAYS = "installing the locked packages into .venv: once, a minute or two ..."
PYTHON = """#!/bin/sh
echo "python $*" >> calls
{then}
"""
CRASHLOOP = """#!/bin/sh
echo "crashloop $*" >> calls
"""

pytestmark = pytest.mark.skipif(MAKE is None, reason="make is not installed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the Makefile, its locks, and a virtual environment whose programs write down their calls."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program(tmp_path, "python", PYTHON.format(then=""))
    program(tmp_path, "crashloop", CRASHLOOP)
    return tmp_path


def program(checkout: Path, name: str, text: str) -> None:
    path = checkout / ".venv" / "bin" / name
    path.write_text(text)
    path.chmod(0o755)


def made(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # What a surrounding make hands on is none of this one's business.
    plain = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    (checkout / "calls").write_text("")
    assert MAKE is not None
    return subprocess.run(
        [MAKE, *words], cwd=checkout, env=plain, capture_output=True, text=True, timeout=60, check=False
    )


def calls(checkout: Path) -> list[str]:
    return (checkout / "calls").read_text().splitlines()


def test_the_demo_says_that_it_installs_and_does_so_once(checkout):
    first = made(checkout, "demo", "PORT=4321")
    assert first.returncode == 0
    assert first.stderr.splitlines() == [SAYS]
    *installs, demo = calls(checkout)
    assert [("--require-hashes" in call, "--editable" in call) for call in installs] == [(True, False), (False, True)]
    assert demo == "crashloop demo --port 4321"
    again = made(checkout, "demo")
    assert (again.returncode, again.stderr) == (0, "")
    assert calls(checkout) == ["crashloop demo --port 3000"]


def test_an_install_that_fails_starts_nothing_and_is_tried_again(checkout):
    program(checkout, "python", PYTHON.format(then="exit 1"))
    assert made(checkout, "demo").returncode != 0
    assert not [call for call in calls(checkout) if call.startswith("crashloop")]
    program(checkout, "python", PYTHON.format(then=""))
    assert SAYS in made(checkout, "demo").stderr
    assert calls(checkout)[-1] == "crashloop demo --port 3000"


def test_the_help_lists_every_target_that_says_what_it_does(checkout):
    shown = made(checkout, "help").stdout
    for name in ("demo", "test", "check", "security"):
        assert f"make {name} " in shown
