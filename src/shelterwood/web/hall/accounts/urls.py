"""The addresses of signing in, of one's own account, and of the people who work here."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.hall.accounts.views import home, signing_in

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", signing_in.sign_in, name="account_login"),
    path("sign-out", signing_in.sign_out, name="account_logout"),
]
