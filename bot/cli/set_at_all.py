"""Whether the settings that a diagnosis reads are set at all: where none is, the library that checks them stays out.

Importing pydantic takes longer than a whole diagnosis, and who asks from a laptop has set none of these.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ENV_FILE = ".env"
"""As ``bot.settings`` has it. What stands in it is for the settings to read."""

NAMES = frozenset({
    "LOGS_URL", "DASHBOARD_URL", "ARGOCD_URL", "FLUX_URL", "MORE_LINKS", "LOG_FILES",
    "PROMETHEUS_URL", "PROMETHEUS_TOKEN_FILE", "PROMETHEUS_CA_FILE", "PROMETHEUS_HEADERS", "PROMETHEUS_MATCHERS",
    "PROMETHEUS_PICTURES",
    "SECRETS_DIR",
})  # fmt: skip
"""The settings of links and of measurements, and the folder that may hold them as files."""


def set_at_all(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether one of them may be set: in the environment, in whatever case, or in a ``.env`` that is here."""
    return any(name.upper() in NAMES for name in environment) or Path(ENV_FILE).exists()
