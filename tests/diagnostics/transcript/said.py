"""Logs for the tests: a container's output stamped line by line, as the log API gives it."""

from datetime import UTC, datetime, timedelta

from diagnostics.snapshot import Log, LogLine
from diagnostics.transcript.api import transcribe

START = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)


def said(text, *, exit_code=1, ran_s=10.0, message=""):
    """Transcribe a log whose lines are spread evenly over the run."""
    lines = text.split("\n")
    step = ran_s / (len(lines) + 1)
    stamped = tuple(
        LogLine((START + timedelta(seconds=step * (index + 1))).isoformat(), line) for index, line in enumerate(lines)
    )
    log = Log(namespace="shop", pod="api-1", container="api", instance="previous", lines=stamped)
    return transcribe(
        "api", log, message=message, started_at=START, finished_at=START + timedelta(seconds=ran_s), exit_code=exit_code
    )


def led_by(text, **options):
    """Return the deciding line of a log."""
    transcript = said(text, **options)
    return transcript.lines[transcript.deciding]
