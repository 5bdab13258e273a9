"""Accounts and what belongs to them. An account has a sign-in name, no mail address and no civil name.

Reviewers work on material that makes enemies: the name here is a pseudonym such as `reviewer-3`; who is behind it is
known to the employer and stands nowhere in this system.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from shelterwood.web.hall.access.permissions import Role

__all__ = ["Account", "AttemptMark", "Invitation", "RoleHeld", "Session", "SoloMode"]

NAME_PATTERN = r"^[a-z][a-z0-9.-]{2,31}\Z"


class Accounts(BaseUserManager["Account"]):
    """Look-ups by sign-in name; making accounts is `services.invite`'s, not the manager's."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the account with this sign-in name, written in any case; raise Account.DoesNotExist."""
        return self.get(name=(username or "").lower())


class Account(AbstractBaseUser):
    """One person who works with this service."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=32, unique=True, validators=[RegexValidator(NAME_PATTERN)])
    created_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    deactivated_at = models.DateTimeField(null=True)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """Names are kept in lower case, so that two that look alike are one."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(name__regex=NAME_PATTERN), name="account_name_is_plain"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django has a plain attribute
        """Whether the account may sign in."""
        return self.deactivated_at is None


class RoleHeld(models.Model):
    """One role that an account holds."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="roles_held")
    role = models.CharField(max_length=32, choices=[(role.value, role.label) for role in Role])
    since = models.DateTimeField()

    class Meta:
        """A role is held once, and is one that exists."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "role"], name="role_held_once"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="role_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role}"


class Invitation(models.Model):
    """The one link by which an account can get its password; a newer one replaces it. Only its digest is kept."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="invitation")
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.account_id} until {self.expires_at:%Y-%m-%d %H:%M}"


class Session(models.Model):
    """One browser's session. `digest` is that of the cookie: who reads this table cannot take a session over."""

    digest = models.CharField(max_length=64, primary_key=True)
    data = models.TextField()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="sessions")
    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # how pages and forms name it
    device = models.CharField(max_length=60, blank=True)  # "Firefox on Linux": enough to know one's own
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.number)


class AttemptMark(models.Model):
    """How often something was tried in one window. `mark` is keyed: it tells no name, no address, nor if it exists."""

    mark = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    window_ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.window_ends_at:%H:%M}"


class SoloMode(models.Model):
    """That this service is run by one person, and which outside body hears complaints and gives second opinions."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    outside_body = models.CharField(max_length=200)
    outside_contact = models.CharField(max_length=300)
    since = models.DateTimeField()

    class Meta:
        """There is at most one row, and it names somebody."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="solo_mode_once"),
            models.CheckConstraint(
                condition=~Q(outside_body="") & ~Q(outside_contact=""), name="solo_mode_names_a_body"
            ),
        ]

    def __str__(self) -> str:
        return self.outside_body
