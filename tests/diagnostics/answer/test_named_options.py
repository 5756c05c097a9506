from __future__ import annotations

import pytest

from tests.kinds.world import asked, dies


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("cannot read the region from the metadata service: status code: 401; specify --region instead", "--region"),
        ("Error: invalid configuration: no token, use the flag --token-file to give one", "--token-file"),
    ],
)
def test_the_option_that_the_message_names_is_told(line, option):
    assert f"names {option}" in asked(dies(line)).remedy.text


@pytest.mark.parametrize(
    "line",
    [
        "Error: invalid configuration: unclean shutdown; to force a start use --force-start",
        "Error: certificate is invalid; use --insecure-skip-verify to go on",
        "Error: unknown flag: --regoin; use --help for more",
    ],
)
def test_what_overrides_a_guard_or_only_shows_more_is_not(line):
    assert "message itself names" not in asked(dies(line)).remedy.text


def test_an_option_that_is_given_is_not_told_again():
    line = "cannot read the region: status code: 401; specify --region instead"
    assert "message itself names" not in asked(dies(line, args=["--region=eu"])).remedy.text
