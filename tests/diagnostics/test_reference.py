"""Docstrings and comments cite pages of this repository only, and sections of REFERENCE.md that exist."""

from __future__ import annotations

from pathlib import Path

import re2

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "diagnostics" / "REFERENCE.md"
PRODUCT, TESTS = (
    sorted(path for top in tops for path in (ROOT / top).rglob("*.py") if path != Path(__file__))
    for tops in (("bot", "handlers", "diagnostics"), ("tests",))
)
PAGES = {page.relative_to(ROOT) for top in ("*.md", "*/*.md", "*/*/*.md") for page in ROOT.glob(top)}
SECTIONS = set(re2.findall(r"(?m)^#{2,3} (\d+(?:\.\d+)?) ", PAGE.read_text()))
CITED = re2.compile(r"REFERENCE\.md((?:,? (?:and )?\d+(?:\.\d+)?)*)")
BY_NUMBER_ALONE = re2.compile(r"(?i)\breference:? \d|\(\d\.\d+(?:, \d\.\d+)*\)")
NAMED = re2.compile(r"[\w/-]+\.md\b")
ELSEWHERE = {
    *("doc/statuscodes.md", "docs/querying/api.md", "docs/querying/basics.md", "docs/storage/prometheus.md"),
    "docs/metrics/workload/pod-metrics.md",
    "INSTALL.md",
}
"""Pages of other projects, cited with the project's name, and what `crashloop init` writes."""


def sections(text):
    """Return the sections of REFERENCE.md that a text cites; an empty one where it names the page alone."""
    return [found for cited in CITED.findall(text) for found in re2.findall(r"\d+(?:\.\d+)?", cited) or [""]]


def test_a_section_is_found_however_it_is_cited():
    assert sections("(REFERENCE.md 4.1, 5.3)") == ["4.1", "5.3"]
    assert sections("REFERENCE.md 2.3 and 2.4.") == ["2.3", "2.4"]
    assert sections("see REFERENCE.md 6") == ["6"]
    assert sections("see REFERENCE.md") == [""]


def within(path):
    return str(path.relative_to(ROOT))


def test_a_cited_section_exists(each):
    def check(path):
        text = path.read_text()
        assert [cited for cited in sections(text) if cited not in SECTIONS] == []
        docs = [line for line in text.splitlines() if '"""' in line or line.lstrip().startswith("#")]
        assert [line for line in docs if BY_NUMBER_ALONE.search(line)] == []

    each(PRODUCT + TESTS, check, within)


def test_a_cited_page_is_in_the_repository(each):
    by_name = {known.name for known in PAGES}

    def check(path):
        named = {Path(page) for page in set(NAMED.findall(path.read_text())) - ELSEWHERE}
        assert [page for page in named if page not in PAGES and page.name not in by_name] == []

    each(PRODUCT, check, within)


def test_the_page_refers_to_sections_that_it_has():
    # In brackets, and not a version: "(3.4)", "(a rule, 4.4)", "(the pod worker's queue: 4.3)".
    inside = re2.findall(r"\((?:[^()]*?[,:] )?(\d\.\d{1,2})\)", PAGE.read_text())
    assert len(inside) > 10
    assert set(inside) <= SECTIONS


def test_the_page_numbers_its_sections_without_a_gap():
    last = {}
    for number in re2.findall(r"(?m)^### (\d+\.\d+) ", PAGE.read_text()):
        chapter, part = map(int, number.split("."))
        assert part == last.get(chapter, 0) + 1
        last[chapter] = part
    assert [number for number in SECTIONS if "." not in number] != []
