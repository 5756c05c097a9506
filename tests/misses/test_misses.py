"""Every miss that is kept here is answered rightly by now; and an exported one is a test as it stands."""

import json

import yaml

from bot.cli.accuracy import read
from tests.bot.incidents.test_own_buttons import KEPT, judge, said_with
from tests.misses import wrong
from tests.support.answers import answered
from tests.support.command_line import commanded


def test_what_was_a_miss_is_answered_rightly():
    assert list(wrong()) == []


async def test_a_word_in_slack_becomes_a_folder_that_is_diagnosed_and_judged(tmp_path):
    async with answered(tmp_path) as case:
        await judge(case, "U0ANNA", "missing-secret", "it was the token, password=hunter2222")
        await said_with(case, KEPT)
    url = f"sqlite+aiosqlite:///{tmp_path / 'data' / 'crashloop.db'}"
    said = await commanded(
        tmp_path, {}, "accuracy", "--since", "1h", "--export", str(tmp_path / "misses"), "--database", url
    )
    assert said.code == 0, said.err
    assert "misses: 1 written" in said.err
    assert "said app-crash (confirmed); with its snapshot" in said.out
    (folder,) = (tmp_path / "misses").iterdir()
    assert folder.name.startswith("app-crash-really-missing-secret-")
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "snapshot.json": 0o600, "truth.yaml": 0o600
    }  # fmt: skip

    # The command line reads it back, and answers what was answered in Slack.
    replayed = await commanded(tmp_path, {}, "diagnose", "--from", str(folder / "snapshot.json"), "-o", "json")
    answer = json.loads(replayed.out)
    assert (replayed.code, answer["cause"], answer["verdict"]) == (1, "app-crash", "confirmed")

    # As a test it says what is wrong; with a truth that the answer meets, nothing is.
    truth = yaml.safe_load((folder / "truth.yaml").read_text())
    assert (truth["cause"], truth["failing"], truth["said"]["cause"]) == ("missing-secret", True, "app-crash")
    assert truth["words"][0]["text"] == "it was the token, password=[redacted]"
    assert [(each.want, each.got) for each in wrong(tmp_path / "misses")] == [
        ("missing-secret", "app-crash (confirmed)")
    ]
    for right, told in (({"cause": "app-crash"}, []), ({"cause": None}, ["not app-crash"]),
                        ({"cause": None, "failing": False}, ["not failing"])):  # fmt: skip
        (folder / "truth.yaml").write_text(yaml.safe_dump(truth | right))
        assert [each.want for each in wrong(tmp_path / "misses")] == told

    # What somebody worked on is not written over.
    report = await read(url, 3600, tmp_path / "misses")
    assert (report.exported.folders, report.exported.there) == ((), 1)
    assert yaml.safe_load((folder / "truth.yaml").read_text())["failing"] is False
