"""What was found, what it matched, and what a door remembers for a while. Of what did not match nothing is stored."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from shelterwood.web.provider.keys.models import ApiKey
from shelterwood.web.provider.scan.states import Exactness, HoldState, KeptState, WaitingState, WhyReleased

if TYPE_CHECKING:
    from enum import StrEnum

__all__ = ["Detection", "DetectionMatch", "RememberedAnswer", "WaitingScan"]


NO_PRINTS = {"md5": "", "sha1": "", "sha256": "", "pdq": "", "format": "", "size": None, "quality": None}
"""What an event says of the bytes, forgotten."""


def _values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]


class Detection(models.Model):
    """One detection event: an upload, or a fingerprint of one, that matched an entry of a list.

    `item` is the platform's own opaque id, kept as given because the platform must be told what to hide or show.
    `account_mark` is a keyed digest: it tells two accounts apart and names neither. Two clocks, neither ever null, end
    it (decision 0025); while its object is here both wait for that. What has ended is a number of its day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="detections")
    found_at = models.DateTimeField(db_index=True)
    item = models.CharField(max_length=200, blank=True, db_index=True)
    account_mark = models.CharField(max_length=64, blank=True)
    # on what ground
    token_id = models.CharField(max_length=80)
    profile_id = models.CharField(max_length=80)
    profile_version = models.PositiveIntegerField()
    service = models.CharField(max_length=80)
    surface = models.CharField(max_length=40)
    technology_version = models.CharField(max_length=80)
    technology_digest = models.CharField(max_length=64)
    # what the bytes are
    size = models.PositiveBigIntegerField(null=True)
    md5 = models.CharField(max_length=32, blank=True)
    sha1 = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    format = models.CharField(max_length=20, blank=True)
    pdq = models.CharField(max_length=64, blank=True)
    quality = models.PositiveSmallIntegerField(null=True)
    checked = models.JSONField(default=dict)
    # what was found and what became of it
    exactness = models.CharField(max_length=10)
    more_matches = models.PositiveIntegerField(default=0)
    kept = models.CharField(max_length=10)
    hold = models.CharField(max_length=10)
    release_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    why_released = models.CharField(max_length=20, blank=True)
    # when it ends
    prints_end_at = models.DateTimeField()
    prints_ended_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """States exist; what is held says until when, what is released says when and why; what ended is forgotten."""

        indexes: ClassVar = [
            models.Index(fields=["release_at"], condition=Q(hold="held"), name="detection_to_release"),
            models.Index(fields=["account_mark", "found_at"], name="detection_of_account"),
            models.Index(fields=["prints_end_at"], condition=Q(prints_ended_at=None), name="detection_prints_to_end"),
            models.Index(fields=["ends_at"], condition=Q(ended_at=None), name="detection_to_end"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(exactness__in=_values(Exactness)), name="detection_exactness_exists"),
            models.CheckConstraint(condition=Q(kept__in=_values(KeptState)), name="detection_kept_exists"),
            models.CheckConstraint(condition=Q(hold__in=_values(HoldState)), name="detection_hold_exists"),
            models.CheckConstraint(
                condition=~Q(hold="held") | Q(release_at__isnull=False), name="detection_hold_has_an_end"
            ),
            models.CheckConstraint(
                condition=~Q(hold="released")
                | (Q(released_at__isnull=False) & Q(why_released__in=_values(WhyReleased))),
                name="detection_release_says_why",
            ),
            models.CheckConstraint(condition=~Q(token_id=""), name="detection_names_its_basis"),
            models.CheckConstraint(
                condition=Q(prints_end_at__gt=F("found_at"), ends_at__gte=F("prints_end_at")),
                name="detection_clocks_in_order",
            ),
            models.CheckConstraint(
                condition=Q(prints_ended_at=None) | Q(**NO_PRINTS), name="detection_prints_are_forgotten"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None)
                | Q(prints_ended_at__isnull=False, account_mark="")
                & ~Q(hold="held")
                & (Q(item="") | Q(hold="confirmed")),
                name="detection_ended_is_forgotten",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class DetectionMatch(models.Model):
    """One entry that a detection matched, as near as it came; `place` 0 is the surest."""

    detection = models.ForeignKey(Detection, on_delete=models.PROTECT, related_name="matches")
    place = models.PositiveSmallIntegerField()
    list_name = models.CharField(max_length=200)
    list_version = models.CharField(max_length=80)
    source = models.CharField(max_length=512)
    entry = models.CharField(max_length=512)
    algorithm = models.CharField(max_length=64)
    distance = models.PositiveSmallIntegerField()
    radius = models.PositiveSmallIntegerField()
    orientation = models.CharField(max_length=20, blank=True)
    frame = models.PositiveIntegerField(null=True)
    scheme = models.CharField(max_length=512, blank=True)
    label = models.CharField(max_length=512, blank=True)

    class Meta:
        """A place is taken once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["detection", "place"], name="detection_match_place_once"),
            models.CheckConstraint(condition=Q(distance__lte=F("radius")), name="detection_match_is_within"),
        ]

    def __str__(self) -> str:
        return f"{self.list_name} {self.entry} {self.distance}"


class RememberedAnswer(models.Model):
    """The answer to a request with an Idempotency-Key, for 24 hours; without an answer the request is at work.

    `mark` is the digest of what the program sent as its key, `asked` that of everything the answer depends on.
    """

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="remembered")
    mark = models.CharField(max_length=64)
    asked = models.CharField(max_length=64)
    begun_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)

    class Meta:
        """One request a key and mark."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "mark"], name="remembered_once"),
            models.CheckConstraint(
                condition=Q(status__isnull=True, answer__isnull=True) | Q(status__isnull=False, answer__isnull=False),
                name="remembered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} {self.mark[:8]}"


class WaitingScan(models.Model):
    """An upload that was accepted and is scanned later; once it is, only the outcome stays, for a day.

    `id` names its file in the folder of waiting uploads too, where bytes were sent; `prints` is the JSON that was sent
    in their place. What tells two uploads apart goes with the end: a fingerprint of what matches nothing is kept
    nowhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="waiting")
    accepted_at = models.DateTimeField()
    item = models.CharField(max_length=200, blank=True)
    account_mark = models.CharField(max_length=64, blank=True)
    medium = models.CharField(max_length=20)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    prints = models.TextField(blank=True)
    state = models.CharField(max_length=10, default=WaitingState.WAITING)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=80, blank=True)
    checked = models.JSONField(default=dict)
    event = models.UUIDField(null=True)

    class Meta:
        """What waits has no outcome; what has one keeps nothing of the upload."""

        indexes: ClassVar = [
            models.Index(fields=["accepted_at"], condition=Q(state="waiting"), name="waiting_in_order"),
            models.Index(fields=["ended_at"], name="waiting_to_forget"),
            models.Index(fields=["key", "size"], condition=Q(state="waiting"), name="waiting_of_key"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=_values(WaitingState)), name="waiting_state_exists"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True, outcome="", event__isnull=True)
                | (Q(state="finished", ended_at__isnull=False) & ~Q(outcome="")),
                name="waiting_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(item="", account_mark="", sha256="", prints=""),
                name="waiting_keeps_nothing_after_the_end",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | (Q(sha256="") & ~Q(prints="")) | (~Q(sha256="") & Q(prints="")),
                name="waiting_is_bytes_or_prints",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"
