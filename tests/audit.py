"""Known vulnerabilities of what the image installs: pip-audit over ``requirements.lock``, part of ``make lint``.

The advisories are those of the Python Package Index. A machine that cannot ask it is told that nothing was audited, and
goes on: the code is not worse there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.lock"
ACCEPTED: dict[str, str] = {}
"""Advisories that do not concern this product: their id, and why not. Each is printed."""
WAIT_S = 5
"""Seconds for each answer of the index."""


def main() -> int:
    """Print what came of it; 1 where a package has a vulnerability that is not accepted."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes",
               "--progress-spinner", "off", "--timeout", str(WAIT_S), "--format", "json"]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    lines, failed = told(ran.stdout, ran.stderr)
    print(*lines, sep="\n")  # noqa: T201 — what the command is for
    return int(failed)


def told(report: str, problem: str = "") -> tuple[list[str], bool]:
    """What pip-audit's report says, in lines, and whether it is to be mended. Without a report nothing was audited."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        why = problem.strip().rpartition("\n")[2] or "it gave no report"
        return [f"pip-audit: skipped, nothing was audited: {why}"], False
    audited = [package for package in packages if "vulns" in package]
    if not audited:
        return ["pip-audit: skipped, nothing was audited: the advisories cannot be reached from here"], False
    found = [(package, advisory) for package in audited for advisory in package["vulns"]]
    known = [(package, advisory) for package, advisory in found if _reason(advisory)]
    new = [each for each in found if each not in known]
    lines = [f"{_named(*each)}: accepted, {_reason(each[1])}" for each in known]
    lines += [f"{_named(*each)}: fixed in {', '.join(each[1]['fix_versions']) or 'no version yet'}" for each in new]
    missing = len(packages) - len(audited)
    rest = f", {missing} not known to the index" if missing else ""
    return [*lines, f"pip-audit: {len(audited)} packages, {len(new)} to mend{rest}"], bool(new)


def _reason(advisory: dict[str, Any]) -> str:
    return next((ACCEPTED[name] for name in (advisory["id"], *advisory["aliases"]) if name in ACCEPTED), "")


def _named(package: dict[str, Any], advisory: dict[str, Any]) -> str:
    return f"{package['name']} {package['version']}: {advisory['id']}"


if __name__ == "__main__":
    sys.exit(main())
