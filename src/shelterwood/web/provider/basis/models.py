"""What the legal basis is kept in: declared services, keys, tokens, measured errors, and what was refused.

A token's signed text is the truth; its other columns are how pages and constraints find it. That a token has ended is
never stored: it follows from the clock.
"""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shelterwood.policy import EndToEnd, KeyRole, ServiceType
from shelterwood.web.hall.accounts.models import Account

__all__ = [
    "Change",
    "DeclaredService",
    "Key",
    "KeyState",
    "Measured",
    "RefusalBurst",
    "RegisteredProfile",
    "Token",
    "TokenState",
]

SERVICE_PATTERN = r"^[a-z][a-z0-9-]{1,39}\Z"


class KeyState(StrEnum):
    """What became of a key, or of a profile from elsewhere."""

    PROPOSED = "proposed"
    REGISTERED = "registered"
    REFUSED = "refused"
    REVOKED = "revoked"


class TokenState(StrEnum):
    """What became of a token."""

    PROPOSED = "proposed"
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


def _one_of(field: str, states: type[StrEnum], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [state.value for state in states]}), name=name)


class DeclaredService(models.Model):
    """What the provider declares of one service: what it is by law, where content stands, what is encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=40, unique=True)  # the policy's ServiceId: what a door says
    title = models.CharField(max_length=80)
    service_type = models.CharField(max_length=40)
    surfaces = models.JSONField()
    end_to_end = models.CharField(max_length=20)
    declared_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        """Words of the law only."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(name__regex=SERVICE_PATTERN), name="service_name_is_plain"),
            _one_of("service_type", ServiceType, "service_type_exists"),
            _one_of("end_to_end", EndToEnd, "service_encryption_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Key(models.Model):
    """A public key that may sign. Of an officer also the private half, sealed under that officer's passphrase."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key_id = models.CharField(max_length=64, unique=True)  # RFC 7638 thumbprint
    public = models.CharField(max_length=64)  # 32 bytes as hex
    role = models.CharField(max_length=20)
    holder = models.CharField(max_length=120)  # an officer's account id, or the name of an authority
    officer = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    sealed_private = models.TextField(blank=True)
    state = models.CharField(max_length=20, default=KeyState.PROPOSED.value)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    solo = models.BooleanField(default=False)  # the second person was waived

    class Meta:
        """Two people register a key; an officer has a person, an authority has none and no private half here."""

        constraints: ClassVar = [
            _one_of("state", KeyState, "key_state_exists"),
            _one_of("role", KeyRole, "key_role_exists"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")) | Q(solo=True),
                name="key_registered_by_two",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "refused", "revoked"]) | Q(confirmed_by__isnull=False),
                name="key_registered_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(role="officer") & Q(officer__isnull=False) & ~Q(sealed_private=""))
                | (~Q(role="officer") & Q(officer__isnull=True) & Q(sealed_private="")),
                name="key_of_officer_is_sealed",
            ),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="key_period_is_forwards"),
            models.CheckConstraint(
                condition=~Q(state="revoked") | Q(revoked_at__isnull=False), name="key_revoked_has_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.key_id}"


class RegisteredProfile(models.Model):
    """A policy profile from elsewhere, as its publisher signed it: how a new law comes in before the next release."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    text = models.TextField()  # JWS
    state = models.CharField(max_length=20, default=KeyState.PROPOSED.value)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    solo = models.BooleanField(default=False)  # the second person was waived

    class Meta:
        """Two people; a version comes in once."""

        constraints: ClassVar = [
            _one_of("state", KeyState, "profile_state_exists"),
            models.UniqueConstraint(
                fields=["name", "version"], condition=~Q(state="refused"), name="profile_version_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")) | Q(solo=True),
                name="profile_registered_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state="registered") | Q(confirmed_by__isnull=False), name="profile_registered_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Token(models.Model):
    """One legal-basis token from its proposal on. `draft` is what was proposed, `text` what was signed (JWS)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)  # the policy's TokenId, as it stands in the claims
    service = models.ForeignKey(DeclaredService, on_delete=models.PROTECT, related_name="tokens")
    state = models.CharField(max_length=20, default=TokenState.PROPOSED.value)
    profile = models.CharField(max_length=40)
    occasion = models.CharField(max_length=20)
    draft = models.TextField()  # canonical JSON of the claims without their `issue`
    text = models.TextField(blank=True)
    from_authority = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    issued_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    solo = models.BooleanField(default=False)  # the second person was waived
    ended_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )  # who refused or withdrew it
    ended_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replacements")
    stopped_at = models.DateTimeField(null=True)  # when the measured errors first stopped it

    class Meta:
        """Two people; what is in force is signed; one token a service and occasion is in force."""

        constraints: ClassVar = [
            _one_of("state", TokenState, "token_state_exists"),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | ~Q(issued_by=F("proposed_by")) | Q(solo=True),
                name="token_issued_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | (Q(issued_by__isnull=False) & ~Q(text="")), name="token_issued_is_signed"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "refused"]) | Q(ended_by__isnull=False),
                name="token_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["service", "occasion"], condition=Q(state="issued"), name="one_token_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class Measured(models.Model):
    """Errors of one token's technology on one list, counted since the token was issued."""

    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="measured")
    list_source = models.CharField(max_length=120)
    examined = models.PositiveBigIntegerField(default=0)
    decided = models.PositiveBigIntegerField(default=0)
    wrong = models.PositiveBigIntegerField(default=0)

    class Meta:
        """One row a list; never more wrong than decided, nor more decided than examined."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "list_source"], name="measured_once_a_list"),
            models.CheckConstraint(condition=Q(wrong__lte=F("decided")), name="measured_wrong_of_decided"),
            models.CheckConstraint(condition=Q(decided__lte=F("examined")), name="measured_decided_of_examined"),
        ]

    def __str__(self) -> str:
        return f"{self.list_source}: {self.wrong} of {self.decided}"


class RefusalBurst(models.Model):
    """Refusals of one reason after the first, which the record has: counted here until one line tells their number."""

    reason = models.CharField(max_length=60)
    profile = models.CharField(max_length=40)
    token = models.CharField(max_length=120, blank=True)
    service = models.CharField(max_length=120)
    opened_at = models.DateTimeField()
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        """One burst is open for each combination."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reason", "profile", "token", "service"], name="refusal_burst_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.count}"


class Change(models.Model):
    """A number that rises with every change here, in the same transaction: what workers compare (live.py)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        """There is one row."""

        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="change_once")]

    def __str__(self) -> str:
        return str(self.number)
