"""Slack's words about what it refuses, as the log has them."""

from bot.slack.errors import DETAIL, DETAILS, details_of, places


def test_a_refused_part_is_named_with_the_type_of_its_block():
    reply = {
        "ok": False,
        "error": "invalid_blocks",
        "errors": ["unsupported type: container [json-pointer:/blocks/1/type]"],
        "response_metadata": {"messages": ["[ERROR] unsupported type: container [json-pointer:/blocks/1/type]"]},
    }
    details = details_of(reply)
    assert places(details, [{"type": "section"}, {"type": "container"}]) == [
        "container: unsupported type: container [json-pointer:/blocks/1/type]"
    ]
    assert places(details, []) == list(details)


def test_words_of_any_form_are_short_and_few():
    assert details_of(None) == details_of("<html>") == details_of({"errors": 7, "response_metadata": []}) == ()
    many = details_of({"errors": [f"{number} {'x' * 999}\n" for number in range(99)]})
    assert len(many) == DETAILS
    assert max(map(len, many)) <= DETAIL
