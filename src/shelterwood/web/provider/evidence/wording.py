"""The words of evidence as pages and commands write them."""

from __future__ import annotations

from typing import Final

from shelterwood.policy import EvidenceMode
from shelterwood.vault import Act, PurgeReason, Purpose
from shelterwood.web.provider.evidence.states import Clock, Held, HoldReason, Kept, LiftReason

__all__ = ["ACTS", "CLOCKS", "ENDS", "HELD", "HOLD_REASONS", "KEPT", "LIFT_REASONS", "MODES", "PURPOSES"]

KEPT: Final = {
    Kept.HERE: "what is here",
    Kept.DESTROYED: "what was destroyed",
    Kept.ALL: "both",
}
CLOCKS: Final = {
    Clock.ANY: "any",
    Clock.SOON: "ends within seven days",
    Clock.ENDED: "has ended; only a hold keeps it",
}
HELD: Final = {
    Held.ANY: "held or not",
    Held.YES: "held",
    Held.NO: "not held",
}
MODES: Final = {
    EvidenceMode.SEAL: "sealed",
    EvidenceMode.REPORT_AND_PURGE: "digests only; the bytes were never kept",
}
ENDS: Final = {
    PurgeReason.CLOCK_ENDED: "the time for which the law lets it be kept is over",
    PurgeReason.UNDECIDED: "nobody has decided what it is",
    PurgeReason.PURPOSE_ENDED: "what it was kept for is over",
    PurgeReason.REPORTED: "it was reported",
    PurgeReason.ABANDONED: "its event was never recorded",
    PurgeReason.UNFOUNDED: "it is not what it was taken for",
}
HOLD_REASONS: Final = {
    HoldReason.REDRESS: "A complaint or an action in court is pending",
    HoldReason.INVESTIGATION: "An authority investigates, and asks about it",
    HoldReason.PROCEEDINGS: "A court needs it",
}
LIFT_REASONS: Final = {
    LiftReason.WITHDRAWN: "The authority no longer asks for it",
    LiftReason.MISTAKEN: "It was set by mistake",
}
ACTS: Final = {
    Act.SEALED: "Sealed",
    Act.DESCRIBED: "Digests kept, and not the bytes",
    Act.OPENED: "Opened",
    Act.EXPORTED: "Handed out",
    Act.HELD: "Hold set",
    Act.HOLD_EXTENDED: "Hold extended",
    Act.HOLD_LIFTED: "Hold lifted",
    Act.PURGED: "Destroyed",
}
PURPOSES: Final = {
    Purpose.REVIEW: "to decide what it is",
    Purpose.ORDER: "to execute an order",
    Purpose.REPORT: "to report it",
    Purpose.ACCOUNT_ACTION: "to act on an account",
    Purpose.COMPLAINT: "for a complaint",
    Purpose.AUTHORITY_REQUEST: "for an authority",
    Purpose.CHECK: "to check that it is whole; nothing was shown",
}
