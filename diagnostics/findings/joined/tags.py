"""An option that the program does not know, against an image whose tag moves: another release came without a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence
from diagnostics.facts import images
from diagnostics.findings import line_fixes
from diagnostics.findings.joined.model import Joined

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.findings.joined.model import Said


def look(case: Case, said: Said) -> Joined | None:
    """Return that the image may have moved under a tag that stayed."""
    suspect = case.suspect
    if suspect is None or not said.claims(ClaimType.SETTING_UNKNOWN):
        return None
    image = fields.text(suspect.spec, "image")
    tag, policy = line_fixes.floating(image), fields.text(suspect.spec, "imagePullPolicy")
    if not tag or policy in ("IfNotPresent", "Never"):
        return None
    note = (
        f" Its image has {tag}, which each new pod pulls anew, so that another release may have come without any change"
        f" here: pin {images.repository(image)} to the release that these settings are for."
    )
    quote = f"image={image}" + (f" imagePullPolicy={policy}" if policy else "")
    return Joined(
        because="",
        note=note,
        evidence=(Evidence(source="pod", path=suspect.spec_path, quote=quote),),
    )
