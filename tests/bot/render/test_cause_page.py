"""A cause's page as a dialog: every page within Slack's limits, and nothing of it lost."""

import json

import pytest

from bot.demo.slack.blockkit import view_errors
from bot.render import cause_page, pages, words
from bot.render.slack import answer
from diagnostics.patterns import compiled
from tests.support.diagnoses import SAMPLES

WORD = compiled(r"[A-Za-z0-9]+")


@pytest.mark.parametrize("cause", pages.ids())
def test_every_page_is_a_dialog_that_says_what_the_command_line_says(cause):
    view = cause_page.dialog(cause)
    assert view_errors(view) == []
    shown = "\n".join(block["text"]["text"] for block in view["blocks"])
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(entity, sign)
    page = pages.page(cause, colour=False, width=100).removeprefix(cause)
    title, _newline, rest = shown.partition("\n")
    assert title == f"*{words.title(cause)}* `{cause}`"
    assert WORD.findall(words.title(cause)) + WORD.findall(rest) == WORD.findall(page)
    assert "``" not in shown
    assert "*What it means*" in shown


def test_the_causes_that_a_page_names_are_code_and_words_of_the_language_are_not():
    shown = str(cause_page.dialog("bad-config"))
    assert "(`app-crash`)" in shown
    assert "(`missing-secret`, `missing-configmap`)" in shown
    assert "`starting`" not in str(cause_page.dialog("startup-probe-failed"))


def test_an_id_that_is_none_has_no_page():
    with pytest.raises(pages.UnknownCause):
        cause_page.dialog("oom")


@pytest.mark.parametrize("name", SAMPLES)
def test_an_answer_leads_to_its_causes_page_from_its_evidence(name):
    blocks = answer(SAMPLES[name]).blocks
    fold = next((block for block in blocks if block.get("block_id") == "evidence"), None)
    cause = SAMPLES[name].cause
    if name == "not-found":
        assert fold is None, "there is no evidence to fold"
        return
    found = [child["accessory"]["value"] for child in fold["child_blocks"] if "accessory" in child]
    assert found == ([cause] if cause else [])
    assert len(json.dumps(blocks)) < 20_000
