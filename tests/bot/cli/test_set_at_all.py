"""What a diagnosis at the command line reads of the settings, and that it costs nothing where nothing is set."""

import subprocess
import sys

import pytest

from bot.cli.set_at_all import ENV_FILE, NAMES, set_at_all
from bot.settings import ENV_FILE as SETTINGS_FILE
from bot.settings.links import LinkSettings
from bot.settings.measuring import MeasuringSettings
from tests.support.recordings import snapshot_of


def test_its_names_are_those_of_the_settings_that_are_read():
    fields = {*LinkSettings.model_fields, *MeasuringSettings.model_fields, "secrets_dir"}
    assert {name.upper() for name in fields} == NAMES
    assert ENV_FILE == SETTINGS_FILE


@pytest.mark.parametrize("name", ["LOGS_URL", "logs_url", "PROMETHEUS_URL", "SECRETS_DIR"])
def test_a_variable_in_any_case_counts(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not set_at_all({"HOME": "/", "SLACK_BOT_TOKEN": "x"})
    assert set_at_all({name: "x"})


def test_a_file_of_settings_counts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ENV_FILE).write_text("LOG_LEVEL=debug\n")
    assert set_at_all({})


def test_a_diagnosis_without_settings_loads_no_library_for_them(tmp_path):
    asked = (
        "import sys; from bot.__main__ import cli\n"
        "try: cli(['diagnose', '--from', sys.argv[1]])\n"
        "except SystemExit as end: print(end.code, sorted({'pydantic', 'pydantic_settings'} & set(sys.modules)))"
    )
    saved = tmp_path / "snapshot.json"
    saved.write_text(snapshot_of("app-python-bug").to_json())
    done = subprocess.run(
        [sys.executable, "-c", asked, saved], cwd=tmp_path, env={}, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "1 []"
