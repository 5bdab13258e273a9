"""The pages of evidence: how much is kept, each object with its clock, holds and custody record; no content.

Every look is a line of the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.provider.evidence import forms, objects, queries, services
from shelterwood.web.provider.evidence.models import EvidenceHold, EvidenceObject
from shelterwood.web.provider.evidence.states import HoldReason, LiftReason

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

__all__ = ["evidence", "evidence_object", "evidence_objects", "extend_hold", "lift_hold", "set_hold"]


@needs(Permission.EVIDENCE_READ)
@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    """Show what is kept."""
    now = timezone.now()
    services.note_look(page="overview", actor=visitor_of(request).actor, now=now)
    return render(request, "evidence/evidence.html", {"kept": queries.overview(now=now)})


@needs(Permission.EVIDENCE_READ)
@require_safe
def evidence_objects(request: HttpRequest) -> HttpResponse:
    """Show the objects that fit the filter; of the filter the record keeps which fields were used."""
    form, now = forms.ObjectsForm(request.GET or None), timezone.now()
    valid = form.is_valid() if form.is_bound else True
    wanted = form.wanted() if form.is_bound and valid else objects.Wanted()
    services.note_look(page="objects", actor=visitor_of(request).actor, now=now)
    found = objects.objects(wanted, now=now)
    asked = {name: value for name, value in request.GET.items() if name != "page" and value}
    context = {
        "form": form if form.is_bound else forms.ObjectsForm(initial={"kept": "here", "clock": "any", "held": "any"}),
        "found": found,
        "filtered": bool(asked),
        "earlier": urlencode(asked | {"page": found.earlier}) if found.earlier else "",
        "later": urlencode(asked | {"page": found.later}) if found.later else "",
    }
    return render(request, "evidence/objects.html", context, status=200 if valid else 400)


@needs(Permission.EVIDENCE_READ)
@require_safe
def evidence_object(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    """Show one object."""
    row, visitor, now = get_object_or_404(EvidenceObject, pk=object_id), visitor_of(request), timezone.now()
    services.note_look(page="object", row=row, actor=visitor.actor, now=now)
    context = {"seen": objects.one(row, now=now), "may_hold": visitor.may(Permission.EVIDENCE_HOLD)}
    return render(request, "evidence/object.html", context)


@needs(Permission.EVIDENCE_HOLD, fresh=True)
@require_http_methods(["GET", "POST"])
def set_hold(request: HttpRequest, object_id: uuid.UUID) -> HttpResponse:
    """Take down what an authority asked."""
    row = get_object_or_404(EvidenceObject, pk=object_id)
    form = forms.HoldForm(request.POST or None)

    def do() -> object:
        said = form.cleaned_data
        return services.hold(
            event_id=row.event_id,
            authority=said["authority"],
            reason=HoldReason(said["reason"]),
            reference=said["reference"],
            until=said["until"],
            person=_person(request),
            actor=visitor_of(request).actor,
            now=timezone.now(),
        )

    return _asked(request, row, form, do, template="evidence/hold.html")


@needs(Permission.EVIDENCE_HOLD, fresh=True)
@require_http_methods(["GET", "POST"])
def extend_hold(request: HttpRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Give a hold a later end."""
    held, form = _held(hold_id), forms.ExtendForm(request.POST or None)

    def do() -> object:
        return services.extend_hold(
            hold_id=held.pk,
            until=form.cleaned_data["until"],
            person=_person(request),
            actor=visitor_of(request).actor,
            now=timezone.now(),
        )

    return _asked(request, held.object, form, do, template="evidence/extend.html", hold=held)


@needs(Permission.EVIDENCE_HOLD, fresh=True)
@require_http_methods(["GET", "POST"])
def lift_hold(request: HttpRequest, hold_id: uuid.UUID) -> HttpResponse:
    """End a hold before its day, after saying what then happens to the object."""
    held, form = _held(hold_id), forms.LiftForm(request.POST or None)

    def do() -> object:
        return services.lift_hold(
            hold_id=held.pk,
            reason=LiftReason(form.cleaned_data["reason"]),
            person=_person(request),
            actor=visitor_of(request).actor,
            now=timezone.now(),
        )

    return _asked(request, held.object, form, do, template="evidence/lift.html", hold=held)


def _asked(
    request: HttpRequest,
    row: EvidenceObject,
    form: Form,
    do: Callable[[], object],
    *,
    template: str,
    hold: EvidenceHold | None = None,
) -> HttpResponse:
    """Do what was filled in and go to the object's page, or show the form, with why not where it was refused."""
    if form.is_valid():
        try:
            do()
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
        else:
            return HttpResponseRedirect(reverse("evidence_object", args=[row.pk]))
    seen = objects.one(row, now=timezone.now())
    context = {"seen": seen, "form": form, "hold": next((h for h in seen.holds if hold and h.id == hold.pk), None)}
    return render(request, template, context, status=400 if form.errors else 200)


def _held(hold_id: uuid.UUID) -> EvidenceHold:
    return get_object_or_404(EvidenceHold.objects.select_related("object"), pk=hold_id)


def _person(request: HttpRequest) -> Account:
    return Account.objects.get(pk=visitor_of(request).account_id)
