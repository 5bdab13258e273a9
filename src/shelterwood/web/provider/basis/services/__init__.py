"""The verbs of the legal basis: the only writers of its tables; each is one transaction that ends with its line."""

from __future__ import annotations

from shelterwood.web.provider.basis.services.counting import Outcome, note_examined, note_outcome
from shelterwood.web.provider.basis.services.deciding import decide
from shelterwood.web.provider.basis.services.declaring import ServiceNotValid, declare_service
from shelterwood.web.provider.basis.services.ending import refuse_token, withdraw_token
from shelterwood.web.provider.basis.services.issuing import (
    KeyNeeded,
    ShownTooLongAgo,
    TokenNotAccepted,
    issue_token,
    preview_of,
)
from shelterwood.web.provider.basis.services.keeping_keys import (
    confirm_key,
    make_officer_key,
    refuse_key,
    register_key,
    revoke_key,
)
from shelterwood.web.provider.basis.services.proposing import (
    Proposal,
    accept_order,
    claims_proposed,
    propose_token,
    renew_token,
)
from shelterwood.web.provider.basis.services.registering_profiles import (
    bring_in_profile,
    confirm_profile,
    refuse_profile,
    revoke_profile,
)

__all__ = [
    "KeyNeeded",
    "Outcome",
    "Proposal",
    "ServiceNotValid",
    "ShownTooLongAgo",
    "TokenNotAccepted",
    "accept_order",
    "bring_in_profile",
    "claims_proposed",
    "confirm_key",
    "confirm_profile",
    "decide",
    "declare_service",
    "issue_token",
    "make_officer_key",
    "note_examined",
    "note_outcome",
    "preview_of",
    "propose_token",
    "refuse_key",
    "refuse_profile",
    "refuse_token",
    "register_key",
    "renew_token",
    "revoke_key",
    "revoke_profile",
    "withdraw_token",
]
