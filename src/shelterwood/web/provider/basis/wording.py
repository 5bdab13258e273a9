"""The policy's words as a person reads them; what the law says comes from the profiles, never from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shelterwood.policy import (
    EndToEnd,
    EvidenceMode,
    Occasion,
    PriorConsultation,
    Requirement,
    ReviewPolicy,
    ServiceType,
    Surface,
    TokenKind,
)
from shelterwood.web.provider.basis.technology import ALL_ORIENTATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from enum import StrEnum

    from shelterwood.policy import Algorithm, ListSource, Technology, TokenClaims

__all__ = ["allowed", "choices", "joined", "kept", "looked_with", "stops", "words"]

_WORDS: Final[Mapping[StrEnum, str]] = {
    ServiceType.HOSTING: "Hosting: people store or publish here",
    ServiceType.NUMBER_INDEPENDENT_MESSAGING: "Messages between chosen people, without telephone numbers",
    ServiceType.NUMBER_BASED_MESSAGING: "Messages by telephone number",
    Surface.PUBLIC_UPLOAD: "public uploads",
    Surface.SHARED_UPLOAD: "uploads shared with some",
    Surface.STORED_FILE: "stored files",
    Surface.PROFILE_PICTURE: "profile pictures",
    Surface.FEDERATED_MEDIA: "media that other servers send",
    Surface.PRIVATE_MESSAGE: "private messages",
    Surface.GROUP_MESSAGE: "messages in groups",
    EndToEnd.NEVER: "No: it is not, was not and will not be",
    EndToEnd.IS: "Yes, it is",
    EndToEnd.HAS_BEEN: "Not now, but it was",
    EndToEnd.WILL_BE: "Not yet, but it will be",
    EndToEnd.NOT_ATTESTED: "Not known yet",
    Occasion.ARRIVAL: "when it arrives",
    Occasion.RESCAN: "again, what is already here",
    TokenKind.ORDER: "an order",
    TokenKind.PERMISSION: "a derogation that the law allows",
    TokenKind.OWN_TERMS: "the service's own terms",
    Requirement.DPIA: "an impact assessment (its version)",
    Requirement.GDPR_GROUND: "the ground in data protection law",
    Requirement.OFFENCE_DATA_RULE: "the national rule for data on offences",
    Requirement.PRIOR_CONSULTATION: "that the data protection authority was consulted",
    PriorConsultation.NOT_REQUIRED: "Not required",
    PriorConsultation.CLEARED: "Consulted, and cleared",
    PriorConsultation.PENDING: "Consulted, no answer yet",
    PriorConsultation.OBJECTED: "Consulted, and objected",
    ReviewPolicy.ONE_PERSON: "One person decides",
    ReviewPolicy.TWO_PERSONS: "Two people decide",
    EvidenceMode.SEAL: "Sealed as evidence",
    EvidenceMode.REPORT_AND_PURGE: "Reported, then deleted",
}
_DIGESTS: Final = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256"}


def words(value: StrEnum) -> str:
    """Return a word of the policy in plain words."""
    return _WORDS.get(value, value.value.replace("_", " "))


def choices(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Return values with their words, for a form; first letter upper-case."""
    return [(value.value, words(value)[0].upper() + words(value)[1:]) for value in values]


def joined(values: Iterable[StrEnum]) -> str:
    """Return several words as one list, in a fixed order: "one, two and three"."""
    *before, last = sorted(words(value) for value in values) or [""]
    return f"{', '.join(before)} and {last}" if before else last


def allowed(claims: TokenClaims, *, title: str) -> str:
    """Return in one sentence what a token allows."""
    return (
        f"In {joined(claims.surfaces)} of {title}, pictures and files may be compared with the list"
        f"{'s' if len(claims.technology.list_sources) > 1 else ''} {_lists(claims.technology)}, "
        f"{'when they arrive' if claims.occasion is Occasion.ARRIVAL else 'again, those that are already here'}."
    )


def looked_with(technology: Technology) -> str:
    """Return in one sentence what a technology looks with."""
    near = [_algorithm(each) for each in technology.algorithms if each.name == "pdq"]
    exact = [_DIGESTS.get(each.name, each.name) for each in technology.algorithms if each.name != "pdq"]
    same = [f"{', '.join(exact)} where they are the same"] if exact else []
    return "; ".join([*near, *same]) + f" (version {technology.version})."


def kept(claims: TokenClaims) -> str:
    """Return in one sentence what happens with what is found."""
    hours = claims.quarantine.release_after_hours
    sight = f"Out of sight for at most {hours} hours until decided" if hours else "Stays where it is until decided"
    return f"{sight}. {words(claims.review)} before anything leaves. {words(claims.evidence)}."


def stops(claims: TokenClaims) -> str:
    """Return in one sentence when detection stops by itself."""
    limit = claims.error_limit
    percent = f"{limit.per_million / 10_000:.4f}".rstrip("0").rstrip(".")
    return f"above {percent} % wrong of what people decided; judged once {limit.least_sample} are decided"


def _lists(technology: Technology) -> str:
    return ", ".join(_list(each) for each in technology.list_sources)


def _list(source: ListSource) -> str:
    return source.name if source.radius is None else f"{source.name} (radius {source.radius})"


def _algorithm(algorithm: Algorithm) -> str:
    turned = "also turned and mirrored" if algorithm.orientations == ALL_ORIENTATIONS else "not turned"
    return f"PDQ within {algorithm.radius} of 256 bits, {turned}"
