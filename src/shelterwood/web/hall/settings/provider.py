"""Settings of a provider's service: a platform that checks, reviews and reports."""

from __future__ import annotations

from shelterwood.web.hall.settings.base import build

_PROVIDER = "shelterwood.web.provider"

# From the bottom up, as in pyproject.toml, contract `provider`; a room that is not listed here is not there.
WING = tuple(
    f"{_PROVIDER}.{room}" for room in ("keys", "basis", "lists", "evidence", "webhooks", "scan", "rescan", "hma")
)

globals().update(build("provider", wing=WING))
