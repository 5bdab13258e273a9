"""Move the clock of an object: it was reported, removed, is still needed, or no longer needed.

`expiry = min(report, removal) + 12 months, or the earlier end of the purpose` (COM(2022) 209 Art. 22(2)). What a court
or authority asks is a hold, which postpones the purge and leaves the clock alone. What is kept in place of bytes (mode:
report and purge) has the same clock, and besides it a latest end from the policy profile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.policy import Moment, Period, preservation_ends
from shelterwood.vault import PurgeReason
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.evidence import actions
from shelterwood.web.provider.evidence.services.sealing import evidence_ref, locked

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from shelterwood.policy import TimerRule
    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.provider.evidence.models import EvidenceObject

__all__ = ["PRESERVED_FOR", "end_purpose", "keep_longer", "note_removal", "note_report"]

PRESERVED_FOR = Period(months=12)
"""Where the profile has no rule of its own; the longest that any profile allows."""


@transaction.atomic
def note_report(
    *, event_id: uuid.UUID, at: datetime, rule: TimerRule | None = None, actor: Actor, now: datetime
) -> EvidenceObject:
    """Note that it was reported at `at`: it is kept for the rule's period from report or removal, the earlier.

    `rule` is the profile's preservation rule; without one, 12 months. The first report counts.
    """
    row = locked(event_id)
    row.reported_at = min(at, row.reported_at or at)
    return _preserved(row, rule=rule, actor=actor, now=now)


@transaction.atomic
def note_removal(
    *, event_id: uuid.UUID, at: datetime, rule: TimerRule | None = None, actor: Actor, now: datetime
) -> EvidenceObject:
    """Note that the item was removed at `at`; as `note_report`."""
    row = locked(event_id)
    row.removed_at = min(at, row.removed_at or at)
    return _preserved(row, rule=rule, actor=actor, now=now)


@transaction.atomic
def keep_longer(*, event_id: uuid.UUID, until: datetime, actor: Actor, now: datetime) -> EvidenceObject:
    """Keep it at least until `until`: a person has confirmed it, and it is not reported yet.

    Once it is reported or removed the preservation clock stands, and this changes nothing.
    """
    row = locked(event_id)
    if row.reported_at or row.removed_at or until <= row.expires_at:
        return row
    return _moved(row, to=until, because=PurgeReason.UNDECIDED, actor=actor, now=now)


@transaction.atomic
def end_purpose(
    *, event_id: uuid.UUID, reason: PurgeReason = PurgeReason.PURPOSE_ENDED, actor: Actor, now: datetime
) -> EvidenceObject:
    """Let the next round destroy it: what it was kept for is over (UNFOUNDED: it never was what it seemed)."""
    row = locked(event_id)
    return _moved(row, to=min(now, row.expires_at), because=reason, actor=actor, now=now)


def _preserved(row: EvidenceObject, *, rule: TimerRule | None, actor: Actor, now: datetime) -> EvidenceObject:
    said = {Moment.REPORTED: row.reported_at, Moment.REMOVED: row.removed_at}
    moments = {moment: at for moment, at in said.items() if at is not None}
    end = preservation_ends(rule, moments=moments) if rule else PRESERVED_FOR.after(min(moments.values()))
    is_over = row.ends_because in {PurgeReason.PURPOSE_ENDED, PurgeReason.UNFOUNDED}
    if is_over or end is None:  # its purpose has ended: no clock brings it back
        return _moved(row, to=row.expires_at, because=PurgeReason(row.ends_because), actor=actor, now=now)
    return _moved(row, to=end, because=PurgeReason.CLOCK_ENDED, actor=actor, now=now)


def _moved(row: EvidenceObject, *, to: datetime, because: PurgeReason, actor: Actor, now: datetime) -> EvidenceObject:
    if row.latest_end is not None:
        to = min(to, row.latest_end)
    row.expires_at, row.ends_because = to, because
    row.save(update_fields=["expires_at", "ends_because", "reported_at", "removed_at"])
    codes = {"until": to.isoformat(timespec="seconds"), "reason": str(because)}
    record(action=actions.EVIDENCE_CLOCK_MOVED, actor=actor, object_ref=evidence_ref(row), now=now, codes=codes)
    return row
