"""Declare a service: what it is by law and where content stands. Nothing is looked at in a service nobody declared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.basis import actions, live
from shelterwood.web.provider.basis.models import SERVICE_PATTERN, DeclaredService
from shelterwood.web.provider.basis.policy import person_of

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.policy import EndToEnd, ServiceType, Surface
    from shelterwood.web.hall.access.actors import Actor

__all__ = ["ServiceNotValid", "declare_service"]


class ServiceNotValid(ShelterwoodError):
    """A service cannot be declared like this."""


@transaction.atomic
def declare_service(
    *,
    name: str,
    title: str,
    service_type: ServiceType,
    surfaces: frozenset[Surface],
    end_to_end: EndToEnd,
    actor: Actor,
    now: datetime,
) -> DeclaredService:
    """Declare the service `name` (a word that doors send), or declare it anew; raise ServiceNotValid.

    One service has one legal nature: messages between chosen people are communication also inside a host, and are
    declared as a service of their own (Regulation profiles, `surface_not_of_service_type`).
    """
    if not re.match(SERVICE_PATTERN, name) or not title.strip():
        raise ServiceNotValid(
            f"'{name}' is no name of a service.",
            remedy="Use 2 to 40 lower-case letters, digits and hyphens, and a title.",
        )
    _check_surfaces(service_type, surfaces)
    service, _ = DeclaredService.objects.update_or_create(
        name=name,
        defaults={
            "title": title.strip(),
            "service_type": service_type.value,
            "surfaces": sorted(surface.value for surface in surfaces),
            "end_to_end": end_to_end.value,
            "declared_by_id": person_of(actor),
            "declared_at": now,
        },
    )
    live.changed()
    codes = {"type": service_type.value, "surfaces": " ".join(service.surfaces), "end_to_end": end_to_end.value}
    record(action=actions.SERVICE_DECLARED, actor=actor, object_ref=f"service:{name}", now=now, codes=codes)
    return service


def _check_surfaces(service_type: ServiceType, surfaces: frozenset[Surface]) -> None:
    if not surfaces:
        raise ServiceNotValid("No surface is named.", remedy="Say where in the service content stands.")
    strangers = sorted(s for s in surfaces if s.is_communication is not service_type.is_communication)
    if strangers:
        raise ServiceNotValid(
            f"{', '.join(strangers)} does not belong to {service_type}: messages between chosen people are "
            "communication also inside a host, and uploads are hosting also inside a messenger.",
            remedy="Declare them as a service of their own.",
        )
