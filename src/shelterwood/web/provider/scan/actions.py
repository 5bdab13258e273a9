"""What the record can say about detections; `object_ref` is `detection:UUID`."""

from __future__ import annotations

from shelterwood.web.hall.audit.actions import register

__all__ = ["DETECTION_ENDED", "DETECTION_FOUND", "DETECTION_PRINTS_ENDED", "DETECTION_RELEASED", "DETECTION_VARIANTS"]

DETECTION_FOUND = register("detection.found", "An upload matched an entry of a list; what it is, nobody has decided.")
DETECTION_RELEASED = register("detection.released", "What was held out of sight may be seen again.")
DETECTION_PRINTS_ENDED = register(
    "detection.prints-ended",
    "The clock of fingerprints that were sent without an object has ended: they are forgotten.",
)
DETECTION_ENDED = register(
    "detection.ended", "The clock of a detection event has ended: item, account and matches are forgotten."
)
DETECTION_VARIANTS = register(
    "detection.variants", "One account sent many near variants of listed entries within a day: somebody may be probing."
)
