"""HMA's routes: software that speaks to a Hasher-Matcher-Actioner speaks to this service by another base address.

`door` (keys, errors in HMA's shape), `asking` (parameters), `uploads` and `fetching` (bytes in), `looking` (look-ups
and events), `hashing`, `matching` and `banks` (the routes), `services` (content of banks). The contract is
docs/reference/hma-routes.md.
"""

from __future__ import annotations

__all__: list[str] = []
