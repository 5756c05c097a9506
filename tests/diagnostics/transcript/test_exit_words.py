"""A shell's own word for exit code 126 or 127, in the spelling of each shell, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.transcript import exit_words
from diagnostics.transcript.decoding import decoded


@pytest.mark.parametrize(
    ("line", "code", "command"),
    [
        ("/bin/sh: ./run.sh: Permission denied", 126, "./run.sh"),
        ("/entry.sh: 7: /srv/start: Permission denied", 126, "/srv/start"),
        ("/entry.sh: line 7: /srv/start: cannot execute: required file not found", 126, "/srv/start"),
        ("/docker-entrypoint.sh: exec: line 47: /srv/start: Permission denied", 126, "/srv/start"),
        ("/start: line 10: bin/rails: No such file or directory", 127, "bin/rails"),
        ("sh: 1: celery: not found", 127, "celery"),
        ("bash: line 1: celery: command not found", 127, "celery"),
        ("chmod: /srv/start: Read-only file system", 126, ""),
        ("cat: /etc/app.conf: Permission denied", 126, ""),
        ("/start: line 10: bin/rails: No such file or directory", 1, ""),
        ("/start: line 10: bin/rails: No such file or directory", None, ""),
    ],
)
def test_the_command_that_a_shell_could_not_run(line, code, command):
    assert exit_words.command(line, code) == command


def test_the_last_of_several_is_meant_and_only_near_the_end():
    said = ["/x: line 1: a: not found", "/x: line 2: b: not found", "giving up"]
    assert exit_words.said(decoded(("", line) for line in said), 127) == 1
    later = [*said, *(f"line of work {number}" for number in range(exit_words.REACH))]
    assert exit_words.said(decoded(("", line) for line in later), 127) is None


@given(st.text(), st.sampled_from([0, 1, 126, 127, None]))
def test_no_text_breaks_it_and_the_command_stands_in_the_line(text, code):
    assert exit_words.command(text, code) in text
