"""The key over all keys: in a file of this machine, or behind a command (a security module, a key service).

It wraps one epoch key a week and after each purge, so a command may be slow. Both bind a context, so that a wrapped
key put in another's place does not open.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shelterwood.vault.faults import VaultFault

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CommandMasterKey", "FileMasterKey", "MasterKey", "MasterKeyNotUsable"]

_NONCE_SIZE: Final = 12
_MOST_OUTPUT: Final = 64 * 1024


class MasterKeyNotUsable(VaultFault):
    """The master key is absent, too short, readable by others, or does not open what it should."""


class MasterKey(Protocol):
    """Wraps and unwraps 32 bytes; `context` is ASCII without blanks and must be the same both times."""

    def wrap(self, key: bytes, *, context: str) -> bytes:
        """Return `key` wrapped."""
        ...

    def unwrap(self, wrapped: bytes, *, context: str) -> bytes:
        """Return the key; MasterKeyNotUsable if it does not open."""
        ...


@dataclass(frozen=True, slots=True)
class FileMasterKey:
    """AES-256-GCM under a key derived (HKDF-SHA-256, RFC 5869) from a secret of at least 32 bytes."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise MasterKeyNotUsable("The master key is shorter than 32 bytes.", remedy="Give a longer random one.")

    @classmethod
    def read(cls, path: Path) -> FileMasterKey:
        """Read the secret (its bytes without blanks around); refused unless only its owner can read the file."""
        try:
            mode, secret = path.stat().st_mode, path.read_bytes().strip()
        except OSError as error:
            raise MasterKeyNotUsable(
                f"The master key '{path}' cannot be read: {error.strerror}.",
                remedy="Put it back, or correct its owner.",
            ) from error
        if mode & 0o077:
            raise MasterKeyNotUsable(f"Others can read the master key '{path}'.", remedy=f"chmod 600 '{path}'")
        return cls(secret)

    def wrap(self, key: bytes, *, context: str) -> bytes:
        """Return nonce, ciphertext and tag."""
        nonce = os.urandom(_NONCE_SIZE)
        return nonce + AESGCM(self._derived()).encrypt(nonce, key, context.encode("ascii"))

    def unwrap(self, wrapped: bytes, *, context: str) -> bytes:
        """Return the key; MasterKeyNotUsable if the secret or the context is another."""
        nonce, sealed = wrapped[:_NONCE_SIZE], wrapped[_NONCE_SIZE:]
        try:
            return AESGCM(self._derived()).decrypt(nonce, sealed, context.encode("ascii"))
        except (InvalidTag, ValueError) as error:
            raise MasterKeyNotUsable(
                "The master key does not open this epoch key.", remedy="Give the master key it was wrapped with."
            ) from error

    def _derived(self) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"shelterwood vault master 1").derive(self.secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMasterKey:
    """A command that reads from its standard input and writes to its standard output.

    It is called as `COMMAND wrap CONTEXT` and `COMMAND unwrap CONTEXT`, without a shell, and has `seconds` to answer.
    """

    command: str
    seconds: float = 20.0

    def wrap(self, key: bytes, *, context: str) -> bytes:
        """Return what `COMMAND wrap` made of the key."""
        return self._run("wrap", key, context=context)

    def unwrap(self, wrapped: bytes, *, context: str) -> bytes:
        """Return what `COMMAND unwrap` made of it: exactly 32 bytes, else MasterKeyNotUsable."""
        key = self._run("unwrap", wrapped, context=context)
        if len(key) != 32:
            raise _failed("unwrap", f"it wrote {len(key)} bytes where a key has 32")
        return key

    def _run(self, verb: str, data: bytes, *, context: str) -> bytes:
        arguments = [*shlex.split(self.command), verb, context]
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command, no shell, no input from outside
                arguments, input=data, capture_output=True, timeout=self.seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise _failed(verb, f"it did not answer within {self.seconds:g} s") from error
        except (OSError, ValueError) as error:
            raise _failed(verb, "it could not be started") from error
        if done.returncode != 0:
            raise _failed(verb, f"it ended with {done.returncode}")
        if not 0 < len(done.stdout) <= _MOST_OUTPUT:
            raise _failed(verb, f"it wrote {len(done.stdout)} bytes")
        return done.stdout


def _failed(verb: str, why: str) -> MasterKeyNotUsable:
    return MasterKeyNotUsable(
        f"The command of the master key failed at {verb}: {why}.",
        remedy="Run it by hand: SHELTERWOOD_MASTER_KEY_COMMAND wrap test < 32 bytes.",
    )
