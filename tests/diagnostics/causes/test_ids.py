"""A cause is named in its own folder only: shared code asks what a cause declares."""

from __future__ import annotations

import ast
from pathlib import Path

from diagnostics import causes

ROOT = Path(causes.__file__).parents[1]
IDS = {module.CAUSE.id for module in causes.registry()}
OTHER_WORDS = {
    ("facts/pods/pulls.py", "not-found"),
    ("claims/reachability.py", "scaled-to-zero"),
    ("claims/model.py", "heap-exhausted"),
    ("transcript/words.py", "starting"),
}
"""Members of other vocabularies that are spelled like an id: how a pull failed, why a Service has no pod, a claim,
a word that programs say."""


def literals(path):
    return {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}


def test_no_shared_file_names_a_cause():
    shared = [path for path in ROOT.rglob("*.py") if "causes" not in path.relative_to(ROOT).parts]
    named = {(str(path.relative_to(ROOT)), word) for path in shared for word in literals(path) & IDS}
    assert named == OTHER_WORDS


def test_no_signature_names_a_cause():
    files = list((ROOT / "signatures").glob("*.toml"))
    assert files
    assert [path.name for path in files if "\ncause =" in path.read_text()] == []
