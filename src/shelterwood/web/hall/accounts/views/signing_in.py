"""Signing in and out; the answer to a wrong name, a wrong password and a closed account is the same.

Attempts are counted before anything is looked up (throttling.py), and a hash is computed for a name that does not exist
as for one that does (Django's ModelBackend).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from shelterwood.web.hall.access.actors import STRANGER
from shelterwood.web.hall.access.declarations import for_signed_in, open_to_all
from shelterwood.web.hall.accounts import actions
from shelterwood.web.hall.accounts.queries import has_passkey
from shelterwood.web.hall.accounts.throttling import PASSKEY, PASSWORD, PASSWORD_BY_ADDRESS, may_try
from shelterwood.web.hall.accounts.views.counting import CountedTries
from shelterwood.web.hall.audit.services import record
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.hall.ui.errors import too_often

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

__all__ = ["passkey", "prove_again", "prove_again_by_passkey", "second_step", "sign_in", "sign_out"]


def _refused(step: str) -> None:
    codes = {"step": step}
    record(action=actions.SIGN_IN_REFUSED, actor=STRANGER, object_ref="", now=timezone.now(), codes=codes)


class SignIn(LoginView):
    """Name and password, or a passkey."""

    template_name = "accounts/sign_in.html"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Count first, then look."""
        now, name = timezone.now(), request.POST.get("login", "").strip()[:100]
        by_address = may_try(PASSWORD_BY_ADDRESS, request.META["REMOTE_ADDR"], now=now)
        by_name = may_try(PASSWORD, name, now=now)
        if not (by_address and by_name):
            return too_often(request)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def form_invalid(self, form: Form) -> HttpResponse:
        """Refuse, and say so in the record without saying who."""
        _refused("password")
        answer: HttpResponse = super().form_invalid(form)
        return answer

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Add what the page offers besides."""
        return super().get_context_data(**kwargs) | {"organisation": facts().oidc_name}


class Passkey(LoginWebAuthnView):
    """A passkey alone: it is a second factor in itself (the device asks for a PIN, a finger or a face)."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Bound what a stranger can make us store."""
        if not may_try(PASSKEY, request.META["REMOTE_ADDR"], now=timezone.now()):
            return too_often(request)
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def form_invalid(self, form: Form) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Say that it was refused, and not why."""
        _refused("passkey")
        return HttpResponseRedirect(f"{reverse('account_login')}?passkey=refused")


class SecondStep(CountedTries, AuthenticateView):
    """The second factor after the password."""

    template_name = "accounts/second_step.html"

    def whose_try(self) -> str:
        """Count for the account whose password was right."""
        return str(self.stage.login.user.pk)

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Offer the passkey only to whom it is of use."""
        return super().get_context_data(**kwargs) | {"has_passkey": has_passkey(self.stage.login.user)}


class ProveAgain(CountedTries, ReauthenticateView):
    """Fresh proof before what cannot be undone."""

    template_name = "accounts/prove_again.html"

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Offer the passkey too, where there is one."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if has_passkey(self.request.user):
            context["js_data"] = {"request_options": begin_authentication(self.request.user)}
        return context | {"next_page": self.get_next_url() or ""}


class ProveAgainByPasskey(ReauthenticateWebAuthnView):
    """Fresh proof by passkey; its form stands on the page of ProveAgain."""

    def get(self, request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponse:  # noqa: ARG002
        """Lead to the page that has the form."""
        return HttpResponseRedirect(self.passthrough_next_url(reverse("mfa_reauthenticate")))

    def form_invalid(self, form: Form) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Say that it was refused."""
        _refused("passkey")
        query = urlencode({"next": self.get_next_url() or "/", "passkey": "refused"})
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")


_DOOR = open_to_all(because="it is the door")
sign_in = _DOOR(SignIn.as_view())
passkey = _DOOR(Passkey.as_view())
second_step = _DOOR(SecondStep.as_view())
_OUT = open_to_all(because="it ends what this browser has, also a sign-in that stopped half-way")
sign_out = _OUT(LogoutView.as_view(template_name="accounts/sign_out.html"))
_AGAIN = for_signed_in(because="it proves again who is signed in")
prove_again = _AGAIN(ProveAgain.as_view())
prove_again_by_passkey = _AGAIN(ProveAgainByPasskey.as_view())
