"""One row an object: what the vault's files say, made countable, and the clock that ends it.

The files are the truth about bytes, custody and holds; they outlive a lost database. No object is without an end:
`expires_at` is never null.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shelterwood.policy import EvidenceMode
from shelterwood.vault import PurgeReason
from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.provider.evidence.states import EvidenceState, HoldReason, LiftReason

__all__ = ["EvidenceHold", "EvidenceObject"]


class EvidenceObject(models.Model):
    """An object of the vault. `event_id` is that of the detection; a room above this one, so it is not a key.

    `ends_because` is the reason that its proof will give when `expires_at` comes. `latest_end` is of what is kept in
    place of bytes: no report, decision or delay moves its end beyond that.
    """

    id = models.UUIDField(primary_key=True, editable=False)  # the vault's name of it, a UUIDv7
    event_id = models.UUIDField(unique=True)
    mode = models.CharField(max_length=20)
    state = models.CharField(max_length=12)
    media_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField()
    md5 = models.CharField(max_length=32, blank=True)
    sha1 = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    sealed_sha256 = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    latest_end = models.DateTimeField(null=True)
    ends_because = models.CharField(max_length=20, default=PurgeReason.UNDECIDED.value)
    reported_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=64, blank=True)  # digest of its line in the purge ledger

    class Meta:
        """States, modes and reasons exist; purged means proved and forgotten; every description has a latest end."""

        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=~Q(state="purged"), name="evidence_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(mode__in=[each.value for each in EvidenceMode]), name="evidence_mode"),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in EvidenceState]), name="evidence_state"
            ),
            models.CheckConstraint(
                condition=Q(ends_because__in=[each.value for each in PurgeReason]), name="evidence_end_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="purged", purged_at__isnull=False) & ~Q(proof="")
                | ~Q(state="purged") & Q(purged_at__isnull=True, proof=""),
                name="evidence_purged_is_proved",
            ),
            models.CheckConstraint(
                condition=Q(mode="seal") & ~Q(sealed_sha256="") & ~Q(state="described")
                | Q(mode="report_and_purge") & ~Q(state="sealed"),
                name="evidence_mode_is_kept",
            ),
            models.CheckConstraint(
                condition=Q(mode="seal", latest_end__isnull=True)
                | Q(mode="report_and_purge", latest_end__isnull=False, expires_at__lte=F("latest_end")),
                name="evidence_description_ends_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="purged") | Q(md5="", sha1="", sha256="", media_type="", size=0),
                name="evidence_purged_is_forgotten",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sealed_at")) | ~Q(ends_because="undecided"),
                name="evidence_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class EvidenceHold(models.Model):
    """A legal hold, as the custody record has it. `authority` and `reference` are codes: no name, no free text.

    A person of this house answers for it, `set_by`, and another may lift it. `from_custody`: the record knew it and
    this table did not (a death between the two, a restored database), so nobody here is named.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    object = models.ForeignKey(EvidenceObject, on_delete=models.PROTECT, related_name="holds")
    authority = models.CharField(max_length=80)
    reason = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=80)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    from_custody = models.BooleanField(default=False)
    until = models.DateTimeField(db_index=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_because = models.CharField(max_length=20, blank=True)

    class Meta:
        """No hold is without an end ahead of it, a reason, and a person."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=F("set_at")), name="evidence_hold_ends_later"),
            models.CheckConstraint(condition=~Q(authority="") & ~Q(reference=""), name="evidence_hold_says_why"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("set_at")), name="evidence_hold_lifted_later"
            ),
            models.CheckConstraint(
                condition=Q(from_custody=True)
                | Q(set_by__isnull=False, reason__in=[each.value for each in HoldReason]),
                name="evidence_hold_has_reason_and_person",
            ),
            models.CheckConstraint(
                condition=Q(lifted_because="")
                | Q(lifted_at__isnull=False, lifted_because__in=[each.value for each in LiftReason]),
                name="evidence_hold_lifting_says_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
