"""Settings of a provider's service: a platform that checks, reviews and reports."""

from __future__ import annotations

from shelterwood.web.hall.settings.base import build

globals().update(build("provider"))
