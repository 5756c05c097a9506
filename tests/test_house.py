"""The house rules that a test can hold."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for top in ("bot", "handlers", "diagnostics") for path in (ROOT / top).rglob("*.py"))
WITHOUT_A_CLIENT = {
    *(
        "PIL",
        "click",
        "dotenv",
        "jsonpatch",
        "multidict",
        "prometheus_client",
        "pydantic",
        "pydantic_settings",
        "re2",
        "rich",
    ),
    *("structlog", "yaml", "yarl"),
}
"""Libraries that talk to nobody: what is not here needs a contract that says who may import it."""
CORE = [path for path in MODULES if path.is_relative_to(ROOT / "diagnostics")]
CORE_USES = {
    *(
        "__future__",
        "base64",
        "binascii",
        "bisect",
        "collections",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "STATS",
        "errno",
    ),
    *(
        "functools",
        "hashlib",
        "html",
        "importlib",
        "ipaddress",
        "itertools",
        "json",
        "math",
        "pathlib",
        "pkgutil",
        "re2",
    ),
    *("shlex", "statistics", "tomllib", "types", "typing", "urllib", "zlib"),  # urllib.parse: text to text
}
"""All that the pure core imports from outside: values and data, nothing that asks the world."""
CLOCKS = {"now", "utcnow", "today"}


def within(path):
    return str(path.relative_to(ROOT))


def test_foreign_text_never_meets_the_backtracking_engine(each):
    def check(path):
        imports = [line for line in path.read_text().splitlines() if line.startswith(("import re", "from re "))]
        assert all(line.startswith("import re2") for line in imports)

    each(MODULES, check, within)


def test_a_pattern_is_compiled_when_it_is_used_and_not_at_import():
    late = {ROOT / "diagnostics" / "patterns.py", ROOT / "diagnostics" / "claims" / "signature.py"}
    assert [path for path in MODULES if "re2.compile(" in path.read_text() and path not in late] == []


def test_a_client_library_is_closed_until_a_contract_says_who_may_import_it():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    guarded = {name for contract in contracts for name in contract.get("protected_modules", ())}
    own = {"bot", "handlers", "diagnostics", *sys.stdlib_module_names}
    assert {name for path in MODULES for name in imported(path)} - own - guarded <= WITHOUT_A_CLIENT


def test_the_core_imports_values_and_data_only():
    assert {name for path in CORE for name in imported(path)} - {"diagnostics"} <= CORE_USES


def test_the_core_asks_no_clock(each):
    def check(path):
        calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        asked = [func for func in calls if isinstance(func, ast.Attribute) and func.attr in CLOCKS]
        assert [ast.unparse(func) for func in asked] == []

    each(CORE, check, within)


def imported(path):
    """Return the top-level names of what a module imports, late imports and those for type checkers too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_the_top_level_is_the_owners():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not tracked:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in tracked.splitlines()}
    assert top <= {
        *("pyproject.toml", "bot", "handlers", "diagnostics", "tests", "deploy", ".env.example"),
        *("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"),
        *("Makefile", "requirements.lock", ".ci", ".github", ".gitignore"),
    }


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_locks_hold_hashes_and_no_addresses(lock):
    text = (ROOT / lock).read_text()
    pinned = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert len(pinned) > 20
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(pinned)
