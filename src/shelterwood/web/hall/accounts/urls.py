"""The addresses of signing in, of one's own account, and of the people who work here.

The names `account_login`, `mfa_...` are those under which allauth looks for its own pages; nothing else of
allauth is here.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from shelterwood.web.hall.accounts.views import about, factors, home, invitations, own_account, people, signing_in

urlpatterns = [
    path("", home.home, name="home"),
    path("about", about.about, name="about"),
    path("about/solo-mode", about.solo_mode, name="solo_mode"),
    path("sign-in", signing_in.sign_in, name="account_login"),
    path("sign-in/passkey", signing_in.passkey, name="mfa_login_webauthn"),
    path("sign-in/second-step", signing_in.second_step, name="mfa_authenticate"),
    path("sign-out", signing_in.sign_out, name="account_logout"),
    path("prove-again", signing_in.prove_again, name="mfa_reauthenticate"),
    path("prove-again/passkey", signing_in.prove_again_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("invitation/<str:token>", invitations.invitation, name="invitation"),
    path("second-factor", factors.second_factor, name="account_second_factor"),
    path("second-factor/app", factors.add_app, name="mfa_activate_totp"),
    path("second-factor/app/remove", factors.remove_app, name="mfa_deactivate_totp"),
    path("second-factor/passkey", factors.add_passkey, name="mfa_add_webauthn"),
    path("second-factor/passkey/<int:pk>/remove", factors.remove_passkey, name="mfa_remove_webauthn"),
    path("second-factor/codes", factors.recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new", factors.make_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account", own_account.account, name="mfa_index"),
    path("account/password", own_account.password, name="account_change_password"),
    path("account/sessions/end-others", own_account.end_others, name="end_other_sessions"),
    path("account/sessions/<uuid:number>/end", own_account.end_session, name="end_session"),
    path("people", people.people, name="people"),
    path("people/invite", people.invite, name="invite"),
    path("people/<uuid:account_id>", people.person, name="person"),
    path("people/<uuid:account_id>/deactivate", people.deactivate, name="deactivate"),
    path("people/<uuid:account_id>/reactivate", people.reactivate, name="reactivate"),
    path("people/<uuid:account_id>/renew-link", people.renew_link, name="renew_link"),
]

if "allauth.socialaccount" in settings.INSTALLED_APPS:
    urlpatterns.append(path("sign-in/organisation/", include("shelterwood.web.hall.accounts.openid_urls")))
