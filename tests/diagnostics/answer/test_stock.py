"""Each stock sentence owns a predicate: it stays where the objects bear it out, and goes where they do not."""

from __future__ import annotations

import pytest

from diagnostics.answer import stock
from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.diagnosis import Advice
from tests.composed.world import Truth, http
from tests.kinds.test_probes import killed
from tests.kinds.world import asked, dies

LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
REFUSED = "dial tcp 10.42.0.17:8080: connect: connection refused"
WAY_BACK = (Advice(action="undo", helps=True, because="revision 1 ran", to_revision=1),)


def case(world):
    return case_of(world.snapshot(Truth("deployment/app", None)), builtin())


def probed(answer):
    return case(killed("INFO up\n", http("/up", 8080), kind="liveness", lived=40, answer=answer))


HELD = {
    "a refused probe": ("More time for the probe changes nothing.", probed(REFUSED), ()),
    "an end of its own": ("A restart runs the same code again.", case(dies("boom")), ()),
    "no way back": ("The last thing that its log was at before it is Job x: take it away.", case(dies("boom")), ()),
    "an image by its tag": (
        "Its image has tag latest, which may be another release at each pull.",
        case(dies("boom")),
        (),
    ),
}  # fmt: skip
UNHELD = {
    "a late answer": ("More time for the probe changes nothing.", probed(LATE), ()),
    "an end by the kubelet": ("A restart runs the same code again.", probed(REFUSED), ()),
    "a way back": ("The last thing that its log was at before it is Job x: go.", case(dies("boom")), WAY_BACK),
    "an image by its digest": (
        "Its image has no tag, which may be another release at each pull.",
        case(dies("boom", image="registry.example/app@sha256:" + "a" * 64)),
        (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_a_sentence_that_holds_stays(name):
    words, facts, advised = HELD[name]
    assert stock.kept(facts, f"First this. {words}", advised) == f"First this. {words}"


@pytest.mark.parametrize("name", UNHELD)
def test_a_sentence_that_does_not_hold_goes(name):
    words, facts, advised = UNHELD[name]
    assert stock.kept(facts, f"First this. {words} Then that.", advised) == "First this. Then that."


def test_every_sentence_is_tried_both_ways():
    for row in stock.STOCK:
        for tried in (HELD, UNHELD):
            assert any(row.begins.match(words) for words, _, _ in tried.values()), row.means


@pytest.mark.parametrize("text", ["", "One.", "One. Two! Three? four.", "v1.2 is old. It is.", "No stop"])
def test_sentences_make_the_text_again(text):
    assert " ".join(stock.sentences(text)) == text


def test_a_container_that_never_ran_is_not_said_to_start_again():
    log = dies("", 128, reason="ContainerCannotRun", lived=0, message="error while creating mount source path '/x'")
    told = asked(log)
    assert "each start" not in told.advice("restart").because


def test_a_dead_mount_wants_a_new_pod():
    path = "/var/lib/kubelet/pods/a0548f02/volumes/kubernetes.io~nfs/books"
    message = f"error while creating mount source path '{path}': mkdir {path}: file exists"
    told = asked(dies("", 128, reason="ContainerCannotRun", lived=0, message=message))
    assert told.cause == "volume-mount-failed"
    assert told.advice("restart").helps is True
