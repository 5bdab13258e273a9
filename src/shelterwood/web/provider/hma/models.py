"""Numbers for entries: HMA's clients know content by an integer, lists know it by source and entry id.

A bank itself is a list (`lists.ProviderList`); nothing of it is kept twice. A row here is made when content is added
through these routes, and when a look-up first finds an entry of any list; it is never removed, so a number is never
given again and what was deleted leaves a tombstone.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shelterwood.web.provider.lists.models import ProviderList

__all__ = ["ENABLED", "LONGEST_NOTE", "OFF", "BankContent", "BankSignal"]

OFF = 0
ENABLED = 1
LONGEST_NOTE = 255


class BankContent(models.Model):
    """One content. `disable_until` as HMA spells it: 0 off, 1 on, else the Unix time at which it is on again."""

    list = models.ForeignKey(ProviderList, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=200)
    entry = models.CharField(max_length=200)
    disable_until = models.BigIntegerField(default=ENABLED)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    content_id = models.CharField(max_length=200, blank=True)  # the client's own
    numbered_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        """An entry has one number."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "source", "entry"], name="bank_content_once"),
            models.CheckConstraint(condition=Q(disable_until__gte=0), name="bank_content_is_on_or_off"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["disable_until"], condition=Q(disable_until__gt=1), name="bank_content_to_enable"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_off(self) -> bool:
        """Whether it was taken out of matching, for good or for a while."""
        return self.disable_until != ENABLED


class BankSignal(models.Model):
    """One fingerprint of content that was added here: what is added again when content is switched on again."""

    content = models.ForeignKey(BankContent, on_delete=models.PROTECT, related_name="signals")
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=64)

    class Meta:
        """A content has one fingerprint of a kind; duplicates are found by value."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["content", "kind"], name="bank_signal_once")]
        indexes: ClassVar = [models.Index(fields=["kind", "value"], name="bank_signal_by_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
