"""What the legal basis writes into the record."""

from __future__ import annotations

from shelterwood.web.hall.audit.actions import register

__all__ = [
    "DETECTION_REFUSED",
    "DETECTION_STOPPED",
    "KEY_PROPOSED",
    "KEY_REFUSED",
    "KEY_REGISTERED",
    "KEY_REVOKED",
    "OUTCOME_NOTED",
    "PROFILE_PROPOSED",
    "PROFILE_REFUSED",
    "PROFILE_REGISTERED",
    "PROFILE_REVOKED",
    "SERVICE_DECLARED",
    "TOKEN_ISSUED",
    "TOKEN_PROPOSED",
    "TOKEN_REFUSED",
    "TOKEN_WITHDRAWN",
]

SERVICE_DECLARED = register("basis.service-declared", "A service was declared, or declared anew: its type, surfaces.")
KEY_PROPOSED = register("basis.key-proposed", "A key that may sign was proposed; it does not count yet.")
KEY_REGISTERED = register("basis.key-registered", "A second person confirmed a key; from now on it may sign.")
KEY_REFUSED = register("basis.key-refused", "A second person refused a key.")
KEY_REVOKED = register("basis.key-revoked", "A key no longer counts, nor does any token that it signed.")
PROFILE_PROPOSED = register("basis.profile-proposed", "A signed policy profile was brought in; it does not count yet.")
PROFILE_REGISTERED = register("basis.profile-registered", "A second person confirmed a profile; tokens may rest on it.")
PROFILE_REFUSED = register("basis.profile-refused", "A profile was refused, or taken back.")
PROFILE_REVOKED = register("basis.profile-revoked", "A profile no longer counts, nor do tokens under it.")
TOKEN_PROPOSED = register("basis.token-proposed", "A legal-basis token was proposed; it permits nothing yet.")
TOKEN_ISSUED = register("basis.token-issued", "A second person issued a legal-basis token; detection is permitted.")
TOKEN_REFUSED = register("basis.token-refused", "A proposed token was refused, or taken back.")
TOKEN_WITHDRAWN = register("basis.token-withdrawn", "A legal-basis token was withdrawn; detection under it is over.")
OUTCOME_NOTED = register("basis.outcome-noted", "What became of a match was counted for the error rate of its list.")
DETECTION_STOPPED = register("detection.stopped", "The measured errors are above the token's limit; it stopped itself.")
DETECTION_REFUSED = register(
    "detection.refused", "A door asked and was refused; nothing was read. `times`: how often since the line before."
)
