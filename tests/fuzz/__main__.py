"""``make fuzz``: each target for a third of a minute, by libFuzzer (atheris); the bytes on which one fails are kept.

``python -m tests.fuzz TARGET SECONDS FOLDER`` runs one of them in this process, which libFuzzer ends.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

SECONDS = 20
"""For each target."""
SLOW_S = 5
"""An input that takes longer than this is a finding."""
LONGEST = 4096
"""Bytes of an input."""


def main(arguments: list[str]) -> int:
    """Run the targets; 1 where one failed."""
    if find_spec("atheris") is None:
        print("fuzz: skipped, atheris has no wheel for this machine")  # noqa: T201 — what the command is for
        return 0
    if arguments:
        target, seconds, folder = arguments
        _one(target, int(seconds), Path(folder))
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 — instrumented when it runs, named here

    return max(_run(target) for target in TARGETS)


def _run(target: str) -> int:
    with tempfile.TemporaryDirectory(prefix="crashloop-fuzz-") as folder:
        command = [sys.executable, "-m", "tests.fuzz", target, str(SECONDS), folder]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        failed = ran.returncode != 0
        if failed:
            print(ran.stdout[-4000:], ran.stderr[-2000:], sep="\n")  # noqa: T201
        for path in sorted(Path(folder).glob("found-*")):
            print(f"{path.name}: {path.read_bytes()!r}")  # noqa: T201
    done = next((line for line in reversed(ran.stderr.splitlines()) if line.startswith(("Done ", "#"))), "")
    print(f"fuzz {target}: {'FAILED' if failed else 'held'}; {done.strip()}", flush=True)  # noqa: T201
    return int(failed)


def _one(target: str, seconds: int, folder: Path) -> None:
    import atheris  # noqa: PLC0415 — only where it is installed

    with atheris.instrument_imports(include=["handlers", "bot.alerts", "diagnostics"]):
        from tests.fuzz.seeds import seeds  # noqa: PLC0415 — instrumented by the import
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds(target)):
        (corpus / str(number)).write_bytes(seed)
    options = [
        f"-max_total_time={seconds}", f"-timeout={SLOW_S}", f"-max_len={LONGEST}", f"-artifact_prefix={folder}/found-"
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus)], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
