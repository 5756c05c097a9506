"""``crashloop accuracy``: figures for people and machines, without any token; what cannot be is one sentence."""

import json

import pytest

from bot.cli.accuracy import AccuracyReport, period, text
from bot.model.accuracy import ENOUGH, Answered, Ended, accuracy
from bot.model.errors import BotError
from bot.model.feedback import Feedback
from bot.store import Store
from tests.bot.store.test_feedback import answered, word
from tests.support.command_line import command, commanded


async def filled(folder):
    """A store with four incidents, two of which somebody judged."""
    (folder / "data").mkdir()
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'data' / 'crashloop.db'}")
    right, wrong = await answered(store, "a"), await answered(store, "b")
    await answered(store, "c", cause="app-crash")
    await answered(store, "d", verdict="undetermined", cause="")
    await store.feedback.keep(word(right, truth="oom-killed"))
    await store.feedback.keep(
        word(wrong, truth="bad-config", text="a \x1b[31mflag was gone", summary="api was killed.")
    )
    await store.close()
    return wrong


async def test_it_needs_no_token_and_tells_numbers_not_shares(tmp_path):
    await filled(tmp_path)
    said = await commanded(tmp_path, {}, "accuracy")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "Last 30 d: 4 incidents answered. By people's word 1 right, 1 wrong, the others nobody judged."
    table = {line.split()[0]: line.split()[1:] for line in lines[4:7]}
    assert table["oom-killed"] == ["2", "1", "1", "·", "·", "·", "2"]
    assert table["app-crash"] == ["1", "·", "·", "·", "·", "·", "1"]
    assert table["(undetermined)"] == ["1", "·", "·", "·", "·", "·", "1"]
    assert "%" not in said.out
    assert "\x1b" not in said.out
    assert "production/api  said oom-killed (confirmed); no snapshot" in said.out
    assert "U0ANNA says bad-config: a flag was gone" in said.out


async def test_as_json_it_is_one_object(tmp_path):
    wrong = await filled(tmp_path)
    said = await commanded(tmp_path, {}, "accuracy", "-o", "json", "--since", "2w")
    told = json.loads(said.out)
    assert (told["schema"], told["since_s"], told["incidents"], told["right"], told["wrong"]) == (1, 1209600, 4, 1, 1)
    assert told["causes"][0] == {
        "cause": "oom-killed", "said": 2, "right": 1, "wrong": 1, "disputed": 0,
        "ended": {"button": 0, "itself": 0, "somebody": 0, "open": 2, "not-failing": 0},
    }  # fmt: skip
    assert told["causes"][1]["cause"] is None
    (miss,) = told["misses"]
    assert (miss["incident"], miss["said"], miss["really"], miss["snapshot"]) == (
        wrong, "oom-killed", "bad-config", False
    )  # fmt: skip
    assert told["exported"] is None


async def test_a_miss_without_a_snapshot_is_counted_and_not_written(tmp_path):
    await filled(tmp_path)
    said = await commanded(tmp_path, {}, "accuracy", "--export", "misses")
    assert (said.code, said.err) == (
        0, "misses: 0 written, 1 without a snapshot: the workload failed no more when it was judged\n"
    )  # fmt: skip
    assert not (tmp_path / "misses").exists()


async def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    wrong = await filled(tmp_path)
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'crashloop.db'}")
    await store.feedback.attach(word(wrong), b"no snapshot at all")
    await store.close()
    said = await commanded(tmp_path, {}, "accuracy", "--export", "misses")
    assert (said.code, said.out) == (2, "")
    assert "the kept snapshot is broken" in said.err
    (tmp_path / "file").write_text("")
    said = await commanded(tmp_path, {}, "accuracy", "--export", "file/misses")
    assert said.code == 2
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--since", "soon"), "--since"), (("--since", "0d"), "--since"), ((), "there is no store yet")],
)
def test_what_cannot_be_is_one_sentence_and_exit_2(tmp_path, arguments, words):
    said = command(tmp_path, {}, "accuracy", *arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(("given", "seconds"), [("45m", 2700), ("12h", 43200), ("30d", 2592000), ("2w", 1209600)])
def test_a_period_is_a_number_and_a_unit(given, seconds):
    assert period(given) == seconds


@pytest.mark.parametrize("given", ["", "d", "30", "3 d", "-1d", "1.5d", "٣d", "99999999999w", "1y"])
def test_what_is_no_period_is_refused(given):
    with pytest.raises(BotError, match="--since"):
        period(given)


def test_only_enough_words_are_a_share():
    def told(count):
        answers = [
            Answered(incident_id=str(number), cause="a", verdict="likely", ended=Ended.OPEN) for number in range(count)
        ]
        words = [
            Feedback(incident_id=str(number), user="U", truth="a" if number else "b", cause="a", verdict="likely")
            for number in range(count)
        ]
        return text(AccuracyReport(since_s=3600, figures=accuracy(answers, words), exported=None))

    assert "%" not in told(ENOUGH - 1)
    assert f"({(ENOUGH - 1) / ENOUGH:.0%} of {ENOUGH})" in told(ENOUGH)


def test_without_any_incident_it_says_so():
    nothing = text(AccuracyReport(since_s=86400, figures=accuracy([], []), exported=None))
    assert nothing == "Last 24 h: 0 incidents answered. By people's word 0 right, 0 wrong, the others nobody judged.\n"
