"""The words of the law that code decides on, as closed lists: a misspelt or new one is refused, not ignored.

Sources: COM(2022) 209 Art. 2, 7 and 8 for kinds and orders; the interim regime for what it leaves out (audio, end-to-
end encryption).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NewType

__all__ = [
    "SUPPORTED_KINDS",
    "ActorId",
    "EndToEnd",
    "EvidenceMode",
    "MaterialKind",
    "Medium",
    "Occasion",
    "PriorConsultation",
    "ProfileId",
    "QuarantineMode",
    "Requirement",
    "ReviewPolicy",
    "ServiceId",
    "ServiceType",
    "Status",
    "Surface",
    "TokenId",
    "TokenKind",
]

ActorId = NewType("ActorId", str)
ProfileId = NewType("ProfileId", str)
ServiceId = NewType("ServiceId", str)
TokenId = NewType("TokenId", str)


class Status(StrEnum):
    """Whether a profile describes rules in force or a text that is still argued about."""

    LAW = "law"
    PROPOSAL = "proposal"


class MaterialKind(StrEnum):
    """What is looked for (Art. 2): known material is what a list of verified material matches."""

    KNOWN = "known"
    NEW = "new"
    SOLICITATION = "solicitation"


SUPPORTED_KINDS: Final = frozenset({MaterialKind.KNOWN})
"""What this code can look for at all. A profile that asks for more is refused: that needs another version."""


class TokenKind(StrEnum):
    """On what ground data are touched. Only the first three can ever carry detection."""

    ORDER = "order"
    PERMISSION = "permission"
    OWN_TERMS = "own_terms"
    VICTIM_REQUEST = "victim_request"
    AUTHORITY_REQUEST = "authority_request"
    USER_FLAG = "user_flag"

    @property
    def carries_detection(self) -> bool:
        """Whether a profile may allow detection under this kind."""
        return self in {TokenKind.ORDER, TokenKind.PERMISSION, TokenKind.OWN_TERMS}


class ServiceType(StrEnum):
    """The legal nature of a service."""

    HOSTING = "hosting"
    NUMBER_INDEPENDENT_MESSAGING = "number_independent_messaging"
    NUMBER_BASED_MESSAGING = "number_based_messaging"

    @property
    def is_communication(self) -> bool:
        """Whether the confidentiality of communications applies to it."""
        return self is not ServiceType.HOSTING


class Surface(StrEnum):
    """Where in a service content stands. Private messages inside a host are communication, whatever it is called."""

    PUBLIC_UPLOAD = "public_upload"
    SHARED_UPLOAD = "shared_upload"
    STORED_FILE = "stored_file"
    PROFILE_PICTURE = "profile_picture"
    FEDERATED_MEDIA = "federated_media"
    PRIVATE_MESSAGE = "private_message"
    GROUP_MESSAGE = "group_message"

    @property
    def is_communication(self) -> bool:
        """Whether content here is a message between chosen people."""
        return self in {Surface.PRIVATE_MESSAGE, Surface.GROUP_MESSAGE}


class Medium(StrEnum):
    """What the content is, as far as the door can tell before it reads; asked again when the decoder has seen more."""

    IMAGE = "image"
    VIDEO = "video"
    OTHER = "other"
    TEXT = "text"
    AUDIO = "audio"


class Occasion(StrEnum):
    """Why content is looked at: it arrives, or it is already there and the list has grown. Each needs its own token."""

    ARRIVAL = "arrival"
    RESCAN = "rescan"


class EndToEnd(StrEnum):
    """What the provider attests about end-to-end encryption of a surface; anything but NEVER is refused."""

    NEVER = "never"
    HAS_BEEN = "has_been"
    IS = "is"
    WILL_BE = "will_be"
    NOT_ATTESTED = "not_attested"


class Requirement(StrEnum):
    """What a profile wants recorded in the token before anything is read."""

    GDPR_GROUND = "gdpr_ground"
    OFFENCE_DATA_RULE = "offence_data_rule"
    DPIA = "dpia"
    PRIOR_CONSULTATION = "prior_consultation"


class PriorConsultation(StrEnum):
    """How the consultation of the data protection authority ended (GDPR Art. 36)."""

    NOT_REQUIRED = "not_required"
    CLEARED = "cleared"
    PENDING = "pending"
    OBJECTED = "objected"


class ReviewPolicy(StrEnum):
    """How many people look before anything leaves."""

    ONE_PERSON = "one_person"
    TWO_PERSONS = "two_persons"


class QuarantineMode(StrEnum):
    """Whether what is found is put out of sight until a person has decided."""

    NONE = "none"
    QUARANTINE = "quarantine"


class EvidenceMode(StrEnum):
    """What is kept of what is found."""

    SEAL = "seal"
    REPORT_AND_PURGE = "report_and_purge"
