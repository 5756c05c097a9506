"""Check again, Not right? and I'm on it, pressed by people with and without rights, through the whole service."""

import json

from bot.render.words import title
from tests.support.answers import answered

OWN = ["check_again", "not_right", "on_it"]


async def incident_of(case):
    return (await case.store.incidents.recent(1))[0]


async def judged(case, user, truth, text=None):
    """Say in the dialog what it really was; return what the thread is told of it once that is final."""
    view = await case.dialog(user, "not_right")
    values = {
        "truth": {"value": {"type": "static_select", "selected_option": option(view, truth)}},
        "text": {"value": {"type": "plain_text_input", "value": text}},
    }
    await case.running.slack.acts.submit(user, view["id"], values)

    def said():
        return next((text for text in case.said() if f"<@{user}>" in text and words_of(truth) in text), None)

    return await case.running.until(said)


def words_of(truth):
    return {"nothing": "nothing was wrong", "other": "something else"}.get(truth) or title(truth)


def options(view):
    (select,) = [block["element"] for block in view["blocks"] if block.get("block_id") == "truth"]
    return [option for group in select["option_groups"] for option in group["options"]]


def option(view, truth):
    return next(each for each in options(view) if each["value"] == truth)


async def test_smoke(tmp_path):
    async with answered(tmp_path) as case:
        print(list(case.buttons()))
        print(await judged(case, "U0ANNA", "oom-killed", "the <!here> limit & password=hunter2222 `x`"))
        await case.running.until(lambda: "redacted, to make" in str(case.said()))
        print(case.said())
        await case.press("U0ANNA", "check_again")
        await case.running.until(lambda: case.told("U0ANNA"))
        print(case.told("U0ANNA"))
        await case.press("U0ANNA", "on_it")
        await case.running.until(lambda: "is on it" in case.line.message["text"])
        print(case.line.message["text"])
        print(json.dumps(case.thread[0].message["blocks"], indent=1, ensure_ascii=False)[:3000])
        print(await case.audit())
        print(await case.store.feedback.words(1e6))
