"""What lines are for: usage, echoes of a kill, aftermath, details."""

from diagnostics.transcript.model import Role
from tests.diagnostics.transcript.said import said


def roles(text, **options):
    transcript = said(text, **options)
    return [role.value for role in transcript.roles]


def test_usage_text_is_folded():
    text = "Error: unknown flag: --foo\nUsage:\n  app [flags]\n\nFlags:\n  -h, --help   help for app"
    assert roles(text) == ["deciding", *["usage"] * 5]


def test_a_traceback_raised_by_the_kill_is_an_echo():
    text = (
        "INFO compiling kernels\nTraceback (most recent call last):\n"
        '  File "/app/main.py", line 1, in <module>\n    run()\nKeyboardInterrupt: terminated'
    )
    transcript = said(text, exit_code=130)
    assert [role.value for role in transcript.roles] == ["deciding", "echo", "echo", "echo", "echo"]
    assert transcript.deciding == 0
    assert transcript.last_words_s is not None
    assert transcript.last_words_s < 2


def test_frames_are_details_and_the_words_decide():
    text = "Traceback (most recent call last):\n  File \"/app/main.py\", line 1, in f\n    g()\nKeyError: 'REGION'"
    assert roles(text) == ["detail", "detail", "detail", "deciding"]


def test_a_banner_after_the_reason_is_aftermath():
    text = "[error] required feature flag not enabled: orders_v2\nBOOT FAILED\nexit status 1"
    assert roles(text) == ["deciding", "aftermath", "aftermath"]


def test_telemetry_is_background():
    text = "ERROR failed to export traces: connection refused\nError: missing required flag --listen"
    assert roles(text)[0] == Role.BACKGROUND


def test_what_fails_after_a_request_to_stop_does_not_lead():
    text = "INFO serving on :8080\nINFO received SIGTERM, shutting down\nERROR failed to close pool: pool is closed"
    transcript = said(text, exit_code=143)
    assert transcript.shutdown == 1
    assert transcript.silent_s is not None


def test_a_failed_step_of_a_script_is_background_once_its_program_failed_of_something_else():
    text = "chown: changing ownership of '/srv/www': Operation not permitted\nnginx: bind() to 0.0.0.0:443 failed"
    assert roles(text + " (13: Permission denied)") == ["background", "deciding"]


def test_a_failed_step_that_the_program_then_complains_of_decides():
    text = (
        "mkdir: cannot create directory '/srv/index': Permission denied\nserve: open /srv/index/head: no such file or"
    )
    assert roles(text + " directory")[0] == "deciding"


def test_a_step_that_died_of_a_signal_is_no_failed_step():
    text = "/srv/boot.sh: line 4:    12 Illegal instruction     (core dumped) ./serve\nerror: unknown option mode"
    assert roles(text)[0] != "background" or said(text).deciding == 0
