"""A policy profile: one legal regime as versioned data, so that a change of the law is a new file, not a new program.

What no file can change stands in code: audio and end-to-end encrypted content are never looked at, and only known
material is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from shelterwood.errors import ShelterwoodError
from shelterwood.policy.canonical import digest_of, parse_strict
from shelterwood.policy.fields import Fields, PolicyDataNotValid
from shelterwood.policy.instants import as_utc
from shelterwood.policy.periods import Period
from shelterwood.policy.timers import Timer, TimerRule, due, read_period
from shelterwood.policy.vocabulary import (
    SUPPORTED_KINDS,
    MaterialKind,
    Medium,
    Occasion,
    ProfileId,
    Requirement,
    ServiceType,
    Status,
    Surface,
    TokenKind,
)

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "LONGEST_DESCRIPTION",
    "NOT_LAW",
    "Detection",
    "PolicyProfile",
    "ProfileRef",
    "TimerNotInProfile",
    "read_profile",
]

LONGEST_DESCRIPTION: Final = Period(months=12)
"""The longest that any profile may have digests kept in place of bytes, or a detection event keep what it is about.

A rule of this house, after Art. 22(2).
"""

NOT_LAW: Final = "not law"
"""What every page under a proposal shows."""


class TimerNotInProfile(ShelterwoodError):
    """The profile sets no such clock: the duty does not exist there, or its length is not known to us."""

    def __init__(self, timer: Timer, profile: ProfileId) -> None:
        super().__init__(
            f"The profile {profile} sets no clock {timer}.",
            remedy="Do without this duty under this profile, or use a profile that sets it.",
        )


class Detection(StrEnum):
    """How detection comes about under a profile."""

    NONE = "none"
    VOLUNTARY = "voluntary"
    ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRef:
    """What every act stores of the profile it was done under: name, version and the SHA-256 of the file."""

    id: ProfileId
    version: int
    digest: str

    def as_data(self) -> dict[str, object]:
        """Return the reference as canonical JSON wants it."""
        return {"id": self.id, "version": self.version, "digest": self.digest}

    @classmethod
    def read(cls, fields: Fields) -> ProfileRef:
        """Read a reference from a token."""
        ref = cls(
            id=ProfileId(fields.text("id")), version=fields.integer("version", least=1), digest=fields.text("digest")
        )
        fields.end()
        return ref


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProfile:
    """One regime. `valid_from` is inside, `valid_to` outside: at that instant it is over. None: open."""

    id: ProfileId
    version: int
    digest: str
    status: Status
    title: str
    summary: str
    acts: tuple[str, ...]
    notes: tuple[str, ...]
    valid_from: datetime | None
    valid_to: datetime | None
    token_kinds: frozenset[TokenKind]
    allowed_kinds: frozenset[MaterialKind]
    service_types: frozenset[ServiceType]
    surfaces: frozenset[Surface]
    media: frozenset[Medium]
    occasions: frozenset[Occasion]
    requires: frozenset[Requirement]
    longest_token: Period | None
    timers: tuple[TimerRule, ...]

    @property
    def banner(self) -> str:
        """What a page under this profile must show: "not law" for a proposal, nothing for law."""
        return NOT_LAW if self.status is Status.PROPOSAL else ""

    @property
    def ref(self) -> ProfileRef:
        """Name, version and digest."""
        return ProfileRef(id=self.id, version=self.version, digest=self.digest)

    @property
    def detection(self) -> Detection:
        """Whether detection is ordered, voluntary or does not happen."""
        if TokenKind.ORDER in self.token_kinds:
            return Detection.ORDER
        return Detection.VOLUNTARY if self.token_kinds else Detection.NONE

    def has_begun(self, now: datetime) -> bool:
        """Tell whether the profile's first instant has come."""
        return self.valid_from is None or as_utc(now) >= self.valid_from

    def has_ended(self, now: datetime) -> bool:
        """Tell whether the profile is over."""
        return self.valid_to is not None and as_utc(now) >= self.valid_to

    def in_force(self, now: datetime) -> bool:
        """Tell whether `now` is inside the profile's period."""
        return self.has_begun(now) and not self.has_ended(now)

    def timer(self, timer: Timer) -> TimerRule:
        """Return the rule of a clock; TimerNotInProfile where this regime has none."""
        for rule in self.timers:
            if rule.timer is timer:
                return rule
        raise TimerNotInProfile(timer, self.id)

    def description_ends(self, *, identified_at: datetime) -> datetime:
        """Return when digests that are kept in place of the bytes must be gone at the latest, in UTC.

        The profile's clock `description`, else the length of its preservation, in no case more than 12 months; always
        counted from the identification, which comes before every report and removal, so that it is never later than
        Art. 22(2) and the interim regime let it be.
        """
        return self._end_from_identification(Timer.DESCRIPTION, identified_at)

    def event_ends(self, *, identified_at: datetime) -> datetime:
        """Return when a detection event must have forgotten what it is about, in UTC; an object still here goes first.

        The profile's clock `detection_event`, else the length of its preservation, in no case more than 12 months.
        """
        return self._end_from_identification(Timer.DETECTION_EVENT, identified_at)

    def _end_from_identification(self, timer: Timer, identified_at: datetime) -> datetime:
        set_here = {rule.timer: rule.when for rule in self.timers if isinstance(rule.when, Period)}
        rule = set_here.get(timer) or set_here.get(Timer.PRESERVATION) or LONGEST_DESCRIPTION
        return min(rule.after(identified_at), LONGEST_DESCRIPTION.after(identified_at))

    def due(self, timer: Timer, *, start: datetime) -> datetime:
        """Return when the clock that starts at `start` ends under this profile, in UTC."""
        return due(self.timer(timer), start=start)


def read_profile(data: bytes, *, where: str = "policy profile") -> PolicyProfile:
    """Read a profile from its JSON bytes; PolicyDataNotValid for anything unknown, missing or contradictory."""
    try:
        fields = Fields(parse_strict(data), where=where)
    except ValueError as error:
        raise PolicyDataNotValid(where, f"this is not JSON as expected ({error})") from error
    if fields.integer("format", least=1) != 1:
        raise fields.wrong("format must be 1")
    profile = _profile(fields, digest=digest_of(data))
    fields.end()
    if problem := _contradiction(profile):
        raise fields.wrong(problem)
    return profile


def _profile(fields: Fields, *, digest: str) -> PolicyProfile:
    return PolicyProfile(
        id=ProfileId(fields.text("id")),
        version=fields.integer("version", least=1),
        digest=digest,
        status=fields.choice("status", Status),
        title=fields.text("title"),
        summary=fields.text("summary"),
        acts=fields.texts("acts"),
        notes=fields.texts("notes"),
        valid_from=fields.optional_instant("valid_from"),
        valid_to=fields.optional_instant("valid_to"),
        token_kinds=fields.choices("token_kinds", TokenKind),
        allowed_kinds=fields.choices("allowed_kinds", MaterialKind),
        service_types=fields.choices("service_types", ServiceType),
        surfaces=fields.choices("surfaces", Surface),
        media=fields.choices("media", Medium),
        occasions=fields.choices("occasions", Occasion),
        requires=fields.choices("requires", Requirement),
        longest_token=_longest_token(fields.record("longest_token")),
        timers=tuple(TimerRule.read(rule) for rule in fields.records("timers")),
    )


def _longest_token(fields: Fields) -> Period | None:
    if not fields.has("unlimited"):
        period = read_period(fields)
        fields.end()
        return period
    if not fields.flag("unlimited"):
        raise fields.wrong("unlimited is true, or a period stands here")
    fields.end()
    return None


def _contradiction(profile: PolicyProfile) -> str:
    """Say what in a profile contradicts itself or the code's own limits; empty when nothing does."""
    scopes = (profile.allowed_kinds, profile.service_types, profile.surfaces, profile.media, profile.occasions)
    natures = {service.is_communication for service in profile.service_types}
    timers = [rule.timer for rule in profile.timers]
    begin, end = profile.valid_from, profile.valid_to
    problems = {
        "valid_to is not after valid_from": begin is not None and end is not None and end <= begin,
        "this version of Shelterwood looks for known material only": not profile.allowed_kinds <= SUPPORTED_KINDS,
        "audio is never looked at": Medium.AUDIO in profile.media,
        "a kind of token that never carries detection": not all(kind.carries_detection for kind in profile.token_kinds),
        "a scope and the kinds of token are both given or both empty": any(
            bool(scope) is not bool(profile.token_kinds) for scope in scopes
        ),
        "a surface belongs to none of the service types": not {s.is_communication for s in profile.surfaces} <= natures,
        "a clock is set twice": len(set(timers)) != len(timers),
    }
    return next((problem for problem, found in problems.items() if found), "")
