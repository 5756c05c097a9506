"""Pure: the files of an installation, made from the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from bot.installation import pages, receiver, steps
from bot.installation.documents import document
from bot.installation.manifest import manifest
from bot.installation.questions import NONE, OPERATOR, QUESTIONS, worth_remembering
from bot.installation.values import names_already, person, values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.installation.answers import Answers

ANSWERS, INSTALL = "answers.yaml", "INSTALL.md"
NAMES = (
    ANSWERS, steps.MANIFEST, steps.VALUES, steps.PEOPLE, steps.OWN, steps.PLAIN_RECEIVER, steps.OPERATED_RECEIVER,
    INSTALL,
)  # fmt: skip
"""Every file that a run may write."""


_OWN = """\
# Values of your own for the Helm chart, over those of values.yaml: programs, signatures, settings. All that there are
# stand in the chart's values.yaml. crashloop init leaves this file alone.
"""


def files(answers: Answers, people: str, todo: list[steps.Step], own: str | None = None) -> dict[str, str]:
    """Return the files by name. ``people`` is the map that is there already, empty where there is none.

    ``own`` are the person's own values, which stay as they are; None where there are none yet.
    """
    made = {
        ANSWERS: document(
            worth_remembering(answers), ["What was answered otherwise than by default. The next run begins with it."]
        ),
        steps.MANIFEST: document(manifest(answers), ["The Slack app: Create New App, From a manifest."]),
        steps.VALUES: document(values(answers), ["Values of the Helm chart. Nothing secret is among them."]),
    }
    made[steps.OWN] = _OWN if own is None else own
    if entry := person(answers):
        made[steps.PEOPLE] = people if names_already(people, entry) else _people(entry)
    if answers["alertmanager"] == OPERATOR:
        made[steps.OPERATED_RECEIVER] = document(receiver.operated(answers["monitoring_namespace"]))
    elif answers["alertmanager"] != NONE:
        made[steps.PLAIN_RECEIVER] = document(
            receiver.plain(),
            ["The route goes first among route.routes of alertmanager.yml, the receiver among receivers."],
        )
    made[INSTALL] = pages.markdown(todo)
    return made


def remembered(text: str) -> dict[str, str]:
    """Return the answers of the run before, from its file; whatever cannot be read is none."""
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError):
        return {}
    known = {question.name for question in QUESTIONS}
    return _texts(found, known) if isinstance(found, dict) else {}


def _texts(found: Mapping[object, object], known: set[str]) -> dict[str, str]:
    return {
        name: answer
        for name, answer in found.items()
        if isinstance(name, str) and name in known and isinstance(answer, str)
    }


def _people(entry: dict[str, object]) -> str:
    remarks = [
        "The people map: who somebody in Slack is to Kubernetes (README, Buttons: who, what, once). Who is not in it",
        "may not ask. A change counts after helm upgrade, without a restart.",
    ]
    return document({"people": [entry]}, remarks)
