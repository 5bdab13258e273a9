"""The verbs of sealed evidence, and the only writers of its tables."""

from __future__ import annotations

from shelterwood.web.provider.evidence.services.clocks import (
    end_purpose,
    keep_longer,
    note_removal,
    note_report,
)
from shelterwood.web.provider.evidence.services.holding import (
    LONGEST_HOLD,
    PersonMayNotHold,
    extend_hold,
    hold,
    lift_hold,
)
from shelterwood.web.provider.evidence.services.looking import note_look
from shelterwood.web.provider.evidence.services.purging import purge_due, purge_strays, replay
from shelterwood.web.provider.evidence.services.sealing import (
    EvidenceAltered,
    NoSuchEvidence,
    description_of,
    evidence_ref,
    locked,
    open_for,
    seal,
)

__all__ = [
    "LONGEST_HOLD",
    "EvidenceAltered",
    "NoSuchEvidence",
    "PersonMayNotHold",
    "description_of",
    "end_purpose",
    "evidence_ref",
    "extend_hold",
    "hold",
    "keep_longer",
    "lift_hold",
    "locked",
    "note_look",
    "note_removal",
    "note_report",
    "open_for",
    "purge_due",
    "purge_strays",
    "replay",
    "seal",
]
