"""The Django app of sealed evidence: its door, its condition of readiness, its rounds of the keeper."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.running import keeper, readiness

__all__ = ["EvidenceConfig"]


class EvidenceConfig(AppConfig):
    """Sealed objects, their clocks and holds."""

    name = "shelterwood.web.provider.evidence"
    label = "evidence"

    def ready(self) -> None:
        """Hang the door, say when nothing can be sealed, and have the keeper destroy what is due."""
        from shelterwood.web.provider.evidence import upkeep  # noqa: PLC0415 - needs the models

        readiness.register("vault", upkeep.why_not_ready)
        register(
            Door(
                label="Evidence",
                route="evidence",
                permission=Permission.EVIDENCE_READ,
                purpose="What is sealed, until when, and what an authority asked to keep; no content.",
                place=45,
            )
        )
        keeper.register("evidence.purge", every=timedelta(minutes=1), run=upkeep.purge_round)
        keeper.register("evidence.strays", every=timedelta(hours=1), run=upkeep.stray_round)
