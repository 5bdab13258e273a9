"""Signing in and out; the answer to a wrong name, a wrong password and a closed account is the same."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView

from shelterwood.web.hall.access.declarations import for_enrolling, open_to_all

__all__ = ["sign_in", "sign_out"]

sign_in = open_to_all(because="it is the door")(LoginView.as_view(template_name="accounts/sign_in.html"))
sign_out = for_enrolling(LogoutView.as_view(template_name="accounts/sign_out.html"))
