"""The addresses of signing in through the organisation's provider; included only where one is set up."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from shelterwood.web.hall.access.declarations import for_signed_in, open_to_all

__all__ = ["urlpatterns"]

_PROVIDER = {"provider_id": "organisation"}  # its id in settings/signing_in.py


@for_signed_in(because="it leads to one's own account")
def _connected(_request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("mfa_index"))


@open_to_all(because="it leads to the door")
def _cancelled(_request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('account_login')}?organisation=refused")


_DOOR = open_to_all(because="it is a door")

urlpatterns = [
    path("begin", _DOOR(views.login), _PROVIDER, name="openid_connect_login"),
    path("answer", _DOOR(views.callback), _PROVIDER, name="openid_connect_callback"),
    path("connected", _connected, name="socialaccount_connections"),
    path("cancelled", _cancelled, name="socialaccount_login_cancelled"),
]
