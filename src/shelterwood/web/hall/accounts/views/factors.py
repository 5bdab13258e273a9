"""Setting up second factors: an authenticator app, passkeys, and the codes on paper for when both are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from shelterwood.web.hall.access.declarations import for_enrolling, for_enrolling_or_fresh, for_signed_in
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.visitor import Standing
from shelterwood.web.hall.accounts.drawing import qr_path
from shelterwood.web.hall.accounts.views.counting import CountedTries

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

__all__ = [
    "add_app",
    "add_passkey",
    "make_recovery_codes",
    "recovery_codes",
    "remove_app",
    "remove_passkey",
    "second_factor",
]


@for_enrolling
def second_factor(request: HttpRequest) -> HttpResponse:
    """Choose the first second factor; whoever has one is led to their account."""
    if visitor_of(request).standing >= Standing.SIGNED_IN:
        return HttpResponseRedirect(reverse("mfa_index"))
    return render(request, "accounts/second_factor.html")


class AddApp(CountedTries, ActivateTOTPView):
    """An authenticator app; the QR code is drawn here and sent nowhere."""

    template_name = "accounts/add_app.html"

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Add the drawing, and the secret in groups of four for typing."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return context | {"qr": qr_path(context["totp_url"]), "secret": grouped}


class AddPasskey(AddWebAuthnView):
    """A passkey: a key, a telephone or this computer, behind a PIN, a finger or a face."""

    template_name = "accounts/add_passkey.html"

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Ask the browser for a passkey that can sign in alone."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"js_data": {"creation_options": begin_registration(self.request.user, passwordless=True)}}


class RemovePasskey(RemoveWebAuthnView):
    """Take a passkey away, unless it is the last second factor."""

    template_name = "accounts/remove_factor.html"
    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Say whether it can be taken away."""
        can = get_adapter().can_delete_authenticator(self.object)
        return super().get_context_data(**kwargs) | {"can_remove": can, "what": f"the passkey '{self.object}'"}

    def form_valid(self, form: Form) -> HttpResponse:
        """Take it away, or say why not."""
        if not get_adapter().can_delete_authenticator(self.get_object()):
            return self.form_invalid(form)
        answer: HttpResponse = super().form_valid(form)
        return answer


class RemoveApp(DeactivateTOTPView):
    """Take the authenticator app away, unless it is the last second factor."""

    template_name = "accounts/remove_factor.html"

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Say whether it can be taken away."""
        can = get_adapter().can_delete_authenticator(self.authenticator)
        return super().get_context_data(**kwargs) | {"can_remove": can, "what": "the authenticator app"}


add_app = for_enrolling_or_fresh(AddApp.as_view())
add_passkey = for_enrolling_or_fresh(AddPasskey.as_view())
_FRESH = for_signed_in(because="one's own second factors", fresh=True)
remove_app = _FRESH(RemoveApp.as_view())
remove_passkey = _FRESH(RemovePasskey.as_view())
recovery_codes = _FRESH(ViewRecoveryCodesView.as_view(template_name="accounts/recovery_codes.html"))
make_recovery_codes = _FRESH(GenerateRecoveryCodesView.as_view(template_name="accounts/make_recovery_codes.html"))
