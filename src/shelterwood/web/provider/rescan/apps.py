"""The Django app of looking again at hosted media."""

from __future__ import annotations

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission

__all__ = ["RescanConfig"]


class RescanConfig(AppConfig):
    """Runs over hosted media, started by a person on the machine itself and by nothing else."""

    name = "shelterwood.web.provider.rescan"
    label = "rescan"

    def ready(self) -> None:
        """Hang the door of the page, and tell the lists when each was compared with what is here."""
        from shelterwood.web.provider.lists import growth  # noqa: PLC0415 - needs the models
        from shelterwood.web.provider.rescan import queries, working  # noqa: F401, PLC0415 - registers its faults

        growth.tell(queries.last_scans)
        register(
            Door(
                label="Looking again",
                route="rescans",
                permission=Permission.LIST_READ,
                purpose="Hosted media compared with a list that has grown, under a token of its own.",
                place=47,
            )
        )
