"""The Home tab, through the real service over the demo's cluster: what one person may know of what goes on."""

import pytest
from sqlalchemy import update

from bot.demo.slack.blockkit import view_errors
from bot.model.incident import State
from bot.model.offer import OfferState
from bot.store.tables import incidents
from tests.bot.actions.test_service import PEOPLE, answered

QUICK = {"watch_every_s": 1, "recovery_hold_s": 1}


async def home(running, user):
    """What a person reads who opens the tab now."""
    running.slack.views.homes.pop(user, None)
    running.slack.acts.open_home(user)
    view = await running.until(lambda: running.slack.views.homes.get(user))
    assert view_errors({"type": "home", "blocks": view["blocks"]}) == []
    return "\n".join(
        f"{block['text']['text']} {block.get('accessory', {}).get('url', '')}".rstrip()
        for block in view["blocks"]
        if block["type"] == "section"
    )


def line_of(shown, workload):
    (line,) = [line for line in shown.split("\n") if f"`storefront/{workload}`" in line]
    return line


async def incident_of(case):
    return (await case.running.service.store.incidents.recent(1))[0]


async def test_what_fails_is_listed_a_row_each_with_its_thread_since_when_and_the_channels_own_words(tmp_path):
    async with answered(tmp_path) as case:
        incident = await incident_of(case)
        shown = await home(case.running, "U0ANNA")
        assert "*Failing now, with an open incident* (1)" in shown
        assert "*Recovered today*\nNothing yet." in shown
        assert "Waiting for approval" not in shown
        line = line_of(shown, case.card.target.partition("/")[2])
        assert line.startswith("🔴")
        assert line.endswith(incident.permalink)
        # Nothing of it began on another day of Anna's: the hour is enough.
        assert f"since <!date^{int(incident.began_at)}^{{time}}|" in line
        said = case.line.message["text"].partition(": ")[2].partition("\N{NO-BREAK SPACE}· ")[0]
        assert said in line


@pytest.mark.threat(
    "Reading", "the Home tab tells, in an answer's words, of a root in a namespace that one may not read"
)
async def test_a_root_in_another_namespace_is_not_told_in_the_channels_words(tmp_path, record_property):
    async with answered(tmp_path) as case:
        incident = await incident_of(case)
        database = case.running.service.store.incidents
        roots = ("Pod payments/postgres-0", "Node worker-1", "Deployment storefront/other")
        shown = []
        for root in roots:
            await database.retold(incident.id, "🔴 `storefront/x`: postgres-0 is full\N{NO-BREAK SPACE}· since 2")
            async with database._database.transaction() as connection:
                await connection.execute(update(incidents).where(incidents.c.id == incident.id).values(root=root))
            shown.append("postgres-0 is full" in await home(case.running, "U0ANNA"))
        record_property("tried", len(roots))
        record_property("held", f"{shown.count(False)} of 2 elsewhere")
        assert shown == [False, False, True]


@pytest.mark.threat("Reading", "the Home tab of somebody without rights, or of a guest, tells what fails")
async def test_who_may_not_read_there_is_told_of_nothing_and_guests_and_strangers_get_a_sentence(
    tmp_path, record_property
):
    people = PEOPLE.replace("ben@example.com", "nobody@example.com")
    async with answered(tmp_path, read_guard="enforce") as case:
        (tmp_path / "people.yaml").write_text(people)
        name = case.card.target.partition("/")[2]
        shown = {user: await home(case.running, user) for user in ("U0ANNA", "U0BEN", "U0GUEST")}
        assert name in shown["U0ANNA"]
        assert "*Failing now, with an open incident*\n🟢 No incident is open." in shown["U0BEN"]
        assert shown["U0GUEST"].startswith("I may not show you this: ")
        (tmp_path / "people.yaml").write_text(PEOPLE.splitlines()[0])
        shown["unmapped"] = await home(case.running, "U0BEN")
        assert shown["unmapped"].startswith("I may not show you this (READ_GUARD): ")
        refused = [text for user, text in shown.items() if user != "U0ANNA"]
        record_property("tried", len(refused))
        record_property("held", sum(name not in text for text in refused))
        assert all(name not in text for text in refused)


async def test_what_a_button_ended_is_listed_as_recovered_today(tmp_path):
    async with answered(tmp_path, **QUICK) as case:
        name = case.card.target.partition("/")[2]
        await case.press(reason="it crashes")

        async def over():
            return (await incident_of(case)).state is State.RECOVERED

        await case.running.until_awaited(over)
        incident = await incident_of(case)
        shown = await home(case.running, "U0ANNA")
        assert "*Failing now, with an open incident*\n🟢 No incident is open." in shown
        assert "*Recovered today* (1)" in shown
        line = line_of(shown, name)
        assert f"at <!date^{int(incident.well_since)}^{{time}}|" in line
        assert "ended by rollback to" in line
        assert "<@U0ANNA>" in line
        assert incident.permalink in line


async def test_what_waits_for_a_second_person_is_listed_for_who_may_agree_and_for_who_asked(tmp_path):
    async with answered(tmp_path, protected_namespaces=("storefront",)) as case:
        await case.press(reason="it crashes")

        async def proposed():
            return (await case.offer()).state is OfferState.PROPOSED

        await case.running.until_awaited(proposed)
        own = await home(case.running, "U0ANNA")
        assert "*Waiting for approval* (1)" in own
        assert "you asked for it, somebody else must agree: it crashes" in own
        assert "Waiting for approval" not in await home(case.running, "U0BEN"), "Ben may not patch it"
        case.grant("ben@example.com")
        line = next(line for line in (await home(case.running, "U0BEN")).split("\n") if line.startswith("✋"))
        assert "<@U0ANNA> asks for it: it crashes" in line
        offer = await case.offer()
        assert f"until <!date^{int(offer.expires_at)}^" in line
        assert f"p{offer.message_ts.replace('.', '')}" in line
