"""The root of everything that can go wrong in the vault, so that a door can refuse on any of it with one except."""

from __future__ import annotations

from shelterwood.errors import ShelterwoodError

__all__ = ["VaultFault"]


class VaultFault(ShelterwoodError):
    """The vault did not do what was asked; what it had already taken in is as it was."""
