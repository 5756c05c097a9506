"""An answer in its order: what it is, where, the proof, what changed, what to do; everything else after that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.render import slack
from bot.render.blocks import ADVICE
from bot.render.description import describe
from bot.render.phrases import joined, plain
from bot.render.terminal import render
from diagnostics.diagnosis import Advice, Change, Evidence, Link, Remedy, Scope, Timeline
from diagnostics.engine import diagnose
from tests.bot.render.test_render_slack import UNDO
from tests.composed.world import Truth, World, c
from tests.support.asked import recording
from tests.support.diagnoses import DEPENDENCY, HEALTHY, OOM, UNDETERMINED
from tests.support.recordings import SCENARIOS

LINES = 8
"""The action stands within so many lines: on a phone on the first screen."""


def shown(block):
    """Return the lines of a block as a reader sees them: a fence's own marks are none."""
    texts = [block["text"]["text"]] if "text" in block else [item["text"] for item in block.get("elements", ())]
    return [line for text in texts if isinstance(text, str) for line in text.split("\n") if line != "```"]


def above_the_action(message):
    lines = []
    for block in message.blocks:
        if block["type"] == "actions" or str(block.get("block_id", "")).startswith(f"{ADVICE}-do"):
            return lines
        lines += shown(block)
    return None


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_action_stands_within_the_first_eight_lines(scenario):
    diagnosis = recording(scenario).diagnosis
    offers = [replace(UNDO, action=advice.action) for advice in diagnosis.actions if advice.helps]
    above = above_the_action(slack.answer(diagnosis, offers))
    if not diagnosis.failing:
        assert above is None
        return
    assert above is not None
    assert len(above) < LINES, above


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_stands_open_comes_before_what_is_folded(scenario):
    kinds = [block["type"] for block in slack.answer(recording(scenario).diagnosis, (UNDO,)).blocks]
    assert kinds[0] == "section"
    assert kinds[-1] == "context"
    folds = [at for at, kind in enumerate(kinds) if kind == "container"]
    assert folds == list(range(len(kinds) - 1 - len(folds), len(kinds) - 1))


def test_the_parts_stand_in_the_readers_order():
    told = describe(OOM, (UNDO,), run="8f3a")
    assert plain(joined(told.whereabouts)) == (
        "production/api · cluster prod-eu · 3 of 3 pods down on node-1 · since 22 Nov, 11:54 UTC · certain"
    )
    assert told.quote is not None
    assert told.quote.fact == ("OOMKilled, exit code 137",)
    assert told.do == OOM.remedy.text
    assert told.command == ""
    assert told.commands == OOM.remedy.commands
    assert told.certainty == "Certain: the pod's status, the pod's spec, the log and an event agree"
    assert (told.cause, told.title) == ("oom-killed", "Killed by the kernel for memory")


def test_without_a_button_the_first_command_stands_open():
    told = describe(OOM)
    assert told.command == OOM.remedy.commands[0]
    assert told.commands == OOM.remedy.commands[1:]


def test_what_to_mind_stands_open_where_the_command_changes_something():
    first = f"Finish {'or revert ' * 12}it."
    remedy = Remedy(text=f"{first} Take a copy of the database first.", commands=("kubectl -n a delete job x",))
    assert describe(replace(OOM, remedy=remedy)).caution == "Take a copy of the database first."
    asking = replace(remedy, commands=("kubectl -n a logs x",))
    assert describe(replace(OOM, remedy=asking)).caution == ""
    assert describe(replace(OOM, remedy=asking)).by_hand == "Take a copy of the database first."


def test_a_long_instruction_is_one_clause_and_no_bracket_is_torn():
    long = f"Raise the limit {'a bit ' * 20}; use that never stops is a leak."
    assert describe(replace(OOM, remedy=Remedy(text=long))).by_hand == "Use that never stops is a leak."
    torn = f"Raise the limit (it {'grows ' * 20}; no end is seen) by a half."
    assert describe(replace(OOM, remedy=Remedy(text=torn))).do == torn


def test_two_short_sentences_stand_together():
    remedy = Remedy(text="Roll back to revision 1 first. Give PORT a value that the program accepts.")
    assert describe(replace(OOM, remedy=remedy)).do == remedy.text


def test_what_to_do_is_called_as_its_button_is():
    remedy = Remedy(text="Roll back to revision 3 first. Give PORT a value that the program accepts.")
    told = describe(replace(OOM, remedy=remedy), (UNDO,))
    assert told.do == "Roll back to 2.13.2 (revision 3) first. Give PORT a value that the program accepts."


def test_where_the_headline_states_a_value_its_field_says_that_it_was_not_read_there():
    setting = Evidence(source="pod", path="spec.containers[api].env[DATABASE_PORT]", quote="name=DATABASE_PORT")
    said = 'invalid value for DATABASE_PORT: "abc" (expected integer)'
    log = Evidence(source="log", path="api/previous", quote=said)
    stated = replace(
        OOM, cause="bad-config", facts={"setting": "DATABASE_PORT"}, evidence=(log, setting),
        summary=f"api exits (exit code 1): {said}.",
    )  # fmt: skip
    told = describe(stated)
    assert told.headline.text == 'DATABASE_PORT is "abc"; api wants an integer'
    (field,) = told.evidence
    assert field.fact is not None
    assert plain(field.fact) == (
        "DATABASE_PORT is set in the pod spec (value not read; the one above is what the log says)"
    )
    (unstated,) = describe(replace(stated, summary="DATABASE_PORT is wrong.")).evidence
    assert unstated.fact is not None
    assert plain(unstated.fact) == "DATABASE_PORT is set in the pod spec (value not read)"


def test_a_chain_is_drawn_to_its_root():
    told = describe(replace(DEPENDENCY, facts={"service": "payments/postgres"}))
    assert plain(told.chain) == "ledger ✕→ postgres ✕→ postgres (no space left to write to)"
    alone = replace(DEPENDENCY, chain=(Link(cause="disk-full", target="Pod a/b"),))
    assert describe(alone).chain == ()


@pytest.mark.parametrize(
    ("diagnosis", "told"),
    [
        (DEPENDENCY, "Likely, not certain: it rests on the log alone"),
        (UNDETERMINED, "Not known: no cause that I know fits"),
        (HEALTHY, ""),
    ],
)
def test_how_sure_it_is_is_said_with_its_reason(diagnosis, told):
    assert describe(diagnosis).certainty == told


def test_why_no_button_helps_is_folded_and_why_one_is_missing_stands_open():
    advice = (
        Advice(action="restart", helps=False, because="the limit would still be 96Mi"),
        Advice(action="undo", helps=True, because="revision 3 ran"),
    )
    told = describe(replace(OOM, actions=advice), notes=["No buttons: they are off."])
    assert [plain(note) for note in told.notes] == [
        "Rollback would help (revision 3 ran), but there is no button for it here.",
        "No buttons: they are off.",
    ]
    assert [plain(entry) for entry in told.lists[0].entries] == [
        "No restart: the limit would still be 96Mi.",
        "Rollback helps: revision 3 ran.",
    ]


def test_the_line_says_since_which_version_how_many_and_what_is_ready():
    rolled = (
        Change(what="revision", old="1", new="2", at="2026-11-22T11:50:00Z"),
        Change(what="image of api", old="shop/api:2.13.2", new="shop/api:2.14.0", at="2026-11-22T11:50:00Z"),
    )
    diagnosis = replace(OOM, changed=rolled, facts={"began": "Began with revision 1 → 2"})
    text = slack.channel_line(diagnosis, ready=["undo"]).text
    parts = text.split("\N{NO-BREAK SPACE}· ")
    assert parts[-4:] == ["since 2.14.0", "3 of 3 pods down", "cluster prod-eu", "*Rollback ready*"]
    without = slack.channel_line(replace(diagnosis, facts={}, cluster="")).text
    assert without.endswith("\N{NO-BREAK SPACE}· 3 of 3 pods down")


def test_slack_and_terminal_say_the_same():
    told = describe(OOM)
    answer, page = str(slack.answer(OOM).blocks), render(OOM, colour=False, width=100)
    for text in (told.headline.text, told.certainty, told.title):
        assert text in answer
        assert text in page.replace("\n", " ")


def test_the_quote_tells_of_the_outcome_that_the_headline_names():
    diagnosis = recording("probe-readiness-only").diagnosis
    described = describe(diagnosis)
    assert described.headline.text.endswith("→ 404")
    assert described.quote.lines == ("Readiness probe failed: HTTP probe failed with statuscode: 404",)


def test_what_works_between_its_ends_restarts_in_the_channel_as_in_the_answer():
    ends = ("2026-11-22T04:00:00Z", "2026-11-22T10:00:00Z")
    told = Timeline(ends=ends, untimed=6, apart_s=6 * 3600)
    diagnosis = replace(OOM, timeline=told, scope=Scope(failing=1, of=1), facts={**OOM.facts, "restarts": 7})
    channel = slack.channel_line(diagnosis).text
    assert "its only pod restarts" in channel
    assert "down" not in channel
    described = describe(diagnosis)
    said = " ".join(plain(part) for part in described.whereabouts)
    assert "its only pod restarts about every 6 h" in said
    # Eight ends are seven restarts: one number is told, as what it is.
    assert "Ended 8 times" in plain(described.timeline)
    assert "restart" not in plain(described.circumstances)


def refused_pods(wanted, there):
    """Return a Deployment of which the quota let so many pods be made."""
    world = World()
    world.workload("api", c("api", "registry.example/api:2.0"), replicas=there or 1)
    told = 'Error creating: pods "api-x" is forbidden: exceeded quota: compute, requested: pods=1, limited: pods=0'
    deployment = next(item for item in world.objects["Deployment"])
    deployment["spec"]["replicas"] = wanted
    deployment["status"] = {
        "replicas": there, "updatedReplicas": there,
        "conditions": [{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": told}],
    }  # fmt: skip
    if not there:
        world.objects["Pod"] = []
    return diagnose(world.snapshot(Truth("deployment/api", None)))


@pytest.mark.parametrize(("wanted", "there"), [(1, 0), (3, 0), (3, 2)])
def test_pods_that_could_not_be_made_are_not_down(wanted, there):
    diagnosis = refused_pods(wanted, there)
    assert diagnosis.cause == "pod-create-rejected"
    assert diagnosis.scope == Scope(failing=wanted - there, of=wanted, unmade=wanted - there)
    said = " ".join(plain(part) for part in describe(diagnosis).whereabouts)
    for text in (said, slack.channel_line(diagnosis).text):
        assert f"{there} of {wanted} pods created" in text
        assert "down" not in text


def test_a_pod_that_is_there_and_fails_is_still_down():
    assert OOM.scope.unmade == 0
    assert "down" in " ".join(plain(part) for part in describe(replace(OOM, timeline=None)).whereabouts)
