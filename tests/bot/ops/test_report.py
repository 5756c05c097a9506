"""Reports, through the real service: by command, mention and button, once, and for nobody who may not read it."""

import pytest

from bot.demo.slack.blockkit import blocks_errors, blocks_too_long
from bot.model.incident import State
from tests.bot.actions.test_service import PEOPLE, answered
from tests.bot.ops.test_home import QUICK, incident_of
from tests.support.command_line import commanded


async def over(case):
    await case.press(reason="it crashes")

    async def recovered():
        return (await incident_of(case)).state is State.RECOVERED

    await case.running.until_awaited(recovered)


def reports(case):
    stored = case.running.slack.workspace.thread("C0GENERAL", case.line.ts)
    return [item.message for item in stored if item.message["text"].startswith("📄 Report")]


async def whispered(case, user, count=1):
    """What the person alone is told in the end, past the sign of life."""

    return await case.running.until(lambda: len(found := heard(case, user)) >= count and found[-1])


def heard(case, user):
    return [text for text in case.told(user) if "Writing the report" not in text]


async def test_a_report_is_written_in_the_thread_once_and_by_the_command_line_too(tmp_path):
    async with answered(tmp_path, **QUICK) as case:
        await over(case)
        for number, asked in enumerate(
            ["report", "report storefront/storefront", "report on storefront/storefront, please"], 1
        ):
            await case.running.slack.acts.command("U0ANNA", "C0GENERAL", asked)
            assert "The report of `storefront/storefront` is <http" in await whispered(case, "U0ANNA", number)
        (report,) = reports(case)
        assert blocks_errors(report["blocks"]) == []
        assert not blocks_too_long(report["blocks"])
        said = "\n".join(block["text"]["text"] for block in report["blocks"] if block["type"] == "section")
        for part in (
            "ended by rollback to 1.2.0 (revision 1), by <@U0ANNA>",
            "NullPointerException", "First failure that is known",
            "<@U0ANNA> asked about", "pressed Rollback of storefront/storefront",
            "done as `anna@example.com`: it crashes",
            "Rollback of storefront/storefront held", "Its pods are well", " UTC: ",
        ):  # fmt: skip
            assert part in said
        database = f"sqlite+aiosqlite:///{tmp_path / 'data' / 'crashloop.db'}"
        printed = await commanded(tmp_path, {}, "report", "storefront", "--database", database)
        assert (printed.code, printed.err) == (0, "")
        assert printed.out.startswith("# Incident report: storefront/storefront\n")
        assert "done as `anna@example.com`" in printed.out
        printed = await commanded(tmp_path, {}, "report", "nothing-like-it", "--database", database)
        assert (printed.code, printed.out) == (3, "")
        assert "knows of no incident of nothing-like-it that is over" in printed.err


async def test_the_button_below_a_recovery_writes_it_and_a_mention_in_its_thread_does(tmp_path):
    async with answered(tmp_path, **QUICK) as case:
        assert "Write the report" not in str(case.answer.message["blocks"])
        await over(case)
        answer = await case.running.until(
            lambda: next(
                (item for item in case.running.slack.workspace.thread("C0GENERAL", case.line.ts)
                 if "Write the report" in str(item.message["blocks"])), None
            )
        )  # fmt: skip
        await case.running.slack.acts.act(
            "U0ANNA", "C0GENERAL", answer.ts, {"block_id": "report", "action_id": "report"}
        )
        await case.running.until(lambda: reports(case))
        assert [text for text in case.told("U0ANNA") if "report" in text] == []
        case.running.slack.acts.say("U0ANNA", "C0GENERAL", "@crashloop report", thread_ts=case.line.ts)
        assert "is <http" in await whispered(case, "U0ANNA")
        assert len(reports(case)) == 1


async def test_of_what_goes_on_there_is_none_yet_and_a_wrong_name_is_said_to_be_one(tmp_path):
    async with answered(tmp_path) as case:
        await case.running.slack.acts.command("U0ANNA", "C0GENERAL", "report storefront/storefront")
        assert "storefront/storefront is not over yet" in await whispered(case, "U0ANNA")
        await case.running.slack.acts.command("U0ANNA", "C0GENERAL", "report storefront/other")
        assert "no incident about storefront/other that is over" in await whispered(case, "U0ANNA", 2)
        await case.running.slack.acts.command("U0ANNA", "C0GENERAL", "report a b c")
        assert "one target at a time" in await whispered(case, "U0ANNA", 3)
        assert reports(case) == []


@pytest.mark.threat("Reading", "somebody without rights, a guest or an unmapped person asks for a report, or presses")
async def test_who_may_not_read_it_has_none_written(tmp_path, record_property):
    async with answered(tmp_path, read_guard="enforce", **QUICK) as case:
        await over(case)
        answer = await case.running.until(
            lambda: next(
                (item for item in case.running.slack.workspace.thread("C0GENERAL", case.line.ts)
                 if "Write the report" in str(item.message["blocks"])), None
            )
        )  # fmt: skip
        tried = 0
        for people in (PEOPLE.replace("ben@example.com", "nobody@example.com"), PEOPLE.splitlines()[0]):
            (tmp_path / "people.yaml").write_text(people)
            for user in ("U0BEN", "U0GUEST"):
                seen = len(heard(case, user))
                await case.running.slack.acts.command(user, "C0GENERAL", "report storefront/storefront")
                said = await whispered(case, user, seen + 1)
                assert "I may not show you this" in said or "that you may read" in said
                seen = len(heard(case, user))
                press = {"block_id": "report", "action_id": "report"}
                await case.running.slack.acts.act(user, "C0GENERAL", answer.ts, press)
                await whispered(case, user, seen + 1)
                tried += 2
        record_property("tried", tried)
        record_property("held", tried - len(reports(case)))
        assert reports(case) == []
