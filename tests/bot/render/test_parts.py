"""The parts of an answer: the line that fits, changes cut to what differs, evidence in groups, buttons."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.render import changed, proof, words
from bot.render.blocks import without_buttons
from bot.render.slack import answer, channel_line
from diagnostics.diagnosis import Change, Evidence
from tests.bot.render.test_render_slack import UNDO
from tests.support.asked import recording
from tests.support.diagnoses import OOM
from tests.support.recordings import SCENARIOS

AT = "2026-11-22T11:50:00Z"


def rollout(*more, began=""):
    change = Change(
        what="revision", old="41", new="42", at=AT, before_first_crash_s=240, by="kubectl-client-side-apply"
    )
    along = [replace(item, at=AT, before_first_crash_s=240, by=change.by) for item in more]
    return replace(OOM, changed=(change, *along), facts={"began": began} if began else {})


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_channels_line_is_short(scenario):
    text = channel_line(recording(scenario)[1]).text
    assert "\n" not in text
    assert len(text) <= 140, text


def test_the_line_of_a_chain_names_the_root_first():
    text = channel_line(recording("dependency-crashing")[1]).text
    assert "postgres-0 has no space left on its disk, so api cannot reach postgres-service:5432" in text
    assert "disk-full" not in text


@pytest.mark.parametrize(
    ("sentence", "room", "told"),
    [
        (
            "api crashed (exit code 1 after 2 s): KeyError: 'x'.",
            60,
            "api crashed (exit code 1 after 2 s): KeyError: 'x'",
        ),
        ("api crashed (exit code 1 after 2 s): KeyError: 'x'.", 40, "api crashed: KeyError: 'x'"),
        ("Service a selects no pods: its selector is b", 30, "Service a selects no pods"),
        ("It was killed at its limit (OOMKilled, by nobody known)", 42, "It was killed at its limit"),
        ("onewordthatisfartoolongtobeshownwhole", 10, "onewordth…"),
    ],
)
def test_a_sentence_is_cut_where_a_clause_ends(sentence, room, told):
    assert words.brief(sentence, room) == told


@pytest.mark.parametrize("target", ["Deployment production/api", "production/deployment/api", "production/api"])
def test_a_workload_is_called_the_same_everywhere(target):
    assert words.place(target) == "production/api"


def test_what_began_with_a_rollout_is_one_sentence():
    image = Change(what="image of api", old="registry.example/api:1.8.2", new="registry.example/api:1.9.0")
    env = Change(what="env PORT of api", old="one value", new="another value")
    ((heading, lines),) = changed.sections(rollout(image, env, began="Began 4 min after revision 41 → 42 (by x)"))
    assert heading == "Began 4 min after revision 41 → 42 (image 1.8.2 → 1.9.0, by kubectl apply, 11:50:00 UTC)"
    assert lines == ["env PORT of api: value changed"]


def test_a_rollout_with_which_nothing_began_is_only_dated():
    ((heading, _),) = changed.sections(rollout())
    assert heading == "Revision 41 → 42 came 4 min before the first crash (by kubectl apply, 11:50:00 UTC)"


def test_a_long_command_is_cut_to_what_differs():
    same = "sh -c echo one; echo two; echo three; echo four; echo five; echo six; "
    told = changed.effect(Change(what="command of api", old=f"{same}serve --a", new=f"{same}serve --b --verbose"))
    assert told == "command of api: …six; serve --a → …six; serve --b --verbose"


def test_a_modified_object_is_said_as_such():
    modified = Change(what="ConfigMap conf", new="modified", at=AT, before_first_crash_s=0)
    ((heading, lines),) = changed.sections(replace(OOM, changed=(modified,)))
    assert (heading, lines) == ("What changed", ["ConfigMap conf was modified at the first crash (11:50:00 UTC)"])


def test_lines_of_a_log_stand_together_in_its_own_order():
    lines = [
        Evidence(source="log", path="x/db-0 pg/previous", quote=text, at=f"2026-11-22T10:00:0{second}Z")
        for second, text in ((2, "second"), (1, "first"))
    ]
    (log, rest) = proof.groups([lines[0], Evidence(source="pod", path="spec", quote="a=b"), lines[1]])
    assert log.heading == "Log of pg of db-0 before its last restart, 10:00:02 UTC"
    assert [item.quote for item in log.items] == ["first", "second"]
    assert rest.heading == ""


def test_a_hidden_value_is_said_to_be_set():
    item = Evidence(source="pod", path="spec.containers[api].env[PORT]", quote="name=PORT")
    assert proof.implied(item) == "set here; its value is not read"
    assert proof.implied(replace(item, path="spec.containers[api]")) == ""


def test_the_pod_at_hand_is_not_named_again_in_its_events():
    own = Evidence(source="event", path=f"BackOff on Pod production/{OOM.target.pod} (api)", quote="x")
    assert proof.label(own, OOM) == "event BackOff"
    assert (
        proof.label(replace(own, path="FailedCreate on ReplicaSet x/y"), OOM) == "event FailedCreate on ReplicaSet x/y"
    )


def test_what_is_said_about_buttons_goes_with_them():
    message = answer(OOM, (UNDO,))
    left = str(without_buttons(message.blocks, ({"type": "section", "text": {"type": "mrkdwn", "text": "done"}},)))
    assert "No *restart*" in str(message.blocks)
    assert "done" in left
    assert "No *restart*" not in left
    assert "offer-1" not in left
    assert "OOMKilled" in left
