"""What every wing shares: settings, pages, accounts, the audit record, the outbox, and how a service is run."""

from __future__ import annotations

__all__: list[str] = []
