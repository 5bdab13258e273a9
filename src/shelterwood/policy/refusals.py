"""Every reason for which detection is refused, each with the sentence that a person reads and can act on.

`{q}` is the question as it was asked (`decision.Question`), `{t}` the claims of its token.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = ["SENTENCES", "RefusalReason"]


class RefusalReason(StrEnum):
    """Why detection may not happen, in the order in which the reasons are looked for."""

    E2EE_EXCLUDED = "e2ee_excluded"
    E2EE_NOT_ATTESTED = "e2ee_not_attested"
    AUDIO_EXCLUDED = "audio_excluded"
    KIND_NOT_SUPPORTED = "kind_not_supported"
    PROFILE_PERMITS_NO_DETECTION = "profile_permits_no_detection"
    PROPOSAL_OUTSIDE_DEMO = "proposal_outside_demo"
    PROFILE_NOT_BEGUN = "profile_not_begun"
    PROFILE_ENDED = "profile_ended"
    KIND_NOT_OF_PROFILE = "kind_not_of_profile"
    SERVICE_TYPE_NOT_OF_PROFILE = "service_type_not_of_profile"
    SURFACE_NOT_OF_SERVICE_TYPE = "surface_not_of_service_type"
    SURFACE_NOT_OF_PROFILE = "surface_not_of_profile"
    MEDIUM_NOT_OF_PROFILE = "medium_not_of_profile"
    OCCASION_NOT_OF_PROFILE = "occasion_not_of_profile"
    NO_TOKEN = "no_token"  # noqa: S105 - a reason, no secret
    TOKEN_NOT_ACCEPTED = "token_not_accepted"  # noqa: S105 - a reason, no secret
    TOKEN_OF_ANOTHER_PROFILE = "token_of_another_profile"  # noqa: S105 - a reason, no secret
    TOKEN_KIND_NOT_OF_PROFILE = "token_kind_not_of_profile"  # noqa: S105 - a reason, no secret
    TOKEN_TOO_LONG = "token_too_long"  # noqa: S105 - a reason, no secret
    TOKEN_NOT_BEGUN = "token_not_begun"  # noqa: S105 - a reason, no secret
    TOKEN_ENDED = "token_ended"  # noqa: S105 - a reason, no secret
    SERVICE_NOT_OF_TOKEN = "service_not_of_token"  # noqa: S105 - a reason, no secret
    SERVICE_TYPE_NOT_OF_TOKEN = "service_type_not_of_token"  # noqa: S105 - a reason, no secret
    SURFACE_NOT_OF_TOKEN = "surface_not_of_token"  # noqa: S105 - a reason, no secret
    KIND_NOT_OF_TOKEN = "kind_not_of_token"  # noqa: S105 - a reason, no secret
    OCCASION_NOT_OF_TOKEN = "occasion_not_of_token"  # noqa: S105 - a reason, no secret
    GROUND_NOT_RECORDED = "ground_not_recorded"
    CONSULTATION_NOT_CLEARED = "consultation_not_cleared"
    TECHNOLOGY_CHANGED = "technology_changed"
    ERROR_LIMIT_EXCEEDED = "error_limit_exceeded"


_R = RefusalReason

SENTENCES: Final[dict[RefusalReason, str]] = {
    _R.E2EE_EXCLUDED: (
        "End-to-end encrypted content is never looked at, before, while or after it is encrypted "
        "({q.request.surface} of {q.request.service}). Switch detection off there; a user who flags a message can "
        "still disclose it."
    ),
    _R.E2EE_NOT_ATTESTED: (
        "Nobody has attested that {q.request.surface} of {q.request.service} is not, was not and will not be "
        "end-to-end encrypted. Record the provider's attestation for this surface."
    ),
    _R.AUDIO_EXCLUDED: "Audio is never looked at. Leave audio out of what is sent here.",
    _R.KIND_NOT_SUPPORTED: "Only known material is looked for, not {q.request.kind}. Ask for kind known.",
    _R.PROFILE_PERMITS_NO_DETECTION: (
        "The profile {q.profile.id} permits no detection. Set up a profile that is in force for this service."
    ),
    _R.PROPOSAL_OUTSIDE_DEMO: (
        "The profile {q.profile.id} is a proposal, not law. It works only in the demo; use a profile that is law."
    ),
    _R.PROFILE_NOT_BEGUN: "The profile {q.profile.id} is in force only from {q.profile.valid_from}. Wait for that day.",
    _R.PROFILE_ENDED: (
        "The profile {q.profile.id} ended at {q.profile.valid_to}. Detection resumes only under a new signed profile "
        "and a token for it."
    ),
    _R.KIND_NOT_OF_PROFILE: (
        "The profile {q.profile.id} does not allow {q.request.kind} material. Ask for a kind that it allows."
    ),
    _R.SERVICE_TYPE_NOT_OF_PROFILE: (
        "The profile {q.profile.id} does not cover {q.request.service_type}. Use a profile that covers this type of "
        "service."
    ),
    _R.SURFACE_NOT_OF_SERVICE_TYPE: (
        "{q.request.surface} is no part of {q.request.service_type}: private messages are communication also inside "
        "a host, and uploads are hosting also inside a messenger. Use the profile and token of the other service "
        "type."
    ),
    _R.SURFACE_NOT_OF_PROFILE: (
        "The profile {q.profile.id} does not cover {q.request.surface}. Switch detection off there."
    ),
    _R.MEDIUM_NOT_OF_PROFILE: "The profile {q.profile.id} does not cover {q.request.medium}. Send only what it covers.",
    _R.OCCASION_NOT_OF_PROFILE: (
        "The profile {q.profile.id} does not allow {q.request.occasion}. Content already there is not looked at "
        "again under it."
    ),
    _R.NO_TOKEN: "There is no legal-basis token. Two people issue one for this service; nothing is read before.",
    _R.TOKEN_NOT_ACCEPTED: "The legal-basis token does not count. {q.token.sentence}",
    _R.TOKEN_OF_ANOTHER_PROFILE: (
        "The token {t.id} was issued under {t.profile.id} version {t.profile.version}, not under this text of "
        "{q.profile.id} version {q.profile.version}. Issue a token under the profile in use."
    ),
    _R.TOKEN_KIND_NOT_OF_PROFILE: (
        "The profile {q.profile.id} knows no detection by {t.kind}. Issue a token of a kind it knows."
    ),
    _R.TOKEN_TOO_LONG: (
        "The token {t.id} runs longer than the {q.profile.longest_token} that {q.profile.id} allows. Issue a shorter "
        "one."
    ),
    _R.TOKEN_NOT_BEGUN: "The token {t.id} is valid only from {t.valid_from}. Wait, or issue one that begins earlier.",
    _R.TOKEN_ENDED: (
        "The token {t.id}, or the key that signed it, has ended. Issue a new one; nothing is looked at meanwhile."
    ),
    _R.SERVICE_NOT_OF_TOKEN: (
        "The token {t.id} is for another service or component. Use the token issued for {q.request.service}."
    ),
    _R.SERVICE_TYPE_NOT_OF_TOKEN: (
        "The token {t.id} is for {t.service_type}, not {q.request.service_type}. Use a token of this service type."
    ),
    _R.SURFACE_NOT_OF_TOKEN: (
        "The token {t.id} does not name {q.request.surface}. Switch detection off there, or issue a token that names "
        "it."
    ),
    _R.KIND_NOT_OF_TOKEN: "The token {t.id} does not name {q.request.kind} material. Ask for a kind that it names.",
    _R.OCCASION_NOT_OF_TOKEN: (
        "The token {t.id} is for {t.occasion}, not for {q.request.occasion}. Each needs a token of its own."
    ),
    _R.GROUND_NOT_RECORDED: (
        "The token {t.id} does not record what {q.profile.id} asks for: {q.missing_grounds}. Record it and issue the "
        "token again."
    ),
    _R.CONSULTATION_NOT_CLEARED: (
        "The data protection authority has not cleared this (token {t.id}: {t.prior_consultation}). Wait for its "
        "answer, follow it, and issue the token again."
    ),
    _R.TECHNOLOGY_CHANGED: (
        "The technology is not the one that the token {t.id} was issued for ({q.technology_changes}). Renew the "
        "impact assessment and the token, or go back."
    ),
    _R.ERROR_LIMIT_EXCEEDED: "{q.first_stop}",
}
