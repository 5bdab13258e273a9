"""The page of deliveries: what waits, what is dead and why, and the two things a person can do about that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.outbox import queries, services
from shelterwood.web.hall.outbox.models import Job

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

__all__ = ["give_delivery_up", "show_deliveries", "try_delivery_again"]

_MOST_SHOWN = 100


@needs(Permission.DELIVERIES_SEE)
@require_safe
def show_deliveries(request: HttpRequest) -> HttpResponse:
    """Show how many jobs are in which state, and the dead ones."""
    return _page(request)


@needs(Permission.DELIVERIES_SEE)
@require_POST
def try_delivery_again(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Have a dead job tried again."""
    return _decided(request, job_id, services.try_again, said="It is tried again now.")


@needs(Permission.DELIVERIES_SEE)
@require_POST
def give_delivery_up(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Decide that a dead job will not be delivered."""
    said = "It will not be delivered. The record says who decided that."
    return _decided(request, job_id, services.give_up, said=said)


def _decided(request: HttpRequest, job_id: uuid.UUID, verb: Callable[..., object], *, said: str) -> HttpResponse:
    try:
        verb(job_id=job_id, actor=visitor_of(request).actor, now=timezone.now())
    except Job.DoesNotExist as error:
        raise Http404 from error
    except services.JobStepNotPossible as error:
        return _page(request, refusal=error.fact, status=409)
    messages.success(request, said)
    return redirect("deliveries")


def _page(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "kinds": queries.counted(),
        "dead": queries.dead(most=_MOST_SHOWN),
        "dead_count": queries.dead_count(),
        "refusal": refusal,
    }
    return render(request, "outbox/deliveries.html", context, status=status)
