"""The legal basis in sentences for a terminal: `shelterwood basis show`, and what `doctor` finds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from shelterwood.web.provider.basis import queries, registered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["findings", "show", "show_keys"]

SOON: Final = timedelta(days=30)


def show() -> str:
    """Return each service: looked at or not, on what ground, until when, by whom."""
    services = queries.services_seen(now=timezone.now())
    if not services:
        return "No service is declared here. Nothing is looked at."
    return "\n\n".join("\n".join(_service(each)) for each in services)


def _service(service: queries.ServiceSeen) -> Iterator[str]:
    yield f"{service.title} ({service.name}): {'DETECTING' if service.detecting else 'not detecting'}"
    if service.why_not:
        yield f"  {service.why_not}"
    for ground in service.grounds:
        yield from (f"  {line}" for line in _ground(ground) if line)


def _ground(ground: queries.Ground) -> Iterator[str]:
    yield ground.banner.upper()
    yield ground.allowed
    yield f"Token {ground.token_name}, proposed by {ground.proposed_by}, issued by {ground.issued_by}."
    yield f"Until {ground.until:%Y-%m-%d %H:%M} UTC." if ground.until else ""
    yield ground.waiver
    for surface in ground.surfaces:
        yield f"{surface.words}: {'looked at' if surface.detecting else f'not looked at. {surface.why_not}'}"


def show_keys() -> str:
    """Return each key that may sign, or that waits for a second person."""
    rows = [f"{key.state:<10} {key.role:<9} {key.key_id}  {key.holder}" for key in registered.keys_seen()]
    return "\n".join(rows) or "There is no key yet. Nothing can be issued."


def findings(*, now: datetime | None = None) -> list[tuple[str, str]]:
    """Return what an operator should know, each as ("ok" | "warning", sentence)."""
    moment = now or timezone.now()
    found = [("warning", sentence) for sentence in _services_without(moment)]
    for token, claims, until in queries.claims_in_force(now=moment):
        if moment < until <= moment + SOON:
            day = f"{until:%Y-%m-%d %H:%M} UTC"
            found.append(("warning", f"The legal basis of '{claims.service}' ends on {day}. Renew token {token.name}."))
    return found or [("ok", "Every declared service has a valid legal basis for 30 days and more.")]


def _services_without(now: datetime) -> Iterator[str]:
    services = queries.services_seen(now=now)
    if not services:
        yield "No service is declared: nothing is looked at."
    for service in services:
        if not service.detecting:
            reasons = (s.why_not for ground in service.grounds for s in ground.surfaces)
            yield f"'{service.name}' is not looked at. {service.why_not or next(reasons, '')}".strip()
