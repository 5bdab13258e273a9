"""API keys and their secrets. A secret is shown once; what is kept is the SHA-256 of 256 random bits.

A key is what a program is known as; its secrets come and go. Rotation adds one and lets the others end, so that limits,
idempotency and the record go on under the same id.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from shelterwood.policy import ServiceType, Surface
from shelterwood.web.provider.keys.scopes import Scope

if TYPE_CHECKING:
    from enum import StrEnum

__all__ = ["ApiKey", "KeyScope", "KeySecret"]

NAME_PATTERN = r"^[a-z][a-z0-9.-]{2,39}\Z"
MOST_A_SECOND = 10_000


def _values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


class ApiKey(models.Model):
    """One program of a platform: for which service and surface it sends, and under which legal-basis token."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=40, unique=True)
    token_id = models.CharField(max_length=80)
    service = models.CharField(max_length=80)
    component = models.CharField(max_length=80, blank=True)
    service_type = models.CharField(max_length=40, choices=_choices(ServiceType))
    surface = models.CharField(max_length=40, choices=_choices(Surface))
    per_second = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)  # at most a minute old; not part of the record

    class Meta:
        """A key says what it is for, and ends."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(name__regex=NAME_PATTERN), name="key_name_is_plain"),
            models.CheckConstraint(condition=~Q(token_id="") & ~Q(service=""), name="key_names_its_basis"),
            models.CheckConstraint(condition=Q(service_type__in=_values(ServiceType)), name="key_service_type_exists"),
            models.CheckConstraint(condition=Q(surface__in=_values(Surface)), name="key_surface_exists"),
            models.CheckConstraint(
                condition=Q(per_second__gte=1, per_second__lte=MOST_A_SECOND), name="key_is_limited"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="key_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.name


class KeyScope(models.Model):
    """One scope that a key holds."""

    key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="scopes_held")
    scope = models.CharField(max_length=20, choices=_choices(Scope))

    class Meta:
        """A scope is held once, and is one that exists."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "scope"], name="key_scope_held_once"),
            models.CheckConstraint(condition=Q(scope__in=_values(Scope)), name="key_scope_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} {self.scope}"


class KeySecret(models.Model):
    """One secret of a key, known by its public prefix; `ends_at` is set when a newer one replaces it."""

    key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="secrets")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        """One secret of a key is the current one: the only one without an end."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(ends_at__isnull=True), name="key_has_one_current_secret"
            ),
        ]

    def __str__(self) -> str:
        return self.prefix
