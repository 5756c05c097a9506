"""The signatures that the service works with: those that ship, and the operator's own in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from diagnostics.claims.catalogue import builtin

if TYPE_CHECKING:
    from pathlib import Path

    from diagnostics.claims.catalogue import Catalogue

_log = structlog.get_logger(__name__)


def signatures(folder: Path | None) -> Catalogue:
    """Return the catalogue; what an author should write otherwise is logged. Raises ``CatalogueError``."""
    if folder is None:
        return builtin()
    catalogue = builtin().with_folder(folder)
    for sentence in catalogue.deprecations:
        _log.warning("signature_deprecated", what=sentence)
    return catalogue
