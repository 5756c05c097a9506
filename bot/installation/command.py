"""``crashloop init``: the answers, the files, and what is left to do. It asks no network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.installation import folder as on_disk
from bot.installation import kit
from bot.installation.answers import AnswerError
from bot.installation.questions import answered
from bot.installation.steps import OWN, PEOPLE, Step, steps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.installation.folder import Outcome
    from bot.installation.questions import Ask


class InitError(Exception):
    """Nothing was written, and why: one sentence."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of each file, which files of an earlier run nothing uses any more, and what is left to do."""

    outcomes: dict[str, Outcome]
    left_over: list[str]
    steps: list[Step]


def run(
    folder: str,
    given: Mapping[str, str],
    *,
    ask: Ask | None,
    may_replace: Callable[[list[str]], bool],
    chart: str,
) -> Written:
    """Find the answers, and write the folder. ``may_replace`` is asked about files that would say something else.

    Raises ``InitError``; then the folder is as it was.
    """
    path = Path(folder)
    try:
        answers = answered(given, kit.remembered(on_disk.content(path, kit.ANSWERS)), ask)
        todo = steps(answers, folder, chart)
        files = kit.files(answers, on_disk.content(path, PEOPLE), todo, on_disk.own(path, OWN))
        differing = on_disk.differing(path, files)
        if differing and not may_replace(differing):
            what = f"{', '.join(differing)} in {folder} would say something else"
            raise InitError(f"{what}; --force replaces what differs, and keeps it as *{on_disk.BEFORE}")
        outcomes = on_disk.write(path, files)
    except (AnswerError, on_disk.FolderError) as error:
        raise InitError(str(error)) from None
    left = [name for name in kit.NAMES if name not in files and (path / name).exists()]
    return Written(outcomes, left, todo)
