"""What a scan may say about a file, and why it could not say more: *not scanned* is never *no match*.

DESIGN.md section 3, step 5: `no_match` means that every kind of fingerprint which this installation can match and
which an enabled list holds was checked. Everything else that did not match is `not_scanned`, with its reason.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Outcome", "WhyNot", "reason_in_words"]


class Outcome(StrEnum):
    """The three answers; every row has exactly one, so that counts sum."""

    MATCH = "match"
    NO_MATCH = "no_match"
    NOT_SCANNED = "not_scanned"


class WhyNot(StrEnum):
    """Why a file was not, or not fully, checked. Reasons of `shelterwood.media` stand beside these in a row."""

    LINK = "link"
    LINK_OUT = "link_out"
    BROKEN_LINK = "broken_link"
    NOT_A_FILE = "not_a_file"
    PERMISSION_DENIED = "permission_denied"
    VANISHED = "vanished"
    CHANGED = "changed_while_reading"
    READ_ERROR = "read_error"
    FOLDER_NOT_LISTED = "folder_not_listed"
    NOT_A_PICTURE = "not_a_picture"
    TOO_LITTLE_DETAIL = "too_little_detail"
    TOO_MANY_FRAMES = "too_many_frames"


_IN_WORDS = {
    WhyNot.LINK: "link, not followed (its target is under a scanned source)",
    WhyNot.LINK_OUT: "link that leads out of what is scanned, not followed",
    WhyNot.BROKEN_LINK: "broken link",
    WhyNot.NOT_A_FILE: "socket, pipe or device, not opened",
    WhyNot.PERMISSION_DENIED: "permission denied",
    WhyNot.VANISHED: "gone before it could be read",
    WhyNot.CHANGED: "changed while being read",
    WhyNot.READ_ERROR: "read error",
    WhyNot.FOLDER_NOT_LISTED: "folder whose files could not be listed",
    WhyNot.NOT_A_PICTURE: "exact only: not a picture",
    WhyNot.TOO_LITTLE_DETAIL: "exact only: too little detail",
    WhyNot.TOO_MANY_FRAMES: "frames beyond the limit not looked at",
}


def reason_in_words(reason: str) -> str:
    """Return a reason as a person would say it; reasons of `shelterwood.media` keep their own words."""
    for known, words in _IN_WORDS.items():
        if known == reason:
            return words
    return f"exact only: {reason.replace('_', ' ')}"
