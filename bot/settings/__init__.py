"""Settings: environment variables and ``.env``, checked together before anything starts.

One module an area; each field's description is its documentation (``pages``): ``python -m bot.settings`` prints
``.env.example`` from them, and ``python -m bot.settings --table`` a Markdown table.
"""

from bot.settings.clusters import ClusterEntry, alert_names, clusters_of
from bot.settings.settings import (
    ENV_FILE,
    Settings,
    SettingsError,
    is_secret,
    load,
    load_alerts,
    load_cluster,
    load_links,
    load_measuring,
    load_service,
    meaning,
    strangers,
)

__all__ = [
    "ENV_FILE", "ClusterEntry", "Settings", "SettingsError", "alert_names", "clusters_of", "is_secret", "load",
    "load_alerts", "load_cluster", "load_links", "load_measuring", "load_service", "meaning", "strangers",
]  # fmt: skip
