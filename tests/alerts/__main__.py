"""``python -m tests.alerts FOLDER``: the figures of a folder of cases, and each case that is not as wanted."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

from tests.alerts.judge import judge


async def figures(folder: Path) -> int:
    judged = [await judge(path) for path in sorted(folder.glob("*.yaml"))]
    counts = Counter(one.worth for one in judged)
    for one in judged:
        if one.worth in ("ambiguous", "missed", "wrong"):
            print(
                f"{one.worth:9} {one.name}: {list(one.targets)} {list(one.outcomes)}, wanted {list(one.truth)} {one.wanted}"
            )
    right = counts["understood"] + counts["quiet"]
    print(
        f"{len(judged)} cases: {counts['understood']} understood, {counts['quiet']} quiet as wanted, "
        f"{counts['ambiguous']} ambiguous, {counts['missed']} missed, {counts['wrong']} wrong; {right}/{len(judged)} right"
    )
    return 0 if right == len(judged) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(figures(Path(sys.argv[1]))))
