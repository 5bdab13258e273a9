"""What the forms of a list do: each calls one service and says on the same page why not, where it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints import pdq
from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.lists import forms, queries, services, storage
from shelterwood.web.provider.lists.models import ListVersion, ProviderList
from shelterwood.web.provider.lists.states import ListKind
from shelterwood.web.provider.lists.views.looking import page_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

__all__ = [
    "approve", "check", "describe", "disable", "enable", "forecast", "import_file", "matching", "propose", "register",
    "return_proposal", "sign", "withdraw", "withdraw_entry",
]  # fmt: skip


@needs(Permission.LIST_MANAGE)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Give a new list its name; one of our own begins empty."""
    form = forms.RegisterForm(request.POST or None)
    if form.is_valid():
        actor, now = visitor_of(request).actor, timezone.now()
        try:
            row = services.register_list(
                name=form.cleaned_data["name"],
                owner=form.cleaned_data["owner"],
                kind=ListKind(form.cleaned_data["kind"]),
                owner_key=form.cleaned_data["owner_key"],
                actor=actor,
                now=now,
            )
            if row.kind == ListKind.OWN:
                services.begin_empty(row=row, actor=actor, now=now)
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
        else:
            return HttpResponseRedirect(reverse("one_list", args=[row.pk]))
    return render(request, "lists/register.html", {"form": form})


def _do(request: HttpRequest, list_id: uuid.UUID, verb: Callable[..., object], **arguments: Any) -> HttpResponse:  # noqa: ANN401 - the service's
    """Call `verb` on a list and go back to its page, or say there why not."""
    row = get_object_or_404(ProviderList, pk=list_id)
    try:
        verb(row=row, actor=visitor_of(request).actor, now=timezone.now(), **arguments)
    except ShelterwoodError as error:
        row.refresh_from_db()
        return page_of(request, row, status=409, refusal=error.explain())
    return HttpResponseRedirect(reverse("one_list", args=[list_id]))


def _with(
    request: HttpRequest,
    list_id: uuid.UUID,
    name: str,
    kind: type[Form],
    then: Callable[[dict[str, Any]], HttpResponse],
) -> HttpResponse:
    """Go on with what was filled in, or show the form with what is wrong."""
    row, form = get_object_or_404(ProviderList, pk=list_id), kind(request.POST)
    return then(form.cleaned_data) if form.is_valid() else page_of(request, row, status=400, **{name: form})


@needs(Permission.LIST_MANAGE)
@require_POST
def describe(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Record agreement and legal reference."""
    return _with(
        request,
        list_id,
        "describe_form",
        forms.DescribeForm,
        lambda said: _do(request, list_id, services.describe_list, **said),
    )


@needs(Permission.LIST_MANAGE)
@require_POST
def import_file(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Have a file of the inbox imported; the page of the list says how far it is."""
    return _with(
        request,
        list_id,
        "import_form",
        forms.ImportForm,
        lambda said: _do(request, list_id, services.ask_for_import, **said),
    )


@needs(Permission.LIST_MANAGE)
@require_POST
def check(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Run the benign set again on the newest version (after pictures of one's own were added)."""

    def verb(*, row: ProviderList, **given: Any) -> None:  # noqa: ANN401 - actor and now
        version = row.versions.order_by("-number").first()
        if version is not None:
            services.run_benign_set(version=version, **given)
            services.adopt_or_hold(version=version, **given)

    return _do(request, list_id, verb)


@needs(Permission.LIST_MANAGE)
@require_POST
def sign(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Verify the owner's signature over the newest version."""

    def then(said: dict[str, Any]) -> HttpResponse:
        version = get_object_or_404(ListVersion.objects.filter(list_id=list_id).order_by("-number")[:1])

        def verb(*, row: ProviderList, **given: Any) -> None:  # noqa: ANN401, ARG001 - actor and now
            services.sign_version(version=version, signature=said["signature"], **given)
            services.adopt_or_hold(version=version, **given)

        return _do(request, list_id, verb)

    return _with(request, list_id, "signature_form", forms.SignatureForm, then)


@needs(Permission.LIST_MANAGE)
@require_POST
def forecast(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Count matches in the sample."""
    return _with(
        request,
        list_id,
        "forecast_form",
        forms.ForecastForm,
        lambda said: _do(request, list_id, services.forecast, folder=storage.sample(), **said),
    )


@needs(Permission.LIST_MANAGE, fresh=True)
@require_POST
def matching(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Set radius and orientations."""

    def then(said: dict[str, Any]) -> HttpResponse:
        chosen = frozenset(pdq.Orientation(each) for each in said["orientations"])
        return _do(request, list_id, services.set_matching, radius=said["radius"], orientations=chosen)

    return _with(request, list_id, "matching_form", forms.MatchingForm, then)


@needs(Permission.LIST_MANAGE, fresh=True)
@require_POST
def propose(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Propose a list for service."""
    return _do(request, list_id, services.propose)


@needs(Permission.LIST_APPROVE, fresh=True)
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Show the second person everything at once, and take their decision."""
    row = get_object_or_404(ProviderList, pk=list_id)
    if request.method == "POST":
        return _do(request, list_id, services.approve)
    return render(request, "lists/approve.html", {"list": queries.one_list(row)})


@needs(Permission.LIST_APPROVE)
@require_POST
def return_proposal(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Say no."""
    return _do(request, list_id, services.return_proposal)


@needs(Permission.LIST_MANAGE)
@require_POST
def disable(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Out of service for a while."""
    return _do(request, list_id, services.disable)


@needs(Permission.LIST_MANAGE, fresh=True)
@require_POST
def enable(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Back into service."""
    return _do(request, list_id, services.enable)


@needs(Permission.LIST_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then take the list out for good."""
    row = get_object_or_404(ProviderList, pk=list_id)
    if request.method == "POST":
        return _do(request, list_id, services.withdraw)
    return render(request, "lists/withdraw.html", {"list": queries.one_list(row)})


@needs(Permission.LIST_MANAGE)
@require_POST
def withdraw_entry(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Take one item out at once."""
    return _with(
        request,
        list_id,
        "withdraw_entry_form",
        forms.WithdrawEntryForm,
        lambda said: _do(request, list_id, services.withdraw_entry, **said),
    )
