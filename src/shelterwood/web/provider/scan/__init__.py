"""The door for uploads: what arrives is checked on a legal basis; what is found is held and kept before it answers.

The walk of one upload: `api` (the door), `bodies` and `spool` (take the bytes in), `decoding` and `matching` (look),
`services` (keep what was found), `answers` (say so). docs/reference/scan-api.md is the contract.
"""

from __future__ import annotations

__all__: list[str] = []
