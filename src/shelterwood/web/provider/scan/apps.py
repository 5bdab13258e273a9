"""The Django app of the scan door."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.running import keeper
from shelterwood.web.provider.evidence import endings

__all__ = ["ScanConfig"]


class ScanConfig(AppConfig):
    """Uploads in, findings out; what was found is kept."""

    name = "shelterwood.web.provider.scan"
    label = "scan"

    def ready(self) -> None:
        """Hang the door of the page, make the counters, and have the keeper tidy up."""
        from shelterwood.web.hall.outbox import kinds  # noqa: PLC0415 - needs the models
        from shelterwood.web.hall.running import flushing  # noqa: PLC0415 - needs the models
        from shelterwood.web.provider.scan import counting, examining, tidying  # noqa: PLC0415 - needs the models
        from shelterwood.web.provider.scan.ending import forget_prints  # noqa: PLC0415 - needs the models
        from shelterwood.web.provider.scan.waiting import services, work  # noqa: PLC0415 - needs the models

        counting.register()
        flushing.also(examining.write)
        endings.register("scan", forget_prints)
        kinds.register(
            services.KIND,
            work.scan_waiting,
            words="Uploads to be scanned later",
            backoff=work.BACK_OFF,
            kept=services.LONGEST,
            at_once=work.AT_ONCE,
        )
        keeper.register("scan.tidy", every=timedelta(minutes=1), run=tidying.round_of_scan)
        register(
            Door(
                label="Detections",
                route="detections",
                permission=Permission.DELIVERIES_SEE,
                purpose="How much was found, and how much is out of sight; no pictures.",
                place=40,
            )
        )
