"""What is kept about lists. The rules that nothing may pass by are constraints: a list that lacks one cannot be live.

The entries themselves lie in files (docs/reference/live-lists.md); here stand the numbers of every version, what was
checked, who decided, and each change since a version was made.
"""

from __future__ import annotations

import builtins  # below, `list` is the name of a field
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.provider.lists.states import ALL_ORIENTATIONS, PURPOSE, ListKind, ListState, RunState

__all__ = ["ChangeOfList", "ImportRun", "ListVersion", "ProviderList", "Register"]

NAME_PATTERN = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\Z"

_IN_SERVICE = [ListState.LIVE.value, ListState.DISABLED.value]
_COMPLETE = (
    Q(purpose=PURPOSE, golden_hits__isnull=False, golden_hits=0, forecast_of__gt=0)
    & ~Q(digest="")
    & Q(golden_digest=F("digest"))
    & ~Q(legal_reference="")
    & (~Q(agreement="") | Q(signed_digest=F("digest")))
    & Q(proposed_by__isnull=False, approved_by__isnull=False, live_since__isnull=False)
    & (Q(solo=True) | ~Q(approved_by=F("proposed_by")))
)


class ProviderList(models.Model):
    """One list. `digest` is that of the version in service, or of the one on its way there.

    `orientations` is a number (see states.py). `fault` is why its files cannot be used, found by the keeper.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=64, unique=True)
    owner = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    purpose = models.CharField(max_length=32)
    state = models.CharField(max_length=16, default=ListState.REGISTERED)
    agreement = models.CharField(max_length=300, blank=True)
    owner_key = models.CharField(max_length=64, blank=True)  # Ed25519, base64url without padding (RFC 8037 `x`)
    legal_reference = models.CharField(max_length=100, blank=True)
    radius = models.PositiveSmallIntegerField(default=31)
    orientations = models.PositiveSmallIntegerField(default=ALL_ORIENTATIONS)
    version = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    signed_digest = models.CharField(max_length=64, blank=True)
    golden_digest = models.CharField(max_length=64, blank=True)
    golden_hits = models.PositiveIntegerField(null=True)
    forecast_of = models.PositiveIntegerField(default=0)
    forecast_matched = models.PositiveIntegerField(default=0)
    uploads_per_day = models.PositiveIntegerField(default=0)
    minutes_per_match = models.PositiveSmallIntegerField(default=0)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    solo = models.BooleanField(default=False)
    live_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    fault = models.CharField(max_length=120, blank=True)

    class Meta:
        """What must never be stored."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(name__regex=NAME_PATTERN), name="list_name_is_plain"),
            models.CheckConstraint(condition=Q(purpose=PURPOSE), name="list_has_the_one_purpose"),
            models.CheckConstraint(condition=Q(kind__in=[each.value for each in ListKind]), name="list_kind_exists"),
            models.CheckConstraint(condition=Q(state__in=[each.value for each in ListState]), name="list_state_exists"),
            models.CheckConstraint(condition=Q(radius__lte=31), name="list_radius_is_searched_exactly"),
            models.CheckConstraint(
                condition=Q(orientations__gte=1, orientations__lte=ALL_ORIENTATIONS), name="list_has_an_orientation"
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(approved_by__isnull=True)
                | Q(solo=True)
                | ~Q(approved_by=F("proposed_by")),
                name="list_takes_two_people",
            ),
            models.CheckConstraint(condition=~Q(state__in=_IN_SERVICE) | _COMPLETE, name="list_in_service_is_complete"),
        ]

    def __str__(self) -> str:
        return self.name


class ListVersion(models.Model):
    """One version: where its files are, what it holds, what changed, and what the benign set found in it.

    `golden_named` names at most 20 hits as {"source", "entry", "benign"}; `delivery_digest` is the SHA-256 of the file
    that was delivered. `files_digest` is over all its files, as they were when release `files_checked_by` of this
    software checked them whole.
    """

    list = models.ForeignKey(ProviderList, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    folder = models.CharField(max_length=40)
    folder_version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    delivery_digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    counts = models.JSONField()
    outcomes = models.JSONField(default=dict)
    skipped = models.JSONField(default=dict)
    signed_at = models.DateTimeField(null=True)
    golden_set = models.CharField(max_length=80, blank=True)
    golden_at = models.DateTimeField(null=True)
    golden_hits = models.PositiveIntegerField(null=True)
    golden_named = models.JSONField(default=builtins.list)
    files_digest = models.CharField(max_length=64, blank=True)
    files_checked_by = models.CharField(max_length=40, blank=True)

    class Meta:
        """A number is given once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "number"], name="list_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.list_id} {self.number}"


class ImportRun(models.Model):
    """One import: how far it is, what became of it. `file` is its name in the inbox.

    `asked_by` is the actor as the record names it, where a job of the outbox does the import; `version` is there as
    soon as one was made, so that a job that begins again goes on with checking it.
    """

    list = models.ForeignKey(ProviderList, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=16, default=RunState.WAITING)
    file = models.CharField(max_length=200)
    delivery = models.CharField(max_length=16, blank=True)
    asked_by = models.CharField(max_length=80, blank=True)
    version = models.ForeignKey(ListVersion, on_delete=models.PROTECT, null=True, related_name="+")
    rows = models.PositiveBigIntegerField(default=0)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    sentences = models.JSONField(default=builtins.list)

    class Meta:
        """Known states only."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[each.value for each in RunState]), name="import_state_exists")
        ]

    def __str__(self) -> str:
        return f"{self.list_id} {self.state}"


class ChangeOfList(models.Model):
    """An entry added, or an item withdrawn, since the version was made. `line` is the canonical record.

    Numbers are those of `Register`. A withdrawal is kept for good and holds against every later version.
    """

    list = models.ForeignKey(ProviderList, on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveBigIntegerField(unique=True)
    source = models.CharField(max_length=200)
    entry = models.CharField(max_length=200)
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """Read in order, list by list."""

        indexes: ClassVar = [models.Index(fields=["list", "number"], name="changes_of_a_list")]

    def __str__(self) -> str:
        return f"{self.list_id} {self.number}"


class Register(models.Model):
    """The number of the last change of anything that decides what matches; one row, locked by whoever changes it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        """There is one row."""

        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="list_register_once")]

    def __str__(self) -> str:
        return str(self.number)
