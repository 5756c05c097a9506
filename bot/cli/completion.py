"""Completion of the command line by the shells: click's own scripts, put where each shell looks for them.

bash and fish load a file named after the command when it is first completed. zsh needs the folder on its ``fpath``,
and bash needs the package bash-completion; where a start-up file has to say more, one marked line is added to it, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

if TYPE_CHECKING:
    from collections.abc import Mapping

    import click
    from click.shell_completion import CompletionItem

COMMAND: Final = "crashloop"
MARK: Final = "# crashloop: completion"

SHELLS: Final[Mapping[str, type[ShellComplete]]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}

NO_FILES: Final = 4
IN_ORDER: Final = 32
FOLDERS: Final = 16
FILES: Final = 0
"""What kubectl's shell scripts do with the words (cobra ``ShellCompDirective``)."""


class CompletionError(Exception):
    """Why nothing was installed: one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """Files that were written or changed; none when all was there already."""

    changed: tuple[Path, ...]


def shell_of(environment: Mapping[str, str]) -> str:
    """Return the shell that a person uses, from ``SHELL``. Raises ``CompletionError``."""
    name = Path(environment.get("SHELL", "")).name
    if name not in SHELLS:
        told = f"the shell {name} has" if name else "SHELL is not set, and there is"
        raise CompletionError(f"{told} no completion here; name one of {', '.join(SHELLS)}")
    return name


def script(shell: str, command: click.Command) -> str:
    """Return what a shell has to read to complete ``crashloop``."""
    made = SHELLS[shell](command, {}, COMMAND, f"_{COMMAND.upper()}_COMPLETE")
    # click's own source() runs bash to find its version; the words are the same.
    return made.source_template % made.source_vars()


def install(shell: str, command: click.Command, environment: Mapping[str, str]) -> Installed:
    """Write the script into the person's own folder, and a line into the start-up file where the shell needs one.

    Raises ``CompletionError`` when it cannot be written.
    """
    home = environment.get("HOME", "")
    if not home:
        raise CompletionError("HOME is not set; print the script with crashloop completion SHELL")
    data = Path(environment.get("XDG_DATA_HOME") or Path(home, ".local/share"))
    config = Path(environment.get("XDG_CONFIG_HOME") or Path(home, ".config"))
    place, start, line = {
        "bash": (data / "bash-completion/completions" / COMMAND, Path(home, ".bashrc"), 'source "{}"'),
        "zsh": (
            data / "zsh/site-functions" / f"_{COMMAND}",
            Path(environment.get("ZDOTDIR") or home, ".zshrc"),
            "fpath+=('{folder}'); autoload -Uz compinit && compinit",
        ),
        "fish": (config / "fish/completions" / f"{COMMAND}.fish", None, ""),
    }[shell]
    try:
        changed = [place] if _written(place, script(shell, command)) else []
        if start is not None and _added(start, line.format(place, folder=place.parent)):
            changed.append(start)
    except OSError as error:
        raise CompletionError(f"{error.filename} cannot be written: {error.strerror}") from None
    return Installed(changed=tuple(changed))


def for_kubectl(command: click.Command, words: list[str]) -> str:
    """Return what kubectl's completion asks of ``kubectl_complete-crashloop``: a word a line, then a directive.

    ``words`` are those after ``kubectl crashloop``; the last one is what has been typed of it, maybe nothing.
    """
    *before, typed = words or [""]
    found = ShellComplete(command, {}, "kubectl crashloop", "").get_completions(before, typed)
    lines = [_line(item) for item in found if item.type == "plain"]
    kinds = {item.type for item in found} - {"plain"}
    directive = FOLDERS if "dir" in kinds else FILES if kinds else NO_FILES | IN_ORDER
    return "\n".join([*lines, f":{directive}", ""])


def _line(item: CompletionItem) -> str:
    return f"{item.value}\t{item.help}" if item.help else str(item.value)


def _written(path: Path, content: str) -> bool:
    """Write a file unless it says that already."""
    if path.is_file() and path.read_text(encoding="utf-8", errors="replace") == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return True


def _added(start: Path, line: str) -> bool:
    """Add the line to a start-up file unless a line of ours is in it."""
    told = start.read_text(encoding="utf-8", errors="replace") if start.exists() else ""
    if MARK in told:
        return False
    gap = "" if not told or told.endswith("\n") else "\n"
    with start.open("a", encoding="utf-8") as file:
        file.write(f"{gap}{line}  {MARK}\n")
    return True
