"""Whether the settings can be read, and what they name on this machine: the people map, signatures."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.actions.people_map import PeopleFile
from bot.actions.programs_file import programs_file
from bot.doctor.report import State, broken, off, ok
from bot.model.errors import BotError
from bot.model.policy import People
from bot.settings import ENV_FILE, is_secret, meaning
from bot.settings import strangers as settings_strangers
from diagnostics.claims.catalogue import CatalogueError, builtin
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from bot.doctor.report import Result
    from bot.settings import Settings, SettingsError

SETTINGS, PEOPLE, PROGRAMS, SIGNATURES = "settings", "people map", "programs", "signatures"

_FIRST = (
    "create the Slack app at api.slack.com/apps (Create New App, From a manifest: deploy/slack/"
    "manifest-socket-mode.yaml), install it to the workspace, and set SLACK_BOT_TOKEN (xoxb-, OAuth & Permissions) "
    "and SLACK_APP_TOKEN (xapp-, Basic Information)"
)
"""What somebody is told who has set nothing yet."""

NAMES = "setting names"

_OF_THE_CHART = {
    "PEOPLE_FILE": "people",
    "API_PROGRAMS_FILE": "programs",
    "SIGNATURES_DIR": "signatures",
    "CLUSTERS_FILE": "clusters",
}
"""Values of the chart that make a file, and set the setting that names it."""

_THE_PODS = frozenset(
    {"SECRETS_DIR", "DATA_DIR", "HTTP_HOST", "HTTP_PORT", "HEALTH_PORT", "KUBECONFIG", "KUBE_CONTEXT"}
)
"""Settings that the pod's own shape decides: nobody sets them there."""

_NAME = compiled(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")


def refused(error: SettingsError) -> list[Result]:
    """Return what is wrong with the settings, a result each."""
    return [broken(SETTINGS, _said(each), _fix(each)) for each in (error, *error.others)]


def _said(error: SettingsError) -> str:
    """Say what is wrong; of what is not set also whether there was a file that could have set it."""
    if str(error).endswith("is not set") and not in_pod() and not Path(ENV_FILE).is_file():
        return f"{error}, and there is no {ENV_FILE} in {Path.cwd()}"
    return str(error)


def _fix(error: SettingsError) -> str:
    if error.name == "SLACK_BOT_TOKEN" and str(error).endswith("is not set"):
        return f"{_FIRST}{_here()}"
    if what := meaning(error.name):
        right = "" if str(error).endswith("is not set") else " right"
        return f"set {error.name}{right}{_here()}. What it is: {what}"
    if error.name:
        return f"rename {error.name}, or remove it"
    return "set the one that is missing, or unset the other (.env.example describes every setting)"


def strangers() -> list[Result]:
    """Return what in the environment is nearly called as a setting; nothing where all is."""
    return [
        broken(NAMES, str(each), f"rename {each.name}, or remove it; if it is another program's, leave it")
        for each in settings_strangers()
    ]


def in_pod() -> bool:
    """Whether this runs in a pod: Kubernetes says so in each one's environment."""
    return bool(os.environ.get("KUBERNETES_SERVICE_HOST"))


def _here() -> str:
    """Say where a setting is set on a machine; in a pod ``placed`` says it of each."""
    return "" if in_pod() else f", in the environment or in {ENV_FILE}"


def placed(result: Result) -> Result:
    """Return a result whose fix says, in a pod, where the settings stand that it names."""
    if result.state is not State.BROKEN or not in_pod():
        return result
    text = f"{result.sentence} {result.fix}" if result.check in (SETTINGS, NAMES) else result.fix
    names = dict.fromkeys(name for name in _NAME.findall(text) if meaning(name) and name not in _THE_PODS)
    if not names:
        return result
    places: dict[str, list[str]] = {}
    for name in names:
        places.setdefault(_place(name), []).append(name)
    where = "; ".join(f"{', '.join(named)}: {place}" for place, named in places.items())
    return replace(result, fix=f"{result.fix} (in the cluster: {where}; then restart the pod)")


def _place(name: str) -> str:
    if is_secret(name):
        folder = os.environ.get("SECRETS_DIR") or "SECRETS_DIR"
        return f"a key of the Secret that is mounted at {folder} (crashloop, or the chart's existingSecret)"
    if name in _OF_THE_CHART:
        return f"made of {_OF_THE_CHART[name]} in the chart's values, by hand a key of ConfigMap crashloop"
    return "among settings in the chart's values, by hand a key of ConfigMap crashloop"


def accepted(settings: Settings) -> Result:
    """Return that the settings can be read, from where, and over what Slack is spoken with."""
    sources = ["the environment", *([ENV_FILE] if Path(ENV_FILE).is_file() else [])]
    sources += [f"SECRETS_DIR ({settings.secrets_dir})"] if settings.secrets_dir is not None else []
    mode = "Socket Mode" if settings.socket_mode else "HTTP"
    return ok(SETTINGS, f"read from {', '.join(sources)}; Slack over {mode}")


def people(settings: Settings) -> tuple[Result, People]:
    """Return whether the people map can be used, and the map: an empty one where it cannot."""
    try:
        found = PeopleFile(settings.people_file, trust_email=settings.trust_slack_email).people()
    except BotError as error:
        fix = f"set that line right in {settings.people_file} (README, Buttons: who, what, once)"
        return broken(PEOPLE, str(error), fix), People()
    if not settings.people_known:
        return off(PEOPLE, "neither PEOPLE_FILE nor TRUST_SLACK_EMAIL is set: nobody can press a button"), found
    if not found.entries and not found.trust_email:
        sentence = f"PEOPLE_FILE: {settings.people_file} names nobody, so that everybody is refused"
        return broken(PEOPLE, sentence, "name your people in it, or unset PEOPLE_FILE"), found
    count = f"{len(found.entries)} {'entry' if len(found.entries) == 1 else 'entries'}"
    named = f"{count} in {settings.people_file}" if settings.people_file else ""
    trusted = "verified e-mails of Slack count (TRUST_SLACK_EMAIL)" if found.trust_email else ""
    return ok(PEOPLE, "; ".join(filter(None, (named, trusted)))), found


def programs(settings: Settings) -> list[Result]:
    """Return whether the file of programs can be used; nothing where there is none."""
    if settings.api_programs_file is None:
        return []
    try:
        found = programs_file(settings.api_programs_file).entries()
    except BotError as error:
        return [broken(PROGRAMS, str(error), f"set that right in {settings.api_programs_file}")]
    if not found:
        sentence = f"API_PROGRAMS_FILE: {settings.api_programs_file} names nobody, so that every program is refused"
        return [broken(PROGRAMS, sentence, "name a program in it, or unset API_PROGRAMS_FILE")]
    return [ok(PROGRAMS, f"{', '.join(program.name for program in found)} may ask")]


def signatures(settings: Settings) -> Result:
    """Return whether the signatures of one's own can be used."""
    if settings.signatures_dir is None:
        return off(SIGNATURES, "none of your own (SIGNATURES_DIR)")
    try:
        builtin().with_folder(settings.signatures_dir)
    except CatalogueError as error:
        return broken(SIGNATURES, str(error), f"set that line right, or move the file out of {settings.signatures_dir}")
    return ok(SIGNATURES, f"those in {settings.signatures_dir} can be used")
