"""Webhooks: what happened is told to a platform's own server, signed, once, until it has heard.

`sealing` (secrets at rest) and `signing` (the headers of one sending), `addresses` (where may be sent to), `services`
(register, rotate, end, tell), `work` (the outbox job that sends). The contract is docs/reference/webhooks.md.
"""

from __future__ import annotations

__all__: list[str] = []
