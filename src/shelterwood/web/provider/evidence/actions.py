"""What the record can say about sealed evidence; `object_ref` is `evidence:UUID`."""

from __future__ import annotations

from shelterwood.web.hall.audit.actions import register

__all__ = [
    "EVIDENCE_CLOCK_MOVED", "EVIDENCE_DESCRIBED", "EVIDENCE_HELD", "EVIDENCE_HOLD_EXTENDED", "EVIDENCE_HOLD_FOUND",
    "EVIDENCE_HOLD_LIFTED", "EVIDENCE_LOOKED_AT", "EVIDENCE_OPENED", "EVIDENCE_PURGED", "EVIDENCE_REPLAYED",
    "EVIDENCE_SEALED", "STRAYS_PURGED",
]  # fmt: skip

EVIDENCE_SEALED = register("evidence.sealed", "What was found was sealed under a key of its own.")
EVIDENCE_DESCRIBED = register("evidence.described", "Digests were kept of what was found, and not its bytes.")
EVIDENCE_OPENED = register("evidence.opened", "Sealed evidence was opened for the purpose in the codes.")
EVIDENCE_CLOCK_MOVED = register("evidence.clock-moved", "The day on which evidence is destroyed was set anew.")
EVIDENCE_HELD = register("evidence.held", "An authority asked that evidence be kept until a day.")
EVIDENCE_HOLD_EXTENDED = register("evidence.hold-extended", "A legal hold was given a later end.")
EVIDENCE_HOLD_FOUND = register(
    "evidence.hold-found", "A legal hold stood in the custody record only, and is on the page of its object now."
)
EVIDENCE_LOOKED_AT = register(
    "evidence.looked-at", "Somebody looked at what is kept: its ends, holds and custody records; no content."
)
EVIDENCE_HOLD_LIFTED = register("evidence.hold-lifted", "A legal hold ended before its day.")
EVIDENCE_PURGED = register("evidence.purged", "The key of an object was destroyed; the proof is named.")
EVIDENCE_REPLAYED = register("evidence.purge-replayed", "Restored data named an object that had been destroyed.")
STRAYS_PURGED = register("evidence.strays-purged", "Sealed objects that no event names were destroyed.")
