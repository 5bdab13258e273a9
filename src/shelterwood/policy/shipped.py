"""The profiles that come with Shelterwood, pinned by digest: a file changed after release is refused.

The pin makes the release's own signature cover the profiles. A profile from elsewhere needs a signature of its own
(`signing`).
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from shelterwood.errors import ShelterwoodError
from shelterwood.policy.canonical import digest_of
from shelterwood.policy.profiles import PolicyProfile, read_profile
from shelterwood.policy.vocabulary import ProfileId

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "SHIPPED",
    "ProfileAltered",
    "ProfileUnknown",
    "checked_profile",
    "read_data_file",
    "shipped_profile",
    "shipped_profiles",
]

SHIPPED: Final[Mapping[ProfileId, str]] = MappingProxyType(
    {
        ProfileId("INTERIM2026"): "5cb7722fbaa28013580900b0d597b245c172d802a3e2f6472d5d9ac10fe1a02c",
        ProfileId("NATIONAL_HOSTING"): "bd1a7e349fa450127b192ba90096c10a00bd537076deba2b8bd49bc6a77f6fca",
        ProfileId("COM2022"): "4d5327193132d93e914a362c1dee7dd27b0f6f2242cd1fa35547f332bfe4165a",
        ProfileId("CSL2025"): "a0fe938aa1c92ae23963dabe2741783789ba22637918fbab5fd615ba38a9833d",
        ProfileId("NONE"): "67a9ef1178909d7cfc9792ae3ffb2292465008def318f1a2bafb7a69252dfa58",
    }
)
"""Name and SHA-256 of each shipped profile's file. A pin is set by hand, after reading the file."""


class ProfileAltered(ShelterwoodError):
    """A policy file of this package is not the one that was released."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The policy file {name} is not the one that was released with this version.",
            remedy="Install Shelterwood again; nothing is detected under an altered file.",
        )


class ProfileUnknown(ShelterwoodError):
    """No shipped profile has this name."""

    def __init__(self, profile: str) -> None:
        super().__init__(f"There is no policy profile {profile!r}.", remedy=f"Use one of {', '.join(SHIPPED)}.")


def checked_profile(data: bytes, *, profile: ProfileId) -> PolicyProfile:
    """Read the bytes of a shipped profile; ProfileAltered when they are not the released ones."""
    if profile not in SHIPPED:
        raise ProfileUnknown(profile)
    if digest_of(data) != SHIPPED[profile]:
        raise ProfileAltered(f"{profile}.json")
    return read_profile(data, where=f"policy profile {profile}")


def read_data_file(*parts: str) -> bytes:
    """Return the bytes of a data file of this package."""
    return resources.files("shelterwood.policy").joinpath("data", *parts).read_bytes()


@cache
def shipped_profile(profile: str) -> PolicyProfile:
    """Return a shipped profile by name; ProfileUnknown or ProfileAltered."""
    name = ProfileId(profile)
    if name not in SHIPPED:
        raise ProfileUnknown(profile)
    return checked_profile(read_data_file("profiles", f"{name}.json"), profile=name)


def shipped_profiles() -> tuple[PolicyProfile, ...]:
    """Return every shipped profile, law first, each group in the order of `SHIPPED`."""
    return tuple(sorted((shipped_profile(name) for name in SHIPPED), key=lambda profile: profile.status))
