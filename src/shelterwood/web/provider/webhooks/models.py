"""Where events are sent, with which secrets, and the events themselves until they are old."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.provider.webhooks.states import Told

if TYPE_CHECKING:
    from enum import StrEnum

__all__ = ["Endpoint", "EndpointSecret", "Event"]


def _values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]


class Endpoint(models.Model):
    """A platform's server that hears of one declared service; who registered and who ended it stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    registered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One a service hears; whoever ends one is named."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service"], condition=Q(ended_at__isnull=True), name="one_endpoint_hears"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="endpoint_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(url__startswith="https://") | Q(url__startswith="http://"), name="endpoint_is_http"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class EndpointSecret(models.Model):
    """One secret that events are signed with, sealed; `ends_at` is set when a newer one replaces it."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="secrets")
    key_id = models.CharField(max_length=16, unique=True)
    sealed = models.TextField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        """One secret of an endpoint is the current one."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["endpoint"], condition=Q(ends_at__isnull=True), name="endpoint_has_one_current_secret"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("made_at")), name="endpoint_secret_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class Event(models.Model):
    """One thing to tell, as it is sent byte for byte at every attempt; `id` is what a receiver knows it by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="events")
    type = models.CharField(max_length=20)
    body = models.TextField(blank=True)
    made_at = models.DateTimeField(db_index=True)
    told_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        """Known words only."""

        indexes: ClassVar = [models.Index(fields=["endpoint", "made_at"], name="events_of_endpoint")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(type__in=_values(Told)), name="webhook_event_type_exists"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(body=""), name="webhook_event_forgets_what_was_told"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
