"""Look at the lists: all of them, one with its path into service, and what anyone may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import needs, open_to_all
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.lists import forms, queries
from shelterwood.web.provider.lists.models import ProviderList

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

__all__ = ["in_public", "one_list", "overview", "page_of"]


@needs(Permission.LIST_READ)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show every list: state, version, what it can find here."""
    context = {"lists": queries.overview(), "manages": visitor_of(request).may(Permission.LIST_MANAGE)}
    return render(request, "lists/overview.html", context)


@needs(Permission.LIST_READ)
@require_safe
def one_list(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Show one list and what it still lacks."""
    return page_of(request, get_object_or_404(ProviderList, pk=list_id))


@open_to_all(because="everyone may know whose lists their uploads are compared with, and who decided so")
@require_safe
def in_public(request: HttpRequest) -> HttpResponse:
    """Say whose lists are in service, since when, and on the word of how many people."""
    return render(request, "lists/public.html", {"lists": queries.in_public()})


def page_of(request: HttpRequest, row: ProviderList, *, status: int = 200, **changes: Any) -> HttpResponse:  # noqa: ANN401 - more of the page's context
    """Draw the page of a list; `changes` are a refusal, or a form with its errors in place of an empty one."""
    seen, visitor = queries.one_list(row), visitor_of(request)
    context = {
        "list": seen,
        "manages": visitor.may(Permission.LIST_MANAGE) and seen.state != "withdrawn",
        "approves": visitor.may(Permission.LIST_APPROVE) and seen.state != "withdrawn",
        "proposed_it": bool(row.proposed_by_id) and str(row.proposed_by_id) == visitor.account_id,
        **_forms(seen),
        **changes,
    }
    return render(request, "lists/list.html", context, status=status)


def _forms(seen: queries.ListSeen) -> dict[str, Any]:
    return {
        "import_form": forms.ImportForm(),
        "describe_form": forms.DescribeForm(
            initial={"agreement": seen.agreement, "legal_reference": seen.legal_reference}
        ),
        "signature_form": forms.SignatureForm(),
        "forecast_form": forms.ForecastForm(
            initial={"uploads_per_day": seen.uploads_per_day or None, "minutes_per_match": seen.minutes_per_match or 3}
        ),
        "matching_form": forms.MatchingForm(
            initial={"radius": seen.radius, "orientations": [str(each) for each in seen.orientations]}
        ),
        "withdraw_entry_form": forms.WithdrawEntryForm(),
    }
