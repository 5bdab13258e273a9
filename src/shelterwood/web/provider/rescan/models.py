"""One row a run: numbers, and where to go on. Nothing of an item that matched nothing is stored, not even its name."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shelterwood.web.provider.keys.models import ApiKey
from shelterwood.web.provider.rescan.states import UNFINISHED, RunState

__all__ = ["RescanRun"]


class RescanRun(models.Model):
    """One look at hosted media. `items` are done, in the order of their source, and every one is in one of four counts.

    `source_mark` is a keyed digest that tells whether a source is as it was; it is taken away at the end. `versions`
    are the lists in service when it began, by name; `reasons` counts items that were not scanned by why.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="rescans")
    token_id = models.CharField(max_length=80)
    list_name = models.CharField(max_length=64)
    list_version = models.PositiveIntegerField()
    versions = models.JSONField(default=dict)
    source_mark = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default=RunState.RUNNING)
    why = models.CharField(max_length=80, blank=True)
    in_all = models.PositiveBigIntegerField()
    items = models.PositiveBigIntegerField(default=0)
    matched = models.PositiveBigIntegerField(default=0)
    known = models.PositiveBigIntegerField(default=0)
    unmatched = models.PositiveBigIntegerField(default=0)
    not_scanned = models.PositiveBigIntegerField(default=0)
    reasons = models.JSONField(default=dict)
    per_second = models.PositiveIntegerField()
    began_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Counts sum; one run at a time goes over the same items; what has ended no longer knows its source."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[each.value for each in RunState]), name="rescan_state"),
            models.CheckConstraint(
                condition=Q(items=F("matched") + F("known") + F("unmatched") + F("not_scanned")),
                name="rescan_counts_sum",
            ),
            models.UniqueConstraint(
                fields=["key", "source_mark"],
                condition=Q(state__in=[each.value for each in UNFINISHED]),
                name="rescan_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in UNFINISHED], ended_at__isnull=True) & ~Q(source_mark="")
                | ~Q(state__in=[each.value for each in UNFINISHED]) & Q(ended_at__isnull=False, source_mark=""),
                name="rescan_ended_forgets_its_source",
            ),
            models.CheckConstraint(condition=~Q(token_id=""), name="rescan_names_its_basis"),
            models.CheckConstraint(condition=Q(per_second__gte=1), name="rescan_is_limited"),
        ]

    def __str__(self) -> str:
        return str(self.id)
