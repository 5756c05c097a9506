"""``python -m tests.alerts FOLDER``: the figures of a folder of cases, and each case that is not as wanted."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import Counter
from pathlib import Path

import structlog

from tests.alerts.judge import judge


def figures(folder: Path) -> int:
    judged = [asyncio.run(judge(path.stem, path.read_text())) for path in sorted(folder.glob("*.yaml"))]
    counts = Counter(one.worth for one in judged)
    right = counts["understood"] + counts["quiet"]
    lines = [
        f"{one.worth:9} {one.name}: {list(one.targets)} {list(one.outcomes)}, wanted {list(one.truth)} {one.wanted}\n"
        for one in judged
        if one.worth in ("ambiguous", "missed", "wrong")
    ]
    lines.append(
        f"{len(judged)} cases: {counts['understood']} understood, {counts['quiet']} quiet as wanted, "
        f"{counts['ambiguous']} ambiguous, {counts['missed']} missed, {counts['wrong']} wrong: {right} right\n"
    )
    sys.stdout.writelines(lines)
    return 0 if right == len(judged) else 1


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    sys.exit(figures(Path(sys.argv[1])))
