"""The tables of the record. Lines hold ids and codes only; the database itself refuses to change or delete one.

What is personal stands in `Payload`, encrypted, and can be deleted without the chain noticing: the line holds a
commitment to it, not the thing.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from shelterwood.web.hall.audit.chain import GENESIS, ChainedLine, moment

__all__ = ["ChainHead", "Line", "Payload", "SignedHead"]

models.CharField.register_lookup(Length)


class Line(models.Model):
    """What was done (`action`), by whom, to what, when; `codes` are short fixed words such as a role or a reason."""

    seq = models.PositiveBigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    action = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    object_ref = models.CharField(max_length=120, blank=True)
    codes = models.JSONField(default=dict)
    personal = models.CharField(max_length=64, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta:
        """Indexes for the auditor's questions; a chain starts at 1."""

        indexes: ClassVar = [
            models.Index(fields=["object_ref", "seq"], name="line_of_object"),
            models.Index(fields=["actor", "seq"], name="line_of_actor"),
            models.Index(fields=["action", "seq"], name="line_of_action"),
            models.Index(fields=["recorded_at"], name="line_by_date"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seq__gte=1), name="line_counts_from_one"),
            models.CheckConstraint(condition=Q(previous__length=64, digest__length=64), name="line_has_digests"),
            models.CheckConstraint(condition=Q(personal="") | Q(personal__length=64), name="line_commits_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.actor} {self.object_ref}"

    def chained(self) -> ChainedLine:
        """Return the line as the chain has it."""
        return ChainedLine(
            seq=self.seq,
            previous=self.previous,
            action=self.action,
            actor=self.actor,
            object_ref=self.object_ref,
            codes=self.codes,
            at=moment(self.recorded_at),
            personal=self.personal,
            digest=self.digest,
        )


class ChainHead(models.Model):
    """The one row that every writer locks: where the chain ends. Its lock makes the order of lines that of commits."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        """There is one chain."""

        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="chain_has_one_head")]

    def __str__(self) -> str:
        return f"{self.seq} {self.digest}"


class Payload(models.Model):
    """What is personal about one line, under a key of its own; every payload has a day on which it is forgotten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    line_seq = models.PositiveBigIntegerField(unique=True)
    salt = models.BinaryField()
    sealed = models.BinaryField()
    wrapped_key = models.BinaryField()
    master_key_id = models.CharField(max_length=16)
    forget_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"payload of line {self.line_seq}"


class SignedHead(models.Model):
    """A statement of this installation, signed, of where its chain stood; copies of it belong elsewhere."""

    seq = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-signed_at"]

    def __str__(self) -> str:
        return f"head {self.seq} of {self.signed_at:%Y-%m-%d}"
