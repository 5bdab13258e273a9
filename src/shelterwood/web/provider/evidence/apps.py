"""The Django app of sealed evidence: its door, its condition of readiness, its rounds of the keeper."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.running import readiness

__all__ = ["EvidenceConfig"]

_KEEPER = "shelterwood.web.hall.running.keeper"


class EvidenceConfig(AppConfig):
    """Sealed objects, their clocks and holds."""

    name = "shelterwood.web.provider.evidence"
    label = "evidence"

    def ready(self) -> None:
        """Hang the door, and say when nothing can be sealed."""
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
        if find_spec(_KEEPER) is not None:
            keeper = import_module(_KEEPER)
            keeper.register("evidence.purge", every=timedelta(minutes=1), run=upkeep.purge_round)
            keeper.register("evidence.strays", every=timedelta(hours=1), run=upkeep.stray_round)
