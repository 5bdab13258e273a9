"""The Django app of the lists: its door, its condition of readiness, its rounds of the keeper."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig
from django.utils import timezone

from shelterwood.web.hall.access.navigation import Door, PublicPage, register, register_public
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.running import keeper, readiness

__all__ = ["ListsConfig"]


class ListsConfig(AppConfig):
    """Lists, their versions, their changes."""

    name = "shelterwood.web.provider.lists"
    label = "lists"

    def ready(self) -> None:
        """Hang the door, tell what technology is configured, watch the matcher, join the keeper's rounds."""
        from shelterwood.web.provider.basis import technology  # noqa: PLC0415 - needs the models
        from shelterwood.web.provider.lists import live, queries, services, upkeep, work  # noqa: PLC0415 - needs the models

        technology.tell(lambda: live.technology(now=timezone.now()))
        readiness.register("matcher", lambda: upkeep.why_not_ready(timezone.now()))
        register(
            Door(
                label="Lists",
                route="lists",
                permission=Permission.LIST_READ,
                purpose="What uploads are compared with, and how a list goes into service.",
                place=50,
                waiting=queries.waiting_for,
            )
        )
        register_public(PublicPage(label="Whose lists uploads are compared with here", route="lists_in_public"))
        kinds.register(services.IMPORT, work.import_list, words="Imports of list files")
        keeper.register("lists.catch-up", every=timedelta(seconds=1), run=upkeep.catch_up)
        keeper.register("lists.check-files", every=timedelta(hours=1), run=upkeep.check_files, gently=True)
