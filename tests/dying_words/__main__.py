"""``python -m tests.dying_words [SET_OR_FILE...] [-v]``: how many last words are understood, and which are not."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from diagnostics.diagnosis import Verdict
from tests.dying_words import corpus


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.dying_words", description=__doc__)
    parser.add_argument("named", nargs="*", default=corpus.SETS, metavar="SET_OR_FILE")
    parser.add_argument("-v", "--verbose", action="store_true", help="print what is not right")
    options = parser.parse_args()
    for name in options.named:
        entries = corpus.read(Path(name)) if name.endswith(".yaml") else corpus.words(name)
        answers = [(entry, entry.answer()) for entry in entries]
        wrong = [(entry, answer) for entry, answer in answers if (answer.cause or "") not in entry.causes]
        sure = [entry for entry, answer in answers if answer.verdict is Verdict.CONFIRMED]
        misled = [entry for entry, answer in wrong if answer.verdict is Verdict.CONFIRMED]
        right = len(answers) - len(wrong)
        sys.stdout.write(
            f"{name}: {right} of {len(answers)}; sure and right {len(sure) - len(misled)} of {len(sure)}\n"
        )
        for entry, answer in wrong if options.verbose else ():
            wanted = " or ".join(entry.causes)
            sys.stdout.write(f"  {entry.id}: {answer.cause or 'none'}, not {wanted}: {answer.summary[:160]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
