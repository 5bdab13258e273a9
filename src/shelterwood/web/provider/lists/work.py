"""The job that does one import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.web.hall.outbox.outcomes import Done, Outcome, TryAgain
from shelterwood.web.provider.lists import services

if TYPE_CHECKING:
    from shelterwood.web.hall.outbox.at_work import JobAtWork

__all__ = ["import_list"]


def import_list(job: JobAtWork) -> Outcome:
    """Do the import that `job` names; what is wrong with the delivery is on the page of the list, and ends the job."""
    run_id = int(str(job.payload["run"]))
    return Done() if services.do_import(run_id=run_id, now=timezone.now()) else TryAgain("list_busy")
