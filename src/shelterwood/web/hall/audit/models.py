"""One line of the record. Lines hold ids and codes only; nothing updates or deletes one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

__all__ = ["Line"]


class Line(models.Model):
    """What was done (`action`), by whom, to what, when; `codes` are short fixed words such as a role or a reason."""

    action = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    object_ref = models.CharField(max_length=120, blank=True)
    codes = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        """Order of writing; indexes for the auditor's questions."""

        indexes: ClassVar = [models.Index(fields=["object_ref", "id"], name="line_of_object")]

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.actor} {self.object_ref}"
